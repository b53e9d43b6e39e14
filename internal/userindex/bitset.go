package userindex

import "math/bits"

// A chunk is a range of seqs; a posting row covers one.
const (
	chunkBits = 16
	chunkSize = 1 << chunkBits
)

func chunkOf(seq int64) int64  { return seq >> chunkBits }
func lowOf(seq int64) uint16   { return uint16(seq & (chunkSize - 1)) }
func seqOf(c, low int64) int64 { return c<<chunkBits | low }

// bitset is the set of the users of one chunk, by the low bits of their seq.
type bitset [chunkSize / 64]uint64

func (s *bitset) has(low uint16) bool { return s[low>>6]>>(low&63)&1 != 0 }
func (s *bitset) add(low uint16)      { s[low>>6] |= 1 << (low & 63) }
func (s *bitset) remove(low uint16)   { s[low>>6] &^= 1 << (low & 63) }

func (s *bitset) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s *bitset) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

func (s *bitset) and(t *bitset) {
	for i := range s {
		s[i] &= t[i]
	}
}

// addRange adds first to last, both included.
func (s *bitset) addRange(first, last uint16) {
	i, j := first>>6, last>>6
	head, tail := ^uint64(0)<<(first&63), ^uint64(0)>>(63-last&63)
	if i == j {
		s[i] |= head & tail
		return
	}
	s[i] |= head
	for k := i + 1; k < j; k++ {
		s[k] = ^uint64(0)
	}
	s[j] |= tail
}

// runs counts the stretches of neighbours in the set.
func (s *bitset) runs() int {
	n, carry := 0, uint64(0)
	for _, w := range s {
		n += bits.OnesCount64(w &^ (w<<1 | carry))
		carry = w >> 63
	}
	return n
}

// each calls visit with every member, in order.
func (s *bitset) each(visit func(low uint16)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			visit(uint16(i<<6 | bits.TrailingZeros64(w)))
		}
	}
}

// walk calls visit with the members from one on, in ascending or descending
// order, until it returns false; it tells whether it got to the end.
func (s *bitset) walk(from uint16, desc bool, visit func(low uint16) bool) bool {
	mask, step := ^uint64(0)<<(from&63), 1
	if desc {
		mask, step = ^uint64(0)>>(63-from&63), -1
	}
	for i := int(from >> 6); i >= 0 && i < len(s); i += step {
		w := s[i] & mask
		mask = ^uint64(0)
		for w != 0 {
			bit := bits.TrailingZeros64(w)
			if desc {
				bit = 63 - bits.LeadingZeros64(w)
			}
			if !visit(uint16(i<<6 | bit)) {
				return false
			}
			w &^= 1 << bit
		}
	}
	return true
}

// start is where a walk over a whole set begins.
func start(desc bool) uint16 {
	if desc {
		return chunkSize - 1
	}
	return 0
}
