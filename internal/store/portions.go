package store

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/retinue/retinue/internal/iam"
)

// WritePortion implements iam.Store.
func (s *Store) WritePortion(ctx context.Context, fn func(iam.Tx) error) error {
	return s.writeBy(ctx, s.portions, func(t *tx) error { return fn(t) })
}

// logFrame is what a page takes in SQLite's log: a page of its usual size, and a header.
const logFrame = 4096 + 24

// defaultMaxLog is how many bytes SQLite's log may have when a portion begins. Beyond it
// the portion waits until the log is in the database and begins anew.
const defaultMaxLog = 512 << 20

// What SQLite's writer keeps of the database in memory, in KiB: while it writes a
// portion, all pages that it changes. Those that are written before the end, to make
// room, are read and written once more, and the whole log is summed up anew.
const (
	writerCache  = 16_000
	portionCache = 40_000
)

// sqlitePortions begins transactions whose commits don't wait for the disk. SQLite
// syncs its log when it is copied into the database; that is done beside the next
// portion and not, as after other transactions, by the writer.
type sqlitePortions struct {
	*sqlitePool
	dsn    string
	maxLog int64

	copying sync.Mutex
	db      *sql.DB     // nil until there is something to copy
	asked   atomic.Bool // whether a copy is about to begin that will have all there is now
	running sync.WaitGroup
}

func (p *sqlitePortions) begin(ctx context.Context) (session, error) {
	c, err := p.borrow(ctx)
	if err != nil {
		return nil, err
	}
	s := &portionSession{sqliteConn: c, pool: p}
	if err = p.makeRoom(ctx, c.conn); err == nil {
		// A log that is cut has to get its place on the disk again. References are
		// a seventh of what an import costs, and InsertUsers has made sure of them.
		err = s.set(ctx, "PRAGMA synchronous=NORMAL", "PRAGMA wal_autocheckpoint=0", "PRAGMA journal_size_limit=-1", "PRAGMA foreign_keys=OFF",
			"PRAGMA cache_size=-"+strconv.Itoa(portionCache))
	}
	if err == nil {
		err = c.start(ctx)
	}
	if err != nil {
		s.end() //nolint:contextcheck // it is undone whoever hangs up
		return nil, err
	}
	return s, nil
}

// makeRoom copies the log where it has become long. Nobody writes meanwhile, so
// that the next transaction begins it anew; its file keeps its length.
func (p *sqlitePortions) makeRoom(ctx context.Context, c *sql.Conn) error {
	used, copied, err := usedLog(ctx, c)
	if err != nil || used < p.maxLog || copied {
		return err
	}
	return p.copyLog(ctx)
}

// usedLog is how many bytes of the log are used, and whether all of them are in the
// database by now.
func usedLog(ctx context.Context, c *sql.Conn) (used int64, copied bool, err error) {
	var busy, frames, inDatabase int64
	err = c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &frames, &inDatabase)
	return frames * logFrame, frames == inDatabase, err
}

// copyLog brings what is committed from the log into the database. Readers of
// what was before keep some of it back, until a later time.
func (p *sqlitePortions) copyLog(ctx context.Context) error {
	p.copying.Lock()
	defer p.copying.Unlock()
	p.asked.Store(false)
	if p.db == nil {
		db, err := sql.Open("sqlite", p.dsn)
		if err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		p.db = db
	}
	_, err := p.db.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return err
}

// copySoon is copyLog beside whatever comes next. An error is not lost: where the
// log can't be copied now, it is when there is a next time.
func (p *sqlitePortions) copySoon() {
	if p.asked.Swap(true) {
		return
	}
	p.running.Go(func() { _ = p.copyLog(context.Background()) })
}

func (p *sqlitePortions) close() error {
	p.running.Wait()
	p.copying.Lock()
	defer p.copying.Unlock()
	if p.db == nil {
		return nil
	}
	return p.db.Close()
}

// portionSession is the writer's connection while it writes a portion.
type portionSession struct {
	*sqliteConn
	pool *sqlitePortions
}

func (s *portionSession) set(ctx context.Context, pragmas ...string) error {
	for _, p := range pragmas {
		if _, err := s.conn.ExecContext(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *portionSession) commit(ctx context.Context) error {
	err := s.sqliteConn.commit(ctx)
	if err == nil {
		s.pool.copySoon() //nolint:contextcheck // it outlives the portion
	}
	return err
}

func (s *portionSession) end() {
	s.rollback()
	if err := s.set(context.Background(), "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1000",
		"PRAGMA journal_size_limit="+strconv.Itoa(keptLog), "PRAGMA foreign_keys=ON", "PRAGMA cache_size=-"+strconv.Itoa(writerCache)); err != nil {
		_ = s.close() // the next one is as it should be
	}
	s.release()
}
