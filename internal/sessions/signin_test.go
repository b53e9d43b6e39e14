package sessions_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
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

// A wrong password takes as long as is set, whatever it is compared with: who has
// a quick hash, a slow one or none can't be told apart. What it is compared with
// here takes a few milliseconds at most.
func TestWrongPasswordsTakeTheirTime(t *testing.T) {
	f := setup(t)
	const least = 150 * time.Millisecond
	deps := f.s.Deps
	deps.Config.Refusal = least
	slow, err := sessions.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	native := f.person(tenanttest.Person{Type: iam.TypeAgent})
	imported := f.User(tenanttest.Person{Type: iam.TypeAgent})
	f.change(imported, func(u *iam.User) {
		u.PasswordHash = "$2a$04$Q0kbHCyXyHZ6mIEfOsTUWOaXWxXnuIlqfDB5bjQ8FeLbrxfDp0zcS"
	})
	for name, in := range map[string]sessions.SignIn{
		"ours":              {Email: native.Email, Password: "wrong"},
		"imported":          {Email: imported.Email, Password: "wrong"},
		"no account":        {Email: "nobody@example.com", Password: "wrong"},
		"no tenant":         {Tenant: "no-such-tenant", Email: native.Email, Password: "wrong"},
		"too long to check": {Email: native.Email, Password: strings.Repeat("x", 5000)},
	} {
		in.From = from
		took := clock.Start()
		if _, err := slow.SignIn(t.Context(), in); iam.CodeOf(err) != iam.CodeInvalidCredentials {
			t.Errorf("%s: %v", name, err)
		}
		if got := took.Elapsed(); got < least {
			t.Errorf("%s: answered after %v, want %v", name, got, least)
		}
	}
	gone, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	deps.Config.Refusal = time.Hour
	if slow, err = sessions.New(deps); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.SignIn(gone, sessions.SignIn{Email: native.Email, Password: secret, From: from}); err != nil || gone.Err() != nil {
		t.Errorf("the right password: %v, %v", err, gone.Err())
	}
}

// Where there are several, whoever names none is asked which, and nothing is counted.
func TestSignInAsksForTheTenant(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.mustSignIn(u) // with one, there is nothing to ask
	f.Other()
	for range 20 {
		_, err := f.s.SignIn(t.Context(), sessions.SignIn{Tenant: " ", Email: u.Email, Password: secret, From: from})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/tenant")
		tenanttest.Refused(t, f.s.RequestReset(t.Context(), "", "", u.Email, from), iam.CodeInvalid, "/tenant")
	}
	_, err := f.s.SignIn(t.Context(), sessions.SignIn{Tenant: f.Tenant.ShortName, Email: u.Email, Password: secret, From: from})
	f.wantCode(err, "")
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

// Whoever makes up a tenant for each attempt, or each wish for a link, does not begin
// anew with each.
func TestManyUnknownTenants(t *testing.T) {
	f := setup(t)
	f.Other()
	client := from
	client.IP = "203.0.113.9"
	try := func(i int, client sessions.Client) error {
		_, err := f.s.SignIn(t.Context(), sessions.SignIn{Tenant: fmt.Sprint("made-up-", i), Email: "x@example.com", Password: "x", From: client})
		return err
	}
	ask := func(i int, client sessions.Client) error {
		return f.s.RequestReset(t.Context(), "", fmt.Sprint("made-up-", i), "x@example.com", client)
	}
	for what, do := range map[string]func(int, sessions.Client) error{"sign in": try, "ask": ask} {
		i := 0
		for ; i < 1100; i++ {
			if iam.CodeOf(do(i, client)) == iam.CodeThrottled {
				break
			}
		}
		if i != 1000 {
			t.Errorf("%s: throttled after %d", what, i)
		}
		writes := f.countWrites(func() {
			for range 20 {
				i++
				f.wantCode(do(i, client), iam.CodeThrottled)
			}
		})
		if writes > 0 {
			t.Errorf("%s: %d writes when it is throttled", what, writes)
		}
		elsewhere := client
		elsewhere.IP = "203.0.113.10"
		if err := do(i, elsewhere); iam.CodeOf(err) == iam.CodeThrottled {
			t.Errorf("%s: another address is throttled, too", what)
		}
		f.Clock.Advance(time.Minute)
		if err := do(i, client); iam.CodeOf(err) == iam.CodeThrottled {
			t.Errorf("%s: still throttled after a minute: %v", what, err)
		}
	}
}

// Whoever knew the password until it was changed, and signs in at that instant, is
// not in afterwards. covers D-10
func TestSignInWhileThePasswordIsReset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		f := setupIn(t, db)
		u := f.person(tenanttest.Person{Type: iam.TypeAgent})
		done := make(chan error, 1)
		var in *sessions.SignedIn
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.ID)
			if err != nil {
				return err
			}
			after := *before
			after.PasswordHash, after.MustChangePassword = "$2b$04$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01", true
			if err := tx.UpdateUser(ctx, f.Tenant.ID, before, &after); err != nil {
				return err
			}
			if _, err := tx.EndSessions(ctx, f.Tenant.ID, u.ID, ""); err != nil {
				return err
			}
			go func() {
				var err error
				in, err = f.signIn(u, secret)
				done <- err
			}()
			time.Sleep(300 * time.Millisecond) // it waits for this transaction, wherever it is by then
			return nil
		})
		if err := <-done; err == nil {
			if _, err := f.s.Authenticate(t.Context(), in.Token); err == nil {
				t.Error("the session outlives the reset")
			}
		}
	})
}

// However many wrong passwords come at one instant from one address, hardly more
// are checked than the counters allow; whoever signed in from there before is let
// in meanwhile, and others from elsewhere are.
//
func TestManyWrongPasswordsAtOnce(t *testing.T) {
	f := setup(t)
	known := f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.mustSignIn(known)
	elsewhere := f.person(tenanttest.Person{Type: iam.TypeAgent})
	var wrong, held atomic.Int64
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() {
			_, err := f.s.SignIn(t.Context(), sessions.SignIn{
				Tenant: f.Tenant.ShortName, Email: fmt.Sprintf("nobody%d@example.com", i), Password: "x", From: from,
			})
			switch iam.CodeOf(err) {
			case iam.CodeInvalidCredentials:
				wrong.Add(1)
			case iam.CodeThrottled:
				held.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	f.mustSignIn(known)
	_, err := f.s.SignIn(t.Context(), sessions.SignIn{
		Tenant: f.Tenant.ShortName, Email: elsewhere.Email, Password: secret, From: sessions.Client{IP: "198.51.100.77"},
	})
	f.wantCode(err, "")
	all.Wait()
	if wrong.Load() < 100 || wrong.Load() > 110 || wrong.Load()+held.Load() != 400 {
		t.Errorf("%d were checked, and %d held back", wrong.Load(), held.Load())
	}
}
