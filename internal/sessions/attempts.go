package sessions

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// attempts lets only so many attempts with one key be under way. Checking a
// password takes its time; a hundred wrong ones at one instant would else all be
// checked before the first of them counts, and everybody else would wait behind
// them.
type attempts struct {
	mu    sync.Mutex
	turns map[string]*turn
}

// turn is held by whoever has put a value into it.
type turn struct {
	held  chan struct{}
	users int // who holds it or waits for it
}

// line is how many attempts with a key may be under way at once, and how many
// more may wait.
type line struct{ atOnce, waiting int }

// The lines that attempts stand in. Those of strangers, which are all but of
// somebody who signed in to the account from their address before, are short for
// each account and each address: no more than so many can be checked beyond what
// the counters allow. Together, they leave the hashes to the others after a few.
var (
	pairLine    = line{1, 250}
	accountLine = line{4, 250}
	addressLine = line{8, 500}
	crowdLine   = line{4 * runtime.GOMAXPROCS(0), 2000}
)

// errCrowded is for whom there is no room to wait.
var errCrowded = errors.New("sessions: too many attempts are waiting")

// crowdedFor is when somebody for whom there is no room may come again.
const crowdedFor = 10 * time.Second

// enter waits for the attempts with the key that came before, and tells whether
// it had to. The caller must call leave when done. It fails with errCrowded, or
// with the context's error.
func (a *attempts) enter(ctx context.Context, key string, l line) (leave func(), waited bool, err error) {
	a.mu.Lock()
	if a.turns == nil {
		a.turns = map[string]*turn{}
	}
	t := a.turns[key]
	if t == nil {
		t = &turn{held: make(chan struct{}, l.atOnce)}
		a.turns[key] = t
	}
	if t.users >= l.atOnce+l.waiting {
		a.mu.Unlock()
		return nil, false, errCrowded
	}
	waited = t.users >= l.atOnce
	t.users++
	a.mu.Unlock()
	select {
	case t.held <- struct{}{}:
		return func() { <-t.held; a.gone(key, t) }, waited, nil
	case <-ctx.Done():
		a.gone(key, t)
		return nil, waited, ctx.Err()
	}
}

func (a *attempts) gone(key string, t *turn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(a.turns, key)
	}
}

// enterAll is enter for several keys, always in the order given.
func (a *attempts) enterAll(ctx context.Context, keys []string, lines []line) (leave func(), waited bool, err error) {
	leaves := make([]func(), 0, len(keys))
	leave = func() {
		for _, l := range leaves {
			l()
		}
	}
	for i, key := range keys {
		l, w, err := a.enter(ctx, key, lines[i])
		if err != nil {
			leave()
			return nil, waited, err
		}
		leaves, waited = append(leaves, l), waited || w
	}
	return leave, waited, nil
}
