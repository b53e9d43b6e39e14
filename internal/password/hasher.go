package password

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"

	"github.com/retinue/retinue/internal/argon2"
)

// MaxBytes is the longest password, in bytes, that is ever hashed or verified.
// It is far above what Policy accepts (256 characters of at most 4 bytes) and
// keeps normalisation of hostile input cheap.
const MaxBytes = 4096

const (
	saltBytes = 16
	keyBytes  = 32
)

// Errors of hashing and verifying. None carries the password or the hash.
var (
	// ErrFormat means that an encoded hash is malformed or of an unknown kind.
	ErrFormat = errors.New("password: unknown or malformed password hash")
	// ErrTooExpensive means that an encoded hash asks for more memory or
	// computation than is allowed; see ValidateEncoded for the limits.
	ErrTooExpensive = errors.New("password: the hash asks for too much memory or computation")
	// ErrTooLong means that a password to be hashed exceeds MaxBytes.
	ErrTooLong = errors.New("password: longer than 4096 bytes")
)

// Config holds the argon2id parameters and the concurrency of a Hasher. Zero
// values take the defaults, which are the first choice of the OWASP Password
// Storage Cheat Sheet.
type Config struct {
	MemoryKiB     uint32    // memory of one hash in KiB; default 19456 (19 MiB)
	Iterations    uint32    // passes over the memory; default 2
	Parallelism   uint8     // lanes; default 1
	MaxConcurrent int       // hashes computed at once; default GOMAXPROCS
	Rand          io.Reader // source of salts; default crypto/rand
}

func (c Config) withDefaults() Config {
	if c.MemoryKiB == 0 {
		c.MemoryKiB = 19 * 1024
	}
	if c.Iterations == 0 {
		c.Iterations = 2
	}
	if c.Parallelism == 0 {
		c.Parallelism = 1
	}
	if c.MaxConcurrent <= 0 {
		c.MaxConcurrent = runtime.GOMAXPROCS(0)
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	return c
}

// Hasher computes and verifies password hashes. It is safe for concurrent use.
//
// At most MaxConcurrent hashes of MemoryKiB each are computed at once; further
// calls wait, first come first served, until a slot is free or their context is
// done. A foreign hash that needs more memory takes as many slots as that
// memory is worth, and runs alone if it is worth more than all of them.
type Hasher struct {
	config Config
	native *argon2Hash // the configured parameters, without salt and key
	dummy  string
	slots  *semaphore.Weighted
	queue  atomic.Int64
	// Memory of native hashes, used again: as many as are computed at once, until
	// the garbage collector finds them unused.
	workspaces sync.Pool
}

// derive computes the native key of a prepared password.
func (h *Hasher) derive(prepared string, salt []byte, length uint32) []byte {
	w, ok := h.workspaces.Get().(*argon2.Workspace)
	if !ok {
		w = new(argon2.Workspace)
	}
	defer h.workspaces.Put(w)
	return w.IDKey([]byte(prepared), salt, h.native.iterations, h.native.memoryKiB, h.native.parallelism, length)
}

// matches compares a password with a hash, in memory that is used again where
// the hash is a native one.
func (h *Hasher) matches(v verifier, password string) bool {
	if a, ok := v.(*argon2Hash); ok && h.isNative(v) {
		return equal(h.derive(password, a.salt, uint32(len(a.key))), a.key)
	}
	return v.matches(password)
}

// Pending is how many calls are computing or waiting to.
func (h *Hasher) Pending() int { return int(h.queue.Load()) }

// acquire waits for slots, counted by Pending until they are released.
func (h *Hasher) acquire(ctx context.Context, n int64) error {
	h.queue.Add(1)
	err := h.slots.Acquire(ctx, n)
	if err != nil {
		h.queue.Add(-1)
	}
	return err
}

func (h *Hasher) release(n int64) {
	h.slots.Release(n)
	h.queue.Add(-1)
}

// NewHasher returns a Hasher, or an error that names the parameter which is out
// of the range that Verify accepts.
func NewHasher(config Config) (*Hasher, error) {
	c := config.withDefaults()
	h := &Hasher{
		config: c,
		native: &argon2Hash{memoryKiB: c.MemoryKiB, iterations: c.Iterations, parallelism: c.Parallelism, id: true},
		slots:  semaphore.NewWeighted(int64(c.MaxConcurrent)),
	}
	if err := h.native.check(); err != nil {
		return nil, fmt.Errorf("password: argon2id with %d KiB, %d iterations, parallelism %d: %w",
			c.MemoryKiB, c.Iterations, c.Parallelism, err)
	}
	// The dummy needs no computation: a random key is the hash of no password
	// anybody knows, and comparing with it costs the same.
	random := make([]byte, saltBytes+keyBytes)
	if _, err := io.ReadFull(c.Rand, random); err != nil {
		return nil, fmt.Errorf("password: reading random bytes: %w", err)
	}
	h.dummy = h.encode(random[:saltBytes], random[saltBytes:])
	return h, nil
}

// Hash returns the argon2id hash of a password as a PHC string. It fails with
// ErrTooLong, or with the context's error when no slot became free in time.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxBytes {
		return "", ErrTooLong
	}
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.config.Rand, salt); err != nil {
		return "", fmt.Errorf("password: reading random bytes: %w", err)
	}
	if err := h.acquire(ctx, 1); err != nil {
		return "", err
	}
	defer h.release(1)
	return h.encode(salt, h.derive(prepare(password), salt, keyBytes)), nil
}

// generatedIterations is the work of HashGenerated.
const generatedIterations = 1000

// HashGenerated returns a hash of a password that Generate made. Such a password
// has 88 random bits, so that nobody finds it by trying, however fast the hash is
// (what slow hashes are for is what people think up); it is PBKDF2-HMAC-SHA256
// with few iterations, which Verify takes and asks to upgrade. Creating somebody
// then takes no longer than writing them down.
func (h *Hasher) HashGenerated(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.config.Rand, salt); err != nil {
		return "", fmt.Errorf("password: reading random bytes: %w", err)
	}
	key, err := pbkdf2.Key(sha256.New, prepare(password), salt, generatedIterations, keyBytes)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$pbkdf2-sha256$%d$%s$%s", generatedIterations, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Verify reports whether password matches the encoded hash. needsUpgrade says,
// for a match, that the caller should store a fresh Hash: the hash is of another
// kind or has other parameters than the configured ones (also stronger ones, so
// that in time every sign-in costs the same), or was made of the text without
// normalisation. It fails with ErrFormat, ErrTooExpensive, or the context's error.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (ok, needsUpgrade bool, err error) {
	v, err := parse(encoded)
	if err != nil {
		return false, false, err
	}
	if len(password) > MaxBytes {
		return false, false, nil
	}
	weight := h.weight(v)
	if err := h.acquire(ctx, weight); err != nil {
		return false, false, err
	}
	defer h.release(weight)
	prepared := prepare(password)
	if h.matches(v, prepared) {
		return true, !h.isNative(v), nil
	}
	if prepared != password && h.matches(v, password) {
		return true, true, nil
	}
	if k, ok := v.(*pbkdf2Hash); ok && k.iterations <= generatedIterations {
		// Else it would be seen that the account exists and has a generated password.
		h.derive(prepared, k.salt, keyBytes)
	}
	return false, false, nil
}

// VerifyDummy does the work of Verify against a native hash that no password
// matches. Sign-in calls it for accounts that do not exist or have no password,
// so that they take the same time. It fails only with the context's error.
func (h *Hasher) VerifyDummy(ctx context.Context, password string) error {
	_, _, err := h.Verify(ctx, h.dummy, password)
	return err
}

// weight is the number of slots a verification takes.
func (h *Hasher) weight(v verifier) int64 {
	unit := int64(h.config.MemoryKiB)
	return max(1, min((v.memoryKiBNeeded()+unit-1)/unit, int64(h.config.MaxConcurrent)))
}

func (h *Hasher) isNative(v verifier) bool {
	a, ok := v.(*argon2Hash)
	return ok && a.id && a.memoryKiB == h.native.memoryKiB && a.iterations == h.native.iterations &&
		a.parallelism == h.native.parallelism && len(a.salt) >= saltBytes && len(a.key) >= keyBytes
}

func (h *Hasher) encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.config.MemoryKiB, h.config.Iterations, h.config.Parallelism,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// prepare applies the OpaqueString rules of RFC 8265, section 4.2.
func prepare(password string) string {
	spaced := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, password)
	return norm.NFC.String(spaced)
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
