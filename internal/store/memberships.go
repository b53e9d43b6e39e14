package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

var errUnknownOrg = iam.InvalidField("/memberships", "unknown", "Choose organizations that exist.")

var errUnknownRole = iam.InvalidField("/roles", "unknown", "Choose roles that exist.")

const (
	membershipInsert     = "INSERT INTO memberships (tenant_id, user_id, org_id, includes_descendants, permissions, alias, created_at)"
	membershipRoleInsert = "INSERT INTO membership_roles (tenant_id, user_id, org_id, role_id)"
)

// membershipValues appends the values of a membership's row.
func membershipValues(args []any, tenant iam.TenantID, user iam.UserID, m *iam.Membership) []any {
	return append(args, string(tenant), string(user), string(m.Org), number(m.IncludesDescendants),
		joinPermissions(m.Permissions), m.Alias, micros(m.CreatedAt))
}

// membershipRoleValues appends the values of the rows of a membership's roles.
func membershipRoleValues(args []any, tenant iam.TenantID, user iam.UserID, m *iam.Membership, roles []iam.RoleID) []any {
	for _, r := range roles {
		args = append(args, string(tenant), string(user), string(m.Org), string(r))
	}
	return args
}

func (t *tx) insertMemberships(ctx context.Context, tenant iam.TenantID, user iam.UserID, list []iam.Membership) error {
	var members, roles []any
	for i := range list {
		members = membershipValues(members, tenant, user, &list[i])
		roles = membershipRoleValues(roles, tenant, user, &list[i], list[i].Roles)
	}
	if err := t.insertRows(ctx, membershipInsert, 7, members); err != nil {
		return t.refused(err, errUnknownOrg)
	}
	return t.refused(t.insertRows(ctx, membershipRoleInsert, 4, roles), errUnknownRole)
}

// keepJoined sets when a user joined the organizations that they are in after a
// change: now where they were not before.
func (t *tx) keepJoined(before, after *iam.User) {
	for i := range after.Memberships {
		m := &after.Memberships[i]
		m.CreatedAt = t.now
		if old := before.Membership(m.Org); old != nil {
			m.CreatedAt = old.CreatedAt
		}
	}
}

// updateMemberships writes what differs between before and after.
func (t *tx) updateMemberships(ctx context.Context, tenant iam.TenantID, before, after *iam.User) error {
	for i := range before.Memberships {
		org := before.Memberships[i].Org
		if after.Membership(org) != nil {
			continue
		}
		if _, err := t.exec(ctx, "DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2 AND org_id = $3",
			string(tenant), string(before.ID), string(org)); err != nil {
			return err
		}
		if err := t.insertPast(ctx, tenant, before.ID, org); err != nil {
			return err
		}
	}
	var added []iam.Membership
	for i := range after.Memberships {
		m := &after.Memberships[i]
		old := before.Membership(m.Org)
		if old == nil {
			added = append(added, *m)
			continue
		}
		if err := t.updateMembership(ctx, tenant, before.ID, old, m); err != nil {
			return err
		}
	}
	return t.insertMemberships(ctx, tenant, before.ID, added)
}

func (t *tx) updateMembership(ctx context.Context, tenant iam.TenantID, user iam.UserID, old, m *iam.Membership) error {
	if old.IncludesDescendants != m.IncludesDescendants || !slices.Equal(old.Permissions, m.Permissions) || old.Alias != m.Alias {
		if _, err := t.exec(ctx, `
			UPDATE memberships SET includes_descendants = $1, permissions = $2, alias = $3
			WHERE tenant_id = $4 AND user_id = $5 AND org_id = $6`,
			number(m.IncludesDescendants), joinPermissions(m.Permissions), m.Alias, string(tenant), string(user), string(m.Org)); err != nil {
			return err
		}
	}
	for _, r := range old.Roles {
		if slices.Contains(m.Roles, r) {
			continue
		}
		if _, err := t.exec(ctx, "DELETE FROM membership_roles WHERE tenant_id = $1 AND user_id = $2 AND org_id = $3 AND role_id = $4",
			string(tenant), string(user), string(m.Org), string(r)); err != nil {
			return err
		}
	}
	var added []any
	for _, r := range m.Roles {
		if !slices.Contains(old.Roles, r) {
			added = membershipRoleValues(added, tenant, user, m, []iam.RoleID{r})
		}
	}
	return t.refused(t.insertRows(ctx, membershipRoleInsert, 4, added), errUnknownRole)
}
