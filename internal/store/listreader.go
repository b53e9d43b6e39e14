package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// maxWhole is of how many users all is read when their places, or those and their
// texts, are asked for: as few are mostly those of a page; of more, most are not.
const maxWhole = 128

// listReader is the user index's view of a transaction that lists users. The index
// asks for the places of whom it finds, and all else about them is in the same rows:
// each is read once.
type listReader struct {
	*userIndexTx
	tenant iam.TenantID
	read   map[int64]*iam.User
}

// Positions implements userindex.Snapshot.
func (r listReader) Positions(ctx context.Context, tenant iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Position, error) {
	if len(seqs) > maxWhole {
		return r.userIndexTx.Positions(ctx, tenant, by, seqs)
	}
	list := make([]userindex.Position, 0, len(seqs))
	err := r.load(ctx, seqs, func(u *iam.User, nameKey string) {
		list = append(list, positionIn(by, u, nameKey))
	})
	return list, err
}

// Texts implements userindex.Snapshot.
func (r listReader) Texts(ctx context.Context, tenant iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Text, error) {
	if len(seqs) > maxWhole {
		return r.userIndexTx.Texts(ctx, tenant, by, seqs)
	}
	list := make([]userindex.Text, 0, len(seqs))
	err := r.load(ctx, seqs, func(u *iam.User, nameKey string) {
		list = append(list, userindex.Text{
			Position: positionIn(by, u, nameKey), FullName: u.FullName(), Nickname: u.Nickname, Email: u.Email, Aliases: aliases(u),
		})
	})
	return list, err
}

// positionIn is the place of a user in an order, as positionSelect reads it.
func positionIn(by userindex.SortBy, u *iam.User, nameKey string) userindex.Position {
	p := userindex.Position{Seq: u.Seq}
	switch by {
	case userindex.ByName:
		p.Name = nameKey
	case userindex.ByLastSignIn:
		p.LastSignIn = micros(u.LastSignInAt) / 1_000_000
	}
	return p
}

// load reads those of the users that exist, and keeps them.
func (r listReader) load(ctx context.Context, seqs []int64, visit func(u *iam.User, nameKey string)) error {
	users, nameKeys, err := r.t.loadUsersBySeqs(ctx, r.tenant, seqs)
	for i, u := range users {
		r.read[u.Seq] = u
		visit(u, nameKeys[i])
	}
	return err
}

// page returns the places of the next users in the direction of a query, of those
// whom keep does not leave out.
func (r listReader) page(ctx context.Context, keep func(*iam.User) bool, q userindex.Query) ([]userindex.Position, error) {
	var kept []userindex.Position
	for want := q.Limit; ; q.Limit = iam.MaxPageSize {
		page, err := r.t.store.index.Page(ctx, r, r.tenant, q)
		if err != nil {
			return nil, err
		}
		if q.Backward {
			slices.Reverse(page.Users)
		}
		if keep == nil || len(page.Users) == 0 {
			return append(kept, page.Users...), nil
		}
		users, err := r.users(ctx, page.Users)
		if err != nil {
			return nil, err
		}
		for i, u := range users {
			if keep(u) {
				kept = append(kept, page.Users[i])
			} else {
				delete(r.read, u.Seq)
			}
		}
		q.After = &page.Users[len(page.Users)-1]
		if len(kept) >= want || !page.More {
			return kept[:min(len(kept), want)], nil
		}
	}
}

// users returns the users of a page, in its order. They exist: the page is of the
// same snapshot.
func (r listReader) users(ctx context.Context, page []userindex.Position) ([]*iam.User, error) {
	var unread []int64
	for _, p := range page {
		if r.read[p.Seq] == nil {
			unread = append(unread, p.Seq)
		}
	}
	if len(unread) > 0 {
		if err := r.load(ctx, unread, func(*iam.User, string) {}); err != nil {
			return nil, err
		}
	}
	users := make([]*iam.User, len(page))
	for i, p := range page {
		users[i] = r.read[p.Seq]
	}
	return users, nil
}
