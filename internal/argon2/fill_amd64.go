//go:build amd64 && gc && !purego

package argon2

import "golang.org/x/sys/cpu"

// useAVX2 is whether the processor and the operating system have AVX2.
var useAVX2 = cpu.X86.HasAVX2

// fill is the compression function G of RFC 9106, section 3.5: it writes to out, or
// adds to it by XOR, what becomes of a XOR b. out may be a or b.
func fill(out, a, b *block, xor bool) {
	switch {
	case useAVX2:
		fillAVX2(out, a, b, xor)
	case xor:
		processBlockXOR(out, a, b)
	default:
		processBlock(out, a, b)
	}
}

// fillAVX2 is fill with vectors of four words and in one go: the library's own
// assembly takes two, and passes over its memory four times.
//
//go:noescape
func fillAVX2(out, a, b *block, xor bool)
