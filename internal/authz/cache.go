package authz

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// MaxAge is how long another node may go on with what it knew of a tenant
// (within one second on every other node).
const MaxAge = time.Second

// Cache keeps the directories of tenants for reads. What changes access calls
// Invalidate after it has committed; what another node changed is seen within
// MaxAge. Decisions about writes use Load in their own transaction instead.
type Cache struct {
	store  iam.Store
	clock  clock.Clock
	mu     sync.Mutex
	cached map[iam.TenantID]*cached
	epochs sync.Map // iam.TenantID to *atomic.Int64
}

type cached struct {
	dir   *Directory
	stamp Stamp
}

// Stamp says of when something read from the store is. Take it before the
// transaction begins: a change that commits in between then makes it stale.
type Stamp struct {
	epoch int64
	at    time.Time
}

// Few tenants are busy at once; the rest is read again when it is asked for.
const maxTenants = 256

// NewCache returns an empty cache.
func NewCache(s iam.Store, c clock.Clock) *Cache {
	return &Cache{store: s, clock: c, cached: map[iam.TenantID]*cached{}}
}

func (c *Cache) epoch(t iam.TenantID) *atomic.Int64 {
	if v, ok := c.epochs.Load(t); ok {
		return v.(*atomic.Int64) //nolint:forcetypeassert // nothing else is stored there
	}
	v, _ := c.epochs.LoadOrStore(t, new(atomic.Int64))
	return v.(*atomic.Int64) //nolint:forcetypeassert // nothing else is stored there
}

// Invalidate makes all that was read of a tenant before now stale.
func (c *Cache) Invalidate(t iam.TenantID) { c.epoch(t).Add(1) }

// Stamp returns the present stamp of a tenant.
func (c *Cache) Stamp(t iam.TenantID) Stamp { return Stamp{c.epoch(t).Load(), c.clock.Now()} }

// Fresh tells whether what was read at a stamp still holds.
func (c *Cache) Fresh(t iam.TenantID, s Stamp) bool {
	age := c.clock.Now().Sub(s.at)
	return s.epoch == c.epoch(t).Load() && age >= 0 && age < MaxAge
}

// Get returns the tenant's directory. It is shared and must not be changed. It
// reads in a transaction of its own: call it before you open yours.
func (c *Cache) Get(ctx context.Context, t iam.TenantID) (*Directory, error) {
	dir, _, err := c.GetStamped(ctx, t)
	return dir, err
}

// GetStamped is Get, and says of when the directory is: what is made of it must
// not be believed for longer.
func (c *Cache) GetStamped(ctx context.Context, t iam.TenantID) (*Directory, Stamp, error) {
	c.mu.Lock()
	have := c.cached[t]
	c.mu.Unlock()
	if have != nil && c.Fresh(t, have.stamp) {
		return have.dir, have.stamp, nil
	}
	fresh := &cached{stamp: c.Stamp(t)}
	err := c.store.Read(ctx, func(tx iam.Tx) (err error) {
		fresh.dir, err = Load(ctx, tx, t)
		return err
	})
	if err != nil {
		return nil, Stamp{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cached) >= maxTenants {
		clear(c.cached)
	}
	c.cached[t] = fresh
	return fresh.dir, fresh.stamp, nil
}
