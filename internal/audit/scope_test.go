package audit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// family is a company with two clients that know nothing of each other.
type family struct {
	*tenanttest.Kit
	s                   *audit.Service
	client, dept, other iam.OrgID // dept is below client
	boss, rival         *access.Caller
	jo, ivy             *iam.User // of client and dept
	both, foreign       *iam.User // of client and other, of other
}

func newFamily(t *testing.T) *family {
	f := &family{Kit: tenanttest.New(t)}
	f.s = service(f.Kit)
	f.client, f.other = f.Org("Client", ""), f.Org("Other", "")
	f.dept = f.Org("Department", f.client)
	admin := []iam.RoleID{access.RoleOrgAdmin}
	f.boss = f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.client, Roles: admin}))
	f.rival = f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.other, Roles: admin}))
	f.jo = f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.client})
	f.ivy = f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.dept})
	f.foreign = f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.other})
	f.both = f.User(tenanttest.Person{Type: iam.TypeMember, Org: f.client})
	before := *f.both
	f.both.Memberships = append(f.both.Memberships[:1:1], iam.Membership{Org: f.other})
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.UpdateUser(ctx, f.Tenant.ID, &before, f.both) })
	return f
}

// told is a page of the log, one line an event, the oldest first.
func (f *family) told(t *testing.T, c *access.Caller, filter iam.EventFilter) string {
	t.Helper()
	page, err := f.s.List(t.Context(), c, filter)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range slices.Backward(page.Items) {
		fmt.Fprintf(&b, "%s %s by %s %q from %s\n", e.Action, e.TargetName, e.ActorID, e.ActorName, e.IP)
	}
	return b.String()
}

// An administrator of a client reads of what concerns their organization and
// those below it, and of nothing beside it or above. covers A-06 E-09
func TestLogOfAnOrganization(t *testing.T) {
	f := newFamily(t)
	admin := f.Caller(f.Admin)
	does(f.Kit, admin, "by.company", f.jo)
	does(f.Kit, f.boss, "by.boss", f.ivy)
	does(f.Kit, f.boss, "by.boss_of_both", f.both)
	does(f.Kit, f.rival, "by.rival", f.foreign)
	does(f.Kit, f.rival, "by.rival_of_both", f.both)
	does(f.Kit, admin, "company.own", f.Admin)
	does(f.Kit, admin, "company.of_both", f.both)

	company := f.Tenant.Name
	want := fmt.Sprintf("by.company %s by  %q from \n", f.jo.FullName(), company) +
		fmt.Sprintf("by.boss %s by %s %q from 192.0.2.7\n", f.ivy.FullName(), f.boss.User, f.boss.Name) +
		fmt.Sprintf("by.boss_of_both %s by %s %q from 192.0.2.7\n", f.both.FullName(), f.boss.User, f.boss.Name)
	if got := f.told(t, f.boss, iam.EventFilter{}); got != want {
		t.Errorf("the boss reads\n%swant\n%s", got, want)
	}
	for name, tc := range map[string]struct {
		c      *access.Caller
		filter iam.EventFilter
		events int
	}{
		"the rival":                    {f.rival, iam.EventFilter{}, 2},
		"a part":                       {f.boss, iam.EventFilter{Orgs: []iam.OrgID{f.dept}}, 1},
		"the company":                  {admin, iam.EventFilter{}, 7},
		"the company, of a client":     {admin, iam.EventFilter{Orgs: []iam.OrgID{f.client}}, 3},
		"of somebody of both":          {f.boss, iam.EventFilter{Involves: string(f.both.ID)}, 1},
		"of a target of the other":     {f.boss, iam.EventFilter{Target: string(f.foreign.ID)}, 0},
		"an action of the other":       {f.boss, iam.EventFilter{Action: "by.rival"}, 0},
		"a search for a target":        {f.boss, iam.EventFilter{Search: f.jo.FirstName + " " + f.jo.LastName}, 1},
		"a search for who is outside":  {f.boss, iam.EventFilter{Search: f.Admin.FirstName + " " + f.Admin.LastName}, 0},
		"a search for the other's own": {f.boss, iam.EventFilter{Search: f.foreign.FirstName + " " + f.foreign.LastName}, 0},
	} {
		page, err := f.s.List(t.Context(), tc.c, tc.filter)
		if err != nil || len(page.Items) != tc.events {
			t.Errorf("%s: %d events, want %d: %v", name, len(page.Items), tc.events, err)
		}
	}
}

// Neither an address nor a request leads an administrator of a client to what is
// hidden from them: who acted in their organization from outside, and from where.
func TestLogOfAnOrganizationByAddress(t *testing.T) {
	f := newFamily(t)
	admin, jo := f.Caller(f.Admin), f.Caller(f.jo)
	for c, from := range map[*access.Caller]string{admin: "198.51.100.1", f.boss: "203.0.113.1", f.rival: "198.51.100.2", jo: "2001:db8::7"} {
		c.IP, c.RequestID = from, "req of "+from
	}
	does(f.Kit, admin, "by.company", f.jo)
	does(f.Kit, f.boss, "by.boss", f.jo)
	does(f.Kit, f.boss, "by.boss", f.ivy)
	does(f.Kit, f.rival, "by.rival", f.both)
	does(f.Kit, jo, "by.jo", f.jo)
	for name, tc := range map[string]struct {
		c      *access.Caller
		filter iam.EventFilter
		events int
	}{
		"own":                            {f.boss, iam.EventFilter{IP: "203.0.113.1"}, 2},
		"own, in a part":                 {f.boss, iam.EventFilter{IP: "203.0.113.1", Orgs: []iam.OrgID{f.dept}}, 1},
		"own, written otherwise":         {f.boss, iam.EventFilter{IP: " 2001:DB8:0:0::7 "}, 1},
		"of the company":                 {f.boss, iam.EventFilter{IP: "198.51.100.1"}, 0},
		"of the company, of a target":    {f.boss, iam.EventFilter{IP: "198.51.100.1", Involves: string(f.jo.ID)}, 0},
		"of a sister":                    {f.boss, iam.EventFilter{IP: "198.51.100.2"}, 0},
		"of nobody":                      {f.boss, iam.EventFilter{IP: "198.51.100.9"}, 0},
		"for the company":                {admin, iam.EventFilter{IP: "198.51.100.1"}, 1},
		"for the company, of a client":   {admin, iam.EventFilter{IP: "198.51.100.1", Orgs: []iam.OrgID{f.client}}, 1},
		"an old way of writing":          {admin, iam.EventFilter{IP: "::ffff:198.51.100.1"}, 1},
		"a request":                      {f.boss, iam.EventFilter{RequestID: "req of 203.0.113.1"}, 2},
		"a request of a sister":          {f.boss, iam.EventFilter{RequestID: "req of 198.51.100.2"}, 0},
		"a request of a sister, for all": {admin, iam.EventFilter{RequestID: "req of 198.51.100.2"}, 1},
	} {
		page, err := f.s.List(t.Context(), tc.c, tc.filter)
		if err != nil || len(page.Items) != tc.events || page.Next != "" {
			t.Errorf("%s: %d events, want %d, next %q: %v", name, len(page.Items), tc.events, page.Next, err)
		}
	}
	_, err := f.s.List(t.Context(), admin, iam.EventFilter{IP: "203.0.113"})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/ip")
	for _, id := range []iam.UserID{f.foreign.ID, f.Admin.ID, "user_none"} {
		_, err := f.s.List(t.Context(), f.boss, iam.EventFilter{Involves: string(id)})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/user_id")
	}
}

// What is not theirs is not there, whichever way it is asked for.
func TestLogOfAnOrganizationRefuses(t *testing.T) {
	f := newFamily(t)
	does(f.Kit, f.Caller(f.Admin), "by.company", f.jo)
	for name, org := range map[string]iam.OrgID{"sister": f.other, "above": f.Root, "another tenant's": f.Kit.Other().Root, "none": "org_none"} {
		_, err := f.s.List(t.Context(), f.boss, iam.EventFilter{Orgs: []iam.OrgID{org}})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_id")
		t.Log(name)
	}
	for _, id := range []iam.UserID{f.foreign.ID, f.Admin.ID, "user_none"} {
		_, err := f.s.List(t.Context(), f.boss, iam.EventFilter{Actor: string(id)})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/actor_id")
		_, err = f.s.History(t.Context(), f.boss, id, iam.Page{})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
	}
	page, err := f.s.History(t.Context(), f.boss, f.jo.ID, iam.Page{})
	if err != nil || len(page.Items) != 1 || page.Items[0].ActorName != f.Tenant.Name {
		t.Errorf("of their own: %+v, %v", page.Items, err)
	}
}

// A change of where somebody belongs tells none of the organizations of another,
// and one that happens where they do not belong is none of that organization's.
func TestChangeOfMemberships(t *testing.T) {
	f := newFamily(t)
	var dir *authz.Directory
	f.Read(func(ctx context.Context, tx iam.Tx) (err error) {
		dir, err = authz.Load(ctx, tx, f.Tenant.ID)
		return err
	})
	only, widely := *f.both, *f.both
	only.Memberships = f.both.Memberships[:1]
	widely.Memberships = []iam.Membership{{Org: f.Root, IncludesDescendants: true}, {Org: f.other}}
	for name, tc := range map[string]struct {
		at            iam.OrgID
		before, after *iam.User
		want          iam.OrgID
	}{
		"joins another":                  {f.Root, &only, f.both, f.Root},
		"leaves another":                 {f.other, f.both, &only, f.other},
		"changes at home":                {f.client, &only, &only, f.client},
		"belongs to both":                {f.client, f.both, f.both, f.client},
		"belongs to both, for all":       {f.Root, f.both, f.both, f.Root},
		"belongs to both, and elsewhere": {f.dept, f.both, f.both, f.Root},
		"belongs to one":                 {f.Root, f.jo, f.jo, f.client},
		"belongs below":                  {f.client, f.ivy, f.ivy, f.dept},
		"of the company":                 {f.client, f.Admin, f.Admin, f.Root},
		"of the company and a sister":    {f.client, &widely, &widely, f.Root},
		"in the sister":                  {f.other, &widely, &widely, f.other},
		"moves altogether":               {f.Root, f.jo, f.foreign, f.Root},
	} {
		if got := audit.Change(dir, tc.at, tc.before, tc.after).Org; got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
