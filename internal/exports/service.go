package exports

import (
	"context"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// Lifetime is how long a file is kept.
	Lifetime = 24 * time.Hour
	// MaxUnfinished is how many exports of one person are under way at once.
	MaxUnfinished = 3
	// MaxKept is how many of one person are kept.
	MaxKept = 50
	// Lease is how long a worker that died keeps an export from others.
	Lease = 30 * time.Second
)

// Spec says how the rows of a file are written.
type Spec struct {
	Tenant  iam.TenantID
	Kind    iam.ExportKind
	Format  iam.ExportFormat
	Columns []string // of a CSV file; nil for all
	Fields  []*iam.CustomField
}

// RowWriter writes the rows of a file.
type RowWriter interface {
	// Head writes what comes before the rows.
	Head() error
	// Write writes one row: a *users.View, *invitations.View, *users.MembershipRow
	// or *iam.Event, as the kind says.
	Write(row any) error
	// Flush hands on what is buffered.
	Flush() error
}

// Rows knows what the rows of files look like: package api does, because they
// look like its answers.
type Rows interface {
	// Columns are those of a CSV file, in their order.
	Columns(kind iam.ExportKind, fields []*iam.CustomField) []string
	Writer(spec Spec, w io.Writer) RowWriter
}

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Clock       clock.Clock
	Directories *authz.Cache
	Users       Users
	Invitations Invitations
	Audit       Audit
	Rows        Rows
	// Dir is where files are kept.
	Dir string
}

// Service makes exports.
type Service struct{ Deps }

// New returns the service; Work does what Create did not do at once.
func New(d Deps) *Service { return &Service{d} }

// Create is what an export is made of.
type Create struct {
	Kind    iam.ExportKind
	Format  iam.ExportFormat
	Columns []string // of a CSV file; empty for all
	Filter  iam.ExportFilter
}

// Create makes an export of what the caller sees in that list where they act. A
// small one is ready when it returns. It needs the permissions of the kind; what
// the list would refuse is refused. CodeConflict when the caller has too many,
// CodeImpersonating for somebody who is logged in as somebody else.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*iam.Export, error) {
	if err := s.validate(ctx, c.Tenant, &in); err != nil {
		return nil, err
	}
	if err := permit(c, in.Kind); err != nil {
		return nil, err
	}
	// It may go on in the background, with the rights of the person alone.
	if err := c.Signs("Exports"); err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	e := &iam.Export{
		ID: iam.ExportID(s.IDs.NewID(iam.PrefixExport, now)), Org: c.Org, Kind: in.Kind, Format: in.Format, Columns: in.Columns, Filter: in.Filter,
		State: iam.ExportRunning, Attempt: 1, CreatedBy: c.User, CreatedName: c.Name, APIKey: c.APIKey, Granted: c.Effective.Permissions(), CreatedAt: now,
	}
	// What the list refuses is better said at once than in the background.
	if _, _, err := s.page(ctx, c, e, ""); err != nil {
		return nil, inFilter(err)
	}
	var err error
	if e.RowsTotal, err = s.count(ctx, c, e); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		// Those of one person wait for each other, so that each counts the others.
		if _, err := tx.UserForUpdate(ctx, c.Tenant, c.User); err != nil {
			return err
		}
		have, err := tx.ExportsOf(ctx, c.Tenant, c.User)
		if err != nil {
			return err
		}
		if err := room(have); err != nil {
			return err
		}
		e.LeaseUntil = tx.Now().Add(Lease)
		if err := tx.InsertExport(ctx, c.Tenant, e); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "export.created", target(e), changes(e)...))
	})
	if err != nil {
		return nil, err
	}
	// What does not go well now is done, and told of, in the background.
	_ = s.run(ctx, c.Tenant, e, quickPages)
	return s.Get(ctx, c, e.ID)
}

// room refuses more exports than one person may have.
func room(have []*iam.Export) error {
	unfinished := 0
	for _, e := range have {
		if e.Unfinished() {
			unfinished++
		}
	}
	switch {
	case unfinished >= MaxUnfinished:
		return iam.Errorf(iam.CodeConflict, "%d of your exports are being made. Wait for one of them, or cancel it.", unfinished)
	case len(have) >= MaxKept:
		return iam.Errorf(iam.CodeConflict, "You have %d exports already. Delete some of them first.", len(have))
	}
	return nil
}

func target(e *iam.Export) audit.Target {
	return audit.Target{Type: "export", ID: string(e.ID), Name: string(e.Kind)}
}

// changes tell who took which part of a list out of the house.
func changes(e *iam.Export) []iam.Change {
	out := audit.Changes{{Field: "format", After: string(e.Format)}}
	if len(e.Columns) > 0 {
		out = append(out, iam.Change{Field: "columns", After: e.Columns})
	}
	if !reflect.DeepEqual(e.Filter, iam.ExportFilter{}) {
		out = append(out, iam.Change{Field: "filter", After: e.Filter})
	}
	return out
}

// visible tells whether an export is the caller's to see: one's own, where it
// was made, while it is kept.
func (s *Service) visible(c *access.Caller, e *iam.Export) bool {
	return c.IsSelf(e.CreatedBy) && e.Org == c.Org && !s.expired(e)
}

// entrusted refuses a key of the export's owner that may not make such an export:
// it holds a part of what they do, and neither what they searched for nor the file
// need be in it. People see their own, so that they can delete what they may no
// longer fetch.
func entrusted(c *access.Caller, e *iam.Export) error {
	if c.InPerson(e.CreatedBy) {
		return nil
	}
	return permit(c, e.Kind)
}

func (s *Service) expired(e *iam.Export) bool {
	return !e.ExpiresAt.IsZero() && !s.Clock.Now().Before(e.ExpiresAt)
}

// List returns the caller's exports of where they act, the newest first: to an API
// key those of kinds that it may export.
func (s *Service) List(ctx context.Context, c *access.Caller) ([]*iam.Export, error) {
	var out []*iam.Export
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = tx.ExportsOf(ctx, c.Tenant, c.User)
		return err
	})
	return slices.DeleteFunc(out, func(e *iam.Export) bool { return !s.visible(c, e) || entrusted(c, e) != nil }), err
}

// Get returns one of the caller's exports. An API key needs the permissions of the
// kind.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.ExportID) (*iam.Export, error) {
	var out *iam.Export
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = s.own(c)(tx.Export(ctx, c.Tenant, id))
		return err
	})
	return out, err
}

// own hides what is not the caller's, and refuses a key that is not entrusted with
// it.
func (s *Service) own(c *access.Caller) func(*iam.Export, error) (*iam.Export, error) {
	return func(e *iam.Export, err error) (*iam.Export, error) {
		if err != nil {
			return nil, err
		}
		if !s.visible(c, e) {
			return nil, iam.NotFound("export")
		}
		if err := entrusted(c, e); err != nil {
			return nil, err
		}
		return e, nil
	}
}

// Remove cancels an export that is being made, and forgets one that is over,
// with its file. An API key needs the permissions of the kind.
func (s *Service) Remove(ctx context.Context, c *access.Caller, id iam.ExportID) error {
	var e *iam.Export
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if e, err = s.own(c)(tx.ExportForUpdate(ctx, c.Tenant, id)); err != nil {
			return err
		}
		action := "export.deleted"
		if e.Unfinished() {
			action = "export.cancelled"
			over(e, iam.ExportCancelled, tx.Now())
			err = tx.UpdateExport(ctx, c.Tenant, e)
		} else {
			err = tx.DeleteExport(ctx, c.Tenant, id)
		}
		if err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target(e)))
	})
	if err == nil {
		s.forgetAll(c.Tenant, e)
	}
	return err
}

// over ends an export in a state.
func over(e *iam.Export, state iam.ExportState, now time.Time) {
	e.State, e.FinishedAt, e.ExpiresAt, e.LeaseUntil, e.Position = state, now, now.Add(Lifetime), now, ""
}

// Download opens the file of an export that is ready. It needs the permissions
// of the kind still, and is audited. CodeConflict while there is no file,
// CodeUnavailable when it lies with another server.
func (s *Service) Download(ctx context.Context, c *access.Caller, id iam.ExportID) (*iam.Export, io.ReadCloser, error) {
	e, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	if err := permit(c, e.Kind); err != nil {
		return nil, nil, err
	}
	if e.State != iam.ExportReady {
		return nil, nil, iam.Errorf(iam.CodeConflict, "There is no file: this export is %s.", e.State)
	}
	f, err := s.open(c.Tenant, e)
	if err != nil {
		return nil, nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "export.downloaded", target(e)))
	})
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return e, f, nil
}
