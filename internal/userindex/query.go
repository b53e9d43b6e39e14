package userindex

import (
	"context"
	"errors"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// The memory that an Index keeps between queries: at eight and four bytes a
// user, the columns of two and a half million users fit: where they do not, each
// search reads blocks again.
const (
	blockCacheBytes = 32 << 20
	docCacheBytes   = 2 << 20
)

// Index answers queries. It holds nothing but caches, so that any number of
// processes can use one database. It is safe for concurrent use.
type Index struct {
	blocks *cache[blockKey, versionedBlock]
	docs   *cache[pendingKey, *pendingDoc]
	limits limits
}

// New returns an Index with empty caches.
func New() *Index {
	return &Index{
		blocks: newCache[blockKey, versionedBlock](blockCacheBytes),
		docs:   newCache[pendingKey, *pendingDoc](docCacheBytes),
		limits: defaultLimits,
	}
}

// Page returns the page that q asks for, exactly as of the snapshot.
func (x *Index) Page(ctx context.Context, r Snapshot, tenant iam.TenantID, q Query) (Page, error) {
	sort := q.Sort
	if q.Backward {
		sort = sort.reversed()
	}
	rows, err := x.first(ctx, r, tenant, &q.Filter, sort, q.After, q.Limit+1)
	if err != nil {
		return Page{}, err
	}
	page := Page{Users: rows, More: len(rows) > q.Limit}
	page.Users = rows[:min(len(rows), q.Limit)]
	if q.Backward {
		slices.Reverse(page.Users)
	}
	return page, nil
}

// first returns the first n users after a position that the filter selects.
func (x *Index) first(ctx context.Context, r Snapshot, tenant iam.TenantID, f *Filter, sort Sort, after *Position, n int) ([]Position, error) {
	if f.all() {
		if sort.By != ByLastSignIn {
			return r.Scan(ctx, tenant, sort, after, n) // the table itself is right and in order
		}
		f = &Filter{Statuses: everyStatus}
	}
	s, err := x.search(ctx, r, tenant, f, sort.By)
	if err != nil {
		return nil, err
	}
	s.sort = sort
	return s.first(ctx, after, n)
}

// Count counts the users that the filter selects, exactly. Facets and words of
// up to three characters are counted without reading users; longer words must be
// checked against the text of everybody who may have them.
func (x *Index) Count(ctx context.Context, r Snapshot, tenant iam.TenantID, f *Filter) (int64, error) {
	if f.all() {
		return 0, errCountAll
	}
	s, err := x.search(ctx, r, tenant, f, ByCreation)
	if err != nil {
		return 0, err
	}
	n := s.size
	if s.verify {
		matching, err := s.verified(ctx, nil, s.size)
		if err != nil {
			return 0, err
		}
		n = len(matching)
	}
	return int64(n + len(s.extras)), nil
}

// everyStatus selects everybody.
var everyStatus = []string{string(iam.StatusActive), string(iam.StatusSuspended)}

// errCountAll refuses to count everybody: the index has no key for that.
var errCountAll = errors.New("userindex: only what a filter selects can be counted")

// search finds the users that a filter selects, in no order yet.
func (x *Index) search(ctx context.Context, r Snapshot, tenant iam.TenantID, f *Filter, by SortBy) (*selection, error) {
	if f.Only != nil {
		return x.only(ctx, r, tenant, f, by)
	}
	p, c := newPlan(f), columnOf(by)
	opening, err := r.Opening(ctx, tenant, p.keys(), c.name)
	if err != nil {
		return nil, err
	}
	p.choose(opening.Counts)
	s := &selection{
		index: x, r: r, tenant: tenant, filter: f, sort: Sort{By: by}, verify: p.verify,
		column: c, directory: opening.Directory, overlay: newOverlay(opening.Pending),
	}
	if s.extras, err = x.matching(ctx, r, tenant, s.overlay, f, by); err != nil {
		return nil, err
	}
	if err := s.takeNamed(ctx, by); err != nil {
		return nil, err
	}
	if s.sets, err = p.candidates(ctx, r, tenant); err != nil {
		return nil, err
	}
	s.dropDirty()
	return s, nil
}
