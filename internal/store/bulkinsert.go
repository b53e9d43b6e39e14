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

// sharedRows is how many rows one INSERT adds on SQLite.
const sharedRows = 64

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

// insertShared adds rows by INSERTs in which a value that all of its rows have
// in common is one parameter: binding parameters is a good part of the cost, and
// the rows of an import differ in little.
func (t *tx) insertShared(ctx context.Context, b bulkTable, n int, row func(i int, values []any)) error {
	width := len(b.columns)
	values := make([]any, min(n, sharedRows)*width)
	args := make([]any, 0, len(values))
	var buf strings.Builder
	for first := 0; first < n; {
		rows := min(n-first, sharedRows)
		for rows < sharedRows && rows&(rows-1) != 0 {
			rows &= rows - 1 // powers of two, so that there are few texts
		}
		for i := range rows {
			row(first+i, values[i*width:(i+1)*width])
		}
		order := commonFirst(values[:rows*width], width)
		args = order.args(args[:0], values[:rows*width])
		buf.Reset()
		b.sharedText(&buf, t.d, order, rows)
		if _, err := t.s.exec(ctx, buf.String(), args...); err != nil {
			return err
		}
		first += rows
	}
	return nil
}

// columnOrder is an order of columns in which those with one value in all rows
// come first: so that parameters first appear in the order of their numbers.
type columnOrder struct {
	columns []int
	common  int // how many have one value
}

// commonFirst finds the order. Values that can't be compared are never common.
func commonFirst(values []any, width int) columnOrder {
	var o columnOrder
	var differ []int
	for c := range width {
		if oneValue(values, c, width) {
			o.columns = append(o.columns, c)
		} else {
			differ = append(differ, c)
		}
	}
	o.common = len(o.columns)
	o.columns = append(o.columns, differ...)
	return o
}

func oneValue(values []any, c, width int) bool {
	if _, ok := values[c].([]byte); ok {
		return false
	}
	for i := c + width; i < len(values); i += width {
		if values[i] != values[c] {
			return false
		}
	}
	return true
}

// args appends the common values once, and those of the rows that differ.
func (o columnOrder) args(args, values []any) []any {
	for _, c := range o.columns[:o.common] {
		args = append(args, values[c])
	}
	width := len(o.columns)
	for i := 0; i < len(values); i += width {
		for _, c := range o.columns[o.common:] {
			args = append(args, values[i+c])
		}
	}
	return args
}

// sharedText writes the INSERT for values as args has them.
func (b bulkTable) sharedText(out *strings.Builder, d *dialect, o columnOrder, rows int) {
	out.WriteString(d.insertMany + b.name)
	sep := " ("
	for _, c := range o.columns {
		out.WriteString(sep)
		out.WriteString(b.columns[c])
		sep = ", "
	}
	sep = ") VALUES ("
	for i := range rows {
		next := 1 + o.common + i*(len(o.columns)-o.common)
		for c := range o.columns {
			out.WriteString(sep)
			sep = ",$"
			if c == 0 {
				out.WriteByte('$')
			}
			if c < o.common {
				out.WriteString(strconv.Itoa(1 + c))
			} else {
				out.WriteString(strconv.Itoa(next + c - o.common))
			}
		}
		sep = "),("
	}
	out.WriteByte(')')
}
