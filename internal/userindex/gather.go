package userindex

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
)

// coded is a candidate by its packed key. Both numbers are complemented for
// descending orders, so that less always means earlier.
type coded struct {
	code uint64
	seq  int64
}

func (a coded) compare(b coded) int {
	return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.seq, b.seq))
}

// gatherer picks the earliest candidates after a position by their codes.
type gatherer struct {
	column *column
	flip   uint64 // all ones for descending orders
	n      int
	from   *coded // the position to begin after
	// fromExact tells whether the position's code stands for its key alone.
	fromExact bool
	skip      map[int64]bool // users whose codes are out of date

	limit uint64  // codes beyond it are too late
	last  *coded  // the last of the first n, where limit is an exact code
	pool  []coded // the earliest so far, and some more
	cutAt int     // the length at which the pool is cut next
	slack int     // see limits
	tied  []int64 // users that share the code of from: their keys must decide
}

func newGatherer(c *column, sort Sort, after *Position, n, slack int) *gatherer {
	g := &gatherer{column: c, n: n, limit: math.MaxUint64, slack: slack, cutAt: 2*n + slack}
	if sort.Desc {
		g.flip = math.MaxUint64
	}
	if after != nil {
		code, exact := after.code(c.by)
		g.from = &coded{code ^ g.flip, after.Seq ^ int64(g.flip)}
		g.fromExact = exact
	}
	return g
}

// block takes the candidates of one block; words are its part of the bitmap.
func (g *gatherer) block(number int64, words []uint64, values []byte) {
	first := uint64(0)
	if g.from != nil {
		first = g.from.code
	}
	limit := g.limit
	if g.tooLate(number) {
		if limit == 0 {
			return
		}
		limit--
	}
	for i, w := range words {
		for ; w != 0; w &= w - 1 {
			index := i<<6 | bits.TrailingZeros64(w)
			if code := g.column.at(values, index) ^ g.flip; code >= first && code <= limit {
				g.take(code, number<<blockBits|int64(index))
			}
		}
	}
}

// tooLate tells whether all of a block who have the code of the last of the first n
// come after that one: as most do of the many who never signed in.
func (g *gatherer) tooLate(number int64) bool {
	earliest := number << blockBits
	if g.flip != 0 {
		earliest |= blockSize - 1
	}
	return g.last != nil && earliest^int64(g.flip) > g.last.seq
}

func (g *gatherer) take(code uint64, seq int64) {
	if g.skip[seq] {
		return
	}
	c := coded{code, seq ^ int64(g.flip)}
	if g.from != nil && code == g.from.code {
		if !g.fromExact {
			g.tied = append(g.tied, seq)
			return
		}
		if c.compare(*g.from) <= 0 {
			return
		}
	}
	g.pool = append(g.pool, c)
	if len(g.pool) >= g.cutAt {
		g.cut()
		g.cutAt = 2*len(g.pool) + g.slack
	}
}

// cut drops from the pool who is certainly not among the first n: everybody
// beyond the n-th code, and with an exact code everybody beyond the n-th.
func (g *gatherer) cut() {
	if len(g.pool) <= g.n {
		return
	}
	selectNth(g.pool, g.n-1)
	g.limit = g.pool[g.n-1].code
	if g.column.exact(g.limit ^ g.flip) {
		g.pool = g.pool[:g.n]
		last := g.pool[g.n-1]
		g.last = &last
		return
	}
	g.last = nil // an earlier cut's, which had another code
	kept := g.pool[:g.n]
	for _, c := range g.pool[g.n:] {
		if c.code == g.limit {
			kept = append(kept, c)
		}
	}
	g.pool = kept
}

// selectNth reorders s so that what belongs at index n is there, the smaller
// ones before it and the greater ones after it (Hoare's quickselect).
func selectNth(s []coded, n int) {
	for lo, hi := 0, len(s)-1; lo < hi; {
		pivot := s[lo+(hi-lo)/2]
		i, j := lo, hi
		for i <= j {
			for s[i].compare(pivot) < 0 {
				i++
			}
			for s[j].compare(pivot) > 0 {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

// byCodes picks the first n candidates after a position by a packed column; it
// reads the true keys of those only, and of the users that tie with the last.
func (s *selection) byCodes(ctx context.Context, c *column, dir directory, after *Position, n int) ([]Position, error) {
	g := newGatherer(c, s.sort, after, n, s.index.limits.slack)
	found, err := s.recentlySignedIn(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		g.skip = s.overlay.signedIn
	}
	if err := s.gather(ctx, g, dir); err != nil {
		return nil, err
	}
	g.cut()
	if len(g.pool)+len(g.tied) > n+s.index.limits.ties {
		rows, enough, err := s.byScanning(ctx, after, n, s.index.limits.tieScan)
		if err != nil || enough {
			return rows, err
		}
	}
	seqs := g.tied
	for _, p := range g.pool {
		seqs = append(seqs, p.seq^int64(g.flip))
	}
	rows, err := s.positions(ctx, seqs)
	if err != nil {
		return nil, err
	}
	found = append(found, rows...)
	if after != nil {
		found = slices.DeleteFunc(found, func(p Position) bool { return s.sort.compare(*after, p) >= 0 })
	}
	slices.SortFunc(found, s.sort.compare)
	return found[:min(len(found), n)], nil
}

// recentlySignedIn returns the places of the candidates whose code in the
// column is out of date.
func (s *selection) recentlySignedIn(ctx context.Context, c *column) ([]Position, error) {
	if c.by != ByLastSignIn {
		return nil, nil
	}
	var seqs []int64
	for seq := range s.overlay.signedIn {
		if s.has(seq) {
			seqs = append(seqs, seq)
		}
	}
	if len(seqs) == 0 {
		return nil, nil
	}
	return s.positions(ctx, seqs)
}

// gather shows the gatherer the blocks of all candidates: those in the cache
// first, then the others as they are read.
func (s *selection) gather(ctx context.Context, g *gatherer, dir directory) error {
	var missing []int64
	words := map[int64][]uint64{}
	for _, c := range s.sets {
		for i := range int64(blocksPerChunk) {
			number := c.chunk*blocksPerChunk + i
			part := c.set[i*blockSize/64 : (i+1)*blockSize/64]
			if !anyBits(part) {
				continue
			}
			held, ok := s.index.blocks.get(blockKey{s.tenant, g.column.name, number})
			if ok && held.version == dir[number] {
				g.block(number, part, held.values)
			} else {
				missing = append(missing, number)
				words[number] = part
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	visited := 0
	err := s.r.Blocks(ctx, s.tenant, g.column.name, missing, func(b Block) error {
		if !g.column.valid(b.Values) {
			return errBlockFormat
		}
		visited++
		s.index.blocks.put(blockKey{s.tenant, g.column.name, b.Number}, versionedBlock{dir[b.Number], b.Values}, len(b.Values))
		g.block(b.Number, words[b.Number], b.Values)
		return nil
	})
	if err == nil && visited != len(missing) {
		return errBlockFormat
	}
	return err
}

func anyBits(words []uint64) bool {
	for _, w := range words {
		if w != 0 {
			return true
		}
	}
	return false
}
