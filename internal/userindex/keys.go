package userindex

import "strings"

// The first two characters of a posting's key say what it is about.
const (
	keyStatus       = "s:"
	keyUserType     = "y:"
	keyRole         = "r:"
	keyOrganization = "o:"
	keyTag          = "t:"
	keyTrigram      = "g:"
	keyWordStart    = "w:"
)

// gram is a piece of text that is a key: three characters of one word, or with
// the bit gramStart the first one or two characters of a word. Characters take
// 21 bits each.
type gram uint64

const (
	runeBits       = 21
	gramStart gram = 1 << 63
	runeMask       = 1<<runeBits - 1
)

// key returns the gram as the key of its postings.
func (g gram) key() string {
	var b strings.Builder
	if g&gramStart != 0 {
		b.WriteString(keyWordStart)
	} else {
		b.WriteString(keyTrigram)
	}
	for shift := 2 * runeBits; shift >= 0; shift -= runeBits {
		if r := rune(g >> shift & runeMask); r != 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func trigramOf(a, b, c rune) gram {
	return gram(a)<<(2*runeBits) | gram(b)<<runeBits | gram(c)
}

// startOf is the gram of a word's first character, or first two; b is 0 for one.
func startOf(a, b rune) gram {
	return gramStart | gram(a)<<runeBits | gram(b)
}

// visitGrams calls visit with every gram of a folded text, some repeatedly.
func visitGrams(text string, visit func(gram)) {
	a, b := ' ', ' ' // the two characters before c
	start := false   // whether a word begins at b
	for _, c := range text {
		if c != ' ' && b != ' ' {
			if a != ' ' {
				visit(trigramOf(a, b, c))
			}
			if start {
				visit(startOf(b, c))
			}
		}
		start = c != ' ' && wordStart(b, c)
		if start {
			visit(startOf(c, 0))
		}
		a, b = b, c
	}
}

// trigrams returns the different trigrams of a search word.
func (w searchWord) trigrams() []string {
	var keys []string
	seen := map[gram]bool{}
	visitGrams(w.text, func(g gram) {
		if g&gramStart == 0 && !seen[g] {
			seen[g] = true
			keys = append(keys, g.key())
		}
	})
	return keys
}

// facets calls visit with the keys of everything but the text of a document.
func (d *Doc) facets(visit func(key string)) {
	visit(keyStatus + d.Status)
	visit(keyUserType + d.UserType)
	for _, id := range d.Roles {
		visit(keyRole + id)
	}
	for _, id := range d.Organizations {
		visit(keyOrganization + id)
	}
	for _, tag := range d.Tags {
		visit(keyTag + tag)
	}
}

// grams calls visit with every gram of the document's text, some repeatedly.
func (d *Doc) grams(visit func(gram)) {
	for _, text := range foldFields(d.FullName, d.Nickname, d.Email, d.Aliases) {
		visitGrams(text, visit)
	}
}

// keys returns the set of all keys of the document.
func (d *Doc) keys() map[string]bool {
	set := map[string]bool{}
	d.facets(func(key string) { set[key] = true })
	grams := map[gram]bool{}
	d.grams(func(g gram) { grams[g] = true })
	for g := range grams {
		set[g.key()] = true
	}
	return set
}
