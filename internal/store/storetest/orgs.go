package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

func testOrgs(t *testing.T, w *world) {
	insert := func(name string, parent iam.OrgID) iam.OrgID {
		o := &iam.Organization{ID: iam.OrgID(w.db.NewID(iam.PrefixOrg)), Parent: parent, ShortName: name, Name: name, Status: iam.StatusActive}
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, w.a.tenant, o) })
		return o.ID
	}
	zebra := insert("Zebra", w.a.root)
	insert("below zebra", zebra)
	insert("élan", w.a.root)
	insert("deep", w.a.child)

	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.Orgs(ctx, w.a.tenant)
		var names []string
		for _, o := range list {
			names = append(names, o.Name)
		}
		if diff := cmp.Diff([]string{"Root", "Child", "deep", "élan", "Zebra", "below zebra"}, names); diff != "" {
			t.Error(diff)
		}
		return err
	})

	now := w.db.Clock.Advance(time.Minute)
	var changed *iam.Organization
	w.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		if changed, err = tx.Org(ctx, w.a.tenant, zebra); err != nil {
			return err
		}
		changed.Name, changed.ShortName, changed.Description, changed.Status = "Z", "z", "stripes", iam.StatusSuspended
		return tx.UpdateOrg(ctx, w.a.tenant, changed)
	})
	want := &iam.Organization{
		ID: zebra, Parent: w.a.root, ShortName: "z", Name: "Z", Description: "stripes", Status: iam.StatusSuspended,
		CreatedAt: Epoch, UpdatedAt: now, Version: 2,
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Org(ctx, w.a.tenant, zebra)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})

	update := func(o iam.Organization) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateOrg(ctx, w.a.tenant, &o) })
	}
	stale := *want
	stale.Version = 1
	wantCode(t, "stale version", update(stale), iam.CodePreconditionFailed)
	taken := *want
	taken.ShortName = "a-child"
	wantCode(t, "taken short name", update(taken), iam.CodeConflict, "/short_name")
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, w.a.tenant, &iam.Organization{ID: "org_x", Parent: w.a.root, ShortName: "a-child", Status: iam.StatusActive})
	})
	wantCode(t, "insert of a taken short name", err, iam.CodeConflict, "/short_name")
}

func testOrgDeletion(t *testing.T, w *world) {
	remove := func(id iam.OrgID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, w.a.tenant, id) })
	}
	u := w.person("Ann Other")
	u.Memberships = []iam.Membership{{Org: w.a.root}, {Org: w.a.child}}
	w.add(t, w.a, u)
	session := &iam.Session{
		ID: iam.SessionID(w.db.NewID(iam.PrefixSession)), Tenant: w.a.tenant, User: u.ID, Org: w.a.child,
		TokenHash: []byte("hash"), CreatedAt: Epoch, LastUsedAt: Epoch, ExpiresAt: Epoch.Add(time.Hour),
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, session) })

	wantCode(t, "organization with members", remove(w.a.child), iam.CodeInUse)
	wantCode(t, "root", remove(w.a.root), iam.CodeInUse)
	w.change(t, w.a, u.ID, func(u *iam.User) { u.Memberships = u.Memberships[:1] })
	below := &iam.Organization{ID: "org_below", Parent: w.a.child, ShortName: "below", Status: iam.StatusActive}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, w.a.tenant, below) })
	wantCode(t, "organization with children", remove(w.a.child), iam.CodeInUse)
	for _, id := range []iam.OrgID{below.ID, w.a.child} {
		if err := remove(id); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, "organization that is gone", remove(w.a.child), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.Org(ctx, w.a.tenant, w.a.child)
		wantCode(t, "Org", err, iam.CodeNotFound)
		moved, err := tx.SessionByToken(ctx, session.TokenHash)
		if err != nil || moved.Org != w.a.root {
			t.Errorf("session that acted in it: %+v, %v", moved, err)
		}
		return nil
	})
}

// memories counts how often the directory of a place is read.
type memories struct {
	w     *world
	loads int
}

func (m *memories) look(ctx context.Context, tx iam.Tx, p place) (any, error) {
	return tx.Remember(ctx, p.tenant, func() (any, error) {
		m.loads++
		orgs, err := tx.Orgs(ctx, p.tenant)
		return len(orgs), err
	})
}

// want says how many organizations a place has, and how often they were read.
func (m *memories) want(t *testing.T, what string, p place, orgs, loads int) {
	t.Helper()
	m.w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := m.look(ctx, tx, p)
		if got != orgs || m.loads != loads {
			t.Errorf("%s: %v organizations after %d loads, want %d after %d", what, got, m.loads, orgs, loads)
		}
		return err
	})
}

func (w *world) another() *iam.Organization {
	id := w.db.NewID(iam.PrefixOrg)
	return &iam.Organization{ID: iam.OrgID(id), Parent: w.a.root, ShortName: id[4:], Name: "Another", Status: iam.StatusActive}
}

// What was read of a directory is kept until something of it has changed, and
// what a transaction takes back is never kept.
func testRemember(t *testing.T, w *world) {
	m := &memories{w: w}
	m.want(t, "first", w.a, 2, 1)
	m.want(t, "again", w.a, 2, 1)
	m.want(t, "the other tenant", w.b, 2, 2)
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, w.a.tenant, w.another()) })
	m.want(t, "with one more", w.a, 3, 3)
	m.want(t, "the other tenant again", w.b, 2, 3)

	taken := errors.New("taken back")
	err := w.db.Write(t.Context(), func(tx iam.Tx) error {
		if err := tx.InsertOrg(t.Context(), w.a.tenant, w.another()); err != nil {
			return err
		}
		if got, err := m.look(t.Context(), tx, w.a); err != nil || got != 4 {
			t.Errorf("a transaction sees %v of what it wrote: %v", got, err)
		}
		return taken
	})
	if !errors.Is(err, taken) {
		t.Fatal(err)
	}
	m.want(t, "after what was taken back", w.a, 3, 4)
}

// Whatever a directory is made of, changing it makes it be read again.
func testRememberChanges(t *testing.T, w *world) {
	tenant, o := w.a.tenant, w.another()
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, tenant, o) })
	m := &memories{w: w}
	m.want(t, "at first", w.a, 3, 1)
	for i, change := range []func(context.Context, iam.Tx) error{
		func(ctx context.Context, tx iam.Tx) error { return tx.UpdateOrg(ctx, tenant, o) },
		func(ctx context.Context, tx iam.Tx) error {
			return tx.SetPolicy(ctx, tenant, &iam.Policy{Org: w.a.root, Version: 1})
		},
		func(ctx context.Context, tx iam.Tx) error {
			return tx.InsertIPException(ctx, tenant, &iam.IPException{ID: "exc_1", Org: w.a.root, Address: "192.0.2.1", Until: tx.Now().Add(time.Hour)})
		},
		func(ctx context.Context, tx iam.Tx) error { return tx.DeleteIPException(ctx, tenant, "exc_1") },
		func(ctx context.Context, tx iam.Tx) error {
			return tx.InsertRole(ctx, tenant, &iam.Role{ID: "role_new", Code: "new", Name: "New", Scope: iam.ScopeOrganization})
		},
		func(ctx context.Context, tx iam.Tx) error {
			return tx.UpdateRole(ctx, tenant, &iam.Role{ID: "role_new", Name: "Newer", Version: 1})
		},
		func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, tenant, "role_new") },
	} {
		w.write(t, change)
		m.want(t, fmt.Sprintf("change %d", i), w.a, 3, i+2)
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, tenant, o.ID) })
	m.want(t, "organization deleted", w.a, 2, 9)
}
