package userindex

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// only selects among few users who are known by their seqs: their documents are
// read as they are now, and no bitmap is.
func (x *Index) only(ctx context.Context, r Snapshot, tenant iam.TenantID, f *Filter, by SortBy) (*selection, error) {
	s := &selection{index: x, r: r, tenant: tenant, filter: f, sort: Sort{By: by}}
	if len(f.Only) == 0 {
		return s, nil
	}
	docs, err := r.Docs(ctx, tenant, f.Only)
	if err != nil {
		return nil, err
	}
	for i := range docs {
		if f.selects(&docs[i]) {
			s.extras = append(s.extras, docs[i].Doc.position(by, docs[i].Seq))
		}
	}
	return s, nil
}

// takeNamed puts the user whom the search names among those who are certain, if
// the rest of the filter selects them, and takes them out of the candidates: their
// texts need not match.
func (s *selection) takeNamed(ctx context.Context, by SortBy) error {
	named := s.filter.Named
	if named == 0 || len(s.filter.Search.words) == 0 {
		return nil
	}
	docs, err := s.r.Docs(ctx, s.tenant, []int64{named})
	if err != nil || len(docs) == 0 {
		return err
	}
	s.extras = slices.DeleteFunc(s.extras, func(p Position) bool { return p.Seq == named })
	if s.filter.selects(&docs[0]) {
		s.extras = append(s.extras, docs[0].Doc.position(by, named))
	}
	s.overlay.dirty[named] = changePrint{} // so that dropDirty drops them
	return nil
}

// selects tells whether the filter selects a user.
func (f *Filter) selects(u *UserDoc) bool {
	if u.Seq == f.Named && f.Named != 0 {
		g := *f
		g.Search = Search{}
		return g.matches(&u.Doc, fields{})
	}
	d := &u.Doc
	return f.matches(d, foldFields(d.FullName, d.Nickname, d.Email, d.Aliases))
}
