package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// suite are the tests of Run by their names.
var suite = map[string]func(*testing.T, *world){
	"tenants":                  testTenants,
	"tenant conflicts":         testTenantConflicts,
	"set-up token":             testSetupToken,
	"organizations":            testOrgs,
	"organization deletion":    testOrgDeletion,
	"organization settings":    testOrgSettings,
	"organization tree":        testOrgTree,
	"tree, other tenant":       testOrgTreeOtherTenant,
	"remembered directory":     testRemember,
	"directory changes":        testRememberChanges,
	"roles":                    testRoles,
	"role deletion":            testRoleDeletion,
	"role deleted while given": testRoleDeletedWhileGiven,
	"org deleted while joined": testOrgDeletedWhileJoined,
	"users":                    testUsers,
	"user update":              testUserUpdate,
	"what never changes":       testImmutable,
	"when people joined stays": testJoined,
	"unknown references":       testUnknownReferences,
	"user deletion":            testUserDeletion,
	"past memberships":         testPastMemberships,
	"tombstones":               testTombstones,
	"tombstones, others":       testTombstonesOtherTenant,
	"sign-ins and hashes":      testSignIns,
	"who signs in":             testTenantAndUser,
	"user conflicts":           testUserConflicts,
	"teams":                    testTeams,
	"team members":             testTeamMembers,
	"team pages":               testTeamPages,
	"teams, other tenant":      testTeamsOtherTenant,
	"aliases":                  testAliases,
	"attendance":               testAttendance,
	"attendance, others":       testAttendanceOtherTenant,
	"AI agents":                testAgents,
	"AI agents, deletions":     testAgentDeletions,
	"AI agents, others":        testAgentsOtherTenant,
	"custom fields":            testCustomFields,
	"custom field sweep":       testCustomFieldSweep,
	"custom field, too late":   testCustomFieldLatecomers,
	"custom fields, others":    testCustomFieldsOtherTenant,
	"naughty custom values":    testNaughtyValues,
	"many users":               testManyUsers,
	"import":                   testInsertUsers,
	"import conflicts":         testInsertUsersConflicts,
	"other tenant":             testOtherTenant,
	"references across":        testReferencesAcross,
	"same e-mail at once":      testSameEmailAtOnce,
	"lost update":              testLostUpdate,
	"last admin at once":       testLastAdminAtOnce,
	"shared user":              testSharedUser,
	"other active admins":      testOtherActiveAdmins,
	"counters":                 testCounters,
	"counters under load":      testCountersUnderLoad,
	"naughty strings":          testNaughtyStrings,
	"naughty names":            testNaughtyNames,
	"broken strings":           testBrokenStrings,
	"refused writes vanish":    testRefusedWritesVanish,
	"one now a transaction":    testOneNow,
	"access changed is told":   testAccessChanged,
	"user list":                testListUsers,
	"user list, others":        testListUsersOtherTenant,
	"folding beside writers":   testFoldingBesideWriters,
}

// Run proves on databases of one engine that the directory is kept as package
// iam promises: tenants, organizations, users, memberships, roles, counters.
func Run(t *testing.T, open func(testing.TB) DB) {
	t.Helper()
	for name, test := range suite {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open(t))
			test(t, w)
			w.rowsAgree(t)
		})
	}
}

// world is a database with two tenants that look alike.
type world struct {
	db   DB
	a, b place
}

// place is a tenant with an organization below its root, the role admin, a
// further system role, and a custom one.
type place struct {
	tenant      iam.TenantID
	root, child iam.OrgID
	custom      iam.RoleID
}

const (
	roleAdmin iam.RoleID = "role_admin"
	roleAgent iam.RoleID = "role_agent"
)

func newWorld(t *testing.T, db DB) *world {
	t.Helper()
	w := &world{db: db}
	w.a, w.b = w.newPlace(t, "a"), w.newPlace(t, "b")
	return w
}

func (w *world) newPlace(t *testing.T, name string) place {
	t.Helper()
	p := place{
		tenant: iam.TenantID(w.db.NewID(iam.PrefixTenant)), root: iam.OrgID(w.db.NewID(iam.PrefixOrg)),
		child: iam.OrgID(w.db.NewID(iam.PrefixOrg)), custom: iam.RoleID(w.db.NewID(iam.PrefixRole)),
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		tenant := &iam.Tenant{ID: p.tenant, ShortName: name, Name: "Tenant " + name, Color: "#336699", Status: iam.StatusActive}
		root := &iam.Organization{ID: p.root, ShortName: name, Name: "Root", Status: iam.StatusActive}
		if err := tx.InsertTenant(ctx, tenant, root, systemRoles()); err != nil {
			return err
		}
		child := &iam.Organization{ID: p.child, Parent: p.root, ShortName: name + "-child", Name: "Child", Status: iam.StatusActive}
		if err := tx.InsertOrg(ctx, p.tenant, child); err != nil {
			return err
		}
		return tx.InsertRole(ctx, p.tenant, &iam.Role{
			ID: p.custom, Code: "custom", Name: "Custom", Scope: iam.ScopeOrganization,
			Permissions: []iam.Permission{iam.PermUsersRead},
		})
	})
	return p
}

func systemRoles() []*iam.Role {
	return []*iam.Role{
		{ID: roleAdmin, Code: "admin", Name: "Admin", Scope: iam.ScopeOrganization, System: true, Permissions: []iam.Permission{iam.PermUsersRead, iam.PermUsersCreate}},
		{ID: roleAgent, Code: "agent", Name: "Agent", Scope: iam.ScopeOrganization, System: true, Permissions: []iam.Permission{iam.PermConversationsRead}},
	}
}

// person is a new active agent without memberships.
func (w *world) person(name string) *iam.User {
	first, last, _ := strings.Cut(name, " ")
	email := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.com"
	return &iam.User{
		ID: iam.UserID(w.db.NewID(iam.PrefixUser)), Type: iam.TypeAgent, Status: iam.StatusActive,
		FirstName: first, LastName: last, Email: email, EmailKey: fold.EmailKey(email), Theme: "system",
	}
}

// add inserts a user and returns it.
func (w *world) add(t *testing.T, p place, u *iam.User) *iam.User {
	t.Helper()
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, p.tenant, u) })
	return u
}

// write runs a transaction that must succeed.
func (w *world) write(t *testing.T, fn func(context.Context, iam.Tx) error) {
	t.Helper()
	if err := w.tryWrite(t, fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) tryWrite(t *testing.T, fn func(context.Context, iam.Tx) error) error {
	t.Helper()
	return w.db.Write(t.Context(), func(tx iam.Tx) error { return fn(t.Context(), tx) })
}

// read runs a read transaction that must succeed.
func (w *world) read(t *testing.T, fn func(context.Context, iam.Tx) error) {
	t.Helper()
	if err := w.db.Read(t.Context(), func(tx iam.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// user reads a user that must exist.
func (w *world) user(t *testing.T, p place, id iam.UserID) *iam.User {
	t.Helper()
	var u *iam.User
	w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		u, err = tx.User(ctx, p.tenant, id)
		return err
	})
	return u
}

// change updates a user by fn.
func (w *world) change(t *testing.T, p place, id iam.UserID, fn func(*iam.User)) *iam.User {
	t.Helper()
	var after *iam.User
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, p.tenant, id)
		if err != nil {
			return err
		}
		after = clone(before)
		fn(after)
		return tx.UpdateUser(ctx, p.tenant, before, after)
	})
	return after
}

// clone copies a user with its memberships.
func clone(u *iam.User) *iam.User {
	c := *u
	c.Memberships = make([]iam.Membership, len(u.Memberships))
	for i, m := range u.Memberships {
		m.Roles = append([]iam.RoleID(nil), m.Roles...)
		m.Permissions = append([]iam.Permission(nil), m.Permissions...)
		c.Memberships[i] = m
	}
	return &c
}

// wantCode fails unless err has the code and, if given, a field at pointer.
func wantCode(t *testing.T, what string, err error, code iam.Code, pointer ...string) {
	t.Helper()
	if iam.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
		return
	}
	for _, p := range pointer {
		if e, ok := err.(*iam.Error); !ok || len(e.Fields) != 1 || e.Fields[0].Pointer != p || e.Fields[0].Message == "" { //nolint:errorlint // answers are not wrapped
			t.Errorf("%s: %#v, want a field at %s", what, err, p)
		}
	}
}
