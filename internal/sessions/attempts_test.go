package sessions

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// Only so many are under way at once, only so many wait, and whoever gives up
// waiting leaves their place.
func TestLine(t *testing.T) {
	var a attempts
	l := line{atOnce: 2, waiting: 1}
	first, waited, err := a.enter(t.Context(), "k", l)
	if err != nil || waited {
		t.Fatal(waited, err)
	}
	second, _, err := a.enter(t.Context(), "k", l)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, _, err := a.enter(ctx, "k", l)
		gaveUp <- err
	}()
	for a.waiting("k") != 3 {
		time.Sleep(time.Millisecond)
	}
	if _, _, err := a.enter(t.Context(), "k", l); !errors.Is(err, errCrowded) {
		t.Fatal(err)
	}
	if other, _, err := a.enter(t.Context(), "another", l); err != nil {
		t.Fatal(err)
	} else {
		other()
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	third := make(chan bool)
	go func() {
		leave, waited, err := a.enter(t.Context(), "k", l)
		if err == nil {
			leave()
		}
		third <- waited && err == nil
	}()
	for a.waiting("k") != 3 {
		time.Sleep(time.Millisecond)
	}
	first()
	if !<-third {
		t.Error("whoever waited was not let in")
	}
	second()
	if n := len(a.turns); n != 0 {
		t.Errorf("%d lines are left", n)
	}
}

// Who stands in several lines leaves all of them, and none when one is full.
func TestLines(t *testing.T) {
	var a attempts
	one := line{atOnce: 1}
	leave, _, err := a.enterAll(t.Context(), []string{"a", "b"}, []line{one, one})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.enterAll(t.Context(), []string{"c", "b"}, []line{one, one}); !errors.Is(err, errCrowded) {
		t.Fatal(err)
	}
	if n := a.waiting("c"); n != 0 {
		t.Errorf("%d stand in the line before the full one", n)
	}
	leave()
	if n := len(a.turns); n != 0 {
		t.Errorf("%d lines are left", n)
	}
}

// Never more than allowed, whoever comes and goes.
func TestLineHoldsUnderLoad(t *testing.T) {
	var a attempts
	var mu sync.Mutex
	inside, most := 0, 0
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			leave, _, err := a.enter(t.Context(), "k", line{3, 500})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(50 * time.Microsecond)
			mu.Lock()
			inside--
			mu.Unlock()
			leave()
		})
	}
	all.Wait()
	if most > 3 {
		t.Errorf("%d at once", most)
	}
}

// waiting is how many hold the key or wait for it.
func (a *attempts) waiting(key string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.turns[key]; t != nil {
		return t.users
	}
	return 0
}
