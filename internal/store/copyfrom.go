package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyFrom adds n rows by PostgreSQL's COPY protocol, in the session's
// transaction. row returns the values of one; they are used before the next call.
func (s *pgSession) copyFrom(ctx context.Context, table string, columns []string, n int, row func(int) []any) error {
	return s.conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return errors.New("the PostgreSQL driver is not pgx")
		}
		_, err := c.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns,
			pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
		return err
	})
}
