package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgresVariable names the server that scripts/with-postgres.sh provides.
const postgresVariable = "RETINUE_TEST_POSTGRES"

// install chooses where the database of an engine and a size lives.
func (b *bench) install(engine string, users int) (*installation, error) {
	in := &installation{bin: b.options.bin, engine: engine, users: users, dir: filepath.Join(b.dir, fmt.Sprintf("%s-%d", engine, users))}
	if err := os.MkdirAll(in.dir, 0o700); err != nil {
		return nil, err
	}
	if engine == sqlite {
		return in, nil
	}
	server := os.Getenv(postgresVariable)
	if server == "" {
		return nil, errors.New("PostgreSQL: " + postgresVariable + " is not set; run scripts/with-postgres.sh --durable bin/retinue-bench")
	}
	u, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("%s is not a URL", postgresVariable)
	}
	u.Path = "/retinue_bench_" + strconv.Itoa(users)
	in.database = u.String()
	return in, nil
}

// empty makes the database anew.
func (in *installation) empty(ctx context.Context) error {
	if in.engine == sqlite {
		files, err := filepath.Glob(filepath.Join(in.dir, "retinue.db*"))
		for _, f := range files {
			err = errors.Join(err, os.Remove(f))
		}
		return err
	}
	return in.asOwner(ctx, func(c *pgx.Conn, name string) error {
		if _, err := c.Exec(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "CREATE DATABASE "+name)
		return err
	})
}

// asOwner connects to the server's own database and passes the name of the
// installation's one, quoted.
func (in *installation) asOwner(ctx context.Context, fn func(*pgx.Conn, string) error) (err error) {
	c, err := pgx.Connect(ctx, os.Getenv(postgresVariable))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	u, err := url.Parse(in.database)
	if err != nil {
		return err
	}
	return fn(c, pgx.Identifier{strings.TrimPrefix(u.Path, "/")}.Sanitize())
}

// postgresHas tells whether there is a database.
func postgresHas(ctx context.Context, database string) bool {
	c, err := pgx.Connect(ctx, database)
	if err != nil {
		return false
	}
	return c.Close(ctx) == nil
}

// What is left for PostgreSQL's autovacuum to do, by its own rules, and whether it
// is at work.
const unsettled = `
	SELECT (SELECT COUNT(*) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
	        WHERE s.n_dead_tup > 50 + 0.2 * c.reltuples OR s.n_ins_since_vacuum > 1000 + 0.2 * c.reltuples)
	     + (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = current_database())`

// maxSettling is how long autovacuum is waited for: it looks once a minute, and
// takes its time.
const maxSettling = 10 * time.Minute

// settle waits until PostgreSQL has cleared up after an import, as it would have
// on any other day: lists are measured in a database as people use it.
func (b *bench) settle(ctx context.Context) error {
	if b.in.engine == sqlite {
		return nil
	}
	c, err := pgx.Connect(ctx, b.in.database)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	b.sayf("settling")
	ctx, cancel := context.WithTimeout(ctx, maxSettling)
	defer cancel()
	for quiet := 0; quiet < 3; { // what has just been written is counted a moment later
		var left int
		if err := c.QueryRow(ctx, unsettled).Scan(&left); err != nil {
			return fmt.Errorf("wait for autovacuum: %w", err)
		}
		if quiet++; left > 0 {
			quiet = 0
		}
		time.Sleep(time.Second)
	}
	return nil
}

// rest has everything that was written before on the disk: an import is measured from
// there, and not with what the measurements before it have left to be written.
func (b *bench) rest(ctx context.Context) error {
	syscall.Sync()
	if b.in.engine == sqlite {
		return nil
	}
	return b.in.asOwner(ctx, func(c *pgx.Conn, _ string) error {
		_, err := c.Exec(ctx, "CHECKPOINT")
		return err
	})
}

// postgresVersion is what the server calls itself.
func postgresVersion(ctx context.Context) (version string, err error) {
	c, err := pgx.Connect(ctx, os.Getenv(postgresVariable))
	if err != nil {
		return "", err
	}
	err = errors.Join(c.QueryRow(ctx, "SHOW server_version").Scan(&version), c.Close(ctx))
	number, _, _ := strings.Cut(version, " ")
	return "PostgreSQL " + number, err
}
