package userindex

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the order of blocks and however often the pool is cut, it keeps the first
// n, and everybody who has the code of the last of them where that code is cut.
func TestGathererKeepsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few codes, so that many tie; the odd ones are cut.
		c := column{name: "test", by: ByName, width: 8, exact: nameCodeExact}
		n, slack := rapid.IntRange(1, 8).Draw(t, "n"), rapid.IntRange(0, 4).Draw(t, "slack")
		g := newGatherer(&c, Sort{By: ByName, Desc: rapid.Bool().Draw(t, "desc")}, nil, n, slack)
		var all []coded
		for _, number := range rapid.Permutation([]int64{0, 1, 2, 5}).Draw(t, "blocks") {
			words, values := make([]uint64, blockSize/64), make([]byte, blockSize*c.width)
			for i, code := range rapid.SliceOfN(rapid.Uint64Range(0, 7), 0, 30).Draw(t, "codes") {
				index := i * 67 % blockSize
				seq := number<<blockBits | int64(index)
				c.set(values, seq, code)
				words[index/64] |= 1 << (index % 64)
				all = append(all, coded{code ^ g.flip, seq ^ int64(g.flip)})
			}
			g.block(number, words, values)
		}
		g.cut()
		slices.SortFunc(all, coded.compare)
		limit := uint64(math.MaxUint64)
		if len(all) >= n {
			limit = all[n-1].code
		}
		for i, want := range all {
			needed := i < n || want.code == limit && !c.exact(limit^g.flip)
			if needed && !slices.Contains(g.pool, want) {
				t.Fatalf("%v, number %d of %v, is not in %v", want, i, all, g.pool)
			}
		}
	})
}
