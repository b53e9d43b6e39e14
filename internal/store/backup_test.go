package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

func addTenant(t *testing.T, db storetest.DB, name string) {
	t.Helper()
	org := iam.OrgID(db.NewID(iam.PrefixOrg))
	err := db.Write(t.Context(), func(tx iam.Tx) error {
		return tx.InsertTenant(t.Context(),
			&iam.Tenant{ID: iam.TenantID(db.NewID(iam.PrefixTenant)), ShortName: name, Name: name, Status: iam.StatusActive, RootOrg: org},
			&iam.Organization{ID: org, ShortName: name, Name: name, Status: iam.StatusActive}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tenantNames opens the database at a path and lists its tenants.
func tenantNames(t *testing.T, path string) []string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Database: path, Clock: clock.System{}, IDs: &iam.RandomIDs{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names []string
	err = s.Read(t.Context(), func(tx iam.Tx) error {
		all, err := tx.Tenants(t.Context())
		for _, tenant := range all {
			names = append(names, tenant.ShortName)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestBackup: a backup made while people write is a whole database that restores.
func TestBackup(t *testing.T) {
	db := storetest.SQLite(t)
	addTenant(t, db, "before")
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")

	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			addTenant(t, db, "during"+strings.Repeat("x", i%30)+string(rune('a'+i/30%26)))
			if i > 600 {
				return
			}
		}
	})
	for range 3 { // replaces the one before
		if err := db.Backup(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	writers.Wait()
	if names := tenantNames(t, backup); len(names) == 0 || names[0] != "before" {
		t.Errorf("the backup has tenants %v", names)
	}
	cancelled := filepath.Join(dir, "cancelled.db")
	if err := db.Backup(ctx, cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled backup: %v", err)
	}
	if err := db.Backup(t.Context(), filepath.Join(dir, "nowhere", "x.db")); err == nil {
		t.Error("a backup into a directory that does not exist succeeded")
	}
	var left []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if d := cmp.Diff([]string{"backup.db"}, left); d != "" {
		t.Errorf("files left (-want +got):\n%s", d)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup's mode: %v, %v", info.Mode(), err)
	}
}

// TestRestore: a backup replaces a database only when told to, and its log with it.
func TestRestore(t *testing.T) {
	db := storetest.SQLite(t)
	addTenant(t, db, "saved")
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := db.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "new.db")
	if err := store.Restore(t.Context(), backup, fresh, false, nil); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"saved"}, tenantNames(t, fresh)); d != "" {
		t.Errorf("restored tenants (-want +got):\n%s", d)
	}
	other := storetest.SQLite(t)
	addTenant(t, other, "other")
	if err := store.Restore(t.Context(), backup, other.Database, false, nil); !errors.Is(err, store.ErrDatabaseExists) {
		t.Errorf("restored over a database: %v", err)
	}
	if err := store.Restore(t.Context(), backup, other.Database, true, nil); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("restored under a running server: %v", err)
	}
	addTenant(t, other, "more") // the server goes on
	stopped := filepath.Join(t.TempDir(), "stopped.db")
	for _, suffix := range []string{"", "-wal", "-shm"} { // as kill -9 leaves it: with its log
		data, err := os.ReadFile(other.Database + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(stopped+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	notYet := errors.New("not yet")
	if err := store.Restore(t.Context(), backup, stopped, true, func() error { return notYet }); !errors.Is(err, notYet) {
		t.Errorf("restored although something was in the way: %v", err)
	}
	if names := tenantNames(t, stopped); !slices.Contains(names, "more") {
		t.Errorf("tenants after a refusal: %v", names)
	}
	if err := store.Restore(t.Context(), backup, stopped, true, nil); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"saved"}, tenantNames(t, stopped)); d != "" {
		t.Errorf("tenants after replacing (-want +got):\n%s", d)
	}
}

// TestRestoreRefuses: what is no undamaged database of this version is refused
// and leaves nothing behind.
func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	if err := storetest.SQLite(t).Backup(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(path, query string) string {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
		return path
	}
	damaged := append([]byte{}, data...)
	for i := 8192; i < len(damaged)-4096; i += 4096 {
		copy(damaged[i:], "garbage that is no page of a tree")
	}
	for name, c := range map[string]struct{ path, want string }{
		"nothing":   {filepath.Join(dir, "none"), "no such file"},
		"text":      {file("text", []byte(strings.Repeat("hello ", 999))), "no readable SQLite database"},
		"empty":     {file("empty", nil), "not one of retinue"},
		"truncated": {file("truncated", data[:len(data)/2]), "database"},
		"damaged":   {file("damaged", damaged), "database"},
		"another's": {run(filepath.Join(dir, "other"), "CREATE TABLE users (id TEXT)"), "not one of retinue"},
		"newer": {
			run(file("newer", data), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"),
			"schema 999, newer than",
		},
	} {
		t.Run(name, func(t *testing.T) {
			into := t.TempDir()
			err := store.Restore(t.Context(), c.path, filepath.Join(into, "retinue.db"), false, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if left, _ := os.ReadDir(into); len(left) > 0 {
				t.Errorf("left %v behind", left)
			}
		})
	}
}

func TestBackupOfPostgres(t *testing.T) {
	if err := store.Restore(t.Context(), "x", "postgres://localhost/x", false, nil); !errors.Is(err, store.ErrNotEmbedded) {
		t.Errorf("restore: %v", err)
	}
	open, ok := storetest.Engines(t)["postgres"]
	if !ok {
		return // Engines tells where one must be there
	}
	if err := open(t).Backup(t.Context(), filepath.Join(t.TempDir(), "x")); !errors.Is(err, store.ErrNotEmbedded) {
		t.Errorf("backup: %v", err)
	}
}
