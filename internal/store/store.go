package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// Store is a database of either engine. It implements iam.Store.
type Store struct {
	d        *dialect
	writers  pool // SQLite: one connection, so that writers queue here
	readers  pool
	askers   pool // readers of what needs no common snapshot
	portions pool // writers of what is done again where it was cut off
	clock    clock.Clock
	ids      iam.IDs
	index    *userindex.Index
	onAccess atomic.Pointer[func(iam.TenantID)]
	memory   memory
	path     string // of the SQLite file
	unseen   unseen
}

// Options says which database to open and what the store works with.
type Options struct {
	// Database is a file path, or a URL that begins with postgres:// or postgresql://.
	Database string
	// MaxConns bounds the PostgreSQL pool; 0 means 16.
	MaxConns int
	// NoSync acknowledges what may not have reached the disk yet. It is for
	// databases that are thrown away when making them is interrupted.
	NoSync bool
	Clock  clock.Clock
	IDs    iam.IDs
}

// scheme is how a database setting begins that is a URL, in lower case as RFC
// 3986 takes it; "" for a file.
func scheme(database string) string {
	before, _, ok := strings.Cut(database, "://")
	if !ok || strings.ContainsAny(before, `/\`) {
		return ""
	}
	return strings.ToLower(before)
}

// IsPostgres tells whether a database setting names a PostgreSQL server.
func IsPostgres(database string) bool {
	s := scheme(database)
	return s == "postgres" || s == "postgresql"
}

// CheckDatabase refuses a database setting that is the URL of something else than
// PostgreSQL. It would be made as a file of that name.
func CheckDatabase(database string) error {
	if s := scheme(database); s != "" && !IsPostgres(database) {
		return fmt.Errorf("%s:// is no database that is known here; give a file, or a URL that begins with postgres://", s)
	}
	return nil
}

// Open opens the database without migrating it: see Migrate.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{clock: o.Clock, ids: o.IDs, index: userindex.New()}
	err := CheckDatabase(o.Database)
	if err != nil {
		return nil, err
	}
	if IsPostgres(o.Database) {
		s.d = &postgresDialect
		err = s.openPostgres(ctx, o)
	} else {
		s.d, s.path = &sqliteDialect, o.Database
		err = s.openSQLite(o.NoSync)
	}
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := s.writers.ping(ctx); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return s, nil
}

// maxConns is how many connections to PostgreSQL are open at most where nothing
// else is set.
const maxConns = 16

func (s *Store) openPostgres(ctx context.Context, o Options) error {
	_, rest, _ := strings.Cut(o.Database, "://")
	config, err := pgxpool.ParseConfig("postgres://" + rest) // which pgx knows in lower case only
	if err != nil {
		return err
	}
	if o.NoSync {
		config.ConnConfig.RuntimeParams["synchronous_commit"] = "off"
	}
	config.AfterConnect = planOnce
	config.MaxConns = int32(cmp.Or(o.MaxConns, maxConns))
	conns, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	s.writers = &pgPool{conns: conns, beginSQL: pgBegin}
	s.portions = &pgPool{conns: conns, beginSQL: pgBegin, portions: true}
	// REPEATABLE READ gives all statements one snapshot, as SQLite always does.
	s.readers = &pgPool{conns: conns, beginSQL: pgBeginRead, reads: true}
	s.askers = &pgPool{conns: conns, beginSQL: pgBeginRead, reads: true, each: true}
	return nil
}

// planOnce makes a connection keep the plan of a statement. Left to itself,
// PostgreSQL plans a statement whose list of values has an unknown length anew
// each time, which takes longer than finding a user's memberships. All statements
// here are made for one index whatever the values are.
func planOnce(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET plan_cache_mode = force_generic_plan")
	if _, refused := errors.AsType[*pgconn.PgError](err); refused {
		return nil // a server that speaks the protocol, and has no such setting
	}
	return err
}

// The readers of SQLite run beside its one writer (WAL). More than a few only
// cost memory: each has its own page cache, of up to 24 MB. With 8 MB, lists of
// a million users took a third longer; the writer gained nothing by 64 MB.
const sqliteReaders = 6

// keptLog is to how many bytes SQLite's log is cut when it begins anew.
const keptLog = 64 << 20

func (s *Store) openSQLite(noSync bool) error {
	// SQLite would make it readable for everybody on the machine; its log beside takes
	// after it.
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return err
	}
	// FULL syncs the log at every commit: what was acknowledged survives a
	// power cut, too.
	dsn := "file:" + (&url.URL{Path: s.path}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(" + strconv.Itoa(keptLog) + ")"
	if noSync {
		dsn = strings.Replace(dsn, "synchronous(FULL)", "synchronous(OFF)", 1)
	}
	w, err := newSQLitePool(fmt.Sprintf("%s&_pragma=cache_size(-%d)", dsn, writerCache), 1, "BEGIN IMMEDIATE")
	if err != nil {
		return err
	}
	s.writers = w
	if s.portions = w; !noSync {
		s.portions = &sqlitePortions{sqlitePool: w, dsn: dsn, maxLog: defaultMaxLog}
	}
	r, err := newSQLitePool(dsn+"&_pragma=query_only(1)&_pragma=cache_size(-24000)", sqliteReaders, "BEGIN")
	if err != nil {
		return err
	}
	s.readers, s.askers = r, r
	return nil
}

// Close closes all connections.
func (s *Store) Close() error {
	var err error
	if p, ok := s.portions.(*sqlitePortions); ok {
		err = p.close()
	}
	err = errors.Join(err, s.writers.close())
	if s.readers != nil && s.path != "" {
		err = errors.Join(err, s.readers.close())
	}
	return err
}

// OnAccessChanged sets what is called with a tenant after a transaction that
// called Tx.AccessChanged has committed and before Write returns.
func (s *Store) OnAccessChanged(f func(iam.TenantID)) { s.onAccess.Store(&f) }

// Writers is how many large transactions are worth writing at once: SQLite has
// one writer; PostgreSQL gains from a second one, whose rows are sent while the
// first waits for the disk.
func (s *Store) Writers() int {
	if s.path != "" {
		return 1
	}
	return 2
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.readers.ping(ctx) }

// A conflict is rare and short; eight attempts wait a quarter of a second in all.
const maxRetries = 8

// Write implements iam.Store.
func (s *Store) Write(ctx context.Context, fn func(iam.Tx) error) error {
	return s.write(ctx, func(t *tx) error { return fn(t) })
}

func (s *Store) write(ctx context.Context, fn func(*tx) error) error {
	return s.writeBy(ctx, s.writers, fn)
}

func (s *Store) writeBy(ctx context.Context, writers pool, fn func(*tx) error) error {
	for attempt := 0; ; attempt++ {
		err := s.writeOnce(ctx, writers, fn)
		if err == nil || attempt == maxRetries || !s.d.retry(err) && !lost(err) {
			return s.translate(err)
		}
		select {
		case <-ctx.Done():
			return s.translate(err)
		case <-time.After(time.Duration(1<<attempt) * time.Millisecond):
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, writers pool, fn func(*tx) error) error {
	sess, err := writers.begin(ctx)
	if err != nil {
		return err
	}
	defer sess.end()
	t := s.newTx(sess)
	if err := fn(t); err != nil {
		return err
	}
	claim := iam.ClaimOf(ctx)
	if err := t.beginReplay(ctx, claim); err != nil {
		return err
	}
	if err := sess.commit(ctx); err != nil {
		return err
	}
	if claim != nil {
		claim.Begun.Store(true)
	}
	if notify := s.onAccess.Load(); notify != nil {
		for tenant := range t.accessChanged {
			(*notify)(tenant)
		}
	}
	return nil
}

// Read implements iam.Store.
func (s *Store) Read(ctx context.Context, fn func(iam.Tx) error) error {
	return s.readBy(ctx, s.readers, fn)
}

// ReadEach implements iam.Store.
func (s *Store) ReadEach(ctx context.Context, fn func(iam.Tx) error) error {
	return s.readBy(ctx, s.askers, fn)
}

func (s *Store) readBy(ctx context.Context, readers pool, fn func(iam.Tx) error) error {
	for attempt := 0; ; attempt++ {
		err := s.readOnce(ctx, readers, fn)
		if attempt == maxRetries || !lost(err) {
			return s.translate(err)
		}
	}
}

func (s *Store) readOnce(ctx context.Context, readers pool, fn func(iam.Tx) error) error {
	sess, err := readers.begin(ctx)
	if err != nil {
		return err
	}
	defer sess.end()
	return fn(s.newTx(sess))
}

func (s *Store) newTx(sess session) *tx {
	return &tx{store: s, d: s.d, s: sess, now: s.clock.Now().UTC().Truncate(time.Microsecond)}
}

// translate turns an engine's error into the product's where it means
// something to a caller; what is left is internal.
func (s *Store) translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*iam.Error](err); ok {
		return err
	}
	if s.d.full(err) {
		return iam.Wrap(err, iam.CodeUnavailable, "The server's disk is full; nothing was changed. Tell the operator.").Because("disk_full")
	}
	return err
}
