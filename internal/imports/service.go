package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

const (
	// MaxBytes is the largest file: a million people with hashes take about 250 MB.
	MaxBytes = 300 << 20
	// MaxUnfinished is how many imports of one person are not over at once: the file
	// of each is kept for as long.
	MaxUnfinished = 20
)

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Clock       clock.Clock
	Directories *authz.Cache
	// Dir is where uploads are kept while they are needed.
	Dir string
	// Writers is how many portions are written at once: more than one only where
	// the engine has several writers. Each keeps a portion in memory.
	Writers int
	// ValidateHash refuses password hashes that could not be verified.
	ValidateHash func(string) error
}

// Service imports users.
type Service struct{ Deps }

// New returns the service; Work does what Upload and Start ask for.
func New(d Deps) *Service { return &Service{d} }

// signed is what importing needs, and that nobody does it as somebody else: it
// goes on in the background under the name of who started it. CodeImpersonating.
func signed(c *access.Caller) error {
	if err := c.Require(iam.PermUsersImport); err != nil {
		return err
	}
	return c.Signs("Imports")
}

// room refuses more imports than one person may have. It comes twice: before a
// file is read, and with the person locked before it is anything to do.
func room(ctx context.Context, tx iam.Tx, c *access.Caller) error {
	if c.User == "" {
		return nil // the operator: it is their disk
	}
	have, err := tx.Imports(ctx, c.Tenant, func(i *iam.Import) bool { return i.CreatedBy == c.User && i.Unfinished() })
	if err != nil || len(have) < MaxUnfinished {
		return err
	}
	return iam.Errorf(iam.CodeConflict, "%d of your imports are not over. Start or cancel one of them first.", len(have)).Because("unfinished_imports")
}

// lockUploader makes uploads of one person wait for each other.
func lockUploader(ctx context.Context, tx iam.Tx, c *access.Caller) error {
	if c.User == "" {
		return nil
	}
	_, err := tx.UserForUpdate(ctx, c.Tenant, c.User)
	return err
}

// Upload keeps the file and asks for its check. It needs users.import.
// CodeConflict when the caller has too many that are not over.
func (s *Service) Upload(ctx context.Context, c *access.Caller, name string, r io.Reader) (*iam.Import, error) {
	if err := signed(c); err != nil {
		return nil, err
	}
	if err := c.Require(iam.PermUsersCreate); err != nil {
		return nil, err
	}
	if err := s.Store.Read(ctx, func(tx iam.Tx) error { return room(ctx, tx, c) }); err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	imp := &iam.Import{
		ID: iam.ImportID(s.IDs.NewID(iam.PrefixImport, now)), Org: c.Org, FileName: fileName(name), State: iam.ImportChecking,
		CreatedBy: c.User, CreatedName: c.Name, APIKey: c.APIKey, Granted: c.Holds().Permissions(), CreatedAt: now,
	}
	imp.FileKey = string(imp.ID) + fileSuffix
	if err := s.keep(ctx, c.Tenant, imp, r); err != nil {
		s.forget(c.Tenant, imp)
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := lockUploader(ctx, tx, c); err != nil {
			return err
		}
		if err := room(ctx, tx, c); err != nil {
			return err
		}
		if err := tx.InsertImport(ctx, c.Tenant, imp); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "import.uploaded", target(imp)))
	})
	if err != nil {
		s.forget(c.Tenant, imp)
		return nil, err
	}
	return imp, nil
}

// target is an import in the log of the organization in which it was started,
// whoever and whatever goes on with it.
func target(i *iam.Import) audit.Target {
	return audit.Target{Type: "import", ID: string(i.ID), Name: i.FileName, Org: i.Org}
}

// fileName is what is shown of the name the browser gave.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(filepath.Base(strings.ReplaceAll(s, `\`, "/")), ""))
	if s == "" || s == "." || s == "/" {
		return "users.csv"
	}
	if r := []rune(s); len(r) > 120 {
		s = string(r[:120])
	}
	return s
}

// List returns the latest imports; it needs users.import.
func (s *Service) List(ctx context.Context, c *access.Caller) ([]*iam.Import, error) {
	if err := c.Require(iam.PermUsersImport); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var out []*iam.Import
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = tx.Imports(ctx, c.Tenant, func(i *iam.Import) bool { return visible(dir, c, i) })
		return err
	})
	return out, err
}

// visible tells whether an import is the caller's to see: it is of the
// organization in which they act, or of one below it.
func visible(dir *authz.Directory, c *access.Caller, i *iam.Import) bool {
	return c.InRoot || dir.Within(i.Org, c.Org)
}

// Get returns one import; it needs users.import.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
	if err := c.Require(iam.PermUsersImport); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var out *iam.Import
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		if out, err = tx.Import(ctx, c.Tenant, id); err == nil && !visible(dir, c, out) {
			out, err = nil, iam.NotFound("import")
		}
		return err
	})
	return out, err
}

// Template is a file to begin with, with the tenant's custom fields. It needs
// users.import.
func (s *Service) Template(ctx context.Context, c *access.Caller) (string, error) {
	if err := c.Require(iam.PermUsersImport); err != nil {
		return "", err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return "", err
	}
	return usercsv.TemplateOf(dir.Fields), nil
}

// Report returns what is wrong, left out or new, by line, or only the lines to
// which one thing happens: create, skip or error. It needs users.import. Of new
// people the first thousand are listed.
func (s *Service) Report(ctx context.Context, c *access.Caller, id iam.ImportID, action string, p iam.Page) (iam.List[iam.ImportRow], error) {
	var out iam.List[iam.ImportRow]
	if _, err := s.Get(ctx, c, id); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = tx.ImportRows(ctx, c.Tenant, id, action, p)
		return err
	})
	return out, err
}

// Start lets a checked import create its valid rows. It is the starter's
// permissions that count from then on. Starting twice is one start.
func (s *Service) Start(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
	if err := signed(c); err != nil {
		return nil, err
	}
	return s.move(ctx, c, id, "import.started", func(i *iam.Import, now time.Time) error {
		switch {
		case i.State == iam.ImportRunning || i.State == iam.ImportDone:
			return errAlready
		case i.State != iam.ImportReady:
			return iam.Errorf(iam.CodeConflict, "This import can't be started: it is %s.", i.State).Because("import_state")
		case i.RowsValid == 0:
			return iam.Errorf(iam.CodeConflict, "No line of this file can be imported. See the report, mend the file and upload it again.").Because("nothing_to_import")
		}
		i.State, i.CreatedBy, i.CreatedName, i.Granted = iam.ImportRunning, c.User, c.Name, c.Holds().Permissions()
		i.APIKey, i.LeaseUntil = c.APIKey, now
		i.StartedFrom = iam.Origin{IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID}
		return nil
	})
}

// Cancel stops an import; whoever is created stays.
func (s *Service) Cancel(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
	return s.move(ctx, c, id, "import.cancelled", func(i *iam.Import, now time.Time) error {
		switch i.State {
		case iam.ImportCancelled:
			return errAlready
		case iam.ImportDone, iam.ImportFailed:
			return iam.Errorf(iam.CodeConflict, "This import is over already.").Because("import_over")
		}
		i.State, i.FinishedAt, i.StartedFrom = iam.ImportCancelled, now, iam.Origin{}
		return nil
	})
}

var errAlready = errors.New("imports: nothing to do")

func (s *Service) move(ctx context.Context, c *access.Caller, id iam.ImportID, action string, fn func(*iam.Import, time.Time) error) (*iam.Import, error) {
	if err := c.Require(iam.PermUsersImport); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var out *iam.Import
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		i, err := tx.ImportForUpdate(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		if !visible(dir, c, i) {
			return iam.NotFound("import")
		}
		out = i
		if err := fn(i, tx.Now()); err != nil {
			if errors.Is(err, errAlready) {
				return nil
			}
			return err
		}
		if err := tx.UpdateImport(ctx, c.Tenant, i); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target(i)))
	})
	if err == nil && out.State == iam.ImportCancelled {
		s.forget(c.Tenant, out)
	}
	return out, err
}

// Lease is how long a worker that died keeps an import from others.
const Lease = 30 * time.Second

// Work does one import that waits to be checked or run, to its end, and tells
// whether there was one. Call it again and again; several nodes may: each does
// those whose file it has.
func (s *Service) Work(ctx context.Context) (bool, error) {
	var tenant iam.TenantID
	var imp *iam.Import
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		tenant, imp, err = tx.ClaimImport(ctx, Lease, s.has)
		return err
	})
	if err != nil || imp == nil {
		return false, err
	}
	return true, s.Run(ctx, tenant, imp, nil)
}

// Run checks or runs a claimed import. progress, when given, is called after
// every portion. An import that can't go on fails, with the reason on it; an
// error means that it was interrupted and will be taken up again.
func (s *Service) Run(ctx context.Context, tenant iam.TenantID, imp *iam.Import, progress func(*iam.Import)) error {
	if progress == nil {
		progress = func(*iam.Import) {}
	}
	r := &run{s: s, tenant: tenant, id: imp.ID, imp: imp, progress: progress}
	err := r.do(ctx)
	if errors.Is(err, errCancelled) {
		return nil
	}
	if e, ok := errors.AsType[*iam.Error](err); ok && e.Code != iam.CodeUnavailable {
		return r.fail(ctx, e)
	}
	if errors.Is(err, os.ErrNotExist) {
		return r.fail(ctx, iam.Ended("file_gone", "The uploaded file is no longer there. Upload it again."))
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", imp.ID, err)
	}
	return nil
}
