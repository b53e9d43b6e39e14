package teams

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(t *testing.T, k *tenanttest.Kit) *Service {
	t.Helper()
	photos, err := photo.NewDirStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = photos.Close() })
	return New(Deps{Store: k.DB, IDs: k.IDs, Photos: photos, Pictures: photo.NewProcessor(1)})
}

func create(t *testing.T, s *Service, c *access.Caller, in Create) *View {
	t.Helper()
	v, err := s.Create(t.Context(), c, in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// teamRole adds a custom role of scope team.
func teamRole(k *tenanttest.Kit, name string, permissions ...iam.Permission) iam.RoleID {
	r := &iam.Role{ID: iam.RoleID(k.NewID(iam.PrefixRole)), Code: "team_" + name, Name: name, Scope: iam.ScopeTeam, Permissions: permissions}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, k.Tenant.ID, r) })
	return r.ID
}

func names(list []*View) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, v.Name)
	}
	return out
}

// covers E-10
func TestLife(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, client := service(t, k), k.Caller(k.Admin), k.Org("Client", "")
	made := create(t, s, admin, Create{Name: " Nights ", Description: "late", Serves: []iam.OrgID{client, client, k.Root}})
	if made.Name != "Nights" || made.Org != k.Root || made.OrgName != "Acme" || len(made.Served) != 1 || made.Served[0].ID != client || !made.Manageable {
		t.Errorf("made %+v", made)
	}
	_, err := s.Create(t.Context(), admin, Create{Name: "nights"})
	tenanttest.Refused(t, err, iam.CodeConflict, "/name")
	_, err = s.Create(t.Context(), admin, Create{Name: " "})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
	_, err = s.Create(t.Context(), admin, Create{Name: "X", Org: "org_none"})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_id")
	_, err = s.Create(t.Context(), admin, Create{Name: "X", Serves: []iam.OrgID{"org_none"}})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/serves/0")
	create(t, s, admin, Create{Name: "Days", Org: client})
	name := "Late shift"
	changed, err := s.Update(t.Context(), admin, made.ID, Update{Name: &name, Serves: &[]iam.OrgID{}, Version: 1})
	if err != nil || changed.Name != name || len(changed.Serves) != 0 || changed.Version != 2 {
		t.Errorf("changed %+v, %v", changed, err)
	}
	_, err = s.Update(t.Context(), admin, made.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	list, err := s.List(t.Context(), admin, Filter{Search: "shift"})
	if diff := cmp.Diff([]string{"Late shift"}, names(list.Items)); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	if v, err := s.SetPhoto(t.Context(), admin, made.ID, &picture); err != nil || v.PhotoKey == "" {
		t.Errorf("photo: %+v, %v", v, err)
	}
	_, err = s.SetPhoto(t.Context(), admin, made.ID, bytes.NewReader([]byte("no picture")))
	tenanttest.Refused(t, err, iam.CodeUnsupportedMediaType, "/photo")
	v, err := s.RemovePhoto(t.Context(), admin, made.ID)
	if err != nil || v.PhotoKey != "" {
		t.Errorf("photo taken away: %+v, %v", v, err)
	}
	tenanttest.Refused(t, s.Delete(t.Context(), admin, made.ID, 1), iam.CodePreconditionFailed, "")
	if err := s.Delete(t.Context(), admin, made.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]int{"team.created": 2, "team.updated": 3, "team.deleted": 1} {
		if got := len(k.Events(action)); got != want {
			t.Errorf("%d events %s, want %d", got, action, want)
		}
	}
}

// may is what somebody may do in an organization now, and why.
func may(k *tenanttest.Kit, user iam.UserID, org iam.OrgID, p iam.Permission) (out access.Explanation) {
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, k.Tenant.ID)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, k.Tenant.ID, user)
		out = dir.Subject(u, org).Explain(p)
		return err
	})
	return out
}

// A role held in a team gives its permissions in the team's organization, and
// takes them away again. covers E-10, C-09
func TestRoleInTeam(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	team, role, jo := create(t, s, admin, Create{Name: "Nights"}), teamRole(k, "reports", iam.PermReportsRead), k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Jo"})
	before := k.AccessChanged.Load()
	lead := true
	m, err := s.Put(t.Context(), admin, team.ID, jo.ID, Place{Role: &role, Lead: &lead})
	if err != nil || m.Role == nil || m.Role.ID != role || !m.Hold.Lead || k.AccessChanged.Load() != before+1 {
		t.Fatalf("member %+v, %v", m, err)
	}
	e := may(k, jo.ID, k.Root, iam.PermReportsRead)
	if !e.Effective || len(e.Sources) != 1 || e.Sources[0].Kind != access.SourceTeam || e.Sources[0].Team != "Nights" {
		t.Errorf("explained %+v", e)
	}
	list, err := s.Members(t.Context(), admin, team.ID, "jo", iam.Page{})
	if err != nil || len(list.Items) != 1 || list.Items[0].ID != jo.ID || list.Items[0].Role.Name != "reports" {
		t.Errorf("members %+v, %v", list, err)
	}
	if list, err := s.Members(t.Context(), admin, team.ID, "nobody", iam.Page{}); err != nil || len(list.Items) != 0 {
		t.Errorf("members %+v, %v", list, err)
	}
	none := iam.RoleID("")
	if m, err := s.Put(t.Context(), admin, team.ID, jo.ID, Place{Role: &none}); err != nil || m.Role != nil || !m.Hold.Lead {
		t.Errorf("without the role %+v, %v", m, err)
	}
	if may(k, jo.ID, k.Root, iam.PermReportsRead).Effective {
		t.Error("still may")
	}
	org := k.Role("Org role", iam.PermReportsRead).ID
	_, err = s.Put(t.Context(), admin, team.ID, jo.ID, Place{Role: &org})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/role_id")
	if err := s.Remove(t.Context(), admin, team.ID, jo.ID); err != nil {
		t.Fatal(err)
	}
	tenanttest.Refused(t, s.Remove(t.Context(), admin, team.ID, jo.ID), iam.CodeNotFound, "")
	for action, want := range map[string]int{"team.member_added": 1, "team.member_changed": 1, "team.member_removed": 1} {
		if got := k.Events(action); len(got) != want || got[0].TargetID != string(jo.ID) {
			t.Errorf("events %s: %+v", action, got)
		}
	}
}

// Nobody gives in a team what they don't hold, nor changes themselves or those
// who may do more. covers D-06
func TestEscalation(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	team := create(t, s, admin, Create{Name: "Nights"})
	weak, strong := teamRole(k, "weak", iam.PermTeamsRead), teamRole(k, "strong", iam.PermUsersDelete)
	jo, boss := k.User(tenanttest.Person{Type: iam.TypeAgent}), k.User(tenanttest.Person{Type: iam.TypeSupervisor})
	c := k.CallerWith(iam.PermTeamsManage, iam.PermRolesAssign, iam.PermTeamsRead)
	noRoles := k.CallerWith(iam.PermTeamsManage, iam.PermTeamsRead)
	put := func(c *access.Caller, u iam.UserID, r *iam.RoleID) error {
		_, err := s.Put(t.Context(), c, team.ID, u, Place{Role: r})
		return err
	}
	tenanttest.Refused(t, put(k.CallerWith(iam.PermTeamsRead), jo.ID, nil), iam.CodeForbidden, "")
	tenanttest.Refused(t, put(noRoles, jo.ID, nil), "", "")
	tenanttest.Refused(t, put(noRoles, jo.ID, &weak), iam.CodeForbidden, "")
	tenanttest.Refused(t, put(c, jo.ID, &strong), iam.CodeEscalation, "")
	tenanttest.Refused(t, put(c, c.User, &weak), iam.CodeEscalation, "")
	tenanttest.Refused(t, put(c, boss.ID, &weak), iam.CodeEscalation, "")
	tenanttest.Refused(t, put(c, jo.ID, &weak), "", "")
	// What the organization may not have at present is held all the same.
	rests := k.Caller(k.Admin)
	rests.Effective, rests.Dormant = rests.Effective&^access.SetOf(iam.PermUsersDelete), access.SetOf(iam.PermUsersDelete)
	tenanttest.Refused(t, put(rests, jo.ID, &strong), "", "")
	tenanttest.Refused(t, put(admin, jo.ID, &strong), "", "")
	// Jo may do more now, through the team alone.
	tenanttest.Refused(t, put(c, jo.ID, &weak), iam.CodeEscalation, "")
	tenanttest.Refused(t, s.Remove(t.Context(), c, team.ID, jo.ID), iam.CodeEscalation, "")
	now, err := s.Get(t.Context(), c, team.ID)
	if err != nil {
		t.Fatal(err)
	}
	tenanttest.Refused(t, s.Delete(t.Context(), c, team.ID, now.Version), iam.CodeEscalation, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, team.ID, now.Version), "", "")
	if may(k, jo.ID, k.Root, iam.PermUsersDelete).Effective {
		t.Error("still may after the team is gone")
	}
}

// An organization sees its own teams and those that serve it, and nothing of its
// sister. covers A-06, D-02
func TestSisterOrganization(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	mine, sister := k.Org("Mine", ""), k.Org("Sister", "")
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: mine, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	jo := k.User(tenanttest.Person{Type: iam.TypeMember, Org: mine})
	theirs := k.User(tenanttest.Person{Type: iam.TypeMember, Org: sister})
	staff := k.User(tenanttest.Person{Type: iam.TypeAgent})
	helpers := create(t, s, admin, Create{Name: "Helpers", Serves: []iam.OrgID{mine, sister}})
	hidden := create(t, s, admin, Create{Name: "Hidden", Org: sister})
	if _, err := s.Put(t.Context(), admin, helpers.ID, staff.ID, Place{}); err != nil {
		t.Fatal(err)
	}
	own := create(t, s, boss, Create{Name: "Own"})
	list, err := s.List(t.Context(), boss, Filter{})
	if diff := cmp.Diff([]string{"Helpers", "Own"}, names(list.Items)); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if v := list.Items[0]; v.Manageable || len(v.Served) != 1 || v.Served[0].ID != mine {
		t.Errorf("the helpers are seen as %+v", v)
	}
	if page, err := s.Members(t.Context(), boss, helpers.ID, "", iam.Page{}); err != nil || len(page.Items) != 0 {
		t.Errorf("sees staff out of sight: %v, %v", page.Items, err)
	}
	name := "X"
	_, err = s.Update(t.Context(), boss, helpers.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = s.Get(t.Context(), boss, hidden.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Update(t.Context(), boss, hidden.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	tenanttest.Refused(t, s.Delete(t.Context(), boss, hidden.ID, 1), iam.CodeNotFound, "")
	_, err = s.Members(t.Context(), boss, hidden.ID, "", iam.Page{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Put(t.Context(), boss, own.ID, theirs.ID, Place{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Put(t.Context(), boss, hidden.ID, jo.ID, Place{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	tenanttest.Refused(t, s.Remove(t.Context(), boss, hidden.ID, jo.ID), iam.CodeNotFound, "")
	_, err = s.Create(t.Context(), boss, Create{Name: "X", Org: sister})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_id")
	_, err = s.Create(t.Context(), boss, Create{Name: "X", Serves: []iam.OrgID{sister}})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/serves/0")
	_, err = s.Put(t.Context(), admin, own.ID, theirs.ID, Place{})
	tenanttest.Refused(t, err, iam.CodeInvalid, "")
	if _, err := s.Put(t.Context(), boss, own.ID, jo.ID, Place{}); err != nil {
		t.Error(err)
	}
	// Agency staff of the root whose membership includes what is below may join.
	if _, err := s.Put(t.Context(), admin, own.ID, k.Admin.ID, Place{}); err != nil {
		t.Error(err)
	}
}

// A list of teams is narrowed by organization and by what can be changed; of what
// is not there for the caller, nobody is told.
func TestListNarrowed(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	mine, sister := k.Org("Mine", ""), k.Org("Sister", "")
	dept := k.Org("Department", mine)
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: mine, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	create(t, s, admin, Create{Name: "Helpers", Serves: []iam.OrgID{mine}})
	create(t, s, admin, Create{Name: "Hidden", Org: sister})
	create(t, s, boss, Create{Name: "Own"})
	create(t, s, boss, Create{Name: "Deep", Org: dept})
	reader := *boss
	reader.Effective = access.SetOf(iam.PermTeamsRead)
	for what, tc := range map[string]struct {
		c    *access.Caller
		f    Filter
		want []string
	}{
		"all that the boss sees":      {boss, Filter{}, []string{"Deep", "Helpers", "Own"}},
		"what the boss can change":    {boss, Filter{Manageable: true}, []string{"Deep", "Own"}},
		"of an organization":          {boss, Filter{Org: mine}, []string{"Own"}},
		"of one below":                {boss, Filter{Org: dept, Manageable: true}, []string{"Deep"}},
		"of the company":              {admin, Filter{Org: k.Root}, []string{"Helpers"}},
		"what the company can change": {admin, Filter{Manageable: true, Search: "h"}, []string{"Helpers", "Hidden"}},
		"who only reads":              {&reader, Filter{Manageable: true}, []string{}},
	} {
		list, err := s.List(t.Context(), tc.c, tc.f)
		if diff := cmp.Diff(tc.want, names(list.Items)); err != nil || diff != "" {
			t.Errorf("%s: %v %s", what, err, diff)
		}
	}
	for _, org := range []iam.OrgID{sister, k.Root, "org_none", k.Other().Root} {
		_, err := s.List(t.Context(), boss, Filter{Org: org})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
	}
	page, err := s.List(t.Context(), admin, Filter{Page: iam.Page{Limit: 2}})
	if err != nil || len(page.Items) != 2 || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	_, err = s.List(t.Context(), boss, Filter{Page: iam.Page{Limit: 2, Cursor: page.Next}})
	tenanttest.Refused(t, err, iam.CodeInvalidCursor, "")
}

// covers D-02
func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s, admin := service(t, k), k.Caller(k.Admin)
	theirs := create(t, s, other.Caller(other.Admin), Create{Name: "Theirs"})
	mine := create(t, s, admin, Create{Name: "Mine"})
	name := "X"
	_, err := s.Get(t.Context(), admin, theirs.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Update(t.Context(), admin, theirs.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	tenanttest.Refused(t, s.Delete(t.Context(), admin, theirs.ID, 1), iam.CodeNotFound, "")
	_, err = s.Put(t.Context(), admin, theirs.ID, k.Admin.ID, Place{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.Put(t.Context(), admin, mine.ID, other.Admin.ID, Place{})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	_, err = s.RemovePhoto(t.Context(), admin, theirs.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if list, err := s.List(t.Context(), admin, Filter{}); err != nil || len(list.Items) != 1 {
		t.Errorf("list %v, %v", list, err)
	}
}

//
func TestTeamRolesAreToldOf(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	lead := teamRole(k, "lead", iam.PermReportsRead)
	team := create(t, s, admin, Create{Name: "Nights"})
	noted := func() int {
		n := 0
		k.Clock.Advance(notices.Delay)
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			list, err := tx.TakeAccessNotices(ctx, 100)
			n = len(list)
			return err
		})
		return n
	}
	u := k.User(tenanttest.Person{Type: iam.TypeAgent})
	put := func(role iam.RoleID) {
		if _, err := s.Put(t.Context(), admin, team.ID, u.ID, Place{Role: &role}); err != nil {
			t.Fatal(err)
		}
	}
	if put(""); noted() != 0 {
		t.Error("a team without a role gives nothing")
	}
	if put(lead); noted() != 1 {
		t.Error("nobody is told of a role given")
	}
	if put(""); noted() != 1 {
		t.Error("nobody is told of a role taken")
	}
	put(lead)
	noted()
	if err := s.Delete(t.Context(), admin, team.ID, team.Version); err != nil || noted() != 1 {
		t.Errorf("nobody is told of a role deleted: %v", err)
	}
}
