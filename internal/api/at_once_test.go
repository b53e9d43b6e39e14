package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/iam"
)

// atOnce does something n times at the same time.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	all.Wait()
}

// An organization has no more domains than it can have, however many are added
// at once.
func TestDomainsAtOnce(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a := newAgencyIn(t, w)
		err := w.Store.Write(t.Context(), func(tx iam.Tx) error {
			for i := range branding.MaxDomains - 1 {
				d := &iam.Domain{
					ID: iam.DomainID(w.IDs.NewID(iam.PrefixDomain, tx.Now())), Tenant: a.boss.Tenant, Org: a.client,
					Host: fmt.Sprintf("h%d.example.com", i), Token: "t", CreatedBy: a.boss.ID, ExpiresAt: tx.Now().Add(branding.ClaimLifetime),
				}
				if err := tx.InsertDomain(t.Context(), d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// With connections that are there already, the requests do come at once.
		atOnce(24, func(int) { a.boss.Do(http.MethodPatch, "/me", map[string]any{}) })
		var added atomic.Int64
		atOnce(24, func(i int) {
			res := a.boss.Do(http.MethodPost, "/domains", map[string]any{"host": fmt.Sprintf("new%d.example.com", i), "organization_id": a.client})
			if res.Status == http.StatusCreated {
				added.Add(1)
			}
		})
		if n := added.Load(); n != 1 {
			t.Errorf("%d were added where there was room for one", n)
		}
	})
}

// One address has one code, and a person no more than twenty, however many
// requests come at once.
func TestRefusalCodesAtOnce(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		withAddresses(w)
		admin := w.Tenant("northwind")
		jo := admin.Person("Jo", iam.TypeAgent)
		setPolicy(t, admin, admin.Session.Organization.ID, officeOnly).Want(http.StatusOK, nil)
		for _, addresses := range []int{1, 40} {
			atOnce(40, func(i int) {
				jo.Do(http.MethodGet, "/me", nil, from(fmt.Sprintf("198.51.100.%d", i%addresses)))
			})
			if err := w.Store.Read(t.Context(), func(tx iam.Tx) error {
				have, err := tx.IPRefusals(t.Context(), admin.Tenant, jo.ID)
				if len(have) != min(addresses, 20) {
					t.Errorf("%d codes of %d addresses", len(have), addresses)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
