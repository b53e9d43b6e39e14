// Package jobs runs what the server does by itself, beside answering requests:
// sealing the audit log, delivering mail, tidying up.
//
// Every job works in portions, each a transaction of its own. Several nodes may
// run the same jobs on one database: who claims a portion has it.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Job is something to do again and again.
type Job struct {
	Name string
	// Every is the pause between two runs.
	Every time.Duration
	// Run does a portion and tells whether there is more to do at once. Its
	// context does not end when the runner stops, so that what was begun is
	// finished; a job that takes long asks for stopping instead.
	Run func(ctx context.Context) (more bool, err error)
	// Interruptible jobs get a context that ends when the runner stops.
	Interruptible bool
	// AtEnd runs the job once more when the runner stops.
	AtEnd bool
}

// Runner runs jobs, each in a goroutine of its own.
type Runner struct {
	Jobs   []Job
	Logger *slog.Logger
	// Failed is told the name of a job whose run has failed.
	Failed func(job string)
}

// Run runs the jobs until ctx ends, and returns when each has finished its portion.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, j := range r.Jobs {
		all.Go(func() { r.loop(ctx, j) })
	}
	all.Wait()
}

// The pause after a failure doubles up to this.
const longestPause = 30 * time.Second

func (r *Runner) loop(ctx context.Context, j Job) {
	work := ctx
	if !j.Interruptible {
		work = context.WithoutCancel(ctx)
	}
	timer := time.NewTimer(j.Every)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			if j.AtEnd {
				_, _ = r.once(context.WithoutCancel(ctx), j, 0)
			}
			return
		case <-timer.C:
		}
		pause := j.Every
		switch more, err := r.once(work, j, failures); {
		case err != nil:
			failures++
			if !more { // else it failed in a part, and has work to do in others
				pause = min(max(j.Every, time.Second)<<min(failures-1, 10), max(longestPause, j.Every))
			}
		case more:
			failures, pause = 0, 0
		default:
			failures = 0
		}
		timer.Reset(pause)
	}
}

// once does a portion. Only the first of several failures in a row is logged as
// an error: a database that is away for an hour needs no thousand lines.
func (r *Runner) once(ctx context.Context, j Job, failures int) (more bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
		if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
			return
		}
		level := slog.LevelDebug
		if failures == 0 {
			level = slog.LevelError
		}
		r.Logger.LogAttrs(ctx, level, "a background job failed", slog.String("job", j.Name), slog.Any("error", err))
		r.Failed(j.Name)
	}()
	return j.Run(ctx)
}
