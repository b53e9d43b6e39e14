package store

import (
	"context"
	"fmt"

	"github.com/retinue/retinue/internal/iam"
)

// attendanceSelect reads two short tables for all users at once: what is looked up
// by the row of each user costs PostgreSQL a page or three that nothing else of a
// list needs. Sessions in which somebody is logged in as the user say nothing of
// the user.
var attendanceSelect = fmt.Sprintf(`
	SELECT user_id, presence, until FROM (
		SELECT tenant_id, user_id, presence, 0 AS until FROM user_presence
		UNION ALL
		SELECT tenant_id, user_id, '', CASE WHEN last_used_at + %[1]d < expires_at THEN last_used_at + %[1]d ELSE expires_at END
		FROM sessions WHERE ended_at = 0 AND actor_id = ''
	) AS signs WHERE tenant_id = $1 AND user_id IN `, iam.PresenceWindow.Microseconds())

// Attendance implements iam.PersonaStore.
func (t *tx) Attendance(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) (map[iam.UserID]iam.Attendance, error) {
	found := make(map[iam.UserID]iam.Attendance, len(ids))
	for _, id := range ids {
		found[id] = iam.Attendance{Chosen: iam.PresenceOnline}
	}
	err := eachIn(ctx, t, tenant, attendanceSelect, "", texts(ids), func(row scanner) error {
		var id, presence string
		var until int64
		if err := row.Scan(&id, &presence, &until); err != nil {
			return err
		}
		a := found[iam.UserID(id)]
		if presence != "" {
			a.Chosen = iam.Presence(presence)
		}
		if at := fromMicros(until); at.After(a.Until) {
			a.Until = at
		}
		found[iam.UserID(id)] = a
		return nil
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
		func(scanner) error {
			found = true
			return nil
		})
	return found, err
}
