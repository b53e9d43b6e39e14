package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
)

// The client organizations of the big tenant: 2,000 with the company itself (fewer
// where there are few people), four levels deep, as an agency with resellers has them.
const (
	mostOrganizations = 1999
	topOrganizations  = 40
	midOrganizations  = 400
)

// organizationCount is how many organizations there are below the company.
func organizationCount(users int) int { return min(mostOrganizations, users/50) }

// organizationName is the name of the i-th organization, like no other's.
func organizationName(i int) string {
	first := [...]string{"Nordwind", "Café Zürich", "Globex", "Śląsk", "Contoso", "Boréal", "Initech", "Müller & Söhne", "Aurora", "Tailspin"}
	kind := [...]string{"Retail", "Clinics", "Travel", "Logistics", "Energy", "Studios", "Foods", "Insurance"}
	return fmt.Sprintf("%s %s %04d", first[i%len(first)], kind[i/len(first)%len(kind)], i)
}

// shortName is what files call the i-th organization.
func shortName(i int) string { return fmt.Sprintf("o%d", i) }

// parentOf is the number of the organization above the i-th, -1 for the company.
func parentOf(i int) int {
	switch {
	case i < topOrganizations:
		return -1
	case i < midOrganizations:
		return i % topOrganizations
	}
	return topOrganizations + i%(midOrganizations-topOrganizations)
}

// makeOrganizations makes the tree through the API.
func makeOrganizations(c *client, count int) error {
	ids := make([]string, count)
	for i := range ids {
		body := map[string]string{"name": organizationName(i), "short_name": shortName(i)}
		if p := parentOf(i); p >= 0 {
			body["parent_id"] = ids[p]
		}
		var made struct {
			ID string `json:"id"`
		}
		if _, err := c.call(http.MethodPost, "/api/v1/organizations", body, &made, http.StatusCreated); err != nil {
			return err
		}
		ids[i] = made.ID
	}
	return nil
}

// places draws where people belong: every fifth to the company itself, and of the
// others the more to an organization the earlier it was a client.
type places struct{ zipf *rand.Zipf }

func newPlaces(count int) *places {
	return &places{rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), 1.1, 30, uint64(count-1))}
}

// next is the short name of the next person's organization, "" for the company.
func (p *places) next(i int) string {
	if i%5 == 0 {
		return ""
	}
	return shortName(int(p.zipf.Uint64()))
}

// node is what of a listed organization is looked at.
type node struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	IsRoot  bool   `json:"is_root"`
	Members int64  `json:"members_count"`
}

// organizations measures what the page of the clients asks for.
func (b *bench) organizations(c *client) error {
	all, err := nodesAt(c, "")
	if err != nil {
		return err
	}
	if want := organizationCount(b.in.users) + 1; len(all) != want {
		return fmt.Errorf("%d organizations, there are %d", len(all), want)
	}
	random := rand.New(rand.NewPCG(seed, 2))
	for _, r := range []struct {
		row string
		ask func() (string, func(json.RawMessage) error)
	}{
		{"org.list", func() (string, func(json.RawMessage) error) {
			return "/api/v1/organizations?limit=50", atLeast(min(listPage, len(all)))
		}},
		{"org.all", func() (string, func(json.RawMessage) error) { return "/api/v1/organizations", atLeast(len(all)) }},
		{"org.search", func() (string, func(json.RawMessage) error) {
			name := []rune(pick(random, all[1:]).Name)
			at := random.IntN(len(name) - 4)
			return "/api/v1/organizations?limit=50&search=" + url.QueryEscape(string(name[at:at+4])), atLeast(1)
		}},
		{"org.users", func() (string, func(json.RawMessage) error) { return usersOf(random, all, "") }},
		{"org.below", func() (string, func(json.RawMessage) error) { return usersOf(random, all, "&below=true") }},
		{"org.find", func() (string, func(json.RawMessage) error) {
			path, _ := usersOf(random, all, "&below=true&search="+pick(random, []string{"mar", "son", "jo", "an", "de", "li"}))
			return path, atLeast(0)
		}},
	} {
		took, err := b.asked(c, b.requests(300), r.ask)
		if err != nil {
			return fmt.Errorf("%s: %w", r.row, err)
		}
		target := listMedian
		if r.row == "org.all" {
			target = 0 // nobody is promised two thousand at once
		}
		b.record(r.row, latencyFigure(took, target, 0))
	}
	return nil
}

// asked asks n questions and checks the answers.
func (b *bench) asked(c *client, n int, ask func() (string, func(json.RawMessage) error)) (latencies, error) {
	var all latencies
	for range n {
		path, check := ask()
		var body json.RawMessage
		a, err := c.get(path, &body)
		if err != nil {
			return nil, err
		}
		if err := check(body); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, a.took)
	}
	return all, nil
}

// nodesAt are the organizations that a search finds.
func nodesAt(c *client, search string) ([]node, error) {
	var list struct {
		Items []node `json:"items"`
	}
	_, err := c.get("/api/v1/organizations?search="+url.QueryEscape(search), &list)
	return list.Items, err
}

// usersOf asks for the first page of the people of a random organization, which
// has as many as the tree says.
func usersOf(random *rand.Rand, all []node, more string) (string, func(json.RawMessage) error) {
	o := pick(random, all)
	return "/api/v1/users?limit=50&sort=name&organization_id=" + o.ID + more, atLeast(int(min(o.Members, listPage)))
}

// atLeast refuses answers with fewer items.
func atLeast(n int) func(json.RawMessage) error {
	return func(body json.RawMessage) error {
		var list struct {
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(body, &list); err != nil {
			return err
		}
		if len(list.Items) < n {
			return fmt.Errorf("%d items, want %d at least", len(list.Items), n)
		}
		return nil
	}
}
