// Package clock is the only place of the program that reads the machine's clock.
//
// Everything that depends on the time takes a [Clock], so that tests decide what time it is; a test of
// internal/arch forbids time.Now, time.Since and time.Until everywhere else. How long something took is measured
// with a [Stopwatch], which no test needs to fake.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells what time it is. Implementations are safe for concurrent use.
type Clock interface {
	// Now returns the present moment in UTC with a precision of one microsecond, the precision in which
	// times are stored: a time that was written to the database and read back equals the original.
	Now() time.Time
}

// System is the machine's clock. It can step backwards when the machine's time is corrected.
type System struct{}

// Now returns the machine's time as [Clock] describes it, without a monotonic reading.
func (System) Now() time.Time { return normalize(time.Now()) }

// Fake is a clock for tests that stands still until it is moved. Make one with [NewFake].
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{now: normalize(t)} }

// Now returns the moment the clock stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, which may lie in its past.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = normalize(t)
}

// Advance moves the clock by d, backwards if d is negative, and returns the new time.
func (f *Fake) Advance(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = normalize(f.now.Add(d))
	return f.now
}

// Stopwatch measures elapsed time by the monotonic clock, which no correction of the machine's time disturbs. Use
// it for metrics, request durations and benchmarks, never for anything that is stored. Make one with [Start].
type Stopwatch struct {
	start time.Time
}

// Start returns a stopwatch that runs from now.
func Start() Stopwatch { return Stopwatch{start: time.Now()} }

// Elapsed returns the time since the stopwatch was started.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.start) }

// Wait returns once total has elapsed since the stopwatch was started, or earlier when ctx is done.
func (s Stopwatch) Wait(ctx context.Context, total time.Duration) {
	left := total - s.Elapsed()
	if left <= 0 {
		return
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// normalize gives t in UTC, cut to whole microseconds, which also strips its monotonic reading.
func normalize(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
