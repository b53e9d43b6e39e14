package store

import (
	"context"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// RecordUses implements iam.ReviewStore.
func (t *tx) RecordUses(ctx context.Context, tenant iam.TenantID, uses []iam.PermissionUse) error {
	if len(uses) == 0 {
		return nil
	}
	first := uses[0].Day
	for _, u := range uses {
		first = min(first, u.Day)
		_, err := t.exec(ctx, `
			INSERT INTO permission_uses (tenant_id, user_id, org_id, permission, day)
			SELECT u.tenant_id, u.id, o.id, $4, CAST($5 AS BIGINT)
			FROM users u JOIN organizations o ON o.tenant_id = u.tenant_id AND o.id = $3 WHERE u.tenant_id = $1 AND u.id = $2
			ON CONFLICT (tenant_id, user_id, org_id, permission) DO UPDATE SET day = excluded.day WHERE permission_uses.day < excluded.day`,
			string(tenant), string(u.User), string(u.Org), string(u.Permission), u.Day)
		if err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, "INSERT INTO permission_uses_since (tenant_id, day) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day"+
		" WHERE permission_uses_since.day > excluded.day", string(tenant), first)
	return t.refused(err, iam.NotFound("tenant"))
}

// PermissionUses implements iam.ReviewStore.
func (t *tx) PermissionUses(ctx context.Context, tenant iam.TenantID, users []iam.UserID, since int64) ([]iam.PermissionUse, error) {
	var out []iam.PermissionUse
	err := eachIn(ctx, t, tenant, "SELECT user_id, org_id, permission, day FROM permission_uses WHERE tenant_id = $1 AND user_id IN ", "",
		texts(users), func(row scanner) error {
			var u iam.PermissionUse
			err := row.Scan(&u.User, &u.Org, &u.Permission, &u.Day)
			if u.Day >= since {
				out = append(out, u)
			}
			return err
		})
	return out, err
}

// UsesSince implements iam.ReviewStore.
func (t *tx) UsesSince(ctx context.Context, tenant iam.TenantID) (day int64, err error) {
	err = t.row(ctx, "use", "SELECT day FROM permission_uses_since WHERE tenant_id = $1", []any{string(tenant)}, &day)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return 0, nil
	}
	return day, err
}

// Grantees implements iam.ReviewStore.
func (t *tx) Grantees(ctx context.Context, tenant iam.TenantID, orgs []iam.OrgID, p iam.Permission) ([]iam.UserID, error) {
	var out []iam.UserID
	err := eachIn(ctx, t, tenant, "SELECT user_id, permissions FROM memberships WHERE tenant_id = $1 AND permissions <> '' AND org_id IN ", "",
		texts(orgs), func(row scanner) error {
			var id iam.UserID
			var held string
			err := row.Scan(&id, &held)
			if strings.Contains(" "+held+" ", " "+string(p)+" ") {
				out = append(out, id)
			}
			return err
		})
	return out, err
}

// Reaching implements iam.ReviewStore. Each organization is read by itself, for
// the index to give its people in order.
func (t *tx) Reaching(ctx context.Context, tenant iam.TenantID, orgs []iam.OrgID, after iam.UserID, limit int) ([]iam.UserID, error) {
	var out []iam.UserID
	for _, org := range orgs {
		err := t.each(ctx, "SELECT user_id FROM memberships WHERE tenant_id = $1 AND org_id = $2 AND includes_descendants = 1 AND user_id > $3"+
			" ORDER BY user_id LIMIT $4", []any{string(tenant), string(org), string(after), limit}, func(row scanner) error {
			var id iam.UserID
			err := row.Scan(&id)
			out = append(out, id)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), limit)], nil
}
