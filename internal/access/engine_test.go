package access

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// The truth table of one permission: every combination of what can grant it
// and what can stop it. covers D-05, D-06
func TestTruthTable(t *testing.T) {
	const read, write = iam.PermBotsRead, iam.PermBotsManage
	for _, typ := range iam.UserTypes {
		for bits := range 1 << 7 {
			has := func(i int) bool { return bits&(1<<i) != 0 }
			member, active, role, direct, inherited, feature, writing := has(0), has(1), has(2), has(3), has(4), has(5), has(6)
			p := read
			if writing {
				p = write
			}
			s := &Subject{Type: typ, Status: iam.StatusSuspended, Member: member}
			if active {
				s.Status = iam.StatusActive
			}
			if feature {
				s.Features = All
			}
			if role {
				s.Grants = append(s.Grants, Grant{Kind: SourceRole, Set: SetOf(p)})
			}
			if direct {
				s.Grants = append(s.Grants, Grant{Kind: SourceDirect, Set: SetOf(p)})
			}
			if inherited {
				s.Grants = append(s.Grants, Grant{Kind: SourceInherited, Set: SetOf(p)})
			}
			granted := role || direct || inherited || baselines[typ].Has(p)
			want := member && active && granted && ceilings[typ].Has(p) && feature
			if got := s.Effective().Has(p); got != want {
				t.Errorf("%s %07b %s: got %t, want %t", typ, bits, p, got, want)
			}
			if e := s.Explain(p); e.Effective != want || (e.BlockedBy == "") != want {
				t.Errorf("%s %07b %s: explained as %+v, want %t", typ, bits, p, e, want)
			}
		}
	}
}

func subjects() *rapid.Generator[*Subject] {
	return rapid.Custom(func(t *rapid.T) *Subject {
		s := &Subject{
			Type:     rapid.SampledFrom(iam.UserTypes).Draw(t, "type"),
			Status:   rapid.SampledFrom([]iam.Status{iam.StatusActive, iam.StatusSuspended}).Draw(t, "status"),
			Member:   rapid.Bool().Draw(t, "member"),
			Features: Set(rapid.Uint64().Draw(t, "features")) & All,
		}
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			s.Grants = append(s.Grants, Grant{
				Kind: rapid.SampledFrom([]SourceKind{SourceRole, SourceDirect, SourceInherited}).Draw(t, "kind"),
				Set:  Set(rapid.Uint64().Draw(t, "set")) & All,
			})
		}
		return s
	})
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := subjects().Draw(t, "subject")
		effective := s.Effective()
		if !Ceiling(s.Type).Contains(effective) || !s.Features.Contains(effective) {
			t.Fatalf("%b passes a ceiling", effective)
		}
		if (s.Type == iam.TypeViewer || s.Type == iam.TypeAnalyst) && !ReadOnly.Contains(effective) {
			t.Fatalf("a %s may write: %v", s.Type, effective.Permissions())
		}
		if !s.Potential().Contains(effective) {
			t.Fatal("suspension must only take away")
		}
		for _, e := range Catalogue() {
			if s.Explain(e.ID).Effective != effective.Has(e.ID) {
				t.Fatalf("explain and decide disagree on %s", e.ID)
			}
		}
		more := *s
		more.Grants = append(slices.Clone(s.Grants), Grant{Kind: SourceRole, Set: Set(rapid.Uint64().Draw(t, "more")) & All})
		if !more.Effective().Contains(effective) {
			t.Fatal("a role took a permission away")
		}
	})
}

// Nobody grants what they lack, and nobody acts on somebody who may do more.
func TestRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Set(rapid.Uint64().Draw(t, "a"))&All, Set(rapid.Uint64().Draw(t, "b"))&All
		want := b&^a == 0
		if got := MayGrant(a, b) == nil; got != want {
			t.Fatalf("MayGrant: got %t", got)
		}
		if got := MayActOn(a, b) == nil; got != want {
			t.Fatalf("MayActOn: got %t", got)
		}
		if !want && iam.CodeOf(MayGrant(a, b)) != iam.CodeEscalation {
			t.Fatal("the refusal must be an escalation")
		}
	})
}

// What each type opens, as the document says it. covers D-05, D-12
func TestTypes(t *testing.T) {
	for _, tc := range []struct {
		typ     iam.UserType
		portals string
		home    string
		may     []iam.Permission
		mayNot  []iam.Permission
	}{
		{iam.TypeTenantAdmin, "[tenant_admin operations agent_desktop analytics]", "tenant_admin", All.Permissions(), nil},
		{iam.TypeBotAdmin, "[operations analytics]", "operations", []iam.Permission{iam.PermBotsManage, iam.PermBotsPublish}, []iam.Permission{iam.PermUsersRead, iam.PermConversationsHandle}},
		{iam.TypeSupervisor, "[operations agent_desktop analytics]", "operations", []iam.Permission{iam.PermConversationsMonitor}, []iam.Permission{iam.PermBotsManage, iam.PermUsersRead}},
		{iam.TypeAgent, "[agent_desktop]", "agent_desktop", []iam.Permission{iam.PermConversationsHandle}, []iam.Permission{iam.PermConversationsMonitor, iam.PermAnalyticsRead}},
		{iam.TypeAnalyst, "[analytics]", "analytics", []iam.Permission{iam.PermAnalyticsRead, iam.PermReportsRead}, []iam.Permission{iam.PermConversationsRead, iam.PermDirectoryRead}},
		{iam.TypeViewer, "[tenant_admin operations agent_desktop analytics]", "operations", []iam.Permission{iam.PermUsersRead, iam.PermBotsRead}, []iam.Permission{iam.PermUsersUpdate, iam.PermAuditRead}},
		{iam.TypeMember, "[]", "", nil, (All &^ SetOf(iam.PermPortalDashboard)).Permissions()},
		{iam.TypeClient, "[]", "", nil, All.Permissions()},
		{iam.TypeService, "[]", "", nil, All.Permissions()},
	} {
		s := &Subject{Type: tc.typ, Status: iam.StatusActive, Member: true, Features: All}
		effective := s.Effective()
		var ids []string
		for _, p := range Portals(effective, true) {
			ids = append(ids, p.ID)
		}
		if got := fmt.Sprint(ids); got != tc.portals {
			t.Errorf("%s: portals %s, want %s", tc.typ, got, tc.portals)
		}
		if got := Home(tc.typ, effective, true); got != tc.home {
			t.Errorf("%s: home %q, want %q", tc.typ, got, tc.home)
		}
		for _, p := range tc.may {
			if !effective.Has(p) {
				t.Errorf("%s must have %s", tc.typ, p)
			}
		}
		for _, p := range tc.mayNot {
			if effective.Has(p) {
				t.Errorf("%s must not have %s", tc.typ, p)
			}
		}
	}
}

// The catalogue is complete and consistent. covers E-09
func TestCatalogue(t *testing.T) {
	if len(catalogue) != len(position) {
		t.Error("a permission is listed twice")
	}
	for _, e := range catalogue {
		if e.Label == "" || e.Group == "" || e.Description == "" {
			t.Errorf("%s says too little", e.ID)
		}
	}
	if got := SetOf(All.Permissions()...); got != All {
		t.Errorf("a set does not survive being listed: %b", got)
	}
	for _, r := range SystemRoles() {
		if !r.System || len(r.Permissions) == 0 || r.ID != iam.RoleID("role_"+r.Code) {
			t.Errorf("system role %+v", r)
		}
	}
	if SystemRoles()[0].ID != RoleAdmin || SetOf(SystemRoles()[0].Permissions...) != All {
		t.Error("Admin must hold everything")
	}
}

// Memberships above count only when they include descendants.
func TestInheritance(t *testing.T) {
	roles := Compile(SystemRoles())
	for _, descends := range []bool{false, true} {
		u := &iam.User{Type: iam.TypeAgent, Status: iam.StatusActive, Memberships: []iam.Membership{
			{Org: "org_root", IncludesDescendants: descends, Roles: []iam.RoleID{"role_manager"}},
		}}
		s := SubjectOf(u, "org_child", []iam.OrgID{"org_mid", "org_root"}, roles)
		if got := s.Effective().Has(iam.PermUsersCreate); got != descends {
			t.Errorf("includes descendants %t: got %t", descends, got)
		}
		if got := s.Effective().Has(iam.PermConversationsHandle); got != descends {
			t.Errorf("the baseline needs a membership, too: got %t", got)
		}
		if descends && s.Explain(iam.PermUsersCreate).Sources[0].Kind != SourceInherited {
			t.Error("must be explained as inherited")
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	s := SetOf(iam.PermUsersRead, iam.PermUsersCreate)
	for b.Loop() {
		if !s.Has(iam.PermUsersCreate) {
			b.Fatal()
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	roles := Compile(SystemRoles())
	u := &iam.User{Type: iam.TypeAgent, Status: iam.StatusActive, Memberships: []iam.Membership{{Org: "org_root", IncludesDescendants: true}}}
	for _, r := range SystemRoles() {
		u.Memberships[0].Roles = append(u.Memberships[0].Roles, r.ID)
	}
	ancestors := []iam.OrgID{"a", "b", "c", "d", "org_root"}
	for b.Loop() {
		if SubjectOf(u, "org_child", ancestors, roles).Effective() == 0 {
			b.Fatal()
		}
	}
}

// A role held in a team counts in the team's organization alone, and only for
// people who belong there. covers E-10
func TestTeams(t *testing.T) {
	roles := Compile([]*iam.Role{{ID: "role_night", Name: "Night shift", Scope: iam.ScopeTeam, Permissions: []iam.Permission{iam.PermReportsRead}}})
	u := &iam.User{
		Type: iam.TypeAgent, Status: iam.StatusActive, Memberships: []iam.Membership{{Org: "org_a"}, {Org: "org_b"}},
		Teams: []iam.TeamHold{
			{Team: "team_a", TeamName: "Nights", Org: "org_a", Role: "role_night"},
			{Team: "team_b", TeamName: "Days", Org: "org_b"},
			{Team: "team_c", TeamName: "Elsewhere", Org: "org_c", Role: "role_night"},
		},
	}
	for org, want := range map[iam.OrgID]bool{"org_a": true, "org_b": false, "org_c": false} {
		s := SubjectOf(u, org, nil, roles)
		if got := s.Effective().Has(iam.PermReportsRead); got != want {
			t.Errorf("in %s: got %t, want %t", org, got, want)
		}
		if org != "org_a" {
			continue
		}
		if e := s.Explain(iam.PermReportsRead); len(e.Sources) != 1 || e.Sources[0].Kind != SourceTeam || e.Sources[0].Team != "Nights" || e.Sources[0].Name != "Night shift" {
			t.Errorf("explained by %+v", e.Sources)
		}
	}
}

// The checkboxes of a client organization open what they name and nothing
// else, and whoever runs the organization may give all of them.
func TestOptions(t *testing.T) {
	orgAdmin := SetOf(definitions[RoleOrgAdmin].Permissions...)
	for _, o := range Options() {
		m := &iam.Membership{Org: "org_client", Permissions: o.Permissions}
		if o.Role != "" {
			m.Roles = []iam.RoleID{o.Role}
		}
		u := &iam.User{Type: iam.TypeMember, Status: iam.StatusActive, Memberships: []iam.Membership{*m}}
		effective := SubjectOf(u, "org_client", nil, Compile(SystemRoles())).Effective()
		for _, other := range Options() {
			if want := other.ID == o.ID; other.Ticked(m) != want {
				t.Errorf("with %s given, %s is ticked: %t", o.ID, other.ID, !want)
			}
			if other.Role == "" && o.Role == "" && effective.Has(other.Permissions[0]) != (other.ID == o.ID) {
				t.Errorf("%s opens %s", o.ID, other.Permissions[0])
			}
		}
		if !orgAdmin.Contains(SetOf(o.Permissions...)) {
			t.Errorf("an org admin can't give %s", o.ID)
		}
		if open := Portals(effective, false); !slices.ContainsFunc(open, func(p Portal) bool { return p.ID == "dashboard" }) {
			t.Errorf("%s does not open the dashboard: %v", o.ID, open)
		}
	}
}
