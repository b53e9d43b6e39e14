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

// List returns one page of the users that f selects, by name. Whoever may find
// somebody hidden among them is told nothing of them by the order, the cursors or
// what a search finds: those who joined first come first then, and each page is
// by the names that it shows.
func List(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, f iam.UserFilter) (out iam.List[*iam.User], err error) {
	f.Sort = iam.SortName
	somebody, err := mayHide(ctx, tx, dir, c)
	if err != nil {
		return out, err
	}
	if !somebody {
		return listOpenly(ctx, tx, dir, c, f)
	}
	f.Sort = iam.SortCreated
	if f.Search == "" {
		out, err = tx.ListUsers(ctx, c.Tenant, f)
	} else {
		out, err = searchDiscreetly(ctx, tx, dir, c, f)
	}
	slices.SortStableFunc(out.Items, func(a, b *iam.User) int {
		return strings.Compare(sortKey(dir, c, a), sortKey(dir, c, b))
	})
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

// listOpenly leaves out who was found by an alias of an organization that is not
// the caller's to see. A page can be short then.
func listOpenly(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, f iam.UserFilter) (iam.List[*iam.User], error) {
	page, err := tx.ListUsers(ctx, c.Tenant, f)
	if err != nil {
		return page, err
	}
	finds, err := Finder(dir, c, f.Search)
	page.Items = slices.DeleteFunc(page.Items, func(u *iam.User) bool { return !finds(u) })
	return page, err
}

// searchDiscreetly finds by what the caller may know alone. Pages are as full as
// if nobody else had been found on the way, and there is a next one only when
// somebody is on it: how full a page is would tell otherwise who has the name.
func searchDiscreetly(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, f iam.UserFilter) (iam.List[*iam.User], error) {
	out := iam.List[*iam.User]{Items: []*iam.User{}}
	finds, err := Finder(dir, c, f.Search)
	if err != nil {
		return out, err
	}
	size := f.Page.Size()
	for more := true; more; f.Page.Cursor = out.Next {
		f.Page.Limit = size - len(out.Items)
		page, err := tx.ListUsers(ctx, c.Tenant, f)
		if err != nil {
			return out, err
		}
		for _, u := range page.Items {
			if finds(u) {
				out.Items = append(out.Items, u)
			}
		}
		out.Next = page.Next
		more = page.Next != "" && len(out.Items) < size
	}
	f.Page.Limit = iam.MaxPageSize
	for f.Page.Cursor != "" {
		page, err := tx.ListUsers(ctx, c.Tenant, f)
		if err != nil || slices.ContainsFunc(page.Items, finds) {
			return out, err
		}
		f.Page.Cursor = page.Next
	}
	out.Next = ""
	return out, nil
}

// Finder tells of users whether a search finds them by what the caller may know
// of them. CodeInvalid with "/search" for one that is too long.
func Finder(dir *authz.Directory, c *access.Caller, search string) (func(*iam.User) bool, error) {
	words, err := userindex.ParseSearch(search)
	return func(u *iam.User) bool { return words.Finds(known(dir, c, u)...) }, err
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
