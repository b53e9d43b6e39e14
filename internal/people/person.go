package people

import "time"

// Person is one made-up person. Every field is a value that the product accepts.
type Person struct {
	GivenName, FamilyName string
	Nickname              string // how customers see them; often empty
	Email                 string // ASCII, lower case, unique within a Generator
	Phone                 string // E.164; empty for about 30 %
	ExternalID            string // number in a personnel system; empty for about 45 %
	Timezone              string // IANA name
	Locale                string // en, es, fr or de
	Type                  string // tenant_admin, bot_admin, supervisor, agent, analyst, viewer, service; member in the demo
	Status                string // active or suspended
	Roles                 []string
	HasPhoto              bool
	CreatedAgo            time.Duration // how long ago the account was made
	LastSignInAgo         time.Duration // negative: never signed in; never longer than CreatedAgo
}

// Generator makes people up. It is immutable and safe for concurrent use.
type Generator struct {
	seed    uint64
	sets    []nameSet
	locales alias
	types   alias
	roles   alias
	domains *domains
}

// New returns the generator of a seed. The same seed always gives the same people.
func New(seed uint64) *Generator {
	weights := make([]float64, len(locales))
	for i, l := range locales {
		weights[i] = l.weight
	}
	return &Generator{
		seed: seed, sets: tables(), locales: newAlias(weights), types: newAlias(typeWeights),
		roles: newAlias(roleWeights()), domains: newDomains(seed),
	}
}

var (
	typeNames   = []string{"agent", "viewer", "supervisor", "bot_admin", "analyst", "service", "tenant_admin"}
	typeWeights = []float64{62, 11, 9, 7, 6, 4, 1}
)

const day = 24 * time.Hour

// Person returns person i (i ≥ 0) of the generator, a pure function of the seed
// and i. Addresses are unique over all i.
func (g *Generator) Person(i int) Person {
	r := newRNG(g.seed, uint64(i))
	p := Person{Type: typeNames[g.types.pick(&r)], Status: "active", Locale: "en"}
	var given, family string
	if p.Type == "service" {
		given, family = p.fillService(&r)
	} else {
		given, family = g.fillHuman(&r, &p)
	}
	p.Email = g.domains.address(i, given, family)
	if r.chance(0.06) {
		p.Status = "suspended"
	}
	p.Roles = g.pickRoles(&r, p.Type)
	p.fillTimes(&r)
	return p
}

// fillHuman chooses name, home and contact data and returns the address forms
// of the names.
func (g *Generator) fillHuman(r *rng, p *Person) (given, family string) {
	set := &g.sets[g.locales.pick(r)]
	native := set.native == 1 || r.chance(set.native)
	givens, feminine := &set.givenM, r.chance(0.5)
	if feminine {
		givens = &set.givenF
	}
	first := givens.name[givens.draw.pick(r)]
	last := set.pickFamily(r, feminine)
	p.GivenName, p.FamilyName = first.written(native), last.written(native)
	if set.two > 0 && r.chance(set.two) {
		separator := "-"
		if set.file == "es" || set.file == "pt" {
			separator = " "
		}
		p.FamilyName += separator + set.pickFamily(r, feminine).written(native)
	}
	p.Timezone = set.zones[skewed(r, len(set.zones))]
	if r.chance(set.uiPart) {
		p.Locale = set.ui
	}
	if r.chance(0.7) {
		p.Phone = phone(r, set.phones[r.below(len(set.phones))])
	}
	if r.chance(0.55) {
		p.ExternalID = "E-" + digits(r, 7)
	}
	p.HasPhoto = r.chance(0.42)
	if r.chance(0.35) {
		p.Nickname = nickname(r, first, last)
	}
	return first.slug, last.slug
}

func (n name) written(native bool) string {
	if native {
		return n.native
	}
	return n.latin
}

// pickFamily draws a family name. One person in 500 has one of the very rare
// names, so that each of those belongs to about fifteen in a million; they are written
// in Latin letters only.
func (s *nameSet) pickFamily(r *rng, feminine bool) name {
	if s.native == 1 && r.chance(0.002) {
		return rareFamilies[r.below(len(rareFamilies))]
	}
	if s.file == "en" && r.chance(0.15) {
		return composedFamilies[r.below(len(composedFamilies))]
	}
	i := s.family.draw.pick(r)
	if feminine {
		return s.family.other[i]
	}
	return s.family.name[i]
}

// fillTimes spreads accounts over five years, more of them recent (companies
// grow), and sign-ins exponentially around the last days; suspended people
// stopped longer ago.
func (p *Person) fillTimes(r *rng) {
	u := r.float()
	p.CreatedAgo = time.Duration(u*u*5*365*float64(day)) + time.Hour
	if r.chance(0.12) {
		p.LastSignInAgo = -1
		return
	}
	mean := 6.0
	if p.Status == "suspended" {
		mean = 120
	}
	p.LastSignInAgo = time.Duration(r.exp()*mean*float64(day)) + time.Minute
	if p.LastSignInAgo > p.CreatedAgo {
		p.LastSignInAgo = time.Duration(r.float() * float64(p.CreatedAgo))
	}
}

// skewed returns an index in [0, n) that is more often small.
func skewed(r *rng, n int) int {
	u := r.float()
	return int(u * u * float64(n))
}

func phone(r *rng, pattern string) string {
	var buf [16]byte
	out := append(buf[:0], pattern...)
	for i, c := range out {
		if c == '#' {
			out[i] = byte('0' + r.below(10))
		}
	}
	return string(out)
}

func digits(r *rng, n int) string {
	var buf [16]byte
	for i := range n {
		buf[i] = byte('0' + r.below(10))
	}
	return string(buf[:n])
}
