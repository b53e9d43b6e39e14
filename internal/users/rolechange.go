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

// resolved is a RoleChange by the roles' ids.
type resolved struct{ add, remove []iam.RoleID }

// resolve refuses with CodeInvalid what can be done with nobody: roles that can't be
// held in an organization, and one out of the caller's sight.
func (r *RoleChange) resolve(dir *authz.Directory, c *access.Caller) (out resolved, err error) {
	if len(r.Add)+len(r.Remove) == 0 {
		return out, iam.InvalidField("/add_role_ids", "required", "Name a role to give or to take away.")
	}
	if r.Org != "" && !dir.Within(r.Org, c.Org) {
		return out, iam.Invalid([]iam.Field{unknownOrg})
	}
	for _, side := range []struct {
		field string
		refs  []string
		ids   *[]iam.RoleID
	}{{"/add_role_ids", r.Add, &out.add}, {"/remove_role_ids", r.Remove, &out.remove}} {
		for i, ref := range side.refs {
			role, err := held(dir, ref, pointer(side.field, i))
			if err != nil {
				return out, err
			}
			*side.ids = append(*side.ids, role.ID)
		}
	}
	for i, id := range out.remove {
		if slices.Contains(out.add, id) {
			return out, iam.InvalidField(pointer("/remove_role_ids", i), "not_allowed",
				"The role “"+dir.Roles[id].Name+"” can't be given and taken away at once.")
		}
	}
	return out, nil
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

// ChangeRoles changes the roles that a user holds in one organization, and tells
// whether they are others now. It needs roles.assign. CodeNotFound when the user
// does not belong there, CodeEscalation for one's own, for those of somebody who may do
// more in the caller's part of the tree, and when the caller would give or take what
// they don't hold.
func (s *Service) ChangeRoles(ctx context.Context, c *access.Caller, id iam.UserID, in RoleChange) (changed bool, err error) {
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return false, err
	}
	_, err = s.changeBy(ctx, c, id, here, func(_ iam.Tx, dir *authz.Directory, _, after *iam.User) error {
		change, err := in.resolve(dir, c)
		if err != nil {
			return err
		}
		after.Memberships = slices.Clone(after.Memberships)
		m, err := in.membership(c, after)
		if err != nil {
			return err
		}
		before := *m
		m.Roles = change.apply(m.Roles)
		changed = !slices.Equal(before.Roles, m.Roles)
		return mayAssign(dir, c, &before, m)
	})
	return changed && err == nil, err
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
func (r *resolved) apply(roles []iam.RoleID) []iam.RoleID {
	var out []iam.RoleID
	for _, id := range slices.Concat(roles, r.add) {
		if !slices.Contains(r.remove, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
