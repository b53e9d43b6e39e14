package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// Whoever manages the tabs of an organization, of whatever type and with no other
// permission, chooses among its people and those below it, by the names that they
// may know, and among nobody else.
func TestPeopleForTabs(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a, stranger := newAgencyIn(t, w), w.Tenant("fabrikam")
		stranger.Person("Sue", iam.TypeAgent)
		keeper := a.member(t, "Kay", a.client, iam.PermTabsManage)
		ann, bob := a.member(t, "Ann", a.client), a.member(t, "Bob", a.client)
		other := a.member(t, "Oda", a.other)
		names := func(c *apitest.Client, query string) string {
			var page api.List[api.TabPerson]
			c.Do(http.MethodGet, "/tab-people"+query, nil).Want(http.StatusOK, &page)
			var out []string
			for _, p := range page.Items {
				if email := p.Email; email != nil {
					p.Name += " " + *email
				}
				out = append(out, p.Name)
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		if got := names(keeper, ""); got != "Ann Example, Bob Example, Kay Example" {
			t.Errorf("sees %s", got)
		}
		if got := names(keeper, "?search=ann"); got != "Ann Example" {
			t.Errorf("finds %s", got)
		}
		for _, hidden := range []string{"bob@northwind", "oda", "sue", "ada"} {
			if got := names(keeper, "?search="+hidden); got != "" {
				t.Errorf("%s finds %s", hidden, got)
			}
		}
		// Programs don't look at tabs, and who sees addresses elsewhere sees them here.
		a.boss.In(a.client).Do(http.MethodPost, "/users", person("Bot", "bot@northwind.example", iam.TypeService)).Want(http.StatusCreated, nil)
		a.memberships(t, keeper.ID, func([]iam.Membership) []iam.Membership {
			return []iam.Membership{{Org: a.client, Permissions: []iam.Permission{iam.PermTabsManage, iam.PermDirectoryRead}}}
		})
		if got := names(keeper, "?search=bob@northwind"); got != "Bob Example bob@northwind.example" {
			t.Errorf("finds %s", got)
		}
		if got := names(keeper, "?search=bot"); got != "" {
			t.Errorf("finds %s", got)
		}
		// Somebody who goes by an alias there is chosen by it.
		var u api.User
		a.boss.Do(http.MethodGet, "/users/"+string(ann.ID), nil).Want(http.StatusOK, &u)
		a.boss.Do(http.MethodPatch, "/users/"+string(ann.ID)+"/memberships/"+string(a.client), `{"alias":"Zoe"}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, nil)
		if got := names(keeper, "?search=zoe"); got != "Zoe" {
			t.Errorf("finds %s", got)
		}
		if got := names(keeper, "?search=ann"); got != "" {
			t.Errorf("finds %s behind the alias", got)
		}
		var tab api.CustomTab
		const chosen = `{"title":"T","icon":"cart","url":"https://t.example/","mode":"frame","audience":"chosen","all_organizations":true,"people":[%q]}`
		keeper.Do(http.MethodPost, "/tabs", fmt.Sprintf(chosen, ann.ID)).Want(http.StatusCreated, &tab)
		if len(tab.People) != 1 || tab.People[0].Name != "Zoe" {
			t.Errorf("%+v", tab.People)
		}
		keeper.Do(http.MethodPost, "/tabs", fmt.Sprintf(chosen, other.ID)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if p := bob.Do(http.MethodGet, "/tab-people", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden); p.Missing != iam.PermTabsManage {
			t.Errorf("%+v", p)
		}
	})
}

// The whole team is there for whom the Home tab shows the first of it, in pages,
// and found by the names that are shown.
func TestTeamOfTheDashboard(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a := newAgencyIn(t, w)
		mia := a.member(t, "Mia", a.client, iam.PermDashboardHome)
		for i := range 15 {
			a.member(t, fmt.Sprintf("Mate%02d", i), a.client)
		}
		a.member(t, "Oda", a.other)
		gone := a.member(t, "Gus", a.client)
		a.boss.Do(http.MethodPost, "/users/"+string(gone.ID)+"/suspend", nil).Want(http.StatusOK, nil)
		a.boss.In(a.client).Do(http.MethodPost, "/users", person("Bot", "bot@northwind.example", iam.TypeService)).Want(http.StatusCreated, nil)
		var home api.DashboardHome
		mia.Do(http.MethodGet, "/dashboard/home", nil).Want(http.StatusOK, &home)
		seen := map[string]bool{}
		pages := 0
		for path := "/dashboard/team?limit=7"; path != ""; pages++ {
			var page api.List[api.Teammate]
			mia.Do(http.MethodGet, path, nil).Want(http.StatusOK, &page)
			for _, p := range page.Items {
				seen[p.Name] = true
			}
			path = ""
			if page.NextCursor != nil {
				path = "/dashboard/team?limit=7&cursor=" + *page.NextCursor
			}
		}
		if int64(len(seen)) != home.TeamTotal || home.TeamTotal != 16 || pages != 3 || seen["Oda Example"] || seen["Gus Example"] {
			t.Errorf("%d in %d pages of %d: %v", len(seen), pages, home.TeamTotal, seen)
		}
		found := func(search string) int {
			var page api.List[api.Teammate]
			mia.Do(http.MethodGet, "/dashboard/team?search="+search, nil).Want(http.StatusOK, &page)
			return len(page.Items)
		}
		// Mia sees no addresses: nobody is found by one.
		if found("mate07") != 1 || found("oda") != 0 || found("gus") != 0 || found("mate07@northwind") != 0 || found("bot") != 0 {
			t.Error("the search of the team")
		}
		if p := a.member(t, "Una", a.client).Do(http.MethodGet, "/dashboard/team", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden); p.Missing != iam.PermDashboardHome {
			t.Errorf("%+v", p)
		}
		a.boss.Do(http.MethodGet, "/dashboard/team", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}
