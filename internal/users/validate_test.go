package users_test

import (
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// What counts is how long a text is as it is kept: trimmed and composed.
func TestTextsAreMeasuredAsTheyAreKept(t *testing.T) {
	for in, want := range map[string]struct{ kept, code string }{
		strings.Repeat("e\u0301", 100):                      {strings.Repeat("\u00e9", 100), ""},
		strings.Repeat("\u03b1\u0313\u0300\u0345", 100):     {strings.Repeat("\u1f82", 100), ""},
		strings.Repeat("\u1112\u1161\u11ab", 100):           {strings.Repeat("\ud55c", 100), ""},
		strings.Repeat(" ", 200) + strings.Repeat("x", 100): {strings.Repeat("x", 100), ""},
		strings.Repeat("\U0001f600", 100):                   {strings.Repeat("\U0001f600", 100), ""},
		strings.Repeat("e\u0301", 101):                      {"", "too_long"},
		strings.Repeat("x\u0301", 51):                       {"", "too_long"},
		strings.Repeat("\u0958", 51):                        {"", "too_long"}, // its composed form has two
		strings.Repeat("e\u0301", 1_000_000):                {"", "too_long"},
		strings.Repeat("\u0301", 1_000_000):                 {"", "too_long"},
		"a\xff":                                             {"", "invalid_text"},
	} {
		u := &iam.User{FirstName: in, LastName: "Okafor", Email: "ada@northwind.example"}
		fields := users.Normalize(u)
		if want.code == "" && (len(fields) > 0 || u.FirstName != want.kept) {
			t.Errorf("%.20q became %.20q, %v", in, u.FirstName, fields)
		}
		if want.code != "" && (len(fields) != 1 || fields[0].Pointer != "/first_name" || fields[0].Code != want.code) {
			t.Errorf("%.20q: %v, want %s", in, fields, want.code)
		}
	}
}

// An address has at most 254 bytes as it is kept.
func TestAddressesAreMeasuredAsTheyAreKept(t *testing.T) {
	const domain = "@northwind.example" // of 18 bytes
	for in, code := range map[string]string{
		strings.Repeat("e\u0301", 118) + domain:       "",
		strings.Repeat("e\u0301", 119) + domain:       "too_long",
		strings.Repeat("a", 236) + domain:             "",
		strings.Repeat("a", 237) + domain:             "too_long",
		strings.Repeat("e\u0301", 1_000_000) + domain: "too_long",
	} {
		fields := users.Normalize(&iam.User{FirstName: "Ada", LastName: "Okafor", Email: in})
		if code == "" && len(fields) > 0 || code != "" && (len(fields) != 1 || fields[0].Pointer != "/email" || fields[0].Code != code) {
			t.Errorf("%.20q, %d bytes: %v, want %q", in, len(in), fields, code)
		}
	}
}
