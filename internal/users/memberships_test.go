package users_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

func (f *fixture) version(id iam.UserID) int64 {
	f.t.Helper()
	v, err := f.s.Get(f.t.Context(), f.admin, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return v.Version
}

func (f *fixture) orgs(id iam.UserID) []string {
	f.t.Helper()
	_, list, err := f.s.Memberships(f.t.Context(), f.admin, id, "")
	if err != nil {
		f.t.Fatal(err)
	}
	out := []string{}
	for _, m := range list {
		out = append(out, m.OrgName)
	}
	slices.Sort(out)
	return out
}

// Access by checkboxes, in the company's hands and in the organization's own.
//
func TestMembershipByCheckboxes(t *testing.T) {
	f := setup(t)
	client, other := f.Org("Client", ""), f.Org("Other", "")
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	made, err := f.s.Create(t.Context(), boss, users.Create{FirstName: "Jo", LastName: "Doe", Email: "jo@example.com", Access: []string{"home", "knowledge"}})
	if err != nil || made.User.Type != iam.TypeMember {
		t.Fatalf("created = %+v, %v", made, err)
	}
	id := made.User.ID
	set := func(c *access.Caller, org iam.OrgID, boxes ...string) error {
		boxes = append([]string{}, boxes...)
		_, err := f.s.SetMembership(t.Context(), c, id, org, users.SetMembership{Access: &boxes, Version: f.version(id)})
		return err
	}
	m, err := f.s.Membership(t.Context(), boss, id, client)
	if diff := cmp.Diff([]string{"home", "knowledge"}, m.Options); err != nil || diff != "" {
		t.Errorf("ticked: %v\n%s", err, diff)
	}
	if err := set(boss, client, "home", "org_admin"); err != nil {
		t.Fatal(err)
	}
	if m, err = f.s.Membership(t.Context(), boss, id, client); err != nil || cmp.Diff([]string{"org_admin", "home"}, m.Options) != "" || m.Permissions[0] != iam.PermDashboardHome {
		t.Errorf("changed: %+v, %v", m, err)
	}
	tenanttest.Refused(t, set(boss, client, "telepathy"), iam.CodeInvalid, "/access/0")
	tenanttest.Refused(t, set(boss, other, "home"), iam.CodeNotFound, "")
	tenanttest.Refused(t, set(boss, f.Root, "home"), iam.CodeNotFound, "")
	tenanttest.Refused(t, set(f.CallerWith(iam.PermUsersRead), client), iam.CodeForbidden, "")
	tenanttest.Refused(t, set(f.CallerWith(iam.PermRolesAssign), client, "home"), iam.CodeEscalation, "")
	if err := set(f.admin, other, "analytics"); err != nil {
		t.Fatal(err)
	}
	// What is held is told with where.
	changes := f.Events("user.updated")[0].Changes
	at := slices.IndexFunc(changes, func(ch iam.Change) bool { return ch.Field == "permissions" })
	if got := fmt.Sprint(changes[max(at, 0)].After); at < 0 || !strings.Contains(got, string(iam.PermDashboardHome)+" (Client)") || !strings.Contains(got, " (Other)") {
		t.Errorf("permissions after = %s", got)
	}
	if diff := cmp.Diff([]string{"Client", "Other"}, f.orgs(id)); diff != "" {
		t.Error(diff)
	}
	// The organization's admin still rules what is theirs, and sees no more.
	if _, list, err := f.s.Memberships(t.Context(), boss, id, ""); err != nil || len(list) != 1 {
		t.Errorf("%d memberships in sight, %v", len(list), err)
	}
	if err := set(boss, client, "home"); err != nil {
		t.Errorf("somebody who also belongs elsewhere: %v", err)
	}
	_, err = f.s.SetStatus(t.Context(), boss, id, iam.StatusSuspended)
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	// Nobody changes their own access.
	_, err = f.s.SetMembership(t.Context(), boss, boss.User, client, users.SetMembership{Access: &[]string{}, Version: f.version(boss.User)})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	_, err = f.s.SetMembership(t.Context(), f.admin, id, client, users.SetMembership{Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
}

func TestRemoveMembership(t *testing.T) {
	f := setup(t)
	client, other := f.Org("Client", ""), f.Org("Other", "")
	u := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	if _, err := f.s.SetMembership(t.Context(), f.admin, u.ID, other, users.SetMembership{Version: f.version(u.ID)}); err != nil {
		t.Fatal(err)
	}
	remove := func(c *access.Caller, id iam.UserID, org iam.OrgID) error {
		return f.s.RemoveMembership(t.Context(), c, id, org, f.version(id))
	}
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	tenanttest.Refused(t, remove(boss, u.ID, other), iam.CodeNotFound, "")
	tenanttest.Refused(t, f.s.RemoveMembership(t.Context(), boss, u.ID, client, 1), iam.CodePreconditionFailed, "")
	if err := remove(boss, u.ID, client); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Other"}, f.orgs(u.ID)); diff != "" {
		t.Error(diff)
	}
	tenanttest.Refused(t, remove(f.admin, u.ID, other), iam.CodeInUse, "")
	tenanttest.Refused(t, remove(f.admin, f.Admin.ID, f.Root), iam.CodeInUse, "")
	tenanttest.Refused(t, remove(boss, u.ID, client), iam.CodeNotFound, "")
}

// The last admin of an organization stays, for those who act in it.
func TestLastOrgAdmin(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	last := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	equal := f.Caller(f.User(tenanttest.Person{
		Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{f.Role("As much", access.All.Permissions()...).ID},
	}))
	_, err := f.s.SetStatus(t.Context(), equal, last.ID, iam.StatusSuspended)
	tenanttest.Refused(t, err, iam.CodeLastAdmin, "")
	wantReason(t, err, "last_org_admin")
	_, err = f.s.SetMembership(t.Context(), equal, last.ID, client, users.SetMembership{Roles: &[]string{}, Version: f.version(last.ID)})
	tenanttest.Refused(t, err, iam.CodeLastAdmin, "")
	second := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	if _, err := f.s.SetStatus(t.Context(), equal, last.ID, iam.StatusSuspended); err != nil {
		t.Errorf("one of two: %v", err)
	}
	// The agency may take the last one away.
	if _, err := f.s.SetStatus(t.Context(), f.admin, second.ID, iam.StatusSuspended); err != nil {
		t.Errorf("from above: %v", err)
	}
}

func TestListOfOneOrganization(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	below := f.Org("Below", client)
	f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Name: "Ann"})
	f.User(tenanttest.Person{Type: iam.TypeMember, Org: below, Name: "Bo"})
	names := func(c *access.Caller, filter iam.UserFilter) (out []string, err error) {
		page, err := f.s.List(t.Context(), c, filter, "")
		for _, v := range page.Items {
			out = append(out, v.FirstName)
		}
		return out, err
	}
	for _, test := range []struct {
		filter iam.UserFilter
		want   []string
	}{
		{iam.UserFilter{Org: client}, []string{"Ann"}},
		{iam.UserFilter{Org: below}, []string{"Bo"}},
		{iam.UserFilter{Org: client, Below: true}, []string{"Ann", "Bo"}},
	} {
		got, err := names(f.admin, test.filter)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%+v: %v\n%s", test.filter, err, diff)
		}
	}
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: below, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	_, err := names(boss, iam.UserFilter{Org: client})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
}

// Who may change a membership and not read users is answered with what became of
// it: nothing that is refused has happened.
func TestChangesOfMembershipsNeedNoReading(t *testing.T) {
	f := setup(t)
	u := f.User(tenanttest.Person{Type: iam.TypeAgent})
	assigns := keyOf(f, f.Admin, (access.All &^ access.SetOf(iam.PermUsersRead)).Permissions()...)
	m, err := f.s.SetMembership(t.Context(), assigns, u.ID, f.Root, users.SetMembership{Roles: &[]string{string(f.Role("Greeter", iam.PermConversationsRead).ID)}, Version: f.version(u.ID)})
	if err != nil || len(m.Roles) != 1 || m.User.Version != f.version(u.ID) {
		t.Errorf("roles: %+v %v", m, err)
	}
	m, err = f.s.SetAlias(t.Context(), assigns, u.ID, f.Root, "Zed", f.version(u.ID))
	if err != nil || m.Alias != "Zed" {
		t.Errorf("alias: %+v %v", m, err)
	}
	if _, err := f.s.Membership(t.Context(), assigns, u.ID, f.Root); iam.CodeOf(err) != iam.CodeForbidden {
		t.Errorf("reading: %v", err)
	}
}

// Of somebody who belongs elsewhere, too, a patch changes what they hold here, as
// PUT of the membership does, and nothing of the person.
func TestPatchOfWhoBelongsElsewhere(t *testing.T) {
	f := setup(t)
	client, other := f.Org("Client", ""), f.Org("Other", "")
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	u := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	if _, err := f.s.SetMembership(t.Context(), f.admin, u.ID, other, users.SetMembership{Version: f.version(u.ID)}); err != nil {
		t.Fatal(err)
	}
	v, err := f.s.Update(t.Context(), boss, u.ID, users.Patch{Roles: &[]string{"viewer"}, Version: f.version(u.ID)})
	if err != nil || len(v.Roles) != 1 {
		t.Errorf("roles alone: %+v %v", v, err)
	}
	_, err = f.s.Update(t.Context(), boss, u.ID, users.Patch{Roles: &[]string{}, FirstName: new("Zed"), Version: f.version(u.ID)})
	if iam.CodeOf(err) == "" || iam.CodeOf(err) == iam.CodePreconditionFailed {
		t.Errorf("with a name: %v", err)
	}
	if now, err := f.s.Get(t.Context(), f.admin, u.ID); err != nil || now.FirstName == "Zed" || len(now.Roles) != 1 {
		t.Errorf("%+v %v", now, err)
	}
}
