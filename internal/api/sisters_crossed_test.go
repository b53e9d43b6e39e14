package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// crossing is a request about something of Mine, at the address whose ETag it
// needs, that names an ORG, a USER, a TEAM or a SESSION besides.
type crossing struct{ at, method, path, body string }

var crossings = []crossing{
	{"/users/PAL", "PUT", "/users/PAL/memberships/ORG", `{"access":["home"]}`},
	{"/users/PAL", "GET", "/users/PAL/memberships/ORG", ""},
	{"/users/PAL", "GET", "/users/PAL/memberships?organization_id=ORG", ""},
	{"/users/PAL", "GET", "/users/PAL/access?organization_id=ORG", ""},
	{"/users/PAL", "POST", "/users/PAL/impersonation", `{"reason":"help","organization_id":"ORG"}`},
	{"/users/PAL", "POST", "/users/PAL/invitation/preview?organization_id=ORG", ""},
	{"/users/PAL", "POST", "/users/PAL/invitation?organization_id=ORG", ""},
	{"/users/PAL", "PATCH", "/users/PAL/memberships/ORG", `{"alias":"Zoe"}`},
	{"/users/PAL", "DELETE", "/users/PAL/memberships/ORG", ""},
	{"/users/PAL", "DELETE", "/users/PAL/sessions/SESSION", ""},
	{"/teams/CREW", "PUT", "/teams/CREW/members/USER", `{"lead":true}`},
	{"/teams/CREW", "DELETE", "/teams/CREW/members/USER", ""},
	{"/users/PAL", "PUT", "/teams/TEAM/members/PAL", `{}`},
	{"/teams/CREW", "PATCH", "/teams/CREW", `{"serves":["ORG"]}`},
	{"/users/PAL", "POST", "/teams", `{"name":"X","serves":["ORG"]}`},
	{"/tabs/TAB", "PATCH", "/tabs/TAB", `{"all_organizations":false,"organizations":[{"id":"ORG","descendants":false}]}`},
	{"/tabs/TAB", "PATCH", "/tabs/TAB", `{"audience":"chosen","people":["USER"]}`},
	{"/agents/BOT", "PUT", "/agents/BOT/organizations", `{"organization_ids":["ORG"]}`},
}

// Something of one's own and something of the sister's in one request is refused
// as something of one's own and nothing is, and not as two of one's own.
func TestSisterCrossed(t *testing.T) { apitest.Each(t, sisterCrossed) }

func sisterCrossed(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	crew, other := team(c.boss, "Crew", c.pal.ID, ""), team(c.boss, "Others", "", "")
	var below api.Organization
	c.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	var tab api.CustomTab
	c.boss.Do(http.MethodPost, "/tabs", `{"title":"Orders","icon":"cart","url":"https://orders.example/","mode":"frame","audience":"everybody","all_organizations":true}`).
		Want(http.StatusCreated, &tab)
	var bot, theirBot api.Agent
	c.agency.Do(http.MethodPost, "/agents", map[string]any{"name": "Bot", "organization_ids": []iam.OrgID{c.mine, c.theirs}}).Want(http.StatusCreated, &bot)
	c.agency.Do(http.MethodPost, "/agents", map[string]any{"name": "Their bot", "organization_ids": []iam.OrgID{c.theirs}}).Want(http.StatusCreated, &theirBot)
	own := strings.NewReplacer("PAL", string(c.pal.ID), "CREW", string(crew), "TAB", string(tab.ID), "BOT", string(bot.ID)).Replace
	ours := map[string]string{"ORG": string(below.ID), "USER": string(c.runs.ID), "TEAM": string(other), "SESSION": c.pal.Session.ID}
	theirs := map[string]string{"ORG": string(c.theirs), "USER": string(c.tess.ID), "TEAM": string(c.theirTeam), "SESSION": c.tess.Session.ID}
	before := c.inTheirs.Do(http.MethodGet, "/users", nil).Body
	for _, way := range crossings {
		try := func(ids map[string]string) *apitest.Response {
			fill := strings.NewReplacer("ORG", ids["ORG"], "USER", ids["USER"], "TEAM", ids["TEAM"], "SESSION", ids["SESSION"]).Replace
			var body any
			if way.body != "" {
				body = fill(own(way.body))
			}
			at := c.boss.Do(http.MethodGet, own(way.at), nil).Want(http.StatusOK, nil)
			return c.boss.Do(way.method, fill(own(way.path)), body, apitest.Header("If-Match", at.Header.Get("ETag")))
		}
		what, res := way.method+" "+way.path+" "+way.body, try(theirs)
		same(t, what, res, try(missing(theirs)))
		if res.Status < http.StatusBadRequest {
			t.Errorf("%s answers %d: %s", what, res.Status, res.Body)
		}
		if res := try(ours); res.Status >= http.StatusBadRequest {
			t.Errorf("%s is refused for one's own, too: %d %s", what, res.Status, res.Body)
		}
	}
	if diff := cmp.Diff(string(before), string(c.inTheirs.Do(http.MethodGet, "/users", nil).Body)); diff != "" {
		t.Errorf("something of theirs has changed (-before +after):\n%s", diff)
	}
	// What both organizations have shows as one's own, and stays the sister's.
	var list api.Items[api.Agent]
	c.boss.Do(http.MethodGet, "/agents?search=bot", nil).Want(http.StatusOK, &list)
	if len(list.Items) != 1 || len(list.Items[0].Organizations) != 1 || list.Items[0].Organizations[0].ID != below.ID {
		t.Errorf("AI agents: %+v", list.Items)
	}
	c.agency.Do(http.MethodGet, "/agents/"+string(bot.ID), nil).Want(http.StatusOK, &bot)
	if len(bot.Organizations) != 2 || bot.Organizations[1].ID != c.theirs {
		t.Errorf("it is assigned to %+v", bot.Organizations)
	}
}

// What the sister's policy asks of passwords shows to nobody who tries to put
// people there.
func TestSisterPasswordPolicy(t *testing.T) { apitest.Each(t, sisterPasswordPolicy) }

func sisterPasswordPolicy(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	setPolicy(t, f.agency, f.theirs, `{"password_length":{"value":40}}`).Want(http.StatusOK, nil)
	try := func(org string) *apitest.Response {
		body := person("Di", "di@northwind.example", iam.TypeMember)
		body["organization_id"], body["password"] = org, apitest.Password
		return f.boss.Do(http.MethodPost, "/users", body)
	}
	theirs := try(string(f.theirs))
	if got := pointers(theirs.WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)); got != "/organization_id unknown" {
		t.Errorf("it is refused for %s", got)
	}
	same(t, "a password", theirs, try("org_01k9z3qf4te8kv5m2r7w1x6y0a"))
	setPolicy(t, f.agency, f.mine, `{"password_length":{"value":41}}`).Want(http.StatusOK, nil)
	if got := pointers(try(string(f.mine)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)); !strings.HasPrefix(got, "/password ") {
		t.Errorf("in one's own it is refused for %s", got)
	}
}

// Of somebody who belongs to both, whoever administers Mine learns that they
// belong elsewhere, too, when they try what reaches there, and not what they
// may do there. covers A-06, D-06
func TestSisterAccessIsNotTold(t *testing.T) { apitest.Each(t, sisterAccessIsNotTold) }

func sisterAccessIsNotTold(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	f.agency.Do(http.MethodPut, belonging(f.runs.ID, f.mine), `{"permissions":["users.impersonate"]}`, f.version(f.runs.ID)).Want(http.StatusOK, nil)
	lead := f.role("Lead", iam.ScopeTeam, iam.PermFieldsManage)
	nothing := f.shared(t, "Nona", `{}`)
	direct := f.shared(t, "Dora", `{"permissions":["fields.manage"]}`)
	roles := f.shared(t, "Rosa", `{"role_ids":["admin"]}`)
	inTeam := f.shared(t, "Tina", `{}`)
	theirs := team(f.inTheirs, "Nights", "", "")
	f.agency.Do(http.MethodPut, "/teams/"+string(theirs)+"/members/"+string(inTeam.ID), map[string]any{"role_id": lead}).Want(http.StatusOK, nil)
	for _, way := range []giving{
		{"PATCH", "/users/PAL", `{"nickname":"X"}`},
		{"PATCH", "/users/PAL", `{"status":"suspended"}`},
		{"DELETE", "/users/PAL", ""},
		{"POST", "/users/PAL/reset-password", ""},
		{"POST", "/users/PAL/suspend", ""},
		{"DELETE", "/users/PAL/sessions", ""},
		{"POST", "/users/PAL/invitation", ""},
		{"POST", "/users/PAL/impersonation", `{"reason":"help"}`},
		{"POST", "/users/deletion-preview", `{"ids":["PAL"]}`},
		{"POST", "/users/bulk", `{"action":"suspend","ids":["PAL"]}`},
		{"POST", "/users/bulk", `{"action":"change_roles","ids":["PAL"],"add_role_ids":["viewer"]}`},
		{"GET", "/users/PAL", ""},
		{"GET", "/users/PAL/access", ""},
		{"GET", "/users/PAL/memberships", ""},
		{"GET", "/users?search=PAL", ""},
	} {
		try := func(c *apitest.Client) string {
			var body any
			if way.body != "" {
				body = strings.ReplaceAll(way.body, "PAL", string(c.ID))
			}
			path := strings.ReplaceAll(way.path, "PAL", string(c.ID))
			if strings.Contains(way.path, "search") {
				path = strings.ReplaceAll(way.path, "PAL", c.Email)
			}
			res := f.runs.Do(way.method, path, body, f.version(c.ID))
			var me api.User
			f.agency.Do(http.MethodGet, "/users/"+string(c.ID), nil).Want(http.StatusOK, &me)
			name := strings.NewReplacer(me.FirstName, "PAL", c.Email, "PAL", string(c.ID), "PAL").Replace
			return http.StatusText(res.Status) + " " + name(plain(res.Body))
		}
		want := try(nothing)
		if w.Operation(way.method, strings.Split(strings.ReplaceAll(way.path, "PAL", "user_x"), "?")[0]) == nil {
			t.Errorf("there is no %s %s", way.method, way.path)
		}
		for _, c := range []*apitest.Client{direct, roles, inTeam} {
			if diff := cmp.Diff(want, try(c)); diff != "" {
				t.Errorf("%s %s tells what %s may do elsewhere (-of somebody who may nothing +of them):\n%s", way.method, way.path, c.Email, diff)
			}
		}
	}
}
