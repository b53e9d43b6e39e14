package userindex

import (
	"encoding/binary"
	"errors"
)

// A stored bitset is a row of segments; its members are those of all of them. A
// segment takes the shortest of three forms, the ones of roaring bitmaps
// (https://roaringbitmap.org): a list of its members, one bit for each possible
// member of a range, or the first and last member of each stretch of neighbours.
// It begins with the form and a count of what follows; numbers are 16 bits wide,
// little-endian.
//
// Segments let an import add members by appending, without reading what is there;
// whoever changes a bitset otherwise writes it back as one segment.
const (
	formList = 'l' // count members
	formBits = 'b' // the index of the first word, then count words of 64 bits
	formRuns = 'r' // count pairs
)

const segmentHead = 3 // bytes: form and count

var errBitsFormat = errors.New("userindex: a stored bitmap cannot be read")

// or adds the members of a stored bitset.
func (s *bitset) or(stored []byte) error {
	for len(stored) > 0 {
		if len(stored) < segmentHead {
			return errBitsFormat
		}
		form, count := stored[0], int(binary.LittleEndian.Uint16(stored[1:]))
		stored = stored[segmentHead:]
		size := payloadSize(form, count)
		if count == 0 || size > len(stored) {
			return errBitsFormat
		}
		ok := false
		switch payload := stored[:size]; form {
		case formList:
			for i := 0; i < size; i += 2 {
				s.add(binary.LittleEndian.Uint16(payload[i:]))
			}
			ok = true
		case formBits:
			ok = s.orWords(payload)
		case formRuns:
			ok = s.orRuns(payload)
		}
		if !ok {
			return errBitsFormat
		}
		stored = stored[size:]
	}
	return nil
}

// payloadSize is how many bytes follow the head of a segment.
func payloadSize(form byte, count int) int {
	switch form {
	case formBits:
		return 2 + 8*count
	case formRuns:
		return 4 * count
	}
	return 2 * count
}

func (s *bitset) orWords(payload []byte) bool {
	first := int(binary.LittleEndian.Uint16(payload))
	payload = payload[2:]
	if first+len(payload)/8 > len(s) {
		return false
	}
	words := s[first:]
	for i := 0; i < len(payload); i += 8 {
		words[i/8] |= binary.LittleEndian.Uint64(payload[i:])
	}
	return true
}

func (s *bitset) orRuns(payload []byte) bool {
	for i := 0; i < len(payload); i += 4 {
		first, last := binary.LittleEndian.Uint16(payload[i:]), binary.LittleEndian.Uint16(payload[i+2:])
		if first > last {
			return false
		}
		s.addRange(first, last)
	}
	return true
}

// shape is what decides the form of a segment.
type shape struct {
	members, runs       int
	firstWord, lastWord int
}

func (h shape) form() byte {
	words := h.lastWord - h.firstWord + 1
	switch least := min(2*h.members, 2+8*words); {
	case 4*h.runs < least:
		return formRuns
	case 2*h.members == least:
		return formList
	}
	return formBits
}

// shape measures the set, which must not be empty.
func (s *bitset) shape() shape {
	h := shape{members: s.count(), runs: s.runs(), lastWord: len(s) - 1}
	for s[h.firstWord] == 0 {
		h.firstWord++
	}
	for s[h.lastWord] == 0 {
		h.lastWord--
	}
	return h
}

// encode writes the set as one segment, nil for the empty set, and counts its
// members.
func (s *bitset) encode() (stored []byte, members int) {
	if s.empty() {
		return nil, 0
	}
	h := s.shape()
	return s.segment(h), h.members
}

// segment writes the set, whose shape is h.
func (s *bitset) segment(h shape) []byte {
	form := h.form()
	switch form {
	case formRuns:
		return s.appendRuns(newSegment(form, h.runs, 4*h.runs))
	case formList:
		b := newSegment(form, h.members, 2*h.members)
		s.each(func(low uint16) { b = binary.LittleEndian.AppendUint16(b, low) })
		return b
	}
	words := s[h.firstWord : h.lastWord+1]
	b := newSegment(form, len(words), 2+8*len(words))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.firstWord))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func newSegment(form byte, count, size int) []byte {
	b := append(make([]byte, 0, segmentHead+size), form)
	return binary.LittleEndian.AppendUint16(b, uint16(count))
}

func (s *bitset) appendRuns(b []byte) []byte {
	last, open := uint16(0), false
	s.each(func(low uint16) {
		if !open || low != last+1 {
			if open {
				b = binary.LittleEndian.AppendUint16(b, last)
			}
			b = binary.LittleEndian.AppendUint16(b, low)
		}
		last, open = low, true
	})
	return binary.LittleEndian.AppendUint16(b, last)
}

// encodeList writes a list of members, sorted, each once and not empty, as one
// segment. Most lists are short, and an import writes thousands of them.
func encodeList(list []uint16) []byte {
	h := shape{members: len(list), firstWord: int(list[0] >> 6), lastWord: int(list[len(list)-1] >> 6)}
	for i, low := range list {
		if i == 0 || list[i-1]+1 != low {
			h.runs++
		}
	}
	if form := h.form(); form != formList {
		var s bitset
		for _, low := range list {
			s.add(low)
		}
		return s.segment(h)
	}
	b := newSegment(formList, len(list), 2*len(list))
	for _, low := range list {
		b = binary.LittleEndian.AppendUint16(b, low)
	}
	return b
}

// edit returns a stored bitset with members removed and added, nil when none is
// left, and counts its members.
func edit(stored []byte, add, remove []uint16) (edited []byte, members int, err error) {
	var s bitset
	if err := s.or(stored); err != nil {
		return nil, 0, err
	}
	for _, low := range remove {
		s.remove(low)
	}
	for _, low := range add {
		s.add(low)
	}
	edited, members = s.encode()
	return edited, members, nil
}
