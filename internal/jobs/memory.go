package jobs

import (
	"context"
	"runtime/debug"
	"time"
)

// GiveBack returns memory to the operating system that was needed for what is
// over: caches that shrink empties, and what the garbage collector has found.
// It costs a busy server some milliseconds every 15 seconds, and lets one that
// idles be as small as after its start.
func GiveBack(shrink func(context.Context) error) Job {
	return Job{Name: "give memory back", Every: 15 * time.Second, Run: func(ctx context.Context) (bool, error) {
		err := shrink(ctx)
		debug.FreeOSMemory()
		return false, err
	}}
}
