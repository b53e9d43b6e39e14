package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// testAliases proves that an alias belongs to one membership, is found by a
// search before and after the index knows it, and is nothing to another tenant.
// covers E-12
func testAliases(t *testing.T, w *world) {
	u := w.person("Ann Other")
	u.Memberships = []iam.Membership{{Org: w.a.root}, {Org: w.a.child, Alias: "Süd Helpdesk"}}
	w.add(t, w.a, u)
	imported := w.person("Bob Minor")
	imported.Memberships = []iam.Membership{{Org: w.a.child, Alias: "Robbie"}}
	if err := w.importUsers(t, w.a, []*iam.User{imported}); err != nil {
		t.Fatal(err)
	}
	twin := w.person("Ann Other")
	twin.Memberships = []iam.Membership{{Org: w.b.child, Alias: "Süd Helpdesk"}}
	w.add(t, w.b, twin)
	if got := w.user(t, w.a, u.ID).Memberships; got[0].Alias != "" || got[1].Alias != "Süd Helpdesk" {
		t.Errorf("aliases: %+v", got)
	}
	found := func(want map[string][]string) {
		t.Helper()
		for search, ids := range want {
			if diff := cmp.Diff(ids, w.found(t, w.a, search), sameList); diff != "" {
				t.Errorf("%q finds %s", search, diff)
			}
		}
	}
	ann, bob := []string{string(u.ID)}, []string{string(imported.ID)}
	want := map[string][]string{"helpdesk": ann, "sud he": ann, "robb": bob, "ann help": ann, "bob help": nil}
	found(want)
	w.foldAll(t, 3)
	found(want)
	w.change(t, w.a, u.ID, func(u *iam.User) { u.Memberships[1].Alias = "Front desk" })
	want = map[string][]string{"helpdesk": nil, "front": ann}
	found(want)
	w.foldAll(t, 3)
	found(want)
	w.change(t, w.a, u.ID, func(u *iam.User) { u.Memberships[1].Alias = "" })
	w.foldAll(t, 3)
	found(map[string][]string{"front": nil})
	if got := w.user(t, w.b, twin.ID).Memberships[0].Alias; got != "Süd Helpdesk" {
		t.Errorf("the twin's alias: %q", got)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		for _, test := range []struct {
			tenant iam.TenantID
			orgs   []iam.OrgID
			want   bool
		}{
			{w.a.tenant, []iam.OrgID{w.a.root, w.a.child}, true},
			{w.a.tenant, []iam.OrgID{w.a.root}, false},
			{w.a.tenant, []iam.OrgID{w.b.child}, false},
			{w.b.tenant, []iam.OrgID{w.a.child}, false},
			{w.b.tenant, []iam.OrgID{w.b.child}, true},
			{w.a.tenant, nil, false},
		} {
			if got, err := tx.AnyAlias(ctx, test.tenant, test.orgs); err != nil || got != test.want {
				t.Errorf("AnyAlias %v = %v, %v", test.orgs, got, err)
			}
		}
		return nil
	})
}

func (w *world) found(t *testing.T, p place, search string) (ids []string) {
	t.Helper()
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.ListUsers(ctx, p.tenant, iam.UserFilter{Search: search})
		ids = listedIDs(page.Items)
		return err
	})
	return ids
}

// testAttendance proves what decides whether somebody is there: their own alive
// sessions and their choice, which is not a change of the user. covers E-12
func testAttendance(t *testing.T, w *world) {
	ann, bob, eve := w.add(t, w.a, w.person("Ann Other")), w.add(t, w.a, w.person("Bob Minor")), w.add(t, w.b, w.person("Ann Other"))
	now := w.db.Clock.Now()
	w.session(t, w.a, ann.ID, func(s *iam.Session) { s.LastUsedAt = now.Add(-10 * time.Minute) })
	w.session(t, w.a, ann.ID, func(s *iam.Session) { s.LastUsedAt = now.Add(-4 * time.Minute) })
	ended := w.session(t, w.a, ann.ID, nil)
	own := w.session(t, w.a, bob.ID, func(s *iam.Session) { s.ExpiresAt = now.Add(time.Minute) })
	w.session(t, w.a, ann.ID, func(s *iam.Session) { s.Actor, s.ActorOrg, s.ActorSession = bob.ID, w.a.root, own.ID })
	w.session(t, w.b, eve.ID, nil)
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.SetPresence(ctx, w.a.tenant, ann.ID, iam.PresenceOffline); err != nil {
			return err
		}
		if err := tx.SetPresence(ctx, w.a.tenant, ann.ID, iam.PresenceAway); err != nil {
			return err
		}
		return tx.EndSession(ctx, w.a.tenant, ann.ID, ended.ID)
	})
	want := map[iam.UserID]iam.Attendance{
		ann.ID:      {Chosen: iam.PresenceAway, Until: now.Add(time.Minute)},
		bob.ID:      {Chosen: iam.PresenceOnline, Until: now.Add(time.Minute)},
		eve.ID:      {Chosen: iam.PresenceOnline},
		"user_none": {Chosen: iam.PresenceOnline},
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Attendance(ctx, w.a.tenant, []iam.UserID{ann.ID, bob.ID, eve.ID, "user_none"})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if got := w.user(t, w.a, ann.ID).Version; got != ann.Version {
		t.Errorf("version %d after a choice", got)
	}
}

func testAttendanceOtherTenant(t *testing.T, w *world) {
	ann, eve := w.add(t, w.a, w.person("Ann Other")), w.add(t, w.b, w.person("Ann Other"))
	w.session(t, w.a, ann.ID, nil)
	set := func(tenant iam.TenantID, id iam.UserID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetPresence(ctx, tenant, id, iam.PresenceAway) })
	}
	wantCode(t, "another tenant's user", set(w.b.tenant, ann.ID), iam.CodeNotFound)
	wantCode(t, "nobody", set(w.b.tenant, "user_none"), iam.CodeNotFound)
	wantCode(t, "one's own", set(w.b.tenant, eve.ID), "")
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		if got, err := tx.Attendance(ctx, w.b.tenant, []iam.UserID{ann.ID}); err != nil || !got[ann.ID].Until.IsZero() {
			t.Errorf("seen in the name of another tenant: %v, %v", got, err)
		}
		got, err := tx.Attendance(ctx, w.a.tenant, []iam.UserID{ann.ID})
		if got[ann.ID].Chosen != iam.PresenceOnline {
			t.Errorf("changed by another tenant: %v", got)
		}
		return err
	})
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, w.b.tenant, eve.ID)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, w.b.tenant, u, "test") // takes the choice along
	})
}
