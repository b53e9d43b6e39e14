package password

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"runtime"
	"sync"
	"testing"
	"testing/iotest"
)

// A generated password works once hashed, and its hash is replaced at the next
// sign-in.
func TestHashGenerated(t *testing.T) {
	h := cheap(t)
	ctx := context.Background()
	made, err := Generate(rand.Reader, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, err := h.HashGenerated(made)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := h.HashGenerated(made); err != nil || first == second {
		t.Errorf("twice the same hash, or %v", err)
	}
	if err := ValidateEncoded(first); err != nil {
		t.Errorf("%s: %v", first, err)
	}
	if ok, upgrade, err := h.Verify(ctx, first, made); !ok || !upgrade || err != nil {
		t.Errorf("right password: ok %v, upgrade %v, error %v", ok, upgrade, err)
	}
	if ok, _, err := h.Verify(ctx, first, made+"x"); ok || err != nil {
		t.Errorf("wrong password: ok %v, error %v", ok, err)
	}
	broken, err := NewHasher(Config{MemoryKiB: 64, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	broken.config.Rand = iotest.ErrReader(io.ErrUnexpectedEOF)
	if _, err := broken.HashGenerated(made); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("without randomness: %v", err)
	}
}

// A wrong password costs as much where the right one was generated as where there
// is no account, or the quick hash would show. The work of argon2id is its
// memory, which, unlike time, is the same in every run.
func TestGeneratedHashDoesNotShow(t *testing.T) {
	h, err := NewHasher(Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	encoded, err := h.HashGenerated("hK7r-Qm4x-wD9b-Tf6n")
	if err != nil {
		t.Fatal(err)
	}
	memory := func(fn func()) uint64 {
		h.workspaces = sync.Pool{} // so that it has to be allocated
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fn()
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) >> 20
	}
	nobody := memory(func() { _ = h.VerifyDummy(ctx, "wrong") })
	wrong := memory(func() { _, _, _ = h.Verify(ctx, encoded, "wrong") })
	if nobody < 19 || wrong != nobody {
		t.Errorf("a wrong password takes %d MiB, an unknown account %d MiB, want 19 for both", wrong, nobody)
	}
}
