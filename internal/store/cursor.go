package store

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/iam"
)

// A cursor is a version byte, the list it belongs to, its direction and the
// sort values of one row, in base64url. There is no secret to sign it with and
// none is needed: every query takes its tenant from its argument, so the most
// that a forged position reaches is another page of the caller's own list.

const (
	cursorVersion = 1
	cursorMax     = 2048 // characters; the longest position is a name key and two numbers
)

// The kinds of value in a cursor, as keysetList.kinds tells them: "si" is a text, then a
// number.
const (
	cursorText   = 's'
	cursorNumber = 'i'
)

// listID names one list: what its cursors are bound to.
type listID [16]byte

// newListID names the list called name of a tenant under one filter and sort.
// Everything that changes which rows are in the list, or their order, must be
// among parts.
func newListID(tenant iam.TenantID, name string, parts ...string) listID {
	h := sha256.New()
	var size [8]byte
	write := func(s string) {
		// With its length, so that no two different lists hash the same text.
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write([]byte(s))
	}
	write(string(tenant))
	write(name)
	for _, p := range parts {
		write(p)
	}
	return listID(h.Sum(nil)[:16])
}

// encodeCursor makes the cursor of the page after pos, or before it when back.
// The values of pos are strings and int64s.
func encodeCursor(id listID, back bool, pos ...any) string {
	b := make([]byte, 0, 64)
	b = append(b, cursorVersion)
	b = append(b, id[:]...)
	if back {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	for _, v := range pos {
		switch v := v.(type) {
		case string:
			b = binary.AppendUvarint(b, uint64(len(v)))
			b = append(b, v...)
		case int64:
			b = binary.AppendVarint(b, v)
		default:
			panic("store: a cursor holds texts and numbers only")
		}
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor is the inverse of encodeCursor: CodeInvalidCursor for anything
// that encodeCursor did not make for this list. kinds tells the values of pos.
func decodeCursor(id listID, cursor, kinds string) (pos []any, back bool, err error) {
	invalid := iam.Errorf(iam.CodeInvalidCursor, "This cursor does not belong to this list. Start again from the first page.")
	if len(cursor) > cursorMax {
		return nil, false, invalid
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	const head = 1 + len(listID{}) + 1
	if err != nil || len(b) < head || b[0] != cursorVersion || b[head-1] > 1 ||
		subtle.ConstantTimeCompare(b[1:head-1], id[:]) == 0 {
		return nil, false, invalid
	}
	back, b = b[head-1] == 1, b[head:]
	for _, kind := range kinds {
		var v any
		if v, b = cursorValue(b, kind); v == nil {
			return nil, false, invalid
		}
		pos = append(pos, v)
	}
	if len(b) > 0 {
		return nil, false, invalid
	}
	return pos, back, nil
}

// cursorValue takes one value off b; nil when there is none that holds.
func cursorValue(b []byte, kind rune) (any, []byte) {
	if kind == cursorNumber {
		v, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil
		}
		return v, b[n:]
	}
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil
	}
	text := b[n : n+int(size)]
	// PostgreSQL refuses both, so neither can have come from here.
	if !utf8.Valid(text) || slices.Contains(text, 0) {
		return nil, nil
	}
	return string(text), b[n+int(size):]
}

// keysetList is a list that is read in pages.
type keysetList[T any] struct {
	id listID
	// kinds are those of the values that position returns, as in "si".
	kinds string
	// fetch returns up to limit rows after pos in the list's order, or before it
	// in the opposite order when back; pos is nil for the first page.
	fetch func(pos []any, back bool, limit int) ([]T, error)
	// position returns the sort values of a row; no two rows have the same.
	position func(T) []any
}

// page reads one page, always in the list's order.
func (l keysetList[T]) page(p iam.Page) (iam.List[T], error) {
	var pos []any
	var back bool
	if p.Cursor != "" {
		var err error
		if pos, back, err = decodeCursor(l.id, p.Cursor, l.kinds); err != nil {
			return iam.List[T]{}, err
		}
	}
	// One row more than asked for tells whether there is another page.
	rows, err := l.fetch(pos, back, p.Size()+1)
	if err != nil {
		return iam.List[T]{}, err
	}
	more := len(rows) > p.Size()
	if back && !more {
		// Going back has reached the beginning: rows may have gone or come since,
		// and the first page shall be as full as it ever is.
		return l.page(iam.Page{Limit: p.Limit})
	}
	rows = rows[:min(len(rows), p.Size())]
	out := iam.List[T]{Items: rows}
	switch {
	case back:
		slices.Reverse(rows)
		out.Prev = l.cursor(rows[0], true)
		out.Next = l.cursor(rows[len(rows)-1], false)
	case len(rows) == 0:
		if pos != nil {
			out.Prev = encodeCursor(l.id, true, pos...)
		}
	default:
		if pos != nil {
			out.Prev = l.cursor(rows[0], true)
		}
		if more {
			out.Next = l.cursor(rows[len(rows)-1], false)
		}
	}
	return out, nil
}

func (l keysetList[T]) cursor(row T, back bool) string {
	return encodeCursor(l.id, back, l.position(row)...)
}
