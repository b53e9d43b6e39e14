package users_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

func (f *fixture) alias(c *access.Caller, id iam.UserID, org iam.OrgID, alias string) (*users.MembershipView, error) {
	return f.s.SetAlias(f.t.Context(), c, id, org, alias, f.version(id))
}

func (f *fixture) mustAlias(c *access.Caller, id iam.UserID, org iam.OrgID, alias string) {
	f.t.Helper()
	if _, err := f.alias(c, id, org, alias); err != nil {
		f.t.Fatal(err)
	}
}

// Who may set whose alias, where, to what. covers E-12
func TestSetAlias(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	jo := f.User(tenanttest.Person{Type: iam.TypeMember, Name: "Jo", Org: client})
	boss := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	self, byBoss := f.Caller(jo), f.Caller(boss)
	m, err := f.alias(self, jo.ID, client, "  Anna \u00a0")
	if err != nil || m.Alias != "Anna" {
		t.Fatalf("%+v, %v", m, err)
	}
	f.mustAlias(byBoss, jo.ID, client, "Cafe\u0301 Team")
	if e := f.Events("user.updated"); len(e) != 2 || e[0].Changes[0].Field != "aliases" {
		t.Errorf("events: %+v", e)
	}
	if v, err := f.s.Get(t.Context(), byBoss, jo.ID); err != nil || v.Memberships[0].Alias != "Caf\u00e9 Team" {
		t.Errorf("composed: %+v, %v", v.Memberships, err)
	}
	for _, test := range []struct {
		name  string
		c     *access.Caller
		id    iam.UserID
		org   iam.OrgID
		alias string
		code  iam.Code
		field string
	}{
		{"too long", self, jo.ID, client, strings.Repeat("x", 61), iam.CodeInvalid, "/alias"},
		{"turned around", self, jo.ID, client, "a\u202eb", iam.CodeInvalid, "/alias"},
		{"two lines", self, jo.ID, client, "a\nb", iam.CodeInvalid, "/alias"},
		{"where one does not belong", self, jo.ID, sister, "Anna", iam.CodeNotFound, ""},
		{"where nobody can belong", self, jo.ID, "org_none", "Anna", iam.CodeNotFound, ""},
		{"of a boss", self, boss.ID, client, "Anna", iam.CodeForbidden, ""},
		{"of somebody who may do more", f.CallerWith(iam.PermUsersUpdate), f.Admin.ID, f.Root, "Anna", iam.CodeEscalation, ""},
		{"without the permission", f.CallerWith(iam.PermRolesAssign), jo.ID, client, "Anna", iam.CodeForbidden, ""},
		{"from a sister", f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: sister, Roles: []iam.RoleID{access.RoleOrgAdmin}})), jo.ID, client, "Anna", iam.CodeNotFound, ""},
		{"of another tenant", f.admin, f.Other().Admin.ID, f.Root, "Anna", iam.CodeNotFound, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			version := int64(1)
			if test.id == jo.ID {
				version = f.version(jo.ID)
			}
			_, err := f.s.SetAlias(t.Context(), test.c, test.id, test.org, test.alias, version)
			tenanttest.Refused(t, err, test.code, test.field)
		})
	}
	_, err = f.s.SetAlias(t.Context(), self, jo.ID, client, "Late", 1)
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	// A change of access leaves it alone, and it can be taken away.
	boxes := []string{"home"}
	if m, err = f.s.SetMembership(t.Context(), f.admin, jo.ID, client, users.SetMembership{Access: &boxes, Version: f.version(jo.ID)}); err != nil || m.Alias != "Caf\u00e9 Team" {
		t.Errorf("after a change of access: %+v, %v", m, err)
	}
	if m, err = f.alias(self, jo.ID, client, " \u200b "); err != nil || m.Alias != "" {
		t.Errorf("taken away: %+v, %v", m, err)
	}
}

// names are those by which the caller sees their colleagues.
func (f *fixture) names(c *access.Caller, search string) []string {
	f.t.Helper()
	page, err := f.s.Colleagues(f.t.Context(), c, search, iam.Page{})
	if err != nil {
		f.t.Fatal(err)
	}
	out := []string{}
	for _, p := range page.Items {
		out = append(out, p.Name)
	}
	return out
}

// Who sees no more than the alias learns nothing of who is behind it: not by what
// is shown, not by what a search finds, not by the order or a cursor. covers E-12
func TestAliasHides(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	mario := f.User(tenanttest.Person{Type: iam.TypeSupervisor, Name: "Mario", Descendants: true})
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, mario.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Nickname = "Supermario"
		after.Memberships = append(slices.Clone(before.Memberships), iam.Membership{Org: client})
		return tx.UpdateUser(ctx, f.Tenant.ID, before, &after)
	})
	f.mustAlias(f.admin, mario.ID, client, "Zoe")
	jo := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Name: "Jo", Org: client, Permissions: []iam.Permission{iam.PermDirectoryRead}}))
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Name: "Bea", Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	agent := f.CallerWith()
	if diff := cmp.Diff([]string{"Bea Example", "Jo Example", "Zoe"}, f.names(jo, "")); diff != "" {
		t.Error(diff)
	}
	for search, want := range map[string][]string{"mario": {}, "ma": {}, mario.Email: {}, "example": {"Bea Example", "Jo Example"}, "zoe": {"Zoe"}, "zoe mario": {}} {
		if diff := cmp.Diff(want, f.names(jo, search)); diff != "" {
			t.Errorf("%q finds %s", search, diff)
		}
	}
	page, err := f.s.Colleagues(t.Context(), jo, "zoe", iam.Page{})
	if err != nil || len(page.Items) != 1 {
		t.Fatal(page, err)
	}
	if p := page.Items[0]; !p.Hidden || p.FullName != "" || p.Nickname != "" || p.Email != "" {
		t.Errorf("shown: %+v", p)
	}
	// Those who administer, and the agency's own, know them by name.
	if page, err = f.s.Colleagues(t.Context(), boss, "mario", iam.Page{}); err != nil || len(page.Items) != 1 || page.Items[0].Name != "Zoe" || page.Items[0].FullName != "Mario Example" {
		t.Errorf("to the boss: %+v, %v", page.Items, err)
	}
	if got := f.names(agent, "mario"); !slices.Equal(got, []string{"Supermario"}) {
		t.Errorf("to an agent: %v", got)
	}
	// In pages of one, a name that is hidden shows neither by an empty page nor
	// by a next one.
	var seen []string
	for p := (iam.Page{Limit: 1}); ; {
		page, err := f.s.Colleagues(t.Context(), jo, "example", p)
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%d items, %v", len(page.Items), err)
		}
		seen = append(seen, page.Items[0].Name)
		if p.Cursor = page.Next; p.Cursor == "" {
			break
		}
	}
	if len(seen) != 2 {
		t.Errorf("in pages: %v", seen)
	}
}

// The alias of a sister organization finds nobody elsewhere.
func TestAliasOfASister(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	u := f.User(tenanttest.Person{Type: iam.TypeMember, Name: "Mario", Org: client})
	boxes := []string{"home"}
	if _, err := f.s.SetMembership(t.Context(), f.admin, u.ID, sister, users.SetMembership{Access: &boxes, Version: 1}); err != nil {
		t.Fatal(err)
	}
	f.mustAlias(f.admin, u.ID, sister, "Zoe")
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	for c, want := range map[*access.Caller]int{boss: 0, f.admin: 1} {
		if page, err := f.s.List(t.Context(), c, iam.UserFilter{Search: "zoe"}, ""); err != nil || len(page.Items) != want {
			t.Errorf("%s finds %d, %v", c.Name, len(page.Items), err)
		}
	}
	if got := f.names(boss, "zoe"); len(got) != 0 {
		t.Errorf("colleagues: %v", got)
	}
}

// What others see of somebody, as time passes. covers E-12
func TestPresence(t *testing.T) {
	f := setup(t)
	jo := f.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Jo"})
	c := f.Caller(jo)
	shown := func(want iam.Presence) {
		t.Helper()
		v, err := f.s.Get(t.Context(), f.admin, jo.ID)
		if err != nil || v.Presence != want {
			t.Errorf("shown is %s, %v; want %s", v.Presence, err, want)
		}
		list, err := f.s.List(t.Context(), f.admin, iam.UserFilter{Search: "jo"}, "")
		if err != nil || list.Items[0].Presence != want {
			t.Errorf("listed is %s, %v", list.Items[0].Presence, err)
		}
		page, err := f.s.Colleagues(t.Context(), f.CallerWith(), "jo", iam.Page{})
		if err != nil || page.Items[0].Presence != want {
			t.Errorf("to colleagues it is %s, %v", page.Items[0].Presence, err)
		}
	}
	set := func(p iam.Presence) {
		t.Helper()
		if v, err := f.s.SetPresence(t.Context(), c, p); err != nil || v.Chosen != p {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	shown(iam.PresenceOffline)
	set(iam.PresenceAway)
	shown(iam.PresenceOffline) // no session
	now := f.Clock.Now()
	se := &iam.Session{ID: "sess_1", Tenant: f.Tenant.ID, User: jo.ID, Org: f.Root, TokenHash: []byte("t"), CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(8 * time.Minute)}
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, se) })
	shown(iam.PresenceAway)
	f.Clock.Advance(5*time.Minute - time.Microsecond)
	shown(iam.PresenceAway)
	f.Clock.Advance(time.Microsecond)
	shown(iam.PresenceOffline)
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.TouchSessions(ctx, map[iam.SessionID]time.Time{se.ID: tx.Now()})
	})
	set(iam.PresenceOnline)
	shown(iam.PresenceOnline)
	set(iam.PresenceOffline)
	shown(iam.PresenceOffline)
	set(iam.PresenceOnline)
	f.Clock.Advance(3 * time.Minute) // the session expires
	shown(iam.PresenceOffline)
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		later := *se
		later.ID, later.TokenHash, later.LastUsedAt, later.ExpiresAt = "sess_2", []byte("u"), tx.Now(), tx.Now().Add(time.Hour)
		return tx.InsertSession(ctx, &later)
	})
	shown(iam.PresenceOnline)
	if v, err := f.s.SetStatus(t.Context(), f.admin, jo.ID, iam.StatusSuspended); err != nil || v.Presence != iam.PresenceOffline {
		t.Errorf("suspended: %s, %v", v.Presence, err)
	}
	if n := len(f.Events("")); n != 1 {
		t.Errorf("%d events: whether somebody is online is nobody's record", n)
	}
}

func TestPresenceRefusals(t *testing.T) {
	f := setup(t)
	c := f.CallerWith()
	_, err := f.s.SetPresence(t.Context(), c, "busy")
	tenanttest.Refused(t, err, iam.CodeInvalid, "/presence")
	as := *c
	as.Impersonator = &access.Impersonator{ID: f.Admin.ID, MayChange: true}
	_, err = f.s.SetPresence(t.Context(), &as, iam.PresenceAway)
	tenanttest.Refused(t, err, iam.CodeImpersonating, "")
	elsewhere := *c
	elsewhere.Tenant = f.Other().Tenant.ID
	_, err = f.s.SetPresence(t.Context(), &elsewhere, iam.PresenceAway)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if _, err := f.s.SetPresence(t.Context(), c, iam.PresenceAway); err != nil {
		t.Fatal(err)
	}
	if v, err := f.s.Presence(t.Context(), &elsewhere); err != nil || v.Chosen != iam.PresenceOnline {
		t.Errorf("another tenant reads what somebody chose here: %+v, %v", v, err)
	}
}
