package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// The names of the counters. A role's counts the users who hold it anywhere, an
// organization's its direct members.
const (
	counterActive    = "users.active"
	counterSuspended = "users.suspended"
	counterRole      = "role:" // and the role's id
	counterOrg       = "org:"  // and the organization's id
)

// deltas is what a transaction adds to the counters of a tenant, by name.
type deltas map[string]int64

// user adds n times a user with its memberships.
func (d deltas) user(u *iam.User, n int64) {
	if u.Status == iam.StatusActive {
		d[counterActive] += n
	} else {
		d[counterSuspended] += n
	}
	for i := range u.Memberships {
		d[counterOrg+string(u.Memberships[i].Org)] += n
	}
	for _, r := range u.RoleIDs() {
		d[counterRole+string(r)] += n
	}
}

// addDeltas appends what changes the counters: rows of its own, so that two
// writers never wait for each other. A writer that is alone changes the counters.
func (t *tx) addDeltas(ctx context.Context, tenant iam.TenantID, d deltas) error {
	if t.d.oneWriter {
		sums := make(map[counterKey]int64, len(d))
		for name, n := range d {
			sums[counterKey{string(tenant), name}] = n
		}
		return t.refused(t.addToCounters(ctx, sums), iam.NotFound("tenant"))
	}
	args := make([]any, 0, 3*len(d))
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if d[name] != 0 {
			args = append(args, string(tenant), name, d[name])
		}
	}
	err := t.insertRows(ctx, "INSERT INTO counter_deltas (tenant_id, name, delta)", 3, args)
	return t.refused(err, iam.NotFound("tenant"))
}

// UserStats implements iam.UserStore. It is one statement, and so one snapshot:
// folding moves deltas into counters at any time.
func (t *tx) UserStats(ctx context.Context, tenant iam.TenantID) (iam.UserStats, error) {
	var s iam.UserStats
	err := t.row(ctx, "tenant", `
		SELECT CAST(COALESCE(SUM(CASE WHEN name = 'users.active' THEN n ELSE 0 END), 0) AS BIGINT),
		       CAST(COALESCE(SUM(CASE WHEN name = 'users.suspended' THEN n ELSE 0 END), 0) AS BIGINT)
		FROM (SELECT name, value AS n FROM counters
		      WHERE tenant_id = $1 AND name IN ('users.active', 'users.suspended')
		      UNION ALL
		      SELECT name, delta AS n FROM counter_deltas
		      WHERE tenant_id = $1 AND name IN ('users.active', 'users.suspended')) AS c`,
		[]any{string(tenant)}, &s.Active, &s.Suspended)
	s.Total = s.Active + s.Suspended
	return s, err
}

// memberCount is the expression for the counter whose name is prefix and the id
// column of the row of alias.
func memberCount(prefix, alias string) string {
	name := "'" + prefix + "' || " + alias + ".id"
	return "CAST(COALESCE((SELECT value FROM counters c WHERE c.tenant_id = " + alias + ".tenant_id AND c.name = " + name + "), 0)" +
		" + COALESCE((SELECT SUM(delta) FROM counter_deltas d WHERE d.tenant_id = " + alias + ".tenant_id AND d.name = " + name + "), 0) AS BIGINT)"
}

// FoldCounters moves up to limit deltas of all tenants into the counters and
// says how many it moved. Several nodes may do so at the same time: each takes
// deltas that no other holds, and all touch counters in one order.
func (s *Store) FoldCounters(ctx context.Context, limit int) (int, error) {
	folded := 0
	err := s.write(ctx, func(t *tx) error {
		ids, sums, err := t.takeDeltas(ctx, limit)
		if err != nil {
			return err
		}
		folded = len(ids)
		if err := t.addToCounters(ctx, sums); err != nil {
			return err
		}
		return t.dropDeltas(ctx, ids)
	})
	return folded, err
}

// addToCounters changes counters, always in the same order.
func (t *tx) addToCounters(ctx context.Context, sums map[counterKey]int64) error {
	for _, k := range slices.SortedFunc(maps.Keys(sums), counterKey.compare) {
		if sums[k] == 0 {
			continue
		}
		if _, err := t.exec(ctx, `
			INSERT INTO counters (tenant_id, name, value) VALUES ($1, $2, $3)
			ON CONFLICT (tenant_id, name) DO UPDATE SET value = counters.value + excluded.value`,
			k.tenant, k.name, sums[k]); err != nil {
			return err
		}
	}
	return nil
}

type counterKey struct{ tenant, name string }

func (k counterKey) compare(other counterKey) int {
	return cmp.Or(cmp.Compare(k.tenant, other.tenant), cmp.Compare(k.name, other.name))
}

// takeDeltas returns the oldest deltas that no other transaction holds, summed.
func (t *tx) takeDeltas(ctx context.Context, limit int) (ids []any, sums map[counterKey]int64, err error) {
	sums = map[counterKey]int64{}
	err = t.each(ctx, "SELECT id, tenant_id, name, delta FROM counter_deltas ORDER BY id LIMIT $1"+t.d.skipLocked,
		[]any{int64(limit)}, func(row scanner) error {
			var id, delta int64
			var k counterKey
			if err := row.Scan(&id, &k.tenant, &k.name, &delta); err != nil {
				return err
			}
			ids = append(ids, id)
			sums[k] += delta
			return nil
		})
	return ids, sums, err
}

// dropDeltas removes exactly the deltas that were read: others with smaller ids
// may have been committed since.
func (t *tx) dropDeltas(ctx context.Context, ids []any) error {
	for len(ids) > 0 {
		n := min(len(ids), inMax)
		chunk := make([]any, inMax)
		for i := range chunk {
			chunk[i] = ids[min(i, n-1)]
		}
		if _, err := t.exec(ctx, dropDeltasText, chunk...); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

var dropDeltasText = "DELETE FROM counter_deltas WHERE id IN " + placeholders(1, inMax)
