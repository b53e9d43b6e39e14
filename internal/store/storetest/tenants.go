package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

func testTenants(t *testing.T, w *world) {
	ids := []iam.TenantID{w.a.tenant, w.b.tenant}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		for i, name := range []string{"a", "b"} {
			want := &iam.Tenant{
				ID: ids[i], ShortName: name, Name: "Tenant " + name, Color: "#336699", Status: iam.StatusActive,
				RootOrg: []iam.OrgID{w.a.root, w.b.root}[i], CreatedAt: Epoch, UpdatedAt: Epoch, Version: 1,
			}
			got, err := tx.Tenant(ctx, ids[i])
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Tenant: %v %s", err, diff)
			}
			got, err = tx.TenantByShortName(ctx, name)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("TenantByShortName: %v %s", err, diff)
			}
		}
		_, err := tx.TenantByShortName(ctx, "nobody")
		wantCode(t, "TenantByShortName", err, iam.CodeNotFound)
		_, err = tx.TenantByHost(ctx, "people.example.com")
		wantCode(t, "TenantByHost", err, iam.CodeNotFound)
		_, err = tx.Tenant(ctx, "tenant_none")
		wantCode(t, "Tenant", err, iam.CodeNotFound)
		return nil
	})

	now := w.db.Clock.Advance(time.Hour)
	var changed *iam.Tenant
	w.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		if changed, err = tx.Tenant(ctx, w.a.tenant); err != nil {
			return err
		}
		changed.Name, changed.Color, changed.LogoKey, changed.Status = "Äöü", "#000000", "logo", iam.StatusSuspended
		changed.Hosts = []string{"chat.example.com", "people.example.com"}
		return tx.UpdateTenant(ctx, changed)
	})
	if changed.Version != 2 || !changed.UpdatedAt.Equal(now) {
		t.Errorf("after the update: version %d at %v", changed.Version, changed.UpdatedAt)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.TenantByHost(ctx, "people.example.com")
		if diff := cmp.Diff(changed, got); diff != "" || err != nil {
			t.Errorf("TenantByHost: %v %s", err, diff)
		}
		findsTenants(ctx, t, tx, w)
		list, err := tx.Tenants(ctx)
		if err != nil || len(list) != 2 || list[0].ShortName != "a" || list[1].ShortName != "b" {
			t.Fatalf("Tenants: %v, %v", list, err)
		}
		if diff := cmp.Diff(changed, list[0]); diff != "" {
			t.Error(diff)
		}
		return nil
	})
}

// findsTenants looks for the tenants, of which a has a host name.
func findsTenants(ctx context.Context, t *testing.T, tx iam.Tx, w *world) {
	t.Helper()
	for asked, want := range map[[2]string]iam.TenantID{
		{"people.example.com", ""}: w.a.tenant, {"people.example.com", "b"}: w.a.tenant, {"elsewhere.example.com", "b"}: w.b.tenant,
		{"", "a"}: w.a.tenant, {"", ""}: "", {"elsewhere.example.com", ""}: "", {"", "nobody"}: "",
	} {
		got, err := tx.FindTenant(ctx, asked[0], asked[1])
		if want == "" {
			wantCode(t, "FindTenant", err, iam.CodeNotFound)
		} else if err != nil || got.ID != want {
			t.Errorf("FindTenant of %q is %v, %v", asked, got, err)
		}
	}
}

func testTenantConflicts(t *testing.T, w *world) {
	insert := func(short string, hosts ...string) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			tenant := &iam.Tenant{ID: iam.TenantID(w.db.NewID(iam.PrefixTenant)), ShortName: short, Hosts: hosts, Status: iam.StatusActive}
			root := &iam.Organization{ID: iam.OrgID(w.db.NewID(iam.PrefixOrg)), ShortName: "root", Status: iam.StatusActive}
			return tx.InsertTenant(ctx, tenant, root, systemRoles())
		})
	}
	if err := insert("c", "c.example.com"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "taken short name", insert("a"), iam.CodeConflict, "/short_name")
	wantCode(t, "taken host", insert("d", "d.example.com", "c.example.com"), iam.CodeConflict, "/hosts")
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		if list, err := tx.Tenants(ctx); err != nil || len(list) != 3 {
			t.Errorf("%d tenants, %v; refused ones must leave nothing", len(list), err)
		}
		return nil
	})

	stale := &iam.Tenant{ID: w.a.tenant, Name: "x", Status: iam.StatusActive, Version: 7}
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateTenant(ctx, stale) })
	wantCode(t, "stale version", err, iam.CodePreconditionFailed)
	stale.ID = "tenant_none"
	err = w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateTenant(ctx, stale) })
	wantCode(t, "no such tenant", err, iam.CodeNotFound)
	err = w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.UpdateTenant(ctx, &iam.Tenant{ID: w.a.tenant, Hosts: []string{"c.example.com"}, Status: iam.StatusActive, Version: 1})
	})
	wantCode(t, "update to a taken host", err, iam.CodeConflict, "/hosts")
}

func testSetupToken(t *testing.T, w *world) {
	for _, want := range [][]byte{nil, {1, 2, 3}, {0, 255}, nil} {
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetSetupToken(ctx, want) })
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.SetupToken(ctx)
			if !bytes.Equal(got, want) || (got == nil) != (want == nil) {
				t.Errorf("SetupToken = %v, want %v", got, want)
			}
			return err
		})
	}
}

func testRefusedWritesVanish(t *testing.T, w *world) {
	cause := errors.New("changed my mind")
	u := w.person("Ann Other")
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertUser(ctx, w.a.tenant, u); err != nil {
			return err
		}
		return cause
	})
	if !errors.Is(err, cause) {
		t.Errorf("Write: %v, want the function's error", err)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.User(ctx, w.a.tenant, u.ID)
		wantCode(t, "user of a refused write", err, iam.CodeNotFound)
		stats, err := tx.UserStats(ctx, w.a.tenant)
		if stats != (iam.UserStats{}) {
			t.Errorf("stats %+v, want none", stats)
		}
		return err
	})
}

func testOneNow(t *testing.T, w *world) {
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		before := tx.Now()
		w.db.Clock.Advance(time.Minute)
		if !tx.Now().Equal(before) {
			t.Error("the now of a transaction moved")
		}
		u := w.person("Ann Other")
		if err := tx.InsertUser(ctx, w.a.tenant, u); err != nil {
			return err
		}
		if !u.CreatedAt.Equal(before) {
			t.Errorf("created at %v in a transaction of %v", u.CreatedAt, before)
		}
		return nil
	})
}

func testAccessChanged(t *testing.T, w *world) {
	var told []iam.TenantID
	w.db.OnAccessChanged(func(id iam.TenantID) { told = append(told, id) })
	w.write(t, func(_ context.Context, tx iam.Tx) error {
		tx.AccessChanged(w.a.tenant)
		tx.AccessChanged(w.a.tenant)
		if told != nil {
			t.Error("told before the commit")
		}
		return nil
	})
	if !slices.Equal(told, []iam.TenantID{w.a.tenant}) {
		t.Errorf("told %v, want tenant a once", told)
	}
	_ = w.tryWrite(t, func(_ context.Context, tx iam.Tx) error {
		tx.AccessChanged(w.b.tenant)
		return iam.NotFound("thing")
	})
	if len(told) != 1 {
		t.Errorf("told %v after a refused write", told)
	}
}
