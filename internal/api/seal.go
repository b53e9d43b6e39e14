package api

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
)

// seal encrypts what is remembered for one Idempotency-Key of one caller
// (AES-256-GCM, its key by HKDF-SHA256 of RFC 5869).
type seal struct {
	name string // under which it is remembered
	aead cipher.AEAD
}

var errSealed = errors.New("api: a remembered answer can't be opened")

// newSeal derives the encryption key from the caller's token, of which the
// database has a hash only, and from the Idempotency-Key.
func newSeal(req *request, given string) *seal {
	owner := string(req.caller.Session) + string(req.caller.APIKey)
	name := nameOf(owner, given)
	key, err := hkdf.Key(sha256.New, []byte(req.token+"\n"+given), []byte(name), "retinue idempotency v1", 32)
	if err != nil {
		panic(err) // only for impossible lengths
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return &seal{name: name, aead: aead}
}

func (s *seal) close(plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(s.name)) //nolint:gosec // this AEAD makes its own random nonce
}

func (s *seal) open(sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(s.name))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}
