package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tokens"
)

// logInAs logs c in as another and returns a client with both cookies.
func logInAs(t *testing.T, c *apitest.Client, id iam.UserID) *apitest.Client {
	t.Helper()
	as := *c
	res := c.Do(http.MethodPost, "/users/"+string(id)+"/impersonation", `{"reason":"Help with a problem"}`).Want(http.StatusOK, &as.Session)
	for _, cookie := range (&http.Response{Header: res.Header}).Cookies() {
		if cookie.Name == "retinue_as" && cookie.HttpOnly {
			as.As = cookie.Value
		}
		if cookie.Name == "retinue_session" {
			t.Error("one's own session was replaced")
		}
	}
	if as.As == "" {
		t.Fatal("no cookie")
	}
	return &as
}

// claimsOf reads what a token says; that it is signed is for the tests of its keys.
func claimsOf(t *testing.T, token string) tokens.Claims {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	var out tokens.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

//
func TestLogInAs(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, sister := w.Tenant("northwind"), w.Tenant("fabrikam")
		jo := admin.Person("Jo", iam.TypeSupervisor)
		to := "/users/" + string(jo.ID) + "/impersonation"
		sister.Do(http.MethodPost, to, `{"reason":"x"}`).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		jo.Do(http.MethodPost, "/users/"+string(admin.ID)+"/impersonation", `{"reason":"x"}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		admin.Do(http.MethodPost, to, `{"reason":" "}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		admin.Do(http.MethodPost, "/users/"+string(admin.ID)+"/impersonation", `{"reason":"x"}`).WantProblem(http.StatusForbidden, iam.CodeEscalation)

		as := logInAs(t, admin, jo.ID)
		var s api.Session
		as.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		i := s.Impersonation.Value
		if s.User.ID != jo.ID || i == nil || i.By.ID != admin.ID || i.MayChange || i.Reason != "Help with a problem" || i.SecondsLeft != 1800 {
			t.Fatalf("session = %+v, %+v", s, i)
		}
		as.Do(http.MethodPost, to, `{"reason":"x"}`).WantProblem(http.StatusForbidden, iam.CodeReadOnly)
		me := as.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		version := apitest.Header("If-Match", me.Header.Get("ETag"))
		as.Do(http.MethodPatch, "/me", `{"nickname":"Changed"}`, version).WantProblem(http.StatusForbidden, iam.CodeReadOnly)

		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		as.Do(http.MethodPatch, "/me", `{"nickname":"Changed"}`, version).Want(http.StatusOK, nil)
		again := apitest.Header("If-Match", as.Do(http.MethodGet, "/me", nil).Header.Get("ETag"))
		for _, r := range []*apitest.Response{
			as.Do(http.MethodPatch, "/me", `{"email":"new@northwind.example","current_password":"`+apitest.Password+`"}`, again),
			as.Do(http.MethodPut, "/me/password", `{"current_password":"x","new_password":"seven rivers plum jacket"}`),
			as.Do(http.MethodGet, "/me/sessions", nil), as.Do(http.MethodDelete, "/me/sessions", nil),
			as.Do(http.MethodGet, "/api-keys", nil), as.Do(http.MethodPost, "/api-keys", `{"name":"x","permissions":["directory.read"]}`),
		} {
			if r.Status != http.StatusForbidden {
				t.Errorf("a credential is within reach: %d %s", r.Status, r.Body)
			}
		}
		// Both names are in the log, and the person can read it.
		var page api.List[api.Event]
		admin.Do(http.MethodGet, "/audit-events?action=user.updated&target_id="+string(jo.ID), nil).Want(http.StatusOK, &page)
		if e := page.Items[0]; e.Actor.ID != string(admin.ID) || e.OnBehalfOf.Value == nil || e.OnBehalfOf.Value.ID != jo.ID {
			t.Errorf("the change is logged as %+v", e)
		}
		as.Do(http.MethodDelete, "/session/impersonation", nil).Want(http.StatusNoContent, nil)
		as.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeImpersonationEnded)
		admin.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		if s.User.ID != admin.ID || s.Impersonation.Value != nil {
			t.Errorf("one's own session is %+v", s)
		}
		jo.Do(http.MethodGet, "/me/history", nil).Want(http.StatusOK, &page)
		seen := map[string]bool{}
		for _, e := range page.Items {
			seen[e.Action] = true
		}
		for _, action := range []string{"impersonation.started", "impersonation.changes_allowed", "impersonation.ended"} {
			if !seen[action] {
				t.Errorf("the person does not see %s in %v", action, seen)
			}
		}
	})
}

// harmless is what may be done by who looks only, though it is no GET.
var harmless = map[string]bool{
	"allow-changes": true, "delete-session": true, "rehearse-policy": true, "lookup-ip-refusal": true, "switch-organization": true, "create-dashboard-tab-token": true,
}

//
func TestWhoeverLooksOnlyChangesNothingAnywhere(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	boss, leaver := admin.Person("Bo", iam.TypeTenantAdmin, "admin"), admin.Person("Lee", iam.TypeTenantAdmin, "admin")
	tried, seen := 0, map[string]bool{}
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		if method == http.MethodGet || op.Extensions["x-permission"] == "public" {
			return
		}
		tried++
		who := admin
		if op.OperationID == "delete-session" {
			who = leaver // it ends their own session, too
		}
		as := logInAs(t, who, boss.ID)
		address := strings.NewReplacer("{id}", string(boss.ID), "{session_id}", "sess_x", "{user_id}", string(boss.ID), "{tab}", "home").Replace(path)
		res := send(as, method, address, op)
		if !harmless[op.OperationID] {
			res.WantProblem(http.StatusForbidden, iam.CodeReadOnly)
			return
		}
		seen[op.OperationID] = true
		if strings.Contains(string(res.Body), `"code":"`+string(iam.CodeReadOnly)+`"`) {
			t.Errorf("%s is harmless and refused: %s", op.OperationID, res.Body)
		}
	})
	if tried < 30 || len(seen) != len(harmless) {
		t.Errorf("only %d operations were tried, of the harmless ones %v", tried, seen)
	}
}

// Only a session in which somebody is logged in as somebody else works in its
// cookie: neither a key nor a session of one's own.
func TestCookieOfSomebodyElseHoldsNothingElse(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	var key api.APIKeyWithSecret
	admin.Do(http.MethodPost, "/api-keys", `{"name":"Mine","permissions":["directory.read"]}`).Want(http.StatusCreated, &key)
	for _, wrong := range []string{key.Secret, admin.Cookie, "nothing"} {
		as := *admin
		as.As = wrong
		as.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeImpersonationEnded)
	}
}

// Whoever looks sees each organization of the person and what its tabs are told,
// and that moves nothing of the person's own.
func TestWhoeverLooksSwitchesAndOpensTabs(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a := newAgencyIn(t, w)
		tab := a.tab(t, `"title":"Orders","url":"https://orders.example/","audience":"everybody","all_organizations":true`)
		jo := a.member(t, "Jo", a.client, iam.PermDashboardCustomTabs, iam.PermUsersUpdate)
		a.join(t, jo.ID, a.other, iam.PermDashboardCustomTabs)
		before := jo.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &jo.Session)
		as := logInAs(t, a.boss, jo.ID)
		var token api.TabToken
		as.Do(http.MethodPost, "/dashboard/tabs/"+string(tab.ID)+"/token", nil).Want(http.StatusOK, &token)
		claims := claimsOf(t, token.Token)
		if claims.Subject != string(jo.ID) || claims.Actor.Subject != string(a.boss.ID) || claims.Actor.Name == "" {
			t.Errorf("the page is told of %+v", claims)
		}
		if !slices.Contains(claims.Permissions, iam.PermDashboardCustomTabs) || slices.Contains(claims.Permissions, iam.PermUsersUpdate) {
			t.Errorf("who looks only is said to have %v", claims.Permissions)
		}
		var s api.Session
		as.Do(http.MethodPut, "/session/organization", map[string]any{"organization_id": a.other}).Want(http.StatusOK, &s)
		if s.Organization.ID != a.other || s.Impersonation.Value == nil {
			t.Errorf("switched to %+v", s.Organization)
		}
		as.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		if s.Organization.ID != a.other {
			t.Errorf("the session is in %+v", s.Organization)
		}
		if after := jo.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s); s.Organization.ID != jo.Session.Organization.ID {
			t.Errorf("the person's own session moved: %s, %s", before.Body, after.Body)
		}
		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		as.In(a.client).Do(http.MethodPost, "/dashboard/tabs/"+string(tab.ID)+"/token", nil).Want(http.StatusOK, &token)
		if claims := claimsOf(t, token.Token); !slices.Contains(claims.Permissions, iam.PermUsersUpdate) || claims.Actor == nil {
			t.Errorf("with changes allowed the page is told of %+v", claims)
		}
	})
}

// Not even somebody who may log in as others, with changes allowed, does so from
// within, or gets at what proves who a person is.
func TestNeverChainedAndNoCredentials(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		boss, jo := admin.Person("Bo", iam.TypeTenantAdmin, "admin"), admin.Person("Jo", iam.TypeAgent)
		logInAs(t, boss, jo.ID) // as oneself it works
		var key api.APIKeyWithSecret
		boss.Do(http.MethodPost, "/api-keys", `{"name":"Mine","permissions":["directory.read"]}`).Want(http.StatusCreated, &key)
		as := logInAs(t, admin, boss.ID)
		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		me := apitest.Header("If-Match", as.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil).Header.Get("ETag"))
		other := "/users/" + string(jo.ID)
		his := apitest.Header("If-Match", as.Do(http.MethodGet, other, nil).Want(http.StatusOK, nil).Header.Get("ETag"))
		var sessions api.Items[api.Device]
		as.Do(http.MethodGet, other+"/sessions", nil).Want(http.StatusOK, &sessions)
		for name, res := range map[string]*apitest.Response{
			"chaining":              as.Do(http.MethodPost, other+"/impersonation", `{"reason":"x"}`),
			"chaining to oneself":   as.Do(http.MethodPost, "/users/"+string(admin.ID)+"/impersonation", `{"reason":"x"}`),
			"their e-mail":          as.Do(http.MethodPatch, "/me", `{"email":"new@northwind.example","current_password":"`+apitest.Password+` of my own"}`, me),
			"their password":        as.Do(http.MethodPut, "/me/password", `{"current_password":"`+apitest.Password+` of my own","new_password":"seven rivers plum jacket"}`),
			"their sessions":        as.Do(http.MethodGet, "/me/sessions", nil),
			"ending their session":  as.Do(http.MethodDelete, "/me/sessions/"+boss.Session.ID, nil),
			"ending their sessions": as.Do(http.MethodDelete, "/me/sessions", nil),
			"their keys":            as.Do(http.MethodGet, "/api-keys", nil),
			"a key":                 as.Do(http.MethodPost, "/api-keys", `{"name":"x","permissions":["directory.read"]}`),
			"revoking their key":    as.Do(http.MethodDelete, "/api-keys/"+string(key.APIKey.ID), nil),
			"another's e-mail":      as.Do(http.MethodPatch, other, `{"email":"new@northwind.example"}`, his),
			"another's password":    as.Do(http.MethodPost, other+"/reset-password", nil),
			"another's session":     as.Do(http.MethodDelete, other+"/sessions/"+string(sessions.Items[0].ID), nil),
			"another's sessions":    as.Do(http.MethodDelete, other+"/sessions", nil),
		} {
			t.Run(name, func(t *testing.T) { res.In(t).WantProblem(http.StatusForbidden, iam.CodeImpersonating) })
		}
		var done api.BulkResponse
		as.Do(http.MethodPost, "/users/bulk", map[string]any{"action": "reset_password", "ids": []iam.UserID{jo.ID}}).Want(http.StatusOK, &done)
		if r := done.Results[0]; r.OK || r.Error.Code != iam.CodeImpersonating {
			t.Errorf("resetting many passwords: %+v", r)
		}
		// What they may change is changed all the same.
		as.Do(http.MethodPatch, "/me", `{"nickname":"Changed"}`, me).Want(http.StatusOK, nil)
		jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		boss.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	})
}

// What bears one name, or goes on in the background under it, nobody does as
// somebody else.
func TestNothingIsSignedAsSomebodyElse(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		boss := admin.Person("Bo", iam.TypeTenantAdmin, "admin")
		var review api.AccessReview
		boss.Do(http.MethodPost, "/access-reviews", `{"repeat_months":0}`).Want(http.StatusCreated, &review)
		as := logInAs(t, admin, boss.ID)
		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		one, csv := "/access-reviews/"+string(review.ID), apitest.Header("Content-Type", "text/csv")
		as.Do(http.MethodGet, one, nil).Want(http.StatusOK, nil)
		for _, res := range []*apitest.Response{
			as.Do(http.MethodPost, "/access-reviews", `{"repeat_months":0}`),
			as.Do(http.MethodPatch, one+"/rows/1", `{"decision":"keep"}`),
			as.Do(http.MethodPatch, one+"/rows", `{"rows":[1],"decision":"keep"}`),
			as.Do(http.MethodPost, one+"/finish", `{"keep_undecided":true}`),
			as.Do(http.MethodPost, one+"/cancel", nil),
			as.Do(http.MethodPost, "/exports", `{"kind":"users"}`),
			as.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type\nA,A,a@import.example,agent\n", csv),
		} {
			res.WantProblem(http.StatusForbidden, iam.CodeImpersonating)
		}
		var i api.Import
		boss.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type\nA,A,a@import.example,agent\n", csv).Want(http.StatusAccepted, &i)
		if _, err := w.Imports.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		as.Do(http.MethodPost, "/user-imports/"+string(i.ID)+"/start", nil).WantProblem(http.StatusForbidden, iam.CodeImpersonating)
		boss.Do(http.MethodPost, "/user-imports/"+string(i.ID)+"/start", nil).Want(http.StatusOK, nil)
		boss.Do(http.MethodPost, one+"/finish", `{"keep_undecided":true}`).Want(http.StatusOK, &review)
		if review.FinishedBy != "Bo Example" {
			t.Errorf("finished by %q", review.FinishedBy)
		}
	})
}

// Somebody of the agency who has switched into a client that lacks a feature logs
// in as whoever runs that client: both hold what the client may not have.
func TestLogInAsWhereAFeatureIsOff(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a := newAgencyIn(t, w)
		a.features(t, a.client, `["conversations"]`)
		var made api.UserWithPassword
		body := person("Olga", "olga@northwind.example", iam.TypeMember)
		body["organization_id"], body["role_ids"] = a.client, []string{"org_admin"}
		a.boss.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		as := logInAs(t, a.boss.In(a.client), made.User.ID)
		var s api.Session
		as.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		if s.User.ID != made.User.ID || slices.Contains(s.Permissions, iam.PermDashboardAnalytics) || !slices.Contains(s.Permissions, iam.PermDashboardConversations) {
			t.Errorf("session of %s with %v", s.User.FullName, s.Permissions)
		}
	})
}

func TestLoggedInAsEnds(t *testing.T) {
	for name, end := range map[string]func(w *apitest.World, admin, boss, helper, jo *apitest.Client){
		"the person is suspended": func(_ *apitest.World, admin, _, _, jo *apitest.Client) {
			admin.Do(http.MethodPost, "/users/"+string(jo.ID)+"/suspend", nil).Want(http.StatusOK, nil)
		},
		"the helper is suspended": func(_ *apitest.World, admin, _, helper, _ *apitest.Client) {
			admin.Do(http.MethodPost, "/users/"+string(helper.ID)+"/suspend", nil).Want(http.StatusOK, nil)
		},
		"the helper signs out": func(_ *apitest.World, _, _, helper, _ *apitest.Client) {
			helper.Do(http.MethodDelete, "/session", nil).Want(http.StatusNoContent, nil)
		},
		"a policy forbids it": func(w *apitest.World, admin, _, _, _ *apitest.Client) {
			setPolicy(w.TB.(*testing.T), admin, admin.Session.Organization.ID, `{"log_in_as_allowed":{"value":false}}`).Want(http.StatusOK, nil)
		},
		"the person may do more now": func(_ *apitest.World, admin, _, _, jo *apitest.Client) {
			have := admin.Do(http.MethodGet, "/users/"+string(jo.ID), nil).Want(http.StatusOK, nil)
			admin.Do(http.MethodPatch, "/users/"+string(jo.ID), `{"permissions":["users.delete"]}`, apitest.Header("If-Match", have.Header.Get("ETag"))).Want(http.StatusOK, nil)
		},
		"half an hour is over": func(w *apitest.World, _, _, _, _ *apitest.Client) { w.Clock.Advance(30 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			apitest.Each(t, func(t *testing.T, w *apitest.World) { loggedInAsEnds(t, w, end) })
		})
	}
}

func loggedInAsEnds(t *testing.T, w *apitest.World, end func(w *apitest.World, admin, boss, helper, jo *apitest.Client)) {
	t.Helper()
	admin := w.Tenant("northwind")
	boss := admin.Person("Bo", iam.TypeTenantAdmin, "admin")
	var role api.Role
	admin.Do(http.MethodPost, "/roles", `{"name":"Helper","permissions":["users.impersonate","users.read","directory.read","conversations.read","conversations.handle","conversations.transfer","portals.agent_desktop"]}`).Want(http.StatusCreated, &role)
	helper, jo := admin.Person("Helen", iam.TypeMember, string(role.ID)), admin.Person("Jo", iam.TypeAgent)
	helper.Do(http.MethodPost, "/users/"+string(boss.ID)+"/impersonation", `{"reason":"x"}`).WantProblem(http.StatusForbidden, iam.CodeEscalation)
	as := logInAs(t, helper, jo.ID)
	as.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	end(w, admin, boss, helper, jo)
	as.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeImpersonationEnded)
	as.Do(http.MethodPost, "/session/impersonation/changes", nil).WantProblem(http.StatusUnauthorized, iam.CodeImpersonationEnded)
}

// Nothing begins, and nothing says so, where the address is not let in: neither
// somebody else's session nor one's own.
func TestRefusedAddressBeginsNothing(t *testing.T) { apitest.Each(t, refusedBegins) }

func refusedBegins(t *testing.T, w *apitest.World) {
	t.Helper()
	withAddresses(w)
	a := newAgencyIn(t, w)
	jo := a.boss.In(a.client).Person("Jo", iam.TypeMember)
	setPolicy(t, a.boss, a.client, officeOnly).Want(http.StatusOK, nil)
	begun := func() (log, sessions int) {
		t.Helper()
		if err := w.Store.Read(t.Context(), func(tx iam.Tx) error {
			for _, action := range []string{"impersonation.started", "session.created"} {
				page, err := tx.Events(t.Context(), a.boss.Tenant, iam.EventFilter{Action: action, Page: iam.Page{Limit: 100}})
				if err != nil {
					return err
				}
				for _, e := range page.Items {
					if e.Outcome == iam.OutcomeSuccess {
						log++
					}
				}
			}
			own, err := tx.SessionsOf(t.Context(), a.boss.Tenant, jo.ID)
			sessions = len(own)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return log, sessions
	}
	log, sessions := begun()
	path, body := "/users/"+string(jo.ID)+"/impersonation", map[string]any{"reason": "Help", "organization_id": a.client}
	p := a.boss.Do(http.MethodPost, path, body, from("198.51.100.7")).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
	if len(p.RefusalCode) != 8 {
		t.Errorf("refused with %+v", p)
	}
	in := map[string]any{"tenant": jo.ShortName, "email": jo.Session.User.Email, "password": apitest.Password + " of my own"}
	fresh := *jo
	fresh.Cookie, fresh.Org = "", ""
	fresh.Do(http.MethodPost, "/session", in, from("198.51.100.7")).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
	if l, s := begun(); l != log || s != sessions {
		t.Errorf("%d of %d things that the log says and %d of %d sessions began before", log, l, sessions, s)
	}
	a.boss.Do(http.MethodPost, path, body).Want(http.StatusOK, nil)
	if l, s := begun(); l != log+1 {
		t.Errorf("from the office the log says %d more, and there are %d sessions", l-log, s)
	}
}
