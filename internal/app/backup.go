package app

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/store"
)

// An archive holds the database as databaseEntry, the server's own secret as
// secretEntry, and pictures below pictureDirs, all as they lie in the data
// directory.
const (
	databaseEntry = "retinue.db"
	secretEntry   = "secret.key"
)

var pictureDirs = []string{"photos", "logos"}

type backupCmd struct {
	To string `arg:"" name:"file" placeholder:"FILE.tar.gz" help:"Archive to write. It must not be there yet."`
}

// Run backs up the embedded database, the pictures, and the secret without which
// parts of the database can't be read. It works beside a running server.
func (b backupCmd) Run(ctx context.Context, r *run) (err error) {
	if _, err := os.Lstat(b.To); err == nil {
		return fmt.Errorf("%s is there already; nothing was written", b.To)
	}
	st, err := r.openExisting(ctx, (*store.Store).CheckSchema)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	work, err := os.MkdirTemp(filepath.Dir(b.To), ".retinue-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	// The database first: a picture is stored before a row refers to it, so that
	// those the copy knows of are there when the pictures are read. Only one that
	// is taken away in between is missing: it shows as no picture.
	database := filepath.Join(work, databaseEntry)
	if err := st.Backup(ctx, database); err != nil {
		return err
	}
	part := filepath.Join(work, "archive")
	if err := writeArchive(ctx, part, database, r.settings.DataDir); err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	if err := publishNew(ctx, part, b.To, os.Link); err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	_, err = fmt.Fprintf(r.Stdout, "Backed up to %s.\n", b.To)
	return err
}

// publishNew gives a finished file its name unless something has that name. A
// link refuses to replace what is there, a rename would not. Where the disk knows
// no links, the file is copied: then it can be seen before it is whole, and is
// taken away again should that fail.
func publishNew(ctx context.Context, part, name string, link func(from, to string) error) error {
	err := link(part, name)
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if err != nil {
		if err = copyNew(ctx, part, name); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(name))
}

// copyNew copies a file to a name that nothing has.
func copyNew(ctx context.Context, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err // nothing of ours is there
	}
	const portion = 16 << 20 // between two, it can be cancelled
	for err == nil {
		if err = ctx.Err(); err == nil {
			_, err = io.CopyN(out, in, portion)
		}
	}
	if errors.Is(err, io.EOF) {
		err = out.Sync()
	}
	err = errors.Join(err, out.Close())
	if err != nil {
		_ = os.Remove(to)
	}
	return err
}

// writeArchive writes the database, and what else the data directory has, into a
// file that only its owner reads.
func writeArchive(ctx context.Context, name, database, data string) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := gzip.NewWriter(f)
	t := tar.NewWriter(z)
	if err := addFile(t, databaseEntry, database); err != nil {
		return err
	}
	// A secret that a setting keeps elsewhere is not ours to copy.
	if err := ignoreMissing(addFile(t, secretEntry, filepath.Join(data, secretEntry))); err != nil {
		return err
	}
	for _, dir := range pictureDirs {
		if err := addPictures(ctx, t, dir, filepath.Join(data, dir)); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close(), f.Sync())
}

// addPictures adds the files of a directory below a name.
func addPictures(ctx context.Context, t *tar.Writer, name, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return ignoreMissing(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		// It may have been deleted since the directory was read.
		return ignoreMissing(addFile(t, name+"/"+filepath.ToSlash(rel), path))
	})
}

func addFile(t *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o600, ModTime: info.ModTime(), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.CopyN(t, f, info.Size())
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

type restoreCmd struct {
	From  string `arg:"" name:"file" placeholder:"FILE.tar.gz" help:"Archive that backup wrote."`
	Force bool   `help:"Replace a database that is there. Default: refuse."`
}

// Run puts an archive back.
func (c restoreCmd) Run(ctx context.Context, r *run) error {
	s := r.settings
	if store.IsPostgres(s.database()) {
		return store.ErrNotEmbedded
	}
	if _, err := os.Lstat(s.database()); err == nil && !c.Force {
		return fmt.Errorf("%s: %w (--force)", s.database(), store.ErrDatabaseExists)
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return err
	}
	work, err := os.MkdirTemp(s.DataDir, ".restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := readArchive(ctx, c.From, work); err != nil {
		if errors.Is(err, errCut) {
			err = errCut
		}
		return fmt.Errorf("read %s: %w", c.From, err)
	}
	if err := os.MkdirAll(filepath.Dir(s.database()), 0o700); err != nil {
		return err
	}
	// Pictures before the database whose rows name them, and none is removed: their
	// names tell their content, so that those that nobody refers to do no harm.
	pictures := func() error { return placeAllPictures(work, s.DataDir) }
	if err := store.Restore(ctx, filepath.Join(work, databaseEntry), s.database(), c.Force, pictures); err != nil {
		return err
	}
	// The secret last: the old one is lost with this, and the old database with it.
	// Should this be as far as it gets, the archive has everything still.
	if err := placeSecret(work, s.DataDir); err != nil {
		return fmt.Errorf("the database is restored and %s is not: restore once more with --force: %w", secretEntry, err)
	}
	_, err = fmt.Fprintf(r.Stdout, "Restored to %s.\n", s.database())
	return err
}

// readArchive unpacks an archive below dir and makes sure that it is whole.
func readArchive(ctx context.Context, name, dir string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := decompress(f)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // nothing in an archive gets outside
	if err != nil {
		return err
	}
	defer root.Close()
	t := tar.NewReader(z)
	found := false
	for first := true; ; first = false {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if first && (errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF)) {
			return errNoArchive
		}
		if err != nil {
			return fmt.Errorf("the archive is damaged: %w", err)
		}
		if h.Typeflag != tar.TypeReg || !ours(h.Name) {
			return fmt.Errorf("this is no archive of retinue backup: it holds %q", h.Name)
		}
		found = found || h.Name == databaseEntry
		if err := unpack(ctx, root, h.Name, t); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, z); err != nil { // the checksum is at the end
		return fmt.Errorf("the archive is damaged: %w", err)
	}
	if !found {
		return errors.New("this is no archive of retinue backup: the database is missing")
	}
	return nil
}

var (
	errNoArchive = errors.New("this is no archive of retinue backup")
	errCut       = errors.New("the archive is cut off; nothing was restored")
)

// gzipMark begins what gzip wrote.
const gzipMark = "\x1f\x8b"

// decompress begins to read an archive. What ends before the mark was never one,
// what ends after it is cut off.
func decompress(file io.Reader) (io.Reader, error) {
	r := bufio.NewReader(file)
	mark, err := r.Peek(len(gzipMark))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(mark) != gzipMark {
		return nil, errNoArchive
	}
	z, err := gzip.NewReader(r)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errCut
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNoArchive, err)
	}
	return whole{z}, nil
}

// whole fails with errCut where the compressed file ends too early, which the tar
// file in it may do, too: then it is another kind of file.
type whole struct{ io.Reader }

// Read implements io.Reader.
func (w whole) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	return n, err
}

// ours tells whether an archive has something under that name.
func ours(name string) bool {
	dir, _, below := strings.Cut(name, "/")
	return name == databaseEntry || name == secretEntry || below && slices.Contains(pictureDirs, dir)
}

func unpack(ctx context.Context, root *os.Root, name string, r io.Reader) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// placeSecret puts the secret of an archive, if it has one, in place of the
// server's, so that it survives a power cut.
func placeSecret(from, to string) error {
	err := os.Rename(filepath.Join(from, secretEntry), filepath.Join(to, secretEntry))
	if err != nil {
		return ignoreMissing(err)
	}
	return syncDir(to)
}

// syncDir makes the names in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func placeAllPictures(from, to string) error {
	for _, dir := range pictureDirs {
		if err := placePictures(filepath.Join(from, dir), filepath.Join(to, dir)); err != nil {
			return err
		}
	}
	return nil
}

// placePictures moves pictures into the place of the server's.
func placePictures(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreMissing(err)
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		return os.Rename(path, target) //nolint:gosec // a directory that was made a moment ago, for this process alone
	})
}
