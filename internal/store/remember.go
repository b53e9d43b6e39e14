package store

import (
	"context"
	"sync"

	"github.com/retinue/retinue/internal/iam"
)

// directoryChanged counts up the version of a tenant's directory. What writes
// roles, organizations, policies or exceptions calls it in the same transaction.
func (t *tx) directoryChanged(ctx context.Context, tenant iam.TenantID) error {
	if t.changed == nil {
		t.changed = map[iam.TenantID]bool{}
	}
	t.changed[tenant] = true
	_, err := t.exec(ctx, "INSERT INTO directory_versions (tenant_id, version) VALUES ($1, 1)"+
		" ON CONFLICT (tenant_id) DO UPDATE SET version = directory_versions.version + 1", string(tenant))
	return err
}

// Remember implements iam.Tx.
func (t *tx) Remember(ctx context.Context, tenant iam.TenantID, load func() (any, error)) (any, error) {
	if t.changed[tenant] {
		return load() // others must not see it before it is committed, if ever
	}
	// Before anything else is read: what comes after may only be newer.
	version, err := t.version(ctx, tenant)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return load()
	}
	if err != nil {
		return nil, err
	}
	if value, ok := t.store.memory.get(tenant, version); ok {
		return value, nil
	}
	value, err := load()
	if err == nil {
		t.store.memory.put(tenant, version, value)
	}
	return value, err
}

const versionSelect = "SELECT version FROM directory_versions WHERE tenant_id = $1"

// version is that of a tenant's directory: as sawVersion was told, else as it is now.
// CodeNotFound before the first change.
func (t *tx) version(ctx context.Context, tenant iam.TenantID) (version int64, err error) {
	if version, ok := t.versions[tenant]; ok {
		return version, nil
	}
	err = t.row(ctx, "tenant", versionSelect, []any{string(tenant)}, &version)
	return version, err
}

// sawVersion keeps a version of which nothing was read before it, for the next
// Remember; 0 is none.
func (t *tx) sawVersion(tenant iam.TenantID, version int64) {
	if version > 0 {
		t.versions = map[iam.TenantID]int64{tenant: version}
	}
}

// maxRemembered bounds the tenants of which something is remembered: few are
// busy at once.
const maxRemembered = 256

// memory holds what was read of tenants, with the version of which it is.
type memory struct {
	mu sync.Mutex
	of map[iam.TenantID]remembered
}

type remembered struct {
	version int64
	value   any
}

func (m *memory) get(tenant iam.TenantID, version int64) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.of[tenant]
	return r.value, ok && r.version == version
}

// put keeps the value, unless a newer one is there: this one may come from an
// older snapshot.
func (m *memory) put(tenant iam.TenantID, version int64, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = map[iam.TenantID]remembered{}
	}
	have, ok := m.of[tenant]
	if ok && have.version > version {
		return
	}
	if !ok && len(m.of) >= maxRemembered {
		for other := range m.of { // any one makes room: it is read again when it is needed
			delete(m.of, other)
			break
		}
	}
	m.of[tenant] = remembered{version, value}
}
