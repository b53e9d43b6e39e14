package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// UserCursor makes the cursor at the place of a user in the list of a filter.
func UserCursor(tenant iam.TenantID, f iam.UserFilter, u *iam.User, back bool) string {
	doc := userDoc(u)
	p := userindex.Position{Name: doc.NameKey, LastSignIn: doc.LastSignIn / 1e6, Seq: u.Seq}
	return encodeCursor(userListID(tenant, f), back, cursorValues(userSorts[f.Sort].sort.By, p)...)
}

// PostgresOwnSeqs is how users are found by their seqs on PostgreSQL.
var PostgresOwnSeqs = strings.TrimSuffix(postgresDialect.ownSeqs, "IN ") + "= ANY($2)"

// SeqByEmail and SeqByExternalID are how exact filters find a user.
const (
	SeqByEmail      = seqByEmail
	SeqByExternalID = seqByExternalID
)

// EventIndex is how the audit log is walked in the order of a column's index.
func EventIndex(column string) string {
	s := &eventScan{}
	return s.index(column, "x", s.arguments(), 50)
}

// MigrateTo brings an empty database to an earlier version of the schema.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, db, err := s.migrator()
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
	}
	_, err = p.UpTo(ctx, version)
	return err
}

// NewSalts makes the salts of one event.
func NewSalts() []byte { return newSalts(1) }

// SetMaxLog sets how long SQLite's log may be when a portion begins, in bytes.
func (s *Store) SetMaxLog(n int64) {
	if p, ok := s.portions.(*sqlitePortions); ok {
		p.maxLog = n
	}
}

// UsedLog is how many bytes of SQLite's log are used.
func UsedLog(ctx context.Context, tb testing.TB, db *sql.DB) int64 {
	tb.Helper()
	c, err := db.Conn(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	used, _, err := usedLog(ctx, c)
	if err != nil {
		tb.Fatal(err)
	}
	return used
}

// Pragma is a setting of the connection of a transaction.
func Pragma(ctx context.Context, tb testing.TB, t iam.Tx, name string) (value int) {
	tb.Helper()
	if err := t.(*tx).row(ctx, "pragma", "PRAGMA "+name, nil, &value); err != nil {
		tb.Fatal(err)
	}
	return value
}
