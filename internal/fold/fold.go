// Package fold makes text comparable the way people compare names: without
// regard to case, accents, ligatures, width and invisible characters. Search
// and the order of names are defined on folded text, so every place that
// stores, indexes or looks for such text goes through this package.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxSortKey is the length in bytes at which a sort key is cut.
const MaxSortKey = 160

// letters that Unicode does not decompose but that people type without their
// stroke, hook or ligature.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe",
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h", 'ŧ': "t", 'Ŧ': "t", 'ŋ': "n", 'Ŋ': "n",
	'ı': "i", 'ĸ': "k", 'ƶ': "z", 'Ƶ': "z", 'ɨ': "i", 'Ɨ': "i",
}

// Text folds s: compatibility decomposition (Unicode NFKD), no combining marks,
// no invisible format characters, no case, plain Latin letters where people
// would type them. White space and control characters become a plain space
// each. Folding twice changes nothing.
func Text(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		writeFolded(&b, r)
	}
	return b.String()
}

func writeFolded(b *strings.Builder, r rune) {
	switch {
	case r < utf8.RuneSelf:
		b.WriteByte(lowerASCII(byte(r)))
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
	case unicode.IsSpace(r) || unicode.IsControl(r):
		b.WriteByte(' ')
	default:
		if plain, ok := letters[r]; ok {
			b.WriteString(plain)
			return
		}
		b.WriteString(foldedCase(r))
	}
}

// foldedCase lowers r by way of its capital, so that the forms of one letter
// (σ and ς) meet. Some capitals' small letters decompose again.
func foldedCase(r rune) string {
	low := unicode.ToLower(unicode.ToUpper(r))
	if plain, ok := letters[low]; ok {
		return plain
	}
	if low == r {
		return string(r)
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(low)) {
		if !unicode.In(d, unicode.Mn, unicode.Me, unicode.Cf) {
			b.WriteRune(d)
		}
	}
	return b.String()
}

func lowerASCII(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	case c < ' ' || c == 0x7f:
		return ' '
	}
	return c
}

// isFolded tells whether s is plain ASCII that folding would not change.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || lowerASCII(c) != c {
			return false
		}
	}
	return true
}

// SortKey makes the key by which names are ordered, compared byte by byte:
// folded, with single spaces, cut at MaxSortKey bytes between two characters.
func SortKey(name string) string {
	key := strings.Join(strings.Fields(Text(name)), " ")
	if len(key) <= MaxSortKey {
		return key
	}
	cut := MaxSortKey
	for !utf8.RuneStart(key[cut]) {
		cut--
	}
	return key[:cut]
}
