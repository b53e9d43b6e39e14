package userindex

import (
	"cmp"
	"strings"
	"testing"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawName draws name keys that share beginnings.
func drawName(t *rapid.T, label string) string {
	letters := rapid.RuneFrom([]rune("abz 09-'.ÿ"), unicode.Latin, unicode.Han, unicode.Cyrillic)
	return strings.Repeat("a", rapid.IntRange(0, 3).Draw(t, label+" a")) + rapid.StringOfN(letters, 0, 25, -1).Draw(t, label)
}

func TestNameCodesKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawName(t, "a"), drawName(t, "b")
		if rapid.Bool().Draw(t, "continue") {
			b = a + b
		}
		x, y := nameCode(a), nameCode(b)
		switch {
		case strings.Compare(a, b)*cmp.Compare(x, y) < 0:
			t.Fatalf("%q and %q have codes %x and %x", a, b, x, y)
		case a != b && x == y && nameCodeExact(x):
			t.Fatalf("%q and %q share the exact code %x", a, b, x)
		}
	})
}

func TestOrdinaryNamesHaveExactCodes(t *testing.T) {
	for _, name := range []string{"", "anna schmidt", "maria garcia", "li wei", "王明", "иван"} {
		if !nameCodeExact(nameCode(name)) {
			t.Errorf("the code of %q is cut", name)
		}
	}
}

func TestDocSurvivesEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		d := Doc{
			FullName: text.Draw(t, "name"), Nickname: text.Draw(t, "nickname"), Email: text.Draw(t, "email"), Aliases: text.Draw(t, "aliases"),
			Status: text.Draw(t, "status"), UserType: text.Draw(t, "type"), NameKey: text.Draw(t, "key"),
			Roles:         rapid.SliceOfN(text, 1, 4).Draw(t, "roles"),
			Organizations: rapid.SliceOfN(text, 1, 4).Draw(t, "orgs"),
			LastSignIn:    rapid.Int64().Draw(t, "last sign-in"),
		}
		encoded := d.Encode()
		got, err := DecodeDoc(encoded)
		if diff := gocmp.Diff(d, got); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
		if _, err := DecodeDoc(encoded[:rapid.IntRange(0, len(encoded)-1).Draw(t, "cut")]); err == nil {
			t.Fatal("a cut document was read")
		}
	})
}

func TestCacheStaysWithinItsBudget(t *testing.T) {
	c := newCache[int, int](100)
	for i := range 1000 {
		c.put(i, i, 1+i%40)
		if v, ok := c.get(i); !ok || v != i {
			t.Fatalf("%d was not kept: %d, %v", i, v, ok)
		}
		sum := 0
		for _, item := range c.items {
			sum += item.size
		}
		if sum != c.used || sum > 100 {
			t.Fatalf("%d bytes held, %d counted", sum, c.used)
		}
	}
	if c.put(1, 1, 101); len(c.items) > 100 {
		t.Fatal("too large an item was kept")
	}
}
