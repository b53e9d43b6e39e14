package password

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// ValidateEncoded says whether Verify can use an encoded hash, without computing
// it. It returns ErrFormat for an unknown or malformed hash and ErrTooExpensive
// for one above the limits: 256 MiB for argon2 and scrypt, 1 GiB of memory times
// passes, 16 lanes, bcrypt cost 15, 5 million PBKDF2 iterations.
//
// Known forms, with salt and key in Base64 with or without padding, and with
// passlib's "." for "+"; a salt text is used as it is, and a hex key is in
// hexadecimal:
//
//	$argon2id$v=19$m=…,t=…,p=…$salt$key, the same with argon2i, and after Django's "argon2" prefix
//	$2a$, $2b$ and $2y$ bcrypt
//	$scrypt$ln=…,r=…,p=…$salt$key
//	$pbkdf2$, $pbkdf2-sha256$ and $pbkdf2-sha512$ iterations$salt$key
//	$pbkdf2-sha1$, $pbkdf2-sha256$ and $pbkdf2-sha512$ i=…$salt$key, also i=…,l=… with the key's length (PHC)
//	pbkdf2_sha1$, pbkdf2_sha256$ and pbkdf2_sha512$ iterations$salt text$key (Django)
//	scrypt$N$salt text$r$p$key (Django)
//	bcrypt$ before a bcrypt hash, and bcrypt_sha256$ before one of the password's SHA-256 in hexadecimal (Django)
//	scrypt:N:r:p$salt text$hex key (Werkzeug)
//	pbkdf2:sha1:, pbkdf2:sha256: and pbkdf2:sha512: iterations$salt text$hex key (Werkzeug)
func ValidateEncoded(encoded string) error {
	_, err := parse(encoded)
	return err
}

func parse(encoded string) (verifier, error) {
	if len(encoded) > maxEncodedBytes {
		return nil, ErrFormat
	}
	fields := strings.Split(encoded, "$")
	if fields[0] == "argon2" && len(fields) > 1 && strings.HasPrefix(fields[1], "argon2") {
		fields[0] = "" // Django writes its own name of the algorithm before the PHC string
	}
	if fields[0] != "" {
		return parseFramework(fields)
	}
	if len(fields) < 2 {
		return nil, ErrFormat
	}
	switch fields[1] {
	case "argon2id", "argon2i":
		return parseArgon2(fields)
	case "2a", "2b", "2y":
		return parseBcrypt(fields, false)
	case "scrypt":
		return parseScrypt(fields)
	case "pbkdf2":
		return parsePBKDF2(fields, "sha1")
	case "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512":
		return parsePBKDF2(fields, strings.TrimPrefix(fields[1], "pbkdf2-"))
	}
	return nil, ErrFormat
}

func parseArgon2(fields []string) (verifier, error) {
	// Version 0x10 (no v= field) computes differently and is not supported.
	if len(fields) != 6 || fields[2] != "v=19" {
		return nil, ErrFormat
	}
	p, err := parameters(fields[3], "m", "t", "p")
	if err != nil {
		return nil, err
	}
	salt, key, err := saltAndKey(fields[4], fields[5])
	if err != nil {
		return nil, err
	}
	if p[2] > maxParallelism { // before it is narrowed to eight bits
		return nil, ErrTooExpensive
	}
	a := &argon2Hash{
		memoryKiB: p[0], iterations: p[1], parallelism: uint8(p[2]),
		id: fields[1] == "argon2id", salt: salt, key: key,
	}
	return a, a.check()
}

func parseBcrypt(fields []string, isDigested bool) (verifier, error) {
	const bodyLength = 22 + 31 // salt and key in bcrypt's own Base64
	if len(fields) != 4 || len(fields[2]) != 2 || len(fields[3]) != bodyLength || !slices.Contains(bcryptVariants, fields[1]) {
		return nil, ErrFormat
	}
	cost, err := number(fields[2])
	if err != nil || cost < 4 || strings.Trim(fields[3], bcryptAlphabet) != "" {
		return nil, ErrFormat
	}
	if cost > maxBcryptCost {
		return nil, ErrTooExpensive
	}
	return &bcryptHash{encoded: strings.Join(fields, "$"), isDigested: isDigested}, nil
}

var bcryptVariants = []string{"2a", "2b", "2y"}

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func parseScrypt(fields []string) (verifier, error) {
	if len(fields) != 5 {
		return nil, ErrFormat
	}
	p, err := parameters(fields[2], "ln", "r", "p")
	if err != nil {
		return nil, err
	}
	salt, key, err := saltAndKey(fields[3], fields[4])
	if err != nil {
		return nil, err
	}
	return newScrypt(p[0], p[1], p[2], salt, key)
}

func newScrypt(ln, r, p uint32, salt, key []byte) (verifier, error) {
	if ln < 1 || r < 1 || p < 1 {
		return nil, ErrFormat
	}
	if ln > maxScryptLog2N || r > maxScryptR || p > maxParallelism {
		return nil, ErrTooExpensive
	}
	s := &scryptHash{n: 1 << ln, r: int(r), p: int(p), salt: salt, key: key}
	if s.memoryKiBNeeded() > maxMemoryKiB || s.memoryKiBNeeded()*int64(p) > maxMemoryWorkKiB {
		return nil, ErrTooExpensive
	}
	return s, nil
}

func parsePBKDF2(fields []string, digest string) (verifier, error) {
	if len(fields) != 5 {
		return nil, ErrFormat
	}
	salt, key, err := saltAndKey(fields[3], fields[4])
	if err != nil {
		return nil, err
	}
	iterations, isPHC := strings.CutPrefix(fields[2], "i=")
	if before, length, ok := strings.Cut(iterations, ",l="); isPHC && ok {
		if n, err := number(length); err != nil || int(n) != len(key) {
			return nil, ErrFormat
		}
		iterations = before
	}
	return newPBKDF2(digest, iterations, salt, key)
}

func newPBKDF2(digest, iterations string, salt, key []byte) (verifier, error) {
	if digests[digest] == nil {
		return nil, ErrFormat
	}
	n, err := number(iterations)
	if err != nil {
		return nil, err
	}
	k := &pbkdf2Hash{digest: digests[digest], iterations: int(n), salt: salt, key: key}
	return k, k.check()
}

// parameters reads "a=1,b=2,c=3" with exactly the given names in their order.
func parameters(text string, names ...string) ([]uint32, error) {
	parts := strings.Split(text, ",")
	if len(parts) != len(names) {
		return nil, ErrFormat
	}
	values := make([]uint32, len(names))
	for i, part := range parts {
		digits, found := strings.CutPrefix(part, names[i]+"=")
		if !found {
			return nil, ErrFormat
		}
		n, err := number(digits)
		if err != nil {
			return nil, err
		}
		values[i] = n
	}
	return values, nil
}

// number reads a decimal number; one that does not fit 32 bits is a cost nobody can pay.
func number(digits string) (uint32, error) {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, ErrFormat
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0, ErrTooExpensive
	}
	return uint32(n), nil
}

func saltAndKey(saltText, keyText string) (salt, key []byte, err error) {
	if salt, err = decode64(saltText); err != nil {
		return nil, nil, err
	}
	if key, err = decode64(keyText); err != nil {
		return nil, nil, err
	}
	if !plausible(salt, key) {
		return nil, nil, ErrFormat
	}
	return salt, key, nil
}

func plausible(salt, key []byte) bool {
	return len(salt) >= minSaltBytes && len(salt) <= maxSaltBytes &&
		len(key) >= minKeyBytes && len(key) <= maxKeyBytes
}

func decode64(text string) ([]byte, error) {
	text = strings.ReplaceAll(strings.TrimRight(text, "="), ".", "+")
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrFormat
	}
	return b, nil
}
