package exports

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// portionPages is how many pages of the list are written between two looks at
	// the rights and two notes of how far it is; portionTime is how long at most.
	portionPages = 25
	portionTime  = 2 * time.Second
	// quickPages is how much is done at once when an export is asked for.
	quickPages = 10
	// maxAttempts ends an export that nothing can finish.
	maxAttempts = 20
	// maxRestarts is how often one attempt begins anew because the list is no
	// longer the same.
	maxRestarts = 3
)

var errGone = errors.New("exports: cancelled, or somebody else is at it")

// run is one attempt at one export.
type run struct {
	s        *Service
	tenant   iam.TenantID
	e        *iam.Export // as the database has it
	file     *os.File
	buf      *bufio.Writer
	rows     RowWriter
	restarts int
}

// Work takes up an export that waits, to its end, and tells whether there was
// one. It is a background job; several nodes may do it.
func (s *Service) Work(ctx context.Context) (bool, error) {
	var tenant iam.TenantID
	var e *iam.Export
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		tenant, e, err = tx.ClaimExport(ctx, Lease)
		return err
	})
	if err != nil || e == nil {
		return false, err
	}
	return true, s.run(ctx, tenant, e, 0)
}

// run writes a claimed export: up to so many pages, 0 for all of them. An export
// that can't go on fails, with the reason on it. Whatever else stops it leaves it
// to the next attempt.
func (s *Service) run(ctx context.Context, tenant iam.TenantID, e *iam.Export, pages int) error {
	r := &run{s: s, tenant: tenant, e: e}
	done, err := r.do(ctx, pages)
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	if errors.Is(err, errGone) {
		s.forget(tenant, e)
		return nil
	}
	if refusal, ok := errors.AsType[*iam.Error](err); ok && refusal.Code != iam.CodeUnavailable && refusal.Code != iam.CodeInternal {
		return r.fail(ctx, refusal)
	}
	if err != nil && e.Attempt >= maxAttempts {
		return errors.Join(err, r.fail(ctx, iam.Ended("not_written", "The file could not be written. Try again later, or tell whoever runs this server.")))
	}
	if err != nil {
		err = fmt.Errorf("export %s: %w", e.ID, err)
	}
	if !done {
		// Also when the server stops: nobody shall have to wait for the lease.
		err = errors.Join(err, r.release(context.WithoutCancel(ctx)))
	}
	return err
}

func (r *run) do(ctx context.Context, pages int) (done bool, err error) {
	caller, err := r.s.callerOf(ctx, r.tenant, r.e)
	if err != nil {
		return false, err
	}
	if err := r.open(ctx); err != nil {
		return false, err
	}
	count := portionPages
	if pages > 0 {
		count = pages
	}
	for {
		n, next, err := r.portion(ctx, caller, count)
		if iam.CodeOf(err) == iam.CodeInvalidCursor {
			// Other organizations are seen than before: it is another list.
			if err := r.restart(); err != nil {
				return false, err
			}
			continue
		}
		if err == nil {
			err = r.advance(ctx, n, next)
		}
		if err != nil || next == "" {
			return err == nil, err
		}
		if pages > 0 {
			return false, nil
		}
		if caller, err = r.s.callerOf(ctx, r.tenant, r.e); err != nil {
			return false, err
		}
	}
}

// open begins the file, or goes on with it where it is at hand.
func (r *run) open(ctx context.Context) error {
	var resumed bool
	var err error
	if r.file, resumed, err = r.s.begin(r.tenant, r.e); err != nil {
		return err
	}
	r.buf = bufio.NewWriterSize(r.file, 64<<10)
	dir, err := r.s.Directories.Get(ctx, r.tenant)
	if err != nil {
		return err
	}
	spec := Spec{Tenant: r.tenant, Kind: r.e.Kind, Format: r.e.Format, Columns: r.e.Columns, Fields: dir.Fields}
	r.rows = r.s.Rows.Writer(spec, r.buf)
	if resumed {
		// Rows of other columns don't belong below the head that is there.
		if resumed, err = r.headIs(spec); err != nil {
			return err
		}
	}
	if resumed {
		return nil
	}
	return r.anew()
}

// headIs tells whether the file begins as a new one would.
func (r *run) headIs(spec Spec) (bool, error) {
	var head bytes.Buffer
	w := r.s.Rows.Writer(spec, &head)
	if err := errors.Join(w.Head(), w.Flush()); err != nil {
		return false, err
	}
	have := make([]byte, head.Len())
	if _, err := r.file.ReadAt(have, 0); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return bytes.Equal(have, head.Bytes()), nil
}

// anew begins the file from its head.
func (r *run) anew() error {
	r.e.RowsDone, r.e.Size, r.e.Position = 0, 0, ""
	if err := r.file.Truncate(0); err != nil {
		return err
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return r.rows.Head()
}

func (r *run) restart() error {
	if r.restarts++; r.restarts > maxRestarts {
		return iam.Ended("list_changed", "The list kept changing while it was written. Try again later.")
	}
	if err := r.rows.Flush(); err != nil {
		return err
	}
	r.buf.Reset(r.file)
	return r.anew()
}

// portion writes some pages and says how many rows they had, and where to go on.
func (r *run) portion(ctx context.Context, c *access.Caller, pages int) (n int64, next string, err error) {
	until := r.s.Clock.Now().Add(portionTime)
	next = r.e.Position
	for range pages {
		var rows []any
		if rows, next, err = r.s.page(ctx, c, r.e, next); err != nil {
			return 0, "", err
		}
		for _, row := range rows {
			if err := r.rows.Write(row); err != nil {
				return 0, "", err
			}
		}
		n += int64(len(rows))
		if next == "" || !r.s.Clock.Now().Before(until) {
			break
		}
	}
	return n, next, nil
}

// advance makes a portion last, and notes how far the export is.
func (r *run) advance(ctx context.Context, n int64, next string) error {
	if err := errors.Join(r.rows.Flush(), r.buf.Flush(), r.file.Sync()); err != nil {
		return err
	}
	size, err := r.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	return r.update(ctx, func(e *iam.Export, now time.Time) {
		e.RowsDone, e.Size, e.Position, e.LeaseUntil = r.e.RowsDone+n, size, next, now.Add(Lease)
		if next == "" {
			over(e, iam.ExportReady, now)
			e.RowsTotal = e.RowsDone
		}
	})
}

// update changes the export unless it was cancelled or deleted, or another
// worker has got hold of it.
func (r *run) update(ctx context.Context, fn func(e *iam.Export, now time.Time)) error {
	var e *iam.Export
	err := r.s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		e, err = tx.ExportForUpdate(ctx, r.tenant, r.e.ID)
		if iam.CodeOf(err) == iam.CodeNotFound {
			return errGone
		}
		if err != nil {
			return err
		}
		if e.State != iam.ExportRunning || e.Attempt != r.e.Attempt {
			return errGone
		}
		fn(e, tx.Now())
		return tx.UpdateExport(ctx, r.tenant, e)
	})
	if err == nil {
		r.e = e
	}
	return err
}

// release leaves the export to whoever takes it next.
func (r *run) release(ctx context.Context) error {
	err := r.update(ctx, func(e *iam.Export, now time.Time) { e.State, e.LeaseUntil = iam.ExportQueued, now })
	if errors.Is(err, errGone) {
		r.s.forget(r.tenant, r.e)
		return nil
	}
	return err
}

// Failures are the codes of why an export failed.
var Failures = []string{
	"requester_gone", "requester_suspended", "key_stopped", "organization_lost", "permission_lost", "list_changed", "list_refused", "not_written",
}

// fail ends the export for good. What a list refuses, whose filters were good when
// the export was asked for, has one code.
func (r *run) fail(ctx context.Context, why *iam.Error) error {
	code, reason := why.Kept()
	if !slices.Contains(Failures, code) {
		code = "list_refused"
	}
	err := r.update(ctx, func(e *iam.Export, now time.Time) {
		over(e, iam.ExportFailed, now)
		e.FailedReason, e.FailedCode, e.Size = reason, code, 0
	})
	if errors.Is(err, errGone) {
		r.s.forget(r.tenant, r.e)
		return nil
	}
	if err == nil {
		r.s.forgetAll(r.tenant, r.e)
	}
	return err
}

// callerOf is whoever asked for the export, with what they may do now, and never
// more than when they asked. CodeForbidden when that is not enough any more.
func (s *Service) callerOf(ctx context.Context, tenant iam.TenantID, e *iam.Export) (*access.Caller, error) {
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var t *iam.Tenant
	var u *iam.User
	var key *iam.APIKey
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		if t, err = tx.Tenant(ctx, tenant); err != nil {
			return err
		}
		if u, err = tx.User(ctx, tenant, e.CreatedBy); err != nil || e.APIKey == "" {
			return err
		}
		key, err = tx.APIKey(ctx, tenant, e.APIKey)
		return err
	})
	if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
		return nil, err
	}
	switch {
	case err != nil:
		return nil, iam.Ended("requester_gone", "Who asked for this export is no longer there.")
	case t.Status != iam.StatusActive || u.Status != iam.StatusActive:
		return nil, iam.Ended("requester_suspended", "The account was suspended while the export was made.")
	case key != nil && key.StateAt(s.Clock.Now()) != iam.APIKeyActive:
		return nil, iam.Ended("key_stopped", "The API key stopped working while the export was made.")
	case dir.MayActIn(u, e.Org) != nil:
		return nil, iam.Ended("organization_lost", "The organization could no longer be seen while the export was made.")
	}
	c := dir.Later(tenant, u, e.Org, e.Granted)
	if permit(c, e.Kind) != nil {
		return nil, iam.Ended("permission_lost", "The permission for this export was taken away while it was made.")
	}
	return c, nil
}
