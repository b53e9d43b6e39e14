package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// copyFrom adds n rows by PostgreSQL's COPY protocol, in the session's
// transaction. row returns the values of one; they are used before the next call.
func (s *pgSession) copyFrom(ctx context.Context, table string, columns []string, n int, row func(int) []any) error {
	if err := s.together(ctx, nil); err != nil { // so that it has begun
		return err
	}
	_, err := s.conn.CopyFrom(ctx, pgx.Identifier{table}, columns,
		pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
	return err
}
