package main

import (
	"math/rand/v2"
	"strings"

	"github.com/retinue/retinue/internal/people"
)

// asker makes up what people ask the list for, the same in every run.
type asker struct {
	random    *rand.Rand
	generator *people.Generator
	users     int
	terms     []people.SearchTerm
	roles     []people.Role
}

func newAsker(users int) *asker {
	return &asker{
		random: rand.New(rand.NewPCG(seed, uint64(users))), generator: people.New(seed), users: users,
		terms: people.SearchTerms(), roles: people.Roles(),
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (a *asker) chance(p float64) bool { return a.random.Float64() < p }

var (
	statuses  = []string{"active", "suspended"}
	userTypes = []string{"tenant_admin", "bot_admin", "supervisor", "agent", "analyst", "viewer", "service"}
)

// any is a random combination of everything.
func (a *asker) any() query {
	q := query{sort: pick(a.random, sorts)}
	if a.chance(0.7) {
		q.search = a.search()
	}
	if a.chance(0.4) {
		q.status = pick(a.random, statuses)
	}
	if a.chance(0.4) {
		q.userType = pick(a.random, userTypes)
	}
	if a.chance(0.4) {
		q.role = pick(a.random, a.roles).Code
	}
	return q
}

// search is one of the terms whose frequency is known, or a piece of somebody.
func (a *asker) search() string {
	if a.chance(0.5) {
		return pick(a.random, a.terms).Text
	}
	p := a.generator.Person(a.random.IntN(a.users))
	given, family := firstWord(p.GivenName), firstWord(p.FamilyName)
	switch a.random.IntN(6) {
	case 0:
		return prefix(given, 1+a.random.IntN(2))
	case 1:
		return prefix(family, 3)
	case 2:
		return family
	case 3:
		return given + " " + prefix(family, 1+a.random.IntN(4))
	case 4:
		return a.piece(p.Email, 4+a.random.IntN(8))
	}
	return a.piece(p.GivenName+" "+p.FamilyName, 3+a.random.IntN(4))
}

// term is a random term of a class and some kinds.
func (a *asker) term(class string, kinds ...string) string {
	var list []string
	for _, t := range a.terms {
		if (class == "" || t.Class == class) && (len(kinds) == 0 || strings.Contains(" "+strings.Join(kinds, " ")+" ", " "+t.Kind+" ")) {
			list = append(list, t.Text)
		}
	}
	return pick(a.random, list)
}

// piece is a part of s of n characters.
func (a *asker) piece(s string, n int) string {
	runes := []rune(s)
	n = min(n, len(runes))
	at := a.random.IntN(len(runes) - n + 1)
	return strings.TrimSpace(string(runes[at : at+n]))
}

func prefix(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// class is a kind of question that has a row of its own.
type class struct {
	row string
	ask func(*asker) query
}

// classes are those whose first pages are measured.
var classes = []class{
	{"list.first", func(*asker) query { return query{sort: "-created"} }},
	{"list.name", func(*asker) query { return query{sort: "name"} }},
	{"list.fragment", func(a *asker) query { return query{search: a.term("mid", "3", "4+"), sort: "name"} }},
	{"list.email", func(a *asker) query { return query{search: a.email(), sort: "name"} }},
	{"list.status", func(a *asker) query {
		return query{search: a.term("", "3", "4+"), status: pick(a.random, statuses), sort: "name"}
	}},
	{"list.common", func(a *asker) query { return query{search: a.term("common", "3", "4+", "email"), sort: "name"} }},
	{"list.signin", func(a *asker) query {
		return query{search: a.term("common", "3", "4+", "email"), sort: "-last_sign_in"}
	}},
	{"list.three", func(a *asker) query {
		return query{role: pick(a.random, a.roles).Code, userType: pick(a.random, userTypes), status: pick(a.random, statuses), sort: "name"}
	}},
	{"list.rare", func(a *asker) query { return query{search: a.term("rare"), sort: pick(a.random, sorts)} }},
	{"list.absent", func(a *asker) query { return query{search: a.term("absent"), sort: pick(a.random, sorts)} }},
	{"list.short", func(a *asker) query { return query{search: a.term("", "1", "2"), sort: pick(a.random, sorts)} }},
	{"list.words", func(a *asker) query { return query{search: a.term("", "words"), sort: pick(a.random, sorts)} }},
	{"list.script", func(a *asker) query { return query{search: a.term("", "script"), sort: pick(a.random, sorts)} }},
}

// email is a piece of an address, in most cases of one that exists.
func (a *asker) email() string {
	if a.chance(0.5) {
		return a.term("", "email")
	}
	return a.piece(a.generator.Person(a.random.IntN(a.users)).Email, 5+a.random.IntN(10))
}
