package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	productName = "retinue"

	// maxKnownWords and maxKnownBytes bound the work that hostile profile data
	// can cause.
	maxKnownWords = 40
	maxKnownBytes = 100
)

// knownWords lists, folded and without repetition, what a password may not
// contain: the names and addresses as a whole and each of their words.
func knownWords(about Context) []string {
	words := []string{productName}
	add := func(text string) {
		if len(text) > maxKnownBytes {
			text = strings.ToValidUTF8(text[:maxKnownBytes], "")
		}
		folded := fold(text)
		parts := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		for _, w := range append([]string{folded, strings.Join(parts, "")}, parts...) {
			if len(words) < maxKnownWords && longEnough(w) && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	local, domain, _ := strings.Cut(about.Email, "@")
	add(local)
	if i := strings.LastIndexByte(domain, '.'); i > 0 {
		domain = domain[:i] // the top-level domain is no secret and no name either
	}
	add(domain)
	for _, name := range about.Names {
		add(name)
	}
	for _, word := range about.Words {
		add(word)
	}
	return words
}

// longEnough leaves out words so short that they occur by chance. A character
// of an East Asian script carries a syllable or more, so two of them count.
func longEnough(word string) bool {
	if n := utf8.RuneCountInString(word); n >= 4 {
		return true
	} else if n < 2 {
		return false
	}
	return !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
	})
}

// containsAny looks for the words in the password as it is and without what
// separates letters and digits, so that "a.c.m.e.t.e.l" hides nothing.
func containsAny(password string, words []string) bool {
	folded := fold(password)
	joined := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, folded)
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.Contains(folded, w) || strings.Contains(joined, w)
	})
}

// fold makes letters comparable regardless of case.
func fold(text string) string { return strings.ToLower(prepare(text)) }
