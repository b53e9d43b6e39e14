package userindex

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// memberEdit lists the users of one chunk that get or lose a key, sorted.
type memberEdit struct {
	add, remove []uint16
}

// postingEdits collects edits by chunk and key.
type postingEdits map[int64]map[string]*memberEdit

func (e postingEdits) at(chunk int64, key string) *memberEdit {
	keys := e[chunk]
	if keys == nil {
		keys = map[string]*memberEdit{}
		e[chunk] = keys
	}
	m := keys[key]
	if m == nil {
		m = &memberEdit{}
		keys[key] = m
	}
	return m
}

// diff notes what turns the bits of a user from the old document into the
// present one; nil is no document.
func (e postingEdits) diff(seq int64, old, present *Doc) {
	var before, after map[string]bool
	if old != nil {
		before = old.keys()
	}
	if present != nil {
		after = present.keys()
	}
	for key := range before {
		if !after[key] {
			m := e.at(chunkOf(seq), key)
			m.remove = append(m.remove, lowOf(seq))
		}
	}
	for key := range after {
		if !before[key] {
			m := e.at(chunkOf(seq), key)
			m.add = append(m.add, lowOf(seq))
		}
	}
}

// write applies the edits to the stored postings.
func (e postingEdits) write(ctx context.Context, w Writer, tenant iam.TenantID) error {
	for chunk, byKey := range e {
		keys := make([]string, 0, len(byKey))
		for key := range byKey {
			keys = append(keys, key)
		}
		slices.Sort(keys) // the order of the table: neighbours share pages
		rows := make([]Posting, 0, len(keys))
		exists := make(map[string]bool, len(keys))
		put := func(key string, stored []byte) error {
			bits, members, err := edit(stored, byKey[key].add, byKey[key].remove)
			rows = append(rows, Posting{Key: key, Chunk: chunk, Members: int64(members), Bits: bits})
			return err
		}
		err := w.ChunkPostings(ctx, tenant, chunk, keys, func(p Posting) error {
			exists[p.Key] = true
			return put(p.Key, p.Bits)
		})
		if err != nil {
			return err
		}
		for _, key := range keys {
			if exists[key] || len(byKey[key].add) == 0 {
				continue
			}
			if err := put(key, nil); err != nil {
				return err
			}
		}
		slices.SortFunc(rows, func(a, b Posting) int { return strings.Compare(a.Key, b.Key) })
		if err := w.PutPostings(ctx, tenant, rows); err != nil {
			return err
		}
	}
	return nil
}

// Batch is what new users add to the index. Making it needs no database, so
// that it can go on while the users' rows are written.
type Batch struct {
	postings       []Posting
	names, signIns []codeChange
}

// NewBatch prepares users for the index. They must be new to it, and no change
// pending for them. It sorts users by Seq.
func NewBatch(users []UserDoc) *Batch {
	b := &Batch{names: make([]codeChange, len(users)), signIns: make([]codeChange, len(users))}
	slices.SortFunc(users, func(a, b UserDoc) int { return cmp.Compare(a.Seq, b.Seq) })
	for first := 0; first < len(users); {
		chunk, end := chunkOf(users[first].Seq), first
		for end < len(users) && chunkOf(users[end].Seq) == chunk {
			end++
		}
		b.postings = append(b.postings, newPostings(chunk, users[first:end])...)
		first = end
	}
	for i := range users {
		b.names[i] = codeChange{users[i].Seq, nameCode(users[i].Doc.NameKey)}
		b.signIns[i] = codeChange{users[i].Seq, uint64(signInSecond(users[i].Doc.LastSignIn))}
	}
	return b
}

// Write indexes the batch in the transaction that inserts its users, without a
// detour over user_changes: the way of imports. It holds the index's lock until
// the transaction ends.
func (b *Batch) Write(ctx context.Context, w Writer, tenant iam.TenantID) error {
	if len(b.names) == 0 {
		return nil
	}
	version, err := w.Lock(ctx, tenant)
	if err != nil {
		return err
	}
	if err := w.AppendPostings(ctx, tenant, b.postings); err != nil {
		return err
	}
	if err := writeCodes(ctx, w, tenant, &nameColumn, version, b.names); err != nil {
		return err
	}
	return writeCodes(ctx, w, tenant, &signInColumn, version, b.signIns)
}

// newPostings lists users of one chunk, sorted by seq, under their keys; the
// postings are sorted by key.
func newPostings(chunk int64, users []UserDoc) []Posting {
	byKey := map[string]*[]uint16{}
	byGram := map[gram]*[]uint16{}
	for i := range users {
		low := lowOf(users[i].Seq)
		users[i].Doc.facets(func(key string) { addLast(byKey, key, low) })
		users[i].Doc.grams(func(g gram) { addLast(byGram, g, low) })
	}
	rows := make([]Posting, 0, len(byKey)+len(byGram))
	add := func(key string, list []uint16) {
		rows = append(rows, Posting{Key: key, Chunk: chunk, Members: int64(len(list)), Bits: encodeList(list)})
	}
	for key, list := range byKey {
		add(key, *list)
	}
	for g, list := range byGram {
		add(g.key(), *list)
	}
	slices.SortFunc(rows, func(a, b Posting) int { return strings.Compare(a.Key, b.Key) })
	return rows
}

// addLast adds a member that is not smaller than those of the key so far.
func addLast[K comparable](lists map[K]*[]uint16, key K, low uint16) {
	list := lists[key]
	if list == nil {
		list = new([]uint16)
		lists[key] = list
	}
	if n := len(*list); n == 0 || (*list)[n-1] != low {
		*list = append(*list, low)
	}
}
