//go:build !amd64 || !gc || purego

package argon2

// fill is the compression function G of RFC 9106, section 3.5: it writes to out, or
// adds to it by XOR, what becomes of a XOR b. out may be a or b.
func fill(out, a, b *block, xor bool) {
	if xor {
		processBlockXOR(out, a, b)
		return
	}
	processBlock(out, a, b)
}
