// Package tenanttest gives tests of the use cases a tenant with people in it, in
// a real store, and callers that act as those people.
package tenanttest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// Kit is a tenant in a store of its own, or beside others in one store.
type Kit struct {
	storetest.DB

	Tenant *iam.Tenant
	Root   iam.OrgID
	Admin  *iam.User // of type tenant_admin, holding the role Admin
	// AccessChanged counts the transactions that made cached access stale.
	AccessChanged *atomic.Int64

	t     testing.TB
	count *atomic.Int64
}

// New makes a tenant with an administrator in an empty SQLite store.
func New(t testing.TB) *Kit {
	t.Helper()
	return In(t, storetest.SQLite(t))
}

// In makes a tenant with an administrator in an empty store.
func In(t testing.TB, db storetest.DB) *Kit {
	t.Helper()
	k := &Kit{DB: db, t: t, AccessChanged: new(atomic.Int64), count: new(atomic.Int64)}
	k.OnAccessChanged(func(iam.TenantID) { k.AccessChanged.Add(1) })
	k.addTenant()
	return k
}

// Each runs a test with a tenant of its own on every database that there is.
func Each(t *testing.T, test func(t *testing.T, k *Kit)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db storetest.DB) { test(t, In(t, db)) })
}

// Other makes another tenant in the same store, the twin of whom nothing may
// ever be seen.
func (k *Kit) Other() *Kit {
	k.t.Helper()
	other := *k
	other.addTenant()
	return &other
}

func (k *Kit) addTenant() {
	k.t.Helper()
	short := fmt.Sprintf("tenant-%d", k.count.Add(1))
	k.Tenant = &iam.Tenant{ID: iam.TenantID(k.NewID(iam.PrefixTenant)), ShortName: short, Name: "Acme", Color: "#336699", Status: iam.StatusActive}
	root := &iam.Organization{ID: iam.OrgID(k.NewID(iam.PrefixOrg)), ShortName: short, Name: "Acme", Status: iam.StatusActive}
	k.Root = root.ID
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertTenant(ctx, k.Tenant, root, access.SystemRoles())
	})
	k.Admin = k.User(Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true})
}

// Write runs fn in a transaction that must succeed.
func (k *Kit) Write(fn func(context.Context, iam.Tx) error) {
	k.t.Helper()
	if err := k.Store.Write(k.t.Context(), func(tx iam.Tx) error { return fn(k.t.Context(), tx) }); err != nil {
		k.t.Fatal(err)
	}
}

// Read runs fn in a snapshot that must succeed.
func (k *Kit) Read(fn func(context.Context, iam.Tx) error) {
	k.t.Helper()
	if err := k.Store.Read(k.t.Context(), func(tx iam.Tx) error { return fn(k.t.Context(), tx) }); err != nil {
		k.t.Fatal(err)
	}
}

// Person says who a new user is. The zero value of Org is the root.
type Person struct {
	Type        iam.UserType
	Name        string // the first name; "" for one that is made up
	Org         iam.OrgID
	Roles       []iam.RoleID
	Permissions []iam.Permission
	Descendants bool
	Suspended   bool
	Unproven    bool // nobody has shown that the address is theirs
}

// User adds a user.
func (k *Kit) User(p Person) *iam.User {
	k.t.Helper()
	n := k.count.Add(1)
	if p.Name == "" {
		p.Name = fmt.Sprintf("Person%d", n)
	}
	if p.Org == "" {
		p.Org = k.Root
	}
	email := fmt.Sprintf("person%d@example.com", n)
	u := &iam.User{
		ID: iam.UserID(k.NewID(iam.PrefixUser)), Type: p.Type, Status: iam.StatusActive, FirstName: p.Name, LastName: "Example",
		Email: email, EmailKey: email, Locale: "en",
		Memberships: []iam.Membership{{Org: p.Org, Roles: p.Roles, Permissions: p.Permissions, IncludesDescendants: p.Descendants}},
	}
	if !p.Unproven {
		u.EmailProvenAt = k.Clock.Now()
	}
	if p.Suspended {
		u.Status = iam.StatusSuspended
	}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, k.Tenant.ID, u) })
	return u
}

// Change writes a user as fn leaves it.
func (k *Kit) Change(id iam.UserID, fn func(*iam.User)) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, id)
		if err != nil {
			return err
		}
		after := *before
		fn(&after)
		tx.AccessChanged(k.Tenant.ID)
		return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
	})
}

// Org adds an organization below parent; "" is the root.
func (k *Kit) Org(name string, parent iam.OrgID) iam.OrgID {
	k.t.Helper()
	if parent == "" {
		parent = k.Root
	}
	o := &iam.Organization{
		ID: iam.OrgID(k.NewID(iam.PrefixOrg)), Parent: parent, Name: name, ShortName: fmt.Sprintf("org-%d", k.count.Add(1)), Status: iam.StatusActive,
	}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, k.Tenant.ID, o) })
	return o.ID
}

// Role adds a custom role.
func (k *Kit) Role(name string, permissions ...iam.Permission) *iam.Role {
	k.t.Helper()
	r := &iam.Role{
		ID: iam.RoleID(k.NewID(iam.PrefixRole)), Code: fmt.Sprintf("custom_%d", k.count.Add(1)), Name: name, Scope: iam.ScopeOrganization,
		Permissions: permissions,
	}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, k.Tenant.ID, r) })
	return r
}

// Caller is u, acting in the first organization it belongs to, with what the
// store says it may do there now, and a session that
// lasts.
func (k *Kit) Caller(u *iam.User) *access.Caller {
	k.t.Helper()
	c := &access.Caller{
		Tenant: k.Tenant.ID, User: u.ID, Name: u.FullName(), Type: u.Type, Org: u.Memberships[0].Org, Actor: iam.ActorUser,
		Session: iam.SessionID(k.NewID(iam.PrefixSession)), IP: "192.0.2.7", UserAgent: "Test/1", RequestID: "req",
	}
	c.InRoot = c.Org == k.Root
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertSession(ctx, &iam.Session{
			ID: c.Session, Tenant: c.Tenant, User: u.ID, Org: c.Org, TokenHash: []byte(c.Session), CreatedAt: tx.Now(),
			LastUsedAt: tx.Now().Add(-time.Hour), // nobody is online by it
			ExpiresAt:  tx.Now().AddDate(10, 0, 0),
		})
	})
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, k.Tenant.ID)
		if err != nil {
			return err
		}
		now, err := tx.User(ctx, k.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		subject := dir.Subject(now, c.Org)
		c.Effective, c.Dormant = subject.Effective(), subject.Dormant()
		return nil
	})
	return c
}

// CallerWith is a new agent in the root organization who has been granted the
// permissions, besides those of the type.
func (k *Kit) CallerWith(permissions ...iam.Permission) *access.Caller {
	k.t.Helper()
	return k.Caller(k.User(Person{Type: iam.TypeAgent, Permissions: permissions}))
}

// Events returns the events of an action, the newest first.
func (k *Kit) Events(action string) []*iam.Event {
	k.t.Helper()
	var out []*iam.Event
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.Events(ctx, k.Tenant.ID, iam.EventFilter{Action: action, Page: iam.Page{Limit: iam.MaxPageSize}})
		out = page.Items
		return err
	})
	return out
}

// Refused fails the test unless err has the code, and, when pointer is given,
// is about that field.
func Refused(t *testing.T, err error, code iam.Code, pointer string) {
	t.Helper()
	if got := iam.CodeOf(err); got != code {
		t.Fatalf("error is %q (%v), want %q", got, err, code)
	}
	if pointer == "" {
		return
	}
	for _, f := range FieldsOf(err) {
		if f.Pointer == pointer {
			return
		}
	}
	t.Fatalf("error is about %v, want %q", FieldsOf(err), pointer)
}
