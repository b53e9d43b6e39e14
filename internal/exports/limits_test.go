package exports_test

import (
	"context"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

func TestNotTooMany(t *testing.T) {
	f := setup(t)
	f.crowd(2500, f.Root)
	for range exports.MaxUnfinished {
		f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	}
	_, err := f.s.Create(t.Context(), f.admin, exports.Create{Kind: iam.ExportUsers})
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	f.work()
	f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
}

// What is asked for while another one begins counts that: no more are kept than
// one person may have.
func TestNotTooManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		f := setupIn(t, tenanttest.In(t, db))
		last := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
		for range exports.MaxKept - 2 {
			f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
		}
		answer := make(chan error, 1)
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			if _, err := tx.UserForUpdate(ctx, f.Tenant.ID, f.Admin.ID); err != nil {
				return err
			}
			go func() {
				_, err := f.s.Create(t.Context(), f.admin, exports.Create{Kind: iam.ExportUsers})
				answer <- err
			}()
			select {
			case err := <-answer:
				answer <- err
			case <-time.After(time.Second):
			}
			e := *last
			e.ID = iam.ExportID(f.NewID(iam.PrefixExport))
			return tx.InsertExport(ctx, f.Tenant.ID, &e)
		})
		tenanttest.Refused(t, <-answer, iam.CodeConflict, "")
	})
}
