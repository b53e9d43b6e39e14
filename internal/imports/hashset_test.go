package imports

import (
	"testing"

	"pgregory.net/rapid"
)

// The set tells what is new exactly as a map does, also while it grows.
func TestHashSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s hashSet
		seen := map[uint64]bool{}
		few := rapid.Uint64Range(0, 40)     // many of them twice
		same := rapid.Uint64Range(0, 1<<40) // all in few slots at first
		for _, h := range rapid.SliceOfN(rapid.OneOf(few, rapid.Uint64(), rapid.Map(same, func(h uint64) uint64 { return h << 20 })), 0, 3000).Draw(t, "hashes") {
			if got := s.add(h); got == seen[h] {
				t.Fatalf("add(%d) says new %t, seen before %t", h, got, seen[h])
			}
			seen[h] = true
		}
	})
}

func TestHashSetGrows(t *testing.T) {
	var s hashSet
	for round := range 2 {
		for i := range uint64(100_000) {
			if s.add(i*0x9e3779b97f4a7c15) != (round == 0) {
				t.Fatalf("round %d: %d", round, i)
			}
		}
	}
	if len(s.slots) != 1<<18 {
		t.Errorf("%d slots for 100,000 hashes", len(s.slots))
	}
}
