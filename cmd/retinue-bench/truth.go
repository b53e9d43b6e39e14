package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/people"
)

// truthQueries are questions with few answers, which are compared with all
// people there are.
func truthQueries() []query {
	var list []query
	for _, t := range people.SearchTerms() {
		whole := !slices.ContainsFunc(strings.Fields(t.Text), func(w string) bool { return utf8.RuneCountInString(w) < 3 })
		if whole && (t.Class == "rare" || t.Class == "absent") {
			list = append(list, query{search: t.Text, sort: sorts[len(list)%len(sorts)]})
		}
	}
	roles := people.Roles()
	for i, r := range roles[len(roles)-20:] {
		list = append(list,
			query{role: r.Code, status: "suspended", sort: sorts[i%len(sorts)]},
			query{role: r.Code, userType: userTypes[i%len(userTypes)], search: "example", sort: sorts[(i+1)%len(sorts)]},
			query{role: r.Code, search: "bright", status: "active", sort: "name"})
	}
	return list
}

// expected finds out whom each query selects by looking at everybody.
func expected(users int, queries []query) map[query][]string {
	const workers = 2
	found := make([]map[query][]string, workers)
	g := people.New(seed)
	var all sync.WaitGroup
	for w := range workers {
		found[w] = map[query][]string{}
		all.Go(func() {
			for i := w; i < users; i += workers {
				p := g.Person(i)
				u := itemOf(&p)
				text := fold.Text(u.FullName) + "\n" + fold.Text(u.Nickname) + "\n" + u.Email
				for _, q := range queries {
					if mayContain(text, q.search) && q.selects(u) {
						found[w][q] = append(found[w][q], u.Email)
					}
				}
			}
		})
	}
	all.Wait()
	out := map[query][]string{}
	for _, q := range queries {
		out[q] = slices.Sorted(slices.Values(append(found[0][q], found[1][q]...)))
	}
	return out
}

// mayContain is a quick look before the exact one.
func mayContain(text, search string) bool {
	return !slices.ContainsFunc(strings.Fields(search), func(w string) bool { return !strings.Contains(text, w) })
}

func itemOf(p *people.Person) *item {
	u := &item{FullName: strings.TrimSpace(p.GivenName + " " + p.FamilyName), Nickname: p.Nickname, Email: p.Email, Status: p.Status, UserType: p.Type}
	for _, code := range p.Roles {
		u.Roles = append(u.Roles, struct {
			Code string `json:"code"`
		}{code})
	}
	return u
}

// compareTruth asks each query to its end and compares who was found.
func (b *bench) compareTruth(l *lister) error {
	queries := truthQueries()
	if b.truth == nil {
		b.truth = map[int]map[query][]string{}
	}
	if b.truth[b.in.users] == nil {
		b.truth[b.in.users] = expected(b.in.users, queries)
	}
	people := 0
	for _, q := range queries {
		var emails []string
		cursor := ""
		for {
			p, _, err := l.list(q, walkPage, cursor)
			if err != nil {
				return err
			}
			for i := range p.Items {
				emails = append(emails, p.Items[i].Email)
			}
			if p.Next == nil {
				break
			}
			cursor = *p.Next
		}
		slices.Sort(emails)
		if want := b.truth[b.in.users][q]; !slices.Equal(emails, want) {
			return fmt.Errorf("%+v finds %d people, there are %d", q, len(emails), len(want))
		}
		people += len(emails)
	}
	b.sayf("%d questions find exactly the %d people they should", len(queries), people)
	return nil
}
