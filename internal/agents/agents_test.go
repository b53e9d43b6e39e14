package agents

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *Service {
	return New(Deps{Store: k.DB, IDs: k.IDs, Directories: authz.NewCache(k.Store, k.Clock)})
}

func create(t *testing.T, s *Service, c *access.Caller, in Create) *View {
	t.Helper()
	v, err := s.Create(t.Context(), c, in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// in is somebody new in an organization, with permissions there.
func in(k *tenanttest.Kit, org iam.OrgID, permissions ...iam.Permission) *access.Caller {
	return k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Permissions: permissions}))
}

func names(list []*View) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, v.Name)
	}
	return out
}

func assigned(v *View) []string {
	out := []string{}
	for _, o := range v.Assigned {
		out = append(out, o.Name)
	}
	return out
}

func TestLife(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, client := service(k), k.Caller(k.Admin), k.Org("Client", "")
	made := create(t, s, admin, Create{Name: " Returns ", Description: "d", ExternalID: " bot-1 ", Orgs: []iam.OrgID{client, client}})
	if made.Name != "Returns" || made.ExternalID != "bot-1" || made.State != iam.AgentActive || !made.Manageable || !made.Assignable {
		t.Errorf("made %+v", made)
	}
	if diff := cmp.Diff([]string{"Client"}, assigned(made)); diff != "" || !strings.HasPrefix(string(made.ID), "agent_") {
		t.Errorf("%s %s", made.ID, diff)
	}
	for pointer, bad := range map[string]Create{
		"/name": {Name: " "}, "/external_id": {Name: "X", ExternalID: strings.Repeat("x", MaxExternal+1)}, "/state": {Name: "X", State: "asleep"},
		"/organization_ids/0": {Name: "X", Orgs: []iam.OrgID{"org_none"}},
	} {
		_, err := s.Create(t.Context(), admin, bad)
		tenanttest.Refused(t, err, iam.CodeInvalid, pointer)
	}
	_, err := s.Create(t.Context(), admin, Create{Name: "RETURNS"})
	tenanttest.Refused(t, err, iam.CodeConflict, "/name")
	_, err = s.Create(t.Context(), admin, Create{Name: "X", ExternalID: "bot-1"})
	tenanttest.Refused(t, err, iam.CodeConflict, "/external_id")
	create(t, s, admin, Create{Name: "Idle", State: iam.AgentPaused})

	name, paused := "Refunds", iam.AgentPaused
	changed, err := s.Update(t.Context(), admin, made.ID, Update{Name: &name, State: &paused, Version: 1})
	if err != nil || changed.Name != name || changed.State != paused || changed.ExternalID != "bot-1" || changed.Version != 2 || len(changed.Assigned) != 1 {
		t.Errorf("changed %+v, %v", changed, err)
	}
	if same, err := s.Update(t.Context(), admin, made.ID, Update{Name: &name, Version: 2}); err != nil || same.Version != 2 {
		t.Errorf("changed nothing: %+v, %v", same, err)
	}
	_, err = s.Update(t.Context(), admin, made.ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	list, err := s.List(t.Context(), admin, "BOT refunds")
	if diff := cmp.Diff([]string{"Refunds"}, names(list)); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	tenanttest.Refused(t, s.Delete(t.Context(), admin, made.ID, 1), iam.CodePreconditionFailed, "")
	if err := s.Delete(t.Context(), admin, made.ID, 2); err != nil {
		t.Fatal(err)
	}
	_, err = s.Get(t.Context(), admin, made.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	for action, want := range map[string]int{"agent.created": 2, "agent.updated": 1, "agent.deleted": 1, "agent.assignments_changed": 0} {
		got := k.Events(action)
		if len(got) != want {
			t.Errorf("%d events %s, want %d", len(got), action, want)
		}
		for _, e := range got {
			if e.TargetType != "agent" || e.TargetID == "" || e.TargetName == "" || len(e.Changes) == 0 {
				t.Errorf("event %+v", e)
			}
		}
	}
}

// Who manages one part of the tree sees what is assigned there, changes the
// assignments there and nothing else, and learns of no sister.
func TestPartOfTheTree(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	client, sister := k.Org("Client", ""), k.Org("Sister", "")
	below := k.Org("Below", client)
	shared := create(t, s, admin, Create{Name: "Shared", Orgs: []iam.OrgID{client, sister}})
	theirs := create(t, s, admin, Create{Name: "Theirs", Orgs: []iam.OrgID{sister}})
	create(t, s, admin, Create{Name: "Deep", Orgs: []iam.OrgID{below}})
	c, reader := in(k, client, iam.PermBotsRead, iam.PermBotsManage), in(k, client, iam.PermBotsRead)
	list, err := s.List(t.Context(), c, "")
	if diff := cmp.Diff([]string{"Deep", "Shared"}, names(list)); err != nil || diff != "" {
		t.Fatalf("%v %s", err, diff)
	}
	if diff := cmp.Diff([]string{"Client"}, assigned(list[1])); diff != "" || list[1].Manageable || !list[1].Assignable {
		t.Errorf("%+v %s", list[1], diff)
	}
	_, err = s.Assign(t.Context(), c, shared.ID, []iam.OrgID{sister}, 1)
	tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_ids/0")
	v, err := s.Assign(t.Context(), c, shared.ID, []iam.OrgID{below}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Below"}, assigned(v)); diff != "" {
		t.Error(diff)
	}
	now, err := s.Get(t.Context(), admin, shared.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Below", "Sister"}, assigned(now)); diff != "" {
		t.Error(diff)
	}
	e := k.Events("agent.assignments_changed")[0]
	if diff := cmp.Diff([]iam.Change{{Field: "organizations", Before: []any{"Client"}, After: []any{"Below"}}}, e.Changes); diff != "" {
		t.Error(diff)
	}
	_, err = s.Assign(t.Context(), c, shared.ID, nil, 1)
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	// What is taken away altogether is out of sight.
	if v, err = s.Assign(t.Context(), c, shared.ID, nil, 2); err != nil || len(v.Assigned) != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	for _, id := range []iam.AgentID{shared.ID, theirs.ID, "agent_none"} {
		_, err = s.Get(t.Context(), c, id)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Assign(t.Context(), c, id, []iam.OrgID{client}, 1)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Update(t.Context(), c, id, Update{Version: 1})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		tenanttest.Refused(t, s.Delete(t.Context(), c, id, 1), iam.CodeNotFound, "")
	}
	name := "Mine"
	_, err = s.Create(t.Context(), c, Create{Name: name})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = s.Update(t.Context(), c, list[0].ID, Update{Name: &name, Version: 1})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	tenanttest.Refused(t, s.Delete(t.Context(), c, list[0].ID, 1), iam.CodeForbidden, "")
	_, err = s.Assign(t.Context(), reader, list[0].ID, nil, 1)
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	if v, err := s.Get(t.Context(), reader, list[0].ID); err != nil || v.Assignable || v.Manageable {
		t.Errorf("%+v, %v", v, err)
	}
	nobody := in(k, client, iam.PermDashboardHome)
	_, err = s.List(t.Context(), nobody, "")
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}

// Where one may assign is found by a part of a name: of a company its whole tree,
// of others their own part with the way to it, of another tenant nothing.
func TestOrganizations(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	client := k.Org("Café Client", "")
	below := k.Org("Below", client)
	k.Org("Far below", below)
	k.Org("Sister", "")
	k.Other().Org("Client of others", "")
	c := in(k, client, iam.PermBotsManage)
	for name, test := range map[string]struct {
		c      *access.Caller
		search string
		limit  int
		want   []string
		more   bool
	}{
		"all":            {admin, "", 5, []string{"Acme", "Acme/Café Client", "Acme/Café Client/Below", "Acme/Café Client/Below/Far below", "Acme/Sister"}, false},
		"the first":      {admin, "", 2, []string{"Acme", "Acme/Café Client"}, true},
		"found":          {admin, "CAFE c", 5, []string{"Acme/Café Client"}, false},
		"found in part":  {admin, "below", 1, []string{"Acme/Café Client/Below"}, true},
		"one's own part": {c, "", 5, []string{"Café Client", "Café Client/Below", "Café Client/Below/Far below"}, false},
		"its last":       {c, "", 3, []string{"Café Client", "Café Client/Below", "Café Client/Below/Far below"}, false},
		"no sister":      {c, "sister", 5, []string{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			list, more, err := s.Organizations(t.Context(), test.c, test.search, test.limit)
			got := []string{}
			for _, place := range list {
				got = append(got, strings.Join(append(place.Path, place.Name), "/"))
			}
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" || more != test.more {
				t.Errorf("more: %t, %v\n%s", more, err, diff)
			}
		})
	}
	_, _, err := s.Organizations(t.Context(), in(k, client, iam.PermBotsRead), "", 5)
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}
