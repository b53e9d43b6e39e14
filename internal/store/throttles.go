package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Throttles implements iam.ThrottleStore. Each key is looked up for itself: for all of
// them at once, PostgreSQL reads all there is of the tenant as long as it has no
// statistics of the table.
func (t *tx) Throttles(ctx context.Context, tenant iam.TenantID, keys []string) (map[string]iam.Throttle, error) {
	return t.throttles(ctx, keys, func(key string) lookup {
		return lookup{
			query: "SELECT key, failures, first_at, until_at FROM throttles WHERE tenant_id = $1 AND key = $2",
			args:  []any{string(tenant), key},
		}
	})
}

func (t *tx) throttles(ctx context.Context, keys []string, by func(key string) lookup) (map[string]iam.Throttle, error) {
	found := make(throttles, len(keys))
	queries := make([]lookup, len(keys))
	for i, key := range keys {
		queries[i] = by(key)
		queries[i].scan = found.scan
	}
	return found, t.s.together(ctx, queries)
}

// throttles collects throttles by key.
type throttles map[string]iam.Throttle

func (found throttles) scan(row scanner) error {
	var key string
	var th iam.Throttle
	var first, until int64
	err := row.Scan(&key, &th.Failures, &first, &until)
	th.First, th.Until = fromMicros(first), fromMicros(until)
	found[key] = th
	return err
}

// ThrottlesForUpdate implements iam.ThrottleStore. Rows that were not there are
// made, for only a row can be locked; all in one order, so that no two
// transactions wait for each other.
func (t *tx) ThrottlesForUpdate(ctx context.Context, tenant iam.TenantID, keys []string) (map[string]iam.Throttle, error) {
	return t.throttles(ctx, slices.Sorted(slices.Values(keys)), func(key string) lookup {
		return lookup{
			query: "INSERT INTO throttles (tenant_id, key, failures, first_at, until_at) VALUES ($1, $2, 0, $3, 0)" +
				" ON CONFLICT (tenant_id, key) DO UPDATE SET failures = throttles.failures RETURNING key, failures, first_at, until_at",
			args: []any{string(tenant), key, micros(t.now)},
		}
	})
}

// SetThrottle implements iam.ThrottleStore.
func (t *tx) SetThrottle(ctx context.Context, tenant iam.TenantID, key string, th iam.Throttle) error {
	return t.s.later(ctx, itself, "INSERT INTO throttles (tenant_id, key, failures, first_at, until_at) VALUES ($1, $2, $3, $4, $5)"+
		" ON CONFLICT (tenant_id, key) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at, until_at = excluded.until_at",
		string(tenant), key, th.Failures, micros(th.First), micros(th.Until))
}

// ClearThrottle implements iam.ThrottleStore.
func (t *tx) ClearThrottle(ctx context.Context, tenant iam.TenantID, key string) error {
	return t.s.later(ctx, itself, "DELETE FROM throttles WHERE tenant_id = $1 AND key = $2", string(tenant), key)
}

// ClearThrottles implements iam.ThrottleStore. A semicolon is what follows a colon.
func (t *tx) ClearThrottles(ctx context.Context, tenant iam.TenantID, group string) error {
	return t.s.later(ctx, itself, "DELETE FROM throttles WHERE tenant_id = $1 AND key >= $2 AND key < $3", string(tenant), group+":", group+";")
}
