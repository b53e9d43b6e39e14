package fold

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"Élodie  Müller": "elodie muller",
		"Łukasz":         "lukasz",
		"STRASSE straße": "strasse strasse",
		"Jo\u200bão":     "joao",
		"Ｆｕｌｌ":           "full",
		"王 小明":           "王 小明",
		"Иван Й":         "иван и",
		"a\tb\nc":        "a b c",
		"İstanbul":       "istanbul",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmailKey(t *testing.T) {
	same := [][2]string{
		{"Anna@Example.com", "anna@example.COM"},
		{"ren\u00e9@x.fr", "rene\u0301@x.fr"},
		{" a@b.de ", "a@b.de"},
		{"οδυσσεύς@x.gr", "ΟΔΥΣΣΕΎΣ@x.gr"},
		{"straße@x.de", "STRASSE@x.de"},
	}
	for _, p := range same {
		if EmailKey(p[0]) != EmailKey(p[1]) {
			t.Errorf("%q and %q must be one address", p[0], p[1])
		}
	}
	if EmailKey("rené@x.fr") == EmailKey("rene@x.fr") {
		t.Error("accents tell addresses apart")
	}
}

// Folding twice is folding once, whatever comes in.
func TestIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := Text(s)
		if Text(once) != once || !utf8.ValidString(once) {
			t.Fatalf("Text(%q) = %q, again %q", s, once, Text(once))
		}
		key := EmailKey(s)
		if EmailKey(key) != key {
			t.Fatalf("EmailKey(%q) = %q, again %q", s, key, EmailKey(key))
		}
	})
}
