package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// onPostgres runs a test on an empty database of PostgreSQL, where there is one;
// server is another way to it.
func onPostgres(t *testing.T, test func(t *testing.T, db storetest.DB, server *sql.DB)) {
	t.Helper()
	open := storetest.Engines(t)["postgres"]
	if open == nil {
		return
	}
	db := open(t)
	server, err := sql.Open("pgx", db.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	test(t, db, server)
}

// insertTenant adds a company with nothing in it, and returns its id.
func insertTenant(ctx context.Context, db storetest.DB, tx iam.Tx) (iam.TenantID, error) {
	id := db.NewID(iam.PrefixTenant)
	root := &iam.Organization{ID: iam.OrgID(db.NewID(iam.PrefixOrg)), ShortName: "root", Name: "Kestrel Lane", Status: iam.StatusActive, Version: 1}
	tenant := &iam.Tenant{ID: iam.TenantID(id), ShortName: id[len(id)-8:], Name: root.Name, Status: iam.StatusActive, RootOrg: root.ID, Version: 1}
	return tenant.ID, tx.InsertTenant(ctx, tenant, root, nil)
}

// A server that was started anew, or a firewall that forgets, ends connections that
// the pool holds: nobody's request fails for that.
func TestConnectionsThatTheServerHasEnded(t *testing.T) {
	onPostgres(t, testEndedConnections)
}

func testEndedConnections(t *testing.T, db storetest.DB, server *sql.DB) {
	t.Helper()
	var kept iam.TenantID
	if err := db.Write(t.Context(), func(tx iam.Tx) (err error) {
		kept, err = insertTenant(t.Context(), db, tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	end := func() {
		t.Helper()
		if _, err := server.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" +
			" WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		for _, read := range []func(context.Context, func(iam.Tx) error) error{db.Read, db.ReadEach} {
			end()
			if err := read(t.Context(), func(tx iam.Tx) error {
				_, err := tx.Tenant(t.Context(), kept)
				return err
			}); err != nil {
				t.Errorf("a read after connections were ended: %v", err)
			}
		}
		end()
		if err := db.Write(t.Context(), func(tx iam.Tx) error {
			_, err := insertTenant(t.Context(), db, tx)
			return err
		}); err != nil {
			t.Errorf("a change after connections were ended: %v", err)
		}
	}
}

// A transaction that ends early leaves nothing behind on its connection: neither
// locks nor a snapshot.
func TestNoTransactionStaysOpen(t *testing.T) {
	onPostgres(t, testNothingStaysOpen)
}

func testNothingStaysOpen(t *testing.T, db storetest.DB, server *sql.DB) {
	t.Helper()
	refused := errors.New("refused")
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	for range 20 {
		for _, read := range []func(context.Context, func(iam.Tx) error) error{db.Read, db.ReadEach} {
			_ = read(t.Context(), func(tx iam.Tx) error {
				_, err := tx.Tenant(t.Context(), "tenant_none")
				return err
			})
			if err := read(t.Context(), func(tx iam.Tx) error {
				_, err := insertTenant(t.Context(), db, tx)
				return err
			}); err == nil {
				t.Error("a read wrote")
			}
		}
		if err := db.Write(t.Context(), func(tx iam.Tx) error {
			if _, err := insertTenant(t.Context(), db, tx); err != nil {
				return err
			}
			return refused
		}); !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if err := db.Read(t.Context(), func(tx iam.Tx) error {
			_, err := tx.Tenant(gone, "tenant_none")
			return err
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("a read for somebody who has hung up: %v", err)
		}
	}
	// What ends in the background has ended once every connection can be had.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var open, tenants int
	if err := server.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'").Scan(&open); err != nil || open > 0 {
		t.Errorf("%d transactions are open, %v", open, err)
	}
	if err := server.QueryRow("SELECT count(*) FROM tenants").Scan(&tenants); err != nil || tenants > 0 {
		t.Errorf("%d tenants were kept of transactions that were refused, %v", tenants, err)
	}
}
