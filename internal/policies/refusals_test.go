package policies

import (
	"context"
	"fmt"
	"testing"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// One client's exceptions take no room of another's, and one that is granted again
// stands in for the one before. covers E-11
func TestRoomForExceptions(t *testing.T) {
	k := tenanttest.New(t)
	client, sister := k.Org("Client", ""), k.Org("Sister", "")
	below, admin := k.Org("Below", client), k.Caller(k.Admin)
	exception := func(n int, org iam.OrgID) *iam.IPException {
		return &iam.IPException{
			ID: iam.ExceptionID(k.NewID(iam.PrefixException)), Org: org, Address: fmt.Sprintf("2001:db8::%x", n), Until: k.Clock.Now().AddDate(0, 0, 1),
			CreatedBy: admin.User, CreatedName: admin.Name, CreatedAt: k.Clock.Now(),
		}
	}
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for n := range maxExceptions {
			org := client
			if n%2 == 0 {
				org = below
			}
			if err := tx.InsertIPException(ctx, k.Tenant.ID, exception(n, org)); err != nil {
				return err
			}
		}
		return nil
	})
	room := func(e *iam.IPException) (err error) {
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			dir, errLoad := authz.Load(ctx, tx, k.Tenant.ID)
			if errLoad != nil {
				return errLoad
			}
			have, errRead := tx.IPExceptions(ctx, k.Tenant.ID)
			if errRead != nil {
				return errRead
			}
			err = makeRoom(ctx, tx, admin, dir, have, e)
			return nil
		})
		return err
	}
	for _, org := range []iam.OrgID{client, below} {
		tenanttest.Refused(t, room(exception(maxExceptions, org)), iam.CodeConflict, "")
	}
	for _, org := range []iam.OrgID{sister, k.Root} {
		if err := room(exception(maxExceptions, org)); err != nil {
			t.Errorf("%s: %v", org, err)
		}
	}
	if err := room(exception(1, client)); err != nil {
		t.Fatal(err)
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		have, err := tx.IPExceptions(ctx, k.Tenant.ID)
		if len(have) != maxExceptions-1 {
			t.Errorf("%d are left", len(have))
		}
		return err
	})
}
