package organizations

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *Service {
	directories := authz.NewCache(k.Store, k.Clock)
	k.OnAccessChanged(func(t iam.TenantID) { k.AccessChanged.Add(1); directories.Invalidate(t) })
	return New(Deps{Store: k.DB, IDs: k.IDs, Directories: directories})
}

func names(views []*View) []string {
	out := []string{}
	for _, v := range views {
		out = append(out, v.Name)
	}
	return out
}

// orgAdmin acts in org with everything an administrator may do.
func orgAdmin(k *tenanttest.Kit, org iam.OrgID) *access.Caller {
	return k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true}))
}

func TestCreate(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	v, err := s.Create(t.Context(), admin, Create{Name: " Marrow & Mint ", Description: "Groceries\nand more"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), admin, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	every := access.FeatureCodes(access.All)
	want := &View{
		Organization: &iam.Organization{
			ID: v.ID, Parent: k.Root, Name: "Marrow & Mint", ShortName: "marrow-mint", Description: "Groceries\nand more",
			Status: iam.StatusActive, CreatedAt: k.Clock.Now(), UpdatedAt: k.Clock.Now(), Version: 1,
		},
		Path: []string{"Acme"}, Effective: iam.OrgSettings{Layout: iam.LayoutVertical}, Available: every, Has: every,
		Allowed: []Action{ActionEdit, ActionMove, ActionFeatures, ActionSuspend, ActionDelete},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("organization (-want +got):\n%s", diff)
	}
	twin, err := s.Create(t.Context(), admin, Create{Name: "Marrow, Mint", Parent: v.ID})
	if err != nil || twin.ShortName != "marrow-mint-2" || twin.Parent != v.ID {
		t.Errorf("second = %+v, %v", twin, err)
	}
	if other, err := s.Create(t.Context(), admin, Create{Name: "株式会社"}); err != nil || other.ShortName != "organization" {
		t.Errorf("third = %+v, %v", other, err)
	}
	all, err := listed(t, s, admin, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Acme", "Marrow & Mint", "Marrow, Mint", "株式会社"}, names(all)); diff != "" {
		t.Error(diff)
	}
	if !all[0].IsRoot || all[1].IsRoot {
		t.Error("the first, and only it, is the root")
	}
	if events := k.Events("organization.created"); len(events) != 3 || events[2].TargetName != "Marrow & Mint" {
		t.Errorf("events = %v", events)
	}
}

func TestCreateRefuses(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	deepest := k.Root
	for i := 2; i <= MaxDepth; i++ {
		deepest = k.Org(fmt.Sprintf("Level %d", i), deepest)
	}
	for name, test := range map[string]struct {
		in      Create
		code    iam.Code
		pointer string
	}{
		"no name":          {Create{}, iam.CodeInvalid, "/name"},
		"long name":        {Create{Name: strings.Repeat("x", 81)}, iam.CodeInvalid, "/name"},
		"control":          {Create{Name: "a\x07"}, iam.CodeInvalid, "/name"},
		"not UTF-8":        {Create{Name: "a\xff"}, iam.CodeInvalid, "/name"},
		"odd short name":   {Create{Name: "A", ShortName: "-a"}, iam.CodeInvalid, "/short_name"},
		"long short name":  {Create{Name: "A", ShortName: strings.Repeat("a", 41)}, iam.CodeInvalid, "/short_name"},
		"taken short name": {Create{Name: "A", ShortName: k.Tenant.ShortName}, iam.CodeConflict, "/short_name"},
		"unknown parent":   {Create{Name: "A", Parent: "org_nothing"}, iam.CodeInvalid, "/parent_id"},
		"too deep":         {Create{Name: "A", Parent: deepest}, iam.CodeInvalid, "/parent_id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Create(t.Context(), admin, test.in)
			tenanttest.Refused(t, err, test.code, test.pointer)
		})
	}
	_, err := s.Create(t.Context(), k.CallerWith(iam.PermOrganizationsRead), Create{Name: "A"})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = listed(t, s, k.CallerWith(), "")
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = s.Get(t.Context(), k.CallerWith(), k.Root)
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}

func TestCallersKeepToTheirPartOfTheTree(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	mine, theirs := k.Org("Mine", ""), k.Org("Theirs", "")
	below := k.Org("Below", mine)
	c := orgAdmin(k, mine)
	list, err := listed(t, s, c, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Mine", "Below"}, names(list)); diff != "" {
		t.Error(diff)
	}
	if list[0].Parent != "" || list[0].IsRoot || list[1].Parent != mine {
		t.Errorf("the parent out of sight shows: %+v", list[0])
	}
	if v, err := s.Create(t.Context(), c, Create{Name: "New"}); err != nil || v.Parent != mine {
		t.Errorf("new = %+v, %v", v, err)
	}
	if v, err := s.Create(t.Context(), c, Create{Name: "Newer", Parent: below}); err != nil || v.Parent != below {
		t.Errorf("newer = %+v, %v", v, err)
	}
	name := "Renamed"
	for _, out := range []iam.OrgID{theirs, k.Root} {
		_, err := s.Get(t.Context(), c, out)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Update(t.Context(), c, out, Update{Name: &name, Version: 1})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		tenanttest.Refused(t, s.Delete(t.Context(), c, out, Delete{Version: 1}), iam.CodeNotFound, "")
		_, err = s.Create(t.Context(), c, Create{Name: "Intruder", Parent: out})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/parent_id")
	}
	if v, err := s.Update(t.Context(), c, mine, Update{Name: &name, Version: 1}); err != nil || v.Name != name || v.Parent != "" || v.Version != 2 {
		t.Errorf("update = %+v, %v", v, err)
	}
}

func TestUpdate(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	org := k.Org("Before", "")
	name := "After"
	k.AccessChanged.Store(0)
	v, err := s.Update(t.Context(), admin, org, Update{Name: &name, Version: 1})
	if err != nil || v.Name != name || v.Version != 2 {
		t.Fatalf("update = %+v, %v", v, err)
	}
	if k.AccessChanged.Load() == 0 {
		t.Error("what is cached of the tree was not made stale")
	}
	_, err = s.Update(t.Context(), admin, org, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	empty := ""
	_, err = s.Update(t.Context(), admin, org, Update{Name: &empty, Version: 2})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
	if v, err := s.Update(t.Context(), admin, org, Update{Name: &name, Version: 2}); err != nil || v.Version != 2 {
		t.Errorf("no change = %+v, %v", v, err)
	}
	events := k.Events("organization.updated")
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	if diff := cmp.Diff([]iam.Change{{Field: "name", Before: "Before", After: "After"}}, events[0].Changes); diff != "" {
		t.Error(diff)
	}
}

func TestDelete(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	parent := k.Org("Parent", "")
	child := k.Org("Child", parent)
	member := k.Org("With a member", "")
	k.User(tenanttest.Person{Type: iam.TypeAgent, Org: member})
	tenanttest.Refused(t, s.Delete(t.Context(), admin, k.Root, Delete{Version: 1}), iam.CodeInUse, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, parent, Delete{Version: 1}), iam.CodeInUse, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, member, Delete{Version: 1}), iam.CodeInUse, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, child, Delete{Version: 5}), iam.CodePreconditionFailed, "")
	tenanttest.Refused(t, s.Delete(t.Context(), k.CallerWith(iam.PermOrganizationsRead), child, Delete{Version: 1}), iam.CodeForbidden, "")
	for _, org := range []iam.OrgID{child, parent} {
		if err := s.Delete(t.Context(), admin, org, Delete{Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Get(t.Context(), admin, parent)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if n := len(k.Events("organization.deleted")); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s, admin := service(k), k.Caller(k.Admin)
	theirs := other.Org("Theirs", "")
	name := "Mine"
	_, err := s.Get(t.Context(), admin, theirs)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Update(t.Context(), admin, theirs, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, theirs, Delete{Version: 1}), iam.CodeNotFound, "")
	_, err = s.Create(t.Context(), admin, Create{Name: "Intruder", Parent: theirs})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/parent_id")
	if list, err := listed(t, s, admin, ""); err != nil || len(list) != 1 {
		t.Errorf("list = %v, %v", names(list), err)
	}
	if v, err := s.Create(t.Context(), admin, Create{Name: "A", ShortName: other.Tenant.ShortName}); err != nil {
		t.Errorf("%+v: another tenant's short name takes none away: %v", v, err)
	}
}

func TestAsManyAsThereCanBe(t *testing.T) {
	k := tenanttest.New(t)
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for i := 1; i < MaxOrganizations; i++ {
			short := fmt.Sprintf("o%d", i)
			o := &iam.Organization{ID: iam.OrgID(k.NewID(iam.PrefixOrg)), Parent: k.Root, Name: short, ShortName: short, Status: iam.StatusActive}
			if err := tx.InsertOrg(ctx, k.Tenant.ID, o); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := service(k).Create(t.Context(), k.Caller(k.Admin), Create{Name: "One more"})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
}

// A client's people don't take the room of everybody else.
func TestAsManyAsAClientCanHave(t *testing.T) {
	k := tenanttest.New(t)
	client := k.Org("Client", "")
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for i := 1; i < MaxOwn; i++ {
			short := fmt.Sprintf("o%d", i)
			o := &iam.Organization{ID: iam.OrgID(k.NewID(iam.PrefixOrg)), Parent: client, Name: short, ShortName: short, Status: iam.StatusActive}
			if err := tx.InsertOrg(ctx, k.Tenant.ID, o); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := service(k).Create(t.Context(), orgAdmin(k, client), Create{Name: "One more"})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
	if _, err := service(k).Create(t.Context(), k.Caller(k.Admin), Create{Name: "One more", Parent: client}); err != nil {
		t.Error(err)
	}
	if _, err := service(k).Create(t.Context(), orgAdmin(k, k.Org("Sister", "")), Create{Name: "Theirs"}); err != nil {
		t.Error(err)
	}
}

// listed are all organizations that a caller sees, or those that a search finds.
func listed(tb testing.TB, s *Service, c *access.Caller, search string) ([]*View, error) {
	tb.Helper()
	all, err := s.Page(tb.Context(), c, Filter{Search: search}, iam.Page{})
	return all.Items, err
}
