package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

var errUnknownOrg = iam.InvalidField("/memberships", "unknown", "Choose organizations that exist.")

var errUnknownRole = iam.InvalidField("/roles", "unknown", "Choose roles that exist.")

const (
	membershipInsert  = "INSERT INTO memberships (tenant_id, user_id, org_id, includes_descendants, permissions, roles, runs, alias, created_at)"
	membershipColumns = 9
)

// membershipValues appends the values of a membership's row. By the column runs
// administrators are found.
func membershipValues(args []any, tenant iam.TenantID, user iam.UserID, m *iam.Membership) []any {
	return append(args, string(tenant), string(user), string(m.Org), number(m.IncludesDescendants),
		joinPermissions(m.Permissions), joinRoles(m.Roles), number(access.Runs(m)), m.Alias, micros(m.CreatedAt))
}

// joinRoles is the column roles: the ids in order, with blanks between them.
func joinRoles(roles []iam.RoleID) string {
	return strings.Join(slices.Sorted(slices.Values(texts(roles))), " ")
}

// named is what memberships refer to.
type named struct {
	orgs  map[iam.OrgID]bool
	roles map[iam.RoleID]bool
}

// namedBy are the organizations and roles of memberships.
func namedBy(lists ...[]iam.Membership) named {
	n := named{orgs: map[iam.OrgID]bool{}, roles: map[iam.RoleID]bool{}}
	for _, list := range lists {
		for i := range list {
			n.orgs[list[i].Org] = true
			for _, r := range list[i].Roles {
				n.roles[r] = true
			}
		}
	}
	return n
}

// keep makes sure that what memberships name exists, and that none of it is deleted
// before the transaction ends. A column of several ids can refer to none, and on
// PostgreSQL a reference costs a question for each row.
func (t *tx) keep(ctx context.Context, tenant iam.TenantID, n named) error {
	orgs, roles := 0, 0
	tail := " ORDER BY id" + t.d.forKeyShare
	queries := slices.Concat(
		lookupsIn(t.d, tenant, "SELECT id FROM organizations WHERE tenant_id = $1 AND id IN ", tail, texts(slices.Sorted(maps.Keys(n.orgs))), counting(&orgs)),
		lookupsIn(t.d, tenant, "SELECT id FROM roles WHERE tenant_id = $1 AND id IN ", tail, texts(slices.Sorted(maps.Keys(n.roles))), counting(&roles)))
	if len(queries) == 0 {
		return nil
	}
	if err := t.s.together(ctx, queries); err != nil {
		return err
	}
	switch {
	case orgs < len(n.orgs):
		return errUnknownOrg
	case roles < len(n.roles):
		return errUnknownRole
	}
	return nil
}

// counting counts the rows of a lookup.
func counting(n *int) func(scanner) error {
	return func(scanner) error {
		*n++
		return nil
	}
}

func (t *tx) insertMemberships(ctx context.Context, tenant iam.TenantID, user iam.UserID, list []iam.Membership) error {
	if err := t.keep(ctx, tenant, namedBy(list)); err != nil {
		return err
	}
	var members []any
	for i := range list {
		members = membershipValues(members, tenant, user, &list[i])
	}
	return t.insertRows(ctx, membershipInsert, membershipColumns, members)
}

// keepJoined sets when a user joined the organizations that they are in after a
// change: now where they were not before.
func (t *tx) keepJoined(before, after *iam.User) {
	// Who changes something else copies the user, and has the list of before.
	after.Memberships = slices.Clone(after.Memberships)
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
	added := map[iam.RoleID]bool{}
	for _, r := range m.Roles {
		if !slices.Contains(old.Roles, r) {
			added[r] = true
		}
	}
	if err := t.keep(ctx, tenant, named{roles: added}); err != nil {
		return err
	}
	if old.IncludesDescendants == m.IncludesDescendants && slices.Equal(old.Permissions, m.Permissions) && old.Alias == m.Alias &&
		joinRoles(old.Roles) == joinRoles(m.Roles) {
		return nil
	}
	_, err := t.exec(ctx, `
		UPDATE memberships SET includes_descendants = $1, permissions = $2, roles = $3, runs = $4, alias = $5
		WHERE tenant_id = $6 AND user_id = $7 AND org_id = $8`,
		number(m.IncludesDescendants), joinPermissions(m.Permissions), joinRoles(m.Roles), number(access.Runs(m)), m.Alias,
		string(tenant), string(user), string(m.Org))
	return err
}
