package tokens

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// SecretSize is the length of a server's secret in bytes.
const SecretSize = 32

// ErrSealed means that something was sealed with another secret, for another
// purpose, or was changed since.
var ErrSealed = errors.New("tokens: it can't be opened with this server's secret")

// Box seals what must not be readable in the database: AES-256-GCM under the
// server's secret. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

// NewBox returns the box of a secret of SecretSize bytes.
func NewBox(secret []byte) (*Box, error) {
	if len(secret) != SecretSize {
		return nil, fmt.Errorf("tokens: the secret has %d bytes, not %d", len(secret), SecretSize)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return &Box{aead}, nil
}

// Seal encrypts data. It opens only with the same purpose: what it is and whose.
func (b *Box) Seal(data []byte, purpose string) []byte {
	return b.aead.Seal(nil, nil, data, []byte(purpose)) //nolint:gosec // it makes a random nonce of its own for each
}

// Open is the inverse of Seal; ErrSealed when it can't be.
func (b *Box) Open(sealed []byte, purpose string) ([]byte, error) {
	data, err := b.aead.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return nil, ErrSealed
	}
	return data, nil
}

// LoadSecret reads the server's secret, 64 hexadecimal digits, from a file. With
// create it makes the file, for its owner's eyes only, when there is none.
func LoadSecret(file string, create bool) ([]byte, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && create {
		if err := makeSecret(file); err != nil {
			return nil, err
		}
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("the server's secret: %w", err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != SecretSize {
		return nil, fmt.Errorf("the server's secret: %s does not hold %d hexadecimal digits", file, 2*SecretSize)
	}
	return secret, nil
}

// makeSecret writes a new secret. Of two processes at once, one writes it and
// both read the same.
func makeSecret(file string) error {
	var secret [SecretSize]byte
	_, _ = rand.Read(secret[:]) // never fails
	f, err := os.CreateTemp(filepath.Dir(file), ".secret-*")
	if err != nil {
		return fmt.Errorf("the server's secret: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(secret[:]) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the server's secret: %w", err)
	}
	// A link, unlike a rename, leaves a file that is there already as it is.
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the server's secret: %w", err)
	}
	return nil
}
