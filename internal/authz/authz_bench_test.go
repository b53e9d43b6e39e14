package authz_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// BenchmarkEffective finds out what somebody with eight roles may do in an
// organization with five above it, of 2,000 in the tenant: with everything in
// memory, with the person to be read, and with the whole tree to be read, too, as
// in the first request after it was changed.
func BenchmarkEffective(b *testing.B) {
	for name, open := range storetest.Engines(b) {
		b.Run(name, func(b *testing.B) {
			k := tenanttest.In(b, open(b))
			deep, id := grow(b, k)
			tenant := k.Tenant.ID
			load := func() (dir *authz.Directory, u *iam.User) {
				if err := k.DB.Read(b.Context(), func(tx iam.Tx) (err error) {
					if dir, err = authz.Load(b.Context(), tx, tenant); err == nil {
						u, err = tx.User(b.Context(), tenant, id)
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
				return dir, u
			}
			dir, u := load()
			if len(dir.Orgs) != 2000 || len(dir.Ancestors(deep)) != 5 || dir.Subject(u, deep).Effective() == 0 {
				b.Fatalf("%d organizations, %d above", len(dir.Orgs), len(dir.Ancestors(deep)))
			}
			b.Run("warm", func(b *testing.B) {
				for b.Loop() {
					dir.Subject(u, deep).Effective()
				}
			})
			b.Run("cold person", func(b *testing.B) {
				for b.Loop() {
					if err := k.DB.Read(b.Context(), func(tx iam.Tx) error {
						u, err := tx.User(b.Context(), tenant, id)
						if err == nil && dir.Subject(u, deep).Effective() == 0 {
							b.Fatal("nothing")
						}
						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("cold tree", func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					b.StopTimer()
					k.Write(func(ctx context.Context, tx iam.Tx) error {
						o := *dir.Orgs[deep]
						o.Version, o.Description = int64(i)+1, fmt.Sprint(i)
						return tx.UpdateOrg(ctx, tenant, &o)
					})
					b.StartTimer()
					if dir, u := load(); dir.Subject(u, deep).Effective() == 0 {
						b.Fatal("nothing")
					}
				}
			})
		})
	}
}

// grow makes 2,000 organizations and a person with eight roles at their root.
func grow(b *testing.B, k *tenanttest.Kit) (deep iam.OrgID, id iam.UserID) {
	b.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		made := []iam.OrgID{k.Tenant.RootOrg}
		for i := 1; i < 2000; i++ {
			parent := made[(i-1)/5] // a tree of fives: five levels below the root
			o := &iam.Organization{ID: iam.OrgID(k.IDs.NewID(iam.PrefixOrg, tx.Now())), Parent: parent, ShortName: fmt.Sprintf("org-%d", i), Name: fmt.Sprintf("Organization %d", i), Status: iam.StatusActive}
			if err := tx.InsertOrg(ctx, k.Tenant.ID, o); err != nil {
				return err
			}
			made = append(made, o.ID)
		}
		deep = made[len(made)-1]
		u := &iam.User{
			ID: iam.UserID(k.IDs.NewID(iam.PrefixUser, tx.Now())), Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Jo", Email: "jo@x.example", EmailKey: "jo@x.example",
			Memberships: []iam.Membership{{Org: k.Tenant.RootOrg, IncludesDescendants: true}},
		}
		for _, r := range access.SystemRoles()[:8] {
			u.Memberships[0].Roles = append(u.Memberships[0].Roles, r.ID)
		}
		id = u.ID
		return tx.InsertUser(ctx, k.Tenant.ID, u)
	})
	return deep, id
}
