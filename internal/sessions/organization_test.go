package sessions_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// staff is somebody of the agency who also acts in the clients' organizations,
// signed in, and a client organization with one below it.
func (f *fixture) staff() (u *iam.User, token string, client, below iam.OrgID) {
	f.t.Helper()
	client = f.Org("Client", "")
	below = f.Org("Below", client)
	u = f.User(tenanttest.Person{Type: iam.TypeAgent, Descendants: true})
	in, err := f.s.OpenFor(f.t.Context(), f.Tenant, u, from)
	if err != nil {
		f.t.Fatal(err)
	}
	return u, in.Token, client, below
}

func (f *fixture) suspend(org iam.OrgID, status iam.Status) {
	f.t.Helper()
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		o, err := tx.Org(ctx, f.Tenant.ID, org)
		if err != nil {
			return err
		}
		o.Status = status
		tx.AccessChanged(f.Tenant.ID)
		return tx.UpdateOrg(ctx, f.Tenant.ID, o)
	})
}

func TestEachRequestSaysWhereItActs(t *testing.T) {
	f := setup(t)
	_, token, client, below := f.staff()
	for _, org := range []iam.OrgID{below, "", client, below, ""} {
		p, err := f.s.AuthenticateIn(t.Context(), token, org)
		want := org
		if org == "" {
			want = f.Root
		}
		if err != nil || p.Caller.Org != want || p.Org.ID != want || p.Caller.InRoot != (want == f.Root) {
			t.Fatalf("in %q: %+v, %v", org, p, err)
		}
		if !p.Caller.Has(iam.PermConversationsHandle) {
			t.Errorf("in %q an agent may not handle conversations", want)
		}
	}
	other := f.Other()
	for _, org := range []iam.OrgID{"org_nothing", other.Root} {
		_, err := f.s.AuthenticateIn(t.Context(), token, org)
		tenanttest.Refused(t, err, iam.CodeNotMember, "")
	}
	// Somebody of one organization acts in no other, not even below.
	member := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	in, err := f.s.OpenFor(t.Context(), f.Tenant, member, from)
	if err != nil {
		t.Fatal(err)
	}
	for _, org := range []iam.OrgID{f.Root, below} {
		_, err := f.s.AuthenticateIn(t.Context(), in.Token, org)
		tenanttest.Refused(t, err, iam.CodeNotMember, "")
	}
}

func TestSwitchOrganization(t *testing.T) {
	f := setup(t)
	u, token, client, below := f.staff()
	p, err := f.s.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Caller
	if err := f.s.SwitchOrganization(t.Context(), &c, below); err != nil {
		t.Fatal(err)
	}
	if p, err = f.s.Authenticate(t.Context(), token); err != nil || p.Caller.Org != below {
		t.Errorf("acts in %v, %v", p, err)
	}
	// A tab that says where it is stays there.
	if p, err = f.s.AuthenticateIn(t.Context(), token, client); err != nil || p.Caller.Org != client {
		t.Errorf("acts in %v, %v", p, err)
	}
	if events := f.Events("session.switched"); len(events) != 1 || events[0].TargetName != "Below" || events[0].ActorID != string(u.ID) {
		t.Errorf("events = %+v", events)
	}
	tenanttest.Refused(t, f.s.SwitchOrganization(t.Context(), &c, f.Other().Root), iam.CodeNotMember, "")
	stranger := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client}))
	tenanttest.Refused(t, f.s.SwitchOrganization(t.Context(), stranger, f.Root), iam.CodeNotMember, "")
}

// A parent organization is suspended while somebody works in a child.
func TestSuspendedOrganizationStopsTheNextRequest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) { suspendedParent(t, setupIn(t, db)) })
}

func suspendedParent(t *testing.T, f *fixture) {
	t.Helper()
	_, token, client, below := f.staff()
	member := f.User(tenanttest.Person{Type: iam.TypeMember, Org: below, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	in, err := f.s.OpenFor(t.Context(), f.Tenant, member, from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.AuthenticateIn(t.Context(), token, below); err != nil {
		t.Fatal(err)
	}
	f.suspend(client, iam.StatusSuspended)
	for _, org := range []iam.OrgID{client, below} {
		_, err = f.s.AuthenticateIn(t.Context(), token, org)
		tenanttest.Refused(t, err, iam.CodeOrganizationSuspended, "")
	}
	if _, err := f.s.Authenticate(t.Context(), token); err != nil {
		t.Errorf("the agency's staff can't work elsewhere: %v", err)
	}
	_, err = f.s.Authenticate(t.Context(), in.Token)
	tenanttest.Refused(t, err, iam.CodeOrganizationSuspended, "")
	_, err = f.s.OpenFor(t.Context(), f.Tenant, member, from)
	tenanttest.Refused(t, err, iam.CodeOrganizationSuspended, "")
	f.suspend(client, iam.StatusActive)
	if p, err := f.s.Authenticate(t.Context(), in.Token); err != nil || p.Caller.Org != below {
		t.Errorf("after reactivating: %v, %v", p, err)
	}
}

// Tabs in several organizations keep each other alive.
func TestTabsShareTheirIdleTime(t *testing.T) {
	f := setup(t)
	_, token, client, _ := f.staff()
	for range 4 {
		if _, err := f.s.AuthenticateIn(t.Context(), token, client); err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(40 * time.Minute)
	}
	if _, err := f.s.Authenticate(t.Context(), token); err != nil {
		t.Errorf("the tab in the background was signed out: %v", err)
	}
}

// Who runs one client is not told where from somebody works for another one.
func TestSessionsElsewhereAreNotShown(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	below := f.Org("Below", client)
	both := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Descendants: true})
	f.change(both, func(u *iam.User) { u.Memberships = append(slices.Clone(u.Memberships), iam.Membership{Org: sister}) })
	session := func(acts iam.OrgID) iam.SessionID {
		f.Read(func(ctx context.Context, tx iam.Tx) (err error) {
			both, err = tx.User(ctx, f.Tenant.ID, both.ID)
			return err
		})
		in, err := f.s.OpenFor(t.Context(), f.Tenant, both, from)
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.s.Authenticate(t.Context(), in.Token)
		if err != nil {
			t.Fatal(err)
		}
		c := p.Caller
		f.wantCode(f.s.SwitchOrganization(t.Context(), &c, acts), "")
		return c.Session
	}
	here, there, down := session(client), session(sister), session(below)
	run := func(org iam.OrgID) *access.Caller {
		return f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
	}
	own := f.Caller(both)
	own.Session = here
	stranger := f.Other()
	for who, tt := range map[string]struct {
		c    *access.Caller
		want []iam.SessionID
	}{
		"the client's admin": {run(client), []iam.SessionID{here, down}},
		"the sister's admin": {run(sister), []iam.SessionID{there}},
		"the agency":         {f.Caller(f.Admin), []iam.SessionID{here, there, down}},
		"themselves":         {own, []iam.SessionID{here, there, down}},
	} {
		list, err := f.s.List(t.Context(), tt.c, both.ID)
		got := []iam.SessionID{}
		for i := range list {
			got = append(got, list[i].ID)
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", who, got, err, tt.want)
		}
	}
	tenanttest.Refused(t, f.s.End(t.Context(), run(client), both.ID, here), iam.CodeEscalation, "")
	_, err := f.s.EndAll(t.Context(), run(client), both.ID)
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	_, err = f.s.List(t.Context(), stranger.Caller(stranger.Admin), both.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
}

// Who acts nowhere at present is told so, and can sign out; a session that is over
// tells nothing.
func TestStranded(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	member := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	open := func() string {
		in, err := f.s.OpenFor(t.Context(), f.Tenant, member, from)
		if err != nil {
			t.Fatal(err)
		}
		return in.Token
	}
	leaves, stays := open(), open()
	f.suspend(client, iam.StatusSuspended)
	leaving := func(token string) (*sessions.Principal, error) {
		return f.s.AuthenticateRequest(t.Context(), sessions.Request{Token: token, From: from, Leaving: true})
	}
	p, err := leaving(leaves)
	if err != nil || p.Caller.Effective != 0 || p.Caller.User != member.ID || p.Caller.Tenant != f.Tenant.ID {
		t.Fatalf("%+v, %v", p, err)
	}
	_, err = f.s.Authenticate(t.Context(), leaves)
	tenanttest.Refused(t, err, iam.CodeOrganizationSuspended, "")
	c := p.Caller
	f.wantCode(f.s.SignOut(t.Context(), &c), "")
	for _, token := range []string{leaves, "nobody's"} {
		_, err = leaving(token)
		tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
		_, err = f.s.Authenticate(t.Context(), token)
		tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
	}
	f.Clock.Advance(2 * time.Hour) // idle
	_, err = f.s.Authenticate(t.Context(), stays)
	tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
}

// An address does not say in which organization it is meant: it is open to whom
// it is open to in any of theirs, or below these.
// covers D-12
func TestSomewhere(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	may := func(u *iam.User) bool {
		t.Helper()
		in, err := f.s.OpenFor(t.Context(), f.Tenant, u, from)
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.s.Present(t.Context(), in.Token)
		if err != nil {
			t.Fatal(err)
		}
		may, err := f.s.Somewhere(t.Context(), p, func(effective access.Set, _ bool) bool { return effective.Has(iam.PermUsersRead) })
		if err != nil {
			t.Fatal(err)
		}
		return may
	}
	reads := []iam.Permission{iam.PermUsersRead}
	nowhere := f.User(tenanttest.Person{Type: iam.TypeAgent})
	here := f.User(tenanttest.Person{Type: iam.TypeSupervisor, Org: client, Permissions: reads})
	second := f.User(tenanttest.Person{Type: iam.TypeSupervisor})
	f.Change(second.ID, func(u *iam.User) {
		u.Memberships = append(u.Memberships, iam.Membership{Org: client, Permissions: reads})
	})
	for _, c := range []struct {
		who  string
		u    *iam.User
		want bool
	}{{"an agent", nowhere, false}, {"who reads users where they are", here, true}, {"who reads them elsewhere", second, true}} {
		if got := may(c.u); got != c.want {
			t.Errorf("%s: %v", c.who, got)
		}
	}
	f.suspend(client, iam.StatusSuspended)
	if may(second) {
		t.Error("a suspended organization still counts")
	}
}
