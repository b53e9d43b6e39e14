package userindex

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// changePrint tells one set of pending changes of a user from another: while none
// is folded a set only grows, and ids of later sets are greater than all before.
type changePrint struct {
	count int
	sum   int64
}

// overlay is what a query needs to know of the changes that the index does not
// hold yet.
type overlay struct {
	// dirty are the users whose bits may be wrong.
	dirty map[int64]changePrint
	// signedIn are further users of whom only the last sign-in may be wrong.
	signedIn map[int64]bool
}

func newOverlay(changes []Change) overlay {
	o := overlay{dirty: map[int64]changePrint{}, signedIn: map[int64]bool{}}
	for _, c := range changes {
		if c.Kind != ChangeSignIn {
			o.dirty[c.Seq] = changePrint{}
		}
	}
	for _, c := range changes {
		if seen, ok := o.dirty[c.Seq]; ok {
			o.dirty[c.Seq] = changePrint{count: seen.count + 1, sum: seen.sum + c.ID}
		} else {
			o.signedIn[c.Seq] = true
		}
	}
	return o
}

// matching returns those of the dirty users that the filter selects by their
// present documents, which are read once for each set of changes.
func (x *Index) matching(ctx context.Context, r Snapshot, tenant iam.TenantID, o overlay, f *Filter, by SortBy) ([]Position, error) {
	docs := make(map[int64]*pendingDoc, len(o.dirty))
	var unknown []int64
	for seq, current := range o.dirty {
		if d, ok := x.docs.get(pendingKey{tenant, seq}); ok && d.print == current {
			docs[seq] = d
		} else {
			unknown = append(unknown, seq)
		}
	}
	if err := x.readPending(ctx, r, tenant, o, unknown, docs); err != nil {
		return nil, err
	}
	var selected []Position
	for seq, d := range docs {
		if d.present && f.matches(&d.doc, d.text) {
			selected = append(selected, d.doc.position(by, seq))
		}
	}
	return selected, nil
}

// readPending reads the present documents of users with changes pending.
func (x *Index) readPending(ctx context.Context, r Snapshot, tenant iam.TenantID, o overlay, seqs []int64, docs map[int64]*pendingDoc) error {
	if len(seqs) == 0 {
		return nil
	}
	present, err := r.Docs(ctx, tenant, seqs)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		docs[seq] = &pendingDoc{print: o.dirty[seq]}
	}
	for _, u := range present {
		d := docs[u.Seq]
		d.present, d.doc = true, u.Doc
		d.text = foldFields(u.Doc.FullName, u.Doc.Nickname, u.Doc.Email, u.Doc.Aliases)
	}
	for _, seq := range seqs {
		x.docs.put(pendingKey{tenant, seq}, docs[seq], docs[seq].size())
	}
	return nil
}

// size estimates the memory that the document takes.
func (d *pendingDoc) size() int {
	n := 400 + 2*(len(d.doc.FullName)+len(d.doc.Nickname)+len(d.doc.Email)+len(d.doc.Aliases)) + len(d.doc.NameKey)
	return n + 50*(len(d.doc.Roles)+len(d.doc.Organizations)+len(d.doc.Tags))
}

// matches tells whether the filter selects a user.
func (f *Filter) matches(d *Doc, text fields) bool {
	return overlaps(f.Statuses, d.Status) && overlaps(f.UserTypes, d.UserType) &&
		overlaps(f.Roles, d.Roles...) && overlaps(f.Organizations, d.Organizations...) &&
		f.tagged(d) && f.Search.matches(text)
}

// tagged tells whether the document has all tags of the filter.
func (f *Filter) tagged(d *Doc) bool {
	for _, tag := range f.Tags {
		if !slices.Contains(d.Tags, tag) {
			return false
		}
	}
	return true
}

// overlaps tells whether one of the values is wanted; nil wants all.
func overlaps(wanted []string, values ...string) bool {
	if wanted == nil {
		return true
	}
	for _, v := range values {
		if slices.Contains(wanted, v) {
			return true
		}
	}
	return false
}
