package userindex

import (
	"math"
	"sync"
	"unicode/utf8"
)

// A code packs a sort key into 64 bits so that a < b whenever key(a) < key(b),
// save that different keys may share a code. Those that share one are told
// apart by their keys.

// nameCode packs a name key by arithmetic coding: each byte narrows an interval
// in proportion to how common the byte is, so that a dozen Latin letters or four
// ideographs fit. The lowest bit is set when the name went on beyond them;
// without it the code stands for exactly one name.
func nameCode(key string) uint64 {
	models := nameModels()
	low, width := uint64(0), uint64(1)<<63
	model, continuing := &models[afterASCII], 0
	for i := range len(key) {
		c := key[i]
		step := width / model.total
		if step == 0 || c == 0 {
			return (low+width*model.below[c]/model.total)<<1 | 1
		}
		low += step * model.below[c]
		width = step * model.weight[c]
		model, continuing = models.next(c, continuing)
	}
	return low << 1
}

func nameCodeExact(code uint64) bool { return code&1 == 0 }

// byteModel says how common each byte is.
type byteModel struct {
	weight [256]uint64
	below  [256]uint64 // sum of the weights of smaller bytes
	total  uint64
}

// byteModels are the models by what comes before a byte of UTF-8.
type byteModels [3]byteModel

const (
	afterASCII = iota
	afterOther
	withinCharacter
)

// next returns the model of the byte that follows c, and how many bytes of c's
// character are still to come.
func (m *byteModels) next(c byte, continuing int) (*byteModel, int) {
	switch {
	case c < utf8.RuneSelf:
		return &m[afterASCII], 0
	case c >= 0xf0:
		continuing = 3
	case c >= 0xe0:
		continuing = 2
	case c >= 0xc0:
		continuing = 1
	default:
		continuing--
	}
	if continuing > 0 {
		return &m[withinCharacter], continuing
	}
	return &m[afterOther], 0
}

// nameModels makes the models. Stored codes depend on them: to change one is to
// rebuild every name column.
var nameModels = sync.OnceValue(func() *byteModels {
	var m byteModels
	for i := range m {
		for c := range m[i].weight {
			m[i].weight[c] = 1 // any byte can come
		}
	}
	const letters = "aaaaaaaaeeeeeeeiiiiiinnnnnnrrrrrroooooollllllsssssttttmmmmdddccchhhuuubbggkkppvvyyffwwjjzzqx"
	for i := range len(letters) {
		m[afterASCII].weight[letters[i]] += 30
		m[afterOther].weight[letters[i]]++
	}
	for c := '0'; c <= '9'; c++ {
		m[afterASCII].weight[c] += 12
	}
	m[afterASCII].weight[' '] += 240
	m[afterOther].weight[' '] += 250
	m[afterASCII].weight['-'] += 10
	for c := 0xce; c <= 0xee; c++ { // Greek to private use: what folded names are made of
		m[afterASCII].weight[c] += 2
		m[afterOther].weight[c] += 30
	}
	for c := 0x80; c < 0xc0; c++ {
		m[withinCharacter].weight[c] += 40
	}
	for i := range m {
		for c, w := range m[i].weight {
			m[i].below[c] = m[i].total
			m[i].total += w
		}
	}
	return &m
})

// signInSecond is the key by which last sign-ins are ordered. Seconds are all that
// anybody sees of them, and fit a code of four bytes, until 2106: so each code
// stands for one key, and no order of the table's own is needed.
func signInSecond(micros int64) int64 { return min(max(micros/1e6, 0), math.MaxUint32) }

func signInCodeExact(uint64) bool { return true }

// code packs the key of a position in the order by; exact tells whether the
// code stands for that key alone.
func (p Position) code(by SortBy) (code uint64, exact bool) {
	if by == ByName {
		code = nameCode(p.Name)
		return code, nameCodeExact(code)
	}
	return uint64(p.LastSignIn), true
}
