package userindex

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Fold brings a portion of the pending changes into the index: those of the
// users that the oldest changes are about: limit changes, or an eighth of all when
// that is more, as a large portion costs less per change and a large backlog slows
// every query. It returns how many changes it folded; 0 when none was pending. The transaction must see one snapshot
// throughout: REPEATABLE READ on PostgreSQL, where losing the race for the lock
// is a serialization failure, to be tried again later.
func Fold(ctx context.Context, w Writer, tenant iam.TenantID, limit int) (int, error) {
	version, err := w.Lock(ctx, tenant)
	if err != nil {
		return 0, err
	}
	changes, err := w.Pending(ctx, tenant)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	p := takePortion(changes, max(limit, len(changes)/8))
	old, err := p.readOld(ctx, w, tenant)
	if err != nil {
		return 0, err
	}
	present, err := p.readPresent(ctx, w, tenant)
	if err != nil {
		return 0, err
	}
	if err := p.write(ctx, w, tenant, version, old, present); err != nil {
		return 0, err
	}
	return len(p.changes), w.DeleteChanges(ctx, tenant, p.changes)
}

// portion is the changes that one Fold takes: all of some users. Leaving a later
// change of a user behind would be wrong: the index would hold the user's
// present document while that change tells of an earlier one.
type portion struct {
	changes []int64
	seqs    []int64
	// first is each user's first change that has touched a bit: what was before
	// it is what the index holds.
	first map[int64]Change
	// signedIn are the users of whom the last sign-in was touched by itself.
	signedIn map[int64]bool
}

func takePortion(changes []Change, limit int) portion {
	p := portion{first: map[int64]Change{}, signedIn: map[int64]bool{}}
	taken := map[int64]bool{}
	for _, c := range changes[:min(limit, len(changes))] {
		if !taken[c.Seq] {
			taken[c.Seq] = true
			p.seqs = append(p.seqs, c.Seq)
		}
	}
	slices.Sort(p.seqs)
	for _, c := range changes {
		if !taken[c.Seq] {
			continue
		}
		p.changes = append(p.changes, c.ID)
		if c.Kind == ChangeSignIn {
			p.signedIn[c.Seq] = true
		} else if _, seen := p.first[c.Seq]; !seen {
			p.first[c.Seq] = c
		}
	}
	return p
}

// readOld returns the documents that the index holds of the users whose bits
// were touched; new users have none.
func (p *portion) readOld(ctx context.Context, w Writer, tenant iam.TenantID) (map[int64]*Doc, error) {
	var ids []int64
	for _, seq := range p.seqs {
		if c, ok := p.first[seq]; ok && c.Kind != ChangeCreated {
			ids = append(ids, c.ID)
		}
	}
	docs := map[int64]*Doc{}
	if len(ids) == 0 {
		return docs, nil
	}
	encoded, err := w.OldDocs(ctx, tenant, ids)
	if err != nil {
		return nil, err
	}
	for seq, c := range p.first {
		if c.Kind == ChangeCreated {
			continue
		}
		doc, err := DecodeDoc(encoded[c.ID])
		if err != nil {
			return nil, err
		}
		docs[seq] = &doc
	}
	return docs, nil
}

func (p *portion) readPresent(ctx context.Context, w Writer, tenant iam.TenantID) (map[int64]*Doc, error) {
	users, err := w.Docs(ctx, tenant, p.seqs)
	if err != nil {
		return nil, err
	}
	docs := make(map[int64]*Doc, len(users))
	for i := range users {
		docs[users[i].Seq] = &users[i].Doc
	}
	return docs, nil
}

// write brings postings and columns up to date. A deleted user keeps codes: who
// has no bits is never looked up.
func (p *portion) write(ctx context.Context, w Writer, tenant iam.TenantID, version int64, old, present map[int64]*Doc) error {
	edits := postingEdits{}
	var names, signIns []codeChange
	for _, seq := range p.seqs {
		before, now := old[seq], present[seq]
		_, touched := p.first[seq]
		if touched {
			edits.diff(seq, before, now)
		}
		if now == nil {
			continue
		}
		created := touched && before == nil
		if p.signedIn[seq] || created || touched && before.LastSignIn != now.LastSignIn {
			signIns = append(signIns, codeChange{seq, uint64(signInSecond(now.LastSignIn))})
		}
		if created || touched && before.NameKey != now.NameKey {
			names = append(names, codeChange{seq, nameCode(now.NameKey)})
		}
	}
	if err := edits.write(ctx, w, tenant); err != nil {
		return err
	}
	if err := writeCodes(ctx, w, tenant, &nameColumn, version, names); err != nil {
		return err
	}
	return writeCodes(ctx, w, tenant, &signInColumn, version, signIns)
}
