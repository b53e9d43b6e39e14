package access

import (
	"math/bits"
	"sync/atomic"
)

// Uses collects which permissions somebody has used in one organization. It is
// shared by all that they do there, and is written on the path of every check:
// one atomic read, and one write for what is new.
type Uses struct{ set atomic.Uint64 }

// Mark notes that the permissions were used.
func (u *Uses) Mark(s Set) {
	if u.set.Load()&uint64(s) != uint64(s) {
		u.set.Or(uint64(s))
	}
}

// Set is what was used since the last Clear.
func (u *Uses) Set() Set { return Set(u.set.Load()) }

// Clear forgets everything, and returns it.
func (u *Uses) Clear() Set { return Set(u.set.Swap(0)) }

// Silent is the caller, whose checks are not counted as uses: for what only
// works out what there would be to do.
func (c *Caller) Silent() *Caller {
	if c.Uses == nil {
		return c
	}
	out := *c
	out.Uses = nil
	return &out
}

// Seen is every permission whose use Retinue sees itself. That of the others is
// what other programs, which ask who is calling, make of it.
var Seen = func() Set {
	var s Set
	for i, e := range catalogue {
		switch e.Group {
		case "Users", "Roles", "Organizations", "Security", "Client dashboard":
			s |= 1 << i
		}
	}
	return s
}()

// Counted is the part of held of which it is known whether it was used: what is
// seen, and what only serves a tab of the client dashboard that is held, too.
func Counted(held Set) Set {
	counted := held & Seen
	for tab, with := range companions {
		if held&(1<<tab) != 0 {
			counted |= held & with
		}
	}
	return counted
}

// Used is used, with what is counted by the tab of the dashboard that it serves.
func Used(used Set) Set {
	for s := used; s != 0; s &= s - 1 {
		used |= companions[bits.TrailingZeros64(uint64(s))]
	}
	return used
}

// companions are the permissions that the checkboxes give together with a tab
// of the dashboard, by the tab's position: who opens the tab uses them there.
var companions = func() map[int]Set {
	out := map[int]Set{}
	for _, o := range options {
		if len(o.Permissions) > 1 {
			out[position[o.Permissions[0]]] = SetOf(o.Permissions...) &^ Seen
		}
	}
	return out
}()
