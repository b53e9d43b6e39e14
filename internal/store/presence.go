package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/retinue/retinue/internal/iam"
)

// Sessions in which somebody is logged in as the user say nothing of the user.
// What is looked up per user are subqueries: joined, PostgreSQL would rather read
// all sessions of a tenant for each of them while there are few.
var attendanceSelect = fmt.Sprintf(`
	SELECT u.id, u.status,
	       COALESCE((SELECT p.presence FROM user_presence p WHERE p.tenant_id = $1 AND p.user_id = u.id), '%[2]s'),
	       COALESCE((SELECT MAX(CASE WHEN s.last_used_at + %[1]d < s.expires_at THEN s.last_used_at + %[1]d ELSE s.expires_at END)
	                 FROM sessions s WHERE s.tenant_id = $1 AND s.user_id = u.id AND s.ended_at = 0 AND s.actor_id = ''), 0)
	FROM users u WHERE u.tenant_id = $1 AND u.id IN `, iam.PresenceWindow.Microseconds(), iam.PresenceOnline)

// Attendance implements iam.PersonaStore.
func (t *tx) Attendance(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) (map[iam.UserID]iam.Attendance, error) {
	found := make(map[iam.UserID]iam.Attendance, len(ids))
	err := eachIn(ctx, t, tenant, attendanceSelect, "", texts(ids), func(rows *sql.Rows) error {
		var id, status, presence string
		var until int64
		err := rows.Scan(&id, &status, &presence, &until)
		found[iam.UserID(id)] = iam.Attendance{Chosen: iam.Presence(presence), Status: iam.Status(status), Until: fromMicros(until)}
		return err
	})
	return found, err
}

// SetPresence implements iam.PersonaStore.
func (t *tx) SetPresence(ctx context.Context, tenant iam.TenantID, id iam.UserID, p iam.Presence) error {
	_, err := t.exec(ctx, "INSERT INTO user_presence (tenant_id, user_id, presence) VALUES ($1, $2, $3)"+
		" ON CONFLICT (tenant_id, user_id) DO UPDATE SET presence = excluded.presence", string(tenant), string(id), string(p))
	return t.refused(err, iam.NotFound("user"))
}

// AnyAlias implements iam.PersonaStore.
func (t *tx) AnyAlias(ctx context.Context, tenant iam.TenantID, orgs []iam.OrgID) (bool, error) {
	found := false
	err := eachIn(ctx, t, tenant, "SELECT 1 FROM memberships WHERE tenant_id = $1 AND alias <> '' AND org_id IN ", " LIMIT 1", texts(orgs),
		func(*sql.Rows) error {
			found = true
			return nil
		})
	return found, err
}

// aliasesBySeqs calls visit with the aliases of those of the users who have any,
// each with the seq of its user.
func (t *tx) aliasesBySeqs(ctx context.Context, tenant iam.TenantID, seqs []int64, visit func(seq int64, alias string)) error {
	const head = `
		SELECT u.seq, m.alias FROM users u
		JOIN memberships m ON m.tenant_id = u.tenant_id AND m.user_id = u.id AND m.alias <> ''
		WHERE u.tenant_id || '' = $1 AND u.seq IN `
	return eachIn(ctx, t, tenant, head, " ORDER BY u.seq, m.org_id", seqs, func(rows *sql.Rows) error {
		var seq int64
		var alias string
		err := rows.Scan(&seq, &alias)
		visit(seq, alias)
		return err
	})
}
