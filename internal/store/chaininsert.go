package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/retinue/retinue/internal/iam"
)

// sealedColumns are all columns of an event, in the order of sealedValues.
var sealedColumns = strings.Split("tenant_id, "+eventColumns, ", ")

func (r *eventRow) sealedValues(tenant iam.TenantID) []any {
	values := make([]any, 0, 5+eventTexts)
	values = append(values, string(tenant), r.id, r.at)
	for _, s := range r.texts {
		values = append(values, s)
	}
	return append(values, r.seq, r.hash)
}

// writeSealed adds sealed rows the fastest way that the engine has.
func (t *tx) writeSealed(ctx context.Context, tenant iam.TenantID, rows []*eventRow) error {
	if s, ok := t.s.(*pgSession); ok {
		return s.copyFrom(ctx, "audit_events", sealedColumns, len(rows), func(i int) []any { return rows[i].sealedValues(tenant) })
	}
	return t.writeShared(ctx, tenant, rows)
}

// copyFrom adds n rows by the COPY protocol.
func (s *pgSession) copyFrom(ctx context.Context, table string, columns []string, n int, row func(int) []any) error {
	return s.conn.Raw(func(driverConn any) error {
		_, err := driverConn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, //nolint:errcheck,forcetypeassert // the driver "pgx"
			pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
		return err
	})
}

// sharedRows is how many rows one INSERT of writeShared adds.
const sharedRows = 64

// writeShared adds rows by INSERTs in which a value that all rows have in common
// is one parameter: an import's events differ in little, and binding parameters
// is most of the cost.
func (t *tx) writeShared(ctx context.Context, tenant iam.TenantID, rows []*eventRow) error {
	all := make([][]any, len(rows))
	for i, r := range rows {
		all[i] = r.sealedValues(tenant)
	}
	common := make([]bool, len(sealedColumns))
	for c := range len(common) - 1 { // but the hash, which can't be compared and never is
		common[c] = true
		for _, values := range all {
			if values[c] != all[0][c] {
				common[c] = false
				break
			}
		}
	}
	size, query := 0, ""
	for len(all) > 0 {
		n := min(len(all), sharedRows)
		for n < sharedRows && n&(n-1) != 0 {
			n &= n - 1 // powers of two, so that there are few texts
		}
		if n != size {
			size, query = n, sharedText(common, n)
		}
		args := make([]any, 0, len(common)*(n+1))
		for c, v := range all[0] {
			if common[c] {
				args = append(args, v)
			}
		}
		for _, values := range all[:n] {
			for c, v := range values {
				if !common[c] {
					args = append(args, v)
				}
			}
		}
		if _, err := t.s.exec(ctx, query, args...); err != nil {
			return t.refused(err, iam.NotFound("tenant"))
		}
		all = all[n:]
	}
	return nil
}

func sharedText(common []bool, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO audit_events (" + strings.Join(sealedColumns, ", ") + ") VALUES ")
	shared := map[int]string{}
	for c, is := range common {
		if is {
			shared[c] = "$" + strconv.Itoa(len(shared)+1)
		}
	}
	next := len(shared) + 1
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		for c := range common {
			b.WriteByte(",("[number(c == 0)])
			if p, ok := shared[c]; ok {
				b.WriteString(p)
				continue
			}
			b.WriteString("$" + strconv.Itoa(next))
			next++
		}
		b.WriteByte(')')
	}
	return b.String()
}
