package users

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// OptionView is a checkbox of access as it would work for somebody of a user type
// in an organization.
type OptionView struct {
	access.Option
	// Grantable: the caller holds all that it gives.
	Grantable bool
	// ByType are those of its permissions that the user type can't have, whatever
	// it is granted; ByFeature those that the organization may not have at present.
	ByType, ByFeature []iam.Permission
}

// Options returns the checkboxes of access as they would work in an organization,
// "" for the one in which the caller acts, for a user type, "" for one that can
// have everything. It needs users.read; CodeNotFound when the organization is out
// of the caller's sight.
func (s *Service) Options(ctx context.Context, c *access.Caller, org iam.OrgID, t iam.UserType) ([]OptionView, error) {
	dir, org, err := s.inSight(ctx, c, org)
	if err != nil {
		return nil, err
	}
	ceiling := access.All
	if t != "" {
		ceiling = access.Ceiling(t)
	}
	var out []OptionView
	for _, o := range access.Options() {
		direct := access.SetOf(o.Permissions...)
		all := direct
		if o.Role != "" {
			all |= rolesSet(dir, []iam.RoleID{o.Role})
		}
		out = append(out, OptionView{
			Option: o, Grantable: access.MayGrant(c.Holds(), all) == nil,
			// What a role gives beside what other checkboxes do is never a feature.
			ByType: (all &^ ceiling).Permissions(), ByFeature: (direct &^ dir.Features(org)).Permissions(),
		})
	}
	return out, nil
}

// TypeView is a user type that people can have in an organization.
type TypeView struct {
	Type iam.UserType
	// Assignable: the caller holds what comes with the type.
	Assignable bool
}

// personTypes are the types of people, those of the company first.
var personTypes = []iam.UserType{
	iam.TypeTenantAdmin, iam.TypeBotAdmin, iam.TypeSupervisor, iam.TypeAgent, iam.TypeAnalyst, iam.TypeViewer, iam.TypeMember,
}

// Types returns the user types that new people of an organization can have. It
// needs users.read; CodeNotFound when the organization is out of the caller's
// sight.
func (s *Service) Types(ctx context.Context, c *access.Caller, org iam.OrgID) ([]TypeView, error) {
	dir, org, err := s.inSight(ctx, c, org)
	if err != nil {
		return nil, err
	}
	var out []TypeView
	for _, t := range personTypes {
		if fits(dir, t, org) {
			out = append(out, TypeView{t, access.MayGrant(c.Holds(), access.Baseline(t)&access.Ceiling(t)) == nil})
		}
	}
	return out, nil
}

// fits tells whether people of a type can belong to an organization alone.
func fits(dir *authz.Directory, t iam.UserType, org iam.OrgID) bool {
	return t != iam.TypeTenantAdmin || org == dir.RootOrg
}

// inSight is an organization that the caller sees, the one in which they act for "".
func (s *Service) inSight(ctx context.Context, c *access.Caller, org iam.OrgID) (*authz.Directory, iam.OrgID, error) {
	if err := c.Require(iam.PermUsersRead); err != nil {
		return nil, "", err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, "", err
	}
	if org == "" {
		org = c.Org
	}
	if !dir.Within(org, c.Org) {
		return nil, "", iam.NotFound("organization")
	}
	return dir, org, nil
}
