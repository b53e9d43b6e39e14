//go:build amd64 && gc && !purego

package argon2

import (
	"testing"

	"golang.org/x/sys/cpu"
	"pgregory.net/rapid"
)

// A block is filled alike by every way to do so that this machine has, and by the
// one that is written in Go: into a third block, into either of the two it is made
// from, and from one block twice.
func TestBlocksAreFilledAlike(t *testing.T) {
	ways := map[string]func(out, a, b *block, xor bool){"SSE": processBlockSSE}
	if cpu.X86.HasAVX2 {
		ways["AVX2"] = fillAVX2
	}
	words := rapid.SliceOfN(rapid.Uint64(), blockLength, blockLength)
	rapid.Check(t, func(t *rapid.T) {
		var blocks [3]block
		for i := range blocks {
			copy(blocks[i][:], words.Draw(t, "block"))
		}
		a, b := rapid.IntRange(0, 2).Draw(t, "a"), rapid.IntRange(0, 2).Draw(t, "b")
		xor := rapid.Bool().Draw(t, "xor")
		want := blocks
		processBlockGeneric(&want[0], &want[a], &want[b], xor)
		for name, way := range ways {
			got := blocks
			way(&got[0], &got[a], &got[b], xor)
			if got != want {
				t.Fatalf("%s, from %d and %d, xor %t: %x, want %x", name, a, b, xor, got, want)
			}
		}
	})
}

// Processors without AVX2, and those without SSE 4.1, compute the same keys.
func TestKeysOfOlderProcessors(t *testing.T) {
	key := func() [32]byte {
		var w Workspace
		return [32]byte(w.IDKey([]byte("a password"), []byte("0123456789abcdef"), 2, 256, 1, 32))
	}
	want, avx2, sse4 := key(), useAVX2, useSSE4
	defer func() { useAVX2, useSSE4 = avx2, sse4 }()
	useAVX2 = false
	if got := key(); got != want {
		t.Errorf("without AVX2: %x, want %x", got, want)
	}
	useSSE4 = false
	if got := key(); got != want {
		t.Errorf("without SSE 4.1: %x, want %x", got, want)
	}
}
