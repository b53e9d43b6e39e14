package users_test

import (
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// Whoever runs a client's organization learns that something is held further up,
// and neither where nor by which role. covers D-09 E-05
func TestAccessFromAboveIsNotTold(t *testing.T) {
	f := setup(t)
	reseller := f.Org("Secret Reseller", "")
	client := f.Org("Client", reseller)
	role := f.Role("Secret role", iam.PermUsersRead, iam.PermConversationsHandle)
	both := f.User(tenanttest.Person{Type: iam.TypeSupervisor, Org: reseller, Roles: []iam.RoleID{role.ID}, Descendants: true})
	f.Change(both.ID, func(u *iam.User) { u.Memberships = append(u.Memberships, iam.Membership{Org: client}) })
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Permissions: []iam.Permission{iam.PermUsersRead}}))
	sources := func(c *access.Caller, org iam.OrgID) (told bool, hidden int) {
		t.Helper()
		_, _, list, err := f.s.Access(t.Context(), c, both.ID, org)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			for _, g := range e.Sources {
				told = told || g.Org == reseller || g.Role == role.ID
				if g.Kind == access.SourceInherited && g.Role == "" && g.Org == f.Root {
					hidden++
				}
			}
		}
		return told, hidden
	}
	if told, hidden := sources(boss, ""); told || hidden == 0 {
		t.Errorf("the client is told: %v, of %d that are from above", told, hidden)
	}
	if told, hidden := sources(f.Caller(f.Admin), client); !told || hidden != 0 {
		t.Errorf("the company is told: %v, and %d are kept from it", told, hidden)
	}
	if told, _ := sources(f.Caller(both), ""); !told {
		t.Error("one's own access is not told")
	}
}
