package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// covers E-09
func TestRoles(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var catalogue api.Items[api.Permission]
		admin.Do(http.MethodGet, "/permissions", nil).Want(http.StatusOK, &catalogue)
		if len(catalogue.Items) != len(access.Catalogue()) || catalogue.Items[0].Label == "" {
			t.Errorf("catalogue = %+v", catalogue)
		}
		var all api.Items[api.Role]
		admin.Do(http.MethodGet, "/roles", nil).Want(http.StatusOK, &all)
		if len(all.Items) != 9 || all.Items[0].Code != "admin" || all.Items[0].MembersCount != 1 || all.Items[0].Editable {
			t.Errorf("roles = %+v", all.Items)
		}
		var role api.Role
		none := admin.Do(http.MethodPost, "/roles", `{"name":"Empty"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(none.Errors) != 1 || none.Errors[0].Pointer != "/permissions" {
			t.Errorf("errors = %+v", none.Errors)
		}
		admin.Do(http.MethodPost, "/roles", `{"name":"Night shift","permissions":["conversations.read"]}`).Want(http.StatusCreated, &role)
		path := "/roles/" + string(role.ID)
		p := admin.Do(http.MethodPost, "/roles", `{"name":"Night shift","permissions":["conversations.read"]}`).WantProblem(http.StatusConflict, iam.CodeConflict)
		if len(p.Errors) == 0 {
			t.Errorf("problem = %+v", p)
		}
		admin.Do(http.MethodPatch, path, `{"description":"Late","permissions":["conversations.read","reports.read"]}`, apitest.IfMatch(role.Version)).Want(http.StatusOK, &role)
		if role.Description != "Late" || len(role.Permissions) != 2 {
			t.Errorf("role = %+v", role)
		}
		admin.Do(http.MethodPatch, path, `{"code":"other"}`, apitest.IfMatch(role.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeImmutable)
		admin.Do(http.MethodPatch, path, `{"scope":"team"}`, apitest.IfMatch(role.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeImmutable)
		stale := admin.Do(http.MethodPatch, path, `{"name":"X"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
		var current api.Role
		if err := json.Unmarshal(stale.Current, &current); err != nil || current.ID != role.ID {
			t.Errorf("current = %s", stale.Current)
		}
		admin.Do(http.MethodPatch, "/roles/role_agent", `{"name":"X"}`, apitest.IfMatch(1)).WantProblem(http.StatusForbidden, iam.CodeLocked)

		jonas := admin.Person("Jonas", iam.TypeAgent, role.Code)
		var members api.List[api.Colleague]
		admin.Do(http.MethodGet, path+"/members", nil).Want(http.StatusOK, &members)
		if len(members.Items) != 1 || members.Items[0].ID != jonas.ID {
			t.Errorf("members = %+v", members)
		}
		var held struct {
			HoldersCount int64 `json:"holders_count"`
			Holders      []struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"holders"`
		}
		res := admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(role.Version))
		res.WantProblem(http.StatusConflict, iam.CodeInUse)
		res.Want(http.StatusConflict, &held)
		if held.HoldersCount != 1 || len(held.Holders) != 1 || held.Holders[0].Name != "Jonas Example" {
			t.Errorf("held = %+v: %s", held, res.Body)
		}
		var u api.User
		admin.Do(http.MethodGet, "/users/"+string(jonas.ID), nil).Want(http.StatusOK, &u)
		admin.Do(http.MethodPatch, "/users/"+string(jonas.ID), `{"role_ids":[]}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, nil)
		promised(t, admin, role)
		admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(role.Version)).Want(http.StatusNoContent, nil)
	})
}

// promised invites somebody to a role, which can't be deleted as long as that waits.
func promised(t *testing.T, admin *apitest.Client, role api.Role) {
	t.Helper()
	admin.Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{"new@northwind.example"}, "role_ids": []string{role.Code}}).Want(http.StatusOK, nil)
	var waits struct {
		Count       int                      `json:"invitations_count"`
		Invitations []struct{ Email string } `json:"invitations"`
	}
	res := admin.Do(http.MethodDelete, "/roles/"+string(role.ID), nil, apitest.IfMatch(role.Version))
	res.WantProblem(http.StatusConflict, iam.CodeInUse)
	res.Want(http.StatusConflict, &waits)
	var found, none api.List[api.Invitation]
	admin.Do(http.MethodGet, "/invitations?state=pending&role_id="+string(role.ID), nil).Want(http.StatusOK, &found)
	admin.Do(http.MethodGet, "/invitations?role_id=role_other", nil).Want(http.StatusOK, &none)
	if waits.Count != 1 || len(waits.Invitations) != 1 || len(found.Items) != 1 || found.Items[0].Email != waits.Invitations[0].Email || len(none.Items) != 0 {
		t.Fatalf("%s: found %+v, %+v", res.Body, found.Items, none.Items)
	}
	admin.Do(http.MethodPost, "/invitations/bulk", map[string]any{"action": "delete", "ids": []iam.InvitationID{found.Items[0].ID}}).Want(http.StatusOK, nil)
}

// covers D-06
func TestEscalationIsRefused(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		manager := admin.Person("Max", iam.TypeSupervisor, "manager")
		body := person("Jonas", "jonas@northwind.example", iam.TypeAgent)
		body["role_ids"] = []string{"admin"}
		res := manager.Do(http.MethodPost, "/users", body)
		res.WantProblem(http.StatusForbidden, iam.CodeEscalation)
		if !strings.Contains(string(res.Body), `"missing_permissions"`) {
			t.Errorf("it is not said what is missing: %s", res.Body)
		}
		manager.Do(http.MethodPost, "/users/"+string(admin.ID)+"/suspend", nil).WantProblem(http.StatusForbidden, iam.CodeEscalation)
		manager.Do(http.MethodPost, "/users/"+string(admin.ID)+"/reset-password", nil).WantProblem(http.StatusForbidden, iam.CodeEscalation)
		var me api.User
		manager.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, &me)
		manager.Do(http.MethodPatch, "/users/"+string(manager.ID), `{"role_ids":[]}`, apitest.IfMatch(me.Version)).WantProblem(http.StatusForbidden, iam.CodeEscalation)
		// A role takes effect on the very next request.
		jonas := admin.Person("Jo", iam.TypeAgent)
		jonas.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		var u api.User
		admin.Do(http.MethodGet, "/users/"+string(jonas.ID), nil).Want(http.StatusOK, &u)
		admin.Do(http.MethodPatch, "/users/"+string(jonas.ID), `{"role_ids":["manager"]}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, &u)
		jonas.Do(http.MethodGet, "/users", nil).Want(http.StatusOK, nil)
		admin.Do(http.MethodPatch, "/users/"+string(jonas.ID), `{"role_ids":[]}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, nil)
		jonas.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

func TestOrganizations(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var o api.Organization
		admin.Do(http.MethodPost, "/organizations", `{"name":"Fabrikam"}`).Want(http.StatusCreated, &o)
		if o.IsRoot || o.ParentID == nil || o.ShortName == "" || o.MembersCount != 0 {
			t.Errorf("organization = %+v", o)
		}
		path := "/organizations/" + string(o.ID)
		admin.Do(http.MethodPatch, path, `{"name":"Fabrikam Ltd","description":null}`, apitest.IfMatch(o.Version)).Want(http.StatusOK, &o)
		admin.Do(http.MethodPatch, path, `{"name":"X"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
		var all api.Items[api.Organization]
		admin.Do(http.MethodGet, "/organizations", nil).Want(http.StatusOK, &all)
		if len(all.Items) != 2 || !all.Items[0].IsRoot || all.Items[0].ParentID != nil || all.Items[1].Name != "Fabrikam Ltd" {
			t.Errorf("organizations = %+v", all.Items)
		}
		body := person("Di", "di@fabrikam.example", iam.TypeAgent)
		body["organization_id"] = o.ID
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(o.Version)).WantProblem(http.StatusConflict, iam.CodeInUse)
		admin.Do(http.MethodDelete, "/organizations/"+string(all.Items[0].ID), nil, apitest.IfMatch(all.Items[0].Version)).WantProblem(http.StatusConflict, iam.CodeInUse)
	})
}

func TestAPIKeys(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var made api.APIKeyWithSecret
		admin.Do(http.MethodPost, "/api-keys", `{"name":"Report","permissions":["users.read"],"expires_at":"2026-06-01T00:00:00Z"}`).Want(http.StatusCreated, &made)
		if made.Secret == "" || !strings.HasPrefix(made.Secret, strings.TrimSuffix(made.APIKey.Prefix, "…")) || made.APIKey.State != iam.APIKeyActive || made.APIKey.ExpiresAt == nil {
			t.Errorf("made = %+v", made)
		}
		program := w.Anonymous()
		program.Key = made.Secret
		program.Do(http.MethodGet, "/users", nil).Want(http.StatusOK, nil)
		var s api.Session
		program.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		if s.ID != string(made.APIKey.ID) || len(s.Permissions) != 1 || s.User.ID != admin.ID {
			t.Errorf("session = %+v", s)
		}
		program.Do(http.MethodPost, "/users", person("A", "a@northwind.example", iam.TypeAgent)).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		// A program can't touch a person's credentials, whatever its permissions.
		program.Do(http.MethodPut, "/me/password", `{"new_password":"`+apitest.Password+`"}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		program.Do(http.MethodPost, "/api-keys", `{"name":"Another","permissions":["users.read"]}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		// Nor does a key work as a cookie, or a session as a key.
		asCookie := w.Anonymous()
		asCookie.Cookie = made.Secret
		asCookie.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		asKey := w.Anonymous()
		asKey.Key = admin.Cookie
		asKey.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)

		var list api.List[api.APIKey]
		res := admin.Do(http.MethodGet, "/api-keys", nil).Want(http.StatusOK, &list)
		if len(list.Items) != 1 || strings.Contains(string(res.Body), made.Secret) {
			t.Errorf("keys = %s", res.Body)
		}
		admin.Do(http.MethodDelete, "/api-keys/"+string(made.APIKey.ID), nil).Want(http.StatusNoContent, nil)
		program.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		agent := admin.Person("Jo", iam.TypeAgent)
		agent.Do(http.MethodGet, "/api-keys", nil).Want(http.StatusOK, &list)
		if len(list.Items) != 0 {
			t.Errorf("an agent sees %+v", list.Items)
		}
		agent.Do(http.MethodPost, "/api-keys", `{"name":"Mine","permissions":["directory.read"]}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

// covers D-10, D-06
func TestKeysOfAnother(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		bea := admin.Person("Bea", iam.TypeBotAdmin)
		var keys [3]api.APIKeyWithSecret
		for i := range keys {
			bea.Do(http.MethodPost, "/api-keys", `{"name":"K","permissions":["directory.read"]}`).Want(http.StatusCreated, &keys[i])
		}
		status := func(i int) int {
			program := w.Anonymous()
			program.Key = keys[i].Secret
			return program.Do(http.MethodGet, "/session", nil).Status
		}
		of := "/api-keys?user_id=" + string(bea.ID)
		var page api.List[api.APIKey]
		admin.Do(http.MethodGet, of+"&state=active&limit=2", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 2 || page.NextCursor == nil || page.Items[0].User.ID != bea.ID {
			t.Fatalf("page = %+v", page)
		}
		admin.Do(http.MethodGet, of+"&state=active&limit=2&cursor="+*page.NextCursor, nil).Want(http.StatusOK, &page)
		if len(page.Items) != 1 || page.NextCursor != nil || page.Items[0].ID != keys[0].APIKey.ID {
			t.Fatalf("second page = %+v", page)
		}
		one := "/api-keys/" + string(keys[0].APIKey.ID)
		other.Do(http.MethodGet, of, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		other.Do(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		jo := admin.Person("Jo", iam.TypeAgent)
		jo.Do(http.MethodGet, of, nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		jo.Do(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		bea.Do(http.MethodGet, "/api-keys?user_id="+string(admin.ID), nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		admin.Do(http.MethodDelete, one, nil).Want(http.StatusNoContent, nil)
		if status(0) != http.StatusUnauthorized || status(1) != http.StatusOK {
			t.Errorf("after revoking one: %d, %d", status(0), status(1))
		}
		admin.Do(http.MethodGet, of+"&state=revoked", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].State != iam.APIKeyRevoked {
			t.Errorf("revoked = %+v", page)
		}

		reset := "/users/" + string(bea.ID) + "/reset-password"
		var made api.PasswordReset
		admin.Do(http.MethodPost, reset, nil).Want(http.StatusOK, &made)
		if made.WorkingAPIKeys != 2 || status(1) != http.StatusOK {
			t.Errorf("reset = %+v, the key answers %d", made, status(1))
		}
		other.Do(http.MethodPost, reset+"?revoke_api_keys=true", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		var bulk api.BulkResponse
		admin.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "reset_password", IDs: []iam.UserID{bea.ID}}).Want(http.StatusOK, &bulk)
		if bulk.Results[0].WorkingAPIKeys != 2 {
			t.Errorf("bulk = %+v", bulk)
		}
		admin.Do(http.MethodPost, reset+"?revoke_api_keys=true", nil).Want(http.StatusOK, &made)
		if made.WorkingAPIKeys != 0 || status(1) != http.StatusUnauthorized || status(2) != http.StatusUnauthorized {
			t.Errorf("reset = %+v, the keys answer %d, %d", made, status(1), status(2))
		}
	})
}

// A key that may change people can't take over its owner, nor end their sessions.
// covers D-06
func TestKeyAgainstItsOwner(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		jo := admin.Person("Jo", iam.TypeAgent)
		var made api.APIKeyWithSecret
		admin.Do(http.MethodPost, "/api-keys", `{"name":"Directory","permissions":["users.read","users.update","sessions.read","sessions.revoke","outbox.read"]}`).Want(http.StatusCreated, &made)
		program := w.Anonymous()
		program.Key = made.Secret
		self := "/users/" + string(admin.ID)
		for name, res := range map[string]*apitest.Response{
			"e-mail":       program.Do(http.MethodPatch, self, `{"email":"thief@northwind.example"}`, versionOf(program, admin.ID)),
			"phone":        program.Do(http.MethodPatch, self, `{"phone":"+1 555 0100"}`, versionOf(program, admin.ID)),
			"all sessions": program.Do(http.MethodDelete, self+"/sessions", nil),
			"one session":  program.Do(http.MethodDelete, self+"/sessions/"+admin.Session.ID, nil),
		} {
			if res.Status != http.StatusForbidden || !strings.Contains(string(res.Body), `"escalation"`) {
				t.Errorf("%s: %d %s", name, res.Status, res.Body)
			}
		}
		admin.Do(http.MethodPatch, self, `{"email":"thief@northwind.example"}`, versionOf(admin, admin.ID)).WantProblem(http.StatusForbidden, iam.CodeEscalation)
		// The link for a new password of its owner is not for it to read.
		w.Anonymous().Do(http.MethodPost, "/password-reset", `{"tenant":"northwind","email":"`+admin.Email+`"}`).Want(http.StatusAccepted, nil)
		var mails api.List[api.Mail]
		program.Do(http.MethodGet, "/outbox", nil).Want(http.StatusOK, &mails)
		for _, m := range mails.Items {
			if m.To == admin.Email && m.Text != "" {
				t.Errorf("it reads %q", m.Subject)
			}
		}
		// On those who hold no more than it does it acts.
		program.Do(http.MethodPatch, "/users/"+string(other.ID), `{"phone":"+1 555 0100"}`, apitest.IfMatch(1)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		program.Do(http.MethodGet, "/users/"+string(jo.ID), nil).Want(http.StatusOK, nil)
	})
}

func TestAuditEvents(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		jonas := admin.Person("Jonas", iam.TypeAgent)
		var page api.List[api.Event]
		admin.Do(http.MethodGet, "/audit-events?action=user.created&target_id="+string(jonas.ID), nil).Want(http.StatusOK, &page)
		if len(page.Items) != 1 {
			t.Fatalf("events = %+v", page.Items)
		}
		e := page.Items[0]
		if e.Seq != nil || e.Actor.ID != string(admin.ID) || e.Actor.Type != iam.ActorUser || e.Target.Value == nil || e.Target.Value.ID != string(jonas.ID) ||
			len(e.Changes) == 0 || e.IP != "127.0.0.1" || e.RequestID == "" || e.Device == "" {
			t.Errorf("event = %+v", e)
		}
		w.SealAll(t)
		admin.Do(http.MethodGet, "/audit-events?limit=5", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 5 || page.NextCursor == nil || page.Items[0].Seq == nil {
			t.Errorf("page = %+v", page)
		}
		admin.Do(http.MethodGet, "/audit-events?from=2030-01-01T00:00:00Z", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Errorf("events of the future: %+v", page.Items)
		}
		admin.Do(http.MethodGet, "/audit-events?from=yesterday", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		w.Anonymous().Do(http.MethodPost, "/session", `{"tenant":"northwind","email":"`+jonas.Email+`","password":"wrong"}`)
		admin.Do(http.MethodGet, "/audit-events?outcome=failure&search=jonas", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].Reason != "wrong_password" {
			t.Errorf("failures = %+v", page.Items)
		}
		other.Do(http.MethodGet, "/audit-events?target_id="+string(jonas.ID), nil).Want(http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Errorf("another tenant sees %+v", page.Items)
		}
		jonas.Do(http.MethodGet, "/me/history", nil).Want(http.StatusOK, &page)
		if len(page.Items) == 0 {
			t.Error("there is no history of my own")
		}
		admin.Do(http.MethodGet, "/users/"+string(jonas.ID)+"/history", nil).Want(http.StatusOK, &page)
		if len(page.Items) == 0 {
			t.Error("there is no history")
		}
		var actions api.Items[string]
		admin.Do(http.MethodGet, "/audit-events/actions", nil).Want(http.StatusOK, &actions)
		if len(actions.Items) < 5 {
			t.Errorf("actions = %v", actions.Items)
		}
	})
}

// Events are found by who acted or was acted on, by where they came from and by
// the request that made them; another tenant finds none of them.
func TestFindAuditEvents(t *testing.T) { apitest.Each(t, findAuditEvents) }

func findAuditEvents(t *testing.T, w *apitest.World) {
	t.Helper()
	admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
	jonas := admin.Person("Jonas", iam.TypeAgent)
	jonas.Do(http.MethodPatch, "/me", `{"nickname":"Jo"}`, version(jonas)).Want(http.StatusOK, nil)
	res := admin.Do(http.MethodPost, "/users/"+string(jonas.ID)+"/suspend", nil).Want(http.StatusOK, nil)
	request := res.Header.Get("X-Request-ID")
	find := func(c *apitest.Client, query string) string {
		t.Helper()
		var page api.List[api.Event]
		c.Do(http.MethodGet, "/audit-events?"+query, nil).Want(http.StatusOK, &page)
		var found []string
		for _, e := range page.Items {
			found = append(found, e.Action)
		}
		slices.Sort(found)
		return strings.Join(slices.Compact(found), " ")
	}
	of := "user_id=" + string(jonas.ID)
	for query, want := range map[string]string{
		of:                                       "session.created user.created user.password_changed user.suspended user.updated",
		of + "&actor_id=" + string(admin.ID):     "user.created user.suspended",
		of + "&action=user.updated&ip=127.0.0.1": "user.updated",
		of + "&ip=127.0.0.2":                     "",
		"request_id=" + url.QueryEscape(request): "user.suspended",
		"request_id=" + url.QueryEscape(request) + "&" + of: "user.suspended",
		"request_id=none": "",
	} {
		if got := find(admin, query); got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
		if got := find(other, query); got != "" {
			t.Errorf("%s finds %q of another tenant", query, got)
		}
		e, file := exported(t, admin, `{"kind":"audit","filter":`+filterOf(t, query)+`}`)
		if got := len(cells(t, file)) - 1; e.State != iam.ExportReady || got > 0 != (want != "") {
			t.Errorf("%s exports %d events", query, got)
		}
	}
	admin.Do(http.MethodGet, "/audit-events?ip=somewhere", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	admin.Do(http.MethodPost, "/exports", `{"kind":"users","filter":{"ip":"192.0.2.1"}}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
}

// filterOf is a query as the filter of an export.
func filterOf(t *testing.T, query string) string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	filter := map[string]string{}
	for name := range values {
		filter[name] = values.Get(name)
	}
	text, err := json.Marshal(filter)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestForgottenPassword(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		jonas := admin.Person("Jonas", iam.TypeAgent)
		nobody := w.Anonymous()
		known := nobody.Do(http.MethodPost, "/password-reset", `{"tenant":"northwind","email":"`+jonas.Email+`"}`).Want(http.StatusAccepted, nil)
		unknown := nobody.Do(http.MethodPost, "/password-reset", `{"tenant":"northwind","email":"nobody@northwind.example"}`).Want(http.StatusAccepted, nil)
		if string(known.Body) != string(unknown.Body) {
			t.Error("the answer tells whether there is an account")
		}
		var mails api.List[api.Mail]
		admin.Do(http.MethodGet, "/outbox", nil).Want(http.StatusOK, &mails)
		if len(mails.Items) == 0 || mails.Items[0].Kind != "password_reset" || mails.Items[0].State != iam.MailKept || mails.Items[0].To != jonas.Email {
			t.Fatalf("mails = %+v", mails.Items)
		}
		_, token, found := strings.Cut(mails.Items[0].Text, "#token=")
		if !found {
			t.Fatalf("no link in %q", mails.Items[0].Text)
		}
		token = strings.Fields(token)[0]
		weak := nobody.Do(http.MethodPost, "/password-reset/confirm", `{"token":"`+token+`","new_password":"weak"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if weak.Errors[0].Pointer != "/new_password" {
			t.Errorf("errors = %+v", weak.Errors)
		}
		const next = "seven lamps under water"
		nobody.Do(http.MethodPost, "/password-reset/confirm", `{"token":"`+token+`","new_password":"`+next+`"}`).Want(http.StatusNoContent, nil)
		jonas.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		jonas.SignIn(jonas.Email, next)
		used := nobody.Do(http.MethodPost, "/password-reset/confirm", `{"token":"`+token+`","new_password":"`+next+` again"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if used.Errors[0].Pointer != "/token" {
			t.Errorf("errors = %+v", used.Errors)
		}
		agent := admin.Person("Jo", iam.TypeAgent)
		agent.Do(http.MethodGet, "/outbox", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		admin.Do(http.MethodPost, "/outbox/"+string(mails.Items[0].ID)+"/retry", nil).WantProblem(http.StatusConflict, iam.CodeConflict)
	})
}
