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
