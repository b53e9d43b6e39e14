package users_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// held is what somebody holds in an organization, sorted.
func (f *fixture) held(id iam.UserID, org iam.OrgID) []iam.RoleID {
	f.t.Helper()
	m, err := f.s.Membership(f.t.Context(), f.admin, id, org)
	if err != nil {
		f.t.Fatal(err)
	}
	return slices.Sorted(slices.Values(m.Membership.Roles))
}

// covers D-06, D-09: Many are given a role and lose another one, each in what is theirs of it; the rest
// that they hold stays, and so does what they hold elsewhere.
func TestChangeRoles(t *testing.T) {
	f := setup(t)
	client, other := f.Org("Client", ""), f.Org("Other", "")
	roles := []iam.RoleID{"role_viewer", "role_analyst"}
	a := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: roles})
	b := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	if _, err := f.s.SetMembership(t.Context(), f.admin, a.ID, other, users.SetMembership{Roles: &[]string{"viewer"}, Version: f.version(a.ID)}); err != nil {
		t.Fatal(err)
	}
	bulk := func(c *access.Caller, in users.RoleChange, ids ...iam.UserID) []users.Result {
		t.Helper()
		out, err := f.s.Bulk(t.Context(), c, users.Bulk{Action: users.ActionChangeRoles, IDs: ids, Roles: in})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	change := users.RoleChange{Org: client, Add: []string{"agent", "agent"}, Remove: []string{"viewer"}}
	for i := range 2 { // what is so already stays so
		for _, r := range bulk(f.admin, change, a.ID, b.ID) {
			if r.Err != nil || r.Unchanged != (i > 0) {
				t.Errorf("%s: %+v", r.FullName, r)
			}
		}
	}
	for id, want := range map[iam.UserID][]iam.RoleID{a.ID: {"role_agent", "role_analyst"}, b.ID: {"role_agent"}} {
		slices.Sort(want)
		if diff := cmp.Diff(want, f.held(id, client)); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]iam.RoleID{"role_viewer"}, f.held(a.ID, other)); diff != "" {
		t.Errorf("elsewhere: %s", diff)
	}
	if e := f.Events("user.updated"); len(e) != 3 { // the second time nothing was changed
		t.Errorf("%d events", len(e))
	}

	// Whoever runs the client does so, too, even with somebody who also belongs elsewhere.
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	if out := bulk(boss, users.RoleChange{Add: []string{"viewer"}}, a.ID); out[0].Err != nil {
		t.Error(out[0].Err)
	}
	if diff := cmp.Diff([]iam.RoleID{"role_agent", "role_analyst", "role_viewer"}, f.held(a.ID, client)); diff != "" {
		t.Error(diff)
	}

	// Without naming the organization it is clear only of whom it is but one of.
	out := bulk(f.admin, users.RoleChange{Add: []string{"viewer"}}, a.ID, b.ID)
	tenanttest.Refused(t, out[0].Err, iam.CodeInvalid, "/role_ids")
	if out[1].Err != nil || !slices.Contains(f.held(b.ID, client), "role_viewer") {
		t.Errorf("the only one: %v", out[1].Err)
	}
	out = bulk(f.admin, users.RoleChange{Org: other, Add: []string{"viewer"}}, b.ID)
	tenanttest.Refused(t, out[0].Err, iam.CodeNotFound, "")
	wantReason(t, out[0].Err, "not_there_any_more")
}

// Nobody changes their own roles, gives more than they hold, or reaches out of their
// part of the tree.
func TestChangeRolesIsNoWayUp(t *testing.T) {
	f := setup(t)
	client, other := f.Org("Client", ""), f.Org("Other", "")
	u := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	stranger := f.User(tenanttest.Person{Type: iam.TypeMember, Org: other})
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	hand := f.Caller(f.User(tenanttest.Person{
		Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{f.Role("Assigns", iam.PermUsersRead, iam.PermRolesAssign).ID},
	}))
	change := func(c *access.Caller, id iam.UserID, in users.RoleChange) error {
		changed, err := f.s.ChangeRoles(t.Context(), c, id, in)
		if changed {
			t.Errorf("%v changed %s", c.User, id)
		}
		return err
	}
	admin := users.RoleChange{Add: []string{"admin"}}
	tenanttest.Refused(t, change(boss, u.ID, admin), iam.CodeEscalation, "")
	tenanttest.Refused(t, change(hand, u.ID, users.RoleChange{Add: []string{"org_admin"}}), iam.CodeEscalation, "")
	tenanttest.Refused(t, change(hand, boss.User, users.RoleChange{Remove: []string{"org_admin"}}), iam.CodeEscalation, "")
	tenanttest.Refused(t, change(boss, boss.User, users.RoleChange{Add: []string{"viewer"}}), iam.CodeEscalation, "")
	tenanttest.Refused(t, change(boss, stranger.ID, users.RoleChange{Add: []string{"viewer"}}), iam.CodeNotFound, "")
	tenanttest.Refused(t, change(boss, u.ID, users.RoleChange{Org: other, Add: []string{"viewer"}}), iam.CodeInvalid, "/organization_id")
	tenanttest.Refused(t, change(f.CallerWith(iam.PermUsersRead, iam.PermUsersUpdate), u.ID, users.RoleChange{Add: []string{"viewer"}}), iam.CodeForbidden, "")
	// A key is no way around it, nor may the last one in charge be taken away.
	key := *boss
	key.Actor = iam.ActorAPIKey
	tenanttest.Refused(t, change(&key, boss.User, users.RoleChange{Add: []string{"viewer"}}), iam.CodeEscalation, "")
	equal := f.Caller(f.User(tenanttest.Person{
		Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{f.Role("As much", access.All.Permissions()...).ID},
	}))
	tenanttest.Refused(t, change(equal, boss.User, users.RoleChange{Remove: []string{"org_admin"}}), iam.CodeLastAdmin, "")
	if diff := cmp.Diff([]iam.RoleID(nil), f.held(u.ID, client)); diff != "" {
		t.Error(diff)
	}
	lead := &iam.Role{ID: "role_lead", Code: "lead", Name: "Lead", Scope: iam.ScopeTeam, Permissions: []iam.Permission{iam.PermUsersRead}}
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, f.Tenant.ID, lead) })
	for at, in := range map[string]users.RoleChange{
		"/add_role_ids":      {},
		"/add_role_ids/1":    {Add: []string{"viewer", "telepath"}},
		"/remove_role_ids/0": {Remove: []string{lead.Code}},
		"/remove_role_ids/1": {Add: []string{"viewer"}, Remove: []string{"agent", "viewer"}},
	} {
		_, err := f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: users.ActionChangeRoles, IDs: []iam.UserID{u.ID}, Roles: in})
		tenanttest.Refused(t, err, iam.CodeInvalid, at)
	}
}

// What is for another action is refused before anything is done.
func TestBulkRefusesWhatIsForAnotherAction(t *testing.T) {
	f := setup(t)
	u := f.User(tenanttest.Person{Type: iam.TypeAgent})
	for field, in := range map[string]users.Bulk{
		"/add_role_ids":    {Action: users.ActionSuspend, Roles: users.RoleChange{Add: []string{"viewer"}}},
		"/remove_role_ids": {Action: users.ActionDelete, Roles: users.RoleChange{Remove: []string{"viewer"}}},
		"/organization_id": {Action: users.ActionDelete, Roles: users.RoleChange{Org: f.Root}},
		"/hand_over_to":    {Action: users.ActionSuspend, Heir: f.Admin.ID},
		"/revoke_api_keys": {Action: users.ActionSuspend, RevokeKeys: true},
	} {
		in.IDs = []iam.UserID{u.ID}
		_, err := f.s.Bulk(t.Context(), f.admin, in)
		tenanttest.Refused(t, err, iam.CodeInvalid, field)
	}
	if v, err := f.s.Get(t.Context(), f.admin, u.ID); err != nil || v.Status != iam.StatusActive {
		t.Errorf("%+v %v", v, err)
	}
}
