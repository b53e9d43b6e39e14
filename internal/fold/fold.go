// Package fold maps text to what it is compared by: names and searches without
// case and accents, e-mail addresses without case and Unicode form.
package fold

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// letters have no decomposition but are searched for as these.
var letters = strings.NewReplacer(
	"ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th", "ħ", "h", "ŧ", "t", "ŋ", "n", "ĸ", "k", "ς", "σ",
)

// Text folds a name or a search term: compatibility decomposition, no
// combining marks, no invisible characters, case folded, runs of white space
// as one blank.
func Text(s string) string {
	if plain(s) {
		return strings.Join(strings.Fields(strings.ToLower(s)), " ")
	}
	s = strings.ToLower(norm.NFKD.String(s))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r):
			return -1
		}
		return r
	}, s)
	s = letters.Replace(norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// EmailKey is what makes an e-mail address unique in a tenant: compatibility
// composition and case folding (Unicode 3.13, in full: ß is ss, ς is σ) of the
// whole address. The local part may be
// case-sensitive by RFC 5321, but no provider in use treats it so, and two
// accounts that differ by case only are a way to be mistaken for somebody.
func EmailKey(s string) string {
	s = strings.TrimSpace(s)
	if plain(s) {
		return strings.ToLower(s)
	}
	// Trimmed again: some symbols compose to a blank and a mark.
	return strings.TrimSpace(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))))
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// HasWords tells whether a text has each of the words of a search somewhere, both
// folded.
func HasWords(s string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	s = Text(s)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s, w) })
}

// Words are those of a search, folded.
func Words(search string) []string { return strings.Fields(Text(search)) }
