package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retinue/retinue/internal/iam"
)

// remove deletes somebody and returns what must remain of them.
func (w *world) remove(t *testing.T, p place, u *iam.User, by iam.UserID) *iam.Tombstone {
	t.Helper()
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, p.tenant, u.ID)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, p.tenant, u, string(by))
	})
	g := &iam.Tombstone{ID: u.ID, FullName: u.FullName(), Email: u.Email, Type: u.Type, DeletedAt: w.db.Clock.Now(), DeletedBy: by}
	for i := range u.Memberships {
		g.Orgs = append(g.Orgs, u.Memberships[i].Org)
	}
	slices.Sort(g.Orgs)
	return g
}

// tombstones walks a list to its end and back.
func (w *world) tombstones(t *testing.T, p place, f iam.TombstoneFilter) (forth []*iam.Tombstone) {
	t.Helper()
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		var page iam.List[*iam.Tombstone]
		var err error
		for {
			if page, err = tx.Tombstones(ctx, p.tenant, f); err != nil {
				return err
			}
			forth = append(forth, page.Items...)
			if f.Page.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		back := page.Items
		for f.Page.Cursor = page.Prev; f.Page.Cursor != ""; f.Page.Cursor = page.Prev {
			if page, err = tx.Tombstones(ctx, p.tenant, f); err != nil {
				return err
			}
			fresh := slices.DeleteFunc(slices.Clone(page.Items), func(g *iam.Tombstone) bool {
				return slices.ContainsFunc(back, func(b *iam.Tombstone) bool { return b.ID == g.ID })
			})
			back = append(fresh, back...)
		}
		if diff := cmp.Diff(forth, back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("back, %+v: %s", f, diff)
		}
		return nil
	})
	return forth
}

// departures deletes people of all organizations, and returns what remains of them
// in the order of the list.
func (w *world) departures(t *testing.T, by iam.UserID) []*iam.Tombstone {
	t.Helper()
	var all []*iam.Tombstone
	for i := range 23 {
		u := w.person(fmt.Sprintf("%s Number%d", []string{"Zoë", "José", "Ann"}[i%3], i))
		u.Memberships = [][]iam.Membership{nil, {{Org: w.a.root}}, {{Org: w.a.child}}, {{Org: w.a.root}, {Org: w.a.child}}}[i%4]
		w.add(t, w.a, u)
		if i%5 > 0 { // some at one moment
			w.db.Clock.Advance(time.Second)
		}
		all = append(all, w.remove(t, w.a, u, []iam.UserID{by, ""}[i%2]))
	}
	slices.SortFunc(all, func(a, b *iam.Tombstone) int {
		if c := b.DeletedAt.Compare(a.DeletedAt); c != 0 {
			return c
		}
		return strings.Compare(string(b.ID), string(a.ID))
	})
	return all
}

// testTombstones: who was deleted is listed with where they belonged, the last
// first, and their address is free.
//
// covers E-06, E-07
func testTombstones(t *testing.T, w *world) {
	boss := w.add(t, w.a, w.person("Bo Boss"))
	all := w.departures(t, boss.ID)
	where := func(keep func(*iam.Tombstone) bool) (out []*iam.Tombstone) {
		for _, g := range all {
			if keep(g) {
				out = append(out, g)
			}
		}
		return out
	}
	of := func(org iam.OrgID) func(*iam.Tombstone) bool {
		return func(g *iam.Tombstone) bool { return slices.Contains(g.Orgs, org) }
	}
	for _, tc := range []struct {
		f    iam.TombstoneFilter
		keep func(*iam.Tombstone) bool
	}{
		{iam.TombstoneFilter{}, func(*iam.Tombstone) bool { return true }},
		{iam.TombstoneFilter{Orgs: []iam.OrgID{w.a.child}}, of(w.a.child)},
		{iam.TombstoneFilter{Orgs: []iam.OrgID{}}, func(*iam.Tombstone) bool { return false }},
		{iam.TombstoneFilter{Search: "ZOE"}, func(g *iam.Tombstone) bool { return g.FullName[:2] == "Zo" }},
		{iam.TombstoneFilter{Search: "number1 example.com", Orgs: []iam.OrgID{w.a.root}}, func(g *iam.Tombstone) bool {
			return of(w.a.root)(g) && strings.Contains(g.FullName, "Number1")
		}},
	} {
		for _, size := range []int{1, 7, 200} {
			tc.f.Page = iam.Page{Limit: size}
			if diff := cmp.Diff(where(tc.keep), w.tombstones(t, w.a, tc.f), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%+v: %s", tc.f, diff)
			}
		}
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Tombstone(ctx, w.a.tenant, all[3].ID)
		if diff := cmp.Diff(all[3], got); diff != "" {
			t.Error(diff)
		}
		if err != nil {
			return err
		}
		some, err := tx.TombstonesByIDs(ctx, w.a.tenant, []iam.UserID{all[4].ID, boss.ID, "user_none"})
		if diff := cmp.Diff(all[4:5], some); diff != "" {
			t.Error(diff)
		}
		return err
	})
	again := w.person("Zoë Again")
	again.Email, again.EmailKey = all[0].Email, all[0].Email
	w.add(t, w.a, again)
	// In the place of an organization that is deleted is the one above.
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, w.a.tenant, w.a.child) })
	for _, g := range where(of(w.a.child)) {
		g.Orgs = []iam.OrgID{w.a.root}
	}
	if diff := cmp.Diff(where(of(w.a.root)), w.tombstones(t, w.a, iam.TombstoneFilter{Orgs: []iam.OrgID{w.a.root}}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("after the organization is gone: %s", diff)
	}
}

// testTombstonesOtherTenant: nobody who was deleted shows in another tenant, nor
// does a cursor lead there; erasing takes the address along.
func testTombstonesOtherTenant(t *testing.T, w *world) {
	for _, name := range []string{"Ann Gone", "Bob Gone"} {
		u := w.person(name)
		u.Memberships = []iam.Membership{{Org: w.a.root}}
		w.remove(t, w.a, w.add(t, w.a, u), "")
	}
	w.remove(t, w.b, w.add(t, w.b, w.person("Ann Gone")), "")
	theirs := w.tombstones(t, w.a, iam.TombstoneFilter{})
	if got := w.tombstones(t, w.b, iam.TombstoneFilter{Search: "gone"}); len(got) != 1 || len(theirs) != 2 {
		t.Errorf("%d and %d are gone", len(got), len(theirs))
	}
	if got := w.tombstones(t, w.b, iam.TombstoneFilter{Orgs: []iam.OrgID{w.a.root}}); len(got) != 0 {
		t.Errorf("of another tenant's organization: %v", got)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.Tombstone(ctx, w.b.tenant, theirs[0].ID)
		wantCode(t, "another tenant's", err, iam.CodeNotFound)
		some, err := tx.TombstonesByIDs(ctx, w.b.tenant, []iam.UserID{theirs[0].ID})
		if err != nil || len(some) != 0 {
			t.Errorf("by id: %v, %v", some, err)
		}
		page, err := tx.Tombstones(ctx, w.a.tenant, iam.TombstoneFilter{Page: iam.Page{Limit: 1}})
		if err != nil {
			return err
		}
		_, err = tx.Tombstones(ctx, w.b.tenant, iam.TombstoneFilter{Page: iam.Page{Limit: 1, Cursor: page.Next}})
		wantCode(t, "another tenant's cursor", err, iam.CodeInvalidCursor)
		return nil
	})
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, w.a.tenant, theirs[0].ID, "")
		return err
	})
	erased := w.tombstones(t, w.a, iam.TombstoneFilter{})[0]
	if erased.Email != "" || erased.FullName != iam.Pseudonym(string(erased.ID)) || erased.ErasedAt.IsZero() {
		t.Errorf("erased: %+v", erased)
	}
}
