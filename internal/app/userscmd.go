package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/users"
)

// operatorOf is the caller behind a command that works on one tenant.
func (v *services) operatorOf(ctx context.Context, shortName string) (*access.Caller, error) {
	if shortName != "" {
		t, err := v.tenants.Find(ctx, shortName)
		if err != nil {
			return nil, err
		}
		return access.Operator(t.ID, t.RootOrg), nil
	}
	all, err := v.tenants.List(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, usagef("there are %d tenants: name one with --tenant", len(all))
	}
	return access.Operator(all[0].ID, all[0].RootOrg), nil
}

type usersImportCmd struct {
	File    string `arg:"" placeholder:"FILE.csv" help:"CSV file; - reads standard input."`
	Tenant  string `placeholder:"SHORT-NAME" help:"Tenant to import into. Default: the only one."`
	DryRun  bool   `help:"Only check and report. Default: import."`
	Partial bool   `help:"Import the valid lines of a file that also has invalid ones. Default: refuse the file."`
}

// Run checks the file, reports, and imports it.
func (c usersImportCmd) Run(ctx context.Context, r *run) error {
	collectOften()
	return r.withServices(ctx, func(v *services) error {
		who, err := v.operatorOf(ctx, c.Tenant)
		if err != nil {
			return err
		}
		file := io.NopCloser(os.Stdin)
		if c.File != "-" {
			if file, err = os.Open(c.File); err != nil {
				return err
			}
		}
		imp, err := v.imports.Upload(ctx, who, filepath.Base(c.File), file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		w := importing{run: r, imports: v.imports, who: who}
		if imp, err = w.until(ctx, imp.ID, iam.ImportChecking); err != nil {
			return err
		}
		if err := w.report(ctx, imp); err != nil {
			return err
		}
		if c.DryRun || imp.RowsInvalid > 0 && !c.Partial || imp.RowsValid == 0 {
			return c.leave(ctx, &w, imp)
		}
		if imp, err = v.imports.Start(ctx, who, imp.ID); err != nil {
			return err
		}
		if imp, err = w.until(ctx, imp.ID, iam.ImportRunning); err != nil {
			return err
		}
		if imp.State != iam.ImportDone {
			fmt.Fprintf(r.Stdout, "%s: %d created.\n", imp.State, imp.Created)
			return fmt.Errorf("the import stopped: %s", imp.FailedReason)
		}
		here := imp.RowsTotal - imp.RowsInvalid - imp.Created // also those who came while it ran
		fmt.Fprintf(r.Stdout, "%s: %d created, %d here already, %d with errors.\n", imp.State, imp.Created, here, imp.RowsInvalid)
		return v.store.OptimizeNow(ctx)
	})
}

// importHeap leaves an import of a million users room for its portions and the
// hashes of all addresses; a larger one still runs, and collects more often.
const importHeap = 192 << 20

// collectOften keeps the heap near what is in use, unless GOMEMLIMIT says what it
// may be: by default it would grow to twice that.
func collectOften() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(importHeap)
	}
}

// leave ends an import that is not to be run.
func (c usersImportCmd) leave(ctx context.Context, w *importing, imp *iam.Import) error {
	if imp.State == iam.ImportReady {
		if _, err := w.imports.Cancel(ctx, w.who, imp.ID); err != nil {
			return err
		}
	}
	done := c.Partial && imp.Skipped > 0 && imp.RowsValid == 0 // all that can be imported is
	switch {
	case imp.State == iam.ImportFailed || imp.RowsInvalid > 0 && !done:
		fmt.Fprintln(w.Stdout, "Nobody was imported.")
		return errFailed
	case c.DryRun || imp.RowsValid > 0:
	case imp.Skipped > 0:
		fmt.Fprintf(w.Stdout, "There was nothing to do: %d are here already.\n", imp.Skipped)
	default:
		fmt.Fprintln(w.Stdout, "There was nothing to do: the file has no people.")
	}
	return nil
}

// importing follows one import, and does its work unless a server does.
type importing struct {
	*run
	imports *imports.Service
	who     *access.Caller
}

// until works until the import has left a state.
func (w *importing) until(ctx context.Context, id iam.ImportID, state iam.ImportState) (*iam.Import, error) {
	const pause = 200 * time.Millisecond
	for {
		imp, err := w.imports.Get(ctx, w.who, id)
		if err != nil || imp.State != state {
			return imp, err
		}
		stopShowing := w.show(ctx, id)
		worked, err := w.imports.Work(ctx)
		stopShowing()
		if ctx.Err() != nil {
			return nil, errors.New("interrupted: a server takes the import up again, or cancels it from the console")
		}
		if err != nil {
			return nil, err
		}
		if !worked { // somebody else is at it
			time.Sleep(pause)
		}
	}
}

// show prints how far the import is, every two seconds.
func (w *importing) show(ctx context.Context, id iam.ImportID) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(2 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if imp, err := w.imports.Get(ctx, w.who, id); err == nil {
				fmt.Fprintf(w.Stderr, "%s: %d lines checked, %d of %d done\n", imp.State, imp.RowsChecked, imp.RowsDone, imp.RowsTotal)
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// report prints what the check has found, line by line.
func (w *importing) report(ctx context.Context, imp *iam.Import) error {
	out := bufio.NewWriter(w.Stdout)
	page := iam.Page{Limit: iam.MaxPageSize}
	for {
		rows, err := w.imports.Report(ctx, w.who, imp.ID, "", page)
		if err != nil {
			return err
		}
		for _, row := range rows.Items {
			fmt.Fprintf(out, "line %d, %s: %s (%s)\n", row.Line, row.Field, row.Message, row.Action)
		}
		if page.Cursor = rows.Next; page.Cursor == "" {
			break
		}
	}
	fmt.Fprintf(out, "%d lines: %d can be imported, %d are here already, %d can't be.\n", imp.RowsTotal, imp.RowsValid, imp.Skipped, imp.RowsInvalid)
	if imp.FailedReason != "" {
		fmt.Fprintln(out, imp.FailedReason)
	}
	return out.Flush()
}

type usersExportCmd struct {
	Tenant string `placeholder:"SHORT-NAME" help:"Tenant to export. Default: the only one."`
	Format string `enum:"csv,ndjson" default:"csv" placeholder:"FORMAT" help:"csv or ndjson. Default: ${default}."`
	Output string `short:"o" placeholder:"FILE" help:"File to write; it must not be there yet. Default: standard output."`
	Status string `enum:",active,suspended" default:"" placeholder:"STATUS" help:"Only active or suspended users. Default: all."`
}

// Run exports the users in the columns of an import.
func (c usersExportCmd) Run(ctx context.Context, r *run) error {
	return r.withServices(ctx, func(v *services) (err error) {
		who, err := v.operatorOf(ctx, c.Tenant)
		if err != nil {
			return err
		}
		out := r.Stdout
		if c.Output != "" {
			f, err := os.OpenFile(c.Output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			out = f
		}
		buffered := bufio.NewWriter(out)
		own, err := v.fields.List(ctx, who)
		if err != nil {
			return err
		}
		rows := api.ExportRows(api.Deps{PhotoURL: photoURL}).Writer(
			exports.Spec{Tenant: who.Tenant, Kind: iam.ExportUsers, Format: iam.ExportFormat(c.Format), Fields: own}, buffered)
		if err := rows.Head(); err != nil {
			return err
		}
		write := func(u *users.View) error { return rows.Write(u) }
		if err := v.users.Export(ctx, who, iam.UserFilter{Status: iam.Status(c.Status)}, "", c.Format, write); err != nil {
			return err
		}
		return errors.Join(rows.Flush(), buffered.Flush())
	})
}

type usersResetPasswordCmd struct {
	Tenant string `placeholder:"SHORT-NAME" help:"Tenant of the person. Default: the only one."`
	Email  string `required:"" placeholder:"ADDRESS" help:"E-mail of the person."`
	Keys   bool   `name:"revoke-api-keys" help:"Revoke the person's API keys, too. Default: they go on working."`
	JSON   bool   `name:"json" help:"Print one line of JSON instead. Default: no."`
}

// Run resets the password: the way in for the only administrator, whom nobody
// else in the tenant can help.
func (c usersResetPasswordCmd) Run(ctx context.Context, r *run) error {
	return r.withServices(ctx, func(v *services) error {
		who, err := v.operatorOf(ctx, c.Tenant)
		if err != nil {
			return err
		}
		id, err := v.userByEmail(ctx, who.Tenant, c.Email)
		if err != nil {
			return err
		}
		u, err := v.users.ResetPassword(ctx, who, id, c.Keys)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(r.Stdout).Encode(map[string]any{
				"id": u.ID, "email": u.Email, "status": u.Status, "temporary_password": u.Password, "expires_at": u.PasswordExpiresAt,
				"working_api_keys": u.WorkingKeys,
			})
		}
		_, err = fmt.Fprintf(r.Stdout, "%s has a new password, and was signed out everywhere.\nTemporary password: %s\n"+
			"The password is shown only now, works until %s and must be changed at the next sign-in.\n",
			u.Email, u.Password, u.PasswordExpiresAt.Format("2006-01-02 15:04 MST"))
		if err == nil && u.Status != iam.StatusActive {
			_, err = fmt.Fprintln(r.Stdout, "They can't sign in before somebody reactivates them: they are suspended.")
		}
		return err
	})
}

// userByEmail finds a person of a tenant; the error names what was asked for.
func (v *services) userByEmail(ctx context.Context, tenant iam.TenantID, email string) (id iam.UserID, err error) {
	err = v.store.Read(ctx, func(tx iam.Tx) error {
		u, err := tx.UserByEmail(ctx, tenant, fold.EmailKey(email))
		if iam.CodeOf(err) == iam.CodeNotFound {
			return fmt.Errorf("--email: nobody of this tenant has the address %q", email)
		}
		if err != nil {
			return err
		}
		id = u.ID
		return nil
	})
	return id, err
}
