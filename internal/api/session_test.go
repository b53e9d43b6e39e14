package api_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// covers D-12
func TestSessionSaysWhatIsOpen(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		for userType, want := range map[iam.UserType]struct {
			home    string
			portals []string
		}{
			iam.TypeBotAdmin:   {"operations", []string{"operations", "analytics"}},
			iam.TypeSupervisor: {"operations", []string{"operations", "agent_desktop", "analytics"}},
			iam.TypeAgent:      {"agent_desktop", []string{"agent_desktop"}},
			iam.TypeAnalyst:    {"analytics", []string{"analytics"}},
			iam.TypeViewer:     {"operations", []string{"tenant_admin", "operations", "agent_desktop", "analytics"}},
		} {
			c := admin.Person("P"+string(userType), userType)
			var s api.Session
			c.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
			var portals []string
			for _, p := range s.Portals {
				portals = append(portals, p.ID)
			}
			if !slices.Equal(portals, want.portals) || s.HomePortal != want.home {
				t.Errorf("%s: portals = %v, home = %s", userType, portals, s.HomePortal)
			}
			if s.User.ID != c.ID || s.Tenant.ShortName != "northwind" || !s.Organization.IsRoot || len(s.Organizations) != 1 || !s.Features.Outbox || s.ExpiresAt == nil {
				t.Errorf("session = %+v", s)
			}
		}
	})
}

func TestSessionCookie(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	c := w.Tenant("northwind")
	res := c.TrySignIn(c.Email, apitest.Password+" of my own")
	if res.Status != http.StatusOK {
		res = c.TrySignIn(c.Email, apitest.Password)
	}
	set := res.Header.Get("Set-Cookie")
	for _, part := range []string{"retinue_session=", "Path=/", "HttpOnly", "SameSite=Lax", "Expires="} {
		if !strings.Contains(set, part) {
			t.Errorf("Set-Cookie = %q lacks %s", set, part)
		}
	}
	if strings.Contains(string(res.Body), c.Cookie) {
		t.Error("the token is in the body")
	}
	gone := c.Do(http.MethodDelete, "/session", nil).Want(http.StatusNoContent, nil).Header.Get("Set-Cookie")
	if !strings.Contains(gone, "retinue_session=;") || !strings.Contains(gone, "Max-Age=0") {
		t.Errorf("Set-Cookie = %q", gone)
	}
	c.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
}

func TestSessionCookieOverHTTPS(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	c := w.Tenant("northwind")
	w.Deps.Secure = func(*http.Request) bool { return true }
	handler := api.New(w.Deps)
	do := func(cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/session", nil)
		r.Header.Set("Cookie", cookie+"="+c.Cookie)
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		return rec
	}
	if rec := do("__Host-retinue"); rec.Code != http.StatusOK {
		t.Errorf("__Host-retinue over https: %d", rec.Code)
	}
	if rec := do("retinue_session"); rec.Code != http.StatusUnauthorized {
		t.Errorf("retinue_session over https: %d", rec.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/session", strings.NewReader(`{"email":"`+c.Email+`","password":"`+apitest.Password+`"}`))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, r)
	if set := rec.Header().Get("Set-Cookie"); rec.Code == http.StatusOK && (!strings.HasPrefix(set, "__Host-retinue=") || !strings.Contains(set, "Secure")) {
		t.Errorf("Set-Cookie = %q", set)
	}
}

//
func TestTemporaryPasswordMustBeChanged(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		made := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent)
		c := w.Anonymous()
		c.ShortName = "northwind"
		c.SignIn("jonas@northwind.example", made.TemporaryPassword)
		if s := c.Session; !s.MustChangePassword || len(s.Permissions) != 0 || len(s.Portals) != 0 || s.HomePortal != "" {
			t.Errorf("session = %+v", s)
		}
		c.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusForbidden, iam.CodePasswordChangeRequired)
		p := c.Do(http.MethodPut, "/me/password", `{"new_password":"12345678"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) == 0 || p.Errors[0].Pointer != "/new_password" {
			t.Errorf("errors = %+v", p.Errors)
		}
		c.Do(http.MethodPut, "/me/password", `{"new_password":"`+made.TemporaryPassword+`"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		c.Settle()
		c.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		c.TrySignIn(c.Email, made.TemporaryPassword).WantProblem(http.StatusUnauthorized, iam.CodeInvalidCredentials)
	})
}

func TestOwnSessions(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		here := admin.Person("Jonas", iam.TypeAgent)
		there := *here
		there.Cookie = "" // another browser
		there.SignIn(here.Email, apitest.Password+" of my own")
		var list api.Items[api.Device]
		here.Do(http.MethodGet, "/me/sessions", nil).Want(http.StatusOK, &list)
		if len(list.Items) != 2 {
			t.Fatalf("sessions = %+v", list.Items)
		}
		var other iam.SessionID
		for _, d := range list.Items {
			if d.Current != (string(d.ID) == here.Session.ID) || d.Device == "" || d.IP != "127.0.0.1" {
				t.Errorf("device = %+v", d)
			}
			if !d.Current {
				other = d.ID
			}
		}
		here.Do(http.MethodDelete, "/me/sessions/"+string(other), nil).Want(http.StatusNoContent, nil)
		there.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		there.SignIn(here.Email, apitest.Password+" of my own")
		here.Do(http.MethodDelete, "/me/sessions", nil).Want(http.StatusNoContent, nil)
		there.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		here.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, nil)
		// Somebody else's session is none of mine.
		here.Do(http.MethodDelete, "/me/sessions/"+admin.Session.ID, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		// An administrator ends them from outside.
		admin.Do(http.MethodGet, "/users/"+string(here.ID)+"/sessions", nil).Want(http.StatusOK, &list)
		admin.Do(http.MethodDelete, "/users/"+string(here.ID)+"/sessions/"+string(list.Items[0].ID), nil).Want(http.StatusNoContent, nil)
		here.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		admin.Do(http.MethodDelete, "/users/"+string(here.ID)+"/sessions", nil).Want(http.StatusNoContent, nil)
	})
}

//
func TestOwnProfile(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		c := w.Tenant("northwind").Person("Jonas", iam.TypeAgent)
		var u api.User
		c.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, &u)
		c.Do(http.MethodPatch, "/me", `{"first_name":"Jon","theme":"dark","locale":"de","timezone":"Europe/Berlin"}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, &u)
		if u.FirstName != "Jon" || u.Theme != "dark" || u.Locale != "de" || u.Timezone != "Europe/Berlin" {
			t.Errorf("user = %+v", u)
		}
		p := c.Do(http.MethodPatch, "/me", `{"email":"jon@northwind.example"}`, apitest.IfMatch(u.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/current_password" || p.Errors[0].Code != "required" {
			t.Errorf("errors = %+v", p.Errors)
		}
		c.Do(http.MethodPatch, "/me", `{"email":"jon@northwind.example","current_password":"wrong"}`, apitest.IfMatch(u.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		c.Do(http.MethodPatch, "/me", `{"email":"jon@northwind.example","current_password":"`+apitest.Password+` of my own"}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, &u)
		if u.Email != "jon@northwind.example" {
			t.Errorf("email = %q", u.Email)
		}
		// What is not one's own to change has no place here.
		c.Do(http.MethodPatch, "/me", `{"status":"suspended"}`, apitest.IfMatch(u.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		c.Do(http.MethodPatch, "/me", `{"role_ids":["admin"]}`, apitest.IfMatch(u.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		c.Do(http.MethodPatch, "/me", `{"theme":"dark"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	})
}

//
func TestMyAccess(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		c := admin.Person("Vic", iam.TypeViewer, "manager")
		var mine, theirs api.Access
		c.Do(http.MethodGet, "/me/access", nil).Want(http.StatusOK, &mine)
		admin.Do(http.MethodGet, "/users/"+string(c.ID)+"/access", nil).Want(http.StatusOK, &theirs)
		if len(mine.Permissions) != len(theirs.Permissions) {
			t.Errorf("I see %d permissions, the admin %d", len(mine.Permissions), len(theirs.Permissions))
		}
		for _, p := range mine.Permissions {
			switch p.ID {
			case iam.PermUsersRead:
				if !p.Effective || len(p.Sources) != 2 || p.BlockedBy != nil {
					t.Errorf("users.read: %+v", p)
				}
			case iam.PermUsersCreate:
				if p.Effective || len(p.Sources) != 1 || p.Sources[0].Name != "Manager" || p.BlockedBy == nil || *p.BlockedBy != "ceiling" {
					t.Errorf("users.create: %+v", p)
				}
			case iam.PermUsersDelete:
				if p.Effective || len(p.Sources) != 0 || p.BlockedBy != nil {
					t.Errorf("users.delete: %+v", p)
				}
			default:
			}
		}
	})
}

func TestSignInOptions(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		get := func() (o api.SignInOptions) {
			w.Anonymous().Do(http.MethodGet, "/sign-in-options", nil).Want(http.StatusOK, &o)
			return o
		}
		if o := get(); !o.SetupNeeded || o.AskTenant {
			t.Errorf("empty: %+v", o)
		}
		w.Tenant("northwind")
		if o := get(); o.SetupNeeded || o.AskTenant {
			t.Errorf("one tenant: %+v", o)
		}
		w.Tenant("fabrikam")
		if o := get(); o.SetupNeeded || !o.AskTenant {
			t.Errorf("two tenants: %+v", o)
		}
		// Names can't be tried out to learn which tenants there are.
		w.Anonymous().Do(http.MethodGet, "/sign-in-options?tenant=fabrikam", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

func TestSetup(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		token, err := w.Tenants.NewSetupToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := w.Anonymous()
		var state api.SetupState
		if c.Do(http.MethodGet, "/setup", nil).Want(http.StatusOK, &state); !state.Needed {
			t.Error("set-up is not needed")
		}
		body := api.SetupRequest{
			Token: "wrong", TenantName: "Northwind", ShortName: "northwind", FirstName: "Ada", LastName: "Okafor",
			Email: "ada@northwind.example", Password: apitest.Password,
		}
		c.Do(http.MethodPost, "/setup", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		body.Token, body.TenantName = token, ""
		p := c.Do(http.MethodPost, "/setup", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/tenant_name" {
			t.Errorf("errors = %+v", p.Errors)
		}
		body.TenantName = "Northwind"
		var s api.Session
		res := c.Do(http.MethodPost, "/setup", body).Want(http.StatusCreated, &s)
		if s.MustChangePassword || s.HomePortal != "tenant_admin" || res.Header.Get("Set-Cookie") == "" {
			t.Errorf("session = %+v", s)
		}
		if c.Do(http.MethodGet, "/setup", nil).Want(http.StatusOK, &state); state.Needed {
			t.Error("set-up is still needed")
		}
		c.Do(http.MethodPost, "/setup", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

// Signing in anew with the same browser ends the session that it had.
func TestSigningInAgainReplacesTheSession(t *testing.T) {
	w := apitest.NewSQLite(t)
	c := w.Tenant("northwind").Person("Jonas", iam.TypeAgent)
	old := *c
	c.SignIn(c.Email, apitest.Password+" of my own") // with the cookie of before
	c.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, nil)
	old.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
}

// Whoever tries doors is found in the server's log.
func TestRefusalsAreInTheServersLog(t *testing.T) {
	w := apitest.NewSQLite(t)
	c := w.Tenant("northwind").Person("Jonas", iam.TypeAgent)
	p := c.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	for line := range strings.Lines(w.Log.String()) {
		if strings.Contains(line, p.RequestID) {
			for _, part := range []string{`"level":"INFO"`, `"msg":"refused"`, `"actor":"` + string(c.ID) + `"`, `"missing_permission":"users.read"`, `"operation":"list-users"`} {
				if !strings.Contains(line, part) {
					t.Errorf("the log lacks %s: %s", part, line)
				}
			}
			return
		}
	}
	t.Errorf("the refusal is not in the log: %s", w.Log.String())
}

// Whose organizations are all suspended is told so, as at sign-in, and can sign out.
func TestSignedInToASuspendedOrganization(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		f := newFamily(t, w)
		f.agency.Do(http.MethodPost, "/organizations/"+string(f.mine)+"/suspend", nil).Want(http.StatusOK, nil)
		f.boss.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusForbidden, iam.CodeOrganizationSuspended)
		f.boss.Do(http.MethodGet, "/users", nil).WantProblem(http.StatusForbidden, iam.CodeOrganizationSuspended)
		f.boss.Do(http.MethodPut, "/me/password", `{"new_password":"violet-harbour-tram-9"}`).WantProblem(http.StatusForbidden, iam.CodeOrganizationSuspended)
		f.agency.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, nil)
		f.boss.Do(http.MethodDelete, "/session", nil).Want(http.StatusNoContent, nil)
		f.boss.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
	})
}
