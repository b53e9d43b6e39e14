package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// agency is a tenant with two client organizations.
type agency struct {
	*apitest.World
	boss          *apitest.Client
	client, other iam.OrgID
}

func newAgency(t *testing.T) *agency {
	t.Helper()
	return newAgencyIn(t, apitest.New(t, storetest.SQLite(t)))
}

func newAgencyIn(t *testing.T, w *apitest.World) *agency {
	t.Helper()
	a := &agency{World: w, boss: w.Tenant("northwind")}
	for name, id := range map[string]*iam.OrgID{"Fabrikam": &a.client, "Contoso": &a.other} {
		var o api.Organization
		a.boss.Do(http.MethodPost, "/organizations", `{"name":"`+name+`"}`).Want(http.StatusCreated, &o)
		*id = o.ID
	}
	return a
}

// member is somebody of an organization with direct permissions there.
func (a *agency) member(t *testing.T, name string, org iam.OrgID, permissions ...iam.Permission) *apitest.Client {
	t.Helper()
	c := a.boss.Person(name, iam.TypeMember)
	a.memberships(t, c.ID, func([]iam.Membership) []iam.Membership { return []iam.Membership{{Org: org, Permissions: permissions}} })
	return c
}

// join makes somebody a member of another organization, too.
func (a *agency) join(t *testing.T, id iam.UserID, org iam.OrgID, permissions ...iam.Permission) {
	t.Helper()
	a.memberships(t, id, func(have []iam.Membership) []iam.Membership {
		return append(have, iam.Membership{Org: org, Permissions: permissions})
	})
}

func (a *agency) memberships(t *testing.T, id iam.UserID, change func([]iam.Membership) []iam.Membership) {
	t.Helper()
	err := a.Store.Write(t.Context(), func(tx iam.Tx) error {
		before, err := tx.UserForUpdate(t.Context(), a.boss.Tenant, id)
		if err != nil {
			return err
		}
		after := *before
		after.Memberships = change(slices.Clone(before.Memberships))
		tx.AccessChanged(a.boss.Tenant)
		return tx.UpdateUser(t.Context(), a.boss.Tenant, before, &after)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// features sets what an organization may have: a JSON list, or null for all.
func (a *agency) features(t *testing.T, org iam.OrgID, codes string) {
	t.Helper()
	path := "/organizations/" + string(org)
	have := a.boss.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil)
	a.boss.Do(http.MethodPatch, path, `{"features":`+codes+`}`, apitest.Header("If-Match", have.Header.Get("ETag"))).Want(http.StatusOK, nil)
}

func tabIDs(t *testing.T, c *apitest.Client) []string {
	t.Helper()
	var d api.DashboardView
	c.Do(http.MethodGet, "/dashboard", nil).Want(http.StatusOK, &d)
	out := []string{}
	for _, tab := range d.Tabs {
		out = append(out, tab.ID)
	}
	return out
}

func (a *agency) tab(t *testing.T, body string) api.CustomTab {
	t.Helper()
	var tab api.CustomTab
	a.boss.Do(http.MethodPost, "/tabs", `{"icon":"cart","mode":"frame","identify":true,`+body+`}`).Want(http.StatusCreated, &tab)
	return tab
}

// Each checkbox opens its tab and nothing else, in the menu and by address; a
// built-in tab without an app is not there.
func TestDashboardTabs(t *testing.T) {
	a := newAgency(t)
	for _, o := range access.Options() {
		if o.Role != "" || o.ID == "home" || o.ID == "custom_tabs" {
			continue
		}
		body := `{"url":"https://apps.example/` + o.ID + `?c={organization}&u={user_id}","mode":"frame","identify":true}`
		a.boss.Do(http.MethodPut, "/organizations/"+string(a.client)+"/tab-apps/"+o.ID, body, apitest.IfMatch(1)).Want(http.StatusOK, nil)
	}
	custom := a.tab(t, `"title":"Orders","url":"https://orders.example/","audience":"everybody","all_organizations":true`)
	for _, o := range access.Options() {
		if o.Role != "" {
			continue
		}
		name := "P" + strings.ReplaceAll(o.ID, "_", "")
		c := a.member(t, name, a.client, o.Permissions...)
		want := o.ID
		if o.ID == "custom_tabs" {
			want = string(custom.ID)
		}
		if diff := cmp.Diff([]string{want}, tabIDs(t, c)); diff != "" {
			t.Errorf("%s: %s", o.ID, diff)
		}
		for _, other := range access.Options() {
			id := other.ID
			if other.ID == "custom_tabs" {
				id = string(custom.ID)
			}
			if other.Role != "" || id == want {
				continue
			}
			c.Do(http.MethodGet, "/dashboard/tabs/"+id, nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
			if id != "home" {
				c.Do(http.MethodPost, "/dashboard/tabs/"+id+"/token", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
			}
		}
		c.Do(http.MethodGet, "/dashboard/tabs/"+want, nil).Want(http.StatusOK, nil)
	}
	// In the other organization no app is set, so only Home is left.
	all := a.member(t, "Everything", a.other, access.All.Permissions()...)
	if diff := cmp.Diff([]string{"home", string(custom.ID)}, tabIDs(t, all)); diff != "" {
		t.Error(diff)
	}
	all.Do(http.MethodGet, "/dashboard/tabs/analytics", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	a.boss.Do(http.MethodGet, "/dashboard", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
}

// A custom tab is for the organizations and people that it says, and for nobody
// else, whatever they hold.
func TestCustomTabReach(t *testing.T) {
	a := newAgency(t)
	everybody := a.member(t, "Eve", a.client, iam.PermDashboardCustomTabs)
	chosen := a.member(t, "Cho", a.client)
	sister := a.member(t, "Sis", a.other, iam.PermDashboardCustomTabs)
	a.tab(t, `"title":"Here","url":"https://here.example/","audience":"everybody","organizations":[{"id":"`+string(a.client)+`","descendants":true}]`)
	single := a.tab(t, `"title":"Single","url":"https://single.example/","audience":"chosen","people":["`+string(chosen.ID)+`"],"all_organizations":true`)
	if got := tabIDs(t, chosen); len(got) != 1 || got[0] != string(single.ID) {
		t.Errorf("the chosen one sees %v", got)
	}
	if got := tabIDs(t, everybody); len(got) != 1 || got[0] == string(single.ID) {
		t.Errorf("everybody sees %v", got)
	}
	if got := tabIDs(t, sister); len(got) != 0 {
		t.Errorf("the sister organization sees %v", got)
	}
	everybody.Do(http.MethodGet, "/dashboard/tabs/"+string(single.ID), nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	everybody.Do(http.MethodGet, "/tabs", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	// Where the organization may not have custom tabs, nobody has: chosen or not.
	a.features(t, a.client, `["conversations"]`)
	for _, c := range []*apitest.Client{everybody, chosen} {
		if got := tabIDs(t, c); len(got) != 0 {
			t.Errorf("without the feature %s sees %v", c.Email, got)
		}
	}
	chosen.Do(http.MethodGet, "/dashboard/tabs/"+string(single.ID), nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	chosen.Do(http.MethodPost, "/dashboard/tabs/"+string(single.ID)+"/token", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	a.features(t, a.client, "null")
	chosen.Do(http.MethodGet, "/dashboard/tabs/"+string(single.ID), nil).Want(http.StatusOK, nil)
	// Order, change and delete.
	var list api.CustomTabs
	a.boss.Do(http.MethodGet, "/tabs", nil).Want(http.StatusOK, &list)
	order := fmt.Sprintf(`{"ids":[%q,%q]}`, list.Items[1].ID, list.Items[0].ID)
	a.boss.Do(http.MethodPut, "/tab-order", order).Want(http.StatusNoContent, nil)
	a.boss.Do(http.MethodPut, "/tab-order", fmt.Sprintf(`{"ids":[%q]}`, single.ID)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	a.boss.Do(http.MethodGet, "/tabs", nil).Want(http.StatusOK, &list)
	if list.Items[0].ID != single.ID {
		t.Errorf("order is %+v", list.Items)
	}
	a.boss.Do(http.MethodPatch, "/tabs/"+string(single.ID), `{"audience":"everybody"}`, apitest.IfMatch(1)).Want(http.StatusOK, nil)
	if got := tabIDs(t, chosen); len(got) != 0 {
		t.Errorf("not chosen any more, and sees %v", got)
	}
	a.boss.Do(http.MethodDelete, "/tabs/"+string(single.ID), nil, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	a.boss.Do(http.MethodDelete, "/tabs/"+string(single.ID), nil, apitest.IfMatch(2)).Want(http.StatusNoContent, nil)
}

// Whoever was chosen for a tab and has gone to a sister organization is not told
// of any more, and does not stand in the way of changing the tab.
func TestChosenWhoLeft(t *testing.T) {
	a := newAgency(t)
	admin := a.member(t, "Ada", a.client, iam.PermTabsManage, iam.PermUsersRead)
	stays, goes := a.member(t, "Stay", a.client), a.member(t, "Go", a.client)
	var tab api.CustomTab
	admin.Do(http.MethodPost, "/tabs", fmt.Sprintf(
		`{"title":"T","icon":"cart","url":"https://t.example/","mode":"frame","audience":"chosen","people":[%q,%q],"all_organizations":true}`, stays.ID, goes.ID),
	).Want(http.StatusCreated, &tab)
	a.memberships(t, goes.ID, func([]iam.Membership) []iam.Membership { return []iam.Membership{{Org: a.other}} })
	var seen api.CustomTab
	admin.Do(http.MethodGet, "/tabs/"+string(tab.ID), nil).Want(http.StatusOK, &seen)
	if len(tab.People) != 2 || len(seen.People) != 1 || seen.People[0].ID != stays.ID {
		t.Errorf("%+v became %+v", tab.People, seen.People)
	}
	admin.Do(http.MethodPatch, "/tabs/"+string(tab.ID), `{"title":"U"}`, apitest.IfMatch(1)).Want(http.StatusOK, &seen)
	a.boss.Do(http.MethodGet, "/tabs/"+string(tab.ID), nil).Want(http.StatusOK, &seen)
	if seen.Title != "U" || len(seen.People) != 1 {
		t.Errorf("%+v", seen)
	}
	admin.Do(http.MethodPatch, "/tabs/"+string(tab.ID), fmt.Sprintf(`{"people":[%q]}`, goes.ID), apitest.IfMatch(2)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
}

// Staff of the company for whom a tab is keep it when a client changes it, who
// doesn't see them; and nobody is chosen who has no dashboard in which to see it.
func TestChosenFromAbove(t *testing.T) {
	a := newAgency(t)
	keeper, ann := a.member(t, "Kay", a.client, iam.PermTabsManage), a.member(t, "Ann", a.client)
	staff := a.boss.Person("Stu", iam.TypeAgent)
	a.memberships(t, staff.ID, func([]iam.Membership) []iam.Membership {
		return []iam.Membership{{Org: a.boss.Session.Organization.ID, Permissions: []iam.Permission{iam.PermDashboardHome, iam.PermTabsManage}, IncludesDescendants: true}}
	})
	var tab api.CustomTab
	const chosen = `{"title":"T","icon":"cart","url":"https://t.example/","mode":"frame","audience":"chosen","all_organizations":true,"people":[%q]}`
	staff.In(a.client).Do(http.MethodPost, "/tabs", fmt.Sprintf(chosen, staff.ID)).Want(http.StatusCreated, &tab)
	path := "/tabs/" + string(tab.ID)
	keeper.Do(http.MethodPatch, path, `{"title":"U"}`, apitest.IfMatch(1)).Want(http.StatusOK, &tab)
	if tab.Title != "U" || len(tab.People) != 0 {
		t.Errorf("a client sees %+v", tab)
	}
	keeper.Do(http.MethodPatch, path, fmt.Sprintf(`{"people":[%q]}`, ann.ID), apitest.IfMatch(2)).Want(http.StatusOK, nil)
	staff.In(a.client).Do(http.MethodGet, path, nil).Want(http.StatusOK, &tab)
	if len(tab.People) != 2 {
		t.Errorf("for %+v", tab.People)
	}
	if !slices.Contains(tabIDs(t, staff.In(a.client)), string(tab.ID)) || !slices.Contains(tabIDs(t, ann), string(tab.ID)) {
		t.Error("somebody who was chosen does not see the tab")
	}

	agent := a.boss.Person("Gus", iam.TypeAgent)
	a.memberships(t, agent.ID, func([]iam.Membership) []iam.Membership { return []iam.Membership{{Org: a.client}} })
	var offered api.List[api.TabPerson]
	keeper.Do(http.MethodGet, "/tab-people", nil).Want(http.StatusOK, &offered)
	if slices.ContainsFunc(offered.Items, func(p api.TabPerson) bool { return p.ID == agent.ID }) || len(offered.Items) != 2 {
		t.Errorf("offered are %+v", offered.Items)
	}
	p := keeper.Do(http.MethodPost, "/tabs", fmt.Sprintf(chosen, agent.ID)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/people/0" || p.Errors[0].Code != "no_dashboard" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestTabAddresses(t *testing.T) {
	a := newAgency(t)
	try := func(url string) *apitest.Response {
		return a.boss.Do(http.MethodPost, "/tabs", map[string]any{
			"title": "T", "icon": "app", "url": url, "mode": "frame", "audience": "everybody", "all_organizations": true,
		})
	}
	for _, good := range []string{"https://a.example", "https://a.example:8443/x?o={organization}&l={locale}", "http://localhost:3000/", "http://127.0.0.1:9/"} {
		try(good).Want(http.StatusCreated, nil)
	}
	for _, bad := range []string{
		"", "a.example", "http://a.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)//https://", "data:text/html,x", "https://u:p@a.example/", "https://{organization}.example/",
		"https://a.example/\"onload=x", "https://a.example/ x", "https://a.example/{secret}", "https://a.example/#frag", "https:///x", "https:a.example",
		"https://a.example;script-src/", "https://*.example/", "//a.example/", "https://a.example\\@b.example/", "https://console.example/", "https://a.example/" + strings.Repeat("x", 2000),
	} {
		p := try(bad).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/url" {
			t.Errorf("%q: %+v", bad, p.Errors)
		}
	}
}

// What is new is told to an organization and those below, and to no sister.
func TestAnnouncements(t *testing.T) {
	a := newAgency(t)
	here, there := a.member(t, "Hera", a.client, iam.PermDashboardHome), a.member(t, "Thea", a.other, iam.PermDashboardHome)
	a.boss.Do(http.MethodPost, "/announcements", `{"title":"All"}`).Want(http.StatusCreated, nil)
	a.Clock.Advance(time.Minute)
	a.boss.Do(http.MethodPost, "/announcements", `{"title":"Some","body":"<b>x</b>","organization_id":"`+string(a.client)+`"}`).Want(http.StatusCreated, nil)
	var home api.DashboardHome
	here.Do(http.MethodGet, "/dashboard/home", nil).Want(http.StatusOK, &home)
	if len(home.News) != 2 || home.News[0].Title != "Some" || home.TeamTotal != 1 || home.Team[0].Name != "Hera Example" {
		t.Errorf("home = %+v", home)
	}
	there.Do(http.MethodGet, "/dashboard/home", nil).Want(http.StatusOK, &home)
	if len(home.News) != 1 || home.News[0].Title != "All" || home.Team[0].Name != "Thea Example" {
		t.Errorf("home of the sister = %+v", home)
	}
	a.member(t, "Nora", a.client).Do(http.MethodGet, "/dashboard/home", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
}

// However many there are, every one that somebody may see can be managed.
func TestAnnouncementsArePaged(t *testing.T) {
	a := newAgency(t)
	a.boss.Do(http.MethodPost, "/announcements", `{"title":"The first","organization_id":"`+string(a.other)+`"}`).Want(http.StatusCreated, nil)
	for range 120 {
		a.Clock.Advance(time.Second)
		a.boss.Do(http.MethodPost, "/announcements", `{"title":"Another","organization_id":"`+string(a.client)+`"}`).Want(http.StatusCreated, nil)
	}
	var last api.Announcement
	cursor, n := "", 0
	for {
		var page api.List[api.Announcement]
		a.boss.Do(http.MethodGet, "/announcements?cursor="+cursor, nil).Want(http.StatusOK, &page)
		n += len(page.Items)
		last = page.Items[len(page.Items)-1]
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	var home api.DashboardHome
	a.member(t, "Thea", a.other, iam.PermDashboardHome).Do(http.MethodGet, "/dashboard/home", nil).Want(http.StatusOK, &home)
	if n != 121 || last.Title != "The first" || len(home.News) != 1 || home.News[0].ID != last.ID {
		t.Errorf("%d are listed, the last is %+v, home has %+v", n, last, home.News)
	}
	// Who manages one organization finds those of that one.
	var page api.List[api.Announcement]
	a.member(t, "Ola", a.other, iam.PermTabsManage).Do(http.MethodGet, "/announcements", nil).Want(http.StatusOK, &page)
	if len(page.Items) != 1 || page.Items[0].ID != last.ID {
		t.Errorf("the other finds %+v", page.Items)
	}
}
