package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// bulkTable is a table that many rows are added to at once.
type bulkTable struct {
	name    string
	columns []string
	// foreign is what a reference to nothing means.
	foreign *iam.Error
}

func newBulkTable(insert string, foreign *iam.Error) bulkTable {
	name, columns, _ := strings.Cut(strings.TrimPrefix(insert, "INSERT INTO "), " (")
	return bulkTable{name: name, columns: strings.Split(strings.TrimSuffix(columns, ")"), ", "), foreign: foreign}
}

// insertBulk adds n rows the fastest way that the engine has; row writes the
// values of one. On an error, some may have been added.
func (t *tx) insertBulk(ctx context.Context, b bulkTable, n int, row func(i int, values []any)) error {
	if n == 0 {
		return nil
	}
	if s, ok := t.s.(*pgSession); ok {
		values := make([]any, len(b.columns))
		return t.refused(s.copyFrom(ctx, b.name, b.columns, n, func(i int) []any {
			row(i, values)
			return values
		}), b.foreign)
	}
	return t.refused(t.insertShared(ctx, b, n, row), b.foreign)
}

// bulkRows is how many rows one INSERT of insertShared adds.
const bulkRows = 64

// insertShared adds rows by INSERTs in which a value that all of its rows have
// in common is one parameter: binding parameters is a good part of the cost, and
// the rows of an import differ in little.
func (t *tx) insertShared(ctx context.Context, b bulkTable, n int, row func(i int, values []any)) error {
	width := len(b.columns)
	values := make([]any, bulkRows*width)
	args := make([]any, 0, bulkRows*width)
	var buf strings.Builder
	for first := 0; first < n; {
		rows := min(n-first, bulkRows)
		for rows < bulkRows && rows&(rows-1) != 0 {
			rows &= rows - 1 // powers of two, so that there are few texts
		}
		for i := range rows {
			row(first+i, values[i*width:(i+1)*width])
		}
		common := commonColumns(values[:rows*width], width)
		args = args[:0]
		for c := range width {
			if common[c] {
				args = append(args, values[c])
			}
		}
		for i, v := range values[:rows*width] {
			if !common[i%width] {
				args = append(args, v)
			}
		}
		buf.Reset()
		b.sharedText(&buf, common, rows)
		if _, err := t.s.exec(ctx, buf.String(), args...); err != nil {
			return err
		}
		first += rows
	}
	return nil
}

// commonColumns tells which columns have one value in all rows. Values that
// can't be compared are never common.
func commonColumns(values []any, width int) []bool {
	common := make([]bool, width)
	for c := range width {
		if _, ok := values[c].([]byte); ok {
			continue
		}
		common[c] = true
		for i := c + width; i < len(values); i += width {
			if values[i] != values[c] {
				common[c] = false
				break
			}
		}
	}
	return common
}

// sharedText writes the INSERT: first the parameters of the common columns are
// numbered, then those of the rows.
func (b bulkTable) sharedText(out *strings.Builder, common []bool, rows int) {
	out.WriteString("INSERT INTO " + b.name + " (" + strings.Join(b.columns, ", ") + ") VALUES ")
	shared := make([]string, len(common))
	next := 1
	for c := range common {
		if common[c] {
			shared[c] = "$" + strconv.Itoa(next)
			next++
		}
	}
	for i := range rows {
		if i > 0 {
			out.WriteByte(',')
		}
		sep := byte('(')
		for c := range common {
			out.WriteByte(sep)
			sep = ','
			if common[c] {
				out.WriteString(shared[c])
				continue
			}
			out.WriteByte('$')
			out.WriteString(strconv.Itoa(next))
			next++
		}
		out.WriteByte(')')
	}
}
