package sessions

import (
	"context"
	"sync"
)

// attempts lets attempts with one key go one after the other. Checking a
// password takes its time; a hundred wrong ones at one instant would else all be
// checked before the first of them counts.
type attempts struct {
	mu    sync.Mutex
	turns map[string]*turn
}

// turn is held by whoever has put a value into it.
type turn struct {
	held  chan struct{}
	users int // who holds it or waits for it
}

// enter waits for the attempts with the key that came before. The caller must
// call leave when done.
func (a *attempts) enter(ctx context.Context, key string) (leave func(), err error) {
	a.mu.Lock()
	if a.turns == nil {
		a.turns = map[string]*turn{}
	}
	t := a.turns[key]
	if t == nil {
		t = &turn{held: make(chan struct{}, 1)}
		a.turns[key] = t
	}
	t.users++
	a.mu.Unlock()
	select {
	case t.held <- struct{}{}:
		return func() { <-t.held; a.gone(key, t) }, nil
	case <-ctx.Done():
		a.gone(key, t)
		return nil, ctx.Err()
	}
}

func (a *attempts) gone(key string, t *turn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(a.turns, key)
	}
}
