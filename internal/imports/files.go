package imports

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

const (
	// missed is how long an import waits for the node that has its file.
	missed = 24 * time.Hour
	// forgotten is how long a checked import waits for somebody to start it.
	forgotten = 7 * 24 * time.Hour
)

const (
	fileSuffix  = ".csv"
	orderSuffix = ".order" // beside the file, of a checked import
)

func (s *Service) path(tenant iam.TenantID, i *iam.Import) string {
	return filepath.Join(s.Dir, string(tenant), i.FileKey)
}

func orderOf(path string) string { return strings.TrimSuffix(path, fileSuffix) + orderSuffix }

// keep writes the text of an upload durably, reads its first line and counts the others.
func (s *Service) keep(ctx context.Context, tenant iam.TenantID, imp *iam.Import, r io.Reader) error {
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return err
	}
	path := s.path(tenant, imp)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	var rows rowCounter
	limited := &io.LimitedReader{R: r, N: MaxBytes + 1}
	if _, err := io.Copy(io.MultiWriter(f, &rows), usercsv.Text(limited)); err != nil {
		return err
	}
	if limited.N == 0 {
		return iam.Errorf(iam.CodeTooLarge, "The file is larger than %d MB. Split it.", MaxBytes>>20)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	imp.RowsTotal = rows.count()
	_, err = usercsv.NewReader(f, dir.Fields...)
	return err
}

func (s *Service) forget(tenant iam.TenantID, imp *iam.Import) { _ = remove(s.path(tenant, imp)) }

// remove deletes an upload, and the order of its rows.
func remove(path string) error {
	for _, p := range []string{orderOf(path), path} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// has tells whether this node can do an import: its file is here. One whose file
// no node has had for a day is anybody's, to be ended.
func (s *Service) has(tenant iam.TenantID, i *iam.Import) bool {
	if _, err := os.Stat(s.path(tenant, i)); err == nil {
		return true
	}
	since := i.CreatedAt
	if i.LeaseUntil.After(since) {
		since = i.LeaseUntil
	}
	return s.Clock.Now().Sub(since) > missed
}

// rowCounter estimates how many rows a file has while it is written: lines that
// are not empty, but for those within quotes. What is not quite CSV may have
// some more or less.
type rowCounter struct {
	rows         int64
	quoted, full bool
}

// Write implements io.Writer.
func (c *rowCounter) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '"':
			c.quoted, c.full = !c.quoted, true
		case b == '\n' && !c.quoted:
			c.end()
		case b != '\r':
			c.full = true
		}
	}
	return len(p), nil
}

func (c *rowCounter) end() {
	if c.full {
		c.rows++
	}
	c.full = false
}

// count is how many rows there are beside the header.
func (c *rowCounter) count() int64 {
	c.end()
	return max(c.rows-1, 0)
}

// Sweep removes uploads that nobody needs any more: people's data and their
// password hashes are in them. What is checked and was not started for a week is
// cancelled before.
func (s *Service) Sweep(ctx context.Context) (bool, error) {
	names, err := fs.Glob(os.DirFS(s.Dir), "*/*"+fileSuffix)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		tenant, file, _ := strings.Cut(name, "/")
		path := filepath.Join(s.Dir, tenant, file)
		id := iam.ImportID(strings.TrimSuffix(file, fileSuffix))
		over, err := s.over(ctx, iam.TenantID(tenant), id, path)
		if err != nil {
			return false, err
		}
		if over {
			if err := remove(path); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// over tells whether an import no longer needs its file.
func (s *Service) over(ctx context.Context, tenant iam.TenantID, id iam.ImportID, path string) (bool, error) {
	var i *iam.Import
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		i, err = tx.Import(ctx, tenant, id)
		return err
	})
	switch {
	case iam.CodeOf(err) == iam.CodeNotFound:
		// Perhaps it is being uploaded at this moment.
		info, err := os.Stat(path)
		return err == nil && s.Clock.Now().Sub(info.ModTime()) > missed, nil
	case err != nil:
		return false, err
	case i.State == iam.ImportChecking || i.State == iam.ImportRunning:
		return false, nil
	case i.State == iam.ImportReady:
		if s.Clock.Now().Sub(i.CreatedAt) <= forgotten {
			return false, nil
		}
		return true, s.abandon(ctx, tenant, id)
	}
	return true, nil
}

// abandon cancels an import that nobody has started.
func (s *Service) abandon(ctx context.Context, tenant iam.TenantID, id iam.ImportID) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		i, err := tx.ImportForUpdate(ctx, tenant, id)
		if err != nil || i.State != iam.ImportReady {
			return err
		}
		dir, err := authz.Load(ctx, tx, tenant)
		if err != nil {
			return err
		}
		i.State, i.FinishedAt, i.StartedFrom = iam.ImportCancelled, tx.Now(), iam.Origin{}
		i.FailedCode, i.FailedReason = "not_started", "Nobody has started this import for a week. Upload the file again."
		if err := tx.UpdateImport(ctx, tenant, i); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, tenant, audit.New(s.IDs, tx.Now(), access.Operator(tenant, dir.RootOrg), "import.cancelled", target(i)))
	})
}
