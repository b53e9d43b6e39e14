package store

import (
	"context"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// purgePortion is how many rows one transaction of Purge removes, so that it
// never keeps the one writer of SQLite for long.
const purgePortion = 1000

// purges are what nobody needs any more, by table: the key of its rows and
// which of them are old at the time $1, and how much longer they are kept.
var purges = []struct {
	table, key, old string
	longer          time.Duration
}{
	{"sessions", "id", "expires_at < $1 OR (ended_at > 0 AND ended_at < $1)", 0},
	{"password_resets", "token_hash", "expires_at < $1 OR (used_at > 0 AND used_at < $1)", 0},
	{"domains", "tenant_id, id", "expires_at > 0 AND expires_at < $1", 0},
	{"ip_refusals", "tenant_id, code", "expires_at < $1", 0},
	{"ip_exceptions", "tenant_id, id", "until_at < $1", 0},
	{"replays", "tenant_id, key", "created_at < $1", 0},
	{"throttles", "tenant_id, key", "failures > 0 AND first_at < $1 AND until_at < $1", 0},
	// Without a failure it is an address from which somebody signed in.
	{"throttles", "tenant_id, key", "failures = 0 AND first_at < $1", 31 * 24 * time.Hour},
}

// Purge removes what has ended, expired or been used before the time (see
// purges), in portions of their own transactions, and says how many rows that
// were. before should be a day ago or more: an answer is
// remembered for a day. Known addresses are kept for 31 days more.
func (s *Store) Purge(ctx context.Context, before time.Time) (int64, error) {
	var removed int64
	for _, p := range purges {
		for {
			n, err := s.purgeSome(ctx, p.table, p.key, p.old, before.Add(-p.longer))
			removed += n
			if err != nil {
				return removed, fmt.Errorf("purge %s: %w", p.table, err)
			}
			if n < purgePortion {
				break
			}
		}
	}
	return removed, nil
}

func (s *Store) purgeSome(ctx context.Context, table, key, old string, before time.Time) (n int64, err error) {
	// A table is searched in a snapshot, beside the writers; they wait for
	// removals only, not for a search that finds nothing.
	found := false
	err = s.read(ctx, func(t *tx) error {
		var err error
		found, err = t.has(ctx, "SELECT 1 FROM "+table+" WHERE "+old+" LIMIT 1", micros(before))
		return err
	})
	if err != nil || !found {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		var err error
		n, err = t.exec(ctx, "DELETE FROM "+table+" WHERE ("+key+") IN (SELECT "+key+" FROM "+table+" WHERE "+old+" LIMIT $2)",
			micros(before), purgePortion)
		return err
	})
	return n, err
}

func (s *Store) read(ctx context.Context, fn func(*tx) error) error {
	return s.Read(ctx, func(t iam.Tx) error { return fn(t.(*tx)) }) //nolint:forcetypeassert // Read hands out no other
}
