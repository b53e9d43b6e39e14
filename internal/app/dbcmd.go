package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

type migrateCmd struct{}

// Run brings the schema up to date.
func (migrateCmd) Run(ctx context.Context, r *run) (err error) {
	st, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	from, to, err := st.Migrate(ctx)
	if err != nil {
		return err
	}
	if from == to {
		_, err = fmt.Fprintf(r.Stdout, "The schema is up to date: %d.\n", to)
		return err
	}
	_, err = fmt.Fprintf(r.Stdout, "The schema was brought from %d to %d.\n", from, to)
	return err
}

type auditVerifyCmd struct {
	Tenant string `placeholder:"SHORT-NAME" help:"Only this tenant. Default: all."`
}

// Run verifies the audit chains. It opens the database beside a running server
// and changes nothing.
func (a auditVerifyCmd) Run(ctx context.Context, r *run) (err error) {
	st, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	tenants, err := chosenTenants(ctx, st, a.Tenant)
	if err != nil {
		return err
	}
	broken := false
	for _, t := range tenants {
		var sealed int64
		var breach *iam.ChainBreach
		err := st.Read(ctx, func(tx iam.Tx) (err error) {
			sealed, breach, err = tx.VerifyEvents(ctx, t.ID)
			return err
		})
		if err != nil {
			return err
		}
		if breach != nil {
			broken = true
			fmt.Fprintf(r.Stdout, "%s: BROKEN at event %d (%s): %s\n", t.ShortName, breach.Seq, breach.Event, breach.Kind)
			continue
		}
		fmt.Fprintf(r.Stdout, "%s: %d events, unbroken\n", t.ShortName, sealed)
	}
	if broken {
		return errFailed
	}
	return nil
}

type indexRebuildCmd struct {
	Tenant string `placeholder:"SHORT-NAME" help:"Only this tenant. Default: all."`
}

// Run rebuilds the indexes of users, each in one transaction.
func (i indexRebuildCmd) Run(ctx context.Context, r *run) (err error) {
	st, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	tenants, err := chosenTenants(ctx, st, i.Tenant)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		users, err := st.RebuildUserIndex(ctx, t.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.Stdout, "%s: %d users indexed\n", t.ShortName, users)
	}
	return nil
}

// chosenTenants are the one of a short name, or all when it is "".
func chosenTenants(ctx context.Context, st *store.Store, shortName string) (list []*iam.Tenant, err error) {
	err = st.Read(ctx, func(tx iam.Tx) (err error) {
		if shortName == "" {
			list, err = tx.Tenants(ctx)
			return err
		}
		t, err := tx.TenantByShortName(ctx, shortName)
		list = []*iam.Tenant{t}
		return err
	})
	return list, err
}
