package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// nowhere is an organization that there isn't.
const nowhere = "org_01k9z3qf4te8kv5m2r7w1x6y0a"

func organizations(list []api.Membership) []string {
	out := []string{}
	for i := range list {
		out = append(out, list[i].Organization.Name)
	}
	slices.Sort(out)
	return out
}

// Where somebody belongs shows as far as the viewer's part of the tree reaches,
// with what ends when they leave, and what the viewer may do about it. covers
//
func TestMembershipsOfAPerson(t *testing.T) { apitest.Each(t, membershipsOfAPerson) }

func membershipsOfAPerson(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	var below api.Organization
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	jo := f.shared(t, "Jo", `{"access":["home"]}`)
	f.boss.Do(http.MethodPut, belonging(jo.ID, below.ID), `{"access":["home"],"role_ids":["org_admin"]}`, f.version(jo.ID)).Want(http.StatusOK, nil)
	crew := team(f.boss, "Crew", jo.ID, "")
	f.boss.Do(http.MethodPatch, belonging(jo.ID, f.mine), `{"alias":"Zoe"}`, f.version(jo.ID)).Want(http.StatusOK, nil)

	path := "/users/" + string(jo.ID) + "/memberships"
	list := func(c *apitest.Client, query string) []api.Membership {
		t.Helper()
		var page api.Items[api.Membership]
		c.Do(http.MethodGet, path+query, nil).Want(http.StatusOK, &page)
		return page.Items
	}
	for _, tt := range []struct {
		c     *apitest.Client
		query string
		want  []string
	}{
		{f.agency, "", []string{"Below mine", "Mine", "Theirs"}},
		{f.agency, "?organization_id=" + string(f.mine), []string{"Below mine", "Mine"}},
		{f.agency, "?organization_id=" + string(f.theirs), []string{"Theirs"}},
		{f.boss, "", []string{"Below mine", "Mine"}},
		{f.boss, "?organization_id=" + string(below.ID), []string{"Below mine"}},
	} {
		if diff := cmp.Diff(tt.want, organizations(list(tt.c, tt.query))); diff != "" {
			t.Errorf("%s: %s", tt.query, diff)
		}
	}
	for _, org := range []string{string(f.theirs), nowhere} {
		f.boss.Do(http.MethodGet, path+"?organization_id="+org, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	}
	w.Tenant("fabrikam").Do(http.MethodGet, path+"?organization_id="+string(f.mine), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)

	at := slices.IndexFunc(list(f.boss, ""), func(m api.Membership) bool { return m.Organization.ID == f.mine })
	m := list(f.boss, "")[at]
	if len(m.Teams) != 1 || m.Teams[0].ID != crew || m.Alias != "Zoe" || len(m.Path) != 0 {
		t.Errorf("in Mine: %+v", m)
	}
	if diff := cmp.Diff([]users.MembershipAction{users.MembershipEdit, users.MembershipRemove}, m.AllowedActions); diff != "" {
		t.Error(diff)
	}
	for _, one := range list(f.boss, "?organization_id="+string(below.ID)) {
		if diff := cmp.Diff([]string{"Mine"}, one.Path); diff != "" {
			t.Errorf("the way to what is below: %s", diff)
		}
	}
	leaving(t, f, jo.ID)
}

// leaving takes somebody out of all that there is of Mine: the rows say before
// what the server says when it is tried.
func leaving(t *testing.T, f *family, id iam.UserID) {
	t.Helper()
	one := func(c *apitest.Client, org iam.OrgID) (m api.Membership) {
		t.Helper()
		c.Do(http.MethodGet, belonging(id, org), nil).Want(http.StatusOK, &m)
		return m
	}
	// Org Admin is not enough for what they hold below: somebody who may do more.
	f.agency.Do(http.MethodPut, belonging(id, f.mine), `{"permissions":["fields.manage"]}`, f.version(id)).Want(http.StatusOK, nil)
	if m := one(f.runs, f.mine); len(m.AllowedActions) != 0 {
		t.Errorf("of somebody who holds more: %v", m.AllowedActions)
	}
	f.runs.Do(http.MethodDelete, belonging(id, f.mine), nil, f.version(id)).WantProblem(http.StatusForbidden, iam.CodeEscalation)
	f.boss.Do(http.MethodDelete, belonging(id, f.mine), nil, f.version(id)).Want(http.StatusNoContent, nil)
	f.agency.Do(http.MethodDelete, belonging(id, f.theirs), nil, f.version(id)).Want(http.StatusNoContent, nil)
	var u api.User
	f.agency.Do(http.MethodGet, "/users/"+string(id), nil).Want(http.StatusOK, &u)
	if len(u.Organizations) != 1 || len(u.Teams) != 0 || len(u.Aliases) != 0 {
		t.Fatalf("left over: %+v, %+v, %+v", u.Organizations, u.Teams, u.Aliases)
	}
	last := u.Organizations[0].ID
	if diff := cmp.Diff([]users.MembershipAction{users.MembershipEdit}, one(f.boss, last).AllowedActions); diff != "" {
		t.Errorf("of the only one: %s", diff)
	}
	p := f.boss.Do(http.MethodDelete, belonging(id, last), nil, f.version(id)).WantProblem(http.StatusConflict, iam.CodeInUse)
	if p.Reason != "only_organization" {
		t.Errorf("the reason is %q", p.Reason)
	}
	// Nobody changes their own.
	var own api.Membership
	f.boss.Do(http.MethodGet, belonging(f.boss.ID, f.mine), nil).Want(http.StatusOK, &own)
	if len(own.AllowedActions) != 0 {
		t.Errorf("of one's own: %v", own.AllowedActions)
	}
}

// What somebody may do in one organization shows to those above, without
// switching.
func TestAccessInAnOrganizationBelow(t *testing.T) { apitest.Each(t, accessBelow) }

func accessBelow(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	stranger := w.Tenant("fabrikam")
	jo := f.shared(t, "Jo", `{"access":["analytics"]}`)
	f.agency.Do(http.MethodPut, belonging(jo.ID, f.mine), `{"access":["home"]}`, f.version(jo.ID)).Want(http.StatusOK, nil)
	path := "/users/" + string(jo.ID) + "/access?organization_id="
	may := func(c *apitest.Client, org iam.OrgID, p iam.Permission) bool {
		t.Helper()
		var a api.Access
		c.Do(http.MethodGet, path+string(org), nil).Want(http.StatusOK, &a)
		if a.Organization.ID != org {
			t.Errorf("it is about %+v", a.Organization)
		}
		i := slices.IndexFunc(a.Permissions, func(e api.AccessPermission) bool { return e.ID == p })
		return a.Permissions[i].Effective
	}
	for _, tt := range []struct {
		c    *apitest.Client
		org  iam.OrgID
		p    iam.Permission
		want bool
	}{
		{f.agency, f.mine, iam.PermDashboardHome, true},
		{f.agency, f.mine, iam.PermAnalyticsRead, false},
		{f.agency, f.theirs, iam.PermDashboardHome, false},
		{f.agency, f.theirs, iam.PermAnalyticsRead, true},
		{f.boss, f.mine, iam.PermDashboardHome, true},
		{f.agency, f.agency.Session.Organization.ID, iam.PermDashboardHome, false}, // where they don't belong
	} {
		if got := may(tt.c, tt.org, tt.p); got != tt.want {
			t.Errorf("%s in %s: %t", tt.p, tt.org, got)
		}
	}
	theirs := f.boss.Do(http.MethodGet, path+string(f.theirs), nil)
	theirs.WantProblem(http.StatusNotFound, iam.CodeNotFound)
	same(t, "access", theirs, f.boss.Do(http.MethodGet, path+nowhere, nil))
	stranger.Do(http.MethodGet, path+string(f.mine), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	// One's own shows where one belongs, wherever one acts.
	f.agency.Do(http.MethodPut, belonging(jo.ID, f.mine), `{"role_ids":["org_admin"]}`, f.version(jo.ID)).Want(http.StatusOK, nil)
	jo.In(f.mine).Do(http.MethodGet, path+string(f.theirs), nil).Want(http.StatusOK, nil)
}

func option(t *testing.T, c *apitest.Client, query, id string) api.AccessOption {
	t.Helper()
	var page api.Items[api.AccessOption]
	c.Do(http.MethodGet, "/access-options"+query, nil).Want(http.StatusOK, &page)
	return page.Items[slices.IndexFunc(page.Items, func(o api.AccessOption) bool { return o.ID == id })]
}

// The checkboxes say what would have no effect, and what one can't give.
func TestAccessOptionsSayWhatHasNoEffect(t *testing.T) { apitest.Each(t, accessOptions) }

func accessOptions(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	in := "?organization_id=" + string(f.mine)
	if o := option(t, f.agency, in, "knowledge"); !o.Grantable || len(o.BlockedByType)+len(o.BlockedByFeature) > 0 {
		t.Errorf("with everything: %+v", o)
	}
	if o := option(t, f.agency, in+"&user_type=viewer", "knowledge"); !slices.Equal(o.BlockedByType, []iam.Permission{iam.PermKnowledgeManage}) {
		t.Errorf("a viewer may not have %v", o.BlockedByType)
	}
	if o := option(t, f.agency, in+"&user_type=viewer", "org_admin"); !slices.Contains(o.BlockedByType, iam.PermUsersCreate) {
		t.Errorf("a viewer who is Org Admin may not have %v", o.BlockedByType)
	}
	org := "/organizations/" + string(f.mine)
	have := f.agency.Do(http.MethodGet, org, nil).Want(http.StatusOK, nil)
	f.agency.Do(http.MethodPatch, org, `{"features":["analytics"]}`, apitest.Header("If-Match", have.Header.Get("ETag"))).Want(http.StatusOK, nil)
	for _, c := range []*apitest.Client{f.agency, f.runs} {
		if o := option(t, c, in, "knowledge"); len(o.BlockedByFeature) != 3 || !o.Grantable {
			t.Errorf("without the feature: %+v", o)
		}
		if o := option(t, c, in, "analytics"); len(o.BlockedByFeature) != 0 {
			t.Errorf("with the feature: %+v", o)
		}
	}
	if o := option(t, f.agency, "", "knowledge"); len(o.BlockedByFeature) != 0 {
		t.Errorf("in the company itself: %+v", o)
	}
	reader := f.boss.Person("Rita", iam.TypeMember, string(f.role("Reader", iam.ScopeOrganization, iam.PermUsersRead)))
	if o := option(t, reader, in, "org_admin"); o.Grantable {
		t.Error("who holds less could make an Org Admin")
	}
	types := func(c *apitest.Client, id iam.OrgID) (may []iam.UserType) {
		t.Helper()
		var page api.Items[api.OrganizationUserType]
		c.Do(http.MethodGet, "/organizations/"+string(id)+"/user-types", nil).Want(http.StatusOK, &page)
		for _, one := range page.Items {
			if one.Assignable {
				may = append(may, one.UserType)
			}
		}
		return may
	}
	if got := types(f.runs, f.mine); !slices.Equal(got, []iam.UserType{iam.TypeSupervisor, iam.TypeAgent, iam.TypeAnalyst, iam.TypeViewer, iam.TypeMember}) {
		t.Errorf("an Org Admin may add %v", got)
	}
	if got := types(f.agency, f.mine); slices.Contains(got, iam.TypeTenantAdmin) || !slices.Contains(got, iam.TypeAgent) {
		t.Errorf("the agency may add %v", got)
	}
	if got := types(f.agency, f.agency.Session.Organization.ID); !slices.Contains(got, iam.TypeTenantAdmin) {
		t.Errorf("the agency may add %v to itself", got)
	}
	// What is offered can be done, and what is not, can't.
	body := person("Di", "di@northwind.example", iam.TypeBotAdmin)
	f.runs.Do(http.MethodPost, "/users", body).WantProblem(http.StatusForbidden, iam.CodeEscalation)
	body["organization_id"], body["access"] = f.mine, []string{"home"}
	f.agency.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
}

// Who is logged in as somebody acts in the organization from whose people that
// was begun.
func TestLogInAsWhereItWasBegun(t *testing.T) { apitest.Each(t, logInThere) }

func logInThere(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	jo := f.shared(t, "Jo", `{"access":["analytics"]}`)
	to := "/users/" + string(jo.ID) + "/impersonation"
	in := func(c *apitest.Client, org iam.OrgID) *apitest.Response {
		return c.Do(http.MethodPost, to, map[string]any{"reason": "help", "organization_id": org})
	}
	for _, org := range []iam.OrgID{f.mine, f.theirs} {
		var s api.Session
		in(f.agency, org).Want(http.StatusOK, &s)
		if s.Organization.ID != org || s.User.ID != jo.ID {
			t.Errorf("acts in %+v", s.Organization)
		}
		if got := slices.Contains(s.Permissions, iam.PermAnalyticsRead); got != (org == f.theirs) {
			t.Errorf("in %s: analytics is %t", org, got)
		}
	}
	p := in(f.agency, f.agency.Session.Organization.ID).WantProblem(http.StatusConflict, iam.CodeConflict)
	if p.Reason != "not_there_any_more" {
		t.Errorf("where they don't belong: %q", p.Reason)
	}
	pal := f.boss.Person("Pal", iam.TypeMember)
	to = "/users/" + string(pal.ID) + "/impersonation"
	theirs := in(f.boss, f.theirs)
	theirs.WantProblem(http.StatusNotFound, iam.CodeNotFound)
	same(t, "log in", theirs, in(f.boss, nowhere))
	w.Tenant("fabrikam").Do(http.MethodPost, to, map[string]any{"reason": "help", "organization_id": f.mine}).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	// Below, by a membership that includes it: the policy there counts.
	var below api.Organization
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	in(f.boss, below.ID).WantProblem(http.StatusConflict, iam.CodeConflict)
	f.agency.Do(http.MethodPut, belonging(pal.ID, f.mine), `{"access":["home"],"includes_descendants":true}`, f.version(pal.ID)).Want(http.StatusOK, nil)
	in(f.boss, below.ID).Want(http.StatusOK, nil)
	setPolicy(t, f.agency, below.ID, `{"log_in_as_allowed":{"value":false}}`).Want(http.StatusOK, nil)
	if p := in(f.boss, below.ID).WantProblem(http.StatusConflict, iam.CodeConflict); p.Reason != "policy_forbids" {
		t.Errorf("against the policy: %q", p.Reason)
	}
	in(f.boss, f.mine).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodPost, "/organizations/"+string(below.ID)+"/suspend", nil).Want(http.StatusOK, nil)
	if p := in(f.boss, below.ID).WantProblem(http.StatusConflict, iam.CodeConflict); p.Reason != "organization_is_suspended" {
		t.Errorf("in a suspended one: %q", p.Reason)
	}
}

// An invitation from the row of somebody of several organizations leads to the
// one from whose people it was sent.
func TestInvitationLeadsWhereItWasBegun(t *testing.T) { apitest.Each(t, invitedThere) }

func invitedThere(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	jo := f.shared(t, "Jo", `{"access":["home"]}`)
	path := "/users/" + string(jo.ID) + "/invitation"
	for _, org := range []iam.OrgID{f.theirs, f.mine} {
		var p api.InvitationPreview
		f.agency.Do(http.MethodPost, path+"/preview?organization_id="+string(org), nil).Want(http.StatusOK, &p)
		var i api.Invitation
		f.agency.Do(http.MethodPost, path+"?organization_id="+string(org), nil).Want(http.StatusOK, &i)
		if p.Organization.ID != org || i.Organization.ID != org {
			t.Errorf("leads to %+v and %+v", p.Organization, i.Organization)
		}
	}
	p := f.agency.Do(http.MethodPost, path+"?organization_id="+string(f.agency.Session.Organization.ID), nil).WantProblem(http.StatusConflict, iam.CodeConflict)
	if p.Reason != "not_there_any_more" {
		t.Errorf("where they don't belong: %q", p.Reason)
	}
	w.Tenant("fabrikam").Do(http.MethodPost, path+"?organization_id="+string(f.mine), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
}

// The pending invitations of an organization and of those below it are counted.
func TestPendingInvitations(t *testing.T) { apitest.Each(t, pendingInvitations) }

func pendingInvitations(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	var below api.Organization
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	pending := func(c *apitest.Client, org iam.OrgID) int {
		t.Helper()
		var s api.InvitationStats
		c.Do(http.MethodGet, "/organizations/"+string(org)+"/invitation-stats", nil).Want(http.StatusOK, &s)
		return s.Pending
	}
	invited(t, f.agency, f.mine, "a@x.example")
	token := invited(t, f.agency, below.ID, "b@x.example")
	invited(t, f.agency, f.theirs, "c@x.example")
	root := f.agency.Session.Organization.ID
	got := []int{pending(f.agency, root), pending(f.agency, f.mine), pending(f.boss, f.mine), pending(f.boss, below.ID), pending(f.agency, f.theirs)}
	if diff := cmp.Diff([]int{3, 2, 2, 1, 1}, got); diff != "" {
		t.Error(diff)
	}
	w.Anonymous().Do(http.MethodPost, "/invitations/accept", acceptance(token)).Want(http.StatusOK, nil)
	if got := pending(f.boss, below.ID); got != 0 {
		t.Errorf("%d after it was accepted", got)
	}
	for _, org := range []string{string(f.theirs), nowhere} {
		f.boss.Do(http.MethodGet, "/organizations/"+org+"/invitation-stats", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	}
	w.Tenant("fabrikam").Do(http.MethodGet, "/organizations/"+string(f.mine)+"/invitation-stats", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
}
