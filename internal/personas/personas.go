// Package personas is how people look to those they work with: by which name,
// with or without what an alias is there to hide, and whether they are there.
// docs/adr/0014-aliases-and-presence.md says who sees what.
package personas

import (
	"context"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// Person is a user as the caller may see them.
type Person struct {
	ID       iam.UserID
	Name     string // by which they go where the caller acts
	Type     iam.UserType
	Status   iam.Status
	PhotoKey string
	Presence iam.Presence
	// Hidden tells that the caller sees the alias and nothing behind it: the
	// fields below are empty.
	Hidden   bool
	FullName string
	Nickname string
	Email    string
}

// See returns users as the caller may see them, in the same order.
func See(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, list []*iam.User) ([]*Person, error) {
	ids := make([]iam.UserID, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	there, err := tx.Attendance(ctx, c.Tenant, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Person, 0, len(list))
	for _, u := range list {
		p := see(dir, c, u)
		p.Presence = there[u.ID].Shown(u.Status, tx.Now())
		out = append(out, p)
	}
	return out, nil
}

func see(dir *authz.Directory, c *access.Caller, u *iam.User) *Person {
	persona, hidden := dir.PersonaFor(c, u)
	p := &Person{ID: u.ID, Name: persona.Name, Type: u.Type, Status: u.Status, PhotoKey: u.PhotoKey, Hidden: hidden}
	if !hidden {
		p.FullName, p.Nickname, p.Email = u.FullName(), u.Nickname, u.Email
	}
	return p
}

// List returns one page of the users that f selects, by name. It finds people by
// what the caller may know alone. Whoever may find somebody hidden among them is
// told nothing of them by the order or the cursors either: those who joined first
// come first then, and each page is by the names that it shows.
func List(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, f iam.UserFilter) (out iam.List[*iam.User], err error) {
	f.Sort = iam.SortName
	somebody, err := mayHide(ctx, tx, dir, c)
	if err != nil {
		return out, err
	}
	if somebody {
		f.Sort = iam.SortCreated
	}
	if f.Search != "" && (somebody || !c.InRoot) {
		finds, err := Finder(dir, c, f.Search)
		if err != nil {
			return out, err
		}
		also := f.Keep
		f.Keep = func(u *iam.User) bool { return finds(u) && (also == nil || also(u)) }
	}
	if out, err = tx.ListUsers(ctx, c.Tenant, f); somebody {
		slices.SortStableFunc(out.Items, func(a, b *iam.User) int {
			return strings.Compare(sortKey(dir, c, a), sortKey(dir, c, b))
		})
	}
	return out, err
}

func sortKey(dir *authz.Directory, c *access.Caller, u *iam.User) string {
	return fold.SortKey(dir.PersonaOf(u, c.Org).Name)
}

// mayHide tells whether there may be somebody of whom the caller sees no more
// than the alias.
func mayHide(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller) (bool, error) {
	if c.Has(iam.PermUsersRead) {
		return false, nil
	}
	orgs := []iam.OrgID{c.Org}
	if !c.InRoot {
		orgs = append(dir.Subtree(c.Org), dir.Ancestors(c.Org)...)
	}
	return tx.AnyAlias(ctx, c.Tenant, orgs)
}

// Finder tells of users whether a search finds them by what the caller may know
// of them. CodeInvalid with "/search" for one that is too long.
func Finder(dir *authz.Directory, c *access.Caller, search string) (func(*iam.User) bool, error) {
	words, err := userindex.ParseSearch(search)
	return func(u *iam.User) bool { return words.Finds(known(dir, c, u)...) }, err
}

// NameFinder is Finder for lists that show names and no addresses.
func NameFinder(dir *authz.Directory, c *access.Caller, search string) (func(*iam.User) bool, error) {
	words, err := userindex.ParseSearch(search)
	return func(u *iam.User) bool {
		p := see(dir, c, u)
		return words.Finds(p.Name, p.FullName, p.Nickname)
	}, err
}

// known are the texts by which the caller may find a user.
func known(dir *authz.Directory, c *access.Caller, u *iam.User) []string {
	p := see(dir, c, u)
	texts := []string{p.Name, p.FullName, p.Nickname, p.Email}
	if p.Hidden {
		return texts
	}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		if c.InRoot || dir.Within(m.Org, c.Org) {
			texts = append(texts, m.Alias)
		}
	}
	return texts
}
