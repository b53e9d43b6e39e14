package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// The sizes of portions: small enough that a writer who comes in between waits
// a few milliseconds, large enough that the backlog of a bulk change melts.
const (
	sealPortion  = 500
	foldPortion  = 500
	indexPortion = 64
)

// Store is what the jobs need of the database beyond transactions.
type Store interface {
	iam.Store
	// UnsealedTenants are those with audit events that are not sealed yet.
	UnsealedTenants(ctx context.Context) ([]iam.TenantID, error)
	FoldCounters(ctx context.Context, limit int) (int, error)
	FoldUserIndex(ctx context.Context, limit int) (int, error)
	Purge(ctx context.Context, before time.Time) (int64, error)
	// Optimize refreshes what the database knows of its tables.
	Optimize(ctx context.Context) error
}

// Seal chains new audit events, tenant by tenant. One that can't be sealed keeps
// no other from it.
func Seal(s Store) Job {
	return Job{Name: "seal the audit log", Every: 500 * time.Millisecond, AtEnd: true, Run: func(ctx context.Context) (bool, error) {
		tenants, err := s.UnsealedTenants(ctx)
		if err != nil {
			return false, err
		}
		more := false
		var failed []error
		for _, t := range tenants {
			n := 0
			err := s.Write(ctx, func(tx iam.Tx) (err error) {
				n, err = tx.SealEvents(ctx, t, sealPortion)
				return err
			})
			if err != nil {
				failed = append(failed, fmt.Errorf("seal the log of %s: %w", t, err))
				continue
			}
			more = more || n == sealPortion
		}
		return more, errors.Join(failed...)
	}}
}

// FoldCounters moves what changed the counters into them.
func FoldCounters(s Store) Job {
	return Job{Name: "fold the counters", Every: 2 * time.Second, Run: func(ctx context.Context) (bool, error) {
		n, err := s.FoldCounters(ctx, foldPortion)
		return n == foldPortion, err
	}}
}

// FoldUserIndex brings changed users into the index that lists are read from.
func FoldUserIndex(s Store) Job {
	return Job{Name: "fold the user index", Every: time.Second, Run: func(ctx context.Context) (bool, error) {
		n, err := s.FoldUserIndex(ctx, indexPortion)
		return n >= indexPortion, err
	}}
}

// Purge removes what is over for more than a day.
func Purge(s Store, c clock.Clock) Job {
	return Job{Name: "purge", Every: 10 * time.Minute, Run: func(ctx context.Context) (bool, error) {
		const keep = 25 * time.Hour // an answer is remembered for a day
		_, err := s.Purge(ctx, c.Now().Add(-keep))
		return false, err
	}}
}

// Optimize keeps the database's statistics fresh, without which it would plan
// its queries for the tables of long ago.
func Optimize(s Store) Job {
	return Job{Name: "refresh statistics", Every: 15 * time.Minute, Run: func(ctx context.Context) (bool, error) {
		return false, s.Optimize(ctx)
	}}
}

// FlushUses writes when sessions and keys were last used.
func FlushUses(flush func(context.Context) error) Job {
	return Job{Name: "record uses of sessions", Every: 15 * time.Second, AtEnd: true, Run: func(ctx context.Context) (bool, error) {
		return false, flush(ctx)
	}}
}

// FlushPermissionUses writes which permissions people have used.
func FlushPermissionUses(flush func(context.Context) error) Job {
	return Job{Name: "record uses of permissions", Every: time.Minute, AtEnd: true, Run: func(ctx context.Context) (bool, error) {
		return false, flush(ctx)
	}}
}

// Deliver sends the mails that are due.
func Deliver(deliver func(context.Context) (int, error)) Job {
	return Job{Name: "deliver mail", Every: time.Second, Interruptible: true, Run: func(ctx context.Context) (bool, error) {
		_, err := deliver(ctx)
		return false, err
	}}
}

// Regular does something from time to time.
func Regular(name string, every time.Duration, run func(context.Context) (bool, error)) Job {
	return Job{Name: name, Every: every, Interruptible: true, Run: run}
}

// Work takes up what lies in a queue until it is empty.
func Work(name string, take func(context.Context) (bool, error)) Job {
	return Job{Name: name, Every: time.Second, Interruptible: true, Run: take}
}
