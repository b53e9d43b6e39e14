package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// full is a user in whom no field is zero.
func (w *world) full(name string) *iam.User {
	u := w.person(name)
	u.Nickname, u.Phone, u.ExternalID, u.Timezone, u.Locale, u.PhotoKey = "Nick "+name, "+49 30 1", "ext-"+name, "Europe/Berlin", "de", "photo"
	u.PasswordHash, u.MustChangePassword = "$argon2id$x", true
	u.PasswordExpiresAt, u.PasswordChangedAt, u.LastSignInAt = Epoch.Add(72*time.Hour), Epoch.Add(-time.Hour), Epoch.Add(-time.Minute)
	u.Memberships = []iam.Membership{
		{Org: w.a.root, IncludesDescendants: true, Roles: []iam.RoleID{w.a.custom, roleAgent}, Permissions: []iam.Permission{iam.PermAuditRead, iam.PermBotsRead}},
		{Org: w.a.child, Roles: []iam.RoleID{roleAgent}, Alias: "Nightingale"},
	}
	slices.Sort(u.Memberships[0].Roles)
	u.CustomValues = map[iam.FieldID]string{"field_a": "Größe “8”", "field_b": "true"}
	return u
}

// stored is what a read returns of u, which was written as it is.
func stored(u *iam.User) *iam.User {
	c := clone(u)
	for i := range c.Memberships {
		m := &c.Memberships[i]
		if len(m.Roles) == 0 {
			m.Roles = nil
		}
		if len(m.Permissions) == 0 {
			m.Permissions = nil
		}
	}
	return c
}

// covers D-04, D-06
func testUsers(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	if u.Seq == 0 || u.Version != 1 || !u.CreatedAt.Equal(Epoch) || !u.UpdatedAt.Equal(Epoch) {
		t.Errorf("after the insert: seq %d, version %d, created %v, updated %v", u.Seq, u.Version, u.CreatedAt, u.UpdatedAt)
	}
	old := w.person("Old Hand")
	old.CreatedAt = Epoch.Add(-100 * time.Hour)
	w.add(t, w.a, old)
	plain := w.add(t, w.a, w.person("Bob Minor"))
	if plain.Seq <= u.Seq {
		t.Errorf("seq %d after %d", plain.Seq, u.Seq)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		for _, want := range []*iam.User{u, plain, old} {
			got, err := tx.User(ctx, w.a.tenant, want.ID)
			if diff := cmp.Diff(stored(want), got, empty); diff != "" || err != nil {
				t.Errorf("User: %v %s", err, diff)
			}
			got, err = tx.UserByEmail(ctx, w.a.tenant, want.EmailKey)
			if diff := cmp.Diff(stored(want), got, empty); diff != "" || err != nil {
				t.Errorf("UserByEmail: %v %s", err, diff)
			}
		}
		_, err := tx.User(ctx, w.a.tenant, "user_none")
		wantCode(t, "User", err, iam.CodeNotFound)
		_, err = tx.UserByEmail(ctx, w.a.tenant, "nobody@example.com")
		wantCode(t, "UserByEmail", err, iam.CodeNotFound)
		return nil
	})
}

// empty takes a list without elements for no list.
var empty = cmp.FilterValues(func(a, b []iam.Membership) bool { return len(a) == 0 && len(b) == 0 }, cmp.Ignore())

// covers D-09
func testUserUpdate(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	for _, step := range []struct {
		name   string
		change func(*iam.User)
	}{
		{"every field", func(u *iam.User) {
			u.Status, u.FirstName, u.LastName, u.Nickname = iam.StatusSuspended, "Z", "Y", ""
			u.Email, u.EmailKey, u.Phone, u.ExternalID = "Z@example.com", "z@example.com", "", ""
			u.Timezone, u.Locale, u.Theme, u.PhotoKey = "", "", "dark", ""
			u.PasswordHash, u.MustChangePassword = "", false
			u.CustomValues = map[iam.FieldID]string{"field_c": "2026-03-02"}
			u.PasswordExpiresAt, u.PasswordChangedAt, u.LastSignInAt = time.Time{}, Epoch, time.Time{}
		}},
		{"nothing", func(*iam.User) {}},
		{"membership removed, the other changed", func(u *iam.User) {
			u.Memberships = u.Memberships[:1]
			u.Memberships[0].IncludesDescendants = false
			u.Memberships[0].Roles = []iam.RoleID{roleAdmin}
			u.Memberships[0].Permissions = nil
			u.Memberships[0].Alias = "Lark"
		}},
		{"membership added", func(u *iam.User) {
			u.Memberships = append(u.Memberships, iam.Membership{Org: w.a.child, Roles: []iam.RoleID{w.a.custom}, Permissions: []iam.Permission{iam.PermBotsRead}})
		}},
		{"no membership", func(u *iam.User) { u.Memberships = nil }},
		{"no custom value", func(u *iam.User) { u.CustomValues = nil }},
	} {
		before := w.user(t, w.a, u.ID)
		now := w.db.Clock.Advance(time.Minute)
		after := w.change(t, w.a, u.ID, step.change)
		if after.Version != before.Version+1 || !after.UpdatedAt.Equal(now) || !after.CreatedAt.Equal(before.CreatedAt) {
			t.Errorf("%s: version %d after %d, updated %v", step.name, after.Version, before.Version, after.UpdatedAt)
		}
		if diff := cmp.Diff(stored(after), w.user(t, w.a, u.ID), empty); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

// Who changes something else than memberships hands over the list that was read.
func testJoined(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Jo Inner"))
	joined := w.user(t, w.a, u.ID).Memberships
	w.db.Clock.Advance(time.Hour)
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, w.a.tenant, u.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Nickname = "Joey"
		return tx.UpdateUser(ctx, w.a.tenant, before, &after)
	})
	if diff := cmp.Diff(joined, w.user(t, w.a, u.ID).Memberships); diff != "" {
		t.Error(diff)
	}
}

// covers D-08
func testImmutable(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, w.a.tenant, u.ID)
		if err != nil {
			return err
		}
		after := clone(before)
		after.Type, after.ID, after.Seq, after.CreatedAt = iam.TypeTenantAdmin, "user_x", 99, Epoch.Add(time.Hour)
		return tx.UpdateUser(ctx, w.a.tenant, before, after)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.user(t, w.a, u.ID); got.Type != iam.TypeAgent || got.Seq != u.Seq || !got.CreatedAt.Equal(Epoch) {
		t.Errorf("type %s, seq %d, created %v changed", got.Type, got.Seq, got.CreatedAt)
	}
}

func testUnknownReferences(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	for what, change := range map[string]func(*iam.User){
		"/memberships": func(u *iam.User) { u.Memberships = []iam.Membership{{Org: "org_none"}} },
		"/roles":       func(u *iam.User) { u.Memberships = []iam.Membership{{Org: w.a.root, Roles: []iam.RoleID{"role_none"}}} },
	} {
		err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, w.a.tenant, u.ID)
			if err != nil {
				return err
			}
			after := clone(before)
			change(after)
			return tx.UpdateUser(ctx, w.a.tenant, before, after)
		})
		wantCode(t, "unknown in "+what, err, iam.CodeInvalid, what)
	}
}

func testUserDeletion(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	remove := func(u *iam.User) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteUser(ctx, w.a.tenant, u, "user_by") })
	}
	stale := clone(u)
	stale.Version = 9
	wantCode(t, "stale version", remove(stale), iam.CodePreconditionFailed)
	if err := remove(u); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "user that is gone", remove(u), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.User(ctx, w.a.tenant, u.ID)
		wantCode(t, "User", err, iam.CodeNotFound)
		return nil
	})
	again := w.add(t, w.a, w.full("Ann Other")) // the e-mail and the external id are free
	if again.Seq <= u.Seq {
		t.Errorf("seq %d was used before", again.Seq)
	}
}

func testSignIns(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	now := w.db.Clock.Advance(time.Hour)
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.RecordSignIn(ctx, w.a.tenant, u.ID); err != nil {
			return err
		}
		if err := tx.SetPasswordHash(ctx, w.a.tenant, u.ID, "another", "no"); err != nil {
			return err
		}
		return tx.SetPasswordHash(ctx, w.a.tenant, u.ID, u.PasswordHash, "new")
	})
	want := stored(u)
	want.LastSignInAt, want.PasswordHash = now, "new"
	if diff := cmp.Diff(want, w.user(t, w.a, u.ID)); diff != "" {
		t.Error(diff)
	}
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.RecordSignIn(ctx, w.a.tenant, "user_none") })
	wantCode(t, "sign-in of nobody", err, iam.CodeNotFound)
}

// Tenant and user are those that are read one by one, and what is remembered of the
// directory is no older than when they were asked for.
func testTenantAndUser(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	m := &memories{w: w}
	m.want(t, "before", w.a, 2, 1)
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		want, err := tx.Tenant(ctx, w.a.tenant)
		if err != nil {
			return err
		}
		tenant, user, err := tx.TenantAndUserForUpdate(ctx, w.a.tenant, u.ID)
		if diff := cmp.Diff(want, tenant); diff != "" || err != nil {
			t.Errorf("the tenant: %v %s", err, diff)
		}
		if diff := cmp.Diff(stored(u), user); diff != "" {
			t.Error(diff)
		}
		if orgs, err := m.look(ctx, tx, w.a); orgs != 2 || m.loads != 1 || err != nil {
			t.Errorf("%v organizations after %d loads, %v", orgs, m.loads, err)
		}
		if err := tx.InsertOrg(ctx, w.a.tenant, w.another()); err != nil {
			return err
		}
		if orgs, err := m.look(ctx, tx, w.a); orgs != 3 || err != nil {
			t.Errorf("%v organizations with one more, %v", orgs, err)
		}
		return nil
	})
	m.want(t, "after", w.a, 3, 3)
	for tenant, id := range map[iam.TenantID]iam.UserID{w.a.tenant: "user_none", w.b.tenant: u.ID, "tenant_none": u.ID} {
		err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			_, _, err := tx.TenantAndUserForUpdate(ctx, tenant, id)
			return err
		})
		wantCode(t, "nobody", err, iam.CodeNotFound)
	}
}

// covers D-04
func testUserConflicts(t *testing.T, w *world) {
	w.add(t, w.a, w.full("Ann Other"))
	other := w.add(t, w.a, w.person("Bob Minor"))
	insert := func(p place, change func(*iam.User)) error {
		u := w.person("Cyd New")
		change(u)
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, p.tenant, u) })
	}
	taken := func(u *iam.User) { u.EmailKey = "ann.other@example.com" }
	takenID := func(u *iam.User) { u.ExternalID = "ext-Ann Other" }
	wantCode(t, "taken e-mail", insert(w.a, taken), iam.CodeConflict, "/email")
	wantCode(t, "taken external id", insert(w.a, takenID), iam.CodeConflict, "/external_id")
	for what, change := range map[string]func(*iam.User){"/email": taken, "/external_id": takenID} {
		err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, w.a.tenant, other.ID)
			if err != nil {
				return err
			}
			after := clone(before)
			change(after)
			return tx.UpdateUser(ctx, w.a.tenant, before, after)
		})
		wantCode(t, "update to a taken "+what, err, iam.CodeConflict, what)
	}
	// What one tenant has is free in another.
	if err := insert(w.b, func(u *iam.User) { taken(u); takenID(u) }); err != nil {
		t.Error(err)
	}
	// Any number of users have no external id.
	if err := insert(w.a, func(*iam.User) {}); err != nil {
		t.Error(err)
	}
	wantCode(t, "tenant that is not there", insert(place{tenant: "tenant_none"}, func(*iam.User) {}), iam.CodeNotFound)
}

// testManyUsers asks for more at once than one statement takes.
func testManyUsers(t *testing.T, w *world) {
	const n = 700
	var ids []iam.UserID
	var keys, external []string
	want := map[string]iam.UserID{}
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		for i := range n {
			u := w.person(fmt.Sprintf("Person %d", i))
			u.ExternalID = fmt.Sprint("x", i)
			u.Memberships = []iam.Membership{{Org: w.a.child, Roles: []iam.RoleID{roleAgent}}, {Org: w.a.root}}
			if err := tx.InsertUser(ctx, w.a.tenant, u); err != nil {
				return err
			}
			ids, keys, external = append(ids, u.ID), append(keys, u.EmailKey, u.EmailKey+"x"), append(external, u.ExternalID, u.ExternalID+"-")
			want[u.EmailKey], want[u.ExternalID] = u.ID, u.ID
		}
		return nil
	})
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.UsersByIDs(ctx, w.a.tenant, append(ids, "user_none"))
		if err != nil || len(got) != n {
			t.Fatalf("%d users, %v; want %d", len(got), err, n)
		}
		for _, u := range got {
			if len(u.Memberships) != 2 || u.Memberships[0].Org != w.a.root || len(u.Memberships[1].Roles) != 1 || want[u.EmailKey] != u.ID {
				t.Fatalf("user %+v", u)
			}
		}
		emails, externals, err := tx.TakenUsers(ctx, w.a.tenant, keys, external)
		if err != nil || len(emails) != n || len(externals) != n {
			t.Fatalf("TakenUsers: %d, %d, %v; want %d of each", len(emails), len(externals), err, n)
		}
		for _, m := range []map[string]iam.UserID{emails, externals} {
			for key, id := range m {
				if want[key] != id {
					t.Fatalf("%s is %s, want %s", key, id, want[key])
				}
			}
		}
		emails, externals, err = tx.TakenUsers(ctx, w.b.tenant, keys, external)
		if len(emails)+len(externals) != 0 {
			t.Errorf("TakenUsers of another tenant: %d, %d", len(emails), len(externals))
		}
		return err
	})
}
