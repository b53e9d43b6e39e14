package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// Statements are prepared and kept by their text, so texts that depend on a
// number of values come in few sizes only: lists for IN are padded to a power of
// two, and many rows are inserted by statements of a few fixed sizes.

// inMax is the longest list for one IN; longer ones take several statements.
const inMax = 256

// inTexts are the lists "($2,$3,…)" by their length: 1, 2, 4 … inMax.
var inTexts = func() map[int]string {
	m := map[int]string{}
	for n := 1; n <= inMax; n *= 2 {
		m[n] = placeholders(2, n)
	}
	return m
}()

// placeholders returns "($first,…)" with n parameters.
func placeholders(first, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(",$")
		b.WriteString(strconv.Itoa(first + i))
	}
	return "(" + b.String()[1:] + ")"
}

// eachIn runs head + "($2, …)" + tail for the values in chunks, with the tenant
// as $1, and calls scan for every row. No value means no statement. Values are
// of the drivers' own types, which those handle without reflection. head ends
// in "IN "; PostgreSQL takes the values as one array instead.
func eachIn[T string | int64](ctx context.Context, t *tx, tenant iam.TenantID, head, tail string, values []T, scan func(scanner) error) error {
	for _, q := range lookupsIn(t.d, tenant, head, tail, values, scan) {
		if err := t.each(ctx, q.query, q.args, q.scan); err != nil {
			return err
		}
	}
	return nil
}

// lookupsIn are the queries of eachIn.
func lookupsIn[T string | int64](d *dialect, tenant iam.TenantID, head, tail string, values []T, scan func(scanner) error) []lookup {
	if d.arrays {
		if len(values) == 0 {
			return nil
		}
		return []lookup{{strings.TrimSuffix(head, "IN ") + "= ANY($2)" + tail, []any{string(tenant), values}, scan}}
	}
	var queries []lookup
	for len(values) > 0 {
		chunk := values[:min(len(values), inMax)]
		values = values[len(chunk):]
		size := 1
		for size < len(chunk) {
			size *= 2
		}
		args := make([]any, 1+size)
		args[0] = string(tenant)
		for i := range size {
			args[1+i] = chunk[min(i, len(chunk)-1)]
		}
		queries = append(queries, lookup{head + inTexts[size] + tail, args, scan})
	}
	return queries
}

// rowSizes are the numbers of rows that one INSERT adds, most first.
var rowSizes = []int{64, 16, 8, 7, 6, 5, 4, 3, 2, 1}

// insertRows runs head + " VALUES (…), …" for all args, columns a row, with as
// few statements as rowSizes allows.
func (t *tx) insertRows(ctx context.Context, head string, columns int, args []any) error {
	return rowsBy(head, columns, args, func(query string, args []any) error {
		_, err := t.s.exec(ctx, query, args...)
		return err
	})
}

// insertRowsLater is insertRows by session.later.
func (t *tx) insertRowsLater(ctx context.Context, refused func(error) error, head string, columns int, args []any) error {
	return rowsBy(head, columns, args, func(query string, args []any) error { return t.s.later(ctx, refused, query, args...) })
}

// rowsBy calls insert with statements that add all rows.
func rowsBy(head string, columns int, args []any, insert func(query string, args []any) error) error {
	for _, size := range rowSizes {
		if len(args) < size*columns {
			continue
		}
		query := head + valuesText(columns, size)
		for len(args) >= size*columns {
			if err := insert(query, args[:size*columns]); err != nil {
				return err
			}
			args = args[size*columns:]
		}
	}
	return nil
}

// valuesText returns " VALUES ($1,…),…".
func valuesText(columns, rows int) string {
	var b strings.Builder
	b.WriteString(" VALUES ")
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(placeholders(1+i*columns, columns))
	}
	return b.String()
}

// has tells whether a query returns a row.
func (t *tx) has(ctx context.Context, query string, args ...any) (bool, error) {
	found := false
	err := t.each(ctx, query, args, func(scanner) error {
		found = true
		return nil
	})
	return found, err
}

// texts returns ids as the drivers want them.
func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// joinPermissions is a permission list as the database keeps it.
func joinPermissions(list []iam.Permission) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(p))
	}
	return b.String()
}

// splitPermissions is the inverse of joinPermissions.
func splitPermissions(text string) []iam.Permission {
	if text == "" {
		return nil
	}
	list := make([]iam.Permission, 0, 1+strings.Count(text, " "))
	for p := range strings.SplitSeq(text, " ") {
		list = append(list, iam.Permission(p))
	}
	return list
}

// number is a truth value as the database keeps it.
func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
