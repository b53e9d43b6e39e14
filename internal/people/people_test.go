package people

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPersonIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, i := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 1<<24).Draw(t, "i")
		a, b := New(seed), New(seed)
		b.Person(i + 1)
		if diff := cmp.Diff(a.Person(i), b.Person(i)); diff != "" {
			t.Fatalf("person %d of seed %d differs:\n%s", i, seed, diff)
		}
	})
}

func TestSeedsDiffer(t *testing.T) {
	a, b, same := New(1), New(2), 0
	for i := range 1000 {
		if a.Person(i).FamilyName == b.Person(i).FamilyName {
			same++
		}
	}
	if same > 50 {
		t.Fatalf("%d of 1000 people of two seeds share their family name", same)
	}
}

var (
	validEmail = regexp.MustCompile(`^[a-z]+([._-][a-z]+){0,2}[0-9]*@[a-z]+\.example$`)
	validPhone = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
)

func TestPeopleAreValid(t *testing.T) {
	g, seen := New(7), make(map[string]int, 200_000)
	zones := make(map[string]bool)
	for i := range 200_000 {
		p := g.Person(i)
		if j, taken := seen[p.Email]; taken {
			t.Fatalf("people %d and %d share %s", j, i, p.Email)
		}
		seen[p.Email] = i
		zones[p.Timezone] = true
		for _, s := range []string{p.GivenName, p.FamilyName, p.Nickname} {
			if !utf8.ValidString(s) || strings.TrimSpace(s) != s || utf8.RuneCountInString(s) > 60 {
				t.Fatalf("person %d: bad text %q", i, s)
			}
		}
		switch {
		case p.GivenName == "" || p.FamilyName == "":
			t.Fatalf("person %d has half a name: %+v", i, p)
		case !validEmail.MatchString(p.Email):
			t.Fatalf("person %d: bad address %q", i, p.Email)
		case p.Phone != "" && !validPhone.MatchString(p.Phone):
			t.Fatalf("person %d: bad number %q", i, p.Phone)
		case p.CreatedAgo <= 0 || p.LastSignInAgo > p.CreatedAgo:
			t.Fatalf("person %d signed in %v ago, was created %v ago", i, p.LastSignInAgo, p.CreatedAgo)
		}
	}
	for zone := range zones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s is no timezone: %v", zone, err)
		}
	}
}

// Addresses stay unique far from zero too, where numbers are long.
func TestAddressesUniqueAcrossRanges(t *testing.T) {
	g, seen := New(3), make(map[string]int)
	for _, start := range []int{0, 900_000, 10_000_000} {
		for i := start; i < start+30_000; i++ {
			e := g.domains.address(i, "an", "li") // one name for all: the hardest case
			if j, taken := seen[e]; taken {
				t.Fatalf("indexes %d and %d share %s", j, i, e)
			}
			seen[e] = i
		}
	}
}

func TestEveryNameHasAnAddressForm(t *testing.T) {
	ascii := regexp.MustCompile(`^[a-z]{2,}$`)
	check := func(file string, n name) {
		if n.native == "" || n.latin == "" || !ascii.MatchString(n.slug) {
			t.Errorf("%s: %q is %q, address form %q", file, n.native, n.latin, n.slug)
		}
	}
	for _, set := range tables() {
		for _, tab := range []table{set.givenF, set.givenM, set.family} {
			if len(tab.name) < 10 {
				t.Errorf("%s: a table has only %d names", set.file, len(tab.name))
			}
			for i := range tab.name {
				check(set.file, tab.name[i])
				check(set.file, tab.other[i])
			}
		}
	}
	for _, n := range append(append([]name{}, rareFamilies...), composedFamilies...) {
		check("extra", n)
	}
}

func TestSkew(t *testing.T) {
	const n = 300_000
	g := New(11)
	count := make(map[string]float64)
	roles, never, days := make(map[string]float64), 0.0, 0.0
	for i := range n {
		p := g.Person(i)
		count[p.Type]++
		count[p.Status]++
		count[p.Locale]++
		if p.LastSignInAgo < 0 {
			never++
		} else if p.Status == "active" {
			days += p.LastSignInAgo.Hours() / 24
		}
		if len(p.Roles) > 4 {
			t.Fatalf("person %d holds %d roles", i, len(p.Roles))
		}
		held := make(map[string]bool)
		for _, r := range p.Roles {
			if held[r] {
				t.Fatalf("person %d holds %s twice", i, r)
			}
			held[r] = true
			roles[r]++
		}
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got/n-want) > tolerance {
			t.Errorf("%s: %.4f of people, want %.4f", what, got/n, want)
		}
	}
	for i, name := range typeNames {
		near(name, count[name], typeWeights[i]/100, 0.005)
	}
	near("suspended", count["suspended"], 0.06, 0.003)
	near("never signed in", never, 0.12, 0.003)
	near("Spanish console", count["es"], 0.0926, 0.005)
	near("chat_agent", roles["chat_agent"], 0.3, 0.03)
	near("shift_lead", roles["shift_lead"], 0.036, 0.008)
	if got := roles["key_custodian"]; got > 15 {
		t.Errorf("key_custodian: %v of %d people, want about 3", got, n)
	}
	if mean := days / (n * 0.94 * 0.88); mean < 4 || mean > 7 {
		t.Errorf("active people signed in %.1f days ago on average, want about 6", mean)
	}
}

func TestScripts(t *testing.T) {
	g, found := New(5), make(map[string]int)
	blocks := map[string][2]rune{
		"Greek": {0x370, 0x3ff}, "Cyrillic": {0x400, 0x52f}, "Hebrew": {0x590, 0x5ff}, "Arabic": {0x600, 0x6ff},
		"Devanagari": {0x900, 0x97f}, "Thai": {0xe00, 0xe7f}, "Kana": {0x3040, 0x30ff}, "Han": {0x4e00, 0x9fff}, "Hangul": {0xac00, 0xd7a3},
	}
	for i := range 20_000 {
		r, _ := utf8.DecodeRuneInString(g.Person(i).GivenName)
		for script, b := range blocks {
			if r >= b[0] && r <= b[1] {
				found[script]++
			}
		}
	}
	for script := range blocks {
		if found[script] < 10 {
			t.Errorf("%s: %d of 20,000 names", script, found[script])
		}
	}
}

func BenchmarkPerson(b *testing.B) {
	g := New(1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		g.Person(i)
		i++
	}
}
