package sessions_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/tenanttest"
)

// reasons are those of the failures of an action, the oldest first.
func (f *fixture) reasons(action string) string {
	f.t.Helper()
	var out []string
	for _, e := range f.Events(action) {
		if e.Outcome == iam.OutcomeFailure {
			out = append([]string{e.Reason}, out...)
		}
	}
	return strings.Join(out, " ")
}

// Signing in to a tenant that does not exist is answered, slowed down and
// written down as to one that does.
func TestSignInDoesNotTellWhichTenantsExist(t *testing.T) {
	f := setup(t)
	f.Other() // with one tenant, its name is not asked for
	answers := func(tenant string) (out []string) {
		for i := range 8 {
			client := from
			client.IP = "203.0.113.1"
			_, err := f.s.SignIn(t.Context(), sessions.SignIn{Tenant: tenant, Email: "nobody@example.com", Password: fmt.Sprint(i), From: client})
			out = append(out, fmt.Sprint(err))
		}
		return out
	}
	there, missing := answers(f.Tenant.ShortName), answers("no-such-tenant")
	if fmt.Sprint(there) != fmt.Sprint(missing) {
		t.Errorf("a tenant that exists answers\n%q\none that does not\n%q", there, missing)
	}
	if last := missing[len(missing)-1]; !strings.HasPrefix(last, string(iam.CodeThrottled)) {
		t.Errorf("the last attempt at an unknown tenant is answered %q", last)
	}
	if again := answers(" NO-such-tenant"); !strings.HasPrefix(again[0], string(iam.CodeThrottled)) {
		t.Errorf("written otherwise it is another tenant: %q", again[0])
	}
}

// As many rows are written for a tenant that does not exist, so that the time
// does not tell either.
func TestSignInWritesTheSameForUnknownTenants(t *testing.T) {
	f := setup(t)
	f.Other()
	for _, tenant := range []string{f.Tenant.ShortName, "no-such-tenant"} {
		writes := f.countWrites(func() {
			_, err := f.s.SignIn(t.Context(), sessions.SignIn{Tenant: tenant, Email: "x@example.com", Password: "x", From: from})
			f.wantCode(err, iam.CodeInvalidCredentials)
		})
		if writes != 1 {
			t.Errorf("an attempt at %s makes %d transactions that write, want 1", tenant, writes)
		}
	}
}

// countWrites counts the transactions that write during fn.
func (f *fixture) countWrites(fn func()) int {
	inner := f.s.Store
	counting := &countingStore{Store: inner}
	f.s.Store = counting
	defer func() { f.s.Store = inner }()
	fn()
	return counting.writes
}

type countingStore struct {
	iam.Store

	writes int
}

func (c *countingStore) Write(ctx context.Context, fn func(iam.Tx) error) error {
	c.writes++
	return c.Store.Write(ctx, fn)
}

// Every attempt is in the log, with why it failed; of those that are stopped
// before a password is looked at, one a minute, so that nobody can flood it.
func TestEverySignInIsLogged(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	for range 5 {
		_, err := f.signIn(u, "wrong")
		f.wantCode(err, iam.CodeInvalidCredentials)
	}
	for range 20 {
		_, err := f.signIn(u, secret)
		f.wantCode(err, iam.CodeThrottled)
	}
	if got, want := f.reasons("session.created"), strings.Repeat("wrong_password ", 5)+"throttled"; got != want {
		t.Fatalf("logged %q, want %q", got, want)
	}
	if e := f.Events("session.created")[0]; e.TargetID != string(u.ID) || e.IP != from.IP {
		t.Errorf("the event of the throttled attempt is %+v", e)
	}
	f.Clock.Advance(29 * time.Second)
	_, err := f.signIn(u, secret)
	f.wantCode(err, iam.CodeThrottled)
	if got := strings.Count(f.reasons("session.created"), "throttled"); got != 1 {
		t.Errorf("%d in the same minute", got)
	}
	for range 4 { // wrong, and held for longer and longer
		f.Clock.Advance(2 * time.Minute)
		_, _ = f.signIn(u, "wrong")
	}
	_, err = f.signIn(u, secret)
	f.wantCode(err, iam.CodeThrottled)
	if got := strings.Count(f.reasons("session.created"), "throttled"); got != 2 {
		t.Errorf("%d throttled attempts logged, want one more", got)
	}
}

// Whoever knows the password and is refused all the same is in the log, too.
func TestSignInToASuspendedOrganizationIsLogged(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	u := f.person(tenanttest.Person{Type: iam.TypeAgent, Org: client})
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		o, err := tx.Org(ctx, f.Tenant.ID, client)
		if err != nil {
			return err
		}
		o.Status = iam.StatusSuspended
		tx.AccessChanged(f.Tenant.ID)
		return tx.UpdateOrg(ctx, f.Tenant.ID, o)
	})
	_, err := f.signIn(u, secret)
	f.wantCode(err, iam.CodeOrganizationSuspended)
	if got := f.reasons("session.created"); got != "organization_suspended" {
		t.Errorf("logged %q", got)
	}
}

// A mistyped current password is no sign-in that failed.
func TestWrongCurrentPasswordIsLoggedAsWhatItIs(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	in := f.mustSignIn(u)
	c := in.Principal.Caller
	f.wantCode(f.s.ChangePassword(t.Context(), in.Principal, &c, "wrong", "violet-harbour-93-kettle"), iam.CodeInvalid)
	f.wantCode(f.s.ConfirmPassword(t.Context(), in.Principal, &c, "wrong"), iam.CodeInvalid)
	if got := f.reasons("session.created"); got != "" {
		t.Errorf("logged as sign-ins: %q", got)
	}
	for _, action := range []string{"user.password_changed", "user.password_confirmed"} {
		if got := f.reasons(action); got != "wrong_password" {
			t.Errorf("%s failed: %q", action, got)
		} else if e := f.Events(action)[0]; e.ActorID != string(u.ID) {
			t.Errorf("%s has no actor: %+v", action, e)
		}
	}
}

// Signing in anew ends the session that the browser had; that of another
// browser goes on.
func TestSignInEndsTheSessionItReplaces(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	elsewhere, old := f.mustSignIn(u), f.mustSignIn(u)
	again := from
	again.Token = old.Token
	_, err := f.s.SignIn(t.Context(), sessions.SignIn{Email: u.Email, Password: "wrong", From: again})
	f.wantCode(err, iam.CodeInvalidCredentials)
	_, err = f.s.Authenticate(t.Context(), old.Token)
	f.wantCode(err, "") // a wrong password signs nobody out
	_, err = f.s.SignIn(t.Context(), sessions.SignIn{Email: u.Email, Password: secret, From: again})
	f.wantCode(err, "")
	_, err = f.s.Authenticate(t.Context(), old.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	_, err = f.s.Authenticate(t.Context(), elsewhere.Token)
	f.wantCode(err, "")
	if ended := f.Events("session.ended"); len(ended) != 1 || ended[0].TargetID != string(old.Session.ID) {
		t.Errorf("logged %+v", ended)
	}
	for _, token := range []string{"", "rtn_x", strings.Repeat("x", 1000), "\x00", old.Token} {
		again.Token = token
		_, err := f.s.SignIn(t.Context(), sessions.SignIn{Email: u.Email, Password: secret, From: again})
		f.wantCode(err, "")
	}
}
