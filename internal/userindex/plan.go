package userindex

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// maxTrigrams bounds the trigrams by which one search word is looked up. The
// rarest few find nearly nobody whom all of them would not.
const maxTrigrams = 6

// rare is the number of users who are sooner read than told apart by a further
// trigram.
const rare = 50

// plan is the lookup of a filter: for each group, users that have one of its
// keys; the answer is in all groups.
type plan struct {
	groups [][]string
	// verify tells that the bitmaps may hold users whom the filter does not
	// select: those who have the trigrams of a word, but not in a row.
	verify bool
	// none tells that no user of the index can match.
	none bool
	// words are the keys of each search word, of which choose takes the best.
	words [][]string
}

// newPlan finds the keys that a filter can be looked up by.
func newPlan(f *Filter) plan {
	var p plan
	for _, facet := range []struct {
		prefix string
		values []string
	}{
		{keyStatus, f.Statuses}, {keyUserType, f.UserTypes}, {keyRole, f.Roles}, {keyOrganization, f.Organizations},
	} {
		if facet.values == nil {
			continue
		}
		var keys []string
		for _, v := range facet.values {
			keys = append(keys, facet.prefix+v)
		}
		p.groups = append(p.groups, keys)
	}
	for _, tag := range f.Tags {
		p.groups = append(p.groups, []string{keyTag + tag})
	}
	p.words = make([][]string, len(f.Search.words))
	for i, w := range f.Search.words {
		if w.runes < wholeWord {
			p.words[i] = []string{keyWordStart + w.text}
		} else {
			p.words[i] = w.trigrams()
			p.verify = p.verify || w.runes > wholeWord
		}
	}
	return p
}

// keys are all keys of which choose must know how many users have them.
func (p *plan) keys() []string { return flatten(p.groups, p.words) }

// choose settles on keys by how many users have them.
func (p *plan) choose(counts map[string]int64) {
	p.chooseGrams(counts)
	p.prune(counts)
}

// chooseGrams adds a group for each of the rarest grams of each word.
func (p *plan) chooseGrams(counts map[string]int64) {
	seen := map[string]bool{}
	for _, keys := range p.words {
		slices.SortFunc(keys, func(a, b string) int {
			return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(a, b))
		})
		for i, key := range keys {
			if i == maxTrigrams || i > 0 && counts[keys[0]] <= rare {
				break
			}
			if !seen[key] {
				seen[key] = true
				p.groups = append(p.groups, []string{key})
			}
		}
	}
}

// prune drops keys that nobody has; a group without keys makes the plan void.
func (p *plan) prune(counts map[string]int64) {
	for i, group := range p.groups {
		p.groups[i] = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(group))), func(key string) bool {
			return counts[key] == 0
		})
		p.none = p.none || len(p.groups[i]) == 0
	}
}

func flatten(lists ...[][]string) []string {
	var all []string
	for _, list := range lists {
		for _, keys := range list {
			all = append(all, keys...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// chunkSet is the part of a candidate set in one chunk.
type chunkSet struct {
	chunk int64
	set   *bitset
}

// candidates returns the users of the index that a plan finds, chunk by chunk.
func (p *plan) candidates(ctx context.Context, r Snapshot, tenant iam.TenantID) ([]chunkSet, error) {
	if p.none {
		return nil, nil
	}
	groupOf := map[string]int{}
	for i, group := range p.groups {
		for _, key := range group {
			groupOf[key] = i
		}
	}
	e := evaluation{group: -1}
	err := r.Postings(ctx, tenant, flatten(p.groups), func(row Posting) error {
		return e.add(groupOf[row.Key], row)
	})
	if err != nil {
		return nil, err
	}
	e.finish()
	return e.sorted(), nil
}

// evaluation intersects groups of postings that arrive ordered by key. The keys
// of one group have one prefix, and only groups of different prefixes or of one
// key exist, so a group's postings arrive together.
type evaluation struct {
	result map[int64]*bitset // nil before the first group
	group  int               // the group that is being read; -1 before the first
	union  map[int64]*bitset // the group's users so far
}

func (e *evaluation) add(group int, row Posting) error {
	if group != e.group {
		e.finish()
		e.group, e.union = group, map[int64]*bitset{}
	}
	if e.result != nil && e.result[row.Chunk] == nil {
		return nil
	}
	set := e.union[row.Chunk]
	if set == nil {
		set = new(bitset)
		e.union[row.Chunk] = set
	}
	return set.or(row.Bits)
}

// finish intersects the result with the group that was read.
func (e *evaluation) finish() {
	if e.group < 0 {
		return
	}
	if e.result == nil {
		e.result = e.union
		return
	}
	for chunk, set := range e.result {
		if other := e.union[chunk]; other != nil {
			set.and(other)
		}
		if e.union[chunk] == nil || set.empty() {
			delete(e.result, chunk)
		}
	}
}

func (e *evaluation) sorted() []chunkSet {
	sets := make([]chunkSet, 0, len(e.result))
	for chunk, set := range e.result {
		sets = append(sets, chunkSet{chunk: chunk, set: set})
	}
	slices.SortFunc(sets, func(a, b chunkSet) int { return cmp.Compare(a.chunk, b.chunk) })
	return sets
}
