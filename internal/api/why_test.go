package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// A refusal that points at no field of a form gives a reason, for which consoles
// have words in every language; another tenant learns nothing of it.
func TestRefusalsWithoutFieldsGiveReasons(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		jo := add(admin, "Jo", "jo@northwind.example", iam.TypeAgent).User
		robot := map[string]any{"first_name": "Robot", "last_name": "One", "email": "robot@northwind.example", "user_type": "service"}
		var service api.UserWithPassword
		admin.Do(http.MethodPost, "/users", robot).Want(http.StatusCreated, &service)
		one := "/users/" + string(jo.ID)
		admin.Do(http.MethodPost, one+"/suspend", nil).Want(http.StatusOK, nil)
		for _, c := range []struct{ path, reason string }{
			{one + "/invitation", "person_suspended"},
			{"/users/" + string(admin.ID) + "/invitation", "yourself"},
			{"/users/" + string(service.User.ID) + "/invitation", "no_email_sign_in"},
			{"/users/" + string(service.User.ID) + "/reset-password", "service_user"},
		} {
			if p := admin.Do(http.MethodPost, c.path, nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid); p.Reason != c.reason {
				t.Errorf("%s: reason %q, want %q", c.path, p.Reason, c.reason)
			}
			if p := other.Do(http.MethodPost, c.path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound); p.Reason != "" {
				t.Errorf("%s: another tenant learns %q", c.path, p.Reason)
			}
		}
	})
}

// Somebody whose organization is suspended is not invited into it.
func TestNobodyIsInvitedIntoASuspendedOrganization(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		client, sister := clientOf(admin, "Client"), clientOf(admin, "Sister")
		jo := admin.In(client).Person("Jo", iam.TypeAgent)
		admin.Do(http.MethodPost, "/organizations/"+string(client)+"/suspend", nil).Want(http.StatusOK, nil)
		path := "/users/" + string(jo.ID) + "/invitation"
		if p := admin.Do(http.MethodPost, path, nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid); p.Reason != "organization_is_suspended" {
			t.Errorf("reason %q", p.Reason)
		}
		boss := admin.In(sister).Person("Bo", iam.TypeMember, "org_admin")
		if p := boss.Do(http.MethodPost, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound); p.Reason != "" {
			t.Errorf("a sister learns %q", p.Reason)
		}
	})
}

// What could not be done with one of many says as much as a refusal of the whole:
// its reason, and the permissions that are missing.
func TestBulkErrorsSayWhy(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		foreign := add(other, "Di", "di@fabrikam.example", iam.TypeAgent).User
		client, sister := clientOf(admin, "Client"), clientOf(admin, "Sister")
		boss := admin.In(client).Person("Bo", iam.TypeMember, "org_admin")
		both := admin.In(client).Person("Both", iam.TypeAgent)
		admin.Do(http.MethodPut, "/users/"+string(both.ID)+"/memberships/"+string(sister), `{}`, version(both)).Want(http.StatusOK, nil)
		var out api.BulkResponse
		boss.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "suspend", IDs: []iam.UserID{both.ID, boss.ID, foreign.ID}}).Want(http.StatusOK, &out)
		for i, want := range []string{"belongs_elsewhere", "own_access", ""} {
			if e := out.Results[i].Error; e == nil || e.Reason != want {
				t.Errorf("%d: %+v, want reason %q", i, e, want)
			}
		}
		mighty := admin.Person("Mighty", iam.TypeMember, "admin")
		admin.Do(http.MethodPost, "/roles", `{"name":"People","code":"people","scope":"organization","permissions":["users.read","users.suspend"]}`).Want(http.StatusCreated, nil)
		weak := admin.Person("Weak", iam.TypeMember, "people")
		weak.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "suspend", IDs: []iam.UserID{mighty.ID}}).Want(http.StatusOK, &out)
		if e := out.Results[0].Error; e.Reason != "holds_more" || !slices.Contains(e.MissingPermissions, iam.PermPoliciesManage) {
			t.Errorf("%+v", e)
		}
	})
}
