package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenants"
)

// withServices runs fn with the services of a database that is there.
func (r *run) withServices(ctx context.Context, fn func(*services) error) error {
	if err := r.mustExist(); err != nil {
		return err
	}
	return r.withNewServices(ctx, fn)
}

// withNewServices is withServices for what may be the first thing that is done: it
// makes the database when there is none.
func (r *run) withNewServices(ctx context.Context, fn func(*services) error) (err error) {
	v, err := r.openServices(ctx, "http://localhost")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	return fn(v)
}

type tenantCreateCmd struct {
	Name           string   `required:"" placeholder:"TEXT" help:"Name as people know it."`
	ShortName      string   `required:"" placeholder:"WORD" help:"What people type at sign-in: lower-case letters, digits and hyphens."`
	AdminEmail     string   `required:"" placeholder:"ADDRESS" help:"E-mail of the first administrator."`
	AdminFirstName string   `default:"Tenant" placeholder:"TEXT" help:"First name of the administrator. Default: ${default}."`
	AdminLastName  string   `default:"Admin" placeholder:"TEXT" help:"Last name of the administrator. Default: ${default}."`
	Host           []string `placeholder:"NAME" help:"Host name under which the tenant's console is reached; may be given several times. Default: none."`
	Color          string   `placeholder:"#RRGGBB" help:"Accent color of the console. Default: blue."`
	JSON           bool     `name:"json" help:"Print one line of JSON instead. Default: no."`
}

// Run creates the tenant.
func (c tenantCreateCmd) Run(ctx context.Context, r *run) error {
	return r.withNewServices(ctx, func(v *services) error {
		made, err := v.tenants.Create(ctx, tenants.Create{
			Name: c.Name, ShortName: c.ShortName, Color: c.Color, Hosts: c.Host,
			Admin: tenants.Admin{FirstName: c.AdminFirstName, LastName: c.AdminLastName, Email: c.AdminEmail},
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(r.Stdout).Encode(map[string]any{
				"id": made.Tenant.ID, "short_name": made.Tenant.ShortName, "admin_email": made.Admin.Email,
				"temporary_password": made.TemporaryPassword, "expires_at": made.Admin.PasswordExpiresAt,
			})
		}
		_, err = fmt.Fprintf(r.Stdout, "Created the tenant %s (%s).\nAdministrator:      %s\nTemporary password: %s\n"+
			"The password is shown only now, works until %s and must be changed at the first sign-in.\n",
			made.Tenant.Name, made.Tenant.ShortName, made.Admin.Email, made.TemporaryPassword, made.Admin.PasswordExpiresAt.Format("2006-01-02 15:04 MST"))
		return err
	})
}

type tenantListCmd struct {
	JSON bool `name:"json" help:"Print a line of JSON for each instead. Default: no."`
}

// Run lists the tenants.
func (c tenantListCmd) Run(ctx context.Context, r *run) error {
	return r.withServices(ctx, func(v *services) error {
		all, err := v.tenants.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(r.Stdout, 0, 0, 2, ' ', 0)
		if !c.JSON {
			fmt.Fprintln(w, "SHORT\tNAME\tSTATUS\tUSERS\tSUSPENDED\tCREATED")
		}
		out := json.NewEncoder(r.Stdout)
		for _, t := range all {
			var stats iam.UserStats
			err := v.store.Read(ctx, func(tx iam.Tx) (err error) {
				stats, err = tx.UserStats(ctx, t.ID)
				return err
			})
			if err == nil && c.JSON {
				err = out.Encode(map[string]any{
					"id": t.ID, "short_name": t.ShortName, "name": t.Name, "status": t.Status, "hosts": append([]string{}, t.Hosts...),
					"users": stats.Total, "suspended": stats.Suspended, "created_at": t.CreatedAt,
				})
			} else if err == nil {
				_, err = fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\n", t.ShortName, t.Name, t.Status, stats.Total, stats.Suspended, t.CreatedAt.Format("2006-01-02"))
			}
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

type tenantSuspendCmd struct {
	ShortName string `arg:"" help:"Short name of the tenant."`
}

// Run suspends the tenant.
func (c tenantSuspendCmd) Run(ctx context.Context, r *run) error {
	return r.withServices(ctx, func(v *services) error {
		t, err := v.tenants.Suspend(ctx, c.ShortName)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(r.Stdout, "%s is suspended: nobody of it gets in.\n", t.Name)
		return err
	})
}

type tenantWakeCmd struct {
	ShortName string `arg:"" help:"Short name of the tenant."`
}

// Run reactivates the tenant.
func (c tenantWakeCmd) Run(ctx context.Context, r *run) error {
	return r.withServices(ctx, func(v *services) error {
		t, err := v.tenants.Reactivate(ctx, c.ShortName)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(r.Stdout, "%s is active again.\n", t.Name)
		return err
	})
}
