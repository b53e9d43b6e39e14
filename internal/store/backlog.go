package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// UnsealedTenants are those with audit events that SealEvents has not chained yet.
func (s *Store) UnsealedTenants(ctx context.Context) ([]iam.TenantID, error) {
	var out []iam.TenantID
	err := s.read(ctx, func(t *tx) error {
		return t.each(ctx, "SELECT DISTINCT tenant_id FROM audit_events WHERE seq IS NULL", nil, func(row scanner) error {
			var id string
			err := row.Scan(&id)
			out = append(out, iam.TenantID(id))
			return err
		})
	})
	return out, err
}

// QueuedMails is how many mails wait for delivery, in all tenants.
func (s *Store) QueuedMails(ctx context.Context) (n int64, err error) {
	err = s.read(ctx, func(t *tx) error {
		return t.row(ctx, "count", "SELECT COUNT(*) FROM mails WHERE state = 'queued'", nil, &n)
	})
	return n, err
}

// Optimize makes sure that the database plans by statistics that fit: SQLite by
// the fixed ones of the schema. PostgreSQL keeps its own up to date by itself.
func (s *Store) Optimize(ctx context.Context) error { return s.keepStatistics(ctx) }

// OptimizeNow is Optimize after an import, before PostgreSQL would notice how
// large the tables have become. Clearing up what the import left behind is for
// autovacuum, within minutes.
func (s *Store) OptimizeNow(ctx context.Context) error {
	if _, ok := s.writers.(*pgPool); ok {
		return s.write(ctx, func(t *tx) error { return t.analyzeImported(ctx) })
	}
	return s.Optimize(ctx)
}

// PoolStats are how busy the connections are.
type PoolStats struct{ Limit, InUse int }

// Stats tells how busy the connections are: those of the readers, and on SQLite
// the one writer.
func (s *Store) Stats() (readers, writers PoolStats) { return s.readers.stats(), s.writers.stats() }

func (p *sqlitePool) stats() PoolStats {
	return PoolStats{Limit: cap(p.tickets), InUse: cap(p.tickets) - len(p.tickets)}
}

func (p *pgPool) stats() PoolStats {
	st := p.conns.Stat()
	return PoolStats{Limit: int(st.MaxConns()), InUse: int(st.AcquiredConns())}
}
