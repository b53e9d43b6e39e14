package exports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// path is where an attempt at an export writes. The last attempt's is the file.
func (s *Service) path(tenant iam.TenantID, e *iam.Export, attempt int64) string {
	return filepath.Join(s.Dir, string(tenant), fmt.Sprintf("%s.%d.%s", e.ID, attempt, e.Format))
}

// forget removes what this attempt has written.
func (s *Service) forget(tenant iam.TenantID, e *iam.Export) {
	_ = os.Remove(s.path(tenant, e, e.Attempt))
}

// forgetAll removes what all attempts have written.
func (s *Service) forgetAll(tenant iam.TenantID, e *iam.Export) {
	files, _ := filepath.Glob(filepath.Join(s.Dir, string(tenant), string(e.ID)+".*")) // the pattern is a good one
	for _, f := range files {
		_ = os.Remove(f)
	}
}

// open opens the file of an export that is ready.
func (s *Service) open(tenant iam.TenantID, e *iam.Export) (io.ReadCloser, error) {
	f, err := os.Open(s.path(tenant, e, e.Attempt))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, iam.Errorf(iam.CodeUnavailable, "The file is not on this server. Try again, or make the export again.")
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != e.Size {
		err = fmt.Errorf("export %s has %d bytes, not %d", e.ID, info.Size(), e.Size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// begin makes the file of this attempt with what the attempt before is known to
// have written, and tells whether that was at hand.
func (s *Service) begin(tenant iam.TenantID, e *iam.Export) (f *os.File, resumed bool, err error) {
	path := s.path(tenant, e, e.Attempt)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, false, err
	}
	if f, err = os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
		return nil, false, err
	}
	if e.Size == 0 {
		return f, false, nil
	}
	earlier := s.path(tenant, e, e.Attempt-1)
	if resumed, err = copyHead(f, earlier, e.Size); err != nil {
		f.Close()
		return nil, false, err
	}
	_ = os.Remove(earlier)
	return f, resumed, nil
}

// copyHead copies the first n bytes of a file, and tells whether there are as
// many.
func copyHead(to io.Writer, from string, n int64) (bool, error) {
	f, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() < n {
		return false, err
	}
	_, err = io.CopyN(to, f, n)
	return err == nil, err
}

// expirePortion is how many exports one transaction forgets.
const expirePortion = 100

// Expire forgets exports whose time is over, and removes the files of this
// server that belong to none: it is a background job.
func (s *Service) Expire(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		n, err := tx.DeleteExpiredExports(ctx, expirePortion)
		more = n == expirePortion
		return err
	})
	if err != nil || more {
		return more, err
	}
	tenants, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, t := range tenants {
		if err := s.sweep(ctx, iam.TenantID(t.Name())); err != nil {
			return false, err
		}
	}
	return false, nil
}

// sweep removes the files of a tenant that belong to no export.
func (s *Service) sweep(ctx context.Context, tenant iam.TenantID) error {
	dir := filepath.Join(s.Dir, string(tenant))
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		id, rest, _ := strings.Cut(f.Name(), ".")
		number, _, _ := strings.Cut(rest, ".")
		attempt, _ := strconv.ParseInt(number, 10, 64) // a name that is none of ours has none, and goes
		var e *iam.Export
		err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
			e, err = tx.Export(ctx, tenant, iam.ExportID(id))
			return err
		})
		if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
			return err
		}
		if err != nil || !needed(e, attempt) {
			_ = os.Remove(filepath.Join(dir, f.Name()))
		}
	}
	return nil
}

// needed tells whether the file of an attempt is that of the export, or may
// still become a part of it.
func needed(e *iam.Export, attempt int64) bool {
	if e.Unfinished() {
		return attempt >= e.Attempt-1
	}
	return e.State == iam.ExportReady && attempt == e.Attempt
}
