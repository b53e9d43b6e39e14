package storetest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// counted is what the counters of a tenant show.
type counted struct {
	Stats iam.UserStats
	Orgs  map[iam.OrgID]int64
	Roles map[iam.RoleID]int64
}

// counters reads what the counters of a tenant show, in one snapshot.
func (w *world) counters(t *testing.T, p place) counted {
	t.Helper()
	c := counted{Orgs: map[iam.OrgID]int64{}, Roles: map[iam.RoleID]int64{}}
	w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		if c.Stats, err = tx.UserStats(ctx, p.tenant); err != nil {
			return err
		}
		orgs, err := tx.Orgs(ctx, p.tenant)
		if err != nil {
			return err
		}
		members, err := tx.OrgMembers(ctx, p.tenant)
		if err != nil {
			return err
		}
		for _, o := range orgs {
			c.Orgs[o.ID] = members[o.ID]
		}
		roles, err := tx.Roles(ctx, p.tenant)
		for _, r := range roles {
			c.Roles[r.ID] = r.Members
		}
		return err
	})
	return c
}

// countOf is what the counters must show for these users.
func (p place) countOf(users map[iam.UserID]*iam.User) counted {
	c := counted{Orgs: map[iam.OrgID]int64{p.root: 0, p.child: 0}, Roles: map[iam.RoleID]int64{p.custom: 0, roleAdmin: 0, roleAgent: 0}}
	for _, u := range users {
		c.Stats.Total++
		if u.Status == iam.StatusActive {
			c.Stats.Active++
		} else {
			c.Stats.Suspended++
		}
		held := map[iam.RoleID]bool{}
		for _, m := range u.Memberships {
			c.Orgs[m.Org]++
			for _, r := range m.Roles {
				held[r] = true
			}
		}
		for r := range held {
			c.Roles[r]++
		}
	}
	return c
}

// books are what the test knows that there is, and the random steps that change
// both the books and the store.
type books struct {
	w     *world
	users map[iam.UserID]*iam.User
	made  int
}

// vary gives a user a random status and random memberships.
func (b *books) vary(r *rapid.T, u *iam.User) *iam.User {
	u.Status = rapid.SampledFrom([]iam.Status{iam.StatusActive, iam.StatusSuspended}).Draw(r, "status")
	u.Memberships = nil
	for _, org := range []iam.OrgID{b.w.a.root, b.w.a.child} {
		if rapid.Bool().Draw(r, "member") {
			roles := rapid.SliceOfDistinct(rapid.SampledFrom([]iam.RoleID{roleAdmin, roleAgent, b.w.a.custom}), rapid.ID).Draw(r, "roles")
			u.Memberships = append(u.Memberships, iam.Membership{Org: org, Roles: roles})
		}
	}
	return u
}

func (b *books) fresh(r *rapid.T) *iam.User {
	b.made++
	return b.vary(r, b.w.person(fmt.Sprint("Person ", b.made)))
}

// some is one of the users there are.
func (b *books) some(r *rapid.T) *iam.User {
	if len(b.users) == 0 {
		r.Skip("nobody there")
	}
	return b.users[rapid.SampledFrom(slices.Sorted(maps.Keys(b.users))).Draw(r, "user")]
}

// steps are what can happen in one transaction; "" is checked after each.
func (b *books) steps(ctx context.Context, tx iam.Tx) map[string]func(*rapid.T) {
	tenant := b.w.a.tenant
	try := func(r *rapid.T, err error) {
		if err != nil {
			r.Fatal(err)
		}
	}
	return map[string]func(*rapid.T){
		"insert": func(r *rapid.T) {
			u := b.fresh(r)
			try(r, tx.InsertUser(ctx, tenant, u))
			b.users[u.ID] = u
		},
		"import": func(r *rapid.T) {
			list := []*iam.User{b.fresh(r), b.fresh(r)}
			try(r, tx.InsertUsers(ctx, tenant, list, b.w.events(list), alone))
			b.users[list[0].ID], b.users[list[1].ID] = list[0], list[1]
		},
		"update": func(r *rapid.T) {
			before := b.some(r)
			after := b.vary(r, clone(before))
			try(r, tx.UpdateUser(ctx, tenant, before, after))
			b.users[after.ID] = after
		},
		"delete": func(r *rapid.T) {
			u := b.some(r)
			try(r, tx.DeleteUser(ctx, tenant, u, "test"))
			delete(b.users, u.ID)
		},
		"": func(r *rapid.T) {
			got, err := tx.UserStats(ctx, tenant)
			try(r, err)
			if want := b.w.a.countOf(b.users).Stats; got != want {
				r.Fatalf("inside of the transaction: %+v, want %+v", got, want)
			}
		},
	}
}

// covers D-01
func testCounters(t *testing.T, w *world) {
	b := &books{w: w, users: map[iam.UserID]*iam.User{}}
	rapid.Check(t, func(r *rapid.T) {
		if err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			r.Repeat(b.steps(ctx, tx))
			return nil
		}); err != nil {
			r.Fatal(err)
		}
		if _, err := w.db.FoldCounters(t.Context(), rapid.IntRange(1, 1000).Draw(r, "fold")); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(w.a.countOf(b.users), w.counters(t, w.a)); diff != "" {
			r.Fatal(diff)
		}
	})
	if got := w.counters(t, w.b).Stats; got != (iam.UserStats{}) {
		t.Errorf("another tenant counts %+v", got)
	}
	for folded := 1; folded > 0; {
		var err error
		if folded, err = w.db.FoldCounters(t.Context(), 300); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(w.a.countOf(b.users), w.counters(t, w.a)); diff != "" {
		t.Errorf("all folded: %s", diff)
	}
}

// testCountersUnderLoad writes, folds on two nodes and reads at the same time:
// no reader may ever see a delta twice or not at all.
func testCountersUnderLoad(t *testing.T, w *world) {
	const writers, each = 3, 25
	done := make(chan struct{})
	var folders, work sync.WaitGroup
	for range 2 {
		folders.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := w.db.FoldCounters(t.Context(), 1+rand.IntN(8)); err != nil {
					t.Errorf("fold: %v", err)
					return
				}
			}
		})
	}
	folders.Go(func() {
		last := int64(0)
		for {
			select {
			case <-done:
				return
			default:
			}
			c := w.counters(t, w.a)
			if c.Stats.Total < last || c.Stats.Total != c.Orgs[w.a.root] || c.Stats.Total != c.Roles[roleAgent] {
				t.Errorf("total %d after %d, members %d, holders %d", c.Stats.Total, last, c.Orgs[w.a.root], c.Roles[roleAgent])
				return
			}
			last = c.Stats.Total
		}
	})
	for i := range writers {
		work.Go(func() {
			for k := range each {
				u := w.person(fmt.Sprintf("Person %d-%d", i, k))
				u.Memberships = []iam.Membership{{Org: w.a.root, Roles: []iam.RoleID{roleAgent}}}
				if err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, w.a.tenant, u) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	close(done)
	folders.Wait()
	if got := w.counters(t, w.a).Stats.Total; got != writers*each {
		t.Errorf("total %d, want %d", got, writers*each)
	}
}
