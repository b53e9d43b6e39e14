package password

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // only to verify imported PBKDF2-HMAC-SHA1 hashes
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// Limits of what a stored hash may ask for. They bound the damage an imported
// file can do: the worst accepted hash takes 256 MiB or a few seconds of one core.
const (
	maxEncodedBytes  = 1024
	maxMemoryKiB     = 256 * 1024  // of one argon2 or scrypt computation
	maxMemoryWorkKiB = 1024 * 1024 // argon2 memory x passes, scrypt memory x p
	maxParallelism   = 16          // argon2 lanes, scrypt p
	maxBcryptCost    = 15          // 2^15 rounds
	maxPBKDF2Work    = 5_000_000   // iterations x blocks of output
	minKeyBytes      = 16          // shorter hashes could be matched by chance
	maxKeyBytes      = 128         // no digest is longer
	minSaltBytes     = 4           // some systems' salts are short; none is shorter
	maxSaltBytes     = 256         // longer ones only waste work
	minArgon2Memory  = 8           // KiB a lane, RFC 9106 section 3.1
	maxScryptLog2N   = 24          // checked before shifting
	maxScryptR       = 64          // checked before multiplying
)

// verifier is a parsed hash whose parameters are within the limits.
type verifier interface {
	matches(password string) bool
	memoryKiBNeeded() int64
}

// argon2Hash is an argon2id or argon2i hash of version 0x13.
type argon2Hash struct {
	memoryKiB   uint32
	iterations  uint32
	parallelism uint8
	id          bool
	salt, key   []byte
}

func (a *argon2Hash) check() error {
	switch {
	case a.iterations < 1, a.parallelism < 1, a.memoryKiB < minArgon2Memory*uint32(a.parallelism):
		return ErrFormat
	case a.parallelism > maxParallelism, a.memoryKiB > maxMemoryKiB,
		uint64(a.memoryKiB)*uint64(a.iterations) > maxMemoryWorkKiB:
		return ErrTooExpensive
	}
	return nil
}

func (a *argon2Hash) derive(password string, salt []byte, length uint32) []byte {
	if a.id {
		return argon2.IDKey([]byte(password), salt, a.iterations, a.memoryKiB, a.parallelism, length)
	}
	return argon2.Key([]byte(password), salt, a.iterations, a.memoryKiB, a.parallelism, length)
}

func (a *argon2Hash) matches(password string) bool {
	return equal(a.derive(password, a.salt, uint32(len(a.key))), a.key)
}

func (a *argon2Hash) memoryKiBNeeded() int64 { return int64(a.memoryKiB) }

// bcryptHash is a bcrypt hash of variant 2a, 2b or 2y. As everywhere, bcrypt
// sees the first 72 bytes of a password only; the upgrade ends that, and so does
// a digest of the password in its place.
type bcryptHash struct {
	encoded    string
	isDigested bool // made of the password's SHA-256 in hexadecimal
}

func (b *bcryptHash) matches(password string) bool {
	input := []byte(password)
	if b.isDigested {
		digest := sha256.Sum256(input)
		input = hex.AppendEncode(nil, digest[:])
	}
	return bcrypt.CompareHashAndPassword([]byte(b.encoded), input) == nil
}

func (b *bcryptHash) memoryKiBNeeded() int64 { return 5 }

// scryptHash is a scrypt hash (RFC 7914).
type scryptHash struct {
	n, r, p   int
	salt, key []byte
}

func (s *scryptHash) matches(password string) bool {
	key, err := scrypt.Key([]byte(password), s.salt, s.n, s.r, s.p, len(s.key))
	return err == nil && equal(key, s.key)
}

func (s *scryptHash) memoryKiBNeeded() int64 { return int64(s.n) * int64(s.r) / 8 }

// pbkdf2Hash is a PBKDF2-HMAC hash (RFC 8018).
type pbkdf2Hash struct {
	digest     func() hash.Hash
	iterations int
	salt, key  []byte
}

// digests maps the names that other systems use to hash functions.
var digests = map[string]func() hash.Hash{
	"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New,
}

func (k *pbkdf2Hash) check() error {
	size := k.digest().Size()
	blocks := (len(k.key) + size - 1) / size
	switch {
	case k.iterations < 1:
		return ErrFormat
	case k.iterations > maxPBKDF2Work/blocks:
		return ErrTooExpensive
	}
	return nil
}

func (k *pbkdf2Hash) matches(password string) bool {
	key, err := pbkdf2.Key(k.digest, password, k.salt, k.iterations, len(k.key))
	return err == nil && equal(key, k.key)
}

func (k *pbkdf2Hash) memoryKiBNeeded() int64 { return 1 }
