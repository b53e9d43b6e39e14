package store_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

// A portion is written whole or not at all, and is there for everybody at once, with
// what is written in between.
func TestPortions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		ctx := context.Background()
		db.SetMaxLog(1) // bytes: each portion copies the log of those before
		refused := errors.New("refused")
		for i := range 20 {
			write, fails := db.WritePortion, i%5 == 4
			if i%3 == 2 {
				write = db.Write
			}
			err := write(ctx, func(tx iam.Tx) error {
				if _, err := insertTenant(ctx, db, tx); err != nil || !fails {
					return err
				}
				return refused
			})
			if fails != errors.Is(err, refused) || !fails && err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(ctx, func(tx iam.Tx) error {
			all, err := tx.Tenants(ctx)
			if len(all) != 16 {
				t.Errorf("%d of 16 are there", len(all))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A portion waits for the copy of the log where the log is long, and not where only its
// file is, which keeps its length.
func TestLogOfPortionsBeginsAnew(t *testing.T) {
	db := storetest.SQLite(t)
	ctx := t.Context()
	const most = 1 << 20 // bytes
	db.SetMaxLog(most)
	raw := storetest.Raw(t, db)
	portion := func() (used, log int64) {
		if err := db.WritePortion(ctx, func(tx iam.Tx) error {
			_, err := insertTenant(ctx, db, tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		file, err := os.Stat(db.Database + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return store.UsedLog(ctx, t, raw), file.Size()
	}
	if err := db.Read(ctx, func(tx iam.Tx) error { // a reader of what was before keeps the log
		if _, err := tx.Tenants(ctx); err != nil {
			return err
		}
		for range 1000 {
			if used, log := portion(); used > log {
				t.Fatalf("%d bytes of %d are used", used, log)
			} else if used > most {
				return nil
			}
		}
		t.Fatal("a log that is kept stays short")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if used, log := portion(); used >= most || log < most {
			t.Errorf("%d bytes of %d are used, with nobody who keeps them", used, log)
		}
	}
}

// Whatever is written after a portion is on the disk when Write returns, the
// portion included; and the log is no longer than it is for a transaction.
func TestSQLiteIsCarefulAfterPortions(t *testing.T) {
	db := storetest.SQLite(t)
	ctx := context.Background()
	db.SetMaxLog(1)
	for range 50 {
		if err := db.WritePortion(ctx, func(tx iam.Tx) error {
			for pragma, want := range map[string]int{"synchronous": 1, "foreign_keys": 0} {
				if got := store.Pragma(ctx, t, tx, pragma); got != want {
					t.Fatalf("a portion is written with %s=%d", pragma, got)
				}
			}
			_, err := insertTenant(ctx, db, tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if log, err := os.Stat(db.Database + "-wal"); err != nil || log.Size() > 1<<20 {
		t.Errorf("the log has %d bytes, %v", log.Size(), err)
	}
	if err := db.Write(ctx, func(tx iam.Tx) error {
		for pragma, want := range map[string]int{"synchronous": 2, "wal_autocheckpoint": 1000, "journal_size_limit": 64 << 20, "foreign_keys": 1} {
			if got := store.Pragma(ctx, t, tx, pragma); got != want {
				t.Errorf("%s=%d, want %d", pragma, got, want)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
