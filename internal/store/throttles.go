package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Throttles implements iam.ThrottleStore.
func (t *tx) Throttles(ctx context.Context, tenant iam.TenantID, keys []string) (map[string]iam.Throttle, error) {
	found := make(throttles, len(keys))
	err := eachIn(ctx, t, tenant, "SELECT key, failures, first_at, until_at FROM throttles WHERE tenant_id = $1 AND key IN ", "", keys, found.scan)
	return found, err
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
	found := make(throttles, len(keys))
	for _, key := range slices.Sorted(slices.Values(keys)) {
		err := t.each(ctx, "INSERT INTO throttles (tenant_id, key, failures, first_at, until_at) VALUES ($1, $2, 0, $3, 0)"+
			" ON CONFLICT (tenant_id, key) DO UPDATE SET failures = throttles.failures RETURNING key, failures, first_at, until_at",
			[]any{string(tenant), key, micros(t.now)}, found.scan)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
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

// ClearThrottles implements iam.ThrottleStore. A semicolon is what follows a colon.
func (t *tx) ClearThrottles(ctx context.Context, tenant iam.TenantID, group string) error {
	_, err := t.exec(ctx, "DELETE FROM throttles WHERE tenant_id = $1 AND key >= $2 AND key < $3", string(tenant), group+":", group+";")
	return err
}
