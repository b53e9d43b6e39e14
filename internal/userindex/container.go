package userindex

import (
	"encoding/binary"
	"errors"
	"slices"
)

// A stored bitset begins with a byte that says which of three forms follows,
// the ones of roaring bitmaps (https://roaringbitmap.org): the members, one bit
// for each possible member, or the first and last member of each stretch of
// neighbours; 16-bit little-endian numbers. The shortest form is chosen.
const (
	formList = 0
	formBits = 1
	formRuns = 2
)

// listMax is the number of members from which bits are no longer than a list.
const listMax = chunkSize / 16

var errBitsFormat = errors.New("userindex: a stored bitmap cannot be read")

// checkBits returns the form and the payload of a stored bitset.
func checkBits(stored []byte) (form byte, payload []byte, err error) {
	if len(stored) == 0 {
		return formList, nil, nil
	}
	form, payload = stored[0], stored[1:]
	ok := false
	switch form {
	case formList:
		ok = len(payload)%2 == 0
	case formBits:
		ok = len(payload) == chunkSize/8
	case formRuns:
		ok = len(payload)%4 == 0
	}
	if !ok {
		return 0, nil, errBitsFormat
	}
	return form, payload, nil
}

// or adds the members of a stored bitset.
func (s *bitset) or(stored []byte) error {
	form, payload, err := checkBits(stored)
	if err != nil {
		return err
	}
	switch form {
	case formList:
		for i := 0; i < len(payload); i += 2 {
			s.add(binary.LittleEndian.Uint16(payload[i:]))
		}
	case formBits:
		for i := range s {
			s[i] |= binary.LittleEndian.Uint64(payload[8*i:])
		}
	case formRuns:
		for i := 0; i < len(payload); i += 4 {
			first, last := binary.LittleEndian.Uint16(payload[i:]), binary.LittleEndian.Uint16(payload[i+2:])
			if first > last {
				return errBitsFormat
			}
			s.addRange(first, last)
		}
	}
	return nil
}

// encode writes the set in its shortest form, nil for the empty set, and counts
// its members.
func (s *bitset) encode() (stored []byte, members int) {
	n, runs := s.count(), s.runs()
	switch {
	case n == 0:
		return nil, 0
	case 4*runs < min(2*n, chunkSize/8):
		return s.encodeRuns(runs), n
	case n < listMax:
		stored = append(make([]byte, 0, 1+2*n), formList)
		s.each(func(low uint16) { stored = binary.LittleEndian.AppendUint16(stored, low) })
		return stored, n
	}
	stored = append(make([]byte, 0, 1+chunkSize/8), formBits)
	for _, w := range s {
		stored = binary.LittleEndian.AppendUint64(stored, w)
	}
	return stored, n
}

func (s *bitset) encodeRuns(runs int) []byte {
	b := append(make([]byte, 0, 1+4*runs), formRuns)
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

// edit returns a stored bitset with members added and removed, nil when none is
// left, and counts its members. Both lists are sorted.
func edit(stored []byte, add, remove []uint16) (edited []byte, members int, err error) {
	form, payload, err := checkBits(stored)
	if err != nil {
		return nil, 0, err
	}
	if form == formList && len(remove) == 0 && len(payload)/2+len(add) < listMax {
		edited, members = mergeList(payload, add)
		return edited, members, nil
	}
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

// mergeList adds sorted members to a short list without unpacking it: most
// postings are short, and an import touches thousands of them.
func mergeList(payload []byte, add []uint16) (stored []byte, members int) {
	list := make([]uint16, 0, len(payload)/2+len(add))
	for i := 0; i < len(payload); i += 2 {
		list = append(list, binary.LittleEndian.Uint16(payload[i:]))
	}
	inOrder := len(list) == 0 || len(add) == 0 || list[len(list)-1] < add[0]
	list = append(list, add...)
	if !inOrder {
		slices.Sort(list)
		list = slices.Compact(list)
	}
	runs := 0
	for i, low := range list {
		if i == 0 || list[i-1]+1 != low {
			runs++
		}
	}
	if 4*runs < 2*len(list) {
		var s bitset
		for _, low := range list {
			s.add(low)
		}
		return s.encodeRuns(runs), len(list)
	}
	stored = append(make([]byte, 0, 1+2*len(list)), formList)
	for _, low := range list {
		stored = binary.LittleEndian.AppendUint16(stored, low)
	}
	return stored, len(list)
}
