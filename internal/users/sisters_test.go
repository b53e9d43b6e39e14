package users_test

import (
	"context"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// How many a list has is told to nobody who sees only some of them: large exports
// say it before they are made.
func TestCountTellsNothingOfASister(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	role := f.Role("Quiet", iam.PermUsersRead)
	u := f.User(tenanttest.Person{Type: iam.TypeMember, Name: "Shay", Org: client})
	there := []string{string(role.ID)}
	if _, err := f.s.SetMembership(t.Context(), f.admin, u.ID, sister, users.SetMembership{Roles: &there, Version: 1}); err != nil {
		t.Fatal(err)
	}
	team := &iam.Team{ID: "team_nights", Org: sister, Name: "Nights"}
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		if err := tx.InsertTeam(ctx, f.Tenant.ID, team); err != nil {
			return err
		}
		return tx.PutTeamMember(ctx, f.Tenant.ID, before, iam.TeamHold{Team: team.ID, Org: sister})
	})
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	for _, test := range []struct {
		name  string
		c     *access.Caller
		f     iam.UserFilter
		role  string
		n     int64
		known bool
	}{
		{"everybody", boss, iam.UserFilter{}, "", 2, true},
		{"a role", boss, iam.UserFilter{}, role.Code, 0, false},
		{"the sister's team", boss, iam.UserFilter{Team: team.ID}, "", 0, true},
		{"no team", boss, iam.UserFilter{Team: "team_none"}, "", 0, true},
		{"a role, to the company", f.admin, iam.UserFilter{}, role.Code, 1, true},
		{"the team, to the company", f.admin, iam.UserFilter{Team: team.ID}, "", 1, true},
	} {
		n, known, err := f.s.Count(t.Context(), test.c, test.f, test.role)
		if n != test.n || known != test.known || err != nil {
			t.Errorf("%s: %d, %t, %v", test.name, n, known, err)
		}
	}
}
