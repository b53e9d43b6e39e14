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
// in proportion to how common the byte is, so that about fifteen letters fit.
// The lowest bit is set when the name went on beyond them; without it the code
// stands for exactly one name.
func nameCode(key string) uint64 {
	models := nameModels()
	low, width := uint64(0), uint64(1)<<63
	model := &models[0]
	for i := range len(key) {
		step := width / model.total
		if step == 0 || key[i] == 0 {
			return low<<1 | 1
		}
		low += step * model.below[key[i]]
		width = step * model.weight[key[i]]
		model = &models[key[i]/utf8.RuneSelf]
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

// nameModels holds the model of the bytes that follow an ASCII byte, and of
// those that follow another one. Stored codes depend on it: to change it is to
// rebuild every name column.
var nameModels = sync.OnceValue(func() [2]byteModel {
	ascii, other := newByteModel(1, 1, 1), newByteModel(1, 24, 4)
	const common = "aaaaaaaaeeeeeeeiiiiiinnnnnnrrrrrroooooollllllsssssttttmmmmddd" + "ccchhhuuubbggkkppvvyyffwwjjzzqx"
	for i := range len(common) {
		ascii.weight[common[i]] += 10
		other.weight[common[i]] += 2
	}
	for c := '0'; c <= '9'; c++ {
		ascii.weight[c] += 16
	}
	ascii.weight[' '] += 70
	other.weight[' '] += 120
	ascii.weight['-'] += 6
	ascii.weight['\''] += 3
	ascii.weight['.'] += 5
	for _, m := range []*byteModel{&ascii, &other} {
		for i, w := range m.weight {
			m.below[i] = m.total
			m.total += w
		}
	}
	return [2]byteModel{ascii, other}
})

// newByteModel weighs ASCII bytes, the bytes that continue a character in
// UTF-8 (0x80 to 0xbf) and the ones that begin one (0xc0 and above).
func newByteModel(ascii, continuing, beginning uint64) byteModel {
	var m byteModel
	for i := range m.weight {
		switch {
		case i < utf8.RuneSelf:
			m.weight[i] = ascii
		case i < 0xc0:
			m.weight[i] = continuing
		default:
			m.weight[i] = beginning
		}
	}
	return m
}

// signInCode packs microseconds into the seconds since 1970, at least 1 for
// everybody who ever signed in. Only 0, never, stands for exactly one value.
func signInCode(micros int64) uint64 {
	if micros == 0 {
		return 0
	}
	return uint64(min(max(micros/1e6, 1), math.MaxUint32))
}

func signInCodeExact(code uint64) bool { return code == 0 }

// code packs the key of a position in the order by; exact tells whether the
// code stands for that key alone.
func (p Position) code(by SortBy) (code uint64, exact bool) {
	if by == ByName {
		code = nameCode(p.Name)
		return code, nameCodeExact(code)
	}
	code = signInCode(p.LastSignIn)
	return code, signInCodeExact(code)
}
