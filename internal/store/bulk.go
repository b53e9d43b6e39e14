package store

import (
	"math/bits"
	"strconv"
	"strings"
)

// maxBulk is the most rows that one statement writes or names. Bulks are cut
// into powers of two, so that there are few statement texts; larger ones do not
// pay, for SQLite finds the name of each parameter by counting through them.
const maxBulk = 32

// bulks calls fn with neighbouring parts of items whose lengths are powers of
// two, the largest first.
func bulks[T any](items []T, fn func([]T) error) error {
	for len(items) > 0 {
		n := min(1<<(bits.Len(uint(len(items)))-1), maxBulk)
		if err := fn(items[:n]); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

// tuples writes n tuples of parameters, as in ($1, $2), ($3, $4), numbered from
// first on. Each form is one parameter of a tuple, with % for its $n: PostgreSQL
// learns the types of VALUES from casts.
func tuples(n, first int, forms ...string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		for j, form := range forms {
			if j == 0 {
				b.WriteByte('(')
			} else {
				b.WriteString(", ")
			}
			before, after, _ := strings.Cut(form, "%")
			b.WriteString(before)
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(first))
			b.WriteString(after)
			first++
		}
		b.WriteByte(')')
	}
	return b.String()
}

// params writes n parameters, as in $3, $4, numbered from first on.
func params(n, first int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
