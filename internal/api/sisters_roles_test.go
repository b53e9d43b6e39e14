package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// giving is an operation that gives what is in its body: GIVE stands for it, PAL
// for somebody of Mine and TEAM for a team there; N is another number each time.
type giving struct{ method, path, body string }

// Everything that roles and permissions can be given by.
var (
	givesRoles = []giving{
		{"POST", "/users", `{"first_name":"A","last_name":"B","email":"aN@b.example","user_type":"member","role_ids":["GIVE"]}`},
		{"PATCH", "/users/PAL", `{"role_ids":["GIVE"]}`},
		{"PUT", "/users/PAL/memberships/MINE", `{"role_ids":["GIVE"]}`},
		{"PUT", "/users/PAL/memberships/BELOW", `{"role_ids":["GIVE"]}`},
		{"POST", "/invitations", `{"emails":["aN@b.example"],"role_ids":["GIVE"]}`},
	}
	givesTeamRoles   = []giving{{"PUT", "/teams/TEAM/members/PAL", `{"role_id":"GIVE"}`}}
	givesPermissions = []giving{
		{"POST", "/users", `{"first_name":"A","last_name":"B","email":"aN@b.example","user_type":"member","permissions":["GIVE"]}`},
		{"PATCH", "/users/PAL", `{"permissions":["GIVE"]}`},
		{"PUT", "/users/PAL/memberships/MINE", `{"permissions":["GIVE"]}`},
		{"POST", "/invitations", `{"emails":["aN@b.example"],"permissions":["GIVE"]}`},
		{"POST", "/api-keys", `{"name":"KN","permissions":["GIVE"]}`},
		{"POST", "/api-keys", `{"name":"KN","permissions":["GIVE"],"user_id":"BOT"}`},
	}
	givesTypes = []giving{
		{"POST", "/users", `{"first_name":"A","last_name":"B","email":"aN@b.example","user_type":"GIVE"}`},
		{"POST", "/invitations", `{"emails":["aN@b.example"],"user_type":"GIVE"}`},
	}
)

// Roles are the whole company's: whoever runs one organization sees all of them
// and gives those that they hold, in their own organization. What they don't
// hold they give by no operation: not by a role, a permission, a type or a key.
// covers A-06, D-06
func TestSisterRolesAreGivenByWhoHoldsThem(t *testing.T) { apitest.Each(t, sisterRolesAreGiven) }

func sisterRolesAreGiven(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	f.agency.Do(http.MethodPut, belonging(f.runs.ID, f.mine), `{"permissions":["api_keys.manage","service_keys.manage"]}`, f.version(f.runs.ID)).Want(http.StatusOK, nil)
	light, heavy := f.role("Light", iam.ScopeOrganization, iam.PermUsersRead), f.role("Heavy", iam.ScopeOrganization, iam.PermUsersRead, iam.PermFieldsManage)
	lightLead, heavyLead := f.role("Light lead", iam.ScopeTeam, iam.PermUsersRead), f.role("Heavy lead", iam.ScopeTeam, iam.PermFieldsManage)
	tess := f.inTheirs.Person("Tess", iam.TypeAgent, "heavy") // a sister's role is no other role
	team(f.inTheirs, "Nights", tess.ID, heavyLead)
	g := newGiver(t, f)
	const escalation, invalid = http.StatusForbidden, http.StatusUnprocessableEntity
	for _, test := range []struct {
		ways []giving
		what []string
		want int
		code iam.Code
	}{
		{givesRoles, []string{string(light), "light", "org_admin"}, 0, ""},
		{givesRoles, []string{string(heavy), "heavy", "admin", "role_admin", "bot_builder"}, escalation, iam.CodeEscalation},
		{givesRoles, []string{string(lightLead), "light_lead", string(heavyLead), "heavy_lead"}, invalid, iam.CodeInvalid},
		{givesTeamRoles, []string{string(lightLead)}, 0, ""},
		{givesTeamRoles, []string{string(heavyLead)}, escalation, iam.CodeEscalation},
		{givesTeamRoles, []string{string(light), string(heavy), "light_lead"}, invalid, iam.CodeInvalid}, // by its id alone
		{givesPermissions, []string{string(iam.PermUsersRead)}, 0, ""},
		{givesPermissions, []string{string(iam.PermFieldsManage), string(iam.PermRolesManage)}, escalation, iam.CodeEscalation},
		{givesTypes, []string{string(iam.TypeMember)}, 0, ""},
		{givesTypes, []string{string(iam.TypeBotAdmin)}, escalation, iam.CodeEscalation},
		{givesTypes, []string{string(iam.TypeTenantAdmin)}, invalid, iam.CodeInvalid},
	} {
		for _, way := range test.ways {
			for _, what := range test.what {
				g.try(way, what, test.want, test.code)
			}
		}
	}
}

// giver gives things to people of Mine as who runs it.
type giver struct {
	t     *testing.T
	f     *family
	bot   iam.UserID
	below iam.OrgID
	n     int
}

func newGiver(t *testing.T, f *family) *giver {
	t.Helper()
	g := &giver{t: t, f: f}
	var below api.Organization
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	g.below = below.ID
	var bot api.UserWithPassword
	body := person("Bot", "bot@northwind.example", iam.TypeService)
	body["permissions"] = []iam.Permission{iam.PermUsersRead}
	f.boss.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &bot)
	g.bot = bot.User.ID
	return g
}

// try gives somebody new something. A want of 0 is that it succeeds; else nothing
// of them is another afterwards.
func (g *giver) try(way giving, what string, want int, code iam.Code) {
	g.t.Helper()
	g.n++
	n := strings.ToLower(strings.Repeat("x", 1+g.n%7)) + string(rune('a'+g.n%26)) + strings.Repeat("y", g.n/26)
	pal := add(g.f.runs, "Pal", "pal"+n+"@northwind.example", iam.TypeMember).User
	crew := team(g.f.runs, "Crew "+n, pal.ID, "")
	fill := strings.NewReplacer("GIVE", what, "PAL", string(pal.ID), "TEAM", string(crew), "MINE", string(g.f.mine), "BELOW", string(g.below),
		"BOT", string(g.bot), "N", n).Replace
	state := func() string {
		return string(g.f.agency.Do(http.MethodGet, "/users/"+string(pal.ID), nil).Body) +
			string(g.f.agency.Do(http.MethodGet, "/users/stats", nil).Body) +
			string(g.f.inTheirs.Do(http.MethodGet, "/users", nil).Body)
	}
	before, name := state(), way.method+" "+way.path+" "+strings.ReplaceAll(way.body, "GIVE", what)
	res := g.f.runs.Do(way.method, fill(way.path), fill(way.body), g.f.version(pal.ID))
	if want == 0 {
		if res.Status >= http.StatusMultipleChoices {
			g.t.Errorf("%s answers %d: %s", name, res.Status, res.Body)
		}
		return
	}
	if p := object(g.t, string(res.Body)); res.Status != want || p["code"] != string(code) {
		g.t.Errorf("%s answers %d, want %d %s: %s", name, res.Status, want, code, res.Body)
	}
	if diff := cmp.Diff(before, state()); diff != "" {
		g.t.Errorf("%s has changed something (-before +after):\n%s", name, diff)
	}
}

// What the company gave somebody of Mine, and whoever runs Mine does not hold,
// they can't take away either; and roles themselves are none of theirs.
// covers A-06, D-06
func TestSisterRolesAreTheCompanys(t *testing.T) { apitest.Each(t, sisterRolesAreTheCompanys) }

func sisterRolesAreTheCompanys(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	light, heavy := f.role("Light", iam.ScopeOrganization, iam.PermUsersRead), f.role("Heavy", iam.ScopeOrganization, iam.PermFieldsManage)
	lead := f.role("Heavy lead", iam.ScopeTeam, iam.PermFieldsManage)
	pal := f.agency.In(f.mine).Person("Pal", iam.TypeMember, string(heavy))
	crew := team(f.agency.In(f.mine), "Crew", pal.ID, lead)
	before := f.agency.Do(http.MethodGet, "/users/"+string(pal.ID), nil).Body
	for _, way := range []giving{
		{"PATCH", "/users/PAL", `{"role_ids":[]}`},
		{"PATCH", "/users/PAL", `{"status":"suspended"}`},
		{"PUT", "/users/PAL/memberships/MINE", `{"role_ids":["light"]}`},
		{"PUT", "/teams/TEAM/members/PAL", `{"role_id":null}`},
		{"DELETE", "/teams/TEAM/members/PAL", ""},
		{"DELETE", "/teams/TEAM", ""},
		{"DELETE", "/users/PAL", ""},
	} {
		fill := strings.NewReplacer("PAL", string(pal.ID), "TEAM", string(crew), "MINE", string(f.mine)).Replace
		var body any
		if way.body != "" {
			body = way.body
		}
		version := f.version(pal.ID)
		if way.path == "/teams/TEAM" {
			version = apitest.IfMatch(1)
		}
		f.runs.Do(way.method, fill(way.path), body, version).WantProblem(http.StatusForbidden, iam.CodeEscalation)
	}
	var review api.AccessReview
	f.runs.Do(http.MethodPost, "/access-reviews", `{"name":"Who may what"}`).Want(http.StatusCreated, &review)
	row := reviewRows(f.runs, review.ID)[pal.ID]
	f.runs.Do(http.MethodPatch, "/access-reviews/"+string(review.ID)+"/rows/"+strconv.FormatInt(row.Row, 10), `{"decision":"reduce","role_ids":["`+string(heavy)+`"]}`).
		WantProblem(http.StatusForbidden, iam.CodeEscalation)
	if diff := cmp.Diff(string(before), string(f.agency.Do(http.MethodGet, "/users/"+string(pal.ID), nil).Body)); diff != "" {
		t.Errorf("something has changed (-before +after):\n%s", diff)
	}
	// Not even who holds everything in Mine has a say in what roles are.
	for _, c := range []*apitest.Client{f.boss, f.runs} {
		c.Do(http.MethodPost, "/roles", map[string]any{"name": "X", "copy_from": light}).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		c.Do(http.MethodPatch, "/roles/"+string(light), `{"permissions":["fields.manage"]}`, apitest.IfMatch(1)).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		c.Do(http.MethodDelete, "/roles/"+string(light), nil, apitest.IfMatch(1)).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		var list api.Items[api.Role]
		c.Do(http.MethodGet, "/roles", nil).Want(http.StatusOK, &list)
		for _, r := range list.Items {
			held := c == f.boss || r.ID == light || r.Code == "org_admin"
			if r.Editable || (r.ID == light || r.ID == heavy || r.ID == lead || r.Code == "org_admin") && r.Assignable != held {
				t.Errorf("%s may be edited %t and given %t", r.Code, r.Editable, r.Assignable)
			}
		}
		if len(list.Items) < 11 {
			t.Errorf("only %d roles", len(list.Items))
		}
	}
}

// A key does what it may in the organization of who made it, and nothing in a
// sister.
func TestSisterKeys(t *testing.T) { apitest.Each(t, sisterKeys) }

func sisterKeys(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	f.inTheirs.Person("Tess", iam.TypeAgent)
	var made api.APIKeyWithSecret
	f.boss.Do(http.MethodPost, "/api-keys", `{"name":"K","permissions":["users.read","users.update"]}`).Want(http.StatusCreated, &made)
	program := w.Anonymous()
	program.Key = made.Secret
	if got := namesOf(program, ""); got != "BossMine Runa" {
		t.Errorf("it lists %q", got)
	}
	program.In(f.theirs).Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
	program.In(f.agency.Session.Organization.ID).Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
}
