package organizations

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

func TestMove(t *testing.T) { tenanttest.Each(t, move) }

func move(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	s, admin := service(k), k.Caller(k.Admin)
	a, b := k.Org("A", ""), k.Org("B", "")
	below := k.Org("Below", a)
	deepest := k.Root
	for i := 2; i < MaxDepth; i++ {
		deepest = k.Org(fmt.Sprintf("Level %d", i), deepest)
	}
	other := k.Other().Org("Theirs", "")
	move := func(c *access.Caller, id, to iam.OrgID) error {
		_, err := s.Update(t.Context(), c, id, Update{Parent: &to, Version: 1})
		return err
	}
	for name, test := range map[string]struct{ id, to iam.OrgID }{
		"under itself": {a, a}, "under what is below it": {a, below}, "the root": {k.Root, a}, "to nowhere": {a, "org_nothing"},
		"to the top": {a, ""}, "to another tenant": {a, other}, "too deep": {a, deepest},
	} {
		t.Run(name, func(t *testing.T) {
			tenanttest.Refused(t, move(admin, test.id, test.to), iam.CodeInvalid, "/parent_id")
		})
	}
	boss := orgAdmin(k, a)
	tenanttest.Refused(t, move(boss, below, b), iam.CodeInvalid, "/parent_id")
	tenanttest.Refused(t, move(boss, a, below), iam.CodeInvalid, "/parent_id")
	tenanttest.Refused(t, move(boss, b, a), iam.CodeNotFound, "")
	if err := move(admin, a, b); err != nil {
		t.Fatal(err)
	}
	v, err := s.Get(t.Context(), admin, below)
	if diff := cmp.Diff([]string{"Acme", "B", "A"}, v.Path); err != nil || diff != "" {
		t.Errorf("path: %v\n%s", err, diff)
	}
	events := k.Events("organization.moved")
	if len(events) != 1 || cmp.Diff([]iam.Change{{Field: "parent", Before: "Acme", After: "B"}}, events[0].Changes) != "" {
		t.Errorf("events = %+v", events)
	}
}

// People who belong to an organization and those below it come and go with what
// is moved: nobody gives, takes or gets more than they hold by that.
func TestMoveKeepsToWhatTheCallerHolds(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	x, y := k.Org("X", ""), k.Org("Y", "")
	role := k.Role("Auditor", iam.PermAuditRead)
	k.User(tenanttest.Person{Type: iam.TypeMember, Org: x, Roles: []iam.RoleID{role.ID}, Descendants: true})
	k.User(tenanttest.Person{Type: iam.TypeMember, Org: y, Roles: []iam.RoleID{access.RoleOrgAdmin}}) // goes nowhere
	move := func(c *access.Caller, id, to iam.OrgID) error {
		_, err := s.Update(t.Context(), c, id, Update{Parent: &to, Version: version(t, s, admin, id)})
		return err
	}
	manage := []iam.Permission{iam.PermOrganizationsRead, iam.PermOrganizationsManage}
	less := k.CallerWith(manage...)
	refused := func(c *access.Caller, id, to iam.OrgID, reason string) {
		t.Helper()
		err := move(c, id, to)
		tenanttest.Refused(t, err, iam.CodeEscalation, "")
		if e := new(iam.Error); errors.As(err, &e) && e.Reason != reason {
			t.Errorf("the reason is %q, want %q", e.Reason, reason)
		}
	}
	refused(less, y, x, "more_than_yours")
	member := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: append(append(manage, iam.PermAuditRead), access.Baseline(iam.TypeMember).Permissions()...)})
	enough := k.Caller(member)
	if err := move(enough, y, x); err != nil {
		t.Fatal(err)
	}
	refused(less, y, k.Root, "more_than_yours") // taking is as much as giving
	if err := move(enough, y, k.Root); err != nil {
		t.Fatal(err)
	}
	k.Change(member.ID, func(u *iam.User) {
		u.Memberships = append(slices.Clone(u.Memberships), iam.Membership{Org: x, Roles: []iam.RoleID{role.ID}, IncludesDescendants: true})
	})
	refused(enough, y, x, "own_access")
	if err := move(admin, y, x); err != nil {
		t.Error(err)
	}
}
