package sessions

import (
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/retinue/retinue/internal/iam"
)

// The limit of what one address may get wrong in the whole installation, at tenants
// that there are or are not: without it, whoever makes up names of tenants would
// begin anew with each, and fill the database with counters. It is far above what
// the counters of a tenant allow, and kept in memory: each node has its own.
var floodLimit = limit{free: 1000, window: time.Hour, first: time.Minute, max: 15 * time.Minute}

// floods counts by address.
type floods struct {
	mu     sync.Mutex
	counts *otter.Cache[string, iam.Throttle]
}

// floodKey names the counter of an address; what it counts is one of the group's.
func floodKey(group, ip string) string { return "flood:" + group + ":" + network(ip) }

// until is until when the counter refuses; the zero time when it does not.
func (f *floods) until(key string) time.Time {
	t, _ := f.counts.GetIfPresent(key)
	return t.Until
}

// add counts one more.
func (f *floods) add(key string, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, _ := f.counts.GetIfPresent(key)
	f.counts.Set(key, floodLimit.after(t, now))
}
