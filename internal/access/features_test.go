package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

func TestFeatures(t *testing.T) {
	if FeatureSet(nil) != All {
		t.Error("an organization of which nothing is said lacks something")
	}
	none := FeatureSet([]string{})
	people := SetOf(iam.PermUsersRead, iam.PermUsersCreate, iam.PermUsersUpdate, iam.PermUsersSuspend, iam.PermUsersDelete,
		iam.PermUsersResetPassword, iam.PermUsersInvite, iam.PermSessionsRevoke, iam.PermRolesAssign, iam.PermOrganizationsRead,
		iam.PermOrganizationsManage, iam.PermPortalTenantAdmin, iam.PermPortalDashboard, iam.PermDashboardHome)
	if !none.Contains(people) {
		t.Errorf("without features, nobody manages people: %v is missing", (people &^ none).Permissions())
	}
	for _, f := range Features() {
		if f.Set == 0 || f.Name == "" || f.Description == "" || !KnownFeature(f.Code) {
			t.Errorf("%+v", f)
		}
		if none&f.Set != 0 {
			t.Errorf("%s is there without being one of the features", f.Code)
		}
		if got := FeatureSet([]string{f.Code}) &^ none; got != f.Set {
			t.Errorf("%s gives %v", f.Code, got.Permissions())
		}
	}
	if KnownFeature("home") || KnownFeature("") {
		t.Error("there are features that there aren't")
	}
}

// Each tab that a checkbox opens can be taken from an organization as a whole,
// but for Home.
func TestFeaturesCloseTheTabs(t *testing.T) {
	for _, o := range Options() {
		if o.ID == "org_admin" || o.ID == "home" {
			continue
		}
		without := []string{}
		for _, f := range Features() {
			if f.Code != o.ID {
				without = append(without, f.Code)
			}
		}
		s := &Subject{
			Type: iam.TypeMember, Status: iam.StatusActive, Member: true, Features: FeatureSet(without),
			Grants: []Grant{{Kind: SourceDirect, Set: SetOf(o.Permissions...)}},
		}
		tab := o.Permissions[0]
		if s.Effective().Has(tab) || s.Explain(tab).BlockedBy != BlockedFeature {
			t.Errorf("%s opens although the organization has no %s: %+v", tab, o.ID, s.Explain(tab))
		}
	}
}

// More features never mean less.
func TestFeaturesGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var codes []string
		for _, f := range Features() {
			codes = append(codes, f.Code)
		}
		some := rapid.SliceOfDistinct(rapid.SampledFrom(codes), rapid.ID[string]).Draw(t, "some")
		more := append(slices.Clone(some), rapid.SampledFrom(codes).Draw(t, "one more"))
		if !FeatureSet(more).Contains(FeatureSet(append([]string{}, some...))) {
			t.Fatalf("%v gives less than %v", more, some)
		}
	})
}
