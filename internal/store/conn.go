package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// session runs statements inside one open transaction.
type session interface {
	// exec returns how many rows the statement changed.
	exec(ctx context.Context, query string, args ...any) (int64, error)
	query(ctx context.Context, query string, args ...any) (rowSet, error)
	// later is exec of what nobody waits for the result of: it may be done with the
	// next statement, or the commit, which then fails in its place, with what refused
	// makes of the error.
	later(ctx context.Context, refused func(error) error, query string, args ...any) error
	// together runs queries of which none needs the result of another.
	together(ctx context.Context, queries []lookup) error
	commit(ctx context.Context) error
	// end rolls back what was not committed and gives the connection back.
	end()
}

// scanner is a row that a query found.
type scanner interface {
	Scan(dest ...any) error
	Columns() ([]string, error)
}

// rowSet is what a query found, to be gone through once. The session can do
// nothing else until it is closed.
type rowSet interface {
	scanner
	Next() bool
	Err() error
	Close() error
}

// lookup is a query with what is done with each of its rows.
type lookup struct {
	query string
	args  []any
	scan  func(scanner) error
}

// each calls scan for every row, and closes the set.
func each(found rowSet, scan func(scanner) error) error {
	defer func() { _ = found.Close() }()
	for found.Next() {
		if err := scan(found); err != nil {
			return err
		}
	}
	return found.Err()
}

// pool hands out sessions.
type pool interface {
	begin(ctx context.Context) (session, error)
	ping(ctx context.Context) error
	stats() PoolStats
	close() error
}

// sqlitePool is a fixed set of connections, each with its prepared statements:
// compiling a statement costs more than running it, and database/sql's own
// transactions would compile each one anew. The one that was used last is used
// next: it has the pages, and few are open while little is asked.
type sqlitePool struct {
	db       *sql.DB
	beginSQL string
	tickets  chan struct{} // one for each of the free connections

	mu   sync.Mutex
	free []*sqliteConn // the one that was used last is the last
}

type sqliteConn struct {
	pool  *sqlitePool
	conn  *sql.Conn // nil until it is used, and again when it was not for a while
	stmts map[string]*sql.Stmt
	open  bool
	idle  bool // not used since memory was last given back
}

// Lists build a bounded number of statement texts; should one not, the rest
// runs unprepared instead of growing without end.
const maxStmts = 400

func newSQLitePool(dsn string, n int, begin string) (*sqlitePool, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(-1) // the pool here keeps them
	p := &sqlitePool{db: db, beginSQL: begin, tickets: make(chan struct{}, n)}
	for range n {
		p.put(&sqliteConn{pool: p})
	}
	return p, nil
}

// put makes a connection free.
func (p *sqlitePool) put(c *sqliteConn) {
	p.mu.Lock()
	p.free = append(p.free, c)
	p.mu.Unlock()
	p.tickets <- struct{}{}
}

// take returns the free connection that was used last. Whoever calls it has
// received a ticket.
func (p *sqlitePool) take() *sqliteConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	c := p.free[last]
	p.free = p.free[:last]
	return c
}

func (p *sqlitePool) begin(ctx context.Context) (session, error) {
	c, err := p.borrow(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		c.release()
		return nil, err
	}
	return c, nil
}

// borrow takes a connection that is free, opening it where it is not.
func (p *sqlitePool) borrow(ctx context.Context) (*sqliteConn, error) {
	select {
	case <-p.tickets:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c := p.take()
	c.idle = false
	if c.conn == nil {
		conn, err := p.db.Conn(ctx)
		if err != nil {
			p.put(c)
			return nil, err
		}
		c.conn, c.stmts = conn, map[string]*sql.Stmt{}
	}
	return c, nil
}

// start begins a transaction.
func (c *sqliteConn) start(ctx context.Context) error {
	_, err := c.exec(ctx, c.pool.beginSQL)
	c.open = err == nil
	return err
}

func (p *sqlitePool) ping(ctx context.Context) error {
	s, err := p.begin(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	rows, err := s.query(ctx, "SELECT 1")
	if err != nil {
		return err
	}
	return rows.Close()
}

func (p *sqlitePool) close() error {
	var errs []error
	for range cap(p.tickets) {
		select {
		case <-p.tickets:
			errs = append(errs, p.take().close())
		case <-time.After(5 * time.Second):
			errs = append(errs, errors.New("a transaction was still running"))
		}
	}
	return errors.Join(append(errs, p.db.Close())...)
}

// close closes the connection, if it is open.
func (c *sqliteConn) close() error {
	if c.conn == nil {
		return nil
	}
	for _, s := range c.stmts {
		_ = s.Close()
	}
	err := c.conn.Close()
	c.conn, c.stmts = nil, nil
	return err
}

func (c *sqliteConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		return nil, nil
	}
	s, err := c.conn.PrepareContext(ctx, positional(query))
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// exec checks the context once and then runs to the end: a statement is short,
// and watching the context of each would cost a goroutine.
func (c *sqliteConn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx)
	s, err := c.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	var done sql.Result
	if s == nil {
		done, err = c.conn.ExecContext(ctx, query, args...)
	} else {
		done, err = s.ExecContext(ctx, args...)
	}
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, query string, args ...any) (rowSet, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	var found *sql.Rows
	if s == nil {
		found, err = c.conn.QueryContext(ctx, query, args...)
	} else {
		found, err = s.QueryContext(ctx, args...)
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// later gains nothing here.
func (c *sqliteConn) later(ctx context.Context, refused func(error) error, query string, args ...any) error {
	_, err := c.exec(ctx, query, args...)
	return refused(err)
}

// together gains nothing here: the database is in this process.
func (c *sqliteConn) together(ctx context.Context, queries []lookup) error {
	for _, q := range queries {
		found, err := c.query(ctx, q.query, q.args...)
		if err != nil {
			return err
		}
		if err := each(found, q.scan); err != nil {
			return err
		}
	}
	return nil
}

func (c *sqliteConn) commit(ctx context.Context) error {
	_, err := c.exec(context.WithoutCancel(ctx), "COMMIT")
	if err == nil {
		c.open = false
	}
	return err
}

func (c *sqliteConn) end() {
	c.rollback()
	c.release()
}

// rollback takes back what was not committed.
func (c *sqliteConn) rollback() {
	if c.open {
		_, _ = c.exec(context.Background(), "ROLLBACK")
		c.open = false
	}
}

// release gives the connection back.
func (c *sqliteConn) release() { c.pool.put(c) }
