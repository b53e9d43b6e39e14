package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
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

func (w *world) counters(t testFailer, ctx context.Context, p place) counted { //nolint:revive // t comes first in helpers
	t.Helper()
	c := counted{Orgs: map[iam.OrgID]int64{}, Roles: map[iam.RoleID]int64{}}
	err := w.db.Read(ctx, func(tx iam.Tx) (err error) {
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
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// testFailer is what testing.TB and rapid.T have in common.
type testFailer interface {
	Helper()
	Fatal(args ...any)
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
	status := rapid.SampledFrom([]iam.Status{iam.StatusActive, iam.StatusSuspended})
	fresh := func(r *rapid.T) *iam.User {
		n++
		u := w.person(fmt.Sprint("Person ", n))
		u.Status, u.Memberships = status.Draw(r, "status"), memberships.Draw(r, "memberships")
		return u
	}
	some := func(r *rapid.T) *iam.User {
		if len(users) == 0 {
			r.Skip("nobody there")
		}
		ids := []iam.UserID{}
		for id := range users {
			ids = append(ids, id)
		}
		return users[rapid.SampledFrom(sorted(ids)).Draw(r, "user")]
	}
	do := func(r *rapid.T, fn func(context.Context, iam.Tx) error) {
		if err := w.tryWrite(t, fn); err != nil {
			r.Fatal(err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		r.Repeat(map[string]func(*rapid.T){
			"insert": func(r *rapid.T) {
				u := fresh(r)
				do(r, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, w.a.tenant, u) })
				users[u.ID] = u
			},
			"import": func(r *rapid.T) {
				list := []*iam.User{fresh(r), fresh(r)}
				do(r, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUsers(ctx, w.a.tenant, list, w.events(list)) })
				users[list[0].ID], users[list[1].ID] = list[0], list[1]
			},
			"update": func(r *rapid.T) {
				before := some(r)
				after := clone(before)
				after.Status, after.Memberships = status.Draw(r, "status"), memberships.Draw(r, "memberships")
				do(r, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateUser(ctx, w.a.tenant, before, after) })
				users[after.ID] = after
			},
			"delete": func(r *rapid.T) {
				u := some(r)
				do(r, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteUser(ctx, w.a.tenant, u, "test") })
				delete(users, u.ID)
			},
			"fold": func(r *rapid.T) {
				if _, err := w.db.FoldCounters(t.Context(), rapid.IntRange(1, 20).Draw(r, "limit")); err != nil {
					r.Fatal(err)
				}
			},
			"": func(r *rapid.T) {
				if diff := cmp.Diff(w.a.countOf(users), w.counters(r, t.Context(), w.a)); diff != "" {
					r.Fatal(diff)
				}
			},
		})
	})
	if got := w.counters(t, t.Context(), w.b).Stats; got != (iam.UserStats{}) {
		t.Errorf("another tenant counts %+v", got)
	}
	for {
		folded, err := w.db.FoldCounters(t.Context(), 300)
		if err != nil {
			t.Fatal(err)
		}
		if folded == 0 {
			break
		}
	}
	if diff := cmp.Diff(w.a.countOf(users), w.counters(t, t.Context(), w.a)); diff != "" {
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
			c := w.counters(t, t.Context(), w.a)
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
	if got := w.counters(t, t.Context(), w.a).Stats.Total; got != writers*each {
		t.Errorf("total %d, want %d", got, writers*each)
	}
}
