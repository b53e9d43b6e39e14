package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// testPastMemberships: where somebody belonged is kept with the last time that
// they left, beyond their account and, in the one above, beyond the organization.
func testPastMemberships(t *testing.T, w *world) {
	past := func(p place, ids ...iam.UserID) (out []iam.PastMembership) {
		w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			out, err = tx.PastMemberships(ctx, p.tenant, ids)
			return err
		})
		return out
	}
	u := w.person("Ann Moves")
	u.Memberships = []iam.Membership{{Org: w.a.root}, {Org: w.a.child}}
	w.add(t, w.a, u)
	leaves := func() time.Time {
		w.db.Clock.Advance(time.Second)
		w.change(t, w.a, u.ID, func(u *iam.User) {
			u.Memberships = slices.DeleteFunc(u.Memberships, func(m iam.Membership) bool { return m.Org == w.a.child })
		})
		return w.db.Clock.Now()
	}
	same(t, "before", len(past(w.a, u.ID)), 0)
	leaves()
	w.change(t, w.a, u.ID, func(u *iam.User) { u.Memberships = append(u.Memberships, iam.Membership{Org: w.a.child}) })
	left := leaves()
	same(t, "left twice", past(w.a, u.ID, "user_none"), []iam.PastMembership{{User: u.ID, Org: w.a.child, LeftAt: left}})
	same(t, "in another tenant", len(past(w.b, u.ID)), 0)
	w.remove(t, w.a, w.user(t, w.a, u.ID), "")
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, w.a.tenant, w.a.child) })
	same(t, "of what is gone", past(w.a, u.ID), []iam.PastMembership{{User: u.ID, Org: w.a.root, LeftAt: left}})
}
