package users_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// Nobody grants what they don't hold, or acts on who may do more. covers D-06
func TestEscalation(t *testing.T) {
	f := setup(t)
	weak := f.CallerWith(iam.PermUsersRead, iam.PermUsersCreate, iam.PermUsersUpdate, iam.PermUsersSuspend, iam.PermUsersDelete,
		iam.PermUsersResetPassword, iam.PermRolesAssign)
	agent := f.User(tenanttest.Person{Type: iam.TypeAgent})
	f.fresh()
	ctx := t.Context()

	_, err := f.create(weak, users.Create{Type: iam.TypeAgent, Roles: []string{"agent"}})
	f.wantCode(err, "")
	_, err = f.create(weak, users.Create{Type: iam.TypeTenantAdmin})
	f.wantCode(err, iam.CodeEscalation)
	_, err = f.create(weak, users.Create{Type: iam.TypeAgent, Roles: []string{"admin"}})
	f.wantCode(err, iam.CodeEscalation)
	_, err = f.create(weak, users.Create{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermAuditRead}})
	f.wantCode(err, iam.CodeEscalation)
	_, err = f.s.Update(ctx, weak, agent.ID, users.Patch{Version: agent.Version, Roles: &[]string{"manager"}})
	f.wantCode(err, iam.CodeEscalation)

	for name, act := range map[string]func(iam.UserID) error{
		"edit": func(id iam.UserID) error {
			return second(f.s.Update(ctx, weak, id, users.Patch{Version: 1, Nickname: new("x")}))
		},
		"suspend": func(id iam.UserID) error { return second(f.s.SetStatus(ctx, weak, id, iam.StatusSuspended)) },
		"reset": func(id iam.UserID) error {
			return second(f.s.ResetPassword(ctx, weak, id, false))
		},
		"photo":  func(id iam.UserID) error { return second(f.s.SetPhoto(ctx, weak, id, picture(t))) },
		"delete": func(id iam.UserID) error { return f.s.Delete(ctx, weak, id, 0, "") },
	} {
		if err := act(f.Admin.ID); iam.CodeOf(err) != iam.CodeEscalation {
			t.Errorf("%s of an administrator: %v", name, err)
		}
		none := f.CallerWith(iam.PermUsersRead)
		none.Effective &^= access.SetOf(iam.PermUsersUpdate)
		weakBefore := *weak
		*weak = *none
		if err := act(agent.ID); iam.CodeOf(err) != iam.CodeForbidden {
			t.Errorf("%s without the permission: %v", name, err)
		}
		*weak = weakBefore
	}
	// One's own access is somebody else's business.
	self := f.Admin
	f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true})
	f.fresh()
	v, err := f.s.Get(ctx, f.admin, self.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.s.Update(ctx, f.admin, self.ID, users.Patch{Version: v.Version, Roles: &[]string{}})
	f.wantCode(err, iam.CodeEscalation)
	_, err = f.s.SetStatus(ctx, f.admin, self.ID, iam.StatusSuspended)
	f.wantCode(err, iam.CodeEscalation)
	f.wantCode(f.s.Delete(ctx, f.admin, self.ID, 0, ""), iam.CodeEscalation)
	_, err = f.s.Update(ctx, f.admin, self.ID, users.Patch{Version: v.Version, Nickname: new("Boss")})
	f.wantCode(err, "")
}

// Permissions of roles without the right to assign are not handed out.
func TestAssignNeedsPermission(t *testing.T) {
	f := setup(t)
	c := f.CallerWith(iam.PermUsersRead, iam.PermUsersCreate, iam.PermUsersUpdate)
	_, err := f.create(c, users.Create{Type: iam.TypeAgent})
	f.wantCode(err, "")
	_, err = f.create(c, users.Create{Type: iam.TypeAgent, Roles: []string{"agent"}})
	f.wantCode(err, iam.CodeForbidden)
}

// wantReason fails the test unless the refusal gives the reason.
func wantReason(t *testing.T, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[*iam.Error](err); !ok || e.Reason != want {
		t.Errorf("refused with %v, want the reason %q", err, want)
	}
}

// An active administrator always remains. covers E-09
func TestLastAdmin(t *testing.T) {
	f := setup(t)
	op := access.Operator(f.Tenant.ID, f.Root)
	_, err := f.s.SetStatus(t.Context(), op, f.Admin.ID, iam.StatusSuspended)
	f.wantCode(err, iam.CodeLastAdmin)
	wantReason(t, err, "last_tenant_admin")
	f.wantCode(f.s.Delete(t.Context(), op, f.Admin.ID, 0, ""), iam.CodeLastAdmin)
	v, _ := f.s.Get(t.Context(), op, f.Admin.ID)
	_, err = f.s.Update(t.Context(), op, f.Admin.ID, users.Patch{Version: v.Version, Roles: &[]string{"viewer"}})
	f.wantCode(err, iam.CodeLastAdmin)
	wantReason(t, err, "last_role_admin")

	second := f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true})
	f.fresh()
	// Each suspends the other at the same instant.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	a, b := f.Caller(f.Admin), f.Caller(second)
	wg.Go(func() { _, errs[0] = f.s.SetStatus(context.Background(), a, second.ID, iam.StatusSuspended) })
	wg.Go(func() { _, errs[1] = f.s.SetStatus(context.Background(), b, f.Admin.ID, iam.StatusSuspended) })
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("one must win and one be refused: %v, %v", errs[0], errs[1])
	}
}

// Every operation, called from another tenant, finds nobody and changes nothing.
func TestOtherTenant(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	other := f.Other()
	f.cache.Invalidate(other.Tenant.ID)
	c := other.Caller(other.Admin)
	ctx := t.Context()
	for name, err := range map[string]error{
		"get":    second(f.s.Get(ctx, c, u.ID)),
		"update": second(f.s.Update(ctx, c, u.ID, users.Patch{Version: u.Version, FirstName: new("x")})),
		"status": second(f.s.SetStatus(ctx, c, u.ID, iam.StatusSuspended)),
		"photo":  second(f.s.RemovePhoto(ctx, c, u.ID)),
		"delete": f.s.Delete(ctx, c, u.ID, 0, ""),
	} {
		if iam.CodeOf(err) != iam.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	page, err := f.s.List(ctx, c, iam.UserFilter{Search: "Anna"}, "")
	if err != nil || len(page.Items) != 0 {
		t.Errorf("%v %+v", err, page)
	}
	if _, err := f.s.Create(ctx, c, users.Create{FirstName: "A", LastName: "B", Email: u.Email, Type: iam.TypeAgent}); err != nil {
		t.Errorf("an address is unique within a tenant only: %v", err)
	}
	if now, err := f.s.Get(ctx, f.admin, u.ID); err != nil || now.Version != u.Version {
		t.Errorf("%v %+v", err, now)
	}
}

// Who acts in a client organization sees its people and nobody else's.
func TestScope(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	boss := f.User(tenanttest.Person{Type: iam.TypeAgent, Org: client, Permissions: access.All.Permissions()})
	own := f.User(tenanttest.Person{Type: iam.TypeAgent, Org: client})
	foreign := f.User(tenanttest.Person{Type: iam.TypeAgent, Org: sister})
	f.fresh()
	c := f.Caller(boss)
	page, err := f.s.List(t.Context(), c, iam.UserFilter{}, "")
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("%v, %d people", err, len(page.Items))
	}
	if st, err := f.s.Stats(t.Context(), c); err != nil || st.Total != 2 {
		t.Errorf("%+v %v", st, err)
	}
	_, err = f.s.Get(t.Context(), c, own.ID)
	f.wantCode(err, "")
	for _, id := range []iam.UserID{foreign.ID, f.Admin.ID} {
		_, err = f.s.Get(t.Context(), c, id)
		f.wantCode(err, iam.CodeNotFound)
		_, err = f.s.SetStatus(t.Context(), c, id, iam.StatusSuspended)
		f.wantCode(err, iam.CodeNotFound)
	}
	_, err = f.create(c, users.Create{Type: iam.TypeAgent, Org: sister})
	f.wantCode(err, iam.CodeInvalid)
	out, err := f.create(c, users.Create{Type: iam.TypeAgent})
	if err != nil || out.User.Memberships[0].Org != client {
		t.Errorf("%v %+v", err, out)
	}
}

// keyOf is a program with a key of u's that holds some permissions of theirs.
func keyOf(f *fixture, u *iam.User, permissions ...iam.Permission) *access.Caller {
	c := f.Caller(u)
	may := access.SetOf(permissions...)
	c.Actor, c.APIKey, c.Session = iam.ActorAPIKey, iam.APIKeyID(f.NewID(iam.PrefixAPIKey)), ""
	c.Effective, c.Dormant = c.Effective&may, c.Dormant&may
	return c
}

// Whoever has no more than a session or a key of somebody can't have their new
// password sent to another address.
func TestNobodyMovesTheirOwnMail(t *testing.T) {
	f := setup(t)
	all := keyOf(f, f.Admin, access.All.Permissions()...)
	for name, c := range map[string]*access.Caller{"session": f.admin, "key that holds all": all, "limited key": keyOf(f, f.Admin, iam.PermUsersUpdate)} {
		_, err := f.s.Update(t.Context(), c, f.Admin.ID, users.Patch{Version: f.Admin.Version, Email: new("thief@example.com")})
		tenanttest.Refused(t, err, iam.CodeEscalation, "/email")
		if v, err := f.s.Get(t.Context(), f.admin, f.Admin.ID); err != nil || v.Email != f.Admin.Email {
			t.Fatalf("by a %s: the e-mail is %s, %v", name, v.Email, err)
		}
	}
	// Forms send what is there already.
	_, err := f.s.Update(t.Context(), f.admin, f.Admin.ID, users.Patch{Version: f.Admin.Version, Email: new(f.Admin.Email), Nickname: new("Boss")})
	f.wantCode(err, "")
}

// A key acts on its owner as on anybody else: not while they hold more than it
// does.
func TestKeyActsOnItsOwner(t *testing.T) {
	f := setup(t)
	limited := keyOf(f, f.Admin, iam.PermUsersRead, iam.PermUsersUpdate, iam.PermUsersSuspend, iam.PermUsersResetPassword, iam.PermUsersDelete, iam.PermRolesAssign)
	ctx, id := t.Context(), f.Admin.ID
	for name, act := range map[string]func() error{
		"phone": func() error {
			return second(f.s.Update(ctx, limited, id, users.Patch{Version: 1, Phone: new("+1 555 0100")}))
		},
		"roles":    func() error { return second(f.s.Update(ctx, limited, id, users.Patch{Version: 1, Roles: &[]string{}})) },
		"photo":    func() error { return second(f.s.SetPhoto(ctx, limited, id, picture(t))) },
		"alias":    func() error { return second(f.s.SetAlias(ctx, limited, id, f.Root, "Anna", 1)) },
		"suspend":  func() error { return second(f.s.SetStatus(ctx, limited, id, iam.StatusSuspended)) },
		"password": func() error { return second(f.s.ResetPassword(ctx, limited, id, true)) },
		"delete":   func() error { return f.s.Delete(ctx, limited, id, 0, "") },
	} {
		if err := act(); iam.CodeOf(err) != iam.CodeEscalation {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := f.s.Get(ctx, limited, id)
	if err != nil || len(v.Allowed) > 0 {
		t.Errorf("it may %v, %v", v.Allowed, err)
	}
	// One that holds all that its owner does is no danger to them.
	_, err = f.s.Update(ctx, keyOf(f, f.Admin, access.All.Permissions()...), id, users.Patch{Version: 1, Phone: new("+1 555 0100")})
	f.wantCode(err, "")
}
