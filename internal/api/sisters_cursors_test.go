package api_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// pages walks a list forwards in pages of one, and backwards again; it returns
// the first names of each walk, and the cursors.
func pages(t *testing.T, c *apitest.Client, path string) (there, back []string, cursors []string) {
	t.Helper()
	ask := func(cursor string) (page api.List[api.User]) {
		c.Do(http.MethodGet, path+"&limit=1&cursor="+cursor, nil).Want(http.StatusOK, &page)
		if len(page.Items) == 0 && (page.NextCursor != nil || cursor != "") {
			t.Errorf("%s: an empty page after %q has a next one: %v", path, cursor, page.NextCursor)
		}
		for _, next := range []*string{page.NextCursor, page.PrevCursor} {
			if next != nil {
				cursors = append(cursors, *next)
			}
		}
		return page
	}
	page := ask("")
	for {
		for _, u := range page.Items {
			there = append(there, u.FirstName)
		}
		if page.NextCursor == nil {
			break
		}
		page = ask(*page.NextCursor)
	}
	for page.PrevCursor != nil {
		page = ask(*page.PrevCursor)
		for _, u := range page.Items {
			back = append(back, u.FirstName)
		}
	}
	return there, back, cursors
}

// Pages tell nothing of those who were left out of them: none is empty where
// others follow, no cursor is made of somebody who is not shown, and there is a
// next page only when somebody is on it. Else a decoy with the right name would
// tell, letter by letter, what somebody is called in the sister. covers A-06, E-12
func TestSisterInPages(t *testing.T) { apitest.Each(t, sisterInPages) }

func sisterInPages(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	for _, name := range []string{"Anna", "Zoltan"} { // around Shay in every order
		body := person(name, name+"@northwind.example", iam.TypeMember)
		body["nickname"], body["role_ids"] = "Zorro", []iam.RoleID{c.role}
		c.boss.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
	}
	add(c.boss, "Aaron", "aaron@northwind.example", iam.TypeMember)
	for range 2 {
		for _, filter := range []string{"search=zorro", "search=zo", "search=z", "role=quiet", "role=quiet&search=zorro"} {
			for _, sort := range []string{"name", "-name", "created", "-created"} {
				want := []string{"Anna", "Zoltan"}
				if strings.HasPrefix(sort, "-") {
					want = []string{"Zoltan", "Anna"}
				}
				path := "/users?" + filter + "&sort=" + sort
				there, back, cursors := pages(t, c.runs, path)
				if got, returned := strings.Join(there, " "), strings.Join(back, " "); got != strings.Join(want, " ") || returned != want[0] {
					t.Errorf("%s: %q, and back %q", path, got, returned)
				}
				for _, cursor := range cursors {
					if text, err := base64.RawURLEncoding.DecodeString(cursor); err != nil || strings.Contains(string(text), "shay") {
						t.Errorf("%s: a cursor is made of Shay: %q %v", path, text, err)
					}
				}
			}
		}
		if _, err := w.FoldUserIndex(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
}

// A cursor leads nowhere but in the caller's own list: one of the company's or
// the sister's, or one that was made up of something of the sister's, is
// refused as one of nothing is.
func TestSisterCursors(t *testing.T) { apitest.Each(t, sisterCursors) }

func sisterCursors(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	for n := range 2 {
		c.boss.Do(http.MethodPost, "/organizations", `{"name":"`+string(rune('Y'+n))+`"}`).Want(http.StatusCreated, nil)
		c.boss.Do(http.MethodPost, "/invitations", `{"emails":["a@b.example","c@d.example"]}`).Want(http.StatusOK, nil)
	}
	for _, other := range []*apitest.Client{c.agency, c.inTheirs} {
		other.Do(http.MethodPost, "/invitations", `{"emails":["e@b.example","f@d.example"]}`).Want(http.StatusOK, nil)
		for _, path := range []string{
			"/users?limit=1", "/users?limit=1&sort=created", "/invitations?limit=1", "/colleagues?limit=1", "/teams?limit=1", "/teams?limit=1&manageable=true",
			"/roles/" + string(c.held) + "/members?limit=1", "/teams/" + string(c.serving) + "/members?limit=1",
		} {
			var page api.List[map[string]any]
			if other.Do(http.MethodGet, path, nil).Want(http.StatusOK, &page); page.NextCursor == nil {
				if other == c.agency {
					t.Errorf("%s has one page", path)
				}
				continue
			}
			c.runs.Do(http.MethodGet, path+"&cursor="+*page.NextCursor, nil).WantProblem(http.StatusBadRequest, iam.CodeInvalidCursor)
		}
	}
	made := func(id string) string {
		return "/organizations?limit=1&cursor=" + base64.RawURLEncoding.EncodeToString([]byte(id))
	}
	nothing := c.runs.Do(http.MethodGet, made("org_01k9z3qf4te8kv5m2r7w1x6y0a"), nil)
	for _, id := range []iam.OrgID{c.theirs, c.agency.Session.Organization.ID} {
		same(t, "a cursor of "+string(id), c.runs.Do(http.MethodGet, made(string(id)), nil), nothing)
	}
	var page api.List[api.Organization]
	if c.runs.Do(http.MethodGet, made(string(c.mine)), nil).Want(http.StatusOK, &page); len(page.Items) != 1 || page.Items[0].Name != "Y" {
		t.Errorf("after Mine comes %+v", page.Items)
	}
}
