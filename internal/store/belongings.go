package store

import (
	"context"
	"database/sql"

	"github.com/retinue/retinue/internal/iam"
)

// belongings are the queries for what a user ($2) owns at a time ($3).
var belongings = []struct {
	kind  iam.Belonging
	query string
}{
	{iam.OwnsAPIKeys, "SELECT name FROM api_keys WHERE tenant_id = $1 AND user_id = $2 AND revoked_at = 0" +
		" AND (expires_at = 0 OR expires_at > $3) ORDER BY name, id"},
	{iam.OwnsServiceKeys, "SELECT name FROM api_keys WHERE " + madeForServices + " AND (expires_at = 0 OR expires_at > $3) ORDER BY name, id"},
	{iam.OwnsTeamLeads, "SELECT t.name FROM team_members m JOIN teams t ON t.tenant_id = m.tenant_id AND t.id = m.team_id" +
		" WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.is_lead = 1 AND t.created_at <= $3 ORDER BY t.name, t.id"},
	{iam.OwnsInvitations, "SELECT email FROM invitations WHERE " + sentInvitations + " AND expires_at > $3 ORDER BY email, id"},
	{iam.OwnsImports, "SELECT file_name FROM user_imports WHERE " + openImports + " AND created_at <= $3 ORDER BY created_at, id"},
}

const (
	madeForServices = "tenant_id = $1 AND created_by = $2 AND user_id <> $2 AND revoked_at = 0"
	sentInvitations = "tenant_id = $1 AND invited_by = $2 AND state = 'pending'"
	openImports     = "tenant_id = $1 AND created_by = $2 AND state IN ('checking', 'ready', 'running')"
)

// Belongings implements iam.BelongingStore.
func (t *tx) Belongings(ctx context.Context, tenant iam.TenantID, id iam.UserID) ([]iam.Belongings, error) {
	out := []iam.Belongings{}
	for _, b := range belongings {
		found := iam.Belongings{Kind: b.kind}
		err := t.each(ctx, b.query, []any{string(tenant), string(id), micros(t.now)}, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			found.Names = append(found.Names, name)
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(found.Names) > 0 {
			out = append(out, found)
		}
	}
	return out, nil
}

// HandOver implements iam.BelongingStore.
func (t *tx) HandOver(ctx context.Context, tenant iam.TenantID, from, to *iam.User) error {
	if _, err := t.exec(ctx, "UPDATE api_keys SET created_by = $3 WHERE "+madeForServices,
		string(tenant), string(from.ID), string(to.ID)); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "UPDATE invitations SET invited_by = $3, invited_name = $4 WHERE "+sentInvitations,
		string(tenant), string(from.ID), string(to.ID), to.FullName()); err != nil {
		return err
	}
	_, err := t.exec(ctx, "UPDATE user_imports SET created_by = $3, created_name = $4 WHERE "+openImports,
		string(tenant), string(from.ID), string(to.ID), to.FullName())
	return err
}

// EndBelongings implements iam.BelongingStore.
func (t *tx) EndBelongings(ctx context.Context, tenant iam.TenantID, id iam.UserID) error {
	if _, err := t.exec(ctx, "UPDATE api_keys SET revoked_at = $3 WHERE "+madeForServices, string(tenant), string(id), micros(t.now)); err != nil {
		return err
	}
	if err := t.endInvitations(ctx, tenant, "invited_by", string(id)); err != nil {
		return err
	}
	_, err := t.exec(ctx, "UPDATE user_imports SET state = 'cancelled', finished_at = $3 WHERE "+openImports, string(tenant), string(id), micros(t.now))
	return err
}
