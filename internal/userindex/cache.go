package userindex

import (
	"sync"

	"github.com/retinue/retinue/internal/iam"
)

// cache keeps things that never change under their key, within a budget of
// bytes. When it is full it evicts at random: a directory larger than the cache
// is read from end to end again and again, and evicting the least recently used
// would then never hit.
type cache[K comparable, V any] struct {
	mu     sync.Mutex
	budget int
	used   int
	items  map[K]cached[V]
}

type cached[V any] struct {
	value V
	size  int
}

func newCache[K comparable, V any](budget int) *cache[K, V] {
	return &cache[K, V]{budget: budget, items: map[K]cached[V]{}}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	item, ok := c.items[key]
	return item.value, ok
}

// put keeps value, of size bytes, under key; it replaces what was there.
func (c *cache[K, V]) put(key K, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.items[key]; ok {
		c.used -= old.size
		delete(c.items, key)
	}
	if size > c.budget {
		return
	}
	for victim, item := range c.items { // in random order
		if c.used+size <= c.budget {
			break
		}
		c.used -= item.size
		delete(c.items, victim)
	}
	c.items[key] = cached[V]{value: value, size: size}
	c.used += size
}

// blockKey names a block of a column.
type blockKey struct {
	tenant iam.TenantID
	column string
	number int64
}

// versionedBlock is a block as of a version.
type versionedBlock struct {
	version int64
	values  []byte
}

// pendingKey names a user of a tenant with changes pending.
type pendingKey struct {
	tenant iam.TenantID
	seq    int64
}

// pendingDoc is the present document of a user as of a set of pending changes.
type pendingDoc struct {
	print   changePrint
	present bool // false: the user is deleted
	doc     Doc
	text    fields
}
