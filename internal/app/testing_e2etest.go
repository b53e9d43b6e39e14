//go:build e2etest

package app

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/store"
)

// movedClock is the machine's clock, moved by what the browser tests ask for.
type movedClock struct {
	clock.System
	offset atomic.Int64
}

// Now implements clock.Clock.
func (c *movedClock) Now() time.Time { return c.System.Now().Add(time.Duration(c.offset.Load())) }

// NewClock returns the clock that the program lives by, which its tests can move.
func NewClock() clock.Clock { return &movedClock{} }

// testingRoutes let the browser tests move the clock and begin anew.
func (s *server) testingRoutes() map[string]http.HandlerFunc {
	var one sync.Mutex
	return map[string]http.HandlerFunc{
		"POST /testing/clock": func(w http.ResponseWriter, r *http.Request) {
			var in struct {
				Advance string `json:"advance"`
			}
			err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(&in)
			d, parseErr := time.ParseDuration(in.Advance)
			moved, ok := s.Clock.(*movedClock)
			if err = errors.Join(err, parseErr); err != nil || !ok {
				http.Error(w, fmt.Sprint("the clock stays: ", err), http.StatusBadRequest)
				return
			}
			moved.offset.Add(int64(d))
			w.WriteHeader(http.StatusNoContent)
		},
		"POST /testing/reset": func(w http.ResponseWriter, r *http.Request) {
			one.Lock()
			defer one.Unlock()
			if err := s.startAnew(context.WithoutCancel(r.Context())); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		},
	}
}

// startAnew puts the demo back to how it was freshly made, and the clock to the
// present. Everything that remembers is thrown away with the services.
func (s *server) startAnew(ctx context.Context) error {
	if err := s.end(); err != nil {
		return err
	}
	if moved, ok := s.Clock.(*movedClock); ok {
		moved.offset.Store(0)
	}
	restore := s.anewSQLite
	if store.IsPostgres(s.settings.database()) {
		restore = s.anewPostgres
	}
	return errors.Join(restore(ctx), s.anewPictures(), s.begin(ctx))
}

// anewPictures puts the files of the pictures back, which are removed when
// nobody has them any more.
func (s *server) anewPictures() error {
	for _, name := range pictureDirs {
		dir, pristine := filepath.Join(s.settings.DataDir, name), filepath.Join(s.settings.DataDir, "pristine", name)
		_, err := os.Stat(pristine)
		if err == nil {
			err = errors.Join(os.RemoveAll(dir), os.CopyFS(dir, os.DirFS(pristine)))
		} else if _, none := os.Stat(dir); none == nil {
			err = os.CopyFS(pristine, os.DirFS(dir))
		} else {
			err = os.MkdirAll(pristine, 0o700)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// anewSQLite puts a copy of the freshly made database in place, which it makes
// when it is first asked.
func (s *server) anewSQLite(ctx context.Context) error {
	database := s.settings.database()
	pristine := filepath.Join(s.settings.DataDir, "pristine.db")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := ignoreMissing(os.Remove(database + suffix)); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(pristine)
	if err == nil {
		return os.WriteFile(database, content, 0o600)
	}
	if err := errors.Join(ignoreMissing(err), s.ensureDemo(ctx, s.url)); err != nil {
		return err
	}
	if content, err = os.ReadFile(database); err != nil {
		return err
	}
	return os.WriteFile(pristine, content, 0o600)
}

// anewPostgres copies all rows from the schema "pristine", which it makes when
// it is first asked.
func (s *server) anewPostgres(ctx context.Context) (err error) {
	db, err := sql.Open("pgx", s.settings.database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var made bool
	if err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'pristine')").Scan(&made); err != nil {
		return err
	}
	if !made {
		if _, err := db.ExecContext(ctx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
			return err
		}
		if err := s.ensureDemo(ctx, s.url); err != nil {
			return err
		}
	}
	tables, err := tablesOf(ctx, db)
	if err != nil {
		return err
	}
	script := "BEGIN; CREATE SCHEMA pristine;"
	each := "CREATE TABLE pristine.%[1]s AS TABLE public.%[1]s;"
	if made {
		script = "BEGIN; SET LOCAL session_replication_role = replica; TRUNCATE public." + strings.Join(tables, ", public.") + ";"
		each = "INSERT INTO public.%[1]s OVERRIDING SYSTEM VALUE SELECT * FROM pristine.%[1]s;" //nolint:unqueryvet // the copy of a table has its columns
	}
	var rows strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&rows, each, t)
	}
	_, err = db.ExecContext(ctx, script+rows.String()+"COMMIT")
	return err
}

func tablesOf(ctx context.Context, db *sql.DB) (names []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
