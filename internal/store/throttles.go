package store

import (
	"context"
	"database/sql"

	"github.com/retinue/retinue/internal/iam"
)

// Throttles implements iam.ThrottleStore.
func (t *tx) Throttles(ctx context.Context, tenant iam.TenantID, keys []string) (map[string]iam.Throttle, error) {
	found := make(map[string]iam.Throttle, len(keys))
	err := bulks(keys, func(keys []string) error {
		args := []any{string(tenant)}
		for _, k := range keys {
			args = append(args, k)
		}
		return t.each(ctx, "SELECT key, failures, first_at, until_at FROM throttles WHERE tenant_id = $1 AND key IN ("+
			params(len(keys), 2)+")", args, func(rows *sql.Rows) error {
			var key string
			var th iam.Throttle
			var first, until int64
			err := rows.Scan(&key, &th.Failures, &first, &until)
			th.First, th.Until = fromMicros(first), fromMicros(until)
			found[key] = th
			return err
		})
	})
	return found, err
}

// SetThrottle implements iam.ThrottleStore.
func (t *tx) SetThrottle(ctx context.Context, tenant iam.TenantID, key string, th iam.Throttle) error {
	_, err := t.exec(ctx, "INSERT INTO throttles (tenant_id, key, failures, first_at, until_at) VALUES ($1, $2, $3, $4, $5)"+
		" ON CONFLICT (tenant_id, key) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at, until_at = excluded.until_at",
		string(tenant), key, th.Failures, micros(th.First), micros(th.Until))
	return err
}

// ClearThrottle implements iam.ThrottleStore.
func (t *tx) ClearThrottle(ctx context.Context, tenant iam.TenantID, key string) error {
	_, err := t.exec(ctx, "DELETE FROM throttles WHERE tenant_id = $1 AND key = $2", string(tenant), key)
	return err
}
