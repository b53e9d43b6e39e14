package jobs_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/retinue/retinue/internal/jobs"
)

// What nobody needs any longer goes back to the operating system, also when
// the caches can't be emptied.
func TestGiveBack(t *testing.T) {
	garbage := make([]byte, 64<<20)
	for i := range garbage {
		garbage[i] = 1
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	runtime.KeepAlive(garbage)
	broken := errors.New("broken")
	called := 0
	job := jobs.GiveBack(func(context.Context) error {
		called++
		return broken
	})
	if more, err := job.Run(context.Background()); more || !errors.Is(err, broken) || called != 1 {
		t.Fatalf("more %t, error %v, %d calls", more, err, called)
	}
	runtime.ReadMemStats(&after)
	held := func(m runtime.MemStats) uint64 { return m.HeapSys - m.HeapReleased }
	if held(before) < held(after)+32<<20 {
		t.Errorf("%d bytes were held, %d still are", held(before), held(after))
	}
}
