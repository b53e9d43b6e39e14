package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// covers E-09
func testRoles(t *testing.T, w *world) {
	insert := func(r iam.Role) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, w.a.tenant, &r) })
	}
	if err := insert(iam.Role{ID: "role_2", Code: "aerial", Name: "ärial", Description: "d", Scope: iam.ScopeTeam}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "taken code", insert(iam.Role{ID: "role_3", Code: "custom"}), iam.CodeConflict, "/code")
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.Roles(ctx, w.a.tenant)
		var names []string
		for _, r := range list {
			names = append(names, r.Name)
		}
		if diff := cmp.Diff([]string{"Admin", "Agent", "ärial", "Custom"}, names); diff != "" {
			t.Error(diff)
		}
		return err
	})

	now := w.db.Clock.Advance(time.Minute)
	var changed *iam.Role
	w.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		if changed, err = tx.Role(ctx, w.a.tenant, w.a.custom); err != nil {
			return err
		}
		changed.Name, changed.Description = "Renamed", "more"
		changed.Permissions = []iam.Permission{iam.PermUsersRead, iam.PermAuditRead}
		changed.Code, changed.Scope = "ignored", iam.ScopeTeam
		return tx.UpdateRole(ctx, w.a.tenant, changed)
	})
	want := &iam.Role{
		ID: w.a.custom, Code: "custom", Name: "Renamed", Description: "more", Scope: iam.ScopeOrganization,
		Permissions: []iam.Permission{iam.PermUsersRead, iam.PermAuditRead}, CreatedAt: Epoch, UpdatedAt: now, Version: 2,
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Role(ctx, w.a.tenant, w.a.custom)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})

	update := func(r iam.Role) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateRole(ctx, w.a.tenant, &r) })
	}
	wantCode(t, "stale version", update(iam.Role{ID: w.a.custom, Version: 1}), iam.CodePreconditionFailed)
	wantCode(t, "system role", update(iam.Role{ID: roleAgent, Version: 1}), iam.CodeImmutable)
	wantCode(t, "no such role", update(iam.Role{ID: "role_none", Version: 1}), iam.CodeNotFound)
}

// covers E-09
func testRoleDeletion(t *testing.T, w *world) {
	remove := func(id iam.RoleID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, w.a.tenant, id) })
	}
	u := w.person("Ann Other")
	u.Memberships = []iam.Membership{{Org: w.a.child, Roles: []iam.RoleID{w.a.custom}}}
	w.add(t, w.a, u)
	wantCode(t, "role that is held", remove(w.a.custom), iam.CodeInUse)
	wantCode(t, "system role", remove(roleAgent), iam.CodeImmutable)
	w.change(t, w.a, u.ID, func(u *iam.User) { u.Memberships[0].Roles = nil })
	if err := remove(w.a.custom); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "role that is gone", remove(w.a.custom), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.Role(ctx, w.a.tenant, w.a.custom)
		wantCode(t, "Role", err, iam.CodeNotFound)
		_, err = tx.Role(ctx, w.b.tenant, w.b.custom)
		return err
	})
}

// A role that is given to somebody while it is deleted is either kept or not
// given. covers E-09
func testRoleDeletedWhileGiven(t *testing.T, w *world) {
	for round := range 10 {
		role := &iam.Role{ID: iam.RoleID(w.db.NewID(iam.PrefixRole)), Code: fmt.Sprint("code-", round), Name: "Given", Scope: iam.ScopeOrganization}
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, w.a.tenant, role) })
		w.deletedWhileGiven(t, round, iam.Membership{Org: w.a.child, Roles: []iam.RoleID{role.ID}}, iam.UserFilter{Role: role.ID},
			func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, w.a.tenant, role.ID) },
			func(ctx context.Context, tx iam.Tx) error { _, err := tx.Role(ctx, w.a.tenant, role.ID); return err })
	}
}

// An organization that somebody joins while it is deleted is either kept or not joined.
func testOrgDeletedWhileJoined(t *testing.T, w *world) {
	for round := range 10 {
		o := w.org(t, w.a, fmt.Sprint("joined-", round), w.a.root).ID
		w.deletedWhileGiven(t, round, iam.Membership{Org: o}, iam.UserFilter{Orgs: []iam.OrgID{o}},
			func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, w.a.tenant, o) },
			func(ctx context.Context, tx iam.Tx) error { _, err := tx.Org(ctx, w.a.tenant, o); return err })
	}
}

// deletedWhileGiven gives somebody a membership in each way there is while what it
// names is deleted. Those whom held finds afterwards have it, if and only if look
// finds it.
func (w *world) deletedWhileGiven(t *testing.T, round int, m iam.Membership, held iam.UserFilter, remove, look func(context.Context, iam.Tx) error) {
	t.Helper()
	had := w.add(t, w.a, w.person(fmt.Sprint("Had ", round)))
	codes := atOnce(4, func(i int) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			given := []iam.Membership{m}
			switch i {
			case 0:
				u := w.person(fmt.Sprint("New ", round))
				u.Memberships = given
				return tx.InsertUser(ctx, w.a.tenant, u)
			case 1:
				u := w.person(fmt.Sprint("Imported ", round))
				u.Memberships = given
				u.ID = iam.UserID(w.db.NewID(iam.PrefixUser))
				return tx.InsertUsers(ctx, w.a.tenant, []*iam.User{u}, w.events([]*iam.User{u}), func() error { return nil })
			case 2:
				before, err := tx.User(ctx, w.a.tenant, had.ID)
				if err != nil {
					return err
				}
				after := clone(before)
				after.Memberships = given
				return tx.UpdateUser(ctx, w.a.tenant, before, after)
			default:
				return remove(ctx, tx)
			}
		})
	})
	if codes[""]+codes[iam.CodeInvalid]+codes[iam.CodeInUse] != 4 {
		t.Errorf("unexpected: %v", codes)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		held.Page = iam.Page{Limit: 10}
		list, err := tx.ListUsers(ctx, w.a.tenant, held)
		if found := look(ctx, tx); (found != nil) != (len(list.Items) == 0) {
			t.Errorf("%d have it, and looking for it says %v", len(list.Items), found)
		}
		return err
	})
}
