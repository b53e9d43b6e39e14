package users

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// RoleChange gives some roles and takes some away, by id or code; the others stay.
type RoleChange struct {
	// Org is where; "" is where the caller acts, or else the person's only organization.
	Org         iam.OrgID
	Add, Remove []string
}

// check refuses with CodeInvalid what can be done with nobody: roles that can't be held
// in an organization, and one out of the caller's sight.
func (r *RoleChange) check(dir *authz.Directory, c *access.Caller) error {
	if len(r.Add)+len(r.Remove) == 0 {
		return iam.InvalidField("/add_role_ids", "required", "Name a role to give or to take away.")
	}
	if r.Org != "" && !dir.Within(r.Org, c.Org) {
		return iam.Invalid([]iam.Field{unknownOrg})
	}
	added := map[iam.RoleID]bool{}
	for i, ref := range r.Add {
		role, err := held(dir, ref, pointer("/add_role_ids", i))
		if err != nil {
			return err
		}
		added[role.ID] = true
	}
	for i, ref := range r.Remove {
		at := pointer("/remove_role_ids", i)
		role, err := held(dir, ref, at)
		if err != nil {
			return err
		}
		if added[role.ID] {
			return iam.InvalidField(at, "not_allowed", "The role “"+role.Name+"” can't be given and taken away at once.")
		}
	}
	return nil
}

// held is a role that can be held in an organization; at points to where it is named.
func held(dir *authz.Directory, ref, at string) (*iam.Role, error) {
	r := dir.Role(ref)
	switch {
	case r == nil:
		return nil, iam.InvalidField(at, "unknown", "There is no such role.")
	case r.Scope != iam.ScopeOrganization:
		return nil, iam.InvalidField(at, "wrong_scope", "The role “"+r.Name+"” is for teams.")
	}
	return r, nil
}

// ChangeRoles changes the roles that a user holds in one organization, where it
// leaves alone what is so already. It needs roles.assign. CodeNotFound when the user
// does not belong there, CodeEscalation for one's own, for those of somebody who may do
// more in the caller's part of the tree, and when the caller would give or take what
// they don't hold.
func (s *Service) ChangeRoles(ctx context.Context, c *access.Caller, id iam.UserID, in RoleChange) (*View, error) {
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return nil, err
	}
	return s.changeBy(ctx, c, id, here, func(_ iam.Tx, dir *authz.Directory, _, after *iam.User) error {
		if err := in.check(dir, c); err != nil {
			return err
		}
		after.Memberships = slices.Clone(after.Memberships)
		m, err := in.membership(c, after)
		if err != nil {
			return err
		}
		roles := in.apply(dir, m.Roles)
		return assign(dir, c, m, &roles, nil)
	})
}

// membership is what the change is about.
func (r *RoleChange) membership(c *access.Caller, u *iam.User) (*iam.Membership, error) {
	if r.Org == "" {
		if m := assignable(c, u); m != nil {
			return m, nil
		}
		return nil, severalPlaces()
	}
	if m := u.Membership(r.Org); m != nil {
		return m, nil
	}
	return nil, iam.Errorf(iam.CodeNotFound, "%s does not belong to the organization any more.", u.FullName()).Because("not_there_any_more")
}

// apply returns what is held after the change of somebody who holds the roles.
func (r *RoleChange) apply(dir *authz.Directory, roles []iam.RoleID) []string {
	refs := make([]string, 0, len(roles)+len(r.Add))
	for _, id := range roles {
		if !slices.ContainsFunc(r.Remove, func(ref string) bool { return dir.Role(ref).ID == id }) {
			refs = append(refs, string(id))
		}
	}
	return append(refs, r.Add...) // assign takes each once
}
