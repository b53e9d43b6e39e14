package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// crowd is a family with people: Tess of Theirs; Shay, who belongs to both and
// holds in Theirs what nobody holds in Mine; Pal of Mine, who holds it there.
type crowd struct {
	*family
	tess, shay, pal    *apitest.Client
	role, lead         iam.RoleID // Shay and Tess hold both in Theirs
	held               iam.RoleID // Pal in Mine, Shay in Theirs
	theirTeam, serving iam.TeamID // both of Theirs; the second works for Mine, too
}

func newCrowd(t *testing.T, w *apitest.World) *crowd {
	t.Helper()
	c := &crowd{family: newFamily(t, w)}
	c.role = c.family.role("Quiet", iam.ScopeOrganization, iam.PermUsersRead)
	c.held = c.family.role("Loud", iam.ScopeOrganization, iam.PermUsersRead)
	c.lead = c.family.role("Lead", iam.ScopeTeam, iam.PermUsersRead)
	c.agency.Do(http.MethodPost, "/custom-fields", `{"label":"Desk","kind":"text"}`).Want(http.StatusCreated, nil)
	c.tess = c.inTheirs.Person("Tess", iam.TypeMember, string(c.role))
	c.shay = c.shared(t, "Shay", `{"role_ids":["`+string(c.role)+`","`+string(c.held)+`"],"permissions":["api_keys.manage"]}`)
	c.pal = c.boss.Person("Pal", iam.TypeMember, string(c.held))
	c.shay.Do(http.MethodPatch, "/me/memberships/"+string(c.theirs), `{"alias":"Zorro"}`, version(c.shay)).Want(http.StatusOK, nil)
	c.agency.Do(http.MethodPatch, "/users/"+string(c.tess.ID), `{"custom_fields":{"desk":"seven"}}`, c.family.version(c.tess.ID)).Want(http.StatusOK, nil)
	c.theirTeam = team(c.inTheirs, "Nights", "", "")
	var made api.Team
	c.agency.Do(http.MethodPost, "/teams", map[string]any{"name": "Days", "organization_id": c.theirs, "serves": []iam.OrgID{c.mine}}).Want(http.StatusCreated, &made)
	for _, id := range []iam.UserID{c.shay.ID, c.tess.ID} {
		c.agency.Do(http.MethodPut, "/teams/"+string(c.theirTeam)+"/members/"+string(id), map[string]any{"role_id": c.lead}).Want(http.StatusOK, nil)
		c.agency.Do(http.MethodPut, "/teams/"+string(made.ID)+"/members/"+string(id), `{}`).Want(http.StatusOK, nil)
	}
	c.serving = made.ID
	return c
}

// Whoever administers Mine finds nobody by what there is in Theirs alone: not the
// people of Theirs, and of those who belong to both not what they hold, where
// they work or by which name they go there. covers A-06, D-02
func TestSisterInFilters(t *testing.T) { apitest.Each(t, sisterInFilters) }

func sisterInFilters(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	mine := team(c.boss, "Mornings", c.shay.ID, "")
	for id, external := range map[iam.UserID]string{c.tess.ID: "T-1", c.shay.ID: "S-1"} {
		c.agency.Do(http.MethodPatch, "/users/"+string(id), map[string]any{"external_id": external}, c.family.version(id)).Want(http.StatusOK, nil)
	}
	for folded := range 2 {
		for query, want := range map[string]string{
			"email=" + c.tess.Email:                      "",
			"email=" + c.shay.Email:                      "Shay",
			"external_id=T-1":                            "",
			"external_id=S-1":                            "Shay",
			"external_id=S-1&role=quiet":                 "",
			"search=T-1":                                 "",
			"search=S-1":                                 "Shay",
			"role=" + string(c.role):                     "",
			"role=quiet":                                 "",
			"role=quiet&status=active":                   "",
			"role=" + string(c.lead):                     "",
			"role=" + string(c.held):                     "Pal",
			"role=loud&sort=-created":                    "Pal",
			"team=" + string(c.theirTeam):                "",
			"team=" + string(c.theirTeam) + "&role=lead": "",
			"team=" + string(mine):                       "Shay",
			"team=" + string(c.serving):                  "Shay", // which Mine sees, with those of its own in it
			"team=team_01k9z3qf4te8kv5m2r7w1x6y0a":       "",
			"search=zorro":                               "",
			"search=zo":                                  "",
			"search=shay":                                "Shay",
			"search=tess":                                "",
			"field=desk:seven":                           "",
		} {
			for _, below := range []string{"", "&organization_id=" + string(c.mine), "&below=true&organization_id=" + string(c.mine)} {
				if got := namesOf(c.runs, "?"+query+below); got != want {
					t.Errorf("%s finds %q, want %q", query+below, got, want)
				}
				file := string(c.runs.Do(http.MethodGet, "/users/export?"+query+below, nil).Want(http.StatusOK, nil).Body)
				if got := strings.Count(file, "\n") - 1; got != len(strings.Fields(want)) {
					t.Errorf("%s exports %d people of %q", query+below, got, want)
				}
			}
		}
		for _, kind := range []string{"users", "memberships"} {
			for filter, want := range map[string]int{
				`"role":"quiet"`: 0, `"role":"lead"`: 0, `"role":"loud"`: 1, `"team":"` + string(c.theirTeam) + `"`: 0, `"search":"zorro"`: 0, `"external_id":"T-1"`: 0, `"email":"` + c.tess.Email + `"`: 0, `"external_id":"S-1"`: 1, `"field":["desk:seven"]`: 0,
			} {
				e, file := exported(t, c.runs, `{"kind":"`+kind+`","filter":{`+filter+`}}`)
				if got := len(cells(t, file)) - 1; got != want || e.RowsTotal != nil && *e.RowsTotal != int64(want) {
					t.Errorf("an export of %s with %s has %d rows of %v", kind, filter, got, e.RowsTotal)
				}
			}
		}
		for role, want := range map[iam.RoleID]string{c.role: "", c.lead: "", c.held: "Pal Example"} {
			if got := members(c.runs, "/roles/"+string(role)+"/members"); got != want {
				t.Errorf("the role is held by %q, want %q", got, want)
			}
		}
		if got := members(c.runs, "/colleagues?search=zorro") + members(c.runs, "/teams/"+string(mine)+"/members?search=zorro"); got != "" {
			t.Errorf("found as colleagues: %q", got)
		}
		// Those of Theirs and the company find them: it is nothing about the filters.
		if got := namesOf(c.inTheirs, "?role=quiet&search=shay&team="+string(c.theirTeam)); got != "Shay" {
			t.Errorf("round %d: in Theirs is %q", folded, got)
		}
		if got := namesOf(c.agency, "?search=zorro&role=lead"); got != "Shay" {
			t.Errorf("round %d: the company finds %q", folded, got)
		}
		if _, err := w.FoldUserIndex(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
}

// members are the names of a list of people.
func members(c *apitest.Client, path string) string {
	var page api.List[struct {
		Name string `json:"name"`
	}]
	c.Do(http.MethodGet, path, nil).Want(http.StatusOK, &page)
	var out []string
	for _, p := range page.Items {
		out = append(out, p.Name)
	}
	return strings.Join(out, " ")
}

// Whatever is counted for who administers Mine counts the people of Mine, and
// those who belong to both by what they hold in Mine. covers A-06, D-01
func TestSisterIsNotCounted(t *testing.T) { apitest.Each(t, sisterIsNotCounted) }

func sisterIsNotCounted(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	for range 2 {
		var roles api.Items[api.Role]
		c.runs.Do(http.MethodGet, "/roles", nil).Want(http.StatusOK, &roles)
		counts := map[iam.RoleID]int64{}
		for _, r := range roles.Items {
			counts[r.ID] = r.MembersCount
			var one api.Role
			if c.runs.Do(http.MethodGet, "/roles/"+string(r.ID), nil).Want(http.StatusOK, &one); one.MembersCount != r.MembersCount {
				t.Errorf("%s is held by %d, or by %d", r.Code, r.MembersCount, one.MembersCount)
			}
		}
		if got := fmt.Sprint(counts[c.role], counts[c.lead], counts[c.held], counts["role_org_admin"], counts["role_admin"]); got != "0 0 1 1 1" {
			t.Errorf("the roles are held by %s", got)
		}
		var teams api.Items[api.Team]
		c.runs.Do(http.MethodGet, "/teams", nil).Want(http.StatusOK, &teams)
		var days api.Team
		c.runs.Do(http.MethodGet, "/teams/"+string(c.serving), nil).Want(http.StatusOK, &days)
		if len(teams.Items) != 1 || teams.Items[0].MembersCount != 1 || days.MembersCount != 1 {
			t.Errorf("the teams are %+v; %+v", teams.Items, days)
		}
		var stats api.UserStats
		c.runs.Do(http.MethodGet, "/users/stats", nil).Want(http.StatusOK, &stats)
		if stats != (api.UserStats{Total: 4, Active: 4}) { // BossMine, Pal, Runa, Shay
			t.Errorf("%+v", stats)
		}
		var orgs api.Items[api.Organization]
		c.runs.Do(http.MethodGet, "/organizations", nil).Want(http.StatusOK, &orgs)
		if len(orgs.Items) != 1 || orgs.Items[0].MembersCount != 4 {
			t.Errorf("%+v", orgs.Items)
		}
		// The company counts everybody.
		c.agency.Do(http.MethodGet, "/roles", nil).Want(http.StatusOK, &roles)
		for _, r := range roles.Items {
			if want := map[iam.RoleID]int64{c.role: 2, c.lead: 2, c.held: 2}[r.ID]; want != 0 && r.MembersCount != want {
				t.Errorf("the company counts %d who hold %s", r.MembersCount, r.Code)
			}
		}
		if _, err := w.FoldUserIndex(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
}
