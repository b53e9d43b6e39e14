package clock

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSystemIsUTCInMicroseconds(t *testing.T) {
	before := time.Now().Add(-time.Microsecond)
	now := System{}.Now()
	after := time.Now()

	if now.Before(before) || now.After(after) {
		t.Errorf("Now() = %v, want between %v and %v", now, before, after)
	}
	if now.Location() != time.UTC {
		t.Errorf("location = %v, want UTC", now.Location())
	}
	if stored := time.UnixMicro(now.UnixMicro()).UTC(); stored != now {
		t.Errorf("after a round trip through microseconds: %v, want %v", stored, now)
	}
}

func TestFakeStandsStillUntilMoved(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 1_999, time.FixedZone("CET", 3600))
	f := NewFake(start)

	want := time.Date(2026, 3, 1, 8, 0, 0, 1_000, time.UTC)
	if first, second := f.Now(), f.Now(); first != want || second != want {
		t.Errorf("Now() = %v, then %v; want %v twice", first, second, want)
	}
	if got := f.Advance(90 * time.Second); got != want.Add(90*time.Second) || f.Now() != got {
		t.Errorf("Advance = %v, Now() = %v", got, f.Now())
	}
	if got := f.Advance(-time.Hour); got != want.Add(90*time.Second-time.Hour) {
		t.Errorf("Advance backwards = %v", got)
	}
	f.Set(start)
	if got := f.Now(); got != want {
		t.Errorf("after Set: %v, want %v", got, want)
	}
}

func TestFakeIsSafeForConcurrentUse(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	f := NewFake(start)

	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 500 {
				f.Advance(time.Second)
				f.Now()
			}
		})
	}
	group.Wait()
	if got, want := f.Now(), start.Add(4000*time.Second); got != want {
		t.Errorf("after 4000 steps of a second: %v, want %v", got, want)
	}
}

func TestStopwatchMeasuresElapsedTime(t *testing.T) {
	watch := Start()
	time.Sleep(5 * time.Millisecond)
	first := watch.Elapsed()
	if first < 5*time.Millisecond || first > time.Minute {
		t.Errorf("Elapsed() = %v after sleeping 5ms", first)
	}
	if second := watch.Elapsed(); second < first {
		t.Errorf("Elapsed() went back from %v to %v", first, second)
	}
}

func TestStopwatchWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		watch := Start()
		time.Sleep(300 * time.Millisecond)
		watch.Wait(t.Context(), time.Second)
		if got := watch.Elapsed(); got != time.Second {
			t.Errorf("waited until %v, want 1s", got)
		}
		watch.Wait(t.Context(), time.Second)
		if got := watch.Elapsed(); got != time.Second {
			t.Errorf("waited until %v when it was over", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		watch.Wait(ctx, time.Hour)
		if got := watch.Elapsed(); got != 2*time.Second {
			t.Errorf("waited until %v, want 2s, when the context was done", got)
		}
	})
}
