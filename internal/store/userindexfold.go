package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// FoldUserIndex brings up to limit pending changes of each tenant into the user
// index, one short transaction a tenant, and says how many changes it folded.
// Until then lists are right all the same, but each reads all pending changes.
// Several nodes may do so at the same time: of two at one tenant, one gives way.
func (s *Store) FoldUserIndex(ctx context.Context, limit int) (int, error) {
	tenants, err := s.tenantsWithChanges(ctx)
	if err != nil {
		return 0, err
	}
	folded := 0
	for _, tenant := range tenants {
		n, err := s.foldTenant(ctx, tenant, limit)
		if err != nil && !s.d.retry(err) {
			return folded, s.translate(err)
		}
		folded += n
	}
	return folded, nil
}

func (s *Store) tenantsWithChanges(ctx context.Context) ([]iam.TenantID, error) {
	var tenants []iam.TenantID
	err := s.read(ctx, func(t *tx) error {
		return t.each(ctx, "SELECT DISTINCT tenant_id FROM user_changes", nil, func(row scanner) error {
			var id string
			err := row.Scan(&id)
			tenants = append(tenants, iam.TenantID(id))
			return err
		})
	})
	return tenants, err
}

// foldTenant folds a portion of one tenant's changes.
func (s *Store) foldTenant(ctx context.Context, tenant iam.TenantID, limit int) (int, error) {
	sess, err := s.snapshotWriters().begin(ctx)
	if err != nil {
		return 0, err
	}
	defer sess.end()
	n, err := userindex.Fold(ctx, s.newTx(sess).userIndex(), tenant, limit)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, sess.commit(ctx)
}

// snapshotWriters begins transactions that write and see one snapshot.
func (s *Store) snapshotWriters() pool {
	if p, ok := s.writers.(*pgPool); ok {
		return &pgPool{conns: p.conns, beginSQL: pgBeginSnapshot}
	}
	return s.writers
}
