package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
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

//
func TestWhoeverLooksOnlyChangesNothingAnywhere(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	boss := admin.Person("Bo", iam.TypeTenantAdmin, "admin")
	as := logInAs(t, admin, boss.ID)
	harmless := map[string]bool{
		"allow-changes": true, "end-impersonation": true, "delete-session": true, "rehearse-policy": true, "lookup-ip-refusal": true, "switch-organization": true,
	}
	tried := 0
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		if method == http.MethodGet || harmless[op.OperationID] || op.Extensions["x-permission"] == "public" {
			return
		}
		tried++
		address := strings.NewReplacer("{id}", string(boss.ID), "{session_id}", "sess_x", "{user_id}", string(boss.ID), "{tab}", "home").Replace(path)
		send(as, method, address, op).WantProblem(http.StatusForbidden, iam.CodeReadOnly)
	})
	if tried < 30 {
		t.Errorf("only %d operations were tried", tried)
	}
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
			w := apitest.NewSQLite(t)
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
		})
	}
}
