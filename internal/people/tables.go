package people

import (
	"embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed names/*.txt
var nameFiles embed.FS

// name is one given or family name: how it is written, how it is romanised,
// and its address form. he and she differ where family names have a gender.
type name struct{ native, latin, slug string }

type table struct {
	name  []name
	draw  alias
	other []name // same length as name: the feminine form, for family names
}

type nameSet struct {
	locale
	givenF, givenM, family table
}

// tables parses the embedded name files once, on first use, so that a program
// that never makes people up doesn't pay for it.
var tables = sync.OnceValue(func() []nameSet {
	sets := make([]nameSet, len(locales))
	for i, l := range locales {
		text, err := nameFiles.ReadFile("names/" + l.file + ".txt")
		if err != nil {
			panic("people: " + err.Error()) // the file is embedded: a build mistake
		}
		sets[i] = parseNames(l, string(text))
	}
	return sets
})

func parseNames(l locale, text string) nameSet {
	set := nameSet{locale: l}
	sections := map[string]*table{"given.f:": &set.givenF, "given.m:": &set.givenM, "family:": &set.family}
	var into *table
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			if t := sections[word]; t != nil {
				into = t
				continue
			}
			he, she, gendered := strings.Cut(word, "/")
			if !gendered {
				she = he
			}
			into.name = append(into.name, parseName(l, he))
			into.other = append(into.other, parseName(l, she))
		}
	}
	set.givenF.draw = newAlias(zipf(len(set.givenF.name), 2, 0.85))
	set.givenM.draw = newAlias(zipf(len(set.givenM.name), 2, 0.85))
	set.family.draw = newAlias(zipf(len(set.family.name), 2, l.skew))
	return set
}

func parseName(l locale, word string) name {
	native, latin, ok := strings.Cut(strings.ReplaceAll(word, "_", " "), "=")
	if !ok {
		latin = romanise(l, native)
	}
	ascii := latin
	if l.file == "de" {
		ascii = germanLetters.Replace(strings.ToLower(latin))
	}
	return name{native, latin, slug(ascii)}
}

// romanise returns a Cyrillic or Greek name in Latin letters, with a capital at
// the start; a name in Latin letters comes back as it is.
func romanise(l locale, native string) string {
	first, _ := utf8.DecodeRuneInString(native)
	if first < 0x370 || first >= 0x530 {
		return native
	}
	lower := strings.ToLower(native)
	if l.file == "uk" {
		lower = ukrainianLetters.Replace(lower)
	}
	ascii := slug(lower)
	return strings.ToUpper(ascii[:1]) + ascii[1:]
}
