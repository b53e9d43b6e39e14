package store

import (
	"context"
	"database/sql"

	"github.com/retinue/retinue/internal/iam"
)

// UnsealedTenants are those with audit events that SealEvents has not chained yet.
func (s *Store) UnsealedTenants(ctx context.Context) ([]iam.TenantID, error) {
	var out []iam.TenantID
	err := s.read(ctx, func(t *tx) error {
		return t.each(ctx, "SELECT DISTINCT tenant_id FROM audit_events WHERE seq IS NULL", nil, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
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

// Optimize lets the database refresh what it knows of the sizes of its tables,
// where they have changed since. PostgreSQL does so by itself.
func (s *Store) Optimize(ctx context.Context) error {
	if s.path == "" {
		return nil
	}
	// Bounded, so that writers wait for milliseconds even with large tables;
	// 0x10002 looks at all tables, not at those that this connection has read.
	return s.tidy(ctx, "PRAGMA analysis_limit = 1000", "PRAGMA optimize = 0x10002")
}

// OptimizeNow is Optimize after tables have grown a lot at once, before
// PostgreSQL would notice by itself.
func (s *Store) OptimizeNow(ctx context.Context) error {
	if s.path != "" {
		return s.Optimize(ctx)
	}
	return s.tidy(ctx, "ANALYZE users, memberships, membership_roles, audit_events")
}

func (s *Store) tidy(ctx context.Context, texts ...string) error {
	return s.write(ctx, func(t *tx) error {
		for _, text := range texts {
			if _, err := t.s.exec(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// PoolStats are how busy the connections are.
type PoolStats struct{ Limit, InUse int }

// Stats tells how busy the connections are: those of the readers, and on SQLite
// the one writer.
func (s *Store) Stats() (readers, writers PoolStats) { return s.readers.stats(), s.writers.stats() }

func (p *sqlitePool) stats() PoolStats {
	return PoolStats{Limit: cap(p.free), InUse: cap(p.free) - len(p.free)}
}

func (p *pgPool) stats() PoolStats {
	st := p.db.Stats()
	return PoolStats{Limit: st.MaxOpenConnections, InUse: st.InUse}
}
