package invitations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// Nobody invites to more than they hold, or outside of their part of the tree;
// sister organizations and other tenants are not found.
func TestWhoMayInvite(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	sister := k.Org("Sister", "")
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	invite := func(c *access.Caller, in Create) error {
		in.Addresses = []string{"x@client.example"}
		_, err := k.s.Create(t.Context(), c, in)
		return err
	}
	tenanttest.Refused(t, invite(k.CallerWith(), Create{}), iam.CodeForbidden, "")
	tenanttest.Refused(t, invite(k.CallerWith(iam.PermUsersInvite), Create{Roles: []string{"agent"}}), iam.CodeForbidden, "")
	tenanttest.Refused(t, invite(boss, Create{Org: sister}), iam.CodeInvalid, "/organization_id")
	tenanttest.Refused(t, invite(boss, Create{Org: k.Root}), iam.CodeInvalid, "/organization_id")
	tenanttest.Refused(t, invite(boss, Create{Roles: []string{"admin"}}), iam.CodeEscalation, "")
	tenanttest.Refused(t, invite(boss, Create{Type: iam.TypeTenantAdmin}), iam.CodeInvalid, "/user_type")
	tenanttest.Refused(t, invite(boss, Create{Type: iam.TypeService}), iam.CodeInvalid, "/user_type")
	tenanttest.Refused(t, invite(boss, Create{Permissions: []iam.Permission{"x.y"}}), iam.CodeInvalid, "/permissions/0")
	tenanttest.Refused(t, invite(boss, Create{Permissions: []iam.Permission{iam.PermRolesManage}}), iam.CodeEscalation, "")
	tenanttest.Refused(t, invite(boss, Create{Access: []string{"home", "moon"}}), iam.CodeInvalid, "/access/1")
	tenanttest.Refused(t, invite(boss, Create{Teams: []iam.TeamID{"team_x"}}), iam.CodeInvalid, "/team_ids/0")
	tenanttest.Refused(t, invite(boss, Create{Locale: "xx"}), iam.CodeInvalid, "/locale")
	_, err := k.s.Create(t.Context(), boss, Create{Addresses: make([]string, MaxAddresses+1)})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/emails")
	if err := invite(boss, Create{Roles: []string{"org_admin"}}); err != nil {
		t.Fatal(err)
	}

	k.invite(k.admin, Create{Org: sister, Addresses: []string{"s@sister.example"}})
	k.invite(k.admin, Create{Org: k.client, Roles: []string{"admin"}, Type: iam.TypeAgent, Addresses: []string{"strong@client.example"}})
	theirs := k.list(iam.InvitationFilter{Below: sister})[0].ID
	strong := k.list(iam.InvitationFilter{Search: "strong"})[0]
	page, err := k.s.List(t.Context(), boss, iam.InvitationFilter{})
	if err != nil || len(page.Items) != 2 {
		t.Errorf("the boss sees %d, %v", len(page.Items), err)
	}
	for _, v := range page.Items {
		if v.Manageable != (v.ID != strong.ID) {
			t.Errorf("%s: manageable is %v", v.Email, v.Manageable)
		}
	}
	page, err = k.s.List(t.Context(), boss, iam.InvitationFilter{Below: sister})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("the boss sees %d of the sister's, %v", len(page.Items), err)
	}
	other := k.Other()
	for _, action := range []Action{ActionResend, ActionDelete} {
		if r := k.bulk(boss, action, theirs, strong.ID); iam.CodeOf(r[0].Err) != iam.CodeNotFound || iam.CodeOf(r[1].Err) != iam.CodeEscalation {
			t.Errorf("%s: %v, %v", action, r[0].Err, r[1].Err)
		}
		if r := k.bulk(other.Caller(other.Admin), action, theirs); iam.CodeOf(r[0].Err) != iam.CodeNotFound {
			t.Errorf("%s from another tenant: %v", action, r[0].Err)
		}
	}
	// What the organization may not have at present is held all the same.
	rests := k.Caller(k.Admin)
	rests.Effective, rests.Dormant = rests.Effective&^access.SetOf(iam.PermBotsPublish, iam.PermChannelsRead), access.SetOf(iam.PermBotsPublish, iam.PermChannelsRead)
	if r := k.bulk(rests, ActionResend, strong.ID); r[0].Err != nil {
		t.Errorf("resend of what rests: %v", r[0].Err)
	}
	_, err = k.s.Bulk(t.Context(), k.CallerWith(), ActionDelete, []iam.InvitationID{theirs})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = k.s.Bulk(t.Context(), boss, "burn", []iam.InvitationID{theirs})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/action")
}

// A person of the directory gets a link from their row: what will be sent is
// shown first; it signs them in once, and asks for a password of their own while
// they have only a temporary one. covers A-08 A-09
func TestInvitingAPerson(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Permissions: []iam.Permission{iam.PermDashboardHome}})
		p, err := k.s.Preview(t.Context(), k.admin, u.ID, "")
		if err != nil || p.To != u.Email || p.FromName != "Acme" || !strings.Contains(p.Text, u.Email) || p.Org.ID != k.client {
			t.Fatalf("preview = %+v, %v", p, err)
		}
		if len(k.list(iam.InvitationFilter{})) != 0 || len(k.mails(u.Email)) != 0 {
			t.Error("the preview has sent something")
		}
		_, err = k.s.Lookup(t.Context(), previewToken, "")
		tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
		for n := 1; n <= 2; n++ {
			v, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, "")
			if err != nil || v.TimesSent != n || v.State != iam.InvitationPending {
				t.Fatalf("invited: %+v, %v", v, err)
			}
		}
		token := k.token(u.Email)
		o, err := k.s.Lookup(t.Context(), token, "")
		if err != nil || !o.NeedsPassword() || o.User.ID != u.ID {
			t.Fatalf("offer = %+v, %v", o, err)
		}
		_, err = k.accept(token, Accept{})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/password")
		done := k.accepted(token, Accept{Password: chosen})
		if done.Principal.User.ID != u.ID || done.Principal.MustChangePassword() || len(done.Principal.User.Memberships) != 1 || done.Principal.Org.ID != k.client {
			t.Errorf("signed in as %+v", done.Principal.User)
		}
		_, err = k.accept(token, Accept{Password: chosen})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
		// With a password of their own, the button is enough.
		if _, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, ""); err != nil {
			t.Fatal(err)
		}
		if again := k.accepted(k.token(u.Email), Accept{}); again.Principal.User.ID != u.ID {
			t.Errorf("signed in as %+v", again.Principal.User)
		}
		if _, err := k.sessions.SignIn(t.Context(), sessions.SignIn{Tenant: k.Tenant.ShortName, Email: u.Email, Password: chosen}); err != nil {
			t.Errorf("the password is lost: %v", err)
		}
	})
}

func TestWhoCanBeInvitedByRow(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	sister := k.Org("Sister", "")
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	for name, tt := range map[string]struct {
		caller *access.Caller
		who    tenanttest.Person
		code   iam.Code
	}{
		"suspended":     {k.admin, tenanttest.Person{Type: iam.TypeMember, Org: k.client, Suspended: true}, iam.CodeInvalid},
		"a program":     {k.admin, tenanttest.Person{Type: iam.TypeService}, iam.CodeInvalid},
		"of the sister": {boss, tenanttest.Person{Type: iam.TypeMember, Org: sister}, iam.CodeNotFound},
		"may do more":   {boss, tenanttest.Person{Type: iam.TypeMember, Org: k.client, Permissions: []iam.Permission{iam.PermBotsPublish}}, iam.CodeEscalation},
		"no permission": {k.CallerWith(), tenanttest.Person{Type: iam.TypeMember, Org: k.client}, iam.CodeForbidden},
	} {
		u := k.User(tt.who)
		_, err := k.s.Preview(t.Context(), tt.caller, u.ID, "")
		if iam.CodeOf(err) != tt.code {
			t.Errorf("%s: preview: %v", name, err)
		}
		if _, err := k.s.InvitePerson(t.Context(), tt.caller, u.ID, ""); iam.CodeOf(err) != tt.code || len(k.mails(u.Email)) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := k.s.InvitePerson(t.Context(), k.admin, k.Admin.ID, "")
	tenanttest.Refused(t, err, iam.CodeInvalid, "")
	// Deleted, or with another address: the link is nobody's any more.
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
	if _, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, ""); err != nil {
		t.Fatal(err)
	}
	token := k.token(u.Email)
	k.Change(u.ID, func(u *iam.User) { u.Email, u.EmailKey = "new@client.example", "new@client.example" })
	_, err = k.s.Lookup(t.Context(), token, "")
	tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
	// Sent again, it goes to the address that they have now, and works.
	id := k.list(iam.InvitationFilter{State: iam.InvitationPending})[0].ID
	if r := k.bulk(k.admin, ActionResend, id); r[0].Err != nil || len(k.mails(u.Email)) != 1 {
		t.Fatalf("sent again: %+v, %d mails to the old address", r[0], len(k.mails(u.Email)))
	}
	if o, err := k.s.Lookup(t.Context(), k.token("new@client.example"), ""); err != nil || o.User.ID != u.ID || o.Invitation.Email != "new@client.example" {
		t.Errorf("offer = %+v, %v", o, err)
	}
	if v, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, ""); err != nil || v.ID != id || v.TimesSent != 3 {
		t.Errorf("invited again: %+v, %v", v, err)
	}
}

// Invitations carry teams, into which people come when they accept.
func TestTeams(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	team := &iam.Team{ID: iam.TeamID(k.NewID(iam.PrefixTeam)), Org: k.client, Name: "First line"}
	gone := &iam.Team{ID: iam.TeamID(k.NewID(iam.PrefixTeam)), Org: k.client, Name: "Gone"}
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertTeam(ctx, k.Tenant.ID, team); err != nil {
			return err
		}
		return tx.InsertTeam(ctx, k.Tenant.ID, gone)
	})
	k.invite(k.admin, Create{Org: k.client, Teams: []iam.TeamID{team.ID, gone.ID}, Addresses: []string{"maria@client.example"}})
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.DeleteTeam(ctx, k.Tenant.ID, gone.ID) })
	if v := k.list(iam.InvitationFilter{}); len(v[0].Teams) != 1 || v[0].Teams[0].Name != "First line" {
		t.Errorf("listed with the teams %+v", v[0].Teams)
	}
	u := k.accepted(k.token("maria@client.example"), maria).Principal.User
	if len(u.Teams) != 1 || u.TeamHold(team.ID) == nil {
		t.Errorf("teams = %+v", u.Teams)
	}
	for _, action := range []string{"invitation.created", "invitation.accepted"} {
		if e := k.Events(action); len(e) != 1 || !slices.ContainsFunc(e[0].Changes, func(c iam.Change) bool { return c.Field == "teams" }) {
			t.Errorf("%s names no teams: %+v", action, e)
		}
	}
	e := k.Events("team.member_added")
	if len(e) != 1 || e[0].TargetID != string(u.ID) || cmp.Diff([]iam.Change{{Field: "team", After: "First line"}}, e[0].Changes) != "" {
		t.Errorf("coming into the team is %+v", e)
	}
}

// Nobody invites themselves to more, in whatever order they do it: as themselves,
// as whom they are logged in as, or by an address that becomes theirs.
func TestNobodyInvitesThemselves(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		child := k.Org("Child", k.client)
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		address := k.read(boss.User).Email
		in := Create{Org: child, Access: []string{"conversations"}, Addresses: []string{address}}
		if got := k.invite(boss, in); got[0] != NotAllowed || len(k.mails(address)) != 0 {
			t.Errorf("oneself: %v", got)
		}
		other := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		other.Impersonator = &access.Impersonator{ID: boss.User, MayChange: true}
		if got := k.invite(other, in); got[0] != NotAllowed {
			t.Errorf("oneself as somebody else: %v", got)
		}
		if got := k.invite(boss, Create{Org: k.client, Addresses: []string{address}}); got[0] != AlreadyMember {
			t.Errorf("where one belongs: %v", got)
		}

		in.Addresses = []string{"later@client.example"}
		if got := k.invite(boss, in); got[0] != Sent {
			t.Fatal(got)
		}
		token := k.token(in.Addresses[0])
		k.Change(boss.User, func(u *iam.User) { u.Email, u.EmailKey = in.Addresses[0], in.Addresses[0] })
		_, err := k.s.Lookup(t.Context(), token, "")
		tenanttest.Refused(t, err, iam.CodeEscalation, "")
		_, err = k.accept(token, Accept{Password: chosen})
		tenanttest.Refused(t, err, iam.CodeEscalation, "")
		if u := k.read(boss.User); len(u.Memberships) != 1 {
			t.Errorf("memberships = %+v", u.Memberships)
		}
	})
}

// What the type of an account gives comes with a membership: whoever does not hold
// it does not give it by an invitation either.
func TestTypesThatHoldMore(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	child := k.Org("Child", k.client)
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
	builder := k.User(tenanttest.Person{Type: iam.TypeBotAdmin, Org: k.client})
	in := Create{Org: child, Addresses: []string{builder.Email}}
	if got := k.invite(boss, in); got[0] != NotAllowed || len(k.mails(builder.Email)) != 0 {
		t.Errorf("by who holds less: %v", got)
	}
	if got := k.invite(k.admin, in); got[0] != Sent {
		t.Errorf("by who holds it: %v", got)
	}
}

// An invitation that somebody above has made is not taken back by who holds less
// than it gives, by inviting its person from their row.
func TestInvitingByRowTakesNothingBack(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	if got := k.invite(k.admin, Create{Org: k.client, Roles: []string{"org_admin"}, Addresses: []string{"soon@client.example"}}); got[0] != Sent {
		t.Fatal(got)
	}
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
	k.Change(u.ID, func(u *iam.User) { u.Email, u.EmailKey = "soon@client.example", "soon@client.example" })
	clerk := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Permissions: []iam.Permission{iam.PermUsersInvite}}))
	_, err := k.s.InvitePerson(t.Context(), clerk, u.ID, "")
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	if v := k.list(iam.InvitationFilter{State: iam.InvitationPending}); len(v) != 1 {
		t.Errorf("%d are pending", len(v))
	}
	if _, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, ""); err != nil {
		t.Error(err)
	}
}

// Ten thousand addresses are queued in one call; how fast, BenchmarkInvite says.
func TestManyAddresses(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	addresses := manyAddresses()
	results, err := k.s.Create(t.Context(), k.admin, Create{Org: k.client, Access: []string{"home"}, Addresses: addresses})
	if err != nil || len(results) != MaxAddresses {
		t.Fatal(len(results), err)
	}
	for _, r := range results {
		if r.Outcome != Sent {
			t.Fatalf("%+v", r)
		}
	}
	if got := k.mails(addresses[MaxAddresses-1]); len(got) != 1 {
		t.Errorf("%d mails to the last", len(got))
	}
}

func manyAddresses() []string {
	out := make([]string, MaxAddresses)
	for i := range out {
		out[i] = fmt.Sprintf("person%d@client.example", i)
	}
	return out
}

// BenchmarkInvite invites 10,000 addresses, until all mails are queued.
func BenchmarkInvite(b *testing.B) {
	for name, open := range storetest.Engines(b) {
		b.Run(name, func(b *testing.B) {
			addresses := manyAddresses()
			for b.Loop() {
				b.StopTimer()
				k := newKit(b, open(b))
				b.StartTimer()
				if _, err := k.s.Create(b.Context(), k.admin, Create{Org: k.client, Access: []string{"home"}, Addresses: addresses}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
