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
		for _, o := range orgs {
			c.Orgs[o.ID] = o.Members
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

// covers D-01
func testCounters(t *testing.T, w *world) {
	n := 0
	users := map[iam.UserID]*iam.User{} // what there is, by the test's own books
	memberships := rapid.Custom(func(r *rapid.T) []iam.Membership {
		var list []iam.Membership
		for _, org := range []iam.OrgID{w.a.root, w.a.child} {
			if rapid.Bool().Draw(r, "member") {
				roles := rapid.SliceOfDistinct(rapid.SampledFrom([]iam.RoleID{roleAdmin, roleAgent, w.a.custom}), rapid.ID).Draw(r, "roles")
				list = append(list, iam.Membership{Org: org, Roles: roles})
			}
		}
		return list
	})
	vary := func(r *rapid.T, u *iam.User) *iam.User {
		u.Status = rapid.SampledFrom([]iam.Status{iam.StatusActive, iam.StatusSuspended}).Draw(r, "status")
		u.Memberships = memberships.Draw(r, "memberships")
		return u
	}
	fresh := func(r *rapid.T) *iam.User {
		n++
		return vary(r, w.person(fmt.Sprint("Person ", n)))
	}
	some := func(r *rapid.T) *iam.User {
		if len(users) == 0 {
			r.Skip("nobody there")
		}
		return users[rapid.SampledFrom(slices.Sorted(maps.Keys(users))).Draw(r, "user")]
	}
	steps := func(ctx context.Context, r *rapid.T, tx iam.Tx) map[string]func(*rapid.T) {
		try := func(err error) {
			if err != nil {
				r.Fatal(err)
			}
		}
		return map[string]func(*rapid.T){
			"insert": func(r *rapid.T) {
				u := fresh(r)
				try(tx.InsertUser(ctx, w.a.tenant, u))
				users[u.ID] = u
			},
			"import": func(r *rapid.T) {
				list := []*iam.User{fresh(r), fresh(r)}
				try(tx.InsertUsers(ctx, w.a.tenant, list, w.events(list)))
				users[list[0].ID], users[list[1].ID] = list[0], list[1]
			},
			"update": func(r *rapid.T) {
				before := some(r)
				after := vary(r, clone(before))
				try(tx.UpdateUser(ctx, w.a.tenant, before, after))
				users[after.ID] = after
			},
			"delete": func(r *rapid.T) {
				u := some(r)
				try(tx.DeleteUser(ctx, w.a.tenant, u, "test"))
				delete(users, u.ID)
			},
			"": func(r *rapid.T) {
				got, err := tx.UserStats(ctx, w.a.tenant)
				try(err)
				if want := w.a.countOf(users).Stats; got != want {
					r.Fatalf("inside of the transaction: %+v, want %+v", got, want)
				}
			},
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		if err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			r.Repeat(steps(ctx, r, tx))
			return nil
		}); err != nil {
			r.Fatal(err)
		}
		if _, err := w.db.FoldCounters(t.Context(), rapid.IntRange(1, 1000).Draw(r, "fold")); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(w.a.countOf(users), w.counters(t, w.a)); diff != "" {
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
	if diff := cmp.Diff(w.a.countOf(users), w.counters(t, w.a)); diff != "" {
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
				if _, err := w.db.FoldCounters(t.Context(), 1+rand.IntN(8)); err != nil { //nolint:gosec // no secret
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
