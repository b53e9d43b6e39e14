package imports

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

var testNow = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func testChecker() *rowChecker {
	dir := &authz.Directory{RootOrg: "org_root", Orgs: map[iam.OrgID]*iam.Organization{"org_root": {ID: "org_root", Name: "Company"}}}
	return newRowChecker(dir, access.Operator("tenant_1", "org_root"), func(string) error { return nil }, testNow)
}

// People who come from another system keep the time of their last sign-in.
func TestLastSignInOfRow(t *testing.T) {
	day := time.Date(2026, 2, 27, 23, 30, 0, 0, time.UTC)
	for _, tc := range []struct {
		cell string
		want time.Time
		code string
	}{
		{cell: "", want: time.Time{}},
		{cell: "2026-02-27T23:30:00Z", want: day},
		{cell: " 2026-02-28T00:30:00+01:00 ", want: day},
		{cell: "2026-03-02T09:30:00Z", want: testNow},
		{cell: "2026-03-02T09:30:01Z", code: "malformed"},
		{cell: "1969-12-31T23:59:59Z", code: "malformed"},
		{cell: "2026-02-27", code: "malformed"},
		{cell: "yesterday", code: "malformed"},
	} {
		row := &usercsv.Row{Line: 2, Values: map[string]string{
			"first_name": "Anna", "last_name": "Kowalska", "email": "anna@company.example", "user_type": "agent", "last_sign_in_at": tc.cell,
		}}
		c, problems := testChecker().judge(row)
		switch {
		case tc.code == "" && (c == nil || !c.user.LastSignInAt.Equal(tc.want)):
			t.Errorf("%q: got %+v %+v, want %v", tc.cell, c, problems, tc.want)
		case tc.code != "" && (len(problems) != 1 || problems[0].Field != "last_sign_in_at" || problems[0].Code != tc.code || problems[0].Message == ""):
			t.Errorf("%q: got %+v, want one problem %s", tc.cell, problems, tc.code)
		}
	}
}

// Roles are named by their codes or their names, in letters of any case.
func TestRolesOfRow(t *testing.T) {
	for cell, want := range map[string][]iam.RoleID{
		"":                          nil,
		"agent":                     {"role_agent"},
		"Agent":                     {"role_agent"},
		"bot builder":               {"role_builder"},
		"Bot Builder; agent":        {"role_builder", "role_agent"},
		"agent bot_builder":         {"role_agent", "role_builder"},
		" bot_builder|AGENT |agent": {"role_builder", "role_agent"},
		"role_agent":                {"role_agent"},
	} {
		c, problems := judgeRoles(cell)
		if c == nil || len(problems) > 0 || !slices.Equal(c.user.Memberships[0].Roles, want) {
			t.Errorf("%q: %+v, %+v, want %v", cell, c, problems, want)
		}
	}
	for cell, named := range map[string]string{"nonexistent role": "nonexistent role", "agent nobody": "nobody", "Lead": "Lead"} {
		if _, problems := judgeRoles(cell); len(problems) != 1 || problems[0].Code != "unknown" || !strings.Contains(problems[0].Message, "“"+named+"”") {
			t.Errorf("%q: %+v, want one problem with %q", cell, problems, named)
		}
	}
}

func judgeRoles(cell string) (*candidate, []iam.ImportRow) {
	k := testChecker()
	k.dir.Roles = map[iam.RoleID]*iam.Role{
		"role_agent":   {ID: "role_agent", Code: "agent", Name: "Agent", Scope: iam.ScopeOrganization},
		"role_builder": {ID: "role_builder", Code: "bot_builder", Name: "Bot Builder", Scope: iam.ScopeOrganization},
		"role_lead":    {ID: "role_lead", Code: "lead", Name: "Lead", Scope: iam.ScopeTeam},
	}
	return k.judge(&usercsv.Row{Line: 2, Values: map[string]string{
		"first_name": "Anna", "last_name": "Kowalska", "email": "anna@company.example", "user_type": "agent", "roles": cell,
	}})
}

// Whoever holds what their organization may not have at present may give it, as
// everywhere else.
func TestDormantIsGiven(t *testing.T) {
	k := testChecker()
	role := &iam.Role{ID: "role_reader", Code: "reader", Name: "Reader", Scope: iam.ScopeOrganization, Permissions: []iam.Permission{iam.PermChannelsRead}}
	k.dir.Roles = map[iam.RoleID]*iam.Role{role.ID: role}
	reads := access.SetOf(iam.PermChannelsRead)
	k.caller.Effective &^= reads
	if err := k.mayGrant(iam.TypeAgent, []iam.RoleID{role.ID}); iam.CodeOf(err) != iam.CodeEscalation {
		t.Errorf("without it: %v", err)
	}
	k = testChecker()
	k.dir.Roles = map[iam.RoleID]*iam.Role{role.ID: role}
	k.caller.Effective, k.caller.Dormant = k.caller.Effective&^reads, reads
	if err := k.mayGrant(iam.TypeAgent, []iam.RoleID{role.ID}); err != nil {
		t.Errorf("dormant: %v", err)
	}
}

// Service users sign in with keys alone: a password of theirs is told, not kept.
func TestServiceUsersHaveNoPassword(t *testing.T) {
	_, problems := testChecker().judge(&usercsv.Row{Line: 2, Values: map[string]string{
		"first_name": "Directory", "last_name": "Sync", "email": "sync@company.example", "user_type": "service", "password_hash": "$2b$10$x",
	}})
	if len(problems) != 1 || problems[0].Field != "password_hash" || problems[0].Code != "not_allowed" {
		t.Errorf("%+v", problems)
	}
}
