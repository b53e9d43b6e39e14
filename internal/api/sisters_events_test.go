package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// logText is the log as somebody reads it, of the events that the query selects.
func logText(c *apitest.Client, query string) string {
	return string(c.Do(http.MethodGet, "/audit-events?limit=200"+query, nil).Want(http.StatusOK, nil).Body)
}

// tells fails unless a log has all of some texts, and none of others.
func tells(t *testing.T, what, log string, has, not []string) {
	t.Helper()
	for _, s := range has {
		if !strings.Contains(log, s) {
			t.Errorf("%s does not tell of %s: %s", what, s, log)
		}
	}
	for _, s := range not {
		if strings.Contains(log, s) {
			t.Errorf("%s tells of %s: %s", what, s, log)
		}
	}
}

// What an organization's boss changes in somebody who also belongs to a sister is
// told without the sister, and the company reads of all that changed. covers A-06 E-09
func TestSisterInEventsOfPeople(t *testing.T) { apitest.Each(t, sisterInEventsOfPeople) }

func sisterInEventsOfPeople(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	below := clientOf(f.boss, "Below")
	bo := f.shared(t, "Bo", `{"role_ids":["org_admin"],"permissions":["roles.read"]}`)
	bo.In(f.theirs).Do(http.MethodPatch, "/me/memberships/"+string(f.theirs), `{"alias":"Bobby"}`, f.version(bo.ID)).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodPut, belonging(bo.ID, below), `{"role_ids":["viewer"]}`, f.version(bo.ID)).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodPut, belonging(bo.ID, f.mine), `{"role_ids":["agent"],"permissions":["users.read"]}`, f.version(bo.ID)).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodPatch, belonging(bo.ID, f.mine), `{"alias":"Bo of mine"}`, f.version(bo.ID)).Want(http.StatusOK, nil)
	// Bo changes what is theirs in the sister while they act here.
	bo.In(f.mine).Do(http.MethodPatch, "/me/memberships/"+string(f.theirs), `{"alias":"Bo of theirs"}`, f.version(bo.ID)).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodDelete, "/organizations/"+string(below)+"?organizations=0&people=0", nil, apitest.IfMatch(1)).Want(http.StatusNoContent, nil)
	f.boss.Do(http.MethodDelete, belonging(bo.ID, f.mine), nil, f.version(bo.ID)).Want(http.StatusNoContent, nil)

	theirs := []string{"Theirs", "Org Admin", "Bobby", "Bo of theirs", "roles.read", string(f.theirs)}
	query := "&action=user.updated&target_id=" + string(bo.ID)
	tells(t, "the log of Mine", logText(f.boss, query), []string{"Agent (Mine)", "Viewer (Below)", "users.read", "Bo of mine (Mine)", `"Mine"`, `"Below"`}, theirs)
	tells(t, "the log of Theirs", logText(f.inTheirs, query), nil, []string{"Mine", "Below"})
	tells(t, "the company's log", logText(f.agency, query),
		[]string{"Agent (Mine)", "Viewer (Below)", "Bo of mine (Mine)", `"before":["Bobby (Theirs)"],"after":["Bo of theirs (Theirs)"]`}, nil)
	var page api.List[api.Event]
	f.agency.Do(http.MethodGet, "/audit-events?limit=200"+query, nil).Want(http.StatusOK, &page)
	if n := len(page.Items); n != 8 { // one more for joining the sister
		t.Errorf("the company reads %d events, one for each change: %+v", n, page.Items)
	}
}

// Who was there when somebody of the client is looked at: their history, too, has
// no sister in it.
func TestSisterInHistories(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		f := newFamily(t, w)
		bo := f.shared(t, "Bo", `{"role_ids":["org_admin"]}`)
		f.boss.Do(http.MethodPut, belonging(bo.ID, f.mine), `{"role_ids":["agent"]}`, f.version(bo.ID)).Want(http.StatusOK, nil)
		history := string(f.boss.Do(http.MethodGet, "/users/"+string(bo.ID)+"/history", nil).Want(http.StatusOK, nil).Body)
		tells(t, "the history", history, []string{"Agent (Mine)"}, []string{"Theirs", "Org Admin", string(f.theirs)})
	})
}

// For whom else a team works is told to nobody who does not see them: not when it
// stops, not when the list is changed beside them, and not when the team goes.
// covers A-06 E-09
func TestSisterInEventsOfTeams(t *testing.T) { apitest.Each(t, sisterInEventsOfTeams) }

func sisterInEventsOfTeams(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	below := clientOf(f.boss, "Below")
	newTeam := func(c *apitest.Client, name string, serves ...any) (string, func(*apitest.Client, string, string)) {
		var made api.Team
		c.Do(http.MethodPost, "/teams", map[string]any{"name": name, "organization_id": f.mine, "serves": serves}).Want(http.StatusCreated, &made)
		path := "/teams/" + string(made.ID)
		return string(made.ID), func(c *apitest.Client, method, body string) {
			t.Helper()
			f.agency.Do(http.MethodGet, path, nil).Want(http.StatusOK, &made)
			if method == http.MethodDelete {
				c.Do(method, path, nil, apitest.IfMatch(made.Version)).Want(http.StatusNoContent, nil)
				return
			}
			c.Do(method, path, body, apitest.IfMatch(made.Version)).Want(http.StatusOK, nil)
		}
	}
	stops, stop := newTeam(f.agency, "Stops", f.theirs)
	stop(f.agency, http.MethodPatch, `{"serves":[]}`)
	stop(f.agency, http.MethodPatch, `{"name":"Stopped"}`)
	goes, change := newTeam(f.agency, "Goes", f.theirs)
	change(f.boss, http.MethodPatch, `{"serves":["`+string(below)+`"]}`)
	change(f.boss, http.MethodDelete, "")
	own, _ := newTeam(f.agency, "Own", below)

	theirs := []string{"Theirs", string(f.theirs)}
	tells(t, "the log of Mine of what stopped", logText(f.boss, "&target_id="+stops), []string{`"after":"Stopped"`}, theirs)
	tells(t, "the log of Mine of what went", logText(f.boss, "&target_id="+goes),
		[]string{`"before":[],"after":["Below"]`, `"before":["Below"],"after":[]`, "team.deleted"}, theirs)
	tells(t, "the log of Mine of its own", logText(f.boss, "&target_id="+own), []string{`"before":[],"after":["Below"]`}, theirs)
	tells(t, "the log of Theirs", logText(f.inTheirs, ""), nil, []string{"Stops", "Stopped", "Goes", stops, goes})
	tells(t, "the company's log of what stopped", logText(f.agency, "&target_id="+stops), []string{`"before":[],"after":["Theirs"]`, `"before":["Theirs"],"after":[]`}, nil)
	tells(t, "the company's log of what went", logText(f.agency, "&target_id="+goes),
		[]string{`"before":[],"after":["Theirs"]`, `"before":["Theirs"],"after":[]`, `"before":["Below"],"after":[]`}, nil)
}

// What the company's people do as themselves while they act in a client's
// organization is not in the client's log, whose boss would read who they are: how
// their sessions end, their keys, their own account. covers A-06 E-09
func TestCompanyPeopleInEvents(t *testing.T) { apitest.Each(t, companyPeopleInEvents) }

func companyPeopleInEvents(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	pat := f.boss.Person("Pat", iam.TypeMember)
	staff := f.agency.Person("Staffa", iam.TypeTenantAdmin, "admin")
	f.agency.Do(http.MethodPut, belonging(staff.ID, f.theirs), `{"role_ids":["viewer"]}`, f.version(staff.ID)).Want(http.StatusOK, nil)
	in := staff.In(f.mine)
	move := func(c *apitest.Client) {
		c.Do(http.MethodPut, "/session/organization", map[string]any{"organization_id": f.mine}).Want(http.StatusOK, nil)
	}

	in.Do(http.MethodPost, "/api-keys", `{"name":"Key of staff","permissions":["users.read"]}`).Want(http.StatusCreated, nil)
	in.Do(http.MethodPatch, "/me", `{"phone":"+48123456789"}`, f.version(staff.ID)).Want(http.StatusOK, nil)
	in.Do(http.MethodDelete, "/me/sessions", nil)
	in.Do(http.MethodPut, "/me/password", map[string]string{"current_password": apitest.Password + " of my own", "new_password": apitest.Password + " and another"}).
		Want(http.StatusNoContent, nil)
	move(staff)
	staff.SignIn("staffa@northwind.example", apitest.Password+" and another") // which ends the session before it
	move(staff)
	as := logInAs(t, staff, pat.ID)
	as.Do(http.MethodDelete, "/session", nil).Want(http.StatusNoContent, nil)
	staff.SignIn("staffa@northwind.example", apitest.Password+" and another")
	move(staff)
	staff.In("").Do(http.MethodDelete, "/session", nil).Want(http.StatusNoContent, nil)

	hers := []string{"Staffa", "Key of staff", "+48123456789", string(staff.ID)}
	for _, query := range []string{"", "&search=staff", "&action=session.ended"} {
		tells(t, "the log of Mine", logText(f.runs, query), nil, hers)
	}
	company := logText(f.agency, "&user_id="+string(staff.ID))
	tells(t, "the company's log", company, []string{"Key of staff", "+48123456789", "user.password_changed"}, nil)
	var page api.List[api.Event]
	f.agency.Do(http.MethodGet, "/audit-events?action=session.ended&actor_id="+string(staff.ID), nil).Want(http.StatusOK, &page)
	if len(page.Items) < 2 {
		t.Errorf("ended sessions in the company's log: %+v", page.Items)
	}
	// What they do to the client's people is.
	tells(t, "the log of Mine", logText(f.runs, ""), []string{"impersonation.started", "impersonation.ended"}, nil)
}

// The keys of a client's people and service users are in the client's log, whoever
// revokes them.
func TestKeysInTheLogOfTheirOwners(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		f := newFamily(t, w)
		var key struct {
			APIKey struct{ ID string } `json:"api_key"`
		}
		f.boss.Do(http.MethodPost, "/api-keys", `{"name":"Key of mine","permissions":["users.read"]}`).Want(http.StatusCreated, &key)
		f.agency.Do(http.MethodDelete, "/api-keys/"+key.APIKey.ID, nil).Want(http.StatusNoContent, nil)
		tells(t, "the log of Mine", logText(f.runs, "&action=api_key.revoked"), []string{"Key of mine"}, []string{string(f.agency.ID)})
		tells(t, "the log of Theirs", logText(f.inTheirs, ""), nil, []string{"Key of mine"})
		tells(t, "the company's log", logText(f.agency, "&action=api_key.revoked"), []string{"Key of mine"}, nil)
	})
}

// That somebody is deleted is in the log of the organization to which they
// belonged, and what they had at a sister in the company's. covers A-06 E-06
func TestSisterInEventsOfDeletions(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		f := newFamily(t, w)
		bo := f.shared(t, "Bo", `{"role_ids":["admin"]}`)
		invite := func(c *apitest.Client, email string) {
			c.Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{email}, "user_type": "agent"}).Want(http.StatusOK, nil)
		}
		invite(bo.In(f.theirs), "theirs@b.example")
		f.agency.Do(http.MethodPut, belonging(bo.ID, f.mine), `{"role_ids":["admin"]}`, f.version(bo.ID)).Want(http.StatusOK, nil)
		invite(bo.In(f.mine), "mine@b.example")
		f.agency.Do(http.MethodDelete, belonging(bo.ID, f.theirs), nil, f.version(bo.ID)).Want(http.StatusNoContent, nil)
		f.agency.Do(http.MethodDelete, "/users/"+string(bo.ID)+"?hand_over_to="+string(f.agency.ID), nil, f.version(bo.ID)).Want(http.StatusNoContent, nil)

		query := "&target_id=" + string(bo.ID)
		tells(t, "the log of Mine", logText(f.runs, query), []string{"user.deleted", "mine@b.example"}, []string{"theirs@b.example", "Theirs", string(f.agency.ID)})
		tells(t, "the company's log", logText(f.agency, query), []string{"user.deleted", `["mine@b.example"]`, `["theirs@b.example"]`, "handed_over_to"}, nil)
	})
}

// An import that fails and a review of an organization are in that organization's
// log, whoever does it.
func TestEventsOfWhatAnOrganizationHas(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		f := newFamily(t, w)
		imo := f.boss.Person("Imo", iam.TypeMember, "admin")
		imo.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type\nA,B,a@b.example,member\n", csvFile).Want(http.StatusAccepted, nil)
		f.boss.Do(http.MethodPost, "/users/bulk", map[string]any{"action": "suspend", "ids": []iam.UserID{imo.ID}}).Want(http.StatusOK, nil)
		work(t, w)
		f.agency.Do(http.MethodPost, "/access-reviews", map[string]any{"organization_id": f.mine}).Want(http.StatusCreated, nil)
		for name, c := range map[string]*apitest.Client{"the log of Mine": f.boss, "the company's log": f.agency} {
			tells(t, name, logText(c, ""), []string{"import.uploaded", "import.failed", `"after":"Whoever started this import may no longer import users."`, "access_review.started"}, nil)
		}
		tells(t, "the log of Theirs", logText(f.inTheirs, ""), nil, []string{"import.", "access_review."})
	})
}
