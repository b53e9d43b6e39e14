package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// org adds an organization and returns it.
func (w *world) org(t *testing.T, p place, name string, parent iam.OrgID) *iam.Organization {
	t.Helper()
	o := &iam.Organization{ID: iam.OrgID(w.db.NewID(iam.PrefixOrg)), Parent: parent, ShortName: name, Name: name, Status: iam.StatusActive}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, p.tenant, o) })
	return o
}

// member adds somebody who belongs to the organizations, with the roles in the
// first of them.
func (w *world) member(t *testing.T, p place, name string, roles []iam.RoleID, orgs ...iam.OrgID) *iam.User {
	t.Helper()
	u := w.person(name)
	for _, org := range orgs {
		u.Memberships = append(u.Memberships, iam.Membership{Org: org})
	}
	u.Memberships[0].Roles = roles
	return w.add(t, p, u)
}

func testOrgSettings(t *testing.T, w *world) {
	o := &iam.Organization{
		ID: "org_set", Parent: w.a.root, ShortName: "set", Name: "Set", Status: iam.StatusActive,
		OrgSettings: iam.OrgSettings{Locale: "de", Timezone: "Europe/Berlin", Layout: iam.LayoutHorizontal, LogoKey: "large small", Features: []string{}},
	}
	read := func() *iam.Organization {
		var got *iam.Organization
		w.read(t, func(ctx context.Context, tx iam.Tx) (err error) { got, err = tx.Org(ctx, w.a.tenant, o.ID); return err })
		return got
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, w.a.tenant, o) })
	if diff := cmp.Diff(o, read()); diff != "" {
		t.Errorf("inserted (-want +got):\n%s", diff)
	}
	// No features at all and all that there are differ.
	for _, features := range [][]string{nil, {"knowledge", "channels"}} {
		o.Features, o.Parent, o.Layout, o.Locale = features, w.a.child, iam.LayoutVertical, ""
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateOrg(ctx, w.a.tenant, o) })
		if diff := cmp.Diff(o, read()); diff != "" {
			t.Errorf("updated (-want +got):\n%s", diff)
		}
	}
	moved := *o
	moved.Parent = w.b.root
	err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateOrg(ctx, w.a.tenant, &moved) })
	wantCode(t, "below another tenant's organization", err, iam.CodeInvalid, "/parent")
}

func testOrgTree(t *testing.T, w *world) {
	below := w.org(t, w.a, "below", w.a.child)
	orgAdmin := &iam.Role{ID: "role_org_admin", Code: "org_admin", Name: "Org Admin", Scope: iam.ScopeOrganization, System: true}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, w.a.tenant, orgAdmin) })
	boss := w.member(t, w.a, "Ann Boss", []iam.RoleID{orgAdmin.ID}, w.a.child)
	both := w.member(t, w.a, "Bo Both", nil, w.a.root, below.ID)
	deep := w.member(t, w.a, "Cy Deep", []iam.RoleID{roleAgent}, below.ID)
	w.member(t, w.a, "Di Root", nil, w.a.root)
	w.member(t, w.b, "Ed Other", nil, w.b.child)
	session := func(id iam.SessionID, u *iam.User, org iam.OrgID) {
		w.write(t, func(ctx context.Context, tx iam.Tx) error {
			return tx.InsertSession(ctx, &iam.Session{
				ID: id, Tenant: w.a.tenant, User: u.ID, Org: org, TokenHash: []byte(id), CreatedAt: Epoch, LastUsedAt: Epoch, ExpiresAt: Epoch.Add(time.Hour),
			})
		})
	}
	session("sess_1", both, w.a.root)
	session("sess_2", both, below.ID)
	session("sess_3", deep, below.ID)
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertAPIKey(ctx, &iam.APIKey{ID: "key_1", Tenant: w.a.tenant, User: deep.ID, Name: "K", SecretHash: []byte("k"), CreatedAt: Epoch})
	})
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.OrgDeletion(ctx, w.a.tenant, w.a.child)
		if diff := cmp.Diff(iam.OrgDeletion{Organizations: 1, Members: 3, Homeless: 2, Sessions: 1, APIKeys: 1}, got); err != nil || diff != "" {
			t.Errorf("OrgDeletion: %v\n%s", err, diff)
		}
		members, err := tx.OrgMembers(ctx, w.a.tenant)
		if diff := cmp.Diff(map[iam.OrgID]int64{w.a.root: 2, w.a.child: 1, below.ID: 2}, members); err != nil || diff != "" {
			t.Errorf("OrgMembers: %v\n%s", err, diff)
		}
		people, err := tx.MembersBelow(ctx, w.a.tenant, w.a.child, "", 2)
		if diff := cmp.Diff([]iam.UserID{boss.ID, both.ID}, people); err != nil || diff != "" {
			t.Errorf("MembersBelow: %v\n%s", err, diff)
		}
		people, err = tx.MembersBelow(ctx, w.a.tenant, w.a.child, both.ID, 2)
		if diff := cmp.Diff([]iam.UserID{deep.ID}, people); err != nil || diff != "" {
			t.Errorf("MembersBelow after: %v\n%s", err, diff)
		}
		for org, want := range map[iam.OrgID]bool{w.a.child: true, below.ID: false, w.a.root: false} {
			if got, err := tx.OtherOrgAdmins(ctx, w.a.tenant, org, deep.ID); err != nil || got != want {
				t.Errorf("OtherOrgAdmins of %s = %t, %v", org, got, err)
			}
		}
		if got, err := tx.OtherOrgAdmins(ctx, w.a.tenant, w.a.child, boss.ID); err != nil || got {
			t.Errorf("OtherOrgAdmins but the only one = %t, %v", got, err)
		}
		return nil
	})
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.LockTree(ctx, w.a.tenant) })
}

// testOrgTreeOtherTenant asks in the name of tenant b about the tree of a.
func testOrgTreeOtherTenant(t *testing.T, w *world) {
	u := w.member(t, w.a, "Ann Other", []iam.RoleID{roleAdmin}, w.a.child)
	session := &iam.Session{
		ID: "sess_1", Tenant: w.a.tenant, User: u.ID, Org: w.a.child, TokenHash: []byte("h"), CreatedAt: Epoch, LastUsedAt: Epoch, ExpiresAt: Epoch.Add(time.Hour),
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, session) })
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.OrgDeletion(ctx, w.b.tenant, w.a.child)
		wantCode(t, "OrgDeletion", err, iam.CodeNotFound)
		members, err := tx.OrgMembers(ctx, w.b.tenant)
		if err != nil || len(members) != 0 {
			t.Errorf("OrgMembers = %v, %v", members, err)
		}
		people, err := tx.MembersBelow(ctx, w.b.tenant, w.a.root, "", 9)
		if err != nil || len(people) != 0 {
			t.Errorf("MembersBelow = %v, %v", people, err)
		}
		some, err := tx.OtherOrgAdmins(ctx, w.b.tenant, w.a.child, "")
		if err != nil || some {
			t.Errorf("OtherOrgAdmins = %t, %v", some, err)
		}
		return nil
	})
	switchTo := func(tenant iam.TenantID, org iam.OrgID) (changed bool, err error) {
		err = w.tryWrite(t, func(ctx context.Context, tx iam.Tx) (err error) {
			changed, err = tx.SetSessionOrg(ctx, tenant, u.ID, session.ID, org)
			return err
		})
		return changed, err
	}
	_, err := switchTo(w.b.tenant, w.b.root)
	wantCode(t, "SetSessionOrg of another tenant's session", err, iam.CodeNotFound)
	_, err = switchTo(w.a.tenant, w.b.root)
	wantCode(t, "SetSessionOrg to another tenant's organization", err, iam.CodeNotFound)
	for _, want := range []bool{true, false} {
		if changed, err := switchTo(w.a.tenant, w.a.root); err != nil || changed != want {
			t.Errorf("SetSessionOrg = %t, %v; want %t", changed, err, want)
		}
	}
}

// testTabsOnlyBelow: with an organization go the tabs that were made there and
// those for nobody else, and the host names that somebody has begun to add.
func testTabsOnlyBelow(t *testing.T, f *sides) {
	child, sister, theirs := f.childOf(t, f.a), f.childOf(t, f.a), f.childOf(t, f.b)
	tab := func(s side, owner iam.OrgID, all bool, orgs ...iam.OrgID) *iam.Tab {
		v := &iam.Tab{ID: iam.TabID(f.id(iam.PrefixTab)), Owner: owner, Title: "Tab", Audience: iam.AudienceEverybody, AllOrgs: all}
		v.Mode = iam.TabFrame
		for _, o := range orgs {
			v.Orgs = append(v.Orgs, iam.TabOrg{Org: o})
		}
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertTab(ctx, s.tenant, v) })
		v.Orgs = nil // which the list leaves out
		return v
	}
	below := f.childOf(t, side{tenant: f.a.tenant, org: child})
	want := []*iam.Tab{tab(f.a, below, true), tab(f.a, f.a.org, false, child, below)}
	tab(f.a, f.a.org, true)
	tab(f.a, f.a.org, false)
	tab(f.a, f.a.org, false, child, sister)
	tab(f.b, f.b.org, false, theirs)
	proven, claim, expired := f.domainClaim(f.a, "a.example"), f.domainClaim(f.a, "b.example"), f.domainClaim(f.a, "c.example")
	proven.Org, claim.Org, expired.Org, expired.ExpiresAt = child, below, child, f.db.Clock.Now()
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := errors.Join(tx.InsertDomain(ctx, proven), tx.InsertDomain(ctx, claim), tx.InsertDomain(ctx, expired)); err != nil {
			return err
		}
		proven.VerifiedAt, proven.ExpiresAt = f.db.Clock.Now(), time.Time{}
		return tx.UpdateDomain(ctx, proven)
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.TabsOnlyBelow(ctx, f.a.tenant, child)
		same(t, "tabs", got, want)
		none, err2 := tx.TabsOnlyBelow(ctx, f.b.tenant, child)
		same(t, "tabs in the name of another tenant", none, []*iam.Tab(nil))
		d, err3 := tx.OrgDeletion(ctx, f.a.tenant, child)
		same(t, "what goes", d, iam.OrgDeletion{Organizations: 1, Tabs: 2, Domains: 1, Claims: 1})
		return errors.Join(err, err2, err3)
	})
}
