package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// Elsewhere proves that a store tells who of the members of some organizations
// has something in another one, a membership or the role of a team, and keeps
// tenants apart.
func Elsewhere(t *testing.T, open func(testing.TB) DB) {
	t.Helper()
	w := newWorld(t, open(t))
	third := w.org(t, w.a, "Third", w.a.root)
	both := w.member(t, w.a, "Both", nil, w.a.root, w.a.child)
	aside := w.member(t, w.a, "Aside", nil, w.a.child, third.ID)
	lead, place := w.member(t, w.a, "Lead", nil, w.a.child), w.member(t, w.a, "Place", nil, w.a.child)
	here := w.member(t, w.a, "Here", nil, w.a.root)
	w.member(t, w.b, "Both", nil, w.b.root, w.b.child)
	role, team := w.teamRole(t, w.a), w.team(t, w.a, "Nights") // of the root
	w.join(t, w.a, lead.ID, iam.TeamHold{Team: team.ID, Role: role})
	w.join(t, w.a, place.ID, iam.TeamHold{Team: team.ID})
	w.join(t, w.a, here.ID, iam.TeamHold{Team: team.ID, Role: role})
	for _, test := range []struct {
		tenant iam.TenantID
		orgs   []iam.OrgID
		want   []*iam.User
	}{
		{w.a.tenant, []iam.OrgID{w.a.child}, []*iam.User{both, aside, lead}},
		{w.a.tenant, []iam.OrgID{w.a.root, third.ID}, []*iam.User{both, aside}},
		{w.a.tenant, []iam.OrgID{w.a.root, w.a.child, third.ID}, []*iam.User{both, aside, lead}},
		{w.a.tenant, nil, nil},
		{w.a.tenant, []iam.OrgID{w.b.root, w.b.child}, nil},
		{w.b.tenant, []iam.OrgID{w.a.root, w.a.child}, nil},
	} {
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			list, err := tx.UsersElsewhere(ctx, test.tenant, test.orgs)
			got, want := listedIDs(list), listedIDs(test.want)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got, sameList); diff != "" {
				t.Errorf("of %v: %s", test.orgs, diff)
			}
			return err
		})
	}
}
