package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// What goes into the column comes out of it, whatever an alias is.
func TestMemberOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orgs := rapid.SliceOfNDistinct(rapid.StringMatching(`org_[0-9a-z]{1,4}`), 0, 4, rapid.ID).Draw(t, "orgs")
		var list []iam.Membership
		for _, org := range orgs {
			list = append(list, iam.Membership{
				Org: iam.OrgID(org), IncludesDescendants: rapid.Bool().Draw(t, "descendants"),
				CreatedAt:   fromMicros(rapid.Int64().Draw(t, "created")),
				Permissions: rapid.SliceOf(rapid.SampledFrom([]iam.Permission{"users.read", "bots.manage"})).Draw(t, "permissions"),
				Roles:       rapid.SliceOfDistinct(rapid.SampledFrom([]iam.RoleID{"role_a", "role_b", "role_c"}), rapid.ID).Draw(t, "roles"),
				Alias:       rapid.OneOf(rapid.String(), rapid.StringMatching(`[%|,2C75]{0,9}`)).Draw(t, "alias"),
			})
		}
		got, err := decodeMemberOf(encodeMemberOf(list))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(list, got, cmpopts.EquateEmpty(),
			cmpopts.SortSlices(func(a, b iam.Membership) bool { return a.Org < b.Org }),
			cmpopts.SortSlices(func(a, b iam.RoleID) bool { return a < b })); diff != "" {
			t.Error(diff)
		}
		var aliases []string
		for _, m := range got { // in the order of their organizations
			if m.Alias != "" {
				aliases = append(aliases, m.Alias)
			}
		}
		if got, want := aliasesIn(encodeMemberOf(list)), strings.Join(aliases, " "); got != want {
			t.Errorf("aliases %q, want %q", got, want)
		}
	})
}

func TestMemberOfBroken(t *testing.T) {
	for _, column := range []string{"org_a", "org_a|0|then|||", "org_a|0|1||||", "org_a|0|1|||,"} {
		if _, err := decodeMemberOf(column); err == nil {
			t.Errorf("%q was read", column)
		}
	}
}
