package reviews

import (
	"bufio"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// listedIn are the people of a review, each with the organization of the row.
func listedIn(t *testing.T, s *Service, c *access.Caller, id iam.ReviewID) map[string]*Row {
	t.Helper()
	page, err := s.Rows(t.Context(), c, id, iam.ReviewRowFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*Row{}
	for _, r := range page.Items {
		out[string(r.User)+" "+string(r.Org)] = r
	}
	return out
}

func reportOf(t *testing.T, s *Service, c *access.Caller, id iam.ReviewID) string {
	t.Helper()
	var buf bytes.Buffer
	out := bufio.NewWriter(&buf)
	if err := s.WriteCSV(t.Context(), c, id, out); err != nil {
		t.Fatal(err)
	}
	_ = out.Flush()
	return buf.String()
}

// now returns somebody as they are now.
func now(k *tenanttest.Kit, id iam.UserID) (u *iam.User) {
	k.Read(func(ctx context.Context, tx iam.Tx) (err error) {
		u, err = tx.User(ctx, k.Tenant.ID, id)
		return err
	})
	return u
}

// Whoever acts in an organization by a membership further up is listed, once for
// each such membership; what is decided on them changes that, and nothing is
// suggested that they use elsewhere.
func TestFromAbove(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, other := service(t, k), k.Caller(k.Admin), k.Other()
		middle := k.Org("Middle", "")
		client := k.Org("Client", middle)
		role, sister := k.Role("Reader", iam.PermAuditRead), k.Org("Sister", middle)
		other.User(tenanttest.Person{Type: iam.TypeAgent, Descendants: true})
		staff := func(org iam.OrgID, reach bool) *iam.User {
			return k.User(tenanttest.Person{
				Type: iam.TypeAgent, Org: org, Descendants: reach, Roles: []iam.RoleID{role.ID}, Permissions: []iam.Permission{iam.PermUsersRead, iam.PermSessionsRead},
			})
		}
		less, gone, kept, near, both := staff(k.Root, true), staff(k.Root, true), staff(k.Root, true), staff(middle, true), staff(k.Root, true)
		away, beside, in := staff(k.Root, false), staff(sister, true), staff(client, false)
		if _, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, both.ID, client, usersSet(1)); err != nil {
			t.Fatal(err)
		}
		k.Clock.Advance(100 * day)
		watched(k, iam.PermissionUse{User: less.ID, Org: client, Permission: iam.PermUsersRead, Day: today(k)},
			iam.PermissionUse{User: less.ID, Org: k.Root, Permission: iam.PermAuditRead, Day: today(k)})
		v := start(t, s, admin, Start{Org: client})
		rows := listedIn(t, s, admin, v.ID)
		for _, want := range []struct {
			u   *iam.User
			org iam.OrgID
		}{{less, k.Root}, {gone, k.Root}, {kept, k.Root}, {near, middle}, {both, k.Root}, {k.Admin, k.Root}} {
			if r := rows[string(want.u.ID)+" "+string(want.org)]; r == nil || !r.Above || r.Held.OnlyOrg {
				t.Errorf("%s is not listed as from above: %+v", want.u.FullName(), r)
			}
		}
		for _, u := range []*iam.User{in, both} {
			if r := rows[string(u.ID)+" "+string(client)]; r == nil || r.Above {
				t.Errorf("%s is not listed as a member: %+v", u.FullName(), r)
			}
		}
		if len(rows) != 8 || v.Counts.Total != 8 || v.Counts.Above != 6 || v.Hidden != 0 || v.Partial || rows[string(away.ID)+" "+string(k.Root)] != nil || rows[string(beside.ID)+" "+string(sister)] != nil {
			t.Errorf("lists %d rows: %+v", len(rows), v)
		}
		r := rows[string(less.ID)+" "+string(k.Root)]
		if !slices.Contains(r.Held.Unused, iam.PermAuditRead) || slices.Contains(r.Held.Unused, iam.PermUsersRead) {
			t.Errorf("not used there: %v", r.Held.Unused)
		}
		if len(r.Held.IdleRoles) != 0 || !slices.Equal(r.Held.Idle, []iam.Permission{iam.PermSessionsRead}) {
			t.Errorf("suggests %v and %v", r.Held.IdleRoles, r.Held.Idle)
		}
		if r := rows[string(k.Admin.ID)+" "+string(k.Root)]; r.Blocked != BlockSelf {
			t.Errorf("the admin is blocked by %q", r.Blocked)
		}
		decided(t, s, admin, v.ID, less.ID, Decide{Decision: iam.DecisionReduce})
		decided(t, s, admin, v.ID, gone.ID, Decide{Decision: iam.DecisionRemove})
		decided(t, s, admin, v.ID, kept.ID, Decide{Decision: iam.DecisionKeep})
		decided(t, s, admin, v.ID, near.ID, Decide{Decision: iam.DecisionRemove})
		if _, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, near.ID, middle, usersReach(now(k, near.ID).Version)); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Finish(t.Context(), admin, v.ID, true); err != nil || v.State != iam.ReviewFinished || v.Counts.AboveChanged != 3 {
			t.Fatalf("%+v, %v", v, err)
		}
		rows = listedIn(t, s, admin, v.ID)
		for u, want := range map[*iam.User]iam.ReviewResult{less: iam.ResultReduced, gone: iam.ResultRemoved, kept: iam.ResultKept, both: iam.ResultUndecided} {
			if r := rows[string(u.ID)+" "+string(k.Root)]; r.Result != want || r.Problem != "" {
				t.Errorf("%s: %s %s", r.FullName, r.Result, r.Problem)
			}
		}
		if r := rows[string(near.ID)+" "+string(middle)]; r.Result != iam.ResultGone {
			t.Errorf("whose membership reaches no more: %s", r.Result)
		}
		if m := now(k, less.ID).Memberships[0]; !m.IncludesDescendants || len(m.Roles) != 1 || !slices.Equal(m.Permissions, []iam.Permission{iam.PermUsersRead}) {
			t.Errorf("reduced to %+v", m)
		}
		if m := now(k, gone.ID).Memberships[0]; m.IncludesDescendants || len(m.Roles) != 1 {
			t.Errorf("removed to %+v", m)
		}
		if report := reportOf(t, s, admin, v.ID); !strings.Contains(report, less.Email) || !strings.Contains(report, "Acme and below") || strings.Contains(report, "rows_left_out") {
			t.Errorf("the report is %s", report)
		}
	})
}

// Whoever acts in the organization reviewed sees nobody from above, not even in
// the report, and neither decides on them nor ends the review.
func TestAboveIsHiddenBelow(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, other := service(t, k), k.Caller(k.Admin), k.Other()
		client := k.Org("Client", "")
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		staff := k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Secret", Descendants: true})
		v := start(t, s, admin, Start{Org: client})
		n := rowOf(t, s, admin, v.ID, staff.ID).N
		got, err := s.Get(t.Context(), boss, v.ID)
		if err != nil || got.Counts.Total != 1 || got.Counts.Above != 0 || got.Hidden != 2 {
			t.Errorf("sees %+v, %v", got, err)
		}
		if rows := listedIn(t, s, boss, v.ID); len(rows) != 1 || rows[string(boss.User)+" "+string(client)] == nil {
			t.Errorf("sees %v", rows)
		}
		for _, d := range []iam.ReviewDecision{iam.DecisionKeep, iam.DecisionReduce, iam.DecisionRemove} {
			_, err := s.Decide(t.Context(), boss, v.ID, n, Decide{Decision: d})
			tenanttest.Refused(t, err, iam.CodeNotFound, "")
		}
		_, err = s.Finish(t.Context(), boss, v.ID, true)
		tenanttest.Refused(t, err, iam.CodeForbidden, "")
		_, err = s.Cancel(t.Context(), boss, v.ID)
		tenanttest.Refused(t, err, iam.CodeForbidden, "")
		_, err = s.Decide(t.Context(), other.Caller(other.Admin), v.ID, n, Decide{Decision: iam.DecisionKeep})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
			t.Fatal(err)
		}
		if report := reportOf(t, s, boss, v.ID); strings.Contains(report, "Secret") || strings.Contains(report, staff.Email) || !strings.Contains(report, "rows_left_out,2\r\n") {
			t.Errorf("the report is %s", report)
		}
		own := start(t, s, boss, Start{})
		if own.Counts.Total != 1 || own.Hidden != 0 || !own.Partial {
			t.Errorf("one's own lists %+v", own)
		}
		if own, err := s.Finish(t.Context(), boss, own.ID, true); err != nil || own.State != iam.ReviewFinished {
			t.Errorf("%+v, %v", own, err)
		}
		if report := reportOf(t, s, boss, own.ID); !strings.Contains(report, "access_from_further_up,not listed\r\n") {
			t.Errorf("the report is %s", report)
		}
	})
}

// Nobody takes away by a review what a tenant admin has everywhere.
func TestTenantAdminsFromAbove(t *testing.T) {
	k := tenanttest.New(t)
	s, client := service(t, k), k.Org("Client", "")
	admin := k.Caller(k.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true}))
	v := start(t, s, admin, Start{Org: client})
	r := rowOf(t, s, admin, v.ID, k.Admin.ID)
	if r.Blocked != BlockTenantAdmin {
		t.Errorf("blocked by %q", r.Blocked)
	}
	_, err := s.Decide(t.Context(), admin, v.ID, r.N, Decide{Decision: iam.DecisionRemove})
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	decided(t, s, admin, v.ID, k.Admin.ID, Decide{Decision: iam.DecisionKeep})
}

// More people from above than fit one portion are all listed, each once.
func TestManyFromAbove(t *testing.T) {
	k := tenanttest.New(t)
	s, client := service(t, k), k.Org("Client", "")
	for range 2 * portion {
		k.User(tenanttest.Person{Type: iam.TypeAgent, Descendants: true})
	}
	v := start(t, s, k.Caller(k.Admin), Start{Org: client})
	if v.Counts.Total != 2*portion+1 || v.Counts.Above != v.Counts.Total {
		t.Errorf("%+v", v.Counts)
	}
}

// team makes a team in which people hold a role.
func team(k *tenanttest.Kit, org iam.OrgID, name string, role iam.RoleID, people ...*iam.User) *iam.Team {
	m := &iam.Team{ID: iam.TeamID(k.NewID(iam.PrefixTeam)), Org: org, Name: name}
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertTeam(ctx, k.Tenant.ID, m); err != nil {
			return err
		}
		for _, u := range people {
			before, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
			if err != nil {
				return err
			}
			if err := tx.PutTeamMember(ctx, k.Tenant.ID, before, iam.TeamHold{Team: m.ID, TeamName: m.Name, Org: org, Role: role, Lead: true}); err != nil {
				return err
			}
		}
		return nil
	})
	return m
}

func teamRole(k *tenanttest.Kit, permissions ...iam.Permission) *iam.Role {
	r := &iam.Role{ID: iam.RoleID(k.NewID(iam.PrefixRole)), Code: "lead", Name: "Lead", Scope: iam.ScopeTeam, Permissions: permissions}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, k.Tenant.ID, r) })
	return r
}

// Roles in teams are held, count as unused, and a reduction takes them away as
// teams do, but not the place; of people from above, too.
func TestTeamRoles(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, other := service(t, k), k.Caller(k.Admin), k.Other()
		client, sister := k.Org("Client", ""), k.Org("Sister", "")
		role := teamRole(k, iam.PermAuditRead, iam.PermSessionsRead)
		own := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
		uses := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
		up := k.User(tenanttest.Person{Type: iam.TypeAgent, Descendants: true})
		night := team(k, client, "Night", role.ID, own, uses, up)
		team(k, sister, "Elsewhere", role.ID, up)
		team(other, other.Root, "Theirs", teamRole(other, iam.PermAuditRead).ID, other.Admin)
		k.Clock.Advance(100 * day)
		watched(k, iam.PermissionUse{User: uses.ID, Org: client, Permission: iam.PermAuditRead, Day: today(k)},
			iam.PermissionUse{User: up.ID, Org: sister, Permission: iam.PermAuditRead, Day: today(k)})
		v := start(t, s, admin, Start{Org: client})
		held := iam.ReviewTeamRole{Team: night.ID, TeamName: "Night", Role: role.ID, Name: "Lead"}
		for u, idle := range map[*iam.User]bool{own: true, uses: false, up: true} {
			r := rowOf(t, s, admin, v.ID, u.ID)
			if !slices.Equal(r.Held.Teams, []iam.ReviewTeamRole{held}) || slices.Contains(r.Held.IdleTeams, night.ID) != idle {
				t.Errorf("%s holds %+v", u.FullName(), r.Held)
			}
			if slices.Contains(r.Held.Unused, iam.PermAuditRead) != idle || !slices.Contains(r.Held.Unused, iam.PermSessionsRead) {
				t.Errorf("%s has not used %v", u.FullName(), r.Held.Unused)
			}
		}
		decided(t, s, admin, v.ID, own.ID, Decide{Decision: iam.DecisionReduce})
		decided(t, s, admin, v.ID, up.ID, Decide{Decision: iam.DecisionReduce, Teams: &[]iam.TeamID{night.ID}})
		_, err := s.Decide(t.Context(), admin, v.ID, rowOf(t, s, admin, v.ID, uses.ID).N, Decide{Decision: iam.DecisionReduce, Teams: &[]iam.TeamID{"team_none"}})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/role_ids")
		if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
			t.Fatal(err)
		}
		for _, u := range []*iam.User{own, up} {
			if r := rowOf(t, s, admin, v.ID, u.ID); r.Result != iam.ResultReduced || r.Problem != "" {
				t.Errorf("%s: %s %s", u.FullName(), r.Result, r.Problem)
			}
			if h := now(k, u.ID).TeamHold(night.ID); h == nil || h.Role != "" || !h.Lead {
				t.Errorf("%s is in the team with %+v", u.FullName(), h)
			}
		}
		if h := now(k, uses.ID).TeamHold(night.ID); h.Role != role.ID {
			t.Errorf("who was not decided on has %+v", h)
		}
		if n := len(k.Events("team.member_changed")); n != 2 {
			t.Errorf("%d events", n)
		}
		if report := reportOf(t, s, admin, v.ID); !strings.Contains(report, "Lead (in team Night)") {
			t.Errorf("the report is %s", report)
		}
	})
}

// What has changed since the decision is left alone, even where that is a part of
// what was decided.
func TestReductionOfWhatHasChanged(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, client := service(t, k), k.Caller(k.Admin), k.Org("Client", "")
	reader, role := k.Role("Reader", iam.PermAuditRead), teamRole(k, iam.PermSessionsRead)
	person := func() *iam.User {
		return k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{reader.ID}})
	}
	half, more := person(), person()
	night := team(k, client, "Night", role.ID, half, more)
	v := start(t, s, admin, Start{Org: client})
	take := Decide{Decision: iam.DecisionReduce, Roles: &[]iam.RoleID{reader.ID}, Teams: &[]iam.TeamID{night.ID}}
	decided(t, s, admin, v.ID, half.ID, take)
	decided(t, s, admin, v.ID, more.ID, take)
	none, added := usersSet(1), usersSet(1)
	none.Roles, none.Permissions = &[]string{}, nil
	added.Permissions = &[]iam.Permission{iam.PermDashboardHome}
	if _, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, half.ID, client, none); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, more.ID, client, added); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
		t.Fatal(err)
	}
	for _, u := range []*iam.User{half, more} {
		if r := rowOf(t, s, admin, v.ID, u.ID); r.Result != iam.ResultChanged || now(k, u.ID).TeamHold(night.ID).Role != role.ID {
			t.Errorf("%s %s", r.Result, r.Problem)
		}
	}
}

// Roles in teams are taken away only by who may change teams, and holds them.
func TestTeamRolesNeedPower(t *testing.T) {
	k := tenanttest.New(t)
	s, role := service(t, k), teamRole(k, iam.PermSessionsRead)
	u := k.User(tenanttest.Person{Type: iam.TypeAgent})
	night := team(k, k.Root, "Night", role.ID, u)
	take := Decide{Decision: iam.DecisionReduce, Teams: &[]iam.TeamID{night.ID}}
	c := k.CallerWith(iam.PermReviewsManage, iam.PermRolesAssign, iam.PermSessionsRead)
	v := start(t, s, c, Start{})
	_, err := s.Decide(t.Context(), c, v.ID, rowOf(t, s, c, v.ID, u.ID).N, take)
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	c = k.CallerWith(iam.PermReviewsManage, iam.PermRolesAssign, iam.PermTeamsManage)
	_, err = s.Decide(t.Context(), c, v.ID, rowOf(t, s, c, v.ID, u.ID).N, take)
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	_, err = teams.New(teams.Deps{Store: k.DB.Store, IDs: k.IDs}).Put(t.Context(), c, night.ID, u.ID, teams.Place{Role: new(iam.RoleID)})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
}

// What was to be kept and is not as it was when that was decided is not certified
// as kept.
func TestKeptOnlyWhatIsAsItWas(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, client, other := service(t, k), k.Caller(k.Admin), k.Org("Client", ""), k.Other()
		person := func() *iam.User { return k.User(tenanttest.Person{Type: iam.TypeMember, Org: client}) }
		same, more, deleted := person(), person(), person()
		v := start(t, s, admin, Start{Org: client})
		for _, u := range []*iam.User{same, more, deleted} {
			decided(t, s, admin, v.ID, u.ID, Decide{Decision: iam.DecisionKeep})
		}
		promoted := usersSet(1)
		promoted.Roles = &[]string{string(access.RoleOrgAdmin)}
		if _, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, more.ID, client, promoted); err != nil {
			t.Fatal(err)
		}
		if err := s.Users.(*users.Service).Delete(t.Context(), admin, deleted.ID, 1, ""); err != nil {
			t.Fatal(err)
		}
		_, err := s.Finish(t.Context(), other.Caller(other.Admin), v.ID, true)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
			t.Fatal(err)
		}
		for u, want := range map[*iam.User]iam.ReviewResult{same: iam.ResultKept, more: iam.ResultChanged, deleted: iam.ResultGone} {
			if r := rowOf(t, s, admin, v.ID, u.ID); r.Result != want || r.Problem != "" {
				t.Errorf("%s: %s %s, want %s", r.FullName, r.Result, r.Problem, want)
			}
		}
	})
}

// usersSet is a change of a membership that changes nothing.
func usersSet(version int64) users.SetMembership { return users.SetMembership{Version: version} }

// usersReach makes a membership count in its organization alone.
func usersReach(version int64) users.SetMembership {
	return users.SetMembership{IncludesDescendants: new(bool), Version: version}
}
