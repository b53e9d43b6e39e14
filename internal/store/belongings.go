package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// belongings are the queries for what a user ($2) owns at a time ($3), in parts:
// before and after what restricts them to organizations.
var belongings = []struct {
	kind          iam.Belonging
	query, within string
	order         string
}{
	{iam.OwnsAPIKeys, "SELECT name FROM api_keys WHERE tenant_id = $1 AND user_id = $2 AND revoked_at = 0" +
		" AND (expires_at = 0 OR expires_at > $3)", "", " ORDER BY name, id"},
	{iam.OwnsServiceKeys, "SELECT name FROM api_keys WHERE " + madeForServices + " AND (expires_at = 0 OR expires_at > $3)", serviceIn, " ORDER BY name, id"},
	{iam.OwnsTeamLeads, "SELECT t.name FROM team_members m JOIN teams t ON t.tenant_id = m.tenant_id AND t.id = m.team_id" +
		" WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.is_lead = 1 AND t.created_at <= $3", "t.org_id IN ", " ORDER BY t.name, t.id"},
	{iam.OwnsInvitations, "SELECT email FROM invitations WHERE " + sentInvitations + " AND expires_at > $3", orgIn, " ORDER BY email, id"},
	{iam.OwnsImports, "SELECT file_name FROM user_imports WHERE " + openImports + " AND created_at <= $3", orgIn, " ORDER BY created_at, id"},
}

const (
	madeForServices = "tenant_id = $1 AND created_by = $2 AND user_id <> $2 AND revoked_at = 0"
	sentInvitations = "tenant_id = $1 AND invited_by = $2 AND state = 'pending'"
	openImports     = "tenant_id = $1 AND created_by = $2 AND state IN ('checking', 'ready', 'running')"

	orgIn     = "org_id IN "
	serviceIn = "user_id IN (SELECT m.user_id FROM memberships m WHERE m.tenant_id = $1 AND m.org_id IN "
)

// within restricts a statement that ends in a condition to organizations; nil
// does not. where ends in "IN ".
func within(statement, where string, args []any, orgs []iam.OrgID) (string, []any) {
	if orgs == nil || where == "" {
		return statement, args
	}
	statement += " AND " + where + placeholders(len(args)+1, len(orgs)) + strings.Repeat(")", strings.Count(where, "("))
	for _, org := range orgs {
		args = append(args, string(org))
	}
	return statement, args
}

// Belongings implements iam.BelongingStore.
func (t *tx) Belongings(ctx context.Context, tenant iam.TenantID, id iam.UserID, orgs []iam.OrgID) ([]iam.Belongings, error) {
	out := []iam.Belongings{}
	for _, b := range belongings {
		found := iam.Belongings{Kind: b.kind}
		query, args := within(b.query, b.within, []any{string(tenant), string(id), micros(t.now)}, orgs)
		err := t.each(ctx, query+b.order, args, func(row scanner) error {
			var name string
			err := row.Scan(&name)
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
func (t *tx) HandOver(ctx context.Context, tenant iam.TenantID, from, to *iam.User, orgs []iam.OrgID) error {
	for _, change := range []struct {
		statement, where string
		args             []any
	}{
		{"UPDATE api_keys SET created_by = $3 WHERE " + madeForServices, serviceIn, nil},
		{"UPDATE invitations SET invited_by = $3, invited_name = $4 WHERE " + sentInvitations, orgIn, []any{to.FullName()}},
		{"UPDATE user_imports SET created_by = $3, created_name = $4, api_key_id = ''" +
			", started_ip = '', started_agent = '', started_request = '' WHERE " + openImports, orgIn, []any{to.FullName()}},
	} {
		statement, args := within(change.statement, change.where, append([]any{string(tenant), string(from.ID), string(to.ID)}, change.args...), orgs)
		if _, err := t.exec(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// EndBelongings implements iam.BelongingStore.
func (t *tx) EndBelongings(ctx context.Context, tenant iam.TenantID, id iam.UserID, orgs []iam.OrgID) error {
	ends := []any{string(tenant), string(id), micros(t.now)}
	statement, args := within("UPDATE api_keys SET revoked_at = $3 WHERE "+madeForServices, serviceIn, ends, orgs)
	if _, err := t.exec(ctx, statement, args...); err != nil {
		return err
	}
	condition, args := within(sentInvitations, orgIn, ends[:2:2], orgs)
	if err := t.endInvitations(ctx, tenant, condition, args); err != nil {
		return err
	}
	statement, args = within("UPDATE user_imports SET state = 'cancelled', finished_at = $3 WHERE "+openImports, orgIn, ends[:3:3], orgs)
	_, err := t.exec(ctx, statement, args...)
	return err
}
