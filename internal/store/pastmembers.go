package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// pastConflict keeps the last time that somebody left an organization.
const pastConflict = " ON CONFLICT (tenant_id, user_id, org_id) DO UPDATE SET left_at =" +
	" CASE WHEN excluded.left_at > past_memberships.left_at THEN excluded.left_at ELSE past_memberships.left_at END"

// insertPast notes that somebody left an organization.
func (t *tx) insertPast(ctx context.Context, tenant iam.TenantID, user iam.UserID, org iam.OrgID) error {
	_, err := t.exec(ctx, "INSERT INTO past_memberships (tenant_id, user_id, org_id, left_at) VALUES ($1, $2, $3, $4)"+pastConflict,
		string(tenant), string(user), string(org), micros(t.now))
	return err
}

// liftPast makes those who have left an organization, which is about to be
// deleted, ones who have left the one above.
func (t *tx) liftPast(ctx context.Context, tenant iam.TenantID, org iam.OrgID) error {
	_, err := t.exec(ctx, `
		INSERT INTO past_memberships (tenant_id, user_id, org_id, left_at)
		SELECT p.tenant_id, p.user_id, o.parent_id, p.left_at FROM past_memberships p
		JOIN organizations o ON o.tenant_id = p.tenant_id AND o.id = p.org_id
		WHERE p.tenant_id = $1 AND p.org_id = $2`+pastConflict, string(tenant), string(org))
	return err
}

// PastMemberships implements iam.UserStore.
func (t *tx) PastMemberships(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) ([]iam.PastMembership, error) {
	var out []iam.PastMembership
	err := eachIn(ctx, t, tenant, "SELECT user_id, org_id, left_at FROM past_memberships WHERE tenant_id = $1 AND user_id IN ", " ORDER BY user_id, org_id", texts(ids),
		func(row scanner) error {
			var p iam.PastMembership
			var left int64
			err := row.Scan(&p.User, &p.Org, &left)
			p.LeftAt = fromMicros(left)
			out = append(out, p)
			return err
		})
	return out, err
}
