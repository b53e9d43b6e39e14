package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// atOnce runs n functions at the same time and returns their errors by code.
func atOnce(n int, fn func(i int) error) map[iam.Code]int {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	codes := map[iam.Code]int{}
	for _, err := range errs {
		codes[iam.CodeOf(err)]++
	}
	return codes
}

// covers D-04
func testSameEmailAtOnce(t *testing.T, w *world) {
	for round := range 5 {
		codes := atOnce(4, func(int) error {
			u := w.person(fmt.Sprintf("Ann %d", round))
			return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, w.a.tenant, u) })
		})
		if codes[""] != 1 || codes[iam.CodeConflict] != 3 {
			t.Errorf("four inserts of one e-mail: %v, want one to win", codes)
		}
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		stats, err := tx.UserStats(ctx, w.a.tenant)
		if stats.Total != 5 {
			t.Errorf("total %d, want 5", stats.Total)
		}
		return err
	})
}

// covers D-09
func testLostUpdate(t *testing.T, w *world) {
	u := w.add(t, w.a, w.full("Ann Other"))
	base := w.user(t, w.a, u.ID)
	codes := atOnce(4, func(i int) error {
		after := clone(base)
		after.FirstName = fmt.Sprint("Ann ", i)
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateUser(ctx, w.a.tenant, base, after) })
	})
	if codes[""] != 1 || codes[iam.CodePreconditionFailed] != 3 {
		t.Errorf("four updates of one version: %v, want one to win", codes)
	}
	// Those who read the user for the update wait for each other, and all win.
	codes = atOnce(8, func(i int) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, w.a.tenant, u.ID)
			if err != nil {
				return err
			}
			after := clone(before)
			after.Phone += fmt.Sprint(i)
			return tx.UpdateUser(ctx, w.a.tenant, before, after)
		})
	})
	got := w.user(t, w.a, u.ID)
	if codes[""] != 8 || got.Version != base.Version+9 || len(got.Phone) != len(base.Phone)+8 {
		t.Errorf("eight updates: %v; version %d, phone %q", codes, got.Version, got.Phone)
	}
}

// Who shares a user sees them unchanged until the end, however long that takes.
func testSharedUser(t *testing.T, w *world) {
	u := w.add(t, w.a, w.person("Ann Shared"))
	shared, changed := make(chan struct{}), make(chan struct{})
	codes := atOnce(2, func(i int) error {
		if i == 1 {
			<-shared
			w.change(t, w.a, u.ID, func(u *iam.User) { u.Status = iam.StatusSuspended })
			close(changed)
			return nil
		}
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForShare(ctx, w.a.tenant, u.ID)
			if err != nil {
				return err
			}
			close(shared)
			select {
			case <-changed:
			case <-time.After(250 * time.Millisecond): // the writer is kept out
			}
			after, err := tx.User(ctx, w.a.tenant, u.ID)
			if err == nil && (before.Status != iam.StatusActive || after.Version != before.Version) {
				t.Errorf("%+v became %+v", before, after)
			}
			return err
		})
	})
	if got := w.user(t, w.a, u.ID); codes[""] != 2 || got.Status != iam.StatusSuspended {
		t.Errorf("%v, %+v", codes, got)
	}
}

func testLastAdminAtOnce(t *testing.T, w *world) {
	for round := range 5 {
		var admins []*iam.User
		for i := range 2 {
			u := w.person(fmt.Sprintf("Admin %d-%d", round, i))
			u.Type = iam.TypeTenantAdmin
			admins = append(admins, w.add(t, w.a, u))
		}
		codes := atOnce(2, func(i int) error {
			return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
				if err := tx.LockAdmins(ctx, w.a.tenant); err != nil {
					return err
				}
				before, err := tx.UserForUpdate(ctx, w.a.tenant, admins[i].ID)
				if err != nil {
					return err
				}
				if byType, _, err := tx.OtherActiveAdmins(ctx, w.a.tenant, before.ID); err != nil || !byType {
					return iam.Wrap(err, iam.CodeLastAdmin, "last")
				}
				after := clone(before)
				after.Status = iam.StatusSuspended
				return tx.UpdateUser(ctx, w.a.tenant, before, after)
			})
		})
		if codes[""] != 1 || codes[iam.CodeLastAdmin] != 1 {
			t.Errorf("two admins suspended at once: %v, want one to stay", codes)
		}
		for _, u := range admins {
			w.change(t, w.a, u.ID, func(u *iam.User) { u.Status = iam.StatusSuspended })
		}
	}
}

func testOtherActiveAdmins(t *testing.T, w *world) {
	check := func(what string, except iam.UserID, byType, byRole bool) {
		t.Helper()
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			gotType, gotRole, err := tx.OtherActiveAdmins(ctx, w.a.tenant, except)
			if gotType != byType || gotRole != byRole {
				t.Errorf("%s: by type %v, by role %v; want %v, %v", what, gotType, gotRole, byType, byRole)
			}
			return err
		})
	}
	check("nobody", "", false, false)
	admin := w.person("Ann Admin")
	admin.Type = iam.TypeTenantAdmin
	w.add(t, w.a, admin)
	holder := w.person("Bob Holder")
	holder.Memberships = []iam.Membership{{Org: w.a.root, Roles: []iam.RoleID{roleAdmin}}}
	w.add(t, w.a, holder)
	below := w.person("Cyd Below")
	below.Memberships = []iam.Membership{{Org: w.a.child, Roles: []iam.RoleID{roleAdmin}}}
	w.add(t, w.a, below)
	check("both", "", true, true)
	check("all but the tenant admin", admin.ID, false, true)
	check("all but the holder", holder.ID, true, false)
	w.change(t, w.a, holder.ID, func(u *iam.User) { u.Status = iam.StatusSuspended })
	w.change(t, w.a, admin.ID, func(u *iam.User) { u.Status = iam.StatusSuspended })
	check("suspended ones", "", false, false)
}
