package userindex

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawMembers draws sets of every shape: few, many, and stretches of neighbours.
func drawMembers(t *rapid.T, label string) []uint16 {
	set := map[uint16]bool{}
	for range rapid.IntRange(0, 6).Draw(t, label+" stretches") {
		first := rapid.IntRange(0, chunkSize-1).Draw(t, label+" first")
		length := rapid.SampledFrom([]int{1, 2, 3, 100, 5000}).Draw(t, label+" length")
		step := rapid.SampledFrom([]int{1, 1, 2, 7}).Draw(t, label+" step")
		for i := first; i < min(first+length*step, chunkSize); i += step {
			set[uint16(i)] = true
		}
	}
	members := make([]uint16, 0, len(set))
	for low := range set {
		members = append(members, low)
	}
	slices.Sort(members)
	return members
}

func membersOf(t interface{ Fatal(...any) }, stored []byte) []uint16 {
	var s bitset
	if err := s.or(stored); err != nil {
		t.Fatal(err)
	}
	members := []uint16{}
	s.each(func(low uint16) { members = append(members, low) })
	return members
}

func TestEditAddsAndRemoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := drawMembers(t, "old")
		stored, n, err := edit(nil, old, nil)
		if len(old) > 0 && !slices.Equal(stored, encodeList(old)) {
			t.Fatal("a list is stored otherwise than the same set")
		}
		if err != nil || n != len(old) {
			t.Fatalf("%d members, %v; want %d", n, err, len(old))
		}
		if got := membersOf(t, stored); !slices.Equal(old, got) {
			t.Fatalf("stored %d members, read %d others", len(old), len(got))
		}
		add, remove := drawMembers(t, "add"), drawMembers(t, "remove")
		present := map[uint16]bool{}
		for _, low := range old {
			present[low] = true
		}
		for _, low := range remove {
			delete(present, low)
		}
		for _, low := range add {
			present[low] = true
		}
		want := make([]uint16, 0, len(present))
		for low := range present {
			want = append(want, low)
		}
		slices.Sort(want)
		edited, n, err := edit(stored, add, remove)
		if err != nil || n != len(want) {
			t.Fatalf("%d members, %v; want %d", n, err, len(want))
		}
		if got := membersOf(t, edited); !slices.Equal(want, got) {
			t.Fatalf("edited to %d members, read %d others", len(want), len(got))
		}
		if len(edited) > segmentHead+2+chunkSize/8 || len(edited) > segmentHead+2*len(want) {
			t.Errorf("%d members take %d bytes", len(want), len(edited))
		}
	})
}

func TestSegmentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want bitset
		var stored []byte
		for range rapid.IntRange(0, 4).Draw(t, "segments") {
			list := drawMembers(t, "members")
			if len(list) == 0 {
				continue
			}
			stored = append(stored, encodeList(list)...)
			for _, low := range list {
				want.add(low)
			}
		}
		var got bitset
		if err := got.or(stored); err != nil || got != want {
			t.Fatalf("read %d members, %v; want %d", got.count(), err, want.count())
		}
	})
}

func TestWalkGoesBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := drawMembers(t, "members")
		var s bitset
		for _, low := range members {
			s.add(low)
		}
		for _, desc := range []bool{false, true} {
			got := []uint16{}
			s.walk(start(desc), desc, func(low uint16) bool { got = append(got, low); return true })
			if desc {
				slices.Reverse(got)
			}
			if !slices.Equal(members, got) {
				t.Fatalf("descending %v: walked over %d of %d members, or not in order", desc, len(got), len(members))
			}
			from := uint16(rapid.IntRange(0, chunkSize-1).Draw(t, "from"))
			s.walk(from, desc, func(low uint16) bool {
				i, found := slices.BinarySearch(members, from)
				if desc && !found {
					i--
				}
				if low != members[i] {
					t.Fatalf("descending %v from %d: began at %d, want %d", desc, from, low, members[i])
				}
				return false
			})
		}
	})
}

func TestBrokenBitmapsAreRefused(t *testing.T) {
	for _, stored := range [][]byte{
		{9},
		{9, 1, 0, 1, 0},
		{formList, 0, 0},
		{formList, 2, 0, 1, 0},
		{formRuns, 1, 0, 5, 0, 4, 0},
		{formBits, 1, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8},
		{formBits, 1, 0, 0},
	} {
		var s bitset
		if err := s.or(stored); err == nil {
			t.Errorf("%v was read", stored)
		}
		if _, _, err := edit(stored, []uint16{1}, []uint16{2}); err == nil {
			t.Errorf("%v was edited", stored)
		}
	}
}
