package users

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// MembershipView is a user in an organization as the caller sees it.
type MembershipView struct {
	iam.Membership
	OrgName string
	User    *View
	Roles   []*iam.Role
	Options []string       // the checkboxes that are ticked, by id: see access.Options
	Teams   []iam.TeamHold // of the organization: who leaves it leaves them
	// Above are the names of the organizations above that the caller sees, the
	// highest first; not filled in lists of many users, nor is Allowed.
	Above   []string
	Allowed []MembershipAction // what the caller may do with it
}

// MembershipAction is something that can be done with a membership.
type MembershipAction string

// The actions on a membership.
const (
	MembershipEdit   MembershipAction = "edit"
	MembershipRemove MembershipAction = "remove"
)

func membershipView(dir *authz.Directory, v *View, m *iam.Membership) *MembershipView {
	out := &MembershipView{Membership: *m, OrgName: dir.OrgName(m.Org), User: v, Roles: []*iam.Role{}, Options: []string{}}
	for _, h := range v.Teams {
		if h.Org == m.Org {
			out.Teams = append(out.Teams, h)
		}
	}
	for _, id := range m.Roles {
		if r := dir.Roles[id]; r != nil {
			out.Roles = append(out.Roles, r)
		}
	}
	for _, o := range access.Options() {
		if o.Ticked(m) {
			out.Options = append(out.Options, o.ID)
		}
	}
	return out
}

// Memberships returns where a user belongs, as far as the caller sees it: in all
// of that, or in below and the organizations below it, CodeNotFound when that is
// out of sight.
func (s *Service) Memberships(ctx context.Context, c *access.Caller, id iam.UserID, below iam.OrgID) (*View, []*MembershipView, error) {
	v, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.membershipsOf(ctx, c, v, below)
	return v, list, err
}

// membershipsOf are those of a user that is read, as Memberships returns them.
func (s *Service) membershipsOf(ctx context.Context, c *access.Caller, v *View, below iam.OrgID) ([]*MembershipView, error) {
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if below != "" && !dir.Within(below, c.Org) {
		return nil, iam.NotFound("organization")
	}
	sees := func(org iam.OrgID) bool { return dir.Within(org, c.Org) }
	out := []*MembershipView{}
	for i := range v.Memberships {
		m := &v.Memberships[i]
		if !c.IsSelf(v.ID) && !sees(m.Org) || below != "" && !dir.Within(m.Org, below) {
			continue
		}
		view := membershipView(dir, v, m)
		view.Above, view.Allowed = dir.Path(m.Org, sees), allowedWith(dir, c, v.User, m)
		out = append(out, view)
	}
	return out, nil
}

// allowedWith is what the caller may do with a membership of u, as SetMembership
// and RemoveMembership would say. Whether it is that of the last one who runs the
// organization is asked when it is tried.
func allowedWith(dir *authz.Directory, c *access.Caller, u *iam.User, m *iam.Membership) []MembershipAction {
	out := []MembershipAction{}
	if !c.Has(iam.PermRolesAssign) || c.IsSelf(u.ID) || !dir.Within(m.Org, c.Org) || dir.MayActBelow(c, u) != nil {
		return out
	}
	out = append(out, MembershipEdit)
	if stays(dir, u, m.Org) == nil && mayTake(dir, c, m) == nil {
		out = append(out, MembershipRemove)
	}
	return out
}

// Membership returns one; CodeNotFound when there is none in the caller's sight.
func (s *Service) Membership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*MembershipView, error) {
	v, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return s.membershipOf(ctx, c, v, org)
}

// membershipOf is that of a user that is read, as Membership returns it. Who has
// changed one is answered with it whether or not they may read users.
func (s *Service) membershipOf(ctx context.Context, c *access.Caller, v *View, org iam.OrgID) (*MembershipView, error) {
	list, err := s.membershipsOf(ctx, c, v, "")
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		if m.Org == org {
			return m, nil
		}
	}
	return nil, iam.NotFound("membership")
}

// SetMembership is what a membership becomes; nil fields stay as they are, and
// are empty in a new one.
type SetMembership struct {
	Roles               *[]string // ids or codes
	Permissions         *[]iam.Permission
	IncludesDescendants *bool
	// Access are the checkboxes to be ticked, by id; all others are unticked.
	Access *[]string
	// Version is that of the user as the caller saw it: CodePreconditionFailed
	// when the user has changed since.
	Version int64
}

// SetMembership puts a user into an organization, or changes what they hold
// there. It needs roles.assign. CodeEscalation for one's own, when the user
// holds more in the caller's part of the tree, and when the caller would give or
// take what they don't hold.
func (s *Service) SetMembership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, in SetMembership) (*MembershipView, error) {
	var v *View
	if err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		v, err = s.setMembership(ctx, tx, c, id, org, in)
		return err
	}); err != nil {
		return nil, err
	}
	return s.membershipOf(ctx, c, v, org)
}

// SetMembershipIn is SetMembership in a transaction of the caller's.
func (s *Service) SetMembershipIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID, in SetMembership) error {
	_, err := s.setMembership(ctx, tx, c, id, org, in)
	return err
}

func (s *Service) setMembership(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID, in SetMembership) (*View, error) {
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return nil, err
	}
	return s.changeIn(ctx, tx, c, id, here, func(_ iam.Tx, dir *authz.Directory, before, after *iam.User) error {
		if in.Version != before.Version {
			return iam.Stale("user")
		}
		if !dir.Within(org, c.Org) {
			return iam.NotFound("organization")
		}
		after.Memberships = slices.Clone(before.Memberships)
		if after.Membership(org) == nil {
			after.Memberships = append(after.Memberships, iam.Membership{Org: org})
		}
		return in.apply(dir, c, before, after.Membership(org))
	})
}

func (in *SetMembership) apply(dir *authz.Directory, c *access.Caller, u *iam.User, m *iam.Membership) error {
	wide := m.IncludesDescendants
	if in.IncludesDescendants != nil {
		m.IncludesDescendants = *in.IncludesDescendants
	}
	roles, permissions := in.Roles, in.Permissions
	if in.Access != nil {
		var err error
		if roles, permissions, err = ticked(m, roles, permissions, *in.Access); err != nil {
			return err
		}
	}
	if err := assign(dir, c, m, roles, permissions); err != nil {
		return err
	}
	return reach(dir, c, u, m, wide)
}

// reach checks how far a membership reaches after a change; wide is whether it
// included descendants before. Reaching further gives or takes everything below.
func reach(dir *authz.Directory, c *access.Caller, u *iam.User, m *iam.Membership, wide bool) error {
	if u.Type == iam.TypeTenantAdmin && m.Org == dir.RootOrg && !m.IncludesDescendants {
		return iam.InvalidField("/includes_descendants", "not_allowed", "A tenant admin acts in all organizations.")
	}
	if wide == m.IncludesDescendants {
		return nil
	}
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return err
	}
	return access.MayGrant(c.Holds(), rolesSet(dir, m.Roles)|access.SetOf(m.Permissions...))
}

// ticked adds the checkboxes to roles and permissions, those given or else those
// held. What no checkbox gives stays.
func ticked(m *iam.Membership, roles *[]string, permissions *[]iam.Permission, boxes []string) (*[]string, *[]iam.Permission, error) {
	roleRefs, direct := []string{}, []iam.Permission{}
	if roles != nil {
		roleRefs = slices.Clone(*roles)
	} else {
		for _, r := range m.Roles {
			roleRefs = append(roleRefs, string(r))
		}
	}
	if permissions != nil {
		direct = slices.Clone(*permissions)
	} else {
		direct = append(direct, m.Permissions...)
	}
	for i, id := range boxes {
		if !slices.ContainsFunc(access.Options(), func(o access.Option) bool { return o.ID == id }) {
			return nil, nil, iam.InvalidField(pointer("/access", i), "unknown", "There is no such checkbox.")
		}
	}
	for _, o := range access.Options() {
		roleRefs = slices.DeleteFunc(roleRefs, func(r string) bool { return o.Role != "" && r == string(o.Role) })
		direct = slices.DeleteFunc(direct, func(p iam.Permission) bool { return slices.Contains(o.Permissions, p) })
	}
	for _, o := range access.Options() {
		if !slices.Contains(boxes, o.ID) {
			continue
		}
		if o.Role != "" {
			roleRefs = append(roleRefs, string(o.Role))
		}
		direct = append(direct, o.Permissions...)
	}
	return &roleRefs, &direct, nil
}

// RemoveMembership takes a user out of an organization and its teams, and leaves
// their other memberships alone. It needs roles.assign; CodeInUse for the only
// membership, without which nobody could sign in, and for a tenant admin's in the
// root.
func (s *Service) RemoveMembership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, version int64) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error { return s.RemoveMembershipIn(ctx, tx, c, id, org, version) })
}

// RemoveMembershipIn is RemoveMembership in a transaction of the caller's.
func (s *Service) RemoveMembershipIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID, version int64) error {
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return err
	}
	_, err := s.changeIn(ctx, tx, c, id, here, func(_ iam.Tx, dir *authz.Directory, before, after *iam.User) error {
		m := before.Membership(org)
		switch {
		case m == nil || !dir.Within(org, c.Org):
			return iam.NotFound("membership")
		case version != before.Version:
			return iam.Stale("user")
		}
		if err := cmp.Or(stays(dir, before, org), mayTake(dir, c, m)); err != nil {
			return err
		}
		after.Memberships = slices.DeleteFunc(slices.Clone(before.Memberships), func(m iam.Membership) bool { return m.Org == org })
		return nil
	})
	return err
}

// stays refuses with CodeInUse to take a user out of an organization that they
// can't leave.
func stays(dir *authz.Directory, u *iam.User, org iam.OrgID) error {
	switch {
	case len(u.Memberships) == 1:
		return iam.Errorf(iam.CodeInUse, "%s belongs to no other organization. Delete the person instead.", u.FullName()).Because("only_organization")
	case u.Type == iam.TypeTenantAdmin && org == dir.RootOrg:
		return iam.Errorf(iam.CodeInUse, "%s is a tenant admin and belongs to the company itself.", u.FullName()).Because("admin_of_company")
	}
	return nil
}

// mayTake refuses with CodeEscalation a caller who does not hold what goes with a
// membership.
func mayTake(dir *authz.Directory, c *access.Caller, m *iam.Membership) error {
	return access.MayGrant(c.Holds(), rolesSet(dir, m.Roles)|access.SetOf(m.Permissions...))
}

// rule says whose power over a user a change needs.
type rule func(dir *authz.Directory, c *access.Caller, u *iam.User) error

// The rules of changes: anywhere is for what reaches all organizations of the
// user, such as the password; here for what stays in the caller's part.
var (
	anywhere rule = (*authz.Directory).MayActOn
	here     rule = (*authz.Directory).MayActBelow
)

// orgAdminRemains refuses with CodeLastAdmin when before is the last active one
// who runs an organization, and after no longer does. Whoever acts further up
// may take the last one away: they run the organization themselves
// (docs/adr/0007).
func orgAdminRemains(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, before, after *iam.User) error {
	if before.Status != iam.StatusActive || c.Actor == iam.ActorOperator {
		return nil
	}
	for i := range before.Memberships {
		m := &before.Memberships[i]
		if m.Org == dir.RootOrg || !access.Runs(m) || m.Org != c.Org && dir.Within(m.Org, c.Org) {
			continue
		}
		if after != nil && after.Status == iam.StatusActive {
			if now := after.Membership(m.Org); now != nil && access.Runs(now) {
				continue
			}
		}
		if err := tx.LockTree(ctx, c.Tenant); err != nil {
			return err
		}
		others, err := tx.OtherOrgAdmins(ctx, c.Tenant, m.Org, before.ID)
		if err != nil {
			return err
		}
		if !others {
			return iam.Errorf(iam.CodeLastAdmin, "%s is the last one who runs %s. Make somebody else Org Admin first.", before.FullName(), dir.OrgName(m.Org)).Because("last_org_admin")
		}
	}
	return nil
}
