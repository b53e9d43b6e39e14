package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// testOtherTenant makes every call about tenant a's rows in the name of b: each
// must find nothing and change nothing.
func testOtherTenant(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	before := w.everything(t, w.a)
	b := w.b.tenant
	for what, call := range map[string]func(context.Context, iam.Tx) error{
		"Org": func(ctx context.Context, tx iam.Tx) error { _, err := tx.Org(ctx, b, w.a.child); return err },
		"UpdateOrg": func(ctx context.Context, tx iam.Tx) error {
			return tx.UpdateOrg(ctx, b, &iam.Organization{ID: w.a.child, Version: 1})
		},
		"DeleteOrg": func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, b, w.a.child) },
		"Role":      func(ctx context.Context, tx iam.Tx) error { _, err := tx.Role(ctx, b, w.a.custom); return err },
		"UpdateRole": func(ctx context.Context, tx iam.Tx) error {
			return tx.UpdateRole(ctx, b, &iam.Role{ID: w.a.custom, Version: 1})
		},
		"DeleteRole":    func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, b, w.a.custom) },
		"User":          func(ctx context.Context, tx iam.Tx) error { _, err := tx.User(ctx, b, u.ID); return err },
		"UserForUpdate": func(ctx context.Context, tx iam.Tx) error { _, err := tx.UserForUpdate(ctx, b, u.ID); return err },
		"UserForShare":  func(ctx context.Context, tx iam.Tx) error { _, err := tx.UserForShare(ctx, b, u.ID); return err },
		"UserByEmail":   func(ctx context.Context, tx iam.Tx) error { _, err := tx.UserByEmail(ctx, b, u.EmailKey); return err },
		"UpdateUser": func(ctx context.Context, tx iam.Tx) error {
			after := clone(u)
			after.FirstName, after.Memberships = "Mallory", nil
			return tx.UpdateUser(ctx, b, u, after)
		},
		"RecordSignIn": func(ctx context.Context, tx iam.Tx) error { return tx.RecordSignIn(ctx, b, u.ID) },
		"DeleteUser":   func(ctx context.Context, tx iam.Tx) error { return tx.DeleteUser(ctx, b, u, "mallory") },
	} {
		wantCode(t, what+" of another tenant", w.tryWrite(t, call), iam.CodeNotFound)
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.SetPasswordHash(ctx, b, u.ID, u.PasswordHash, "stolen"); err != nil {
			return err
		}
		users, err := tx.UsersByIDs(ctx, b, []iam.UserID{u.ID})
		if len(users) != 0 {
			t.Error("UsersByIDs of another tenant found somebody")
		}
		if err != nil {
			return err
		}
		stats, err := tx.UserStats(ctx, b)
		if stats != (iam.UserStats{}) {
			t.Errorf("UserStats of another tenant: %+v", stats)
		}
		if err != nil {
			return err
		}
		byType, byRole, err := tx.OtherActiveAdmins(ctx, b, "")
		if byType || byRole {
			t.Error("OtherActiveAdmins of another tenant found somebody")
		}
		return err
	})
	if diff := cmp.Diff(before, w.everything(t, w.a)); diff != "" {
		t.Errorf("tenant a changed: %s", diff)
	}
}

// everything is all that the directory shows of a tenant, but lists of users.
func (w *world) everything(t *testing.T, p place) []any {
	t.Helper()
	var all []any
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		tenant, err := tx.Tenant(ctx, p.tenant)
		if err != nil {
			return err
		}
		orgs, err := tx.Orgs(ctx, p.tenant)
		if err != nil {
			return err
		}
		roles, err := tx.Roles(ctx, p.tenant)
		if err != nil {
			return err
		}
		stats, err := tx.UserStats(ctx, p.tenant)
		if err != nil {
			return err
		}
		ann, err := tx.UserByEmail(ctx, p.tenant, "ann.other@example.com")
		all = []any{tenant, orgs, roles, stats, ann}
		return err
	})
	return all
}

// testReferencesAcross proves that the keys themselves refuse references from
// one tenant's rows to another's.
func testReferencesAcross(t *testing.T, w *world) {
	insert := func(m iam.Membership) error {
		u := w.person("Ann Other")
		u.Memberships = []iam.Membership{m}
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, w.b.tenant, u) })
	}
	wantCode(t, "another tenant's organization", insert(iam.Membership{Org: w.a.root}), iam.CodeInvalid, "/memberships")
	wantCode(t, "another tenant's role", insert(iam.Membership{Org: w.b.root, Roles: []iam.RoleID{w.a.custom}}), iam.CodeInvalid, "/roles")
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, w.b.tenant, &iam.Organization{ID: "org_x", Parent: w.a.root, ShortName: "x", Status: iam.StatusActive})
	})
	wantCode(t, "another tenant's parent", err, iam.CodeInvalid, "/parent")
	err = w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		u := w.person("Ann Other")
		u.Memberships = []iam.Membership{{Org: w.a.root}}
		return tx.InsertUsers(ctx, w.b.tenant, []*iam.User{u}, w.events([]*iam.User{u}), alone)
	})
	wantCode(t, "import into another tenant's organization", err, iam.CodeInvalid, "/memberships")
}
