package password

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Made with libxcrypt.
func TestOnlyADigestLetsBcryptSeeALongPasswordWhole(t *testing.T) {
	h := cheap(t)
	long := strings.Repeat("a", 80)
	for encoded, isCut := range map[string]bool{
		"bcrypt$$2b$05$abcdefghijklmnopqrstuuGUnCqbfgs3htOkLrFduUjAyLBw1Rq/u":        true,
		"bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuVhYfJlrVtDbVNbLPVvN4wTptBOWS1GS": false,
	} {
		if ok, upgrade, err := h.Verify(context.Background(), encoded, long); !ok || !upgrade || err != nil {
			t.Errorf("%s: ok %v, upgrade %v, error %v", encoded, ok, upgrade, err)
		}
		if ok, _, err := h.Verify(context.Background(), encoded, long[:79]+"b"); ok != isCut || err != nil {
			t.Errorf("%s with another end: ok %v, error %v", encoded, ok, err)
		}
	}
}

// What Django and Werkzeug make without being configured, today and in earlier
// versions.
func TestFrameworksDefaultsAreWithinTheLimits(t *testing.T) {
	const body = "abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK"
	key64, key32 := strings.Repeat("0a", 64), strings.Repeat("0a", 32)
	for _, encoded := range []string{
		"pbkdf2_sha256$1200000$Wm5kqnY8BVQ0dFp3cJxT1u$" + strings.Repeat("A", 43) + "=",
		"scrypt$16384$Wm5kqnY8BVQ0dFp3cJxT1u$8$5$" + strings.Repeat("A", 86) + "==",
		"scrypt$16384$Wm5kqnY8BVQ0dFp3cJxT1u$8$1$" + strings.Repeat("A", 86) + "==",
		"bcrypt$$2b$12$" + body,
		"bcrypt$$2a$12$" + body,
		"bcrypt_sha256$$2b$12$" + body,
		"scrypt:32768:8:1$sAltOf16Letters9$" + key64,
		"pbkdf2:sha256:1000000$sAltOf16Letters9$" + key32,
		"pbkdf2:sha256:50000$sAltOf08$" + key32,
	} {
		if err := ValidateEncoded(encoded); err != nil {
			t.Errorf("%s: %v", encoded, err)
		}
	}
}

func TestFrameworksHashesAreRefused(t *testing.T) {
	const body = "abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK"
	const salt, key = "sAltOf16Letters9", "bcf3521779adca0655a03501d4cd6486a24f7459b2b8096bd22f83c9024040df"
	const key64 = "Qt7+hPG+MyZuHKal2AsCDIr2A4xbWwXzh1eqAD20KoWFBmoR8FGUprXy3JCU+ruqm2+15ZWVHW7zolHc/6q5EQ=="
	tests := map[string]error{
		"scrypt":                                         ErrFormat,
		"scrypt$" + salt + "$16384$8$1$" + key64:         ErrFormat, // salt and N in the wrong order
		"scrypt$1024$" + salt + "$8$" + key64:            ErrFormat,
		"scrypt$1024$" + salt + "$8$1$" + key64 + "$":    ErrFormat,
		"scrypt$1024$" + salt + "$8$1$":                  ErrFormat,
		"scrypt$1024$" + salt + "$8$1$!" + key64[1:]:     ErrFormat,
		"scrypt$1024$" + salt + "$8$1$AAAA":              ErrFormat,
		"scrypt$1024$$8$1$" + key64:                      ErrFormat,
		"scrypt$1000$" + salt + "$8$1$" + key64:          ErrFormat,
		"scrypt$1$" + salt + "$8$1$" + key64:             ErrFormat,
		"scrypt$0$" + salt + "$8$1$" + key64:             ErrFormat,
		"scrypt$-1024$" + salt + "$8$1$" + key64:         ErrFormat,
		"scrypt$1024$" + salt + "$0$1$" + key64:          ErrFormat,
		"scrypt$1024$" + salt + "$8$0$" + key64:          ErrFormat,
		"scrypt$524288$" + salt + "$8$1$" + key64:        ErrTooExpensive, // 512 MiB
		"scrypt$262144$" + salt + "$8$5$" + key64:        ErrTooExpensive, // 256 MiB, five times
		"scrypt$2147483648$" + salt + "$8$1$" + key64:    ErrTooExpensive,
		"scrypt$4294967296$" + salt + "$8$1$" + key64:    ErrTooExpensive,
		"scrypt$1024$" + salt + "$1073741824$1$" + key64: ErrTooExpensive,
		"scrypt$1024$" + salt + "$8$17$" + key64:         ErrTooExpensive,

		"bcrypt":                             ErrFormat,
		"bcrypt$":                            ErrFormat,
		"bcrypt$2b$05$" + body:               ErrFormat,
		"bcrypt$x$2b$05$" + body:             ErrFormat,
		"bcrypt$bcrypt$$2b$05$" + body:       ErrFormat,
		"bcrypt$$2x$05$" + body:              ErrFormat,
		"bcrypt$$2b$03$" + body:              ErrFormat,
		"bcrypt$$2b$05$" + body[1:]:          ErrFormat,
		"bcrypt$$scrypt$05$" + body:          ErrFormat,
		"bcrypt$$2b$16$" + body:              ErrTooExpensive,
		"bcrypt_sha256":                      ErrFormat,
		"bcrypt_sha256$2b$05$" + body:        ErrFormat,
		"bcrypt_sha256$$2b$05$" + body + "$": ErrFormat,
		"bcrypt_sha256$$2b$16$" + body:       ErrTooExpensive,
		"bcrypt_sha512$$2b$05$" + body:       ErrFormat,

		"scrypt:1024:8:1":                                            ErrFormat,
		"scrypt$" + salt + "$" + key:                                 ErrFormat,
		"scrypt:1024:8$" + salt + "$" + key:                          ErrFormat,
		"scrypt:1024:8:1:1$" + salt + "$" + key:                      ErrFormat,
		"scrypt:1024:8:$" + salt + "$" + key:                         ErrFormat,
		"scrypt:1024:8:1$" + salt + "$" + key + "$":                  ErrFormat,
		"scrypt:1024:8:1$" + salt + "$" + key[1:]:                    ErrFormat, // half a byte is missing
		"scrypt:1024:8:1$" + salt + "$" + key64:                      ErrFormat,
		"scrypt:1024:8:1$" + salt + "$" + key[:30]:                   ErrFormat,
		"scrypt:1024:8:1$$" + key:                                    ErrFormat,
		"scrypt:1000:8:1$" + salt + "$" + key:                        ErrFormat,
		"scrypt:1024:0:1$" + salt + "$" + key:                        ErrFormat,
		"scrypt:524288:8:1$" + salt + "$" + key:                      ErrTooExpensive,
		"scrypt:262144:8:5$" + salt + "$" + key:                      ErrTooExpensive,
		"scrypt:99999999999:8:1$" + salt + "$" + key:                 ErrTooExpensive,
		"scrypt:1024:65:1$" + salt + "$" + key:                       ErrTooExpensive,
		"pbkdf2:sha256$" + salt + "$" + key:                          ErrFormat,
		"pbkdf2:sha256:$" + salt + "$" + key:                         ErrFormat,
		"pbkdf2:sha256:0$" + salt + "$" + key:                        ErrFormat,
		"pbkdf2:sha256:1000:1$" + salt + "$" + key:                   ErrFormat,
		"pbkdf2:md5:1000$" + salt + "$" + key:                        ErrFormat,
		"pbkdf2::1000$" + salt + "$" + key:                           ErrFormat,
		"pbkdf2:sha256:1000$abc$" + key:                              ErrFormat,
		"pbkdf2:sha256:1000$" + salt + "$" + key + "zz":              ErrFormat,
		"pbkdf2:sha256:1000$" + strings.Repeat(salt, 17) + "$" + key: ErrFormat,
		"pbkdf2:sha256:1000$" + salt + "$" + strings.Repeat(key, 5):  ErrFormat,
		"pbkdf2:sha256:5000001$" + salt + "$" + key:                  ErrTooExpensive,
		"pbkdf2:sha1:2500001$" + salt + "$" + key:                    ErrTooExpensive, // two blocks of SHA-1
		"sha256$" + salt + "$" + key:                                 ErrFormat,       // Werkzeug's single SHA-256
	}
	for encoded, want := range tests {
		if got := ValidateEncoded(encoded); !errors.Is(got, want) {
			t.Errorf("%.90s: %v, want %v", encoded, got, want)
		}
	}
}
