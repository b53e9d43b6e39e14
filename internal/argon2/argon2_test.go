package argon2_test

import (
	"bytes"
	"testing"

	original "golang.org/x/crypto/argon2"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/argon2"
)

// Whatever was computed in it before, a workspace gives the keys of the original.
func TestKeysAreTheOriginals(t *testing.T) {
	var used argon2.Workspace
	rapid.Check(t, func(t *rapid.T) {
		password, salt := rapid.SliceOf(rapid.Byte()).Draw(t, "password"), rapid.SliceOfN(rapid.Byte(), 8, 64).Draw(t, "salt")
		passes, memory := rapid.Uint32Range(1, 4).Draw(t, "passes"), rapid.Uint32Range(1, 600).Draw(t, "memory")
		lanes, length := rapid.Uint8Range(1, 5).Draw(t, "lanes"), rapid.Uint32Range(4, 130).Draw(t, "length")
		want := original.IDKey(password, salt, passes, memory, lanes, length)
		if got := used.IDKey(password, salt, passes, memory, lanes, length); !bytes.Equal(got, want) {
			t.Fatalf("%x, want %x", got, want)
		}
	})
}

// The product's own parameters, and beside them the original: the memory is used again.
func BenchmarkIDKey(b *testing.B) {
	salt := make([]byte, 16)
	b.Run("again", func(b *testing.B) {
		var w argon2.Workspace
		b.ReportAllocs()
		for b.Loop() {
			w.IDKey([]byte("a password"), salt, 2, 19*1024, 1, 32)
		}
	})
	b.Run("original", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			original.IDKey([]byte("a password"), salt, 2, 19*1024, 1, 32)
		}
	})
}
