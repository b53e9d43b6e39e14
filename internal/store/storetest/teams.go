package storetest

import (
	compare "cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

func (w *world) team(t *testing.T, p place, name string) *iam.Team {
	t.Helper()
	m := &iam.Team{ID: iam.TeamID(w.db.NewID(iam.PrefixTeam)), Org: p.root, Name: name}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertTeam(ctx, p.tenant, m) })
	return m
}

func (w *world) teamRole(t *testing.T, p place) iam.RoleID {
	t.Helper()
	r := &iam.Role{ID: iam.RoleID(w.db.NewID(iam.PrefixRole)), Code: "lead", Name: "Lead", Scope: iam.ScopeTeam, Permissions: []iam.Permission{iam.PermReportsRead}}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, p.tenant, r) })
	return r.ID
}

func (w *world) join(t *testing.T, p place, u iam.UserID, h iam.TeamHold) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, p.tenant, u)
		if err != nil {
			return err
		}
		return tx.PutTeamMember(ctx, p.tenant, before, h)
	})
}

// covers E-10
func testTeams(t *testing.T, w *world) {
	b := w.team(t, w.a, "Beta")
	a := &iam.Team{
		ID: iam.TeamID(w.db.NewID(iam.PrefixTeam)), Org: w.a.child, Serves: []iam.OrgID{w.a.root}, Name: "älpha", Description: "d", PhotoKey: "x y",
	}
	insert := func(m iam.Team) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertTeam(ctx, w.a.tenant, &m) })
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertTeam(ctx, w.a.tenant, a) })
	wantCode(t, "taken name", insert(iam.Team{ID: "team_x", Org: w.a.root, Name: "BETA"}), iam.CodeConflict, "/name")
	if err := insert(iam.Team{ID: "team_y", Org: w.a.child, Name: "Beta"}); err != nil {
		t.Errorf("the name in another organization: %v", err)
	}
	wantCode(t, "unknown organization", insert(iam.Team{ID: "team_z", Org: "org_none", Name: "Z"}), iam.CodeInvalid, "/organization_id")
	wantCode(t, "another tenant's organization", insert(iam.Team{ID: "team_z", Org: w.b.root, Name: "Z"}), iam.CodeInvalid, "/organization_id")
	wantCode(t, "serving another tenant's", insert(iam.Team{ID: "team_z", Org: w.a.root, Name: "Z", Serves: []iam.OrgID{w.b.root}}), iam.CodeInvalid, "/serves")
	now := w.db.Clock.Advance(time.Minute)
	update := func(m iam.Team) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateTeam(ctx, w.a.tenant, &m) })
	}
	changed := *a
	changed.Name, changed.Serves, changed.PhotoKey = "Zeta", nil, ""
	if err := update(changed); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "stale version", update(changed), iam.CodePreconditionFailed)
	wantCode(t, "no such team", update(iam.Team{ID: "team_none", Version: 1}), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.Teams(ctx, w.a.tenant, iam.TeamFilter{})
		if err != nil {
			return err
		}
		want := []string{"Beta", "Beta", "Zeta"}
		var names []string
		for _, m := range list.Items {
			names = append(names, m.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Error(diff)
		}
		got, err := tx.Team(ctx, w.a.tenant, a.ID)
		if diff := cmp.Diff(&iam.Team{ID: a.ID, Org: w.a.child, Name: "Zeta", Description: "d", CreatedAt: Epoch, UpdatedAt: now, Version: 2}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	remove := func(id iam.TeamID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteTeam(ctx, w.a.tenant, id) })
	}
	if err := remove(b.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "deleted twice", remove(b.ID), iam.CodeNotFound)
}

// members are the ids of those in a team as the list of users tells them.
func (w *world) members(t *testing.T, p place, team iam.TeamID) []iam.UserID {
	t.Helper()
	ids := []iam.UserID{}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.ListUsers(ctx, p.tenant, iam.UserFilter{Team: team})
		for _, u := range page.Items {
			ids = append(ids, u.ID)
		}
		n, err2 := tx.CountUsers(ctx, p.tenant, iam.UserFilter{Team: team})
		if err == nil && err2 == nil && n != int64(len(ids)) {
			t.Errorf("%d counted, %d listed", n, len(ids))
		}
		if err == nil {
			err = err2
		}
		return err
	})
	return ids
}

// Roles held in teams count, keep the role, and show in the list of users.
//
// covers E-10, C-09
func testTeamMembers(t *testing.T, w *world) {
	team, role := w.team(t, w.a, "Nights"), w.teamRole(t, w.a)
	ann, bob := w.person("Ann Other"), w.person("Bob Other")
	ann.Memberships, bob.Memberships = []iam.Membership{{Org: w.a.root}}, []iam.Membership{{Org: w.a.root}, {Org: w.a.child}}
	w.add(t, w.a, ann)
	w.add(t, w.a, bob)
	w.join(t, w.a, ann.ID, iam.TeamHold{Team: team.ID, Role: role})
	w.join(t, w.a, bob.ID, iam.TeamHold{Team: team.ID, Lead: true})
	want := []iam.TeamHold{{Team: team.ID, TeamName: "Nights", Org: w.a.root, Role: role, JoinedAt: Epoch}}
	if diff := cmp.Diff(want, w.user(t, w.a, ann.ID).Teams); diff != "" {
		t.Error(diff)
	}
	holds := func(n int64) {
		t.Helper()
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			r, err := tx.Role(ctx, w.a.tenant, role)
			if err == nil && r.Members != n {
				t.Errorf("%d hold the role, want %d", r.Members, n)
			}
			return err
		})
	}
	holds(1)
	if diff := cmp.Diff([]iam.UserID{ann.ID, bob.ID}, w.members(t, w.a, team.ID)); diff != "" {
		t.Error(diff)
	}
	w.join(t, w.a, bob.ID, iam.TeamHold{Team: team.ID, Role: role})
	holds(2)
	remove := func(id iam.RoleID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, w.a.tenant, id) })
	}
	wantCode(t, "role held in a team", remove(role), iam.CodeInUse)
	// Whoever leaves the organization leaves its teams; edits change nothing there.
	w.change(t, w.a, bob.ID, func(u *iam.User) { u.FirstName = "Rob" })
	holds(2)
	w.change(t, w.a, bob.ID, func(u *iam.User) {
		u.Memberships = slices.DeleteFunc(u.Memberships, func(m iam.Membership) bool { return m.Org == w.a.root })
	})
	holds(1)
	if diff := cmp.Diff([]iam.UserID{ann.ID}, w.members(t, w.a, team.ID)); diff != "" {
		t.Error(diff)
	}
	leave := func() error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
			u, err := tx.UserForUpdate(ctx, w.a.tenant, bob.ID)
			if err != nil {
				return err
			}
			return tx.RemoveTeamMember(ctx, w.a.tenant, u, team.ID)
		})
	}
	wantCode(t, "not in the team", leave(), iam.CodeNotFound)
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteTeam(ctx, w.a.tenant, team.ID) })
	holds(0)
	if got := w.user(t, w.a, ann.ID); len(got.Teams) != 0 {
		t.Errorf("still in %+v", got.Teams)
	}
	wantCode(t, "role that nobody holds any more", remove(role), "")
}

// covers D-02
func testTeamsOtherTenant(t *testing.T, w *world) {
	team, ann, eve := w.team(t, w.a, "Nights"), w.add(t, w.a, w.person("Ann Other")), w.add(t, w.b, w.person("Eve Other"))
	w.join(t, w.a, ann.ID, iam.TeamHold{Team: team.ID})
	b := w.b.tenant
	for what, call := range map[string]func(context.Context, iam.Tx) error{
		"Team":       func(ctx context.Context, tx iam.Tx) error { _, err := tx.Team(ctx, b, team.ID); return err },
		"UpdateTeam": func(ctx context.Context, tx iam.Tx) error { m := *team; return tx.UpdateTeam(ctx, b, &m) },
		"DeleteTeam": func(ctx context.Context, tx iam.Tx) error { return tx.DeleteTeam(ctx, b, team.ID) },
		"PutTeamMember": func(ctx context.Context, tx iam.Tx) error {
			return tx.PutTeamMember(ctx, b, eve, iam.TeamHold{Team: team.ID})
		},
		"RemoveTeamMember": func(ctx context.Context, tx iam.Tx) error { return tx.RemoveTeamMember(ctx, b, ann, team.ID) },
	} {
		wantCode(t, what+" of another tenant", w.tryWrite(t, call), iam.CodeNotFound)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		members, err := tx.TeamMembers(ctx, b, team.ID)
		if len(members) != 0 {
			t.Errorf("members in the name of another tenant: %v", members)
		}
		if err != nil {
			return err
		}
		list, err := tx.Teams(ctx, b, iam.TeamFilter{})
		if len(list.Items) != 0 {
			t.Errorf("teams of another tenant: %v", list.Items)
		}
		if err != nil {
			return err
		}
		if n, err := tx.CountTeams(ctx, b, w.a.root); n != 0 || err != nil {
			t.Errorf("%d teams counted of another tenant, %v", n, err)
		}
		some, err := tx.TeamsByIDs(ctx, b, []iam.TeamID{team.ID})
		if len(some) != 0 {
			t.Errorf("teams of another tenant by their ids: %v", some)
		}
		return err
	})
	if got := w.members(t, w.b, team.ID); len(got) != 0 {
		t.Errorf("listed in the name of another tenant: %v", got)
	}
	if got := w.members(t, w.a, team.ID); len(got) != 1 {
		t.Errorf("members are %v", got)
	}
}

// testTeamPages: pages of thousands of teams, forth and back, are what filtering
// and sorting all of them gives.
//
// covers E-10
func testTeamPages(t *testing.T, w *world) {
	r := rand.New(rand.NewPCG(3, 5))
	all := w.manyTeams(t, r)
	for _, f := range []iam.TeamFilter{
		{},
		{Orgs: []iam.OrgID{w.a.child}},
		{Orgs: []iam.OrgID{w.a.child}, Own: true, Search: "KOLN"},
		{Orgs: []iam.OrgID{"org_none", w.a.root, "org_other"}, Search: "strasse night 1"},
		{Orgs: []iam.OrgID{}},
		{Search: "nothing"},
		{Own: true, Search: "99"},
	} {
		var want []*iam.Team
		for _, m := range all {
			if teamPasses(f, m) {
				want = append(want, m)
			}
		}
		f.Page.Limit = 1 + r.IntN(200)
		forth, back := w.teamPages(t, f)
		if diff := cmp.Diff(want, forth, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%+v: %s", f, diff)
		}
		if diff := cmp.Diff(want, back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("back, %+v: %s", f, diff)
		}
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		root, err := tx.CountTeams(ctx, w.a.tenant, w.a.root)
		if err != nil {
			return err
		}
		child, err := tx.CountTeams(ctx, w.a.tenant, w.a.child)
		if root+child != 2000 || root == 0 || child == 0 {
			t.Errorf("%d and %d teams are counted", root, child)
		}
		if err != nil {
			return err
		}
		some, err := tx.TeamsByIDs(ctx, w.a.tenant, []iam.TeamID{all[3].ID, "team_none", all[1].ID})
		if diff := cmp.Diff([]*iam.Team{all[1], all[3]}, some); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

// manyTeams makes thousands of teams, and returns them by name.
func (w *world) manyTeams(t *testing.T, r *rand.Rand) []*iam.Team {
	t.Helper()
	words := []string{"Night", "Früh", "Köln", "team", "O'Neil", strings.Repeat("ﷺ", 40)}
	orgs := []iam.OrgID{w.a.root, w.a.child}
	var all []*iam.Team
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		for i := range 2000 {
			m := &iam.Team{
				ID: iam.TeamID(w.db.NewID(iam.PrefixTeam)), Org: orgs[r.IntN(2)],
				Name: fmt.Sprintf("%s %d", words[r.IntN(len(words))], i), Description: []string{"", "Straße"}[r.IntN(2)],
			}
			if r.IntN(3) == 0 && m.Org == w.a.root {
				m.Serves = []iam.OrgID{w.a.child}
			}
			if err := tx.InsertTeam(ctx, w.a.tenant, m); err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	ann := w.add(t, w.a, w.person("Ann Other"))
	w.join(t, w.a, ann.ID, iam.TeamHold{Team: all[7].ID})
	all[7].Members = 1
	slices.SortFunc(all, func(a, b *iam.Team) int {
		return compare.Or(strings.Compare(teamKey(a), teamKey(b)), strings.Compare(string(a.ID), string(b.ID)))
	})
	return all
}

// teamKey is what a team is listed by.
func teamKey(m *iam.Team) string {
	runes := []rune(fold.Text(m.Name))
	return string(runes[:min(len(runes), 50)])
}

// teamPasses is the filter told a second time.
func teamPasses(f iam.TeamFilter, m *iam.Team) bool {
	for word := range strings.FieldsSeq(fold.Text(f.Search)) {
		if !strings.Contains(fold.Text(m.Name+" "+m.Description), word) {
			return false
		}
	}
	serves := !f.Own && slices.ContainsFunc(m.Serves, func(org iam.OrgID) bool { return slices.Contains(f.Orgs, org) })
	return f.Orgs == nil || slices.Contains(f.Orgs, m.Org) || serves
}

// teamPages walks the list to its end and back.
func (w *world) teamPages(t *testing.T, f iam.TeamFilter) (forth, back []*iam.Team) {
	t.Helper()
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		var page iam.List[*iam.Team]
		var err error
		for {
			if page, err = tx.Teams(ctx, w.a.tenant, f); err != nil {
				return err
			}
			forth = append(forth, page.Items...)
			if f.Page.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		back = page.Items
		for f.Page.Cursor = page.Prev; f.Page.Cursor != ""; f.Page.Cursor = page.Prev {
			if page, err = tx.Teams(ctx, w.a.tenant, f); err != nil {
				return err
			}
			// The first page is as full as it ever is: it may repeat some of the second.
			fresh := slices.DeleteFunc(slices.Clone(page.Items), func(m *iam.Team) bool {
				return slices.ContainsFunc(back, func(b *iam.Team) bool { return b.ID == m.ID })
			})
			back = append(fresh, back...)
		}
		return nil
	})
	return forth, back
}
