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

// AddBatch indexes new users in the transaction that inserts them, without a
// detour over user_changes: the way of imports. No change may be pending for
// them. It holds the index's lock until the transaction ends.
func AddBatch(ctx context.Context, w Writer, tenant iam.TenantID, users []UserDoc) error {
	if len(users) == 0 {
		return nil
	}
	version, err := w.Lock(ctx, tenant)
	if err != nil {
		return err
	}
	slices.SortFunc(users, func(a, b UserDoc) int { return cmp.Compare(a.Seq, b.Seq) })
	edits := postingEdits{}
	for first := 0; first < len(users); {
		chunk, end := chunkOf(users[first].Seq), first
		for end < len(users) && chunkOf(users[end].Seq) == chunk {
			end++
		}
		edits[chunk] = newMembers(users[first:end])
		first = end
	}
	if err := edits.write(ctx, w, tenant); err != nil {
		return err
	}
	names := make([]codeChange, len(users))
	signIns := make([]codeChange, len(users))
	for i := range users {
		names[i] = codeChange{users[i].Seq, nameCode(users[i].Doc.NameKey)}
		signIns[i] = codeChange{users[i].Seq, signInCode(users[i].Doc.LastSignIn)}
	}
	if err := writeCodes(ctx, w, tenant, &nameColumn, version, names); err != nil {
		return err
	}
	return writeCodes(ctx, w, tenant, &signInColumn, version, signIns)
}

// newMembers lists the users of one chunk, sorted by seq, under their keys.
func newMembers(users []UserDoc) map[string]*memberEdit {
	byKey := map[string]*memberEdit{}
	byGram := map[gram]*memberEdit{}
	for i := range users {
		low := lowOf(users[i].Seq)
		users[i].Doc.facets(func(key string) {
			m := byKey[key]
			if m == nil {
				m = &memberEdit{}
				byKey[key] = m
			}
			m.addLast(low)
		})
		users[i].Doc.grams(func(g gram) {
			m := byGram[g]
			if m == nil {
				m = &memberEdit{}
				byGram[g] = m
			}
			m.addLast(low)
		})
	}
	for g, m := range byGram {
		byKey[g.key()] = m
	}
	return byKey
}

// addLast adds a member that is not smaller than those there are.
func (m *memberEdit) addLast(low uint16) {
	if n := len(m.add); n == 0 || m.add[n-1] != low {
		m.add = append(m.add, low)
	}
}
