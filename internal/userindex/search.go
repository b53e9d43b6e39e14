package userindex

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// The bounds of a search. Longer ones are refused, not cut: a list that
// ignored a part of what was asked would show the wrong people.
const (
	MaxSearchRunes = 200
	MaxSearchWords = 10
)

// wholeWord is the number of characters from which a search word matches
// anywhere, not just at the beginning of a word.
const wholeWord = 3

// Search is a parsed search string: words that must all match. The zero value
// matches everybody.
type Search struct {
	words []searchWord
}

type searchWord struct {
	text  string // folded
	runes int
}

// ParseSearch splits a search string into folded words. The error is an
// iam.CodeInvalid about the field "/search".
func ParseSearch(s string) (Search, error) {
	if len(s) > MaxSearchRunes*utf8.UTFMax || utf8.RuneCountInString(s) > MaxSearchRunes {
		return Search{}, iam.InvalidField("/search", "too_long", "Search for at most 200 characters.")
	}
	words := fold.Words(s)
	if len(words) > MaxSearchWords {
		return Search{}, iam.InvalidField("/search", "too_long", "Search for at most 10 words.")
	}
	parsed := Search{}
	for _, w := range words {
		parsed.words = append(parsed.words, searchWord{text: w, runes: utf8.RuneCountInString(w)})
	}
	return parsed, nil
}

// fields are the folded searchable texts of a user.
type fields [4]string

func foldFields(fullName, nickname, email, aliases string) fields {
	return fields{fold.Text(fullName), fold.Text(nickname), fold.Text(email), fold.Text(aliases)}
}

// Finds tells whether every word of the search occurs in one of a person's
// texts, as written: of those that whoever searches may know.
func (s Search) Finds(texts ...string) bool {
	return s.matches(foldFields(strings.Join(texts, " "), "", "", ""))
}

// matches tells whether every word of the search occurs in a field.
func (s Search) matches(f fields) bool {
	for _, w := range s.words {
		if !f.contain(w) {
			return false
		}
	}
	return true
}

func (f *fields) contain(w searchWord) bool {
	for _, text := range f {
		if w.runes >= wholeWord && strings.Contains(text, w.text) {
			return true
		}
		if w.runes < wholeWord && beginsWord(text, w.text) {
			return true
		}
	}
	return false
}

// beginsWord tells whether prefix occurs in text where a word begins.
func beginsWord(text, prefix string) bool {
	for from := 0; from < len(text); {
		i := strings.Index(text[from:], prefix)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		first, size := utf8.DecodeRuneInString(text[at:])
		if at == 0 || wordStart(before, first) {
			return true
		}
		from = at + size
	}
	return false
}

// wordStart tells whether a word begins at the character at, which follows the
// character before: after a space, and at a letter or digit after anything else
// that is neither. "j.o'neil" has the words j.o'neil, o'neil and neil.
func wordStart(before, at rune) bool {
	return before == ' ' || (isWordRune(at) && !isWordRune(before))
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}
