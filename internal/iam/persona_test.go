package iam_test

import (
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// tree is root over client over branch, and a sister of client.
var tree = map[iam.OrgID]iam.OrgID{"client": "root", "branch": "client", "sister": "root"}

func within(org, top iam.OrgID) bool {
	for ; org != ""; org = tree[org] {
		if org == top {
			return true
		}
	}
	return false
}

// covers E-12
func TestPersonaIn(t *testing.T) {
	at := func(org iam.OrgID, alias string) iam.Membership { return iam.Membership{Org: org, Alias: alias} }
	wide := func(org iam.OrgID, alias string) iam.Membership {
		return iam.Membership{Org: org, Alias: alias, IncludesDescendants: true}
	}
	for _, test := range []struct {
		name     string
		nickname string
		in       []iam.Membership
		want     map[iam.OrgID]string // "" is first and last name
	}{
		{"no alias", "", []iam.Membership{wide("root", "")}, map[iam.OrgID]string{"root": "", "client": ""}},
		{"a nickname", "Jo", []iam.Membership{wide("root", "")}, map[iam.OrgID]string{"root": "Jo", "client": "Jo"}},
		{"in one organization", "Jo", []iam.Membership{wide("root", ""), at("client", "Anna")}, map[iam.OrgID]string{"root": "Jo", "client": "Anna", "branch": "Jo", "sister": "Jo"}},
		{"reaching down", "", []iam.Membership{wide("root", "Anna")}, map[iam.OrgID]string{"root": "Anna", "client": "Anna", "branch": "Anna"}},
		{"not reaching down", "", []iam.Membership{at("root", "Anna"), at("client", "")}, map[iam.OrgID]string{"root": "Anna", "client": ""}},
		{"the nearest", "", []iam.Membership{wide("root", "Far"), wide("client", "Near")}, map[iam.OrgID]string{"root": "Far", "client": "Near", "branch": "Near", "sister": "Far"}},
		{"in other order", "", []iam.Membership{wide("client", "Near"), wide("root", "Far")}, map[iam.OrgID]string{"branch": "Near", "sister": "Far"}},
		{"inherited where none is set", "", []iam.Membership{wide("root", "Far"), at("client", "")}, map[iam.OrgID]string{"client": "Far"}},
		{"only further down", "", []iam.Membership{wide("root", ""), at("branch", "Deep")}, map[iam.OrgID]string{"root": "", "client": "Deep", "branch": "Deep", "sister": ""}},
		{"further down, and here by their own name", "", []iam.Membership{at("client", ""), at("branch", "Deep")}, map[iam.OrgID]string{"client": "", "branch": "Deep"}},
	} {
		u := &iam.User{FirstName: "Jonas", LastName: "Weiß", Nickname: test.nickname, Memberships: test.in}
		for org, want := range test.want {
			alias := want != "" && want != test.nickname
			if want == "" {
				want = "Jonas Weiß"
			}
			if got := u.PersonaIn(org, "root", within); got.Name != want || got.Alias != alias {
				t.Errorf("%s: in %s %+v, want %s", test.name, org, got, want)
			}
		}
	}
}

// covers E-12
func TestAttendanceShown(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	there := iam.Attendance{Chosen: iam.PresenceAway, Until: now.Add(time.Microsecond)}
	gone, odd, invisible := there, there, there
	gone.Until, odd.Chosen, invisible.Chosen = now, "busy", iam.PresenceOffline
	for want, list := range map[iam.Presence][]iam.Attendance{
		iam.PresenceAway: {there}, iam.PresenceOffline: {gone, odd, invisible, {}},
	} {
		for _, a := range list {
			if got := a.Shown(iam.StatusActive, now); got != want {
				t.Errorf("%+v is %s", a, got)
			}
			if got := a.Shown(iam.StatusSuspended, now); got != iam.PresenceOffline {
				t.Errorf("%+v is %s while suspended", a, got)
			}
		}
	}
}
