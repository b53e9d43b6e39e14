package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// ErrNotEmbedded is the answer of Backup and Restore for a PostgreSQL database.
var ErrNotEmbedded = errors.New("this backs up and restores the embedded database only: use pg_dump and pg_restore for PostgreSQL")

// ErrDatabaseExists is the answer of Restore when there is a database already
// and it was not told to replace it.
var ErrDatabaseExists = errors.New("there is a database already: move it away, or say that it shall be replaced")

// backupPages is how many pages are copied at a time; between two portions a
// backup can be cancelled.
const backupPages = 4096

// Backup writes a consistent copy of the embedded database, as it is at one
// moment, to the file dst while readers and writers go on. The copy is checked,
// and dst appears whole or not at all; what was there is replaced.
// ErrNotEmbedded on PostgreSQL.
func (s *Store) Backup(ctx context.Context, dst string) error {
	if s.path == "" {
		return ErrNotEmbedded
	}
	part, err := partFile(dst)
	if err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	defer removeDatabase(part)
	if err := copyDatabase(ctx, s.path, part); err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	if _, err := inspect(ctx, part); err != nil {
		return fmt.Errorf("check the backup: %w", err)
	}
	return publish(part, dst)
}

// copyDatabase copies by SQLite's online backup. The source has an open read
// transaction, so that the copy is of its snapshot and no writer makes it start again.
func copyDatabase(ctx context.Context, src, dst string) error {
	db, err := sql.Open("sqlite", fileURI(src)+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN; SELECT COUNT(*) FROM sqlite_schema"); err != nil {
		return err
	}
	return conn.Raw(func(driverConn any) error {
		source, ok := driverConn.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the SQLite driver has no online backup")
		}
		b, err := source.NewBackup(fileURI(dst))
		if err != nil {
			return err
		}
		for more := true; more && err == nil; {
			if more, err = b.Step(backupPages); err == nil {
				err = ctx.Err()
			}
		}
		return errors.Join(err, b.Finish())
	})
}

// fileURI is a path as SQLite's URIs have it.
func fileURI(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

// inspect tells the schema version of a database file: an error when the file
// is none, is damaged, or is not Retinue's.
func inspect(ctx context.Context, path string) (version int64, err error) {
	db, err := sql.Open("sqlite", fileURI(path)+"?_pragma=query_only(1)")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return 0, fmt.Errorf("this is no readable SQLite database: %w", err)
	}
	if verdict != "ok" {
		return 0, fmt.Errorf("the database is damaged: %s", verdict)
	}
	var tables int
	const known = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('installation', 'tenants', 'users', 'audit_heads', 'goose_db_version')"
	if err := db.QueryRowContext(ctx, known).Scan(&tables); err != nil {
		return 0, err
	}
	if tables != 5 {
		return 0, errors.New("this is a SQLite database, but not one of retinue")
	}
	err = db.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&version)
	return version, err
}

// Restore puts the backup src in place of the database at path, which no
// running server may have open. It checks first that src is an undamaged
// database of retinue with a schema that this version knows, and refuses with
// ErrDatabaseExists to replace a database unless told to. The database appears
// whole or not at all. before, unless nil, is called when nothing stands in the
// way any more, just before it appears; its error keeps the old one in place.
func Restore(ctx context.Context, src, path string, replace bool, before func() error) error {
	if IsPostgres(path) {
		return ErrNotEmbedded
	}
	if _, err := os.Lstat(path); err == nil && !replace {
		return fmt.Errorf("restore to %s: %w", path, ErrDatabaseExists)
	}
	part, err := partFile(path)
	if err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	defer removeDatabase(part)
	// What is checked is the copy: the file that is put in place.
	if err := copyFile(ctx, src, part); err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	version, err := inspect(ctx, part)
	if err != nil {
		return fmt.Errorf("check the backup %s: %w", src, err)
	}
	if known, err := latestSchema(); err != nil || version > known {
		return errors.Join(err, fmt.Errorf(
			"the backup has schema %d, newer than the %d this version of retinue knows: restore it with the newer version", version, known))
	}
	// A log of the old database must never meet the new file. Gone before the
	// rename, a crash in between leaves the old database as of its last checkpoint.
	if err := settle(ctx, path); err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	if before != nil {
		if err := before(); err != nil {
			return err
		}
	}
	return publish(part, path)
}

// settle moves what the log of the database at path holds into it and removes
// the log: an error while somebody else has the database open.
func settle(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		if err := checkpoint(ctx, path); err != nil {
			return err
		}
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// checkpoint leaves the log mode, which only the last connection can. A damaged
// database is a reason to restore, so that it can't be is no error.
func checkpoint(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", fileURI(path)+"?_pragma=busy_timeout(1000)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	if sqliteDialect.retry(err) || (err == nil && mode == "wal") {
		return fmt.Errorf("%s is in use: stop the server first", path)
	}
	return ctx.Err()
}

// latestSchema is the newest schema that this version knows.
func latestSchema() (int64, error) {
	names, err := migrations.ReadDir("migrations")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, errors.New("no migrations"))
	}
	var version int64
	_, err = fmt.Sscanf(names[len(names)-1].Name(), "%d_", &version) // sorted by name
	return version, err
}

// partFile makes an empty file beside dst that only its owner can read.
func partFile(dst string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(dst), "."+filepath.Base(dst)+".part-*")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func removeDatabase(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix)
	}
}

// publish gives a finished file its name, so that it survives a power cut.
func publish(part, dst string) error {
	for _, step := range []func() error{
		func() error { return syncFile(part) },
		func() error { return os.Rename(part, dst) },
		func() error { return syncFile(filepath.Dir(dst)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func copyFile(ctx context.Context, src, dst string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dst, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, contextReader{ctx, in})
	return errors.Join(err, out.Close())
}

// contextReader stops reading when its context is done.
type contextReader struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
