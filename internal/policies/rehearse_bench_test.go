package policies_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/policies"
	"github.com/retinue/retinue/internal/store/storetest"
)

// BenchmarkRehearse measures a rehearsal over 100,000 live sessions of as many
// people, of whom the policy would lock out half. It shall take 2 s at most.
func BenchmarkRehearse(b *testing.B) {
	for name, open := range storetest.Engines(b) {
		b.Run(name, func(b *testing.B) { benchRehearse(b, open(b)) })
	}
}

func benchRehearse(b *testing.B, db storetest.DB) {
	const sessions, portion = 100_000, 5_000
	tenant := &iam.Tenant{ID: iam.TenantID(db.NewID(iam.PrefixTenant)), ShortName: "bench", Name: "Bench", Color: "#336699", Status: iam.StatusActive}
	root := &iam.Organization{ID: iam.OrgID(db.NewID(iam.PrefixOrg)), ShortName: "bench", Name: "Bench", Status: iam.StatusActive}
	write := func(fn func(tx iam.Tx) error) {
		if err := db.Write(b.Context(), fn); err != nil {
			b.Fatal(err)
		}
	}
	write(func(tx iam.Tx) error { return tx.InsertTenant(b.Context(), tenant, root, access.SystemRoles()) })
	for first := 0; first < sessions; first += portion {
		write(func(tx iam.Tx) error {
			for i := first; i < first+portion; i++ {
				email := fmt.Sprintf("person%d@example.com", i)
				u := &iam.User{
					ID: iam.UserID(db.NewID(iam.PrefixUser)), Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Person", LastName: fmt.Sprint(i),
					Email: email, EmailKey: email, Memberships: []iam.Membership{{Org: root.ID}},
				}
				if err := tx.InsertUser(b.Context(), tenant.ID, u); err != nil {
					return err
				}
				id := iam.SessionID(db.NewID(iam.PrefixSession))
				if err := tx.InsertSession(b.Context(), &iam.Session{
					ID: id, Tenant: tenant.ID, User: u.ID, Org: root.ID, TokenHash: []byte(id), IP: fmt.Sprintf("192.0.%d.7", i%4),
					CreatedAt: tx.Now(), LastUsedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour),
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	s := policies.New(policies.Deps{Store: db.Store, IDs: db.IDs, Limits: access.Limits{Idle: time.Hour, Lifetime: 24 * time.Hour}})
	p := &iam.Policy{Org: root.ID, Allowlist: &iam.Setting[iam.Allowlist]{Value: iam.Allowlist{
		Enabled: true, Rules: []iam.AddressRule{{Addresses: "192.0.0.0/23", Enabled: true}},
	}}}
	b.ResetTimer()
	for range b.N {
		r, err := s.Rehearse(b.Context(), access.Operator(tenant.ID, root.ID), p)
		if err != nil || r.Sessions != sessions || r.LockedOut.People != sessions/2 {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/rehearsal")
}
