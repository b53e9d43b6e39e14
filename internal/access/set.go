package access

import (
	"math/bits"

	"github.com/retinue/retinue/internal/iam"
)

// Set is a set of permissions of the catalogue, as a bitset.
type Set uint64

// SetOf returns the set of those of ps that are in the catalogue.
func SetOf(ps ...iam.Permission) Set {
	var s Set
	for _, p := range ps {
		if i, ok := position[p]; ok {
			s |= 1 << i
		}
	}
	return s
}

// Has tells whether p is in the set.
func (s Set) Has(p iam.Permission) bool {
	i, ok := position[p]
	return ok && s&(1<<i) != 0
}

// Contains tells whether every permission of o is in s.
func (s Set) Contains(o Set) bool { return o&^s == 0 }

// Len is how many permissions are in the set.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

// Permissions lists the set in catalogue order; never nil.
func (s Set) Permissions() []iam.Permission {
	out := make([]iam.Permission, 0, s.Len())
	for ; s != 0; s &= s - 1 {
		out = append(out, catalogue[bits.TrailingZeros64(uint64(s))].ID)
	}
	return out
}

// All is every permission of the catalogue.
var All = func() Set {
	if len(catalogue) > 64 {
		panic("access: the catalogue has outgrown Set")
	}
	return Set(1)<<len(catalogue) - 1
}()

// ReadOnly is every permission that changes nothing.
var ReadOnly = func() Set {
	var s Set
	for i, e := range catalogue {
		if e.ReadOnly {
			s |= 1 << i
		}
	}
	return s
}()
