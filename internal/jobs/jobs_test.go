package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A runner that is stopped lets a job finish its portion, runs those that ask
// for it once more, and only then returns.
func TestStopping(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	var finished, last atomic.Int32
	ctx, stop := context.WithCancel(context.Background())
	r := &Runner{Logger: quiet(), Failed: func(string) {}, Jobs: []Job{
		{Name: "slow", Every: time.Millisecond, Run: func(ctx context.Context) (bool, error) {
			if finished.Load() > 0 {
				return false, nil
			}
			close(begun)
			<-release
			finished.Add(1)
			return false, ctx.Err()
		}},
		{Name: "at the end", Every: time.Hour, AtEnd: true, Run: func(ctx context.Context) (bool, error) {
			last.Add(1)
			return false, ctx.Err()
		}},
	}}
	returned := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(returned)
	}()
	<-begun
	stop()
	select {
	case <-returned:
		t.Fatal("it returned while a job was at its portion")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	<-returned
	if finished.Load() != 1 || last.Load() != 1 {
		t.Errorf("finished %d, run at the end %d times", finished.Load(), last.Load())
	}
}

// An interruptible job is told that the runner stops.
func TestInterrupting(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	begun := make(chan struct{})
	r := &Runner{Logger: quiet(), Failed: func(string) { t.Error("an interruption counts as a failure") }, Jobs: []Job{
		{Name: "long", Every: time.Millisecond, Interruptible: true, Run: func(ctx context.Context) (bool, error) {
			close(begun)
			<-ctx.Done()
			return false, ctx.Err()
		}},
	}}
	returned := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(returned)
	}()
	<-begun
	stop()
	<-returned
}

// A job with more to do goes on at once; one that fails or panics is tried
// again later, is counted each time, and is logged as an error once.
func TestMoreAndFailures(t *testing.T) {
	var portions, failures atomic.Int32
	var out bytes.Buffer
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r := &Runner{Logger: slog.New(slog.NewTextHandler(&out, nil)), Failed: func(job string) {
		if job != "broken" {
			t.Errorf("%s failed", job)
		}
		if failures.Add(1) == 2 {
			stop()
		}
	}, Jobs: []Job{
		{Name: "backlog", Every: time.Millisecond, Run: func(context.Context) (bool, error) { return portions.Add(1) < 50, nil }},
		{Name: "broken", Every: time.Millisecond, Run: func(context.Context) (bool, error) {
			if failures.Load() == 0 {
				return false, errors.New("away")
			}
			panic("worse")
		}},
	}}
	r.Run(ctx)
	if portions.Load() < 50 || failures.Load() != 2 {
		t.Errorf("%d portions, %d failures", portions.Load(), failures.Load())
	}
	if n := strings.Count(out.String(), "level=ERROR"); n != 1 {
		t.Errorf("logged %d times: %s", n, out.String())
	}
}

// logs are tenants of which one can't be sealed, and have portions to be sealed.
type logs struct {
	Store
	left   map[iam.TenantID]int
	sealed map[iam.TenantID]int
}

func (l *logs) UnsealedTenants(context.Context) ([]iam.TenantID, error) {
	return []iam.TenantID{"broken", "busy", "quiet"}, nil
}

func (l *logs) Write(_ context.Context, fn func(iam.Tx) error) error { return fn(logTx{logs: l}) }

type logTx struct {
	iam.Tx
	*logs
}

func (l logTx) SealEvents(_ context.Context, t iam.TenantID, n int) (int, error) {
	if t == "broken" {
		return 0, errors.New("can't be sealed")
	}
	n = min(n, l.left[t])
	l.left[t] -= n
	l.sealed[t] += n
	return n, nil
}

// The log of one tenant that can't be sealed keeps no other from it, and those
// that have more go on without a long pause.
func TestSealingGoesOn(t *testing.T) {
	l := &logs{left: map[iam.TenantID]int{"busy": sealPortion + 1, "quiet": 3}, sealed: map[iam.TenantID]int{}}
	job := Seal(l)
	if more, err := job.Run(t.Context()); !more || err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("more %t, %v", more, err)
	}
	if more, err := job.Run(t.Context()); more || err == nil {
		t.Errorf("more %t, %v", more, err)
	}
	if l.sealed["busy"] != sealPortion+1 || l.sealed["quiet"] != 3 {
		t.Errorf("sealed %v", l.sealed)
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	var runs int
	r := &Runner{Logger: quiet(), Failed: func(string) {}, Jobs: []Job{{Name: "in part", Every: time.Millisecond, Run: func(context.Context) (bool, error) {
		if runs++; runs == 10 {
			stop()
		}
		return true, errors.New("a part")
	}}}}
	r.Run(ctx)
	if runs < 10 {
		t.Errorf("a job that failed in a part ran %d times", runs)
	}
}
