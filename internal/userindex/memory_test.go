package userindex_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

const tenant = iam.TenantID("tenant_a")

// memory keeps users and index rows of one tenant in maps. It implements
// userindex.Writer; every call sees everything written before.
type memory struct {
	version  int64
	lastSeq  int64
	lastID   int64
	users    map[int64]userindex.Doc
	changes  []change
	postings map[string]map[int64]userindex.Posting // by key and chunk
	blocks   map[string]map[int64][]byte            // by column and number

	// names, when set, are all users in order, for fast scans.
	names []userindex.Position
}

type change struct {
	userindex.Change
	oldDoc []byte
}

func newMemory() *memory {
	return &memory{
		users:    map[int64]userindex.Doc{},
		postings: map[string]map[int64]userindex.Posting{},
		blocks:   map[string]map[int64][]byte{},
	}
}

// write does what a store does when a user is written: doc nil deletes.
func (m *memory) write(seq int64, kind userindex.ChangeKind, doc *userindex.Doc) {
	var old []byte
	if before, ok := m.users[seq]; ok && kind != userindex.ChangeSignIn {
		old = before.Encode()
	}
	m.lastID++
	m.changes = append(m.changes, change{userindex.Change{ID: m.lastID, Seq: seq, Kind: kind}, old})
	if doc == nil {
		delete(m.users, seq)
		return
	}
	m.users[seq] = *doc
}

func (m *memory) Pending(context.Context, iam.TenantID) ([]userindex.Change, error) {
	var out []userindex.Change
	for _, c := range m.changes {
		out = append(out, c.Change)
	}
	return out, nil
}

func (m *memory) OldDocs(_ context.Context, _ iam.TenantID, ids []int64) (map[int64][]byte, error) {
	out := map[int64][]byte{}
	for _, c := range m.changes {
		if slices.Contains(ids, c.ID) {
			out[c.ID] = c.oldDoc
		}
	}
	return out, nil
}

func (m *memory) DeleteChanges(_ context.Context, _ iam.TenantID, ids []int64) error {
	m.changes = slices.DeleteFunc(m.changes, func(c change) bool { return slices.Contains(ids, c.ID) })
	return nil
}

func (m *memory) Lock(context.Context, iam.TenantID) (int64, error) {
	m.version++
	return m.version, nil
}

func (m *memory) Opening(ctx context.Context, tenant iam.TenantID, keys []string, column string) (userindex.Opening, error) {
	out := userindex.Opening{Counts: map[string]int64{}, Directory: m.blocks[column][userindex.DirectoryBlock]}
	for _, k := range keys {
		for _, b := range m.postings[k] {
			out.Counts[k] += b.Members
		}
	}
	var err error
	out.Pending, err = m.Pending(ctx, tenant)
	return out, err
}

func (m *memory) Postings(_ context.Context, _ iam.TenantID, keys []string, visit func(userindex.Posting) error) error {
	for _, k := range slices.Sorted(slices.Values(keys)) {
		for _, chunk := range slices.Sorted(maps.Keys(m.postings[k])) {
			if err := visit(m.postings[k][chunk]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) ChunkPostings(_ context.Context, _ iam.TenantID, chunk int64, keys []string, visit func(userindex.Posting) error) error {
	for _, k := range keys {
		if p, ok := m.postings[k][chunk]; ok {
			if err := visit(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) PutPostings(_ context.Context, _ iam.TenantID, rows []userindex.Posting) error {
	for _, p := range rows {
		if m.postings[p.Key] == nil {
			m.postings[p.Key] = map[int64]userindex.Posting{}
		}
		if len(p.Bits) == 0 {
			delete(m.postings[p.Key], p.Chunk)
			if len(m.postings[p.Key]) == 0 {
				delete(m.postings, p.Key)
			}
			continue
		}
		m.postings[p.Key][p.Chunk] = p
	}
	return nil
}

func (m *memory) AppendPostings(ctx context.Context, t iam.TenantID, rows []userindex.Posting) error {
	for i, p := range rows {
		old := m.postings[p.Key][p.Chunk]
		rows[i].Members += old.Members
		rows[i].Bits = slices.Concat(old.Bits, p.Bits)
	}
	return m.PutPostings(ctx, t, rows)
}

func (m *memory) Blocks(_ context.Context, _ iam.TenantID, column string, numbers []int64, visit func(userindex.Block) error) error {
	for _, n := range numbers {
		if b, ok := m.blocks[column][n]; ok {
			if err := visit(userindex.Block{Number: n, Values: slices.Clone(b)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) PutBlocks(_ context.Context, _ iam.TenantID, column string, rows []userindex.Block) error {
	if m.blocks[column] == nil {
		m.blocks[column] = map[int64][]byte{}
	}
	for _, b := range rows {
		m.blocks[column][b.Number] = b.Values
	}
	return nil
}

func (m *memory) Docs(_ context.Context, _ iam.TenantID, seqs []int64) ([]userindex.UserDoc, error) {
	var out []userindex.UserDoc
	for _, s := range seqs {
		if d, ok := m.users[s]; ok {
			out = append(out, userindex.UserDoc{Seq: s, Doc: d})
		}
	}
	return out, nil
}

func (m *memory) Texts(_ context.Context, _ iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Text, error) {
	var out []userindex.Text
	for _, s := range seqs {
		if d, ok := m.users[s]; ok {
			out = append(out, userindex.Text{Position: positionOf(&d, by, s), FullName: d.FullName, Nickname: d.Nickname, Email: d.Email, Aliases: d.Aliases})
		}
	}
	return out, nil
}

func (m *memory) Positions(_ context.Context, _ iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Position, error) {
	var out []userindex.Position
	for _, s := range seqs {
		if d, ok := m.users[s]; ok {
			out = append(out, positionOf(&d, by, s))
		}
	}
	return out, nil
}

func (m *memory) Scan(_ context.Context, _ iam.TenantID, sort userindex.Sort, after *userindex.Position, limit int) ([]userindex.Position, error) {
	if sort.By == userindex.ByLastSignIn {
		return nil, errors.New("there is no such order of the table")
	}
	all := m.inOrder(sort.By)
	from, step := 0, 1
	if sort.Desc {
		from, step = len(all)-1, -1
	}
	if after != nil {
		i, found := slices.BinarySearchFunc(all, *after, ascending)
		switch {
		case sort.Desc:
			from = i - 1
		case found:
			from = i + 1
		default:
			from = i
		}
	}
	var out []userindex.Position
	for ; from >= 0 && from < len(all) && len(out) < limit; from += step {
		out = append(out, all[from])
	}
	return out, nil
}

func (m *memory) inOrder(by userindex.SortBy) []userindex.Position {
	if by == userindex.ByName && m.names != nil {
		return m.names
	}
	var all []userindex.Position
	for seq, d := range m.users {
		all = append(all, positionOf(&d, by, seq))
	}
	slices.SortFunc(all, ascending)
	return all
}

func positionOf(d *userindex.Doc, by userindex.SortBy, seq int64) userindex.Position {
	p := userindex.Position{Seq: seq}
	switch by {
	case userindex.ByName:
		p.Name = d.NameKey
	case userindex.ByLastSignIn:
		p.LastSignIn = d.LastSignIn / 1e6
	}
	return p
}

// ascending compares positions of one order; the keys of the others are zero.
func ascending(a, b userindex.Position) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.LastSignIn, b.LastSignIn), cmp.Compare(a.Seq, b.Seq))
}
