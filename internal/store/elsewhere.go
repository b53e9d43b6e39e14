package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// UsersElsewhere implements iam.UserStore.
func (t *tx) UsersElsewhere(ctx context.Context, tenant iam.TenantID, orgs []iam.OrgID) ([]*iam.User, error) {
	var ids []iam.UserID
	err := eachIn(ctx, t, tenant, `
		SELECT m.user_id FROM memberships m
		WHERE m.tenant_id = $1 AND (
			EXISTS (SELECT 1 FROM memberships o WHERE o.tenant_id = m.tenant_id AND o.user_id = m.user_id AND o.org_id <> m.org_id) OR
			EXISTS (SELECT 1 FROM team_members h JOIN teams t ON t.tenant_id = h.tenant_id AND t.id = h.team_id
				WHERE h.tenant_id = m.tenant_id AND h.user_id = m.user_id AND h.role_id IS NOT NULL AND t.org_id <> m.org_id)
		) AND m.org_id IN `, "", texts(orgs), func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, iam.UserID(id))
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	return t.UsersByIDs(ctx, tenant, slices.Compact(ids))
}
