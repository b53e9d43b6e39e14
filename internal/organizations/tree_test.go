package organizations

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

func version(t *testing.T, s *Service, c *access.Caller, id iam.OrgID) int64 {
	t.Helper()
	v, err := s.Get(t.Context(), c, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Version
}

func TestSearch(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	client := k.Org("Café Zürich", "")
	k.Org("Filiale Zürichberg", client)
	k.Org("Elsewhere", "")
	admins, err := s.Get(t.Context(), admin, client)
	if err != nil {
		t.Fatal(err)
	}
	about := "Kaffee für den Bürkliplatz"
	if _, err := s.Update(t.Context(), admin, client, Update{Description: &about, Version: admins.Version}); err != nil {
		t.Fatal(err)
	}
	const loud = " ZÜRICHB "
	for search, want := range map[string][]string{
		"zurich": {"Café Zürich", "Filiale Zürichberg"}, loud: {"Filiale Zürichberg"}, "nothing": {}, "burkli": {"Café Zürich"}, "": {"Acme", "Café Zürich", "Filiale Zürichberg", "Elsewhere"},
	} {
		list, err := listed(t, s, admin, search)
		if diff := cmp.Diff(want, names(list)); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", search, err, diff)
		}
		if search == loud && cmp.Diff([]string{"Acme", "Café Zürich"}, list[0].Path) != "" {
			t.Errorf("path = %q", list[0].Path)
		}
	}
	if list, err := listed(t, s, orgAdmin(k, client), "e"); err != nil || cmp.Diff([]string{"Café Zürich", "Filiale Zürichberg"}, names(list)) != "" {
		t.Errorf("an org admin finds %q, %v", names(list), err)
	}
}

// In portions the tree reads as it does at once, and a cursor of what is gone, or
// of another tenant, is refused.
func TestPages(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	for _, name := range []string{"A", "B", "C", "D"} {
		k.Org(name+" below", k.Org(name, ""))
	}
	var read []string
	page, err := s.Page(t.Context(), admin, Filter{Search: "below"}, iam.Page{Limit: 3})
	for ; err == nil; page, err = s.Page(t.Context(), admin, Filter{Search: "below"}, iam.Page{Limit: 3, Cursor: page.Next}) {
		read = append(read, names(page.Items)...)
		if page.Next == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"A below", "B below", "C below", "D below"}, read); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	// What was renamed since the page that ended with it is still where the next begins.
	page, err = s.Page(t.Context(), admin, Filter{Search: "below"}, iam.Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	renamed := "A elsewhere"
	if _, err := s.Update(t.Context(), admin, page.Items[0].ID, Update{Name: &renamed, Version: page.Items[0].Version}); err != nil {
		t.Fatal(err)
	}
	if page, err = s.Page(t.Context(), admin, Filter{Search: "below"}, iam.Page{Limit: 1, Cursor: page.Next}); err != nil || cmp.Diff([]string{"B below"}, names(page.Items)) != "" {
		t.Errorf("after one that was renamed: %q, %v", names(page.Items), err)
	}
	other := k.Other()
	first, err := service(other).Page(t.Context(), other.Caller(other.Admin), Filter{}, iam.Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, cursor := range []string{"nonsense!", "b3JnX3g", cursorAfter(other.Root), first.Next + "x"} {
		if _, err := s.Page(t.Context(), admin, Filter{}, iam.Page{Limit: 1, Cursor: cursor}); iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Errorf("%q: %v", cursor, err)
		}
	}
}

// Moving an organization under itself, and wherever else it can't be.
func TestSettingsComeFromAbove(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	parent, err := s.Create(t.Context(), admin, Create{
		Name: "Parent", Locale: "de", Timezone: "Europe/Berlin", Layout: iam.LayoutHorizontal, Features: []string{"knowledge", "analytics", "knowledge"},
	})
	if err != nil {
		t.Fatal(err)
	}
	child, err := s.Create(t.Context(), admin, Create{Name: "Child", Parent: parent.ID, Locale: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	want := iam.OrgSettings{Locale: "fr", Timezone: "Europe/Berlin", Layout: iam.LayoutHorizontal}
	if diff := cmp.Diff(want, child.Effective); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"analytics", "knowledge"}, {"analytics", "knowledge"}}, [][]string{child.Has, child.Available}); diff != "" {
		t.Errorf("features: %s", diff)
	}
	for name, test := range map[string]struct {
		in      Update
		pointer string
	}{
		"language":             {Update{Locale: new("tlh")}, "/locale"},
		"time zone":            {Update{Timezone: new("Europe/Nowhere")}, "/timezone"},
		"layout":               {Update{Layout: new(iam.Layout("diagonal"))}, "/layout"},
		"unknown feature":      {Update{Features: &[]string{"analytics", "telepathy"}}, "/features/1"},
		"by what was sent":     {Update{Features: &[]string{"telepathy", "analytics"}}, "/features/0"},
		"one the parent lacks": {Update{Features: &[]string{"channels"}}, "/features/0"},
	} {
		test.in.Version = 1
		_, err := s.Update(t.Context(), admin, child.ID, test.in)
		t.Run(name, func(t *testing.T) { tenanttest.Refused(t, err, iam.CodeInvalid, test.pointer) })
	}
	// Nobody gives their own organization more; they may change how it looks.
	boss := orgAdmin(k, parent.ID)
	var all []string
	_, err = s.Update(t.Context(), boss, parent.ID, Update{Features: &all, Version: 1})
	tenanttest.Refused(t, err, iam.CodeEscalation, "")
	v, err := s.Update(t.Context(), boss, parent.ID, Update{Locale: new("es"), Layout: new(iam.LayoutVertical), Version: 1})
	if err != nil || v.Effective.Locale != "es" || v.Effective.Layout != iam.LayoutVertical {
		t.Errorf("own settings: %+v, %v", v, err)
	}
	// What the parent loses, the child keeps in its list and does not have.
	none := []string{}
	if _, err := s.Update(t.Context(), admin, child.ID, Update{Features: &[]string{"analytics"}, Version: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), admin, parent.ID, Update{Features: &none, Version: 2}); err != nil {
		t.Fatal(err)
	}
	v, err = s.Update(t.Context(), admin, child.ID, Update{Name: new("Renamed"), Features: &[]string{"analytics"}, Version: 2})
	if err != nil || len(v.Has) != 0 || cmp.Diff([]string{"analytics"}, v.Features) != "" {
		t.Errorf("child = %+v, %v", v, err)
	}
}

// What an organization may have reaches everybody in it and below it.
func TestFeaturesFlowDown(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	parent := k.Org("Parent", "")
	child := k.Org("Child", parent)
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: child, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	if !k.Caller(u).Has(iam.PermKnowledgeManage) {
		t.Fatal("an org admin does not edit the knowledge base")
	}
	only := []string{"conversations"}
	if _, err := s.Update(t.Context(), admin, parent, Update{Features: &only, Version: 1}); err != nil {
		t.Fatal(err)
	}
	c := k.Caller(u)
	if c.Has(iam.PermKnowledgeManage) || !c.Has(iam.PermConversationsRead) || !c.Has(iam.PermUsersCreate) {
		t.Errorf("effective = %v", c.Effective.Permissions())
	}
	if !c.Holds().Has(iam.PermKnowledgeManage) {
		t.Error("what is held is forgotten while the organization may not have it")
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, k.Tenant.ID)
		if e := dir.Subject(u, child).Explain(iam.PermKnowledgeManage); e.BlockedBy != access.BlockedFeature {
			t.Errorf("explained by %+v", e)
		}
		return err
	})
}

func TestSuspend(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	parent := k.Org("Parent", "")
	child := k.Org("Child", parent)
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: child, Roles: []iam.RoleID{access.RoleOrgAdmin}})
	_, err := s.SetStatus(t.Context(), admin, k.Root, iam.StatusSuspended)
	tenanttest.Refused(t, err, iam.CodeInUse, "")
	_, err = s.SetStatus(t.Context(), k.Caller(u), child, iam.StatusSuspended)
	tenanttest.Refused(t, err, iam.CodeInUse, "")
	_, err = s.SetStatus(t.Context(), k.Caller(u), parent, iam.StatusSuspended)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	for range 2 { // the second time changes nothing
		v, err := s.SetStatus(t.Context(), admin, parent, iam.StatusSuspended)
		if err != nil || v.Status != iam.StatusSuspended || v.Stopped {
			t.Fatalf("suspended = %+v, %v", v, err)
		}
	}
	v, err := s.Get(t.Context(), admin, child)
	if err != nil || !v.Stopped || v.Status != iam.StatusActive {
		t.Errorf("child = %+v, %v", v, err)
	}
	if got := k.Caller(u).Effective; got != 0 {
		t.Errorf("in a suspended organization one may still %v", got.Permissions())
	}
	if _, err := s.SetStatus(t.Context(), admin, parent, iam.StatusActive); err != nil {
		t.Fatal(err)
	}
	if k.Caller(u).Effective == 0 {
		t.Error("after reactivating, nothing is allowed")
	}
	if a, b := len(k.Events("organization.suspended")), len(k.Events("organization.reactivated")); a != 1 || b != 1 {
		t.Errorf("%d and %d events", a, b)
	}
}

func TestDeleteWithEverything(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	client := k.Org("Client", "")
	below := k.Org("Below", client)
	k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Name: "Boss", Roles: []iam.RoleID{access.RoleOrgAdmin}})
	k.User(tenanttest.Person{Type: iam.TypeMember, Org: below, Name: "Deep"})
	staff := k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Staff"})
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, staff.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Memberships = append([]iam.Membership{{Org: below}}, before.Memberships...)
		return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
	})
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for _, org := range []iam.OrgID{below, k.Root} {
			if err := tx.InsertTeam(ctx, k.Tenant.ID, &iam.Team{ID: iam.TeamID(k.NewID(iam.PrefixTeam)), Org: org, Name: "Team"}); err != nil {
				return err
			}
		}
		return nil
	})
	agent := &iam.Agent{ID: iam.AgentID(k.NewID(iam.PrefixAgent)), Name: "Helper", State: iam.AgentActive, Orgs: []iam.OrgID{client, below, k.Root}}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertAgent(ctx, k.Tenant.ID, agent) })
	d, err := s.DeletionPreview(t.Context(), admin, client)
	if diff := cmp.Diff(iam.OrgDeletion{Organizations: 1, Members: 3, Homeless: 2, Teams: 1, Agents: 1}, d); err != nil || diff != "" {
		t.Fatalf("preview: %v\n%s", err, diff)
	}
	for _, in := range []Delete{{}, {Organizations: 1}, {People: 2}, {Organizations: 1, People: 3}} {
		in.Version = 1
		tenanttest.Refused(t, s.Delete(t.Context(), admin, client, in), iam.CodeInUse, "")
	}
	confirmed := Delete{Version: 1, Organizations: 1, People: 2}
	// Who may not delete people can't do it this way, nor can who holds less.
	tenanttest.Refused(t, s.Delete(t.Context(), k.CallerWith(iam.PermOrganizationsManage), client, confirmed), iam.CodeForbidden, "")
	tenanttest.Refused(t, s.Delete(t.Context(), k.CallerWith(iam.PermOrganizationsManage, iam.PermUsersDelete), client, confirmed), iam.CodeEscalation, "")
	if err := s.Delete(t.Context(), admin, client, confirmed); err != nil {
		t.Fatal(err)
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.User(ctx, k.Tenant.ID, staff.ID)
		if err != nil || len(u.Memberships) != 1 || u.Memberships[0].Org != k.Root {
			t.Errorf("who belongs elsewhere: %+v, %v", u, err)
		}
		stats, err := tx.UserStats(ctx, k.Tenant.ID)
		if stats.Total != 4 { // the administrator, the two who may not, and Staff
			t.Errorf("%d people are left", stats.Total)
		}
		return err
	})
	if a, b := len(k.Events("organization.deleted")), len(k.Events("user.deleted")); a != 2 || b != 2 {
		t.Errorf("%d and %d events", a, b)
	}
	_, err = s.DeletionPreview(t.Context(), admin, client)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		left, err := tx.Agent(ctx, k.Tenant.ID, agent.ID)
		if err != nil || !slices.Equal(left.Orgs, []iam.OrgID{k.Root}) {
			t.Errorf("the AI agent is %+v, %v", left, err)
		}
		return nil
	})
	if got := k.Events("agent.assignments_changed"); len(got) != 1 || got[0].TargetID != string(agent.ID) {
		t.Errorf("events of the AI agent: %+v", got)
	}
}

func TestNobodyDeletesWhereTheyAct(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	client := k.Org("Client", "")
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	tenanttest.Refused(t, s.Delete(t.Context(), boss, client, Delete{Version: 1, People: 1}), iam.CodeInUse, "")
	_, err := s.DeletionPreview(t.Context(), boss, k.Root)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
}

func TestLogo(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	dir, err := photo.NewDirStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.Photos, s.Pictures = dir, photo.NewProcessor(1)
	client := k.Org("Client", "")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	v, err := s.SetLogo(t.Context(), admin, client, bytes.NewReader(picture.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	large, small := v.LogoKeys()
	for _, key := range []string{large, small} {
		if _, _, err := dir.Get(t.Context(), string(k.Tenant.ID), key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
	_, err = s.SetLogo(t.Context(), admin, client, strings.NewReader("<svg onload=alert(1)>"))
	tenanttest.Refused(t, err, iam.CodeUnsupportedMediaType, "/logo")
	_, err = s.SetLogo(t.Context(), admin, k.Other().Root, bytes.NewReader(picture.Bytes()))
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.SetLogo(t.Context(), k.CallerWith(), client, bytes.NewReader(picture.Bytes()))
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	if v, err := s.RemoveLogo(t.Context(), admin, client); err != nil || v.LogoKey != "" {
		t.Errorf("removed: %+v, %v", v, err)
	}
	if n := version(t, s, admin, client); n != 3 {
		t.Errorf("version = %d", n)
	}
}

func TestMine(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	a := k.Org("A", "")
	k.Org("A below", a)
	b := k.Org("B", "")
	k.Org("B below", b)
	u := k.User(tenanttest.Person{Type: iam.TypeAgent, Org: a, Descendants: true})
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
		after := *before
		after.Memberships = append(after.Memberships, iam.Membership{Org: b})
		if err == nil {
			err = tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
		}
		return err
	})
	c := k.Caller(u)
	for search, want := range map[string][]string{"": {"A", "A below", "B"}, "below": {"A below"}, "acme": {}} {
		list, more, err := s.Mine(t.Context(), c, search, 10)
		if diff := cmp.Diff(want, names(list)); err != nil || more || diff != "" {
			t.Errorf("%q: %t, %v\n%s", search, more, err, diff)
		}
	}
	if list, more, err := s.Mine(t.Context(), c, "", 2); err != nil || !more || len(list) != 2 {
		t.Errorf("two of three: %q, %t, %v", names(list), more, err)
	}
	if _, err := s.SetStatus(t.Context(), k.Caller(k.Admin), a, iam.StatusSuspended); err != nil {
		t.Fatal(err)
	}
	if list, _, err := s.Mine(t.Context(), c, "", 10); err != nil || cmp.Diff([]string{"B"}, names(list)) != "" {
		t.Errorf("with A suspended: %q, %v", names(list), err)
	}
}

// BenchmarkTree measures the list and the search over 2,000 organizations: 5 ms
// each at most.
func BenchmarkTree(b *testing.B) {
	db := storetest.SQLite(b)
	k := tenanttest.In(b, db)
	var parents []iam.OrgID
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for i := range 1999 {
			parent := k.Root
			if i >= 100 {
				parent = parents[i%100]
			}
			o := &iam.Organization{
				ID: iam.OrgID(k.NewID(iam.PrefixOrg)), Parent: parent, Name: fmt.Sprintf("Client Número %d", i), ShortName: fmt.Sprintf("o%d", i), Status: iam.StatusActive,
			}
			parents = append(parents, o.ID)
			if err := tx.InsertOrg(ctx, k.Tenant.ID, o); err != nil {
				return err
			}
		}
		return nil
	})
	s := service(k)
	c := k.Caller(k.Admin)
	for name, search := range map[string]string{"list": "", "search": "numero 77"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := listed(b, s, c, search); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			s.Directories.Invalidate(k.Tenant.ID)
			if _, err := listed(b, s, c, "numero 77"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
