package password

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/clock"
)

// cheap makes tests quick; the parameters are the least that is accepted.
func cheap(t testing.TB) *Hasher {
	t.Helper()
	h, err := NewHasher(Config{MemoryKiB: 64, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHashAndVerify(t *testing.T) {
	h, err := NewHasher(Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	first, err := h.Hash(ctx, "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	second, _ := h.Hash(ctx, "correct horse battery")
	if !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") || first == second {
		t.Errorf("hashes %q and %q: want the default parameters and different salts", first, second)
	}
	if ok, upgrade, err := h.Verify(ctx, first, "correct horse battery"); !ok || upgrade || err != nil {
		t.Errorf("right password: ok %v, upgrade %v, error %v", ok, upgrade, err)
	}
	if ok, _, err := h.Verify(ctx, first, "correct horse batterz"); ok || err != nil {
		t.Errorf("wrong password: ok %v, error %v", ok, err)
	}
}

func TestEveryTextVerifiesAgainstItsOwnHashOnly(t *testing.T) {
	h := cheap(t)
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		encoded, err := h.Hash(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if err := ValidateEncoded(encoded); err != nil {
			t.Fatalf("own hash is refused: %v", err)
		}
		if ok, _, _ := h.Verify(ctx, encoded, a); !ok {
			t.Fatalf("%q does not verify", a)
		}
		if ok, _, _ := h.Verify(ctx, encoded, b); ok != (prepare(a) == prepare(b) || prepare(a) == b) {
			t.Fatalf("%q against the hash of %q: %v", b, a, ok)
		}
	})
}

func TestUnicodeFormsAreOnePassword(t *testing.T) {
	h := cheap(t)
	ctx := context.Background()
	encoded, _ := h.Hash(ctx, "cafe\u0301\u00a0noir")
	if ok, upgrade, _ := h.Verify(ctx, encoded, "caf\u00e9 noir"); !ok || upgrade {
		t.Errorf("composed form: ok %v, upgrade %v", ok, upgrade)
	}
	for _, other := range []string{"CAF\u00c9 noir", "cafe noir", "caf\u00e9 noir ", "caf\u00e9 noir\x00"} {
		if ok, _, _ := h.Verify(ctx, encoded, other); ok {
			t.Errorf("%q verifies too", other)
		}
	}
}

func TestChangedParametersAskForUpgrade(t *testing.T) {
	ctx := context.Background()
	old := cheap(t)
	encoded, _ := old.Hash(ctx, "pw")
	for _, c := range []Config{{MemoryKiB: 128, Iterations: 1}, {MemoryKiB: 64, Iterations: 2}, {MemoryKiB: 64, Iterations: 1, Parallelism: 2}} {
		h, err := NewHasher(c)
		if err != nil {
			t.Fatal(err)
		}
		if ok, upgrade, _ := h.Verify(ctx, encoded, "pw"); !ok || !upgrade {
			t.Errorf("%+v: ok %v, upgrade %v", c, ok, upgrade)
		}
	}
}

func TestOverlongPasswords(t *testing.T) {
	h := cheap(t)
	ctx := context.Background()
	long := strings.Repeat("a", MaxBytes+1)
	if _, err := h.Hash(ctx, long); !errors.Is(err, ErrTooLong) {
		t.Errorf("Hash: %v", err)
	}
	encoded, _ := h.Hash(ctx, long[:MaxBytes])
	if ok, _, err := h.Verify(ctx, encoded, long); ok || err != nil {
		t.Errorf("Verify: %v, %v", ok, err)
	}
}

func TestConfigOutOfRange(t *testing.T) {
	for _, c := range []Config{{MemoryKiB: 4}, {MemoryKiB: 10 << 20}, {Iterations: 1000}, {Parallelism: 17}} {
		if _, err := NewHasher(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	h, err := NewHasher(Config{MemoryKiB: 64, Iterations: 1, MaxConcurrent: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !h.slots.TryAcquire(1) {
		t.Fatal("no slot in a fresh hasher")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.Hash(ctx, "pw"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hash: %v", err)
	}
	if err := h.VerifyDummy(ctx, "pw"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("VerifyDummy: %v", err)
	}
	h.slots.Release(1)
	if _, err := h.Hash(context.Background(), "pw"); err != nil {
		t.Errorf("after the slot is free: %v", err)
	}
}

func TestForeignMemoryTakesSlots(t *testing.T) {
	h, err := NewHasher(Config{MaxConcurrent: 8})
	if err != nil {
		t.Fatal(err)
	}
	for encoded, want := range map[string]int64{
		h.dummy: 1,
		"$argon2id$v=19$m=38912,t=1,p=1$8PHy8/T19vf4+fr7/P3+/w$/v4vsgFWmZ75MN4CPFyhzSVuU+l2A6D/iO5Rc0PNtks":  2,
		"$argon2id$v=19$m=262144,t=1,p=1$8PHy8/T19vf4+fr7/P3+/w$/v4vsgFWmZ75MN4CPFyhzSVuU+l2A6D/iO5Rc0PNtks": 8,
		"$scrypt$ln=15,r=8,p=2$8PHy8/T19vf4+fr7/P3+/w$3m3t9i4ulEqTV7f+Mm/WCycQ7o8Lr5MJDenGkZwzess":           2,
		"$2b$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK":                                       1,
	} {
		v, err := parse(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.weight(v); got != want {
			t.Errorf("%s: %d slots, want %d", encoded, got, want)
		}
	}
}

// TestMemoryIsBounded starts 200 sign-ins at once. Unbounded, they would need
// 1.6 GB; two at a time need 16 MiB, plus garbage the collector has not reached.
func TestMemoryIsBounded(t *testing.T) {
	h, err := NewHasher(Config{MemoryKiB: 8 * 1024, Iterations: 1, MaxConcurrent: 2})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if err := h.VerifyDummy(context.Background(), "secret"); err != nil {
				t.Error(err)
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	var peak uint64
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(5 * time.Millisecond):
		}
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapInuse)
	}
	if limit := before.HeapInuse + 96<<20; peak > limit {
		t.Errorf("heap peaked at %d MiB, limit %d MiB", peak>>20, limit>>20)
	}
}

// TestUnknownAccountsTakeTheSameTime compares the best times of a wrong password
// and of an account that does not exist.
func TestUnknownAccountsTakeTheSameTime(t *testing.T) {
	h, err := NewHasher(Config{MemoryKiB: 4096, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	encoded, _ := h.Hash(ctx, "right")
	fastest := func(f func()) time.Duration {
		best := time.Hour
		for range 15 {
			watch := clock.Start()
			f()
			best = min(best, watch.Elapsed())
		}
		return best
	}
	wrong := fastest(func() { _, _, _ = h.Verify(ctx, encoded, "wrong") })
	unknown := fastest(func() { _ = h.VerifyDummy(ctx, "wrong") })
	if ratio := float64(unknown) / float64(wrong); ratio < 0.6 || ratio > 1.6 {
		t.Errorf("wrong password %v, unknown account %v", wrong, unknown)
	}
}

func BenchmarkHash(b *testing.B) {
	h, err := NewHasher(Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.Hash(context.Background(), "correct horse battery"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h, err := NewHasher(Config{})
	if err != nil {
		b.Fatal(err)
	}
	encoded, err := h.Hash(context.Background(), "correct horse battery")
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if ok, _, err := h.Verify(context.Background(), encoded, "correct horse battery"); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
}
