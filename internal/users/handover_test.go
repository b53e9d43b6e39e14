package users_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// estate is somebody who owns one of everything, and what it is.
type estate struct {
	owner *iam.User
	team  iam.TeamID
	key   iam.APIKeyID
	inv   iam.InvitationID
	imp   iam.ImportID
}

func (f *fixture) estate() estate {
	f.t.Helper()
	u := f.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Olga"})
	bot := f.User(tenanttest.Person{Type: iam.TypeService, Name: "Bot"})
	e := estate{
		u, iam.TeamID(f.NewID(iam.PrefixTeam)), iam.APIKeyID(f.NewID(iam.PrefixAPIKey)),
		iam.InvitationID(f.NewID(iam.PrefixInvitation)), iam.ImportID(f.NewID(iam.PrefixImport)),
	}
	now := f.Clock.Now()
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		own := &iam.APIKey{ID: iam.APIKeyID(f.NewID(iam.PrefixAPIKey)), Tenant: f.Tenant.ID, User: u.ID, Name: "Own", SecretHash: []byte(f.NewID("h")), CreatedBy: u.ID, CreatedAt: now}
		made := &iam.APIKey{ID: e.key, Tenant: f.Tenant.ID, User: bot.ID, Name: "Sync", SecretHash: []byte(f.NewID("h")), CreatedBy: u.ID, CreatedAt: now}
		for _, k := range []*iam.APIKey{own, made} {
			if err := tx.InsertAPIKey(ctx, k); err != nil {
				return err
			}
		}
		if err := tx.InsertTeam(ctx, f.Tenant.ID, &iam.Team{ID: e.team, Org: f.Root, Name: "Nights"}); err != nil {
			return err
		}
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		if err := tx.PutTeamMember(ctx, f.Tenant.ID, before, iam.TeamHold{Team: e.team, Lead: true}); err != nil {
			return err
		}
		if err := tx.InsertImport(ctx, f.Tenant.ID, &iam.Import{ID: e.imp, FileName: "people.csv", State: iam.ImportReady, CreatedBy: u.ID, CreatedAt: now}); err != nil {
			return err
		}
		return tx.InsertInvitations(ctx, f.Tenant.ID, []*iam.Invitation{{
			ID: e.inv, Tenant: f.Tenant.ID, Org: f.Root, Email: "new@example.com", EmailKey: "new@example.com", Type: iam.TypeAgent,
			State: iam.InvitationPending, TokenHash: []byte("token"), InvitedBy: u.ID, CreatedAt: now, SentAt: now, TimesSent: 1, ExpiresAt: now.Add(time.Hour),
		}})
	})
	return e
}

var owned = []iam.Belongings{
	{Kind: iam.OwnsAPIKeys, Names: []string{"Own"}},
	{Kind: iam.OwnsServiceKeys, Names: []string{"Sync"}},
	{Kind: iam.OwnsTeamLeads, Names: []string{"Nights"}},
	{Kind: iam.OwnsInvitations, Names: []string{"new@example.com"}},
	{Kind: iam.OwnsImports, Names: []string{"people.csv"}},
}

// The preview tells what goes and changes nothing. covers E-06
func TestPreviewDeletion(t *testing.T) {
	f := setup(t)
	e, free := f.estate(), f.User(tenanttest.Person{Type: iam.TypeAgent})
	out, err := f.s.PreviewDeletion(t.Context(), f.admin, []iam.UserID{e.owner.ID, free.ID, f.Admin.ID, "user_none"})
	if err != nil || len(out) != 4 {
		t.Fatalf("%+v, %v", out, err)
	}
	if diff := cmp.Diff(owned, out[0].Owns); diff != "" || out[0].Err != nil {
		t.Errorf("%v %s", out[0].Err, diff)
	}
	if len(out[1].Owns) != 0 || out[1].Err != nil {
		t.Errorf("%+v", out[1])
	}
	f.wantCode(out[2].Err, iam.CodeEscalation)
	f.wantCode(out[3].Err, iam.CodeNotFound)
	_, err = f.s.PreviewDeletion(t.Context(), f.CallerWith(iam.PermUsersRead), []iam.UserID{free.ID})
	f.wantCode(err, iam.CodeForbidden)
	_, err = f.s.Get(t.Context(), f.admin, e.owner.ID)
	f.wantCode(err, "")
}

// What somebody owned goes to the person chosen. covers E-06
func TestHandOver(t *testing.T) {
	f := setup(t)
	e, heir := f.estate(), f.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Hedy"})
	for what, to := range map[string]iam.UserID{
		"themselves": e.owner.ID, "nobody": "user_none",
		"suspended":      f.User(tenanttest.Person{Type: iam.TypeAgent, Suspended: true}).ID,
		"a service":      f.User(tenanttest.Person{Type: iam.TypeService}).ID,
		"out of the org": f.User(tenanttest.Person{Type: iam.TypeAgent, Org: f.Org("Away", "")}).ID,
		"another tenant": f.Other().Admin.ID,
	} {
		t.Log(what)
		tenanttest.Refused(t, f.s.Delete(t.Context(), f.admin, e.owner.ID, 0, to), iam.CodeInvalid, "/hand_over_to")
	}
	f.wantCode(f.s.Delete(t.Context(), f.admin, e.owner.ID, 0, heir.ID), "")
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Belongings(ctx, f.Tenant.ID, heir.ID, nil)
		if diff := cmp.Diff(owned[1:], got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	changes := f.Events("user.deleted")[0].Changes
	if !slices.ContainsFunc(changes, func(c iam.Change) bool { return c.Field == "handed_over_to" && c.After == string(heir.ID) }) {
		t.Errorf("%+v", changes)
	}
}

// Without an heir it ends. covers E-06
func TestBelongingsEnd(t *testing.T) {
	f := setup(t)
	e := f.estate()
	out, err := f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: users.ActionDelete, IDs: []iam.UserID{e.owner.ID}})
	if err != nil || len(out) != 1 || out[0].Err != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		key, err := tx.APIKey(ctx, f.Tenant.ID, e.key)
		if err != nil {
			return err
		}
		inv, err := tx.Invitation(ctx, f.Tenant.ID, e.inv)
		if err != nil {
			return err
		}
		imp, err := tx.Import(ctx, f.Tenant.ID, e.imp)
		if err != nil {
			return err
		}
		members, err := tx.TeamMembers(ctx, f.Tenant.ID, e.team)
		if key.RevokedAt.IsZero() || inv.State != iam.InvitationDeleted || inv.TokenHash != nil || imp.State != iam.ImportCancelled || len(members) != 0 {
			t.Errorf("key %+v, invitation %+v, import %+v, members %v", key, inv, imp, members)
		}
		return err
	})
}

// Of what somebody owns in an organization where they were before, nothing is
// told, handed over or ended by who sees only where they are now. covers E-06
func TestBelongingsElsewhere(t *testing.T) {
	f := setup(t)
	e, client := f.estate(), f.Org("Client", "")
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, e.owner.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Memberships, after.Teams = []iam.Membership{{Org: client}}, nil
		tx.AccessChanged(f.Tenant.ID)
		return tx.UpdateUser(ctx, f.Tenant.ID, before, &after)
	})
	admin := f.Caller(f.User(tenanttest.Person{
		Type: iam.TypeTenantAdmin, Org: client, Roles: []iam.RoleID{access.RoleAdmin},
	}))
	out, err := f.s.PreviewDeletion(t.Context(), admin, []iam.UserID{e.owner.ID})
	if err != nil || len(out) != 1 || out[0].Err != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if diff := cmp.Diff(owned[:1], out[0].Owns); diff != "" {
		t.Error(diff)
	}
	heir := f.User(tenanttest.Person{Type: iam.TypeAgent, Org: client})
	f.wantCode(f.s.Delete(t.Context(), admin, e.owner.ID, 0, heir.ID), "")
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		inv, err := tx.Invitation(ctx, f.Tenant.ID, e.inv)
		if err != nil {
			return err
		}
		key, err := tx.APIKey(ctx, f.Tenant.ID, e.key)
		if inv.State != iam.InvitationPending || inv.InvitedBy != e.owner.ID || !key.RevokedAt.IsZero() || key.CreatedBy != e.owner.ID {
			t.Errorf("invitation %+v, key %+v", inv, key)
		}
		return err
	})
}

// Where somebody belongs is told to who may delete them, as far as they see: of
// other clients not a word. covers E-06
func TestPreviewDeletionTellsWhere(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	below := f.Org("Below", client)
	both := f.User(tenanttest.Person{Type: iam.TypeMember, Org: below})
	f.Change(both.ID, func(u *iam.User) {
		u.Memberships = append(slices.Clone(u.Memberships), iam.Membership{Org: sister}, iam.Membership{Org: client})
	})
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
	other := f.Other()
	for who, tt := range map[string]struct {
		c    *access.Caller
		want []string
	}{
		"the agency": {f.admin, []string{"Below", "Client", "Sister"}}, "the client": {boss, []string{"Below", "Client"}},
		"another tenant": {other.Caller(other.Admin), []string{}},
	} {
		out, err := f.s.PreviewDeletion(t.Context(), tt.c, []iam.UserID{both.ID})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, o := range out[0].Orgs {
			got = append(got, o.Name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
}

// Logging in as somebody is not offered where a policy that binds them forbids it.
func TestPoliciesTakeLogInAsAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		f := setupIn(t, db)
		client, sister := f.Org("Client", ""), f.Org("Sister", "")
		theirs, free := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client}), f.User(tenanttest.Person{Type: iam.TypeMember, Org: sister})
		both := f.User(tenanttest.Person{Type: iam.TypeMember, Org: sister})
		f.Change(both.ID, func(u *iam.User) { u.Memberships = append(slices.Clone(u.Memberships), iam.Membership{Org: client}) })
		offered := func(want bool, people ...*iam.User) {
			t.Helper()
			for _, u := range people {
				v, err := f.s.Get(t.Context(), f.admin, u.ID)
				if err != nil || slices.Contains(v.Allowed, users.ActionLogInAs) != want {
					t.Errorf("%v, %v, want %t", v.Allowed, err, want)
				}
			}
		}
		offered(true, theirs, free, both)
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			tx.AccessChanged(f.Tenant.ID)
			return tx.SetPolicy(ctx, f.Tenant.ID, &iam.Policy{Org: client, Version: 1, Impersonation: &iam.Setting[bool]{Value: false}})
		})
		offered(false, theirs, both)
		offered(true, free)
	})
}
