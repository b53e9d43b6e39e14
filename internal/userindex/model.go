package userindex

import (
	"cmp"
	"strings"
)

// Doc is what the index knows of one user: every field that a list can be
// filtered, searched or sorted by. The store makes it from the user's row, role
// grants and memberships.
type Doc struct {
	FullName string
	Nickname string
	Email    string
	// Aliases are those of all memberships, with blanks between them.
	Aliases  string
	Status   string
	UserType string
	// Roles are the ids of the roles held in any organization, in any order.
	Roles []string
	// Organizations are the ids of the organizations the user belongs to.
	Organizations []string
	// Tags are what else the user can be found by, such as a team; any texts.
	Tags []string
	// NameKey orders by name, byte by byte; see fold.SortKey.
	NameKey string
	// LastSignIn is in microseconds since 1970 UTC; 0 means never.
	LastSignIn int64
}

// UserDoc is a Doc with the user it belongs to.
type UserDoc struct {
	Seq int64
	Doc Doc
}

// Text is the searchable text of one user, as written, and the user's place in
// an order.
type Text struct {
	Position
	FullName, Nickname, Email, Aliases string
}

// SortBy says what orders a list.
type SortBy int

// The orders of a list. Users that tie are ordered by creation; sign-ins in the
// same second tie.
const (
	ByName SortBy = iota
	ByLastSignIn
	ByCreation
)

// Sort is the order of a list. Descending is the exact reverse of ascending.
type Sort struct {
	By   SortBy
	Desc bool
}

// reversed returns the opposite order.
func (s Sort) reversed() Sort { return Sort{By: s.By, Desc: !s.Desc} }

// Filter selects users. The fields combine with AND, the values of one field
// with OR. A nil field does not filter; an empty one that is not nil selects
// nobody, so that "the organizations this person may see" may be none.
type Filter struct {
	Search        Search
	Statuses      []string
	UserTypes     []string
	Roles         []string
	Organizations []string
	// Tags must all be there, unlike the values of the other fields.
	Tags []string
	// Only, unless nil, are the only users who are looked at, by seq: few.
	Only []int64
	// Named is a user, by seq, whom a search finds whatever their texts are; 0 is
	// nobody. The other fields select them, or don't, as everybody else.
	Named int64
}

// all tells whether the filter selects every user.
func (f *Filter) all() bool {
	return len(f.Search.words) == 0 && f.Statuses == nil && f.UserTypes == nil && f.Roles == nil && f.Organizations == nil && len(f.Tags) == 0 && f.Only == nil
}

// Query asks for one page of users.
type Query struct {
	Filter Filter
	Sort   Sort
	// After is where the page begins: the last user of the page before, or
	// with Backward the first user of the page after. Nil is the very beginning
	// (with Backward the very end). The user it names may be gone.
	After *Position
	// Backward asks for the users just before After instead of just after it.
	// They come in the order of Sort all the same.
	Backward bool
	// Limit is the most users to return; it must be at least 1.
	Limit int
}

// Position is a user's place in an order: the sort key and the seq that breaks
// ties. Only the key that the order uses is set.
type Position struct {
	Name       string // ByName: the name key
	LastSignIn int64  // ByLastSignIn: seconds since 1970 UTC, 0 means never
	Seq        int64
}

// Page is the answer to a Query.
type Page struct {
	Users []Position
	// More tells whether further users follow in the direction of the query.
	More bool
}

// compare orders two positions: negative when a comes first.
func (s Sort) compare(a, b Position) int {
	c := 0
	switch s.By {
	case ByName:
		c = strings.Compare(a.Name, b.Name)
	case ByLastSignIn:
		c = cmp.Compare(a.LastSignIn, b.LastSignIn)
	}
	if c == 0 {
		c = cmp.Compare(a.Seq, b.Seq)
	}
	if s.Desc {
		return -c
	}
	return c
}

// position returns the place of a user in an order.
func (d *Doc) position(by SortBy, seq int64) Position {
	p := Position{Seq: seq}
	switch by {
	case ByName:
		p.Name = d.NameKey
	case ByLastSignIn:
		p.LastSignIn = signInSecond(d.LastSignIn)
	}
	return p
}
