package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// tx is one transaction; it implements iam.Tx.
type tx struct {
	store         *Store
	d             *dialect
	s             session
	now           time.Time
	accessChanged map[iam.TenantID]bool
	changed       map[iam.TenantID]bool  // whose directory this transaction has changed
	versions      map[iam.TenantID]int64 // of directories, for Remember
}

// Now implements iam.Tx.
func (t *tx) Now() time.Time { return t.now }

// AccessChanged implements iam.Tx.
func (t *tx) AccessChanged(tenant iam.TenantID) {
	if t.accessChanged == nil {
		t.accessChanged = map[iam.TenantID]bool{}
	}
	t.accessChanged[tenant] = true
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return t.s.exec(ctx, query, args...)
}

// lock keeps others who lock the key waiting until the transaction ends. A writer
// that is alone needs none.
func (t *tx) lock(ctx context.Context, key string) error {
	if t.d.oneWriter {
		return nil
	}
	_, err := t.exec(ctx, t.d.lockKey, key)
	return err
}

// row runs a query that returns one row into dest; what names the thing in the
// CodeNotFound that no row means.
func (t *tx) row(ctx context.Context, what, query string, args []any, dest ...any) error {
	rows, err := t.s.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return iam.NotFound(what)
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	return rows.Close()
}

// each runs a query and calls scan for every row.
func (t *tx) each(ctx context.Context, query string, args []any, scan func(scanner) error) error {
	rows, err := t.s.query(ctx, query, args...)
	if err != nil {
		return err
	}
	return each(rows, scan)
}

// micros is a time as the database keeps it; 0 is the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// fromMicros is the inverse of micros.
func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
