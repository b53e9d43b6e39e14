// Package storetest proves that a store keeps what package iam promises: one
// conformance suite for every engine, and empty databases for the tests of the
// packages that work on a store.
//
// SQLite is always tested. PostgreSQL is tested on the server that the
// environment variable RETINUE_TEST_POSTGRES names (a connection URL of a role
// that may create databases); when CI or RETINUE_TEST_REQUIRE_POSTGRES is set,
// it is an error that there is none.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// Epoch is the time at which the clock of a DB stands at first.
var Epoch = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// DB is an empty, migrated database, closed and removed when the test ends.
type DB struct {
	*store.Store
	Clock *clock.Fake
	IDs   iam.IDs
	// Database is what names it in store.Options.
	Database string
}

// NewID returns a fresh id with the prefix.
func (db DB) NewID(prefix string) string { return db.IDs.NewID(prefix, db.Clock.Now()) }

// SealAll chains the audit events that are not sealed yet, of all tenants, as the
// background does, and returns how many they were.
func (db DB) SealAll(tb testing.TB) (sealed int) {
	tb.Helper()
	const portion = 1000
	tenants, err := db.UnsealedTenants(tb.Context())
	for i := 0; i < len(tenants) && err == nil; {
		n := 0
		err = db.Write(tb.Context(), func(tx iam.Tx) (err error) {
			n, err = tx.SealEvents(tb.Context(), tenants[i], portion)
			return err
		})
		if sealed += n; n < portion {
			i++
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return sealed
}

// Each runs a test on an empty database of every engine there is.
func Each(t *testing.T, test func(t *testing.T, db DB)) {
	t.Helper()
	for name, open := range Engines(t) {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Engines returns how to open an empty database of each engine, by its name.
func Engines(tb testing.TB) map[string]func(testing.TB) DB {
	tb.Helper()
	engines := map[string]func(testing.TB) DB{"sqlite": SQLite}
	if os.Getenv(postgresVariable) != "" {
		engines["postgres"] = Postgres
	} else if os.Getenv("CI") != "" || os.Getenv("RETINUE_TEST_REQUIRE_POSTGRES") != "" {
		tb.Errorf("%s is not set: PostgreSQL must be tested here; see scripts/with-postgres.sh", postgresVariable)
	}
	return engines
}

const postgresVariable = "RETINUE_TEST_POSTGRES"

// sqliteTemplate is a migrated database file, made once a process: copying it is
// faster than migrating.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "retinue-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite opens an empty SQLite database.
func SQLite(tb testing.TB) DB {
	tb.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "retinue.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		tb.Fatal(err)
	}
	return open(tb, path)
}

// Unmigrated returns how to open a database without a schema on each engine.
func Unmigrated(tb testing.TB) map[string]func(testing.TB) DB {
	tb.Helper()
	engines := Engines(tb)
	engines["sqlite"] = func(tb testing.TB) DB { return open(tb, filepath.Join(tb.TempDir(), "retinue.db")) }
	if engines["postgres"] != nil {
		engines["postgres"] = func(tb testing.TB) DB { return postgresOf(tb, "template1") }
	}
	return engines
}

// postgresTemplate is the name of a migrated database, made once a process.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	name := templatePrefix + strconv.FormatInt(clock.System{}.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text())[:8]
	if err := atPostgres(func(db *sql.DB) error {
		dropOldTemplates(db)
		_, err := db.Exec("CREATE DATABASE " + name)
		return err
	}); err != nil {
		return "", err
	}
	return name, migrate(postgresURL(name))
})

const templatePrefix = "retinue_template_"

// dropOldTemplates removes templates of test processes that are long gone: a
// process can't tell when its last test ends.
func dropOldTemplates(db *sql.DB) {
	old := templatePrefix + strconv.FormatInt(clock.System{}.Now().Add(-time.Hour).Unix(), 10)
	rows, err := db.Query("SELECT datname FROM pg_database WHERE datname LIKE $1 AND datname < $2", templatePrefix+"%", old)
	if err != nil {
		return
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if rows.Scan(&name) == nil {
			names = append(names, name)
		}
	}
	if rows.Err() != nil {
		return
	}
	for _, name := range names {
		_, _ = db.Exec("DROP DATABASE IF EXISTS " + name) // one that is in use stays
	}
}

// Postgres opens an empty PostgreSQL database.
func Postgres(tb testing.TB) DB {
	tb.Helper()
	template, err := postgresTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	return postgresOf(tb, template)
}

// postgresOf opens a new database that is made of a template.
func postgresOf(tb testing.TB, template string) DB {
	tb.Helper()
	name := "retinue_test_" + strings.ToLower(rand.Text())[:16]
	if err := atPostgres(func(db *sql.DB) error {
		_, err := db.Exec("CREATE DATABASE " + name + " TEMPLATE " + template)
		return err
	}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := atPostgres(func(db *sql.DB) error {
			_, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)")
			return err
		}); err != nil {
			tb.Error(err)
		}
	})
	return open(tb, postgresURL(name))
}

// atPostgres runs fn on the server's own database.
func atPostgres(fn func(*sql.DB) error) error {
	db, err := sql.Open("pgx", os.Getenv(postgresVariable))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := fn(db); err != nil {
		return fmt.Errorf("the PostgreSQL server of %s: %w", postgresVariable, err)
	}
	return nil
}

// postgresURL is the URL of another database on the server.
func postgresURL(name string) string {
	u, err := url.Parse(os.Getenv(postgresVariable))
	if err != nil {
		return os.Getenv(postgresVariable) // opening it will tell what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

func migrate(database string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Database: database, Clock: clock.System{}, IDs: &iam.RandomIDs{}})
	if err != nil {
		return err
	}
	defer s.Close()
	_, _, err = s.Migrate(ctx)
	return err
}

func open(tb testing.TB, database string) DB {
	tb.Helper()
	db := DB{Clock: clock.NewFake(Epoch), IDs: &iam.RandomIDs{}, Database: database}
	s, err := store.Open(context.Background(), store.Options{Database: database, Clock: db.Clock, IDs: db.IDs})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	db.Store = s
	return db
}
