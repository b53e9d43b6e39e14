package store

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// userSorts are the orders of the list of users with the kinds of value that
// their cursors hold.
var userSorts = map[iam.UserSort]struct {
	sort  userindex.Sort
	kinds string
}{
	iam.SortName:           {userindex.Sort{By: userindex.ByName}, "si"},
	iam.SortNameDesc:       {userindex.Sort{By: userindex.ByName, Desc: true}, "si"},
	iam.SortLastSignIn:     {userindex.Sort{By: userindex.ByLastSignIn}, "ii"},
	iam.SortLastSignInDesc: {userindex.Sort{By: userindex.ByLastSignIn, Desc: true}, "ii"},
	iam.SortCreated:        {userindex.Sort{By: userindex.ByCreation}, "i"},
	iam.SortCreatedDesc:    {userindex.Sort{By: userindex.ByCreation, Desc: true}, "i"},
}

// ListUsers implements iam.UserStore.
func (t *tx) ListUsers(ctx context.Context, tenant iam.TenantID, f iam.UserFilter) (iam.List[*iam.User], error) {
	if f.Sort == "" {
		f.Sort = iam.SortName
	}
	order, ok := userSorts[f.Sort]
	if !ok {
		return iam.List[*iam.User]{}, iam.InvalidField("/sort", "unknown", "Choose one of the orders of the list.")
	}
	filter, err := t.indexFilter(ctx, tenant, f)
	if err != nil {
		return iam.List[*iam.User]{}, err
	}
	reader := listReader{t.userIndex(), tenant, map[int64]*iam.User{}}
	list := keysetList[userindex.Position]{
		id:    userListID(tenant, f),
		kinds: order.kinds,
		fetch: func(pos []any, back bool, limit int) ([]userindex.Position, error) {
			return reader.page(ctx, f.Keep, userindex.Query{
				Filter: filter, Sort: order.sort, After: positionOf(order.sort.By, pos), Backward: back, Limit: limit,
			})
		},
		position: func(p userindex.Position) []any { return cursorValues(order.sort.By, p) },
	}
	page, err := list.page(f.Page)
	if err != nil {
		return iam.List[*iam.User]{}, err
	}
	users, err := reader.users(ctx, page.Items)
	return iam.List[*iam.User]{Items: users, Next: page.Next, Prev: page.Prev}, err
}

// CountUsers implements iam.UserStore.
func (t *tx) CountUsers(ctx context.Context, tenant iam.TenantID, f iam.UserFilter) (int64, error) {
	filter, err := t.indexFilter(ctx, tenant, f)
	if err != nil {
		return 0, err
	}
	if filter.Only == nil && f.Search == "" && f.Status == "" && f.Type == "" && f.Role == "" && f.Team == "" && len(f.Fields) == 0 && f.Orgs == nil {
		stats, err := t.UserStats(ctx, tenant)
		return stats.Total, err
	}
	return t.store.index.Count(ctx, t.userIndex(), tenant, &filter)
}

// indexFilter is a filter as the user index takes it.
func (t *tx) indexFilter(ctx context.Context, tenant iam.TenantID, f iam.UserFilter) (userindex.Filter, error) {
	search, err := userindex.ParseSearch(f.Search)
	if err != nil {
		return userindex.Filter{}, err
	}
	out := userindex.Filter{Search: search}
	if err := t.findExactly(ctx, tenant, f, &out); err != nil {
		return out, err
	}
	if f.Status != "" {
		out.Statuses = []string{string(f.Status)}
	}
	if f.Type != "" {
		out.UserTypes = []string{string(f.Type)}
	}
	if f.Role != "" {
		out.Roles = []string{string(f.Role)}
	}
	if f.Team != "" {
		out.Tags = []string{tagTeam + string(f.Team)}
	}
	for _, m := range f.Fields {
		out.Tags = append(out.Tags, tagOf(m))
	}
	if f.Orgs != nil {
		out.Organizations = texts(f.Orgs) // not nil, as Orgs is not
	}
	return out, nil
}

// seqByEmail and seqByExternalID are answered by the unique index of each.
const (
	seqByEmail      = "SELECT seq FROM users WHERE tenant_id = $1 AND email_key = $2"
	seqByExternalID = "SELECT seq FROM users WHERE tenant_id = $1 AND external_id = $2"
)

// findExactly looks up whom an address, an external id and a search name.
func (t *tx) findExactly(ctx context.Context, tenant iam.TenantID, f iam.UserFilter, out *userindex.Filter) error {
	for _, by := range []struct{ given, query, key string }{
		{f.Email, seqByEmail, fold.EmailKey(f.Email)},
		{f.ExternalID, seqByExternalID, f.ExternalID},
	} {
		if by.given == "" {
			continue
		}
		seq, err := t.seqOf(ctx, tenant, by.query, by.key)
		switch {
		case err != nil:
			return err
		case seq == 0, out.Only != nil && !slices.Contains(out.Only, seq):
			out.Only = []int64{} // nobody, whatever else is asked for
			return nil
		}
		out.Only = []int64{seq}
	}
	var err error
	out.Named, err = t.seqOf(ctx, tenant, seqByExternalID, f.AlsoID)
	return err
}

// seqOf is the seq of the user whom a query finds by a key; 0 is nobody.
func (t *tx) seqOf(ctx context.Context, tenant iam.TenantID, query, key string) (seq int64, err error) {
	if key == "" {
		return 0, nil
	}
	err = t.row(ctx, "user", query, []any{string(tenant), key}, &seq)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return 0, nil
	}
	return seq, err
}

// userListID names the list of a filter.
func userListID(tenant iam.TenantID, f iam.UserFilter) listID {
	parts := []string{f.Search, string(f.Status), string(f.Type), string(f.Role), string(f.Team), scopeID(f.Orgs), string(f.Sort)}
	for _, m := range f.Fields {
		parts = append(parts, string(m.Field), m.Value)
	}
	if by := userSorts[f.Sort].sort.By; by == userindex.ByLastSignIn {
		parts = append(parts, "seconds") // cursors from before had microseconds
	}
	// Only where they are given: cursors from before there were these filters hold.
	if f.Email != "" {
		parts = append(parts, "email", fold.EmailKey(f.Email))
	}
	if f.ExternalID != "" {
		parts = append(parts, "external id", f.ExternalID)
	}
	return newListID(tenant, "users", parts...)
}

// positionOf makes a place of a cursor's values; nil for none.
func positionOf(by userindex.SortBy, values []any) *userindex.Position {
	if values == nil {
		return nil
	}
	p := userindex.Position{Seq: values[len(values)-1].(int64)} //nolint:forcetypeassert // the list's kinds say so
	switch by {
	case userindex.ByName:
		p.Name = values[0].(string) //nolint:forcetypeassert // the same
	case userindex.ByLastSignIn:
		p.LastSignIn = values[0].(int64) //nolint:forcetypeassert // the same
	}
	return &p
}

// cursorValues is the inverse of positionOf.
func cursorValues(by userindex.SortBy, p userindex.Position) []any {
	switch by {
	case userindex.ByName:
		return []any{p.Name, p.Seq}
	case userindex.ByLastSignIn:
		return []any{p.LastSignIn, p.Seq}
	}
	return []any{p.Seq}
}
