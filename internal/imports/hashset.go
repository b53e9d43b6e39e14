package imports

// hashSet is a set of 64-bit hashes: 16 to 32 bytes for each, where a map of
// Go takes twice that and leaves as much to the garbage collector when it grows.
type hashSet struct {
	slots []uint64 // a power of two many; 0 is an empty one
	used  int
	zero  bool // 0 itself is in the set
}

const firstSlots = 1024

// add adds h and tells whether it was new.
func (s *hashSet) add(h uint64) bool {
	if h == 0 {
		fresh := !s.zero
		s.zero = true
		return fresh
	}
	if 2*s.used >= len(s.slots) {
		s.grow()
	}
	if !place(s.slots, h) {
		return false
	}
	s.used++
	return true
}

// place puts h into the first free slot from its own on (linear probing); false
// when it is there already.
func place(slots []uint64, h uint64) bool {
	mask := uint64(len(slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch slots[i] {
		case 0:
			slots[i] = h
			return true
		case h:
			return false
		}
	}
}

func (s *hashSet) grow() {
	slots := make([]uint64, max(firstSlots, 2*len(s.slots)))
	for _, h := range s.slots {
		if h != 0 {
			place(slots, h)
		}
	}
	s.slots = slots
}
