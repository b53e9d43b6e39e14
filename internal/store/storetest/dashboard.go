package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func testTabs(t *testing.T, f *sides) {
	ctx := t.Context()
	tab := &iam.Tab{
		ID: iam.TabID(f.id(iam.PrefixTab)), Owner: f.a.org, Title: "Orders", Icon: "cart", Audience: iam.AudienceChosen,
		TabPage: iam.TabPage{URL: "https://a.example/", Mode: iam.TabFrame, Identify: true},
		People:  []iam.UserID{f.a.user, f.a.other}, Orgs: []iam.TabOrg{{Org: f.a.org, Descendants: true}}, Position: 2,
	}
	first := &iam.Tab{
		ID: iam.TabID(f.id(iam.PrefixTab)), Owner: f.a.org, Title: "First", Icon: "app", Audience: iam.AudienceEverybody, AllOrgs: true,
		TabPage: iam.TabPage{URL: "https://b.example/", Mode: iam.TabWindow}, Position: 1,
	}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertTab(ctx, f.a.tenant, tab); err != nil {
			return err
		}
		return tx.InsertTab(ctx, f.a.tenant, first)
	})
	f.read(t, func(_ context.Context, tx iam.Tx) error {
		all, err := tx.Tabs(ctx, f.a.tenant)
		same(t, "tabs", all, []*iam.Tab{first, tab})
		none, err2 := tx.Tabs(ctx, f.b.tenant)
		same(t, "tabs of the other", none, []*iam.Tab{})
		_, err3 := tx.Tab(ctx, f.b.tenant, tab.ID)
		answers(t, err3, iam.CodeNotFound)
		answers(t, err2, "")
		return err
	})
	// Nothing of another tenant can be referred to.
	for _, change := range []func(*iam.Tab){
		func(v *iam.Tab) { v.Owner = f.b.org },
		func(v *iam.Tab) { v.Orgs = []iam.TabOrg{{Org: f.b.org}} },
		func(v *iam.Tab) { v.People = []iam.UserID{f.b.user} },
	} {
		v := *tab
		v.ID = iam.TabID(f.id(iam.PrefixTab))
		change(&v)
		answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertTab(ctx, f.a.tenant, &v) }), iam.CodeNotFound)
	}
	testTabChanges(t, f, tab, first)
}

func testTabChanges(t *testing.T, f *sides, tab, first *iam.Tab) {
	t.Helper()
	stale := *tab
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		tab.Title, tab.People, tab.Orgs = "Returns", []iam.UserID{f.a.user}, nil
		return tx.UpdateTab(ctx, f.a.tenant, tab)
	})
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateTab(ctx, f.a.tenant, &stale) }), iam.CodePreconditionFailed)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateTab(ctx, f.b.tenant, tab) }), iam.CodeNotFound)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.MoveTab(ctx, f.b.tenant, tab.ID, 0) }), iam.CodeNotFound)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteTab(ctx, f.b.tenant, tab.ID) }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.MoveTab(ctx, f.a.tenant, tab.ID, 0); err != nil {
			return err
		}
		return tx.DeleteTab(ctx, f.a.tenant, first.ID)
	})
	// A person who goes is not chosen any more.
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, f.a.tenant, f.a.user)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, f.a.tenant, u, "test")
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Tab(ctx, f.a.tenant, tab.ID)
		if err == nil && (got.Title != "Returns" || got.Position != 0 || len(got.People) != 0 || len(got.Orgs) != 0 || got.Version != 2) {
			t.Errorf("tab = %+v", got)
		}
		return err
	})
}

func testTabApps(t *testing.T, f *sides) {
	app := &iam.TabApp{Org: f.a.org, Tab: "analytics", TabPage: iam.TabPage{URL: "https://a.example/", Mode: iam.TabFrame, Identify: true}, Own: true}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.SetTabApp(ctx, f.a.tenant, app); err != nil {
			return err
		}
		app.URL = "https://b.example/"
		return tx.SetTabApp(ctx, f.a.tenant, app)
	})
	refuses := func(side side, version int64, want iam.Code) {
		other := *app
		other.URL, other.Version = "https://other.example/", version
		answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetTabApp(ctx, side.tenant, &other) }), want)
	}
	refuses(f.b, 0, iam.CodeNotFound)
	refuses(f.a, 0, iam.CodePreconditionFailed)
	refuses(f.a, 1, iam.CodePreconditionFailed)
	check := func() {
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.TabApps(ctx, f.a.tenant)
			same(t, "apps", got, []*iam.TabApp{app})
			none, _ := tx.TabApps(ctx, f.b.tenant)
			same(t, "apps of the other", none, []*iam.TabApp{})
			return err
		})
	}
	check()
	app.Own = false
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetTabApp(ctx, f.a.tenant, app) })
	if check(); app.Version != 3 {
		t.Errorf("version %d", app.Version)
	}
}

func testAnnouncements(t *testing.T, f *sides) {
	var all []*iam.Announcement
	for i := range 3 {
		a := &iam.Announcement{
			ID: iam.AnnouncementID(f.id(iam.PrefixAnnouncement)), Org: f.a.org, Title: "News", Body: "Text", AuthorID: f.a.user, Author: "Ada",
			PublishedAt: f.db.Clock.Now().Add(time.Duration(i) * time.Minute),
		}
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAnnouncement(ctx, f.a.tenant, a) })
		all = append([]*iam.Announcement{a}, all...)
	}
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Announcements(ctx, f.a.tenant, []iam.OrgID{f.a.org}, 2)
		same(t, "announcements", got, all[:2])
		none, _ := tx.Announcements(ctx, f.b.tenant, []iam.OrgID{f.a.org}, 2)
		same(t, "announcements of the other", none, []*iam.Announcement{})
		for below, want := range map[iam.OrgID][]*iam.Announcement{"": all[:2], f.a.org: all[:2], f.b.org: nil} {
			page, err := tx.AnnouncementsBelow(ctx, f.a.tenant, below, iam.Page{Limit: 2})
			answers(t, err, "")
			same(t, "page below "+string(below), page.Items, want)
		}
		page, _ := tx.AnnouncementsBelow(ctx, f.b.tenant, "", iam.Page{})
		same(t, "page of the other", page.Items, []*iam.Announcement(nil))
		_, err2 := tx.Announcement(ctx, f.b.tenant, all[0].ID)
		answers(t, err2, iam.CodeNotFound)
		return err
	})
	stale := *all[0]
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		all[0].Title = "Newer"
		return tx.UpdateAnnouncement(ctx, f.a.tenant, all[0])
	})
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateAnnouncement(ctx, f.a.tenant, &stale) }), iam.CodePreconditionFailed)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateAnnouncement(ctx, f.b.tenant, all[0]) }), iam.CodeNotFound)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteAnnouncement(ctx, f.b.tenant, all[0].ID) }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteAnnouncement(ctx, f.a.tenant, all[0].ID) })
}

func testBrands(t *testing.T, f *sides) {
	b := &iam.Brand{Org: f.a.org, Name: "Acme", Color: "#112233", LogoKey: "k", SupportEmail: "a@b.example", SupportURL: "https://b.example", PoweredBy: iam.PoweredByHide}
	again := *b
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.SaveBrand(ctx, f.a.tenant, b) })
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.SaveBrand(ctx, f.a.tenant, &again) }), iam.CodePreconditionFailed)
	foreign := *b
	foreign.Version = 0
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.SaveBrand(ctx, f.b.tenant, &foreign) }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		b.Name = "Acme Care"
		return tx.SaveBrand(ctx, f.a.tenant, b)
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Brands(ctx, f.a.tenant)
		same(t, "brands", got, []*iam.Brand{b})
		none, _ := tx.Brands(ctx, f.b.tenant)
		same(t, "brands of the other", none, []*iam.Brand{})
		return err
	})
}

// domainClaim is a domain that is not verified yet.
func (f *sides) domainClaim(p side, host string) *iam.Domain {
	return &iam.Domain{
		ID: iam.DomainID(f.id(iam.PrefixDomain)), Tenant: p.tenant, Org: p.org, Host: host, Token: "token", CreatedBy: p.user, CreatedName: "Ada",
		ExpiresAt: f.db.Clock.Now().Add(time.Hour),
	}
}

// hostIs wants a host to be a tenant's, or nobody's when that is "".
func (f *sides) hostIs(t *testing.T, host string, want iam.TenantID) {
	t.Helper()
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		for _, find := range []func() (*iam.Tenant, error){
			func() (*iam.Tenant, error) { return tx.TenantByHost(ctx, host) },
			func() (*iam.Tenant, error) { return tx.FindTenant(ctx, host, "") },
		} {
			found, err := find()
			if want == "" {
				answers(t, err, iam.CodeNotFound)
			} else if err != nil || found.ID != want {
				t.Errorf("%s is %v, %v", host, found, err)
			}
		}
		return nil
	})
}

func testDomains(t *testing.T, f *sides) {
	const host = "help.acme.example"
	mine, theirs := f.domainClaim(f.a, host), f.domainClaim(f.b, host)
	// Two may claim the same; one twice may not.
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertDomain(ctx, mine); err != nil {
			return err
		}
		return tx.InsertDomain(ctx, theirs)
	})
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertDomain(ctx, f.domainClaim(f.a, host)) }), iam.CodeConflict)
	foreign := f.domainClaim(f.a, "other.example")
	foreign.Org = f.b.org
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertDomain(ctx, foreign) }), iam.CodeNotFound)
	byHost := func(want iam.TenantID) { f.hostIs(t, host, want) }
	byHost("")
	verify := func(d *iam.Domain) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			d.VerifiedAt, d.CheckedAt, d.ExpiresAt = tx.Now(), tx.Now(), time.Time{}
			return tx.UpdateDomain(ctx, d)
		})
	}
	answers(t, verify(mine), "")
	byHost(f.a.tenant)
	answers(t, verify(theirs), iam.CodeConflict)
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.VerifiedDomains(ctx)
		same(t, "verified", got, []*iam.Domain{mine})
		due, _ := tx.DomainsToCheck(ctx, tx.Now(), 10)
		same(t, "due", due, []*iam.Domain{})
		due, _ = tx.DomainsToCheck(ctx, tx.Now().Add(time.Second), 10)
		same(t, "due", due, []*iam.Domain{mine})
		_, err2 := tx.Domain(ctx, f.b.tenant, mine.ID)
		answers(t, err2, iam.CodeNotFound)
		return err
	})
	// A claim that has expired is gone, and makes room.
	f.db.Clock.Advance(2 * time.Hour)
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Domains(ctx, f.b.tenant)
		same(t, "domains of the other", got, []*iam.Domain{})
		return err
	})
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertDomain(ctx, f.domainClaim(f.b, host)) })
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteDomain(ctx, f.b.tenant, mine.ID) }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteDomain(ctx, f.a.tenant, mine.ID) })
	byHost("")
}

// The claims to a host are those of all tenants that are neither verified nor
// expired.
func testClaimsTo(t *testing.T, f *sides) {
	mine, theirs, other := f.domainClaim(f.a, "help.example"), f.domainClaim(f.b, "help.example"), f.domainClaim(f.a, "other.example")
	theirs.ExpiresAt = theirs.ExpiresAt.Add(time.Hour)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return errors.Join(tx.InsertDomain(ctx, mine), tx.InsertDomain(ctx, theirs), tx.InsertDomain(ctx, other))
	})
	claims := func(want ...*iam.Domain) {
		t.Helper()
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.ClaimsTo(ctx, "help.example")
			same(t, "claims", got, want)
			return err
		})
	}
	claims(mine, theirs)
	f.db.Clock.Advance(90 * time.Minute)
	claims(theirs)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		theirs.VerifiedAt, theirs.ExpiresAt = tx.Now(), time.Time{}
		return tx.UpdateDomain(ctx, theirs)
	})
	claims()
}

// A sister organization learns of a claim when it proves that the domain is its
// own, not before.
func testSisterClaims(t *testing.T, f *sides) {
	mine, sister := f.domainClaim(f.a, "help.example"), f.domainClaim(f.a, "help.example")
	sister.Org = iam.OrgID(f.id(iam.PrefixOrg))
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		o := &iam.Organization{ID: sister.Org, Parent: f.a.org, ShortName: "sister", Name: "Sister", Status: iam.StatusActive}
		return errors.Join(tx.InsertOrg(ctx, f.a.tenant, o), tx.InsertDomain(ctx, mine), tx.InsertDomain(ctx, sister))
	})
	verify := func(d *iam.Domain) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			d.VerifiedAt, d.ExpiresAt = tx.Now(), time.Time{}
			return tx.UpdateDomain(ctx, d)
		})
	}
	answers(t, verify(mine), "")
	answers(t, verify(sister), iam.CodeConflict)
}

// Of two tenants who prove one domain at the same time, one gets it.
func testDomainRace(t *testing.T, f *sides) {
	claims := []*iam.Domain{f.domainClaim(f.a, "one.example"), f.domainClaim(f.b, "one.example")}
	for _, d := range claims {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertDomain(ctx, d) })
	}
	errs := together(2, func(i int) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			d := *claims[i]
			d.VerifiedAt, d.ExpiresAt = tx.Now(), time.Time{}
			return tx.UpdateDomain(ctx, &d)
		})
	})
	if countOf(errs, "") != 1 || countOf(errs, iam.CodeConflict) != 1 {
		t.Errorf("answers = %v", errs)
	}
}

func testSigningKeys(t *testing.T, f *sides) {
	now := f.db.Clock.Now()
	later := &iam.SigningKey{ID: "b", Algorithm: "ES256", Public: []byte("p"), Private: []byte("s"), ActiveAt: now.Add(time.Hour)}
	first := &iam.SigningKey{ID: "a", Algorithm: "ES256", Public: []byte("p"), Private: []byte("s"), ActiveAt: now}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertSigningKey(ctx, f.a.tenant, later); err != nil {
			return err
		}
		return tx.InsertSigningKey(ctx, f.a.tenant, first)
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.SigningKeys(ctx, f.a.tenant)
		same(t, "keys", got, []*iam.SigningKey{first, later})
		none, _ := tx.SigningKeys(ctx, f.b.tenant)
		same(t, "keys of the other", none, []*iam.SigningKey{})
		tenants, _ := tx.SigningTenants(ctx)
		same(t, "tenants", tenants, []iam.TenantID{f.a.tenant})
		return err
	})
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteSigningKey(ctx, f.b.tenant, "a") }), iam.CodeNotFound)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.AttestSigningKey(ctx, f.b.tenant, "a") }), iam.CodeNotFound)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.RetireSigningKey(ctx, f.b.tenant, "a") }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.AttestSigningKey(ctx, f.a.tenant, "a"); err != nil {
			return err
		}
		return tx.RetireSigningKey(ctx, f.a.tenant, "a")
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.SigningKeys(ctx, f.a.tenant)
		if len(got) != 2 || len(got[0].Private) != 0 || got[0].AttestedAt.IsZero() || len(got[1].Private) == 0 || !got[1].AttestedAt.IsZero() {
			t.Errorf("a retired key and another: %+v", got)
		}
		return err
	})
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteSigningKey(ctx, f.a.tenant, "a") })
}
