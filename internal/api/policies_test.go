package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

const comesFrom = "X-Test-Address"

// withAddresses makes requests come from where their header says, as the server's
// own middleware would have found out.
func withAddresses(w *apitest.World) {
	w.Deps.ClientIP = func(r *http.Request) string {
		if a := r.Header.Get(comesFrom); a != "" {
			return a
		}
		return "192.0.2.1"
	}
	h := api.New(w.Deps)
	w.Server.Config.Handler = h
}

func from(address string) apitest.Option { return apitest.Header(comesFrom, address) }

func policyPath(org iam.OrgID) string { return "/organizations/" + string(org) + "/policy" }

// setPolicy sets what an organization asks for, at whatever version it is.
func setPolicy(t *testing.T, c *apitest.Client, org iam.OrgID, body string, options ...apitest.Option) *apitest.Response {
	t.Helper()
	have := c.Do(http.MethodGet, policyPath(org), nil).Want(http.StatusOK, nil)
	return c.Do(http.MethodPut, policyPath(org), body, append(options, apitest.Header("If-Match", have.Header.Get("ETag")))...)
}

const officeOnly = `{"allowlist":{"value":{"enabled":true,"rules":[{"addresses":"192.0.2.0/24","label":"Office","enabled":true}]}}}`

// covers E-08
func TestIdleLogoutIsTheServersDecision(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		jo := admin.Person("Jo", iam.TypeAgent)
		root := admin.Session.Organization.ID
		setPolicy(t, admin, root, `{"idle_minutes":{"value":10}}`).Want(http.StatusOK, nil)
		background := apitest.Header(api.ActivityHeader, "none")

		var s api.Session
		jo.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		if s.IdleSecondsLeft == nil || *s.IdleSecondsLeft != 600 {
			t.Fatalf("idle_seconds_left = %v", s.IdleSecondsLeft)
		}
		w.Clock.Advance(9 * time.Minute)
		jo.Do(http.MethodGet, "/session", nil, background).Want(http.StatusOK, &s)
		if *s.IdleSecondsLeft != 60 || s.IdleExpiresAt.Sub(w.Clock.Now()) != time.Minute {
			t.Errorf("a background request says %d seconds, %v", *s.IdleSecondsLeft, s.IdleExpiresAt)
		}
		// Another tab is used: that keeps this one, and the answer knows at once.
		jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		jo.Do(http.MethodGet, "/session", nil, background).Want(http.StatusOK, &s)
		if *s.IdleSecondsLeft != 600 {
			t.Errorf("after use in another tab %d seconds are left", *s.IdleSecondsLeft)
		}
		for range 9 {
			w.Clock.Advance(time.Minute)
			jo.Do(http.MethodGet, "/session", nil, background).Want(http.StatusOK, nil)
		}
		w.Clock.Advance(time.Minute)
		jo.Do(http.MethodGet, "/session", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
	})
}

func TestIdleSurvivesClocksThatJump(t *testing.T) { apitest.Each(t, idleSurvivesClocksThatJump) }

func idleSurvivesClocksThatJump(t *testing.T, w *apitest.World) {
	admin := w.Tenant("northwind")
	jo := admin.Person("Jo", iam.TypeAgent)
	setPolicy(t, admin, admin.Session.Organization.ID, `{"idle_minutes":{"value":10}}`).Want(http.StatusOK, nil)
	w.Clock.Advance(5 * time.Minute)
	jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	w.Clock.Advance(-time.Hour) // set back: nobody is thrown out for it
	jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	w.Clock.Advance(11 * time.Minute) // and idle time counts from then on
	jo.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
}

// covers E-11
func TestAddressesAreCheckedOnEveryRequest(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		withAddresses(w)
		admin, sister := w.Tenant("northwind"), w.Tenant("fabrikam")
		jo := admin.Person("Jo", iam.TypeAgent, "bot_builder")
		root := admin.Session.Organization.ID
		var key api.APIKeyWithSecret
		jo.Do(http.MethodPost, "/api-keys", `{"name":"Mine","permissions":["directory.read"]}`).Want(http.StatusCreated, &key)
		setPolicy(t, admin, root, officeOnly).Want(http.StatusOK, nil)
		const hotel = "198.51.100.7"

		jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		p := jo.Do(http.MethodGet, "/me", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		if len(p.RefusalCode) != 8 || p.Address != hotel {
			t.Fatalf("refused with %+v", p)
		}
		program := *jo
		program.Cookie, program.Key = "", key.Secret
		program.Do(http.MethodGet, "/colleagues", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		again := jo.Do(http.MethodGet, "/me", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		if again.RefusalCode != p.RefusalCode {
			t.Errorf("another code for the same: %s, %s", p.RefusalCode, again.RefusalCode)
		}
		// The password is asked for first: strangers learn nothing of the list.
		other := w.Anonymous()
		other.ShortName = "northwind"
		signIn := map[string]string{"tenant": "northwind", "email": jo.Email, "password": "wrong wrong wrong"}
		other.Do(http.MethodPost, "/session", signIn, from(hotel)).WantProblem(http.StatusUnauthorized, iam.CodeInvalidCredentials)
		signIn["password"] = apitest.Password + " of my own"
		other.Do(http.MethodPost, "/session", signIn, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)

		lookup := map[string]string{"code": p.RefusalCode[:4] + "-" + p.RefusalCode[4:]}
		sister.Do(http.MethodPost, "/ip-refusals/lookup", lookup).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		jo.Do(http.MethodPost, "/ip-refusals/lookup", lookup).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		var r api.Refusal
		admin.Do(http.MethodPost, "/ip-refusals/lookup", lookup).Want(http.StatusOK, &r)
		if r.User.ID != jo.ID || r.Address != hotel || r.Organization.ID != root || r.List.ID != root || r.Rules != 1 || !r.MayExcept {
			t.Errorf("the code stands for %+v", r)
		}
		grant := map[string]any{"code": p.RefusalCode, "until": w.Clock.Now().Add(2 * time.Hour)}
		var e api.IPException
		admin.Do(http.MethodPost, "/ip-exceptions", grant).Want(http.StatusCreated, &e)
		jo.Do(http.MethodGet, "/me", nil, from(hotel)).Want(http.StatusOK, nil)
		jo.Do(http.MethodGet, "/me", nil, from("198.51.100.8")).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		sister.Do(http.MethodDelete, "/ip-exceptions/"+string(e.ID), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		admin.Do(http.MethodDelete, "/ip-exceptions/"+string(e.ID), nil).Want(http.StatusNoContent, nil)
		jo.Do(http.MethodGet, "/me", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		// One that is over lets nobody in any more.
		admin.Do(http.MethodPost, "/ip-exceptions", grant).Want(http.StatusCreated, &e)
		for range 3 {
			w.Clock.Advance(39 * time.Minute)
			jo.Do(http.MethodGet, "/me", nil, from(hotel)).Want(http.StatusOK, nil)
			admin.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		}
		w.Clock.Advance(4 * time.Minute)
		jo.Do(http.MethodGet, "/me", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		jo.Do(http.MethodDelete, "/session", nil, from(hotel)).Want(http.StatusNoContent, nil) // nobody is kept signed in
		jo.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
	})
}

func TestNobodyLocksThemselvesOutUnawares(t *testing.T) {
	apitest.Each(t, nobodyLocksThemselvesOut)
}

func nobodyLocksThemselvesOut(t *testing.T, w *apitest.World) {
	withAddresses(w)
	admin := w.Tenant("northwind")
	jo := admin.Person("Jo", iam.TypeAgent)
	root := admin.Session.Organization.ID
	const elsewhere = `{"allowlist":{"value":{"enabled":true,"rules":[{"addresses":"203.0.113.0/24","enabled":true}]}}}`
	var r api.Rehearsal
	admin.Do(http.MethodPost, policyPath(root)+"/rehearsal", elsewhere).Want(http.StatusOK, &r)
	if r.LockedOut.People != 2 || !r.SelfLockedOut || r.SelfSignedOut || r.SignedOut.People != 0 || len(r.LockedOut.First) != 2 {
		t.Errorf("rehearsal = %+v", r)
	}
	setPolicy(t, admin, root, elsewhere).WantProblem(http.StatusConflict, iam.CodeConfirmSelf)
	jo.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	// With administrators exempt, only Jo is locked out.
	const exempt = `{"allowlist":{"value":{"enabled":true,"exempt_admins":true,"rules":[{"addresses":"203.0.113.0/24","enabled":true}]}}}`
	admin.Do(http.MethodPost, policyPath(root)+"/rehearsal", exempt).Want(http.StatusOK, &r)
	if r.LockedOut.People != 1 || r.LockedOut.First[0].ID != jo.ID || r.SelfLockedOut {
		t.Errorf("rehearsal = %+v", r)
	}
	setPolicy(t, admin, root, exempt).Want(http.StatusOK, nil)
	jo.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
	admin.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
	setPolicy(t, admin, root, `{"confirm_self":true,`+elsewhere[1:]).Want(http.StatusOK, nil)
	admin.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
}

// A session that is idle for longer than the new policy allows is over.
func TestRehearsalOfIdleLogout(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		boss := w.Tenant("northwind")
		di := boss.Person("Di", iam.TypeAgent)
		w.Clock.Advance(20 * time.Minute)
		boss.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		var r api.Rehearsal
		boss.Do(http.MethodPost, policyPath(boss.Session.Organization.ID)+"/rehearsal", `{"idle_minutes":{"value":15}}`).Want(http.StatusOK, &r)
		if r.SignedOut.People != 1 || r.SignedOut.First[0].ID != di.ID || r.SelfSignedOut {
			t.Errorf("rehearsal = %+v", r)
		}
	})
}

// What counts while logged in as somebody else is from where the person who really
// sits there may come; and what one works by is not taken back unawares. covers E-11
func TestNobodyLocksThemselvesOutAsSomebodyElse(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		withAddresses(w)
		admin := w.Tenant("northwind")
		root := admin.Session.Organization.ID
		var role api.Role
		admin.Do(http.MethodPost, "/roles", `{"name":"Keeper","permissions":["policies.manage"]}`).Want(http.StatusCreated, &role)
		tia := admin.Person("Tia", iam.TypeMember, string(role.ID))
		const list = `"value":{"enabled":true,"exempt_admins":%s,"rules":[{"addresses":"203.0.113.0/24","enabled":true}]}}}`
		exempt := `{"allowlist":{` + strings.Replace(list, "%s", "true", 1)
		everybody := `{"allowlist":{` + strings.Replace(list, "%s", "false", 1)
		setPolicy(t, admin, root, exempt).Want(http.StatusOK, nil)
		p := tia.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		var e api.IPException
		admin.Do(http.MethodPost, "/ip-exceptions", map[string]any{"code": p.RefusalCode, "until": w.Clock.Now().Add(time.Hour)}).Want(http.StatusCreated, &e)
		tia.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)

		as := logInAs(t, admin, tia.ID)
		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		var r api.Rehearsal
		as.Do(http.MethodPost, policyPath(root)+"/rehearsal", everybody).Want(http.StatusOK, &r)
		// Two sessions of the administrator's: their own, and the one as Tia.
		if !r.SelfLockedOut || r.LockedOut.People != 1 || r.LockedOut.First[0].ID != admin.ID || r.LockedOut.Sessions != 2 {
			t.Errorf("rehearsal as Tia = %+v", r)
		}
		setPolicy(t, as, root, everybody).WantProblem(http.StatusConflict, iam.CodeConfirmSelf)
		admin.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)

		// The administrator is exempt, so that taking back Tia's exception locks out Tia alone.
		one := "/ip-exceptions/" + string(e.ID)
		tia.Do(http.MethodDelete, one, nil).WantProblem(http.StatusConflict, iam.CodeConfirmSelf)
		tia.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		tia.Do(http.MethodDelete, one+"?confirm_self=true", nil).Want(http.StatusNoContent, nil)
		tia.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		admin.Do(http.MethodPost, "/ip-exceptions", map[string]any{"code": p.RefusalCode, "until": w.Clock.Now().Add(time.Hour)}).Want(http.StatusCreated, &e)
		as.Do(http.MethodDelete, "/ip-exceptions/"+string(e.ID), nil).Want(http.StatusNoContent, nil)
	})
}

func TestPoliciesFlowDownAndLock(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, sister := w.Tenant("northwind"), w.Tenant("fabrikam")
		root := admin.Session.Organization.ID
		var below api.Organization
		admin.Do(http.MethodPost, "/organizations", `{"name":"Below"}`).Want(http.StatusCreated, &below)
		setPolicy(t, admin, root, `{"idle_minutes":{"value":30},"password_length":{"value":16,"locked":true}}`).Want(http.StatusOK, nil)
		var p api.Policy
		admin.Do(http.MethodGet, policyPath(below.ID), nil).Want(http.StatusOK, &p)
		if p.IdleMinutes.Own != nil || p.IdleMinutes.Effective != 30 || *p.IdleMinutes.From.OrganizationID != root || p.IdleMinutes.Above.Locked {
			t.Errorf("idle = %+v", p.IdleMinutes)
		}
		if p.PasswordLength.Effective != 16 || !p.PasswordLength.Above.Locked {
			t.Errorf("password length = %+v", p.PasswordLength)
		}
		if refused := setPolicy(t, admin, below.ID, `{"password_length":{"value":8}}`).WantProblem(http.StatusForbidden, iam.CodeLocked); refused.Reason != "locked_above" {
			t.Errorf("reason %q", refused.Reason)
		}
		setPolicy(t, admin, below.ID, `{"idle_minutes":{"value":0}}`).Want(http.StatusOK, &p)
		// Off is off as far as the installation goes, which ends sessions after an hour.
		if p.IdleMinutes.Effective != 60 || *p.IdleMinutes.Own != 0 || p.IdleMinutes.From.OrganizationID != nil || *p.IdleMinutes.Most != 60 || *p.LifetimeMinutes.Most != 720 {
			t.Errorf("idle = %+v", p.IdleMinutes)
		}
		// What is locked is used: for people above and below.
		body := person("Di", "di@northwind.example", iam.TypeMember)
		body["organization_id"], body["password"] = below.ID, "plum jacket 7r"
		admin.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		sister.Do(http.MethodGet, policyPath(below.ID), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		sister.Do(http.MethodPut, policyPath(root), `{}`, apitest.Header("If-Match", `"1"`)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		// Of two who change it, the second looks again.
		admin.Do(http.MethodPut, policyPath(root), `{}`, apitest.Header("If-Match", `"0"`)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	})
}

func TestPoliciesRefuseWhatMakesNoSense(t *testing.T) {
	apitest.Each(t, policiesRefuseWhatMakesNoSense)
}

func policiesRefuseWhatMakesNoSense(t *testing.T, w *apitest.World) {
	admin := w.Tenant("northwind")
	root := admin.Session.Organization.ID
	rule := func(a string) string {
		return `{"allowlist":{"value":{"enabled":true,"rules":[{"addresses":"` + a + `","enabled":true}]}}}`
	}
	for body, code := range map[string]string{
		rule("::/0"): "everything", rule("0.0.0.0/0"): "everything",
		`{"allowlist":{"value":{"enabled":true,"rules":[{"addresses":"0.0.0.0/1","enabled":true},{"addresses":"128.0.0.0/1","enabled":true}]}}}`: "everything",
		`{"idle_minutes":{"value":1e30}}`: "too_large",
		rule("192.0.2.9-192.0.2.1"):       "turned_around", rule("office"): "malformed",
		`{"allowlist":{"value":{"enabled":true,"rules":[]}}}`: "nobody",
		`{"allowlist":{"value":{"enabled":false,"rules":[{"addresses":"192.0.2.1","enabled":true},{"addresses":"192.0.2.1/32","enabled":true}]}}}`: "twice",
		`{"idle_minutes":{"value":481}}`: "out_of_range", `{"idle_minutes":{"value":4}}`: "out_of_range", `{"lifetime_minutes":{"value":4}}`: "out_of_range", `{"password_length":{"value":7}}`: "out_of_range",
		`{"temporary_password_hours":{"value":0}}`: "out_of_range",
	} {
		p := setPolicy(t, admin, root, body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Code != code || strings.Contains(p.Errors[0].Detail, "%") {
			t.Errorf("%s: %+v, want %s", body, p.Errors, code)
		}
	}
	// What was set for less from earlier holds until it is changed.
	if err := w.Store.Write(t.Context(), func(tx iam.Tx) error {
		p, err := tx.Policy(t.Context(), admin.Session.Tenant.ID, root)
		if err != nil {
			return err
		}
		p.Idle = &iam.Setting[time.Duration]{Value: 3 * time.Minute}
		return tx.SetPolicy(t.Context(), admin.Session.Tenant.ID, p)
	}); err != nil {
		t.Fatal(err)
	}
	setPolicy(t, admin, root, `{"idle_minutes":{"value":3},"password_length":{"value":16}}`).Want(http.StatusOK, nil)
	admin.Do(http.MethodPost, policyPath(root)+"/rehearsal", `{"idle_minutes":{"value":3},"password_length":{"value":17}}`).Want(http.StatusOK, nil)
	setPolicy(t, admin, root, `{"idle_minutes":{"value":2}}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	// Codes can't be found by trying.
	for range 10 {
		admin.Do(http.MethodPost, "/ip-refusals/lookup", `{"code":"AAAA-AAAA"}`).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	}
	admin.Do(http.MethodPost, "/ip-refusals/lookup", `{"code":"AAAA-AAAB"}`).WantProblem(http.StatusTooManyRequests, iam.CodeThrottled)
}
