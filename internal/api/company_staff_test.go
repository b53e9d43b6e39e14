package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// Staff of the company who work in a client organization are counted there, and
// are the company where something tells who it was: nothing names them.
func TestCompanyStaffAreNotNamedBelow(t *testing.T) { apitest.Each(t, companyStaff) }

func companyStaff(t *testing.T, w *apitest.World) {
	t.Helper()
	withAddresses(w)
	a := newAgencyIn(t, w)
	const company, hotel, own = "The northwind company", "198.51.100.7", "192.0.2.9"
	boss := a.boss.In(a.client).Person("Boss", iam.TypeMember, "org_admin")
	ada := *a.boss
	ada.Do(http.MethodPut, "/session/organization", map[string]any{"organization_id": a.client}).Want(http.StatusOK, nil)
	a.claim(t, boss, "own.fabrikam.example", a.client)
	theirs := a.claim(t, &ada, "theirs.fabrikam.example", a.client)

	var r api.Rehearsal
	elsewhere := strings.Replace(officeOnly, "192.0.2.0", "203.0.113.0", 1)
	boss.Do(http.MethodPost, policyPath(a.client)+"/rehearsal", elsewhere).Want(http.StatusOK, &r)
	if r.LockedOut.People != 2 || len(r.LockedOut.First) != 1 || r.LockedOut.First[0].ID != boss.ID {
		t.Errorf("rehearsal = %+v", r)
	}
	ada.Do(http.MethodPost, policyPath(a.client)+"/rehearsal", elsewhere).Want(http.StatusOK, &r)
	if r.LockedOut.People != 2 || len(r.LockedOut.First) != 2 {
		t.Errorf("rehearsal by who acts there = %+v", r)
	}

	setPolicy(t, boss, a.client, officeOnly).Want(http.StatusOK, nil)
	p := ada.Do(http.MethodGet, "/me", nil, from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
	var refused api.Refusal
	boss.Do(http.MethodPost, "/ip-refusals/lookup", map[string]string{"code": p.RefusalCode}).Want(http.StatusOK, &refused)
	if refused.User.ID != "" || refused.User.FullName != company || refused.Address != hotel {
		t.Errorf("the code stands for %+v", refused)
	}
	var e api.IPException
	boss.Do(http.MethodPost, "/ip-exceptions", map[string]any{"code": p.RefusalCode, "until": w.Clock.Now().Add(time.Hour)}).Want(http.StatusCreated, &e)
	if e.User.Value == nil || e.User.Value.ID != "" || e.User.Value.FullName != company {
		t.Errorf("the exception is %+v", e)
	}
	ada.Do(http.MethodGet, "/me", nil, from(hotel)).Want(http.StatusOK, nil)
	for user, address := range map[iam.UserID]string{"": own, ada.ID: "192.0.2.10"} {
		a.except(t, &iam.IPException{Org: a.client, User: user, Address: address, CreatedBy: ada.ID, CreatedName: "Ada Okafor"})
	}

	// That somebody there has the same name does not make them the one.
	namesake := boss.Person("Ada", iam.TypeMember, "org_admin")
	etag := boss.Do(http.MethodGet, "/users/"+string(namesake.ID), nil).Want(http.StatusOK, nil).Header.Get("ETag")
	boss.Do(http.MethodPatch, "/users/"+string(namesake.ID), map[string]any{"last_name": "Okafor"}, apitest.Header("If-Match", etag)).Want(http.StatusOK, nil)

	boss.Do(http.MethodPost, "/invitations", `{"emails":["one@fabrikam.example"]}`).Want(http.StatusOK, nil)
	ada.Do(http.MethodPost, "/invitations", `{"emails":["two@fabrikam.example"]}`).Want(http.StatusOK, nil)
	for _, path := range []string{"/ip-exceptions", "/domains", "/invitations"} {
		text := string(boss.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil).Body)
		for _, secret := range []string{"Ada", string(ada.ID), "192.0.2.10"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s names %s: %s", path, secret, text)
			}
		}
		if !strings.Contains(text, company) || !strings.Contains(text, "Boss Example") {
			t.Errorf("%s is %s", path, text)
		}
	}
	if d := a.verify(t, boss, theirs); d.CreatedBy != company {
		t.Errorf("it was claimed by %q", d.CreatedBy)
	}
	root := a.boss.In(a.boss.Session.Organization.ID)
	for _, path := range []string{"/ip-exceptions", "/domains", "/invitations"} {
		if text := string(root.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil).Body); !strings.Contains(text, "Ada Okafor") {
			t.Errorf("to the company, %s is %s", path, text)
		}
	}
}

func (a *agency) except(t *testing.T, e *iam.IPException) {
	t.Helper()
	err := a.Store.Write(t.Context(), func(tx iam.Tx) error {
		e.ID, e.Until, e.CreatedAt = iam.ExceptionID(a.IDs.NewID(iam.PrefixException, tx.Now())), tx.Now().Add(time.Hour), tx.Now()
		return tx.InsertIPException(t.Context(), a.boss.Tenant, e)
	})
	if err != nil {
		t.Fatal(err)
	}
}
