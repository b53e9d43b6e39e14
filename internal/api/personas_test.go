package api_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

// version is that of the caller's own user.
func version(c *apitest.Client) apitest.Option {
	var me api.User
	c.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, &me)
	return apitest.IfMatch(me.Version)
}

// claims are what a token says.
func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(payload, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Somebody of the agency works for a client under another name. Whoever sees no
// more than how people look reads the name in no answer of the API; those who
// administer the organization read both. covers E-12
func TestAliasLeaksNothing(t *testing.T) {
	a := newAgency(t)
	mario := a.boss.Person("Mario", iam.TypeSupervisor, "admin")
	a.join(t, mario.ID, a.client, iam.PermDashboardHome, iam.PermDashboardCustomTabs, iam.PermUsersInvite, iam.PermRolesAssign,
		iam.PermPortalDashboard)
	mario.Do(http.MethodPatch, "/me", `{"nickname":"Supermario"}`, version(mario)).Want(http.StatusOK, nil)
	var mine api.Items[api.Membership]
	mario.Do(http.MethodGet, "/me/memberships", nil).Want(http.StatusOK, &mine)
	if len(mine.Items) != 2 || mine.Items[1].Alias != "" {
		t.Fatalf("memberships: %+v", mine.Items)
	}
	own := "/me/memberships/" + string(a.client)
	var m api.Membership
	mario.Do(http.MethodPatch, own, `{"alias":" Zoe "}`, version(mario)).Want(http.StatusOK, &m)
	if m.Alias != "Zoe" {
		t.Errorf("alias = %q", m.Alias)
	}
	mario.Do(http.MethodPatch, own, `{"alias":"Late"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	mario.Do(http.MethodPatch, own, `{"alias":"`+strings.Repeat("é", 61)+`"}`, version(mario)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	mario.Do(http.MethodPatch, "/me/memberships/"+string(a.other), `{"alias":"Zoe"}`, version(mario)).WantProblem(http.StatusNotFound, iam.CodeNotFound)

	jo := a.member(t, "Jo", a.client, iam.PermDirectoryRead, iam.PermTeamsRead, iam.PermDashboardHome, iam.PermDashboardCustomTabs, iam.PermConversationsRead)
	jo.SignIn(jo.Email, apitest.Password+" of my own")
	tab := a.tab(t, `"title":"Orders","url":"https://orders.example/","audience":"everybody","all_organizations":true`)
	var team api.Team
	a.boss.In(a.client).Do(http.MethodPost, "/teams", `{"name":"Nights"}`).Want(http.StatusCreated, &team)
	a.boss.In(a.client).Do(http.MethodPut, "/teams/"+string(team.ID)+"/members/"+string(mario.ID), `{"lead":true}`).Want(http.StatusOK, nil)
	as := logInAs(t, mario, jo.ID)
	as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
	token := func(c *apitest.Client) map[string]any {
		var out api.TabToken
		c.Do(http.MethodPost, "/dashboard/tabs/"+string(tab.ID)+"/token", nil).Want(http.StatusOK, &out)
		return claims(t, out.Token)
	}
	if got := token(mario.In(a.client)); got["name"] != "Zoe" || got["email"] != nil || got["sub"] != string(mario.ID) {
		t.Errorf("the token of an alias: %v", got)
	}
	if got := token(jo); got["name"] != "Jo Example" || got["email"] != jo.Email {
		t.Errorf("the token without one: %v", got)
	}
	by := token(as)
	if act, _ := by["act"].(map[string]any); act["name"] != "Zoe" || by["name"] != "Jo Example" {
		t.Errorf("the token of who is logged in: %v", by)
	}

	shown := 0
	for _, path := range []string{
		"/session", "/me", "/me/history", "/me/sessions", "/me/memberships", "/dashboard", "/dashboard/home", "/colleagues", "/colleagues?search=zoe",
		"/colleagues?search=mario", "/colleagues?search=example", "/teams", "/teams/" + string(team.ID), "/teams/" + string(team.ID) + "/members",
		"/colleagues?limit=1", "/dashboard/team", "/dashboard/team?search=zoe", "/dashboard/team?search=mario", "/dashboard/team?search=example", "/dashboard/team?limit=1",
	} {
		res := jo.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil)
		text := strings.ToLower(string(res.Body))
		shown += strings.Count(text, `"zoe"`)
		var page api.List[json.RawMessage]
		if err := json.Unmarshal(res.Body, &page); err == nil && page.NextCursor != nil {
			cursor, _ := base64.RawURLEncoding.DecodeString(*page.NextCursor)
			text += strings.ToLower(string(cursor))
		}
		if strings.Contains(text, "mario") {
			t.Errorf("%s shows who is behind the alias: %s", path, res.Body)
		}
	}
	if shown < 5 {
		t.Errorf("the alias is shown %d times", shown)
	}
	jo.Do(http.MethodGet, "/users/"+string(mario.ID), nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)

	// An administrator of the client reads both, and sets the alias of others.
	boss := a.boss.In(a.client).Person("Bea", iam.TypeMember, "org_admin")
	var users api.List[api.User]
	boss.Do(http.MethodGet, "/users?search=zoe", nil).Want(http.StatusOK, &users)
	if len(users.Items) != 1 || users.Items[0].FullName != "Mario Example" || len(users.Items[0].Aliases) != 1 || users.Items[0].Aliases[0].Alias != "Zoe" {
		t.Errorf("to the administrator: %+v", users.Items)
	}
	var colleagues api.List[api.Colleague]
	boss.Do(http.MethodGet, "/colleagues?search=mario", nil).Want(http.StatusOK, &colleagues)
	if len(colleagues.Items) != 1 || colleagues.Items[0].Name != "Zoe" || *colleagues.Items[0].FullName != "Mario Example" || *colleagues.Items[0].Email != mario.Email {
		t.Errorf("to the administrator: %+v", colleagues.Items)
	}
	theirs := "/users/" + string(jo.ID) + "/memberships/" + string(a.client)
	boss.Do(http.MethodPatch, theirs, `{"alias":"Joe"}`, version(jo)).Want(http.StatusOK, &m)
	boss.Do(http.MethodPatch, theirs, `{}`, version(jo)).Want(http.StatusOK, &m)
	boss.Do(http.MethodPatch, theirs, `{"alias":null}`, version(jo)).Want(http.StatusOK, &m)
	if m.Alias != "" {
		t.Errorf("alias = %q", m.Alias)
	}
	jo.Do(http.MethodPatch, theirs, `{"alias":"Joe"}`, version(jo)).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	invitedBy(t, a, mario)
}

// invitedBy shows that those who are invited know the inviter by the alias.
func invitedBy(t *testing.T, a *agency, mario *apitest.Client) {
	t.Helper()
	mario.In(a.client).Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{"new@fabrikam.example"}, "organization_id": a.client, "access": []string{"home"}}).
		Want(http.StatusOK, nil)
	var mails api.List[api.Mail]
	a.boss.Do(http.MethodGet, "/outbox?limit=1", nil).Want(http.StatusOK, &mails)
	if len(mails.Items) != 1 {
		t.Fatal("no mail was sent")
	}
	sent := mails.Items[0]
	if !strings.HasPrefix(sent.Subject, "Zoe ") || strings.Contains(sent.Text, "Mario") {
		t.Errorf("the mail: %s\n%s", sent.Subject, sent.Text)
	}
	_, link, _ := strings.Cut(sent.Text, "token=")
	link, _, _ = strings.Cut(link, "\n")
	secret, err := url.QueryUnescape(strings.TrimSpace(link))
	if err != nil {
		t.Fatal(err)
	}
	var offer api.InvitationOffer
	a.Anonymous().Do(http.MethodPost, "/invitations/lookup", map[string]string{"token": secret}).Want(http.StatusOK, &offer)
	if offer.InvitedBy != "Zoe" {
		t.Errorf("the page: %+v", offer)
	}
}

// What others see of somebody follows what they do, not what their browser asks
// for by itself, and who is logged in as them is not them. covers E-12
func TestPresence(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	jo, other := admin.Person("Jo", iam.TypeAgent), admin.Person("Kim", iam.TypeAgent)
	flush := func() {
		t.Helper()
		if err := w.Deps.Sessions.(*sessions.Service).Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	shown := func(want iam.Presence) {
		t.Helper()
		flush()
		var page api.List[api.Colleague]
		other.Do(http.MethodGet, "/colleagues?search=jo", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].Presence != want {
			t.Errorf("shown as %+v, want %s", page.Items, want)
		}
	}
	var p api.Presence
	jo.Do(http.MethodGet, "/me/presence", nil).Want(http.StatusOK, &p)
	if p.Presence != iam.PresenceOnline || p.Shown != iam.PresenceOnline {
		t.Errorf("at first: %+v", p)
	}
	jo.Do(http.MethodPut, "/me/presence", `{"presence":"away"}`).Want(http.StatusOK, &p)
	if p.Presence != iam.PresenceAway || p.Shown != iam.PresenceAway {
		t.Errorf("away: %+v", p)
	}
	jo.Do(http.MethodPut, "/me/presence", `{"presence":"busy"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	shown(iam.PresenceAway)
	w.Clock.Advance(4 * time.Minute)
	quietly := func(r *http.Request) { r.Header.Set(api.ActivityHeader, "none") }
	jo.Do(http.MethodGet, "/me/presence", nil, quietly).Want(http.StatusOK, nil)
	shown(iam.PresenceAway)
	w.Clock.Advance(time.Minute)
	shown(iam.PresenceOffline)
	admin.Do(http.MethodPost, "/users/"+string(jo.ID)+"/impersonation", `{"reason":"Help with a problem"}`).Want(http.StatusOK, nil)
	shown(iam.PresenceOffline)
	jo.Do(http.MethodPut, "/me/presence", `{"presence":"online"}`).Want(http.StatusOK, nil)
	shown(iam.PresenceOnline)
	var me api.User
	jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, &me)
	if me.Presence != iam.PresenceOnline {
		t.Errorf("me: %s", me.Presence)
	}
	admin.Do(http.MethodPost, "/users/"+string(jo.ID)+"/suspend", nil).Want(http.StatusOK, &me)
	if me.Presence != iam.PresenceOffline {
		t.Errorf("suspended: %s", me.Presence)
	}
}
