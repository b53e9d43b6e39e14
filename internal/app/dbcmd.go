package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/retinue/retinue/internal/audit"
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
	Tenant string     `placeholder:"SHORT-NAME" help:"Only this tenant. Default: all."`
	Expect audit.Mark `placeholder:"SEQ:HASH" help:"Head that was printed earlier: fail unless the log still holds it. Default: none."`
}

// Run verifies the audit chains. It opens the database beside a running server
// and changes nothing.
func (a auditVerifyCmd) Run(ctx context.Context, r *run) (err error) {
	st, err := r.openExisting(ctx, (*store.Store).CheckMigrated)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	tenants, err := chosenTenants(ctx, st, a.Tenant)
	if err != nil {
		return err
	}
	if a.Expect.Hash != nil && len(tenants) != 1 {
		return usagef("--expect is the head of one tenant and there are %d: name it with --tenant", len(tenants))
	}
	log, holds := audit.NewService(audit.Deps{Store: st}), true
	for _, t := range tenants {
		v, err := log.Verify(ctx, t.ID, a.Expect)
		if err != nil {
			return err
		}
		holds = report(r.Stdout, t.ShortName, v) && holds
	}
	if !holds {
		return errFailed
	}
	return nil
}

// report prints what was found of a chain, and tells whether that is well.
func report(out io.Writer, tenant string, v *audit.Verification) bool {
	if v.Breach != nil {
		fmt.Fprintf(out, "%s: BROKEN at event %d", tenant, v.Breach.Seq)
		if v.Breach.Event != "" { // one that is gone has no name
			fmt.Fprintf(out, " (%s)", v.Breach.Event)
		}
		fmt.Fprintf(out, ": %s\n", v.Breach.Kind)
	} else {
		fmt.Fprintf(out, "%s: %d events, unbroken, head %s\n", tenant, v.Sealed, v.Head)
	}
	if v.Missed != "" {
		fmt.Fprintf(out, "%s: NOT AS EXPECTED: %s\n", tenant, v.Missed)
	}
	return v.Breach == nil && v.Missed == ""
}

type indexRebuildCmd struct {
	Tenant string `placeholder:"SHORT-NAME" help:"Only this tenant. Default: all."`
}

// Run rebuilds the indexes of users, each in one transaction.
func (i indexRebuildCmd) Run(ctx context.Context, r *run) (err error) {
	st, err := r.openExisting(ctx, (*store.Store).CheckMigrated)
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
