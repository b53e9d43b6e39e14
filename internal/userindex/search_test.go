package userindex

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// covers D-02
func TestSearchMatchesAsPeopleExpect(t *testing.T) {
	user := foldFields("José O'Neil-García", "Pepe 🎉", "j.oneil+x7@mail.example.com", "Süd Helpdesk")
	for search, want := range map[string]bool{
		"": true, "  ": true, "jos": true, "JOSÉ garc": true, "garcia pepe": true, "sud help": true, "süd jose": true, "desk": true, "sk": false, "o'n": true, "o'": true, "ne": true,
		"ga": true, "x7": true, "ex": true, "🎉": true, "ose": true, "example.c": true, "j.": true, "p": true,
		"ei": false, "os": false, "7": false, "josepepe": false, "jose ortiz": false, "garciapepe": false, "l+": false,
	} {
		s, err := ParseSearch(search)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.matches(user); got != want {
			t.Errorf("search %q: %v, want %v", search, got, want)
		}
	}
}

func TestTooLongSearchesAreRefused(t *testing.T) {
	for _, search := range []string{strings.Repeat("x", 201), strings.Repeat("é", 1_000_000), strings.Repeat("a ", 11)} {
		_, err := ParseSearch(search)
		var e *iam.Error
		if !errors.As(err, &e) || e.Code != iam.CodeInvalid || e.Fields[0].Pointer != "/search" {
			t.Errorf("%d characters: %v", len(search), err)
		}
	}
	if _, err := ParseSearch(strings.Repeat("界", 200)); err != nil {
		t.Error(err)
	}
}

func TestGramsOfAText(t *testing.T) {
	var keys []string
	visitGrams("j.lo ab", func(g gram) { keys = append(keys, g.key()) })
	slices.Sort(keys)
	want := []string{"g:.lo", "g:j.l", "w:a", "w:ab", "w:j", "w:j.", "w:l", "w:lo"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}
