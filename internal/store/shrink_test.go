package store_test

import (
	"context"
	"sync"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// Memory is given back while others read and write, and nothing changes for them.
func TestShrink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		ctx := context.Background()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 50 {
					if err := db.Read(ctx, func(tx iam.Tx) error {
						_, err := tx.Tenants(ctx)
						return err
					}); err != nil {
						t.Error(err)
					}
					if err := db.Shrink(ctx); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	})
}

// Statements that are not asked for any more are not kept for good, and are there
// again when they are.
func TestShrinkForgetsStatements(t *testing.T) {
	db, ctx := storetest.SQLite(t), context.Background()
	read := func() {
		t.Helper()
		if err := db.Read(ctx, func(tx iam.Tx) error {
			if _, err := tx.TenantByShortName(ctx, "none"); iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
			_, err := tx.Tenants(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	read()
	before := db.Prepared()
	for range 3 {
		if err := db.Shrink(ctx); err != nil {
			t.Fatal(err)
		}
	}
	// What every transaction needs, and the statement that shrinks.
	if after := db.Prepared(); after > 1 || before < 3 {
		t.Errorf("%d statements were kept, and %d are", before, after)
	}
	read()
}
