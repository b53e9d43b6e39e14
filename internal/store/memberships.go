package store

import (
	"context"
	"database/sql"
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
	}
	var added []iam.Membership
	for i := range after.Memberships {
		m := &after.Memberships[i]
		old := before.Membership(m.Org)
		if old == nil {
			m.CreatedAt = t.now
			added = append(added, *m)
			continue
		}
		m.CreatedAt = old.CreatedAt
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

// What is joined has the index of membership_roles to itself: joined with the
// organizations, too, PostgreSQL reads all of a tenant's for every membership.
const (
	membershipSelect = `
		SELECT m.user_id, m.org_id, m.includes_descendants, m.permissions, m.alias, m.created_at, COALESCE(r.role_id, '')
		FROM memberships m
		LEFT JOIN membership_roles r ON r.tenant_id = m.tenant_id AND r.user_id = m.user_id AND r.org_id = m.org_id
		WHERE m.tenant_id = $1 AND m.user_id IN `
	membershipOrder = " ORDER BY m.user_id, m.org_id, r.role_id"
)

// loadMemberships fills in the memberships of the users, in the order in which
// the organizations were made: the root first, if it is among them.
func (t *tx) loadMemberships(ctx context.Context, tenant iam.TenantID, l *userLoad) error {
	users := make(map[string]*iam.User, len(l.list))
	for i, u := range l.list {
		users[l.ids[i]] = u
	}
	return eachIn(ctx, t, tenant, membershipSelect, membershipOrder, l.ids, func(rows *sql.Rows) error {
		var user, org, permissions, alias, role string
		var descendants, created int64
		if err := rows.Scan(&user, &org, &descendants, &permissions, &alias, &created, &role); err != nil {
			return err
		}
		u := users[user]
		if n := len(u.Memberships); n == 0 || u.Memberships[n-1].Org != iam.OrgID(org) {
			u.Memberships = append(u.Memberships, iam.Membership{
				Org: iam.OrgID(org), IncludesDescendants: descendants != 0,
				Permissions: splitPermissions(permissions), Alias: alias, CreatedAt: fromMicros(created),
			})
		}
		if role != "" {
			m := &u.Memberships[len(u.Memberships)-1]
			m.Roles = append(m.Roles, iam.RoleID(role))
		}
		return nil
	})
}
