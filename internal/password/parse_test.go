package password

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// The hashes of foreignPassword below were made with libargon2, libxcrypt and
// Python's hashlib, not with this package.
const foreignPassword = "correct horse \u00e9"

var foreignHashes = []string{
	"$argon2id$v=19$m=4096,t=3,p=4$8PHy8/T19vf4+fr7/P3+/w$0UXfiLFEXCf+A5KJi5EIdPEibzLkYr6W9QbyEsjUHYc",
	"argon2$argon2id$v=19$m=4096,t=3,p=4$8PHy8/T19vf4+fr7/P3+/w$0UXfiLFEXCf+A5KJi5EIdPEibzLkYr6W9QbyEsjUHYc",
	"$argon2i$v=19$m=1024,t=3,p=1$8PHy8/T19vf4+fr7/P3+/w$VwEHuJ71iMTyDTkPt/rh0OzdC21KpHrBuwxb1gvpKEA",
	"$2a$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK",
	"$2b$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK",
	"$2y$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK",
	"$scrypt$ln=10,r=8,p=2$8PHy8/T19vf4+fr7/P3+/w$3m3t9i4ulEqTV7f+Mm/WCycQ7o8Lr5MJDenGkZwzess",
	"$pbkdf2-sha256$1000$8PHy8/T19vf4.fr7/P3./w$kEqozbGVfkQxORDINBcstZ28Y8xDdWilNDSVJ2uggTE",
	"pbkdf2_sha256$1000$seasalt1234$LyExc4/j2JALk1bamZ9RetDVXvb/foDRQQBPOGH0TP4=",
	"$pbkdf2-sha512$1000$8PHy8/T19vf4.fr7/P3./w$bAvv.Kqbn/d9PxskTA5cfgq1ntHi55p9OysNxQnUefg4ls4TGia6g.HT3mR.PUIryA.c2MBlDmzBDbOUOdUaag",
	"pbkdf2_sha512$1000$seasalt1234$HrF3onE30kRSxpacOctr4GJvSGPkwIO3+ILdKKTv/7CAOIrGz8Wxsh7otFprgOfpKg4ihY+6SnL1uTQL54xyGw==",
	"$pbkdf2$1000$8PHy8/T19vf4.fr7/P3./w$aRcDzY5Q3inrzKi9BzK156F17AM",
	"$pbkdf2-sha1$i=1000$8PHy8/T19vf4+fr7/P3+/w$aRcDzY5Q3inrzKi9BzK156F17AM",
	"$pbkdf2-sha256$i=1000$8PHy8/T19vf4+fr7/P3+/w$kEqozbGVfkQxORDINBcstZ28Y8xDdWilNDSVJ2uggTE",
	"$pbkdf2-sha512$i=1000,l=64$8PHy8/T19vf4+fr7/P3+/w$bAvv+Kqbn/d9PxskTA5cfgq1ntHi55p9OysNxQnUefg4ls4TGia6g+HT3mR+PUIryA+c2MBlDmzBDbOUOdUaag",
	"pbkdf2_sha1$1000$seasalt1234$opPdm+vPKvJfpf1CfK42CjASYdU=",
	"scrypt$1024$seasalt1234$8$5$Qt7+hPG+MyZuHKal2AsCDIr2A4xbWwXzh1eqAD20KoWFBmoR8FGUprXy3JCU+ruqm2+15ZWVHW7zolHc/6q5EQ==",
	"bcrypt$$2b$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK",
	"bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuu2h1uHPxvmsHiuhnOfX4o0pEvyFWymbe",
	"scrypt:1024:8:2$sAltOf16Letters9$6b385a46ad61697f889adcd2fb8ea4a2f5db0d8fad06beeb2e9a64bafe3c4c1daf802a8bd6b510e63d032d744245f78c92a823527f1b0391769a138b168e4d86",
	"pbkdf2:sha1:1000$sAltOf16Letters9$356cb340483c08a6904888b3d2ea85405d54f0ba",
	"pbkdf2:sha256:1000$sAltOf16Letters9$bcf3521779adca0655a03501d4cd6486a24f7459b2b8096bd22f83c9024040df",
	"pbkdf2:sha512:1000$sAltOf16Letters9$3a1f04d31068340e4e8dd94a30efffb19297c3bc6ca1998e9cf5b1c4fc5c0fbd66ba0931445b1e59775ca5a40b012356e9179cbaa1c53e606b23ec113a36a3ed",
	// PBKDF2 of the decomposed form "e\u0301", from a system that did not normalise.
	"pbkdf2_sha256$1000$seasalt1234$eASGbgxD+l6KxUegQMocXusxp6rFs62JzDhpcGysN3c=",
}

func TestForeignHashesVerifyAndAskForUpgrade(t *testing.T) {
	h := cheap(t)
	ctx := context.Background()
	for i, encoded := range foreignHashes {
		if err := ValidateEncoded(encoded); err != nil {
			t.Errorf("%s: %v", encoded, err)
		}
		password := foreignPassword
		if i == len(foreignHashes)-1 {
			password = "correct horse e\u0301"
		}
		if ok, upgrade, err := h.Verify(ctx, encoded, password); !ok || !upgrade || err != nil {
			t.Errorf("%s: ok %v, upgrade %v, error %v", encoded, ok, upgrade, err)
		}
		if ok, _, err := h.Verify(ctx, encoded, password+"x"); ok || err != nil {
			t.Errorf("%s with a wrong password: ok %v, error %v", encoded, ok, err)
		}
	}
}

func TestDefaultParametersAgreeWithTheReferenceImplementation(t *testing.T) {
	const encoded = "$argon2id$v=19$m=19456,t=2,p=1$8PHy8/T19vf4+fr7/P3+/w$/v4vsgFWmZ75MN4CPFyhzSVuU+l2A6D/iO5Rc0PNtks"
	h, err := NewHasher(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if ok, upgrade, err := h.Verify(context.Background(), encoded, foreignPassword); !ok || upgrade || err != nil {
		t.Errorf("ok %v, upgrade %v, error %v", ok, upgrade, err)
	}
}

func TestValidateEncodedRefuses(t *testing.T) {
	const salt, key = "8PHy8/T19vf4+fr7/P3+/w", "3m3t9i4ulEqTV7f+Mm/WCycQ7o8Lr5MJDenGkZwzess"
	const body = "abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK"
	tests := map[string]error{
		"":                       ErrFormat,
		"secret":                 ErrFormat,
		"$":                      ErrFormat,
		"$$$$$$":                 ErrFormat,
		"argon2":                 ErrFormat,
		"argon2$2b$05$" + body:   ErrFormat,
		"$1$salt$hash":           ErrFormat, // md5crypt
		"{SSHA}c2VjcmV0c2VjcmV0": ErrFormat,
		strings.Repeat("$", 4e6): ErrFormat,
		"$argon2d$v=19$m=1024,t=3,p=1$" + salt + "$" + key:           ErrFormat,
		"$argon2id$m=1024,t=3,p=1$" + salt + "$" + key:               ErrFormat, // version 0x10
		"$argon2id$v=16$m=1024,t=3,p=1$" + salt + "$" + key:          ErrFormat,
		"$argon2id$v=19$t=3,m=1024,p=1$" + salt + "$" + key:          ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=1,data=AA$" + salt + "$" + key:  ErrFormat,
		"$argon2id$v=19$m=1024,t=0,p=1$" + salt + "$" + key:          ErrFormat,
		"$argon2id$v=19$m=1024,t=-1,p=1$" + salt + "$" + key:         ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=0$" + salt + "$" + key:          ErrFormat,
		"$argon2id$v=19$m=7,t=3,p=1$" + salt + "$" + key:             ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=1$$" + key:                      ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=1$" + salt + "$":                ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=1$" + salt + "$AAAA":            ErrFormat,
		"$argon2id$v=19$m=1024,t=3,p=1$" + salt + "$!!!":             ErrFormat,
		"$argon2id$v=19$m=10485760,t=1,p=1$" + salt + "$" + key:      ErrTooExpensive, // 10 GiB
		"$argon2id$v=19$m=99999999999,t=1,p=1$" + salt + "$" + key:   ErrTooExpensive,
		"$argon2id$v=19$m=262144,t=5,p=1$" + salt + "$" + key:        ErrTooExpensive,
		"$argon2id$v=19$m=1024,t=4294967295,p=1$" + salt + "$" + key: ErrTooExpensive,
		"$argon2id$v=19$m=65536,t=1,p=255$" + salt + "$" + key:       ErrTooExpensive,
		"$argon2id$v=19$m=65536,t=1,p=257$" + salt + "$" + key:       ErrTooExpensive,
		"$2b$16$" + body:                                              ErrTooExpensive,
		"$2b$31$" + body:                                              ErrTooExpensive,
		"$2b$03$" + body:                                              ErrFormat,
		"$2b$-5$" + body:                                              ErrFormat,
		"$2x$05$" + body:                                              ErrFormat,
		"$2$05$" + body:                                               ErrFormat,
		"$2b$05$" + body[1:]:                                          ErrFormat,
		"$2b$05$" + body[1:] + "!":                                    ErrFormat,
		"$scrypt$ln=30,r=8,p=1$" + salt + "$" + key:                   ErrTooExpensive,
		"$scrypt$ln=64,r=8,p=1$" + salt + "$" + key:                   ErrTooExpensive,
		"$scrypt$ln=19,r=8,p=1$" + salt + "$" + key:                   ErrTooExpensive, // 512 MiB
		"$scrypt$ln=18,r=8,p=5$" + salt + "$" + key:                   ErrTooExpensive,
		"$scrypt$ln=1,r=1073741824,p=1$" + salt + "$" + key:           ErrTooExpensive,
		"$scrypt$ln=0,r=8,p=1$" + salt + "$" + key:                    ErrFormat,
		"$scrypt$ln=10,r=8$" + salt + "$" + key:                       ErrFormat,
		"$pbkdf2-sha256$5000001$" + salt + "$" + key:                  ErrTooExpensive,
		"$pbkdf2$2500001$" + salt + "$" + key:                         ErrTooExpensive, // two blocks of SHA-1
		"$pbkdf2-sha256$0$" + salt + "$" + key:                        ErrFormat,
		"$pbkdf2-sha256$i=5000001$" + salt + "$" + key:                ErrTooExpensive,
		"$pbkdf2-sha256$i=$" + salt + "$" + key:                       ErrFormat,
		"$pbkdf2-sha256$i=1000,l=31$" + salt + "$" + key:              ErrFormat,
		"$pbkdf2-sha256$1000,l=32$" + salt + "$" + key:                ErrFormat,
		"$pbkdf2-sha256$i=1000,l=32,x=1$" + salt + "$" + key:          ErrFormat,
		"$pbkdf2-md5$1000$" + salt + "$" + key:                        ErrFormat,
		"pbkdf2_md5$1000$salt1234$" + key:                             ErrFormat,
		"pbkdf2_sha256$99999999$salt1234$" + key:                      ErrTooExpensive,
		"pbkdf2_sha256$1000$$" + key:                                  ErrFormat,
		"pbkdf2_sha256$1000$salt1234$" + strings.Repeat(key, 5)[:200]: ErrFormat,
	}
	h := cheap(t)
	for encoded, want := range tests {
		if got := ValidateEncoded(encoded); !errors.Is(got, want) {
			t.Errorf("%.90s: %v, want %v", encoded, got, want)
		}
		if ok, _, err := h.Verify(context.Background(), encoded, "secret"); ok || !errors.Is(err, want) {
			t.Errorf("Verify %.90s: %v, %v", encoded, ok, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, encoded := range foreignHashes {
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		v, err := parse(encoded)
		if err == nil && (v.memoryKiBNeeded() < 0 || v.memoryKiBNeeded() > maxMemoryKiB) {
			t.Errorf("%q needs %d KiB", encoded, v.memoryKiBNeeded())
		}
	})
}
