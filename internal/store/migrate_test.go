package store_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

// What an upgrade does with what is there already: whoever had all of the
// checkbox "Settings" has it still, and a chain in which nothing was sealed yet
// knows which events may have names under the hash.
func TestUpgrade(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgrade(t, open(t)) })
	}
}

func upgrade(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 15); err != nil {
		t.Fatal(err)
	}
	tenant, org := iam.TenantID(db.NewID(iam.PrefixTenant)), iam.OrgID(db.NewID(iam.PrefixOrg))
	had := [][]iam.Permission{
		{"dashboard.home", "bots.read", "dashboard.settings"},
		{"bots.read", "bots.manage", "dashboard.settings"},
		{"bots.read", "bots.publish"},
		{"dashboard.settings", "bots.reader"},
	}
	want := slices.Clone(had)
	want[0] = []iam.Permission{"dashboard.home", "bots.read", "bots.configure", "dashboard.settings"}
	want[1] = []iam.Permission{"bots.read", "bots.manage", "bots.configure", "dashboard.settings"}
	var people []iam.UserID
	var invited []iam.InvitationID
	write := func(fn func(ctx context.Context, tx iam.Tx) error) {
		t.Helper()
		if err := db.Write(t.Context(), func(tx iam.Tx) error { return fn(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	write(func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertTenant(ctx, &iam.Tenant{ID: tenant, ShortName: "acme", Name: "Acme", Status: iam.StatusActive, RootOrg: org},
			&iam.Organization{ID: org, ShortName: "acme", Name: "Acme", Status: iam.StatusActive}, nil); err != nil {
			return err
		}
		for _, list := range had {
			id := db.NewID(iam.PrefixUser)
			u := &iam.User{
				ID: iam.UserID(id), Type: iam.TypeMember, Status: iam.StatusActive, FirstName: "Jo", Email: id + "@x.example", EmailKey: id + "@x.example",
				Memberships: []iam.Membership{{Org: org, Permissions: list}},
			}
			inv := &iam.Invitation{
				ID: iam.InvitationID(db.NewID(iam.PrefixInvitation)), Tenant: tenant, Org: org, Email: u.Email, EmailKey: u.Email, Type: iam.TypeMember,
				Permissions: list, State: iam.InvitationPending, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour),
			}
			people, invited = append(people, u.ID), append(invited, inv.ID)
			if err := tx.InsertUser(ctx, tenant, u); err != nil {
				return err
			}
			if err := tx.InsertInvitations(ctx, tenant, []*iam.Invitation{inv}); err != nil {
				return err
			}
			if err := tx.AppendEvents(ctx, tenant, &iam.Event{ID: iam.EventID(db.NewID(iam.PrefixEvent)), At: tx.Now(), Action: "export.created", Changes: []iam.Change{
				{Field: "filter", After: iam.ExportFilter{Search: u.Email}},
			}}); err != nil {
				return err
			}
		}
		return nil
	})
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(func(ctx context.Context, tx iam.Tx) error {
		for i := range had {
			u, err := tx.User(ctx, tenant, people[i])
			if err != nil {
				return err
			}
			inv, err := tx.Invitation(ctx, tenant, invited[i])
			if err != nil {
				return err
			}
			if !slices.Equal(u.Memberships[0].Permissions, want[i]) || !slices.Equal(inv.Permissions, want[i]) {
				t.Errorf("%v became %v and %v", had[i], u.Memberships[0].Permissions, inv.Permissions)
			}
		}
		_, err := tx.SealEvents(ctx, tenant, 100)
		return err
	})
	if until := openUntil(t, db, tenant); until != int64(len(had)) {
		t.Errorf("names may be under the hash up to %d", until)
	}
	if err := db.Read(t.Context(), func(tx iam.Tx) error {
		if sealed, breach, err := tx.VerifyEvents(t.Context(), tenant); sealed != int64(len(had)) || breach != nil || err != nil {
			t.Errorf("%d, %+v, %v", sealed, breach, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// openUntil reads the place beside the store.
func openUntil(t *testing.T, db storetest.DB, tenant iam.TenantID) (until int64) {
	t.Helper()
	driver, dsn := "sqlite", "file:"+db.Database
	if store.IsPostgres(db.Database) {
		driver, dsn = "pgx", db.Database
	}
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.QueryRowContext(t.Context(), "SELECT open_until FROM audit_heads WHERE tenant_id = $1", string(tenant)).Scan(&until); err != nil {
		t.Fatal(err)
	}
	return until
}
