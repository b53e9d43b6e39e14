package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// Policies proves that a store keeps policies, refusals, exceptions and sessions
// in which somebody is logged in as somebody else, and keeps tenants apart.
func Policies(t *testing.T, open func(testing.TB) DB) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *world){
		"policies": testPolicies, "refusals": testIPRefusals, "exceptions": testIPExceptions,
		"logged in as": testLoggedInAs, "live sessions": testLiveSessions,
	} {
		t.Run(name, func(t *testing.T) { test(t, newWorld(t, open(t))) })
	}
}

func testPolicies(t *testing.T, w *world) {
	read := func(p place, org iam.OrgID) (got *iam.Policy) {
		w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			got, err = tx.Policy(ctx, p.tenant, org)
			return err
		})
		return got
	}
	if p := read(w.a, w.a.child); p.Version != 1 || p.Idle != nil {
		t.Errorf("before anything was set: %+v", p)
	}
	set := &iam.Policy{
		Org: w.a.child, Version: 1, Idle: &iam.Setting[time.Duration]{Value: 15 * time.Minute, Locked: true},
		Allowlist: &iam.Setting[iam.Allowlist]{Value: iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{{Addresses: "192.0.2.0/24", Label: "Büro 東京", Enabled: true}}}},
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetPolicy(ctx, w.a.tenant, set) })
	if diff := cmp.Diff(set, read(w.a, w.a.child)); diff != "" || set.Version != 2 {
		t.Errorf("version %d (-set +read):\n%s", set.Version, diff)
	}
	late := *set
	late.Version = 1
	wantCode(t, "an old version", w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetPolicy(ctx, w.a.tenant, &late) }), iam.CodePreconditionFailed)
	wantCode(t, "another tenant's", w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetPolicy(ctx, w.b.tenant, set) }), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.Policies(ctx, w.b.tenant)
		if len(list) != 0 {
			t.Errorf("the other tenant sees %v", list)
		}
		return err
	})
}

func testIPRefusals(t *testing.T, w *world) {
	u := w.add(t, w.a, w.person("Jo Example"))
	now := w.db.Clock.Now()
	r := &iam.IPRefusal{
		Code: "K7QM2XWF", User: u.ID, UserName: "Jo Example", Org: w.a.child, List: w.a.root, Address: "2001:db8::1", Near: "2001:db8::/32", Rules: 2,
		At: now, ExpiresAt: now.Add(time.Hour),
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertIPRefusal(ctx, w.a.tenant, r) })
	find := func(p place) (got *iam.IPRefusal, err error) {
		err = w.db.Read(t.Context(), func(tx iam.Tx) (err error) {
			got, err = tx.IPRefusal(t.Context(), p.tenant, r.Code)
			return err
		})
		return got, err
	}
	got, err := find(w.a)
	if diff := cmp.Diff(r, got); err != nil || diff != "" {
		t.Errorf("%v (-put +found):\n%s", err, diff)
	}
	_, err = find(w.b)
	wantCode(t, "in the other tenant", err, iam.CodeNotFound)
	wantCode(t, "with the other's user", w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		other := *r
		other.Org, other.List = w.b.child, w.b.root
		return tx.InsertIPRefusal(ctx, w.b.tenant, &other)
	}), iam.CodeNotFound)
	w.db.Clock.Advance(time.Hour)
	_, err = find(w.a)
	wantCode(t, "expired", err, iam.CodeNotFound)
}

func testIPExceptions(t *testing.T, w *world) {
	u := w.add(t, w.a, w.person("Jo Example"))
	now := w.db.Clock.Now()
	var want []*iam.IPException
	for i, user := range []iam.UserID{u.ID, ""} {
		e := &iam.IPException{
			ID: iam.ExceptionID(w.db.NewID(iam.PrefixException)), Org: w.a.child, User: user, Address: "192.0.2.7", Note: "hotel",
			Until: now.Add(time.Duration(i+1) * time.Hour), CreatedBy: u.ID, CreatedName: "Ada", CreatedAt: now,
		}
		if user != "" {
			e.UserName = "Jo Example"
		}
		want = append(want, e)
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertIPException(ctx, w.a.tenant, e) })
	}
	list := func(p place) (got []*iam.IPException) {
		w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			got, err = tx.IPExceptions(ctx, p.tenant)
			return err
		})
		return got
	}
	if diff := cmp.Diff(want, list(w.a)); diff != "" || len(list(w.b)) != 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.db.Clock.Advance(time.Hour)
	if got := list(w.a); len(got) != 1 || got[0].ID != want[1].ID {
		t.Errorf("after the first is over: %v", got)
	}
	remove := func(p place) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteIPException(ctx, p.tenant, want[1].ID) })
	}
	wantCode(t, "the other's", remove(w.b), iam.CodeNotFound)
	wantCode(t, "one's own", remove(w.a), "")
	wantCode(t, "again", remove(w.a), iam.CodeNotFound)
}

// session adds an alive session.
func (w *world) session(t *testing.T, p place, u iam.UserID, fill func(*iam.Session)) *iam.Session {
	t.Helper()
	now := w.db.Clock.Now()
	s := &iam.Session{
		ID: iam.SessionID(w.db.NewID(iam.PrefixSession)), Tenant: p.tenant, User: u, Org: p.root, IP: "192.0.2.1",
		CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	s.TokenHash = []byte(s.ID)
	if fill != nil {
		fill(s)
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, s) })
	return s
}

func testLoggedInAs(t *testing.T, w *world) {
	ada, jo := w.add(t, w.a, w.person("Ada Example")), w.add(t, w.a, w.person("Jo Example"))
	own := w.session(t, w.a, ada.ID, nil)
	as := w.session(t, w.a, jo.ID, func(s *iam.Session) {
		s.Actor, s.ActorOrg, s.ActorSession, s.Reason = ada.ID, w.a.root, own.ID, "Help with a problem"
	})
	read := func(p place, id iam.SessionID) (got *iam.Session, err error) {
		err = w.db.Read(t.Context(), func(tx iam.Tx) (err error) {
			got, err = tx.AliveSession(t.Context(), p.tenant, id)
			return err
		})
		return got, err
	}
	got, err := read(w.a, as.ID)
	if diff := cmp.Diff(as, got); err != nil || diff != "" {
		t.Errorf("%v (-put +read):\n%s", err, diff)
	}
	_, err = read(w.b, as.ID)
	wantCode(t, "in the other tenant", err, iam.CodeNotFound)
	allow := func(p place, id iam.SessionID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.AllowChanges(ctx, p.tenant, id) })
	}
	wantCode(t, "in the other tenant", allow(w.b, as.ID), iam.CodeNotFound)
	wantCode(t, "in one's own session", allow(w.a, own.ID), iam.CodeNotFound)
	wantCode(t, "as somebody else", allow(w.a, as.ID), "")
	if got, err := read(w.a, as.ID); err != nil || !got.MayChange {
		t.Errorf("%+v, %v", got, err)
	}
}

func testLiveSessions(t *testing.T, w *world) {
	u := w.person("Jo Example")
	u.Memberships = []iam.Membership{{Org: w.a.root, Roles: []iam.RoleID{roleAdmin, roleAgent}, IncludesDescendants: true}, {Org: w.a.child}}
	w.add(t, w.a, u)
	s := w.session(t, w.a, u.ID, nil)
	w.session(t, w.a, u.ID, func(s *iam.Session) { s.EndedAt = s.CreatedAt })
	jo := w.add(t, w.a, w.person("Mo Example"))
	as := w.session(t, w.a, jo.ID, func(x *iam.Session) { x.Actor, x.ActorOrg, x.ActorSession = u.ID, w.a.root, s.ID })
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, users, err := tx.LiveSessions(ctx, w.a.tenant, []iam.RoleID{roleAdmin})
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b iam.LiveSession) int { return len(a.Actor) - len(b.Actor) }) // their own first
		if len(list) != 2 || list[0].ID != s.ID || list[0].Address != "192.0.2.1" || list[0].Actor != "" || list[0].ActorOrg != "" {
			t.Fatalf("sessions = %+v", list)
		}
		if list[1].ID != as.ID || list[1].User != jo.ID || list[1].Actor != u.ID || list[1].ActorOrg != w.a.root {
			t.Errorf("logged in as somebody else: %+v", list[1])
		}
		got := users[u.ID]
		if m := got.Membership(w.a.root); m == nil || !m.IncludesDescendants || len(m.Roles) != 1 || got.Membership(w.a.child) == nil {
			t.Errorf("memberships = %+v", got.Memberships)
		}
		if others, _, err := tx.LiveSessions(ctx, w.b.tenant, []iam.RoleID{roleAdmin}); err != nil || len(others) != 0 {
			t.Errorf("the other tenant sees %v, %v", others, err)
		}
		return nil
	})
}
