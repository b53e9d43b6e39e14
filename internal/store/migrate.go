package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"testing/fstest"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema of the opened database up to date and says which
// version it came from and to. It refuses a schema newer than this binary knows.
func (s *Store) Migrate(ctx context.Context) (from, to int64, err error) {
	p, db, err := s.migrator()
	if err != nil {
		return 0, 0, err
	}
	if db != nil {
		defer db.Close()
	}
	from, err = p.GetDBVersion(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read the schema's version: %w", err)
	}
	sources := p.ListSources()
	to = sources[len(sources)-1].Version
	if from > to {
		return from, to, newer(from, to)
	}
	if from == to {
		return from, to, nil
	}
	if _, err := p.Up(ctx); err != nil {
		return from, to, fmt.Errorf("migrate the database: %w", err)
	}
	return from, to, s.keepStatistics(ctx)
}

func newer(has, known int64) error {
	return fmt.Errorf("the database has schema %d, newer than the %d this version of retinue knows: start the newer version, or restore a backup", has, known)
}

// CheckSchema refuses a schema newer than this binary knows, for whatever copies a
// database without migrating it. It changes nothing.
func (s *Store) CheckSchema(ctx context.Context) error {
	_, _, err := s.schemas(ctx)
	return err
}

// CheckMigrated refuses a schema that is not this binary's, for whatever works on the
// rows of a database without migrating it. It changes nothing.
func (s *Store) CheckMigrated(ctx context.Context) error {
	has, known, err := s.schemas(ctx)
	if err == nil && has < known {
		err = fmt.Errorf("the database has schema %d, older than the %d this version of retinue works with: run \"retinue migrate\" first, or use the version that made it", has, known)
	}
	return err
}

// schemas are the database's schema and this binary's, which is not older.
func (s *Store) schemas(ctx context.Context) (has, known int64, err error) {
	if known, err = latestSchema(); err != nil {
		return 0, 0, err
	}
	err = s.read(ctx, func(t *tx) error {
		return t.row(ctx, "schema", "SELECT MAX(version_id) FROM goose_db_version", nil, &has)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("read the schema's version: %w", err)
	}
	if has > known {
		return 0, 0, newer(has, known)
	}
	return has, known, nil
}

func (s *Store) migrator() (*goose.Provider, *sql.DB, error) {
	fsys, err := s.d.schema()
	if err != nil {
		return nil, nil, err
	}
	dialect, db, own := database.DialectPostgres, (*sql.DB)(nil), (*sql.DB)(nil)
	options := []goose.ProviderOption{goose.WithSlog(slog.New(slog.DiscardHandler))}
	switch w := s.writers.(type) {
	case *pgPool:
		own = stdlib.OpenDBFromPool(w.conns)
		db = own
		// Of several nodes that begin at once one migrates, and the others wait.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
		if err != nil {
			return nil, nil, fmt.Errorf("make the lock for migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	case *sqlitePool:
		// The one writer connection is kept by the pool; migrations get their own.
		if own, err = sql.Open("sqlite", "file:"+s.path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"); err != nil {
			return nil, nil, err
		}
		dialect, db = database.DialectSQLite3, own
	}
	p, err := goose.NewProvider(dialect, db, fsys, options...)
	if err != nil {
		return nil, own, fmt.Errorf("read the migrations: %w", err)
	}
	return p, own, nil
}

// schema returns the migrations as this engine wants them written.
func (d *dialect) schema() (fs.FS, error) {
	out := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out[name[len("migrations/"):]] = &fstest.MapFile{Data: []byte(d.ddl.Replace(string(text)))}
	}
	return out, nil
}
