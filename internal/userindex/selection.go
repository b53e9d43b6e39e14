package userindex

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// limits decide which way of reading a page is taken. They affect its cost, never
// the answer; the values were found by measurement.
type limits struct {
	// few candidates can have their sort keys read one by one.
	few int
	// scan is the number of rows of the table's own order that may be read in the
	// hope of meeting enough candidates.
	scan int
	// verify bounds the users whose texts are read at once.
	verify int
	// ties is the number of users with equal codes up to which their keys are
	// simply read.
	ties int
	// tieScan is the number of rows of the table's own order that may be read
	// instead.
	tieScan int
	// slack is how much a pool of the earliest candidates may grow before it is
	// cut again: cutting costs as much for a few more as for thousands.
	slack int
}

var defaultLimits = limits{few: 64, scan: 600, verify: 2000, ties: 2000, tieScan: 20000, slack: 4096}

// selection is a set of users to be read in order: candidates from the bitmaps,
// and extras from the pending changes, which are certain.
type selection struct {
	index  *Index
	r      Snapshot
	tenant iam.TenantID
	filter *Filter
	sort   Sort

	column    *column // of the order
	directory []byte  // of the column, as it is stored

	sets    []chunkSet // without the dirty users
	size    int        // how many users they hold
	verify  bool       // whether candidates must be checked against their texts
	overlay overlay
	extras  []Position
	sorted  []Position     // the candidates in order, once that was worth making
	texts   map[int64]Text // of candidates to be checked, as far as they were read
}

// dropDirty takes the users whose bits may be wrong out of the candidates.
func (s *selection) dropDirty() {
	for seq := range s.overlay.dirty {
		if set := s.setOf(chunkOf(seq)); set != nil {
			set.remove(lowOf(seq))
		}
	}
	for _, c := range s.sets {
		s.size += c.set.count()
	}
}

func (s *selection) setOf(chunk int64) *bitset {
	i, found := slices.BinarySearchFunc(s.sets, chunk, func(c chunkSet, chunk int64) int { return cmp.Compare(c.chunk, chunk) })
	if !found {
		return nil
	}
	return s.sets[i].set
}

func (s *selection) has(seq int64) bool {
	set := s.setOf(chunkOf(seq))
	return set != nil && set.has(lowOf(seq))
}

// first returns the first n users after a position.
func (s *selection) first(ctx context.Context, after *Position, n int) ([]Position, error) {
	found, err := s.verified(ctx, after, n)
	if err != nil {
		return nil, err
	}
	for _, p := range s.extras {
		if after == nil || s.sort.compare(*after, p) < 0 {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, s.sort.compare)
	return found[:min(len(found), n)], nil
}

// verified returns the first n candidates after a position whose texts match.
func (s *selection) verified(ctx context.Context, after *Position, n int) ([]Position, error) {
	if !s.verify {
		return s.candidates(ctx, after, n)
	}
	var found []Position
	for batch := n; ; batch = min(4*batch, max(n, s.index.limits.verify)) {
		next, err := s.candidates(ctx, after, batch)
		if err != nil {
			return nil, err
		}
		matching, err := s.check(ctx, next)
		if err != nil {
			return nil, err
		}
		found = append(found, matching...)
		if len(found) >= n || len(next) < batch {
			return found[:min(len(found), n)], nil
		}
		after = &next[len(next)-1]
	}
}

// check returns those of the candidates whose texts match, in the same order.
func (s *selection) check(ctx context.Context, candidates []Position) ([]Position, error) {
	unread := make([]int64, 0, len(candidates))
	for _, p := range candidates {
		if _, ok := s.texts[p.Seq]; !ok {
			unread = append(unread, p.Seq)
		}
	}
	if len(unread) > 0 {
		if _, err := s.positions(ctx, unread); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(p Position) bool {
		t, ok := s.texts[p.Seq]
		delete(s.texts, p.Seq) // nobody is checked twice
		return !ok || !s.filter.Search.matches(foldFields(t.FullName, t.Nickname, t.Email, t.Aliases))
	}), nil
}

// positions reads the places of users; of users to be checked their texts, too,
// which are in the same rows.
func (s *selection) positions(ctx context.Context, seqs []int64) ([]Position, error) {
	if !s.verify {
		return s.r.Positions(ctx, s.tenant, s.sort.By, seqs)
	}
	texts, err := s.r.Texts(ctx, s.tenant, s.sort.By, seqs)
	if err != nil {
		return nil, err
	}
	if s.texts == nil {
		s.texts = make(map[int64]Text, len(texts))
	}
	list := make([]Position, len(texts))
	for i, t := range texts {
		s.texts[t.Seq], list[i] = t, t.Position
	}
	return list, nil
}

// candidates returns the first n candidates after a position, by the cheapest
// of the ways to find them.
func (s *selection) candidates(ctx context.Context, after *Position, n int) ([]Position, error) {
	switch {
	case s.size == 0:
		return nil, nil
	case s.sort.By == ByCreation:
		return s.byCreation(after, n), nil
	case s.sorted != nil || s.size <= s.index.limits.few:
		return s.bySorting(ctx, after, n)
	}
	dir, err := decodeDirectory(s.directory)
	if err != nil {
		return nil, err
	}
	if users := len(dir) * blockSize; s.sort.By == ByName && n*users/s.size <= s.index.limits.scan {
		found, enough, err := s.byScanning(ctx, after, n, s.index.limits.scan)
		if err != nil || enough {
			return found, err
		}
	}
	return s.byCodes(ctx, s.column, dir, after, n)
}

// byCreation walks the bitmaps: seqs are the order of creation.
func (s *selection) byCreation(after *Position, n int) []Position {
	var found []Position
	for i := range s.sets {
		c := s.sets[i]
		if s.sort.Desc {
			c = s.sets[len(s.sets)-1-i]
		}
		from := start(s.sort.Desc)
		if after != nil && c.chunk != chunkOf(after.Seq) && (c.chunk < chunkOf(after.Seq)) != s.sort.Desc {
			continue
		}
		if after != nil && c.chunk == chunkOf(after.Seq) {
			from = lowOf(after.Seq)
		}
		take := func(low uint16) bool {
			if p := (Position{Seq: seqOf(c.chunk, int64(low))}); after == nil || p.Seq != after.Seq {
				found = append(found, p)
			}
			return len(found) < n
		}
		if !c.set.walk(from, s.sort.Desc, take) {
			break
		}
	}
	return found
}

// bySorting reads the sort keys of all candidates, once.
func (s *selection) bySorting(ctx context.Context, after *Position, n int) ([]Position, error) {
	if s.sorted == nil {
		var seqs []int64
		for _, c := range s.sets {
			c.set.each(func(low uint16) { seqs = append(seqs, seqOf(c.chunk, int64(low))) })
		}
		var err error
		if s.sorted, err = s.positions(ctx, seqs); err != nil {
			return nil, err
		}
		slices.SortFunc(s.sorted, s.sort.compare)
	}
	rest := s.sorted
	if after != nil {
		i, found := slices.BinarySearchFunc(rest, *after, s.sort.compare)
		if found {
			i++
		}
		rest = rest[i:]
	}
	return rest[:min(len(rest), n)], nil
}

// byScanning reads the table in its own order until n candidates are met, at
// most budget rows; enough tells whether that was all that could be asked.
func (s *selection) byScanning(ctx context.Context, after *Position, n, budget int) (found []Position, enough bool, err error) {
	for step := 2 * n; budget > 0; step *= 2 {
		step = min(step, budget)
		rows, err := s.r.Scan(ctx, s.tenant, s.sort, after, step)
		if err != nil {
			return nil, false, err
		}
		for _, p := range rows {
			if s.has(p.Seq) {
				found = append(found, p)
			}
		}
		if len(found) >= n || len(rows) < step {
			return found[:min(len(found), n)], true, nil
		}
		after = &rows[len(rows)-1]
		budget -= step
	}
	return nil, false, nil
}
