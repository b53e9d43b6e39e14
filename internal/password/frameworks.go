package password

import (
	"encoding/hex"
	"math/bits"
	"strings"
)

// parseFramework reads the forms of Django and of Werkzeug, which Flask uses. They
// begin with a name instead of a "$", and their salts are used as the text they are.
func parseFramework(fields []string) (verifier, error) {
	switch fields[0] {
	case "bcrypt", "bcrypt_sha256":
		return parseDjangoBcrypt(fields)
	case "scrypt":
		return parseDjangoScrypt(fields)
	}
	if digest, found := strings.CutPrefix(fields[0], "pbkdf2_"); found {
		return parseDjangoPBKDF2(fields, digest)
	}
	return parseWerkzeug(fields)
}

func parseDjangoBcrypt(fields []string) (verifier, error) {
	isDigested := fields[0] == "bcrypt_sha256"
	fields = fields[1:] // the rest is a bcrypt hash as everybody writes it
	if len(fields) == 0 || fields[0] != "" {
		return nil, ErrFormat
	}
	return parseBcrypt(fields, isDigested)
}

func parseDjangoScrypt(fields []string) (verifier, error) {
	if len(fields) != 6 {
		return nil, ErrFormat
	}
	key, err := decode64(fields[5])
	if err != nil || !plausible([]byte(fields[2]), key) {
		return nil, ErrFormat
	}
	return newTextScrypt(fields[1], fields[3], fields[4], fields[2], key)
}

func parseDjangoPBKDF2(fields []string, digest string) (verifier, error) {
	if len(fields) != 4 {
		return nil, ErrFormat
	}
	key, err := decode64(fields[3])
	if err != nil || !plausible([]byte(fields[2]), key) {
		return nil, ErrFormat
	}
	return newPBKDF2(digest, fields[1], []byte(fields[2]), key)
}

func parseWerkzeug(fields []string) (verifier, error) {
	if len(fields) != 3 {
		return nil, ErrFormat
	}
	key, err := hex.DecodeString(fields[2])
	if err != nil || !plausible([]byte(fields[1]), key) {
		return nil, ErrFormat
	}
	method := strings.Split(fields[0], ":")
	switch {
	case method[0] == "scrypt" && len(method) == 4:
		return newTextScrypt(method[1], method[2], method[3], fields[1], key)
	case method[0] == "pbkdf2" && len(method) == 3:
		return newPBKDF2(method[1], method[2], []byte(fields[1]), key)
	}
	return nil, ErrFormat
}

// newTextScrypt takes N as it is, where the PHC form has its logarithm.
func newTextScrypt(n, r, p, salt string, key []byte) (verifier, error) {
	values := make([]uint32, 0, 3)
	for _, digits := range []string{n, r, p} {
		value, err := number(digits)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	if bits.OnesCount32(values[0]) != 1 { // scrypt is defined for powers of two only
		return nil, ErrFormat
	}
	return newScrypt(uint32(bits.TrailingZeros32(values[0])), values[1], values[2], []byte(salt), key)
}
