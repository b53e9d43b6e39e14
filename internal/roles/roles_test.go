package roles

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *Service { return New(Deps{Store: k.DB, IDs: k.IDs}) }

func create(t *testing.T, s *Service, c *access.Caller, name string, permissions ...iam.Permission) *View {
	t.Helper()
	v, err := s.Create(t.Context(), c, Create{Name: name, Permissions: permissions})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// covers E-09
func TestCreate(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v, err := s.Create(t.Context(), admin, Create{
		Name: "  Nächt shift & Co ", Description: "Nights", Scope: iam.ScopeTeam,
		Permissions: []iam.Permission{iam.PermReportsRead, iam.PermUsersRead, iam.PermUsersRead},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), admin, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := &iam.Role{
		ID: v.ID, Code: "nacht_shift_co", Name: "Nächt shift & Co", Description: "Nights", Scope: iam.ScopeTeam,
		Permissions: []iam.Permission{iam.PermUsersRead, iam.PermReportsRead}, // in catalogue order, each once
		CreatedAt:   k.Clock.Now(), UpdatedAt: k.Clock.Now(), Version: 1,
	}
	if diff := cmp.Diff(&View{Role: want, Assignable: true, Editable: true}, got); diff != "" {
		t.Errorf("role (-want +got):\n%s", diff)
	}
	events := k.Events("role.created")
	if len(events) != 1 || events[0].ActorID != string(k.Admin.ID) || events[0].TargetID != string(v.ID) || events[0].TargetName != v.Name {
		t.Errorf("events = %+v", events)
	}
	if k.AccessChanged.Load() == 0 {
		t.Error("cached access was not made stale")
	}
}

// covers E-09
func TestCodesAreMadeFromNames(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	for _, test := range []struct{ name, want string }{
		{"Support", "support"},
		{"Support!", "support_2"},
		{"Süpport?", "support_3"},
		{"夜勤", "custom"},
		{"夜勤 ☾", "custom_2"},
		{"Role admin", "admin_2"}, // no code looks like the id of a role
		{"role_ role_ X", "x"},
		{strings.Repeat("w", 80), strings.Repeat("w", 64)},
		{strings.Repeat("w", 79), strings.Repeat("w", 62) + "_2"},
	} {
		if v := create(t, s, admin, test.name, iam.PermUsersRead); v.Code != test.want {
			t.Errorf("code of %q is %q, want %q", test.name, v.Code, test.want)
		}
	}
}

// covers E-09
func TestCreateRefuses(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	create(t, s, admin, "Taken", iam.PermUsersRead)
	one := []iam.Permission{iam.PermUsersRead}
	for name, test := range map[string]struct {
		in      Create
		code    iam.Code
		pointer string
	}{
		"no name":            {Create{Permissions: one}, iam.CodeInvalid, "/name"},
		"invisible name":     {Create{Name: "\u200b\u00a0", Permissions: one}, iam.CodeInvalid, "/name"},
		"long name":          {Create{Name: strings.Repeat("é", 81), Permissions: one}, iam.CodeInvalid, "/name"},
		"NUL":                {Create{Name: "a\x00b", Permissions: one}, iam.CodeInvalid, "/name"},
		"turned":             {Create{Name: "a\u202eb", Permissions: one}, iam.CodeInvalid, "/name"},
		"same name":          {Create{Name: "tAKEN", Permissions: one}, iam.CodeConflict, "/name"},
		"name of a built-in": {Create{Name: "admin", Permissions: one}, iam.CodeConflict, "/name"},
		"same code":          {Create{Name: "Other", Code: "taken", Permissions: one}, iam.CodeConflict, "/code"},
		"odd code":           {Create{Name: "Other", Code: "Ta ken", Permissions: one}, iam.CodeInvalid, "/code"},
		"code like an id":    {Create{Name: "Other", Code: "role_admin", Permissions: one}, iam.CodeInvalid, "/code"},
		"long code":          {Create{Name: "Other", Code: strings.Repeat("a", 65), Permissions: one}, iam.CodeInvalid, "/code"},
		"no permissions":     {Create{Name: "Other"}, iam.CodeInvalid, "/permissions"},
		"unknown permission": {Create{Name: "Other", Permissions: []iam.Permission{iam.PermUsersRead, "users.fly"}}, iam.CodeInvalid, "/permissions/1"},
		"unknown scope":      {Create{Name: "Other", Scope: "galaxy", Permissions: one}, iam.CodeInvalid, "/scope"},
		"copy of nothing":    {Create{Name: "Other", CopyFrom: "role_nothing"}, iam.CodeInvalid, "/copy_from"},
		"long description":   {Create{Name: "Other", Description: strings.Repeat("x", 501), Permissions: one}, iam.CodeInvalid, "/description"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Create(t.Context(), admin, test.in)
			tenanttest.Refused(t, err, test.code, test.pointer)
		})
	}
	if n := len(k.Events("role.created")); n != 1 {
		t.Errorf("%d events, want that of the one role", n)
	}
}

// covers E-09
func TestCopyFrom(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v, err := s.Create(t.Context(), admin, Create{Name: "Copy", CopyFrom: "role_agent"})
	if err != nil {
		t.Fatal(err)
	}
	if set(v.Role) != access.Baseline(iam.TypeAgent) {
		t.Errorf("copied %v", v.Permissions)
	}
	v, err = s.Create(t.Context(), admin, Create{Name: "Not a copy", CopyFrom: "role_agent", Permissions: []iam.Permission{iam.PermBotsRead}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]iam.Permission{iam.PermBotsRead}, v.Permissions); diff != "" {
		t.Error(diff)
	}
	_, err = s.Create(t.Context(), k.CallerWith(iam.PermRolesManage), Create{Name: "All", CopyFrom: "role_admin"})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	for _, code := range []string{"agent", "not_a_copy"} {
		if v, err = s.Create(t.Context(), admin, Create{Name: "By " + code, CopyFrom: code}); err != nil || len(v.Permissions) == 0 {
			t.Errorf("by the code %s: %+v, %v", code, v, err)
		}
	}
}

// covers E-09, D-06
func TestEscalation(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	ctx := t.Context()
	manager := k.CallerWith(iam.PermRolesRead, iam.PermRolesManage, iam.PermBotsRead)
	reader := k.CallerWith(iam.PermRolesRead)
	org := k.Org("Client", "")
	below := k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Roles: []iam.RoleID{access.RoleAdmin}}))
	small := k.Role("Small", iam.PermBotsRead)
	big := k.Role("Big", iam.PermBotsRead, iam.PermUsersDelete)
	perms := func(ps ...iam.Permission) *[]iam.Permission { return &ps }
	update := func(c *access.Caller, r *iam.Role, in Update) error {
		in.Version = 1
		_, err := s.Update(ctx, c, r.ID, in)
		return err
	}
	name := "New name"
	for _, test := range []struct {
		what string
		err  error
		code iam.Code
	}{
		{"create without roles.manage", second(s.Create(ctx, reader, Create{Name: "X", Permissions: small.Permissions})), iam.CodeForbidden},
		{"create below the root", second(s.Create(ctx, below, Create{Name: "X", Permissions: small.Permissions})), iam.CodeForbidden},
		{"create with more than one holds", second(s.Create(ctx, manager, Create{Name: "X", Permissions: big.Permissions})), iam.CodeEscalation},
		{"widen beyond what one holds", update(manager, small, Update{Permissions: perms(iam.PermBotsRead, iam.PermBotsPublish)}), iam.CodeEscalation},
		{"rename what holds more", update(manager, big, Update{Name: &name}), iam.CodeEscalation},
		{"narrow what holds more", update(manager, big, Update{Permissions: perms(iam.PermBotsRead)}), iam.CodeEscalation},
		{"delete what holds more", s.Delete(ctx, manager, big.ID, 1), iam.CodeEscalation},
		{"change below the root", update(below, small, Update{Name: &name}), iam.CodeForbidden},
		{"delete below the root", s.Delete(ctx, below, small.ID, 1), iam.CodeForbidden},
		{"change without roles.manage", update(reader, small, Update{Name: &name}), iam.CodeForbidden},
		{"see without roles.read", second(s.List(ctx, k.CallerWith(), "")), iam.CodeForbidden},
		{"see one without roles.read", second(s.Get(ctx, k.CallerWith(), small.ID)), iam.CodeForbidden},
		{"see members without users.read", second(s.Members(ctx, reader, small.ID, iam.Page{})), iam.CodeForbidden},
	} {
		if got := iam.CodeOf(test.err); got != test.code {
			t.Errorf("%s: %q (%v), want %q", test.what, got, test.err, test.code)
		}
	}
	if err := update(manager, small, Update{Name: &name}); err != nil {
		t.Errorf("what one may: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// covers E-09
func TestNobodyChangesTheirOwnAccess(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v := create(t, s, admin, "Mine", iam.PermRolesManage, iam.PermRolesRead, iam.PermAnalyticsRead)
	holder := k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{v.ID}}))
	less := []iam.Permission{iam.PermRolesManage, iam.PermRolesRead}
	_, err := s.Update(t.Context(), holder, v.ID, Update{Permissions: &less, Version: 1})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")

	// What changes nothing for the holder is fine: agents may read conversations anyway.
	more := append(slices.Clone(less), iam.PermAnalyticsRead, iam.PermConversationsRead)
	got, err := s.Update(t.Context(), holder, v.ID, Update{Permissions: &more, Version: 1})
	if err != nil || !got.Editable || got.Version != 2 {
		t.Errorf("update = %+v, %v", got, err)
	}
	// And so is what somebody else does with it, the type of whom holds it all.
	if _, err := s.Update(t.Context(), admin, v.ID, Update{Permissions: &less, Version: 2}); err != nil {
		t.Error(err)
	}
}

// Who changes a role changes the access of those who hold it, and so nobody's who
// may do more. covers E-09
func TestNobodyChangesThoseWhoMayDoMore(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	manager := k.CallerWith(iam.PermRolesRead, iam.PermRolesManage, iam.PermBotsRead, iam.PermUsersRead, iam.PermPortalAgentDesktop, iam.PermDirectoryRead,
		iam.PermConversationsRead, iam.PermConversationsHandle, iam.PermConversationsTransfer)
	role := k.Role("Shared", iam.PermBotsRead, iam.PermUsersRead)
	k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{role.ID}})
	less := []iam.Permission{iam.PermBotsRead}
	v, err := s.Update(t.Context(), manager, role.ID, Update{Permissions: &less, Version: 1})
	if err != nil {
		t.Fatal(err)
	}
	strong := k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{role.ID}, Permissions: []iam.Permission{iam.PermBotsPublish}})
	more := []iam.Permission{iam.PermBotsRead, iam.PermUsersRead}
	_, err = s.Update(t.Context(), manager, role.ID, Update{Permissions: &more, Version: v.Version})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	if !strings.Contains(err.Error(), strong.FullName()+" holds this role") {
		t.Errorf("%v does not say who", err)
	}
	name := "Its name is another matter"
	if v, err = s.Update(t.Context(), manager, role.ID, Update{Name: &name, Version: v.Version}); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Update(t.Context(), k.Caller(k.Admin), role.ID, Update{Permissions: &more, Version: v.Version}); err != nil {
		t.Error(err)
	}
}

// covers E-09
func TestUpdate(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v := create(t, s, admin, "Before", iam.PermUsersRead)
	name, other, scope := "After", "other_code", iam.ScopeTeam
	_, err := s.Update(t.Context(), admin, v.ID, Update{Code: &other, Version: 1})
	tenanttest.Refused(t, err, iam.CodeImmutable, "/code")
	_, err = s.Update(t.Context(), admin, v.ID, Update{Scope: &scope, Version: 1})
	tenanttest.Refused(t, err, iam.CodeImmutable, "/scope")
	_, err = s.Update(t.Context(), admin, "role_agent", Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeLocked, "")
	_, err = s.Update(t.Context(), admin, v.ID, Update{Permissions: &[]iam.Permission{}, Version: 1})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/permissions")

	k.AccessChanged.Store(0)
	got, err := s.Update(t.Context(), admin, v.ID, Update{Name: &name, Code: &v.Code, Scope: &v.Scope, Version: 1})
	if err != nil || got.Name != name || got.Version != 2 || got.Code != "before" {
		t.Fatalf("update = %+v, %v", got, err)
	}
	if k.AccessChanged.Load() == 0 {
		t.Error("cached access was not made stale")
	}
	_, err = s.Update(t.Context(), admin, v.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	events := k.Events("role.updated")
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	if diff := cmp.Diff([]iam.Change{{Field: "name", Before: "Before", After: "After"}}, events[0].Changes); diff != "" {
		t.Error(diff)
	}
	// Sending what is there already is no change.
	if again, err := s.Update(t.Context(), admin, v.ID, Update{Name: &name, Version: 2}); err != nil || again.Version != 2 {
		t.Errorf("update = %+v, %v", again, err)
	}
}

// A role that somebody is about to get stays until the invitation is answered,
// over or deleted. covers E-09
func TestDeleteWhileInvited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		k := tenanttest.In(t, db)
		s, admin, other := service(k), k.Caller(k.Admin), k.Other()
		v := create(t, s, admin, "Promised", iam.PermUsersRead)
		invite := func(k *tenanttest.Kit, email string, until time.Duration) *iam.Invitation {
			now := k.Clock.Now()
			i := &iam.Invitation{
				ID: iam.InvitationID(k.NewID(iam.PrefixInvitation)), Tenant: k.Tenant.ID, Org: k.Root, Email: email, EmailKey: email, Type: iam.TypeAgent,
				Roles: []iam.RoleID{access.RoleOrgAdmin, v.ID}, State: iam.InvitationPending, CreatedAt: now, SentAt: now, TimesSent: 1, ExpiresAt: now.Add(until),
			}
			k.Write(func(ctx context.Context, tx iam.Tx) error {
				return tx.InsertInvitations(ctx, k.Tenant.ID, []*iam.Invitation{i})
			})
			return i
		}
		invite(other, "theirs@x.example", time.Hour)
		invite(k, "over@x.example", -time.Hour)
		pending := invite(k, "new@x.example", time.Hour)
		err := s.Delete(t.Context(), admin, v.ID, 1)
		tenanttest.Refused(t, err, iam.CodeInUse, "")
		named, _ := tenanttest.DetailOf(err, "invitations").([]Invited)
		if n := tenanttest.DetailOf(err, "invitations_count"); n != 1 || len(named) != 1 || named[0] != (Invited{pending.ID, "new@x.example"}) {
			t.Errorf("invited: %v, %v", n, named)
		}
		err = s.Delete(t.Context(), k.CallerWith(iam.PermRolesManage, iam.PermUsersRead), v.ID, 1)
		if named, _ := tenanttest.DetailOf(err, "invitations").([]Invited); iam.CodeOf(err) != iam.CodeInUse || len(named) != 0 {
			t.Errorf("who may not see invitations is told of %v, %v", named, err)
		}
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			pending.State = iam.InvitationDeleted
			return tx.UpdateInvitation(ctx, k.Tenant.ID, pending)
		})
		if err := s.Delete(t.Context(), admin, v.ID, 1); err != nil {
			t.Error(err)
		}
	})
}

// covers E-09
func TestDelete(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v := create(t, s, admin, "Held", iam.PermUsersRead)
	var holders []*iam.User
	for i := range 12 {
		holders = append(holders, k.User(tenanttest.Person{Type: iam.TypeAgent, Name: fmt.Sprintf("H%02d", i), Roles: []iam.RoleID{v.ID}}))
	}
	err := s.Delete(t.Context(), admin, v.ID, 1)
	tenanttest.Refused(t, err, iam.CodeInUse, "")
	if got := tenanttest.DetailOf(err, "holders_count"); got != int64(12) {
		t.Errorf("holders_count = %v", got)
	}
	named, _ := tenanttest.DetailOf(err, "holders").([]Holder)
	if len(named) != 10 || named[0] != (Holder{holders[0].ID, "H00 Example"}) {
		t.Errorf("holders = %v", named)
	}
	page, err := s.Members(t.Context(), admin, v.ID, iam.Page{Limit: 5})
	if err != nil || len(page.Items) != 5 || page.Next == "" {
		t.Errorf("members = %v, %v", page, err)
	}
	tenanttest.Refused(t, s.Delete(t.Context(), admin, access.RoleAdmin, 1), iam.CodeLocked, "")
	free := create(t, s, admin, "Free", iam.PermUsersRead)
	tenanttest.Refused(t, s.Delete(t.Context(), admin, free.ID, 7), iam.CodePreconditionFailed, "")
	if err := s.Delete(t.Context(), admin, free.ID, 1); err != nil {
		t.Fatal(err)
	}
	_, err = s.Get(t.Context(), admin, free.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if n := len(k.Events("role.deleted")); n != 1 {
		t.Errorf("%d events", n)
	}
}

// covers E-09
func TestList(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	create(t, s, admin, "Zürich desk", iam.PermUsersRead)
	all, err := s.List(t.Context(), admin, "")
	if err != nil || len(all) != len(access.SystemRoles())+1 {
		t.Fatalf("%d roles, %v", len(all), err)
	}
	for _, v := range all {
		if v.Editable == v.System || !v.Assignable {
			t.Errorf("%s: editable %v, assignable %v", v.Code, v.Editable, v.Assignable)
		}
	}
	if found, _ := s.List(t.Context(), admin, "ZURICH de"); len(found) != 1 || found[0].Code != "zurich_desk" {
		t.Errorf("found %v", found)
	}
	if found, _ := s.List(t.Context(), admin, "nothing like it"); found == nil || len(found) != 0 {
		t.Errorf("found %v", found)
	}
	assigner := k.CallerWith(iam.PermRolesRead, iam.PermRolesAssign)
	list, err := s.List(t.Context(), assigner, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if want := assigner.Effective.Contains(set(v.Role)); v.Assignable != want || v.Editable {
			t.Errorf("%s: assignable %v, want %v; editable %v", v.Code, v.Assignable, want, v.Editable)
		}
	}
}

func TestMembersAreThoseInSight(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	r := k.Role("Shared", iam.PermUsersRead)
	org := k.Org("Client", "")
	k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{r.ID}})
	seen := k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Roles: []iam.RoleID{r.ID}})
	below := k.Caller(k.User(tenanttest.Person{Type: iam.TypeViewer, Org: org}))
	v, err := s.Get(t.Context(), below, r.ID)
	if err != nil || v.Members != 1 {
		t.Errorf("role = %+v, %v", v, err)
	}
	list, err := s.List(t.Context(), below, "Shared")
	if err != nil || len(list) != 1 || list[0].Members != 1 {
		t.Errorf("roles = %+v, %v", list, err)
	}
	page, err := s.Members(t.Context(), below, r.ID, iam.Page{})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != seen.ID {
		t.Errorf("members = %+v, %v", page, err)
	}
}

// The definitions of built-in roles are those of the program, whatever the rows
// of an older version say.
func TestBuiltInDefinitionsWin(t *testing.T) {
	k := tenanttest.New(t)
	old := *access.SystemRoles()[0]
	old.Permissions, old.Name = []iam.Permission{iam.PermUsersRead}, "Old name"
	if got := access.Define(&old); got.Name != "Admin" || set(got) != access.All {
		t.Errorf("defined as %+v", got)
	}
	_, err := service(k).Create(t.Context(), k.Caller(k.Admin), Create{Name: "Bot builder", Permissions: []iam.Permission{iam.PermUsersRead}})
	tenanttest.Refused(t, err, iam.CodeConflict, "/name")
}

func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s := service(k)
	theirs := other.Role("Theirs", iam.PermUsersRead)
	c := k.Caller(k.Admin)
	_, err := s.Get(t.Context(), c, theirs.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Members(t.Context(), c, theirs.ID, iam.Page{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	name := "Mine"
	_, err = s.Update(t.Context(), c, theirs.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	tenanttest.Refused(t, s.Delete(t.Context(), c, theirs.ID, 1), iam.CodeNotFound, "")
	_, err = s.Create(t.Context(), c, Create{Name: "Copy", CopyFrom: string(theirs.ID)})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/copy_from")
	if found, err := s.List(t.Context(), c, "Theirs"); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if v := create(t, s, c, "Theirs", iam.PermUsersRead); v.Code != "theirs" {
		t.Errorf("code %q: another tenant's takes none away", v.Code)
	}
	other.Read(func(ctx context.Context, tx iam.Tx) error {
		r, err := tx.Role(ctx, other.Tenant.ID, theirs.ID)
		if err != nil || r.Name != "Theirs" {
			t.Errorf("their role is %+v, %v", r, err)
		}
		return nil
	})
}

func TestAsManyAsThereCanBe(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for i := len(access.SystemRoles()); i < MaxRoles; i++ {
			code := fmt.Sprintf("r%d", i)
			r := &iam.Role{ID: iam.RoleID(k.NewID(iam.PrefixRole)), Code: code, Name: code, Scope: iam.ScopeTeam, Permissions: []iam.Permission{iam.PermUsersRead}}
			if err := tx.InsertRole(ctx, k.Tenant.ID, r); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := s.Create(t.Context(), admin, Create{Name: "One more", Permissions: []iam.Permission{iam.PermUsersRead}})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
}
