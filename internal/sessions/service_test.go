package sessions_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

const secret = "plausible-otter-42-umbrella"

var from = sessions.Client{IP: "192.0.2.7", UserAgent: "Test/1", RequestID: "req_1"}

// outbox remembers what was to be mailed.
type outbox struct {
	mu    sync.Mutex
	mails []map[string]string
	// rehearsed is how many were written for nobody.
	rehearsed int
}

func (o *outbox) Enqueue(_ context.Context, _ iam.Tx, _ *iam.Tenant, to *iam.User, kind string, data map[string]string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	m := map[string]string{"kind": kind, "to": to.Email}
	maps.Copy(m, data)
	o.mails = append(o.mails, m)
	return nil
}

func (o *outbox) Rehearse(context.Context, iam.Tx, *iam.Tenant, *iam.User, string, map[string]string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rehearsed++
	return nil
}

func (o *outbox) last(t *testing.T, kind string) map[string]string {
	t.Helper()
	for _, v := range slices.Backward(o.mails) {
		if v["kind"] == kind {
			return v
		}
	}
	t.Fatalf("no mail %s among %v", kind, o.mails)
	return nil
}

type fixture struct {
	*tenanttest.Kit
	s      *sessions.Service
	hasher *password.Hasher
	mails  *outbox
	t      *testing.T
}

func setup(t *testing.T) *fixture {
	t.Helper()
	return setupIn(t, storetest.SQLite(t))
}

func setupIn(t *testing.T, db storetest.DB) *fixture {
	t.Helper()
	k := tenanttest.In(t, db)
	hasher, err := password.NewHasher(password.Config{MemoryKiB: 8192, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{Kit: k, hasher: hasher, mails: &outbox{}, t: t}
	f.s, err = sessions.New(sessions.Deps{
		Store: k.Store, IDs: k.IDs, Clock: k.Clock, Hasher: hasher, Policy: &password.Policy{}, Mailer: f.mails,
		Directories: authz.NewCache(k.Store, k.Clock),
		Config:      sessions.Config{Lifetime: 24 * time.Hour, Idle: time.Hour, ResetLifetime: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	k.OnAccessChanged(f.s.Invalidate)
	return f
}

// change writes a user as fn leaves it.
func (f *fixture) change(u *iam.User, fn func(*iam.User)) {
	f.t.Helper()
	f.Change(u.ID, fn)
}

// person is somebody who can sign in with secret.
func (f *fixture) person(p tenanttest.Person) *iam.User {
	f.t.Helper()
	u := f.User(p)
	hash, err := f.hasher.Hash(f.t.Context(), secret)
	if err != nil {
		f.t.Fatal(err)
	}
	f.change(u, func(u *iam.User) { u.PasswordHash = hash })
	return u
}

func (f *fixture) signIn(u *iam.User, pw string) (*sessions.SignedIn, error) {
	return f.s.SignIn(f.t.Context(), sessions.SignIn{Email: u.Email, Password: pw, From: from})
}

func (f *fixture) mustSignIn(u *iam.User) *sessions.SignedIn {
	f.t.Helper()
	in, err := f.signIn(u, secret)
	if err != nil {
		f.t.Fatal(err)
	}
	return in
}

func (f *fixture) wantCode(err error, code iam.Code) {
	f.t.Helper()
	if iam.CodeOf(err) != code {
		f.t.Fatalf("got %v, want code %q", err, code)
	}
}

func TestSignIn(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	in := f.mustSignIn(u)
	p, err := f.s.Authenticate(t.Context(), in.Token)
	if err != nil || p.User.ID != u.ID || !p.Caller.Has(iam.PermConversationsHandle) || p.Caller.Has(iam.PermUsersRead) {
		t.Fatalf("%v %+v", err, p)
	}
	if p.User.LastSignInAt.IsZero() {
		t.Error("the sign-in was not recorded")
	}
	_, err = f.s.SignIn(t.Context(), sessions.SignIn{Email: "  " + strings.ToUpper(u.Email), Password: secret, From: from})
	f.wantCode(err, "")
	_, err = f.signIn(u, "wrong")
	f.wantCode(err, iam.CodeInvalidCredentials)
	wrong := err.Error()
	_, err = f.s.SignIn(t.Context(), sessions.SignIn{Email: "nobody@example.com", Password: "wrong", From: from})
	if err == nil || err.Error() != wrong {
		t.Errorf("an unknown account answers %v, a wrong password %v", err, wrong)
	}
	if got := len(f.Events("session.created")); got != 4 {
		t.Errorf("%d events, want 4", got)
	}
	for _, e := range f.Events("session.created") {
		if strings.Contains(e.TargetName+e.ActorName+e.Reason, "nobody") {
			t.Errorf("the log repeats what a stranger typed: %+v", e)
		}
	}
}

func TestTokensThatAreNone(t *testing.T) {
	f := setup(t)
	for _, token := range []string{"", "x", "rtn_x", strings.Repeat("x", 1<<20), "\x00"} {
		_, err := f.s.Authenticate(t.Context(), token)
		f.wantCode(err, iam.CodeUnauthenticated)
	}
}

// Suspending ends what is open at once; who knows the password learns why.
// covers D-11
func TestSuspended(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	in := f.mustSignIn(u)
	f.change(u, func(u *iam.User) { u.Status = iam.StatusSuspended })
	_, err := f.s.Authenticate(t.Context(), in.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	_, err = f.signIn(u, secret)
	f.wantCode(err, iam.CodeAccountSuspended)
	_, err = f.signIn(u, "wrong")
	f.wantCode(err, iam.CodeInvalidCredentials)
}

// Another node has only its clock to know by: a second later it looks again.
func TestAnotherNodeLearnsWithinASecond(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	in := f.mustSignIn(u)
	f.OnAccessChanged(func(iam.TenantID) {}) // as if the change came from elsewhere
	f.change(u, func(u *iam.User) { u.Status = iam.StatusSuspended })
	f.Clock.Advance(time.Second)
	_, err := f.s.Authenticate(t.Context(), in.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
}

func TestSessionsEnd(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	idle, absolute := f.mustSignIn(u), f.mustSignIn(u)
	for range 23 {
		f.Clock.Advance(59 * time.Minute)
		_, err := f.s.Authenticate(t.Context(), absolute.Token)
		f.wantCode(err, "")
	}
	_, err := f.s.Authenticate(t.Context(), idle.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	f.Clock.Advance(59 * time.Minute)
	_, err = f.s.Authenticate(t.Context(), absolute.Token)
	f.wantCode(err, "")
	f.Clock.Advance(30 * time.Minute)
	_, err = f.s.Authenticate(t.Context(), absolute.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
}

// The last use survives a restart once it is flushed.
func TestFlush(t *testing.T) {
	f := setup(t)
	in := f.mustSignIn(f.person(tenanttest.Person{Type: iam.TypeAgent}))
	f.Clock.Advance(50 * time.Minute)
	if _, err := f.s.Authenticate(t.Context(), in.Token); err != nil {
		t.Fatal(err)
	}
	if err := f.s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.SessionsOf(ctx, f.Tenant.ID, in.Session.User)
		if err == nil && !list[0].LastUsedAt.Equal(f.Clock.Now()) {
			t.Errorf("last used %v", list[0].LastUsedAt)
		}
		return err
	})
}

func TestThrottle(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	for range 5 {
		_, err := f.signIn(u, "wrong")
		f.wantCode(err, iam.CodeInvalidCredentials)
	}
	_, err := f.signIn(u, secret)
	f.wantCode(err, iam.CodeThrottled)
	if !strings.Contains(err.Error(), "30 seconds") {
		t.Errorf("must say when to try again: %v", err)
	}
	// From elsewhere the right password still works.
	other := sessions.Client{IP: "198.51.100.1"}
	_, err = f.s.SignIn(t.Context(), sessions.SignIn{Email: u.Email, Password: secret, From: other})
	f.wantCode(err, "")
	f.Clock.Advance(30 * time.Second)
	f.mustSignIn(u)
	// A success forgets the failures before it.
	for range 4 {
		_, err := f.signIn(u, "wrong")
		f.wantCode(err, iam.CodeInvalidCredentials)
	}
	f.mustSignIn(u)
}

// Guesses at one instant get no further than guesses one after the other.
func TestThrottleAtOnce(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	codes := make(chan iam.Code, 20)
	var wg sync.WaitGroup
	for range cap(codes) {
		wg.Go(func() {
			_, err := f.signIn(u, "wrong")
			codes <- iam.CodeOf(err)
		})
	}
	wg.Wait()
	close(codes)
	checked := 0
	for code := range codes {
		if code == iam.CodeInvalidCredentials {
			checked++
		} else if code != iam.CodeThrottled {
			t.Errorf("a guess is answered with %q", code)
		}
	}
	if checked != 5 {
		t.Errorf("%d of %d guesses were checked, want 5", checked, cap(codes))
	}
}

// An unknown account is throttled the same, so that it can't be told apart.
func TestThrottleTellsNothing(t *testing.T) {
	f := setup(t)
	f.person(tenanttest.Person{Type: iam.TypeAgent})
	try := func() error {
		_, err := f.s.SignIn(t.Context(), sessions.SignIn{Email: "nobody@example.com", Password: "x", From: from})
		return err
	}
	for range 5 {
		f.wantCode(try(), iam.CodeInvalidCredentials)
	}
	f.wantCode(try(), iam.CodeThrottled)
}

// Failing for everybody from one address stops strangers there, but nobody who
// has signed in from it before: an office is not locked out.
func TestAddressThrottleSparesKnownPeople(t *testing.T) {
	f := setup(t)
	known, stranger := f.person(tenanttest.Person{Type: iam.TypeAgent}), f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.mustSignIn(known)
	for i := range 100 {
		email := strings.Repeat("x", i+1) + "@example.com"
		_, err := f.s.SignIn(t.Context(), sessions.SignIn{Email: email, Password: "x", From: from})
		f.wantCode(err, iam.CodeInvalidCredentials)
	}
	_, err := f.signIn(stranger, secret)
	f.wantCode(err, iam.CodeThrottled)
	f.mustSignIn(known)
}

func TestServicesDoNotSignIn(t *testing.T) {
	f := setup(t)
	for _, typ := range []iam.UserType{iam.TypeService, iam.TypeClient} {
		_, err := f.signIn(f.person(tenanttest.Person{Type: typ}), secret)
		f.wantCode(err, iam.CodeInvalidCredentials)
	}
}

// With two tenants the short name or the host tells which is meant; the same
// address in the other is somebody else.
func TestTenants(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	other := f.Other()
	_, err := f.signIn(u, secret)
	f.wantCode(err, iam.CodeInvalid) // which tenant?
	in := sessions.SignIn{Tenant: f.Tenant.ShortName, Email: u.Email, Password: secret, From: from}
	_, err = f.s.SignIn(t.Context(), in)
	f.wantCode(err, "")
	in.Tenant = other.Tenant.ShortName
	_, err = f.s.SignIn(t.Context(), in)
	f.wantCode(err, iam.CodeInvalidCredentials)
	in.Tenant = "no-such-tenant"
	_, err = f.s.SignIn(t.Context(), in)
	f.wantCode(err, iam.CodeInvalidCredentials)
}

// One's own sessions, and another's only with the permission and never those of
// another tenant.
func TestListAndEnd(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	a, b := f.mustSignIn(u), f.mustSignIn(u)
	own := a.Principal.Caller
	list, err := f.s.List(t.Context(), &own, u.ID)
	if err != nil || len(list) != 2 || list[0].Current == list[1].Current {
		t.Fatalf("%v %+v", err, list)
	}
	f.wantCode(f.s.End(t.Context(), &own, u.ID, b.Session.ID), "")
	_, err = f.s.Authenticate(t.Context(), b.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	f.wantCode(f.s.End(t.Context(), &own, u.ID, b.Session.ID), iam.CodeNotFound)

	colleague := f.CallerWith()
	_, err = f.s.List(t.Context(), colleague, u.ID)
	f.wantCode(err, iam.CodeForbidden)
	admin := f.Caller(f.Admin)
	_, err = f.s.List(t.Context(), admin, u.ID)
	f.wantCode(err, "")

	stranger := f.Other()
	_, err = f.s.List(t.Context(), stranger.Caller(stranger.Admin), u.ID)
	f.wantCode(err, iam.CodeNotFound)
	_, err = f.s.EndAll(t.Context(), stranger.Caller(stranger.Admin), u.ID)
	f.wantCode(err, iam.CodeNotFound)
	_, err = f.s.Authenticate(t.Context(), a.Token)
	f.wantCode(err, "")

	n, err := f.s.EndAll(t.Context(), admin, u.ID)
	if err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	lesser := f.CallerWith(iam.PermSessionsRevoke)
	_, err = f.s.EndAll(t.Context(), lesser, f.Admin.ID)
	f.wantCode(err, iam.CodeEscalation)
}

func TestSignOut(t *testing.T) {
	f := setup(t)
	in := f.mustSignIn(f.person(tenanttest.Person{Type: iam.TypeAgent}))
	c := in.Principal.Caller
	f.wantCode(f.s.SignOut(t.Context(), &c), "")
	f.wantCode(f.s.SignOut(t.Context(), &c), "") // the second click
	_, err := f.s.Authenticate(t.Context(), in.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
}

// Many at once get the same principal and no race.
func TestAuthenticateConcurrently(t *testing.T) {
	f := setup(t)
	in := f.mustSignIn(f.person(tenanttest.Person{Type: iam.TypeAgent}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if _, err := f.s.Authenticate(t.Context(), in.Token); err != nil {
					t.Error(err)
					return
				}
				f.s.Invalidate(f.Tenant.ID)
			}
		})
	}
	for range 20 {
		if err := f.s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}
