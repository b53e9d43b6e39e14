package notices

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// settle has everybody told whose time has come and returns the lines that each
// of the mails has, by address.
func (k *kit) settle() map[string][]string {
	k.t.Helper()
	k.work()
	k.Clock.Advance(Delay)
	out := map[string][]string{}
	for _, m := range k.work() {
		for line := range strings.Lines(m.Text) {
			if strings.HasPrefix(line, "- ") {
				out[m.To] = append(out[m.To], strings.TrimSpace(line))
			}
		}
	}
	return out
}

// update changes an organization as its use case does.
func (k *kit) update(id iam.OrgID, fn func(*iam.Organization)) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.Org(ctx, k.Tenant.ID, id)
		if err != nil {
			return err
		}
		if err := NoteOrg(ctx, tx, k.Tenant.ID, before); err != nil {
			return err
		}
		after := *before
		fn(&after)
		return tx.UpdateOrg(ctx, k.Tenant.ID, &after)
	})
}

// Everybody in an organization whose features change, or that is moved, and in
// those below it, is told what they can't do any more; nobody elsewhere is.
//
func TestFeaturesAreToldOf(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		client := k.Org("Client", "")
		branch, sister := k.Org("Branch", client), k.Org("Sister", "")
		in := func(org iam.OrgID) *iam.User {
			return k.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Permissions: []iam.Permission{iam.PermAnalyticsRead}})
		}
		one, two, three := in(client), in(branch), in(sister)
		k.update(client, func(o *iam.Organization) { o.Features = []string{"conversations"} })
		told := k.settle()
		if len(told[one.Email]) == 0 || len(told[two.Email]) == 0 || len(told[three.Email]) != 0 {
			t.Fatalf("told: %v", told)
		}
		// The branch gets them back by its new place.
		k.update(branch, func(o *iam.Organization) { o.Parent = sister })
		again := k.settle()
		if len(again[one.Email]) != len(told[one.Email]) || len(again[two.Email]) <= len(told[two.Email]) || len(again[three.Email]) != 0 {
			t.Errorf("told: %v", again)
		}
	})
}

// That somebody acts in everything below, too, and what a role in a team gives,
// is told.
func TestReachIsToldOf(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		client := k.Org("Client", "")
		u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
		k.change(u.ID, func(u *iam.User) { u.Memberships[0].IncludesDescendants = true })
		if told := k.settle()[u.Email]; !slices.Contains(told, "- Work in Client and in everything below it") {
			t.Errorf("told: %v", told)
		}
		role := k.Role("Lead", iam.PermReportsRead)
		team := &iam.Team{ID: iam.TeamID(k.NewID(iam.PrefixTeam)), Org: client, Name: "Night"}
		k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertTeam(ctx, k.Tenant.ID, team) })
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			dir, err := authz.Load(ctx, tx, k.Tenant.ID)
			if err != nil {
				return err
			}
			before, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
			if err != nil {
				return err
			}
			if err := Note(ctx, tx, k.Tenant.ID, dir, before); err != nil {
				return err
			}
			return tx.PutTeamMember(ctx, k.Tenant.ID, before, iam.TeamHold{Team: team.ID, TeamName: team.Name, Org: client, Role: role.ID})
		})
		if told := k.settle()[u.Email]; !slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, "reports") && strings.HasSuffix(s, "(Client)") }) {
			t.Errorf("told: %v", told)
		}
	})
}
