package people

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// searchable folds what people are found by: case and Latin accents.
func searchable(p Person) string {
	var b strings.Builder
	for _, r := range strings.ToLower(p.GivenName + " " + p.FamilyName + " " + p.Nickname) {
		if ascii := letters[r]; ascii != "" && (r < 0x370 || r >= 0x1e00 && r < 0x1f00) {
			b.WriteString(ascii)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String() + " " + p.Email
}

func matches(text, term string) bool {
	if utf8.RuneCountInString(term) > 2 {
		return strings.Contains(text, term)
	}
	for from := 0; ; {
		i := strings.Index(text[from:], term)
		if i < 0 {
			return false
		}
		if at := from + i; at == 0 || strings.IndexByte(" .-_@'", text[at-1]) >= 0 {
			return true
		}
		from += i + 1
	}
}

func TestSearchTermsOccurAsOftenAsTheySay(t *testing.T) {
	const n = 400_000
	g, terms := New(1), SearchTerms()
	hits := make([]float64, len(terms))
	for i := range n {
		text := searchable(g.Person(i))
		for k, term := range terms {
			if matches(text, term.Text) {
				hits[k]++
			}
		}
	}
	bounds := map[string][2]float64{"absent": {0, 0}, "rare": {1, 150}, "mid": {800, 12_000}, "common": {25_000, 400_000}}
	for k, term := range terms {
		got, b := hits[k]*1e6/n, bounds[term.Class]
		if got < b[0] || got > b[1] {
			t.Errorf("%s term %q: %.0f in a million, want %.0f to %.0f", term.Class, term.Text, got, b[0], b[1])
		}
	}
}
