package fold_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/fold"
	"pgregory.net/rapid"
)

// covers D-02
func TestTextMakesWhatPeopleTypeMeetWhatIsWritten(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"maria":                  "maria",
		"MARIA García":           "maria garcia",
		"José\u0301":             "jose",
		"Straße ẞ":               "strasse ss",
		"Łukasz Đorđević Ørsted": "lukasz dordevic orsted",
		"İstanbul ılık":          "istanbul ilik",
		"ΟΔΥΣΣΕΥΣ Οδυσσεύς":      "οδυσσευσ οδυσσευσ",
		"ﬁnance Ａｂｃ":            "finance abc",
		"zero\u200bwidth\ufeff":  "zerowidth",
		"a\x00b\tc\u00a0d":       "a b c d",
		"ǅungla":                 "dzungla",
		"a\xffb":                 "a\ufffdb",
		"👩\u200d💻":               "👩💻",
	} {
		if got := fold.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTextIsStable(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		once := fold.Text(string(r))
		if twice := fold.Text(once); twice != once {
			t.Errorf("Text(%q) = %q, folded again %q", string(r), once, twice)
		}
	}
}

func TestTextIgnoresCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom(nil, unicode.Latin, unicode.Cyrillic, unicode.Han)).Draw(t, "s")
		if a, b := fold.Text(strings.ToLower(s)), fold.Text(s); a != b {
			t.Fatalf("lower %q, as typed %q", a, b)
		}
	})
}

func TestSortKeyIsBoundedAndTidy(t *testing.T) {
	if got := fold.SortKey("  Zoë \t O'Neil "); got != "zoe o'neil" {
		t.Errorf("SortKey = %q", got)
	}
	long := fold.SortKey(strings.Repeat("名", 1000))
	if len(long) > fold.MaxSortKey || !utf8.ValidString(long) || len(long) < fold.MaxSortKey-3 {
		t.Errorf("SortKey of a long name has %d bytes, valid %v", len(long), utf8.ValidString(long))
	}
}
