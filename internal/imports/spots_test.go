package imports

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

// People come in the order of their addresses, and those of an organization together
// among all that are near; nobody comes twice or not at all.
func TestOrderOfPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const orgs = 40
		n := rapid.SampledFrom([]int{0, 1, 500, nearRows, nearRows + 1, 2*nearRows + 500}).Draw(t, "rows")
		step := rapid.SampledFrom([]int{1, 7919, 104_729}).Draw(t, "step") // primes: each place comes once
		o := &order{}
		for i := range n {
			place := i * step % n
			u := &iam.User{EmailKey: fmt.Sprintf("%07d@example.com", place)}
			if org := place * 31 % orgs; org > 0 { // some have none
				u.Memberships = []iam.Membership{{Org: iam.OrgID(fmt.Sprint("org", org))}}
			}
			o.add(&usercsv.Row{At: int64(place), Size: 1, Line: 2}, u)
		}
		o.sort()
		for i, near := range slices.Collect(slices.Chunk(o.spots, nearRows)) {
			if lowest := i * nearRows; slices.MinFunc(near, byPlace).at != uint32(lowest) || slices.MaxFunc(near, byPlace).at != uint32(lowest+len(near)-1) {
				t.Fatalf("rows of other addresses are among those from %d", lowest)
			}
			met := map[uint32]bool{}
			for j, s := range near {
				if j > 0 && near[j-1].org == s.org {
					if near[j-1].at >= s.at {
						t.Fatalf("row %d comes after %d of the same organization", s.at, near[j-1].at)
					}
					continue
				}
				if met[s.org] {
					t.Fatalf("an organization's people are strewn about")
				}
				met[s.org] = true
			}
		}
	})
}

func byPlace(a, b spot) int { return cmp.Compare(a.at, b.at) }
