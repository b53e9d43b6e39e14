package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pgPool is PostgreSQL. Its driver keeps the statements of each connection
// prepared, and looks whether a connection still lives that was not used for a
// second.
type pgPool struct {
	conns    *pgxpool.Pool
	beginSQL string
	// reads tells that nobody waits for the end of a transaction, which can change
	// nothing.
	reads bool
	// each tells that what is asked is asked for itself: see Store.ReadEach.
	each bool
	// portions tells that commits don't wait for the disk.
	portions bool
}

// How transactions begin.
const (
	pgBegin     = "begin"
	pgBeginRead = "begin read only, isolation level repeatable read"
	// pgBeginSnapshot is of a transaction that writes, too.
	pgBeginSnapshot = "begin isolation level repeatable read"
)

// begin takes a connection. The transaction begins with the first statement,
// which saves the way there and back: with small queries the ways are what costs.
func (p *pgPool) begin(ctx context.Context) (session, error) {
	conn, err := p.conns.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	s := &pgSession{pool: p, conn: conn}
	if p.portions {
		s.wait("SET LOCAL synchronous_commit = off", nil, itself)
	}
	return s, nil
}

func (p *pgPool) ping(ctx context.Context) error { return p.conns.Ping(ctx) }

func (p *pgPool) close() error {
	p.conns.Close()
	return nil
}

// pgSession is one transaction on one connection.
type pgSession struct {
	pool *pgPool
	conn *pgxpool.Conn
	open bool // whether the transaction has begun and not ended
	used bool // whether a transaction has begun
	// failed is what a statement for later was refused with; whatever comes after it
	// fails likewise.
	failed error
	// waiting is what is sent before the next statement.
	waiting []waiting
}

// waiting is a statement for later, and what is made of its error.
type waiting struct {
	query   string
	args    []any
	refused func(error) error
}

// itself is what is made of an error that means nothing to anybody.
func itself(err error) error { return err }

func (s *pgSession) wait(query string, args []any, refused func(error) error) {
	s.waiting = append(s.waiting, waiting{query, args, refused})
}

// lostError is that a connection was dead when it was used first: a server that
// was started anew has ended it. Nothing was done yet.
type lostError struct{ error }

func (e lostError) Unwrap() error { return e.error }

func lost(err error) bool {
	_, ok := errors.AsType[lostError](err)
	return ok
}

// send sends statements in one go, after those that go before them: the beginning
// of the transaction, and what was left for later.
func (s *pgSession) send(ctx context.Context, b *pgx.Batch) (pgx.BatchResults, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	all, first, before := &pgx.Batch{}, !s.open, s.waiting
	if first {
		all.Queue(s.pool.beginSQL)
	}
	for _, w := range before {
		all.Queue(w.query, w.args...)
	}
	all.QueuedQueries = append(all.QueuedQueries, b.QueuedQueries...)
	if s.pool.each {
		all.Queue("commit")
	}
	results := s.conn.SendBatch(ctx, all)
	s.open, s.waiting = !s.pool.each, nil
	if first {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			if !s.used && s.conn.Conn().IsClosed() && ctx.Err() == nil {
				err = lostError{err}
			}
			return nil, err
		}
		s.used = true
	}
	for _, w := range before {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			s.failed = w.refused(err)
			return nil, s.failed
		}
	}
	return results, nil
}

// alone tells whether a statement can be sent by itself.
func (s *pgSession) alone() bool { return s.open && len(s.waiting) == 0 && s.failed == nil }

func (s *pgSession) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if s.alone() {
		done, err := s.conn.Exec(ctx, query, args...)
		return done.RowsAffected(), err
	}
	b := &pgx.Batch{}
	b.Queue(query, args...)
	results, err := s.send(ctx, b)
	if err != nil {
		return 0, err
	}
	done, err := results.Exec()
	if err != nil {
		_ = results.Close() // says the same
		return 0, err
	}
	return done.RowsAffected(), results.Close()
}

func (s *pgSession) later(_ context.Context, refused func(error) error, query string, args ...any) error {
	s.wait(query, args, refused)
	return nil
}

func (s *pgSession) query(ctx context.Context, query string, args ...any) (rowSet, error) {
	if s.alone() {
		found, err := s.conn.Query(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return &pgRows{Rows: found}, nil
	}
	b := &pgx.Batch{}
	b.Queue(query, args...)
	results, err := s.send(ctx, b)
	if err != nil {
		return nil, err
	}
	found, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, err
	}
	return &pgRows{Rows: found, of: results}, nil
}

func (s *pgSession) together(ctx context.Context, queries []lookup) error {
	b := &pgx.Batch{}
	for _, q := range queries {
		b.Queue(q.query, q.args...)
	}
	results, err := s.send(ctx, b)
	if err != nil {
		return err
	}
	for _, q := range queries {
		found, err := results.Query()
		if err == nil {
			err = each(&pgRows{Rows: found}, q.scan)
		}
		if err != nil {
			_ = results.Close()
			return err
		}
	}
	return results.Close()
}

// commit takes no cancellation: whoever hangs up once it has begun does not make it
// end in uncertainty. What waits is not done for who has hung up before.
func (s *pgSession) commit(ctx context.Context) error {
	if len(s.waiting) > 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if !s.open {
		if len(s.waiting) == 0 {
			return nil
		}
		// Apart from the commit: a transaction that is lost before it has begun is run
		// again, one of which it is unknown whether it was committed never is.
		if err := s.together(ctx, nil); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	b.Queue("commit")
	results, err := s.send(context.WithoutCancel(ctx), b)
	if err != nil {
		return err
	}
	done, err := results.Exec()
	err = errors.Join(err, results.Close())
	if err == nil {
		s.open = false
		if done.String() == "ROLLBACK" {
			return pgx.ErrTxCommitRollback
		}
	}
	return err
}

// rollbackTime is how long a server may take to end a transaction, before the
// connection is given up instead.
const rollbackTime = 10 * time.Second

func (s *pgSession) end() {
	switch {
	case s.conn.Conn().IsClosed(), !s.open && s.conn.Conn().PgConn().TxStatus() == 'I': // idle
		s.conn.Release()
	case s.pool.reads:
		go s.rollback()
	default:
		s.rollback()
	}
}

func (s *pgSession) rollback() {
	defer s.conn.Release()
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
	defer cancel()
	_, _ = s.conn.Exec(ctx, "rollback") // the pool closes what is still in a transaction
}

// pgRows are rows of PostgreSQL; of are the results of the statements that were
// sent with theirs.
type pgRows struct {
	pgx.Rows

	of pgx.BatchResults
}

// Scan takes sql.RawBytes as SQLite's driver does: they are valid until the next row.
func (r *pgRows) Scan(dest ...any) error {
	for i := range dest {
		if raw, ok := dest[i].(*sql.RawBytes); ok {
			dest[i] = (*pgtype.DriverBytes)(raw)
		}
	}
	return r.Rows.Scan(dest...)
}

// Columns returns the names of the columns.
func (r *pgRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names, nil
}

// Close returns what has gone wrong while the rows were read, too.
func (r *pgRows) Close() error {
	r.Rows.Close()
	err := r.Err()
	if r.of != nil {
		err = errors.Join(err, r.of.Close())
	}
	return err
}
