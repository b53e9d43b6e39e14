package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// faults are the codes of what is wrong, by pointer.
func faults(p apitest.Problem) map[string]string {
	out := map[string]string{}
	for _, e := range p.Errors {
		out[e.Pointer] += e.Code
	}
	return out
}

// Who sends nothing is told everything that is missing at once; a client
// organization's people need no user type.
func TestAllThatIsMissingIsTold(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	var client api.Organization
	admin.Do(http.MethodPost, "/organizations", map[string]any{"name": "Client", "short_name": "client"}).Want(http.StatusCreated, &client)
	for body, want := range map[string]map[string]string{
		`{}`: {"/first_name": "required", "/last_name": "required", "/email": "required", "/user_type": "required"},
		`{"first_name":"A","last_name":"B","email":"a@b.example"}`:                                                        {"/user_type": "required"},
		`{"first_name":"A","last_name":"B","email":"a@b.example","user_type":null}`:                                       {"/user_type": "required"},
		`{"first_name":"A","last_name":"B","user_type":7}`:                                                                {"/email": "required", "/user_type": "type"},
		`{"organization_id":"` + string(client.ID) + `"}`:                                                                 {"/first_name": "required", "/last_name": "required", "/email": "required"},
		`{"organization_id":"` + string(admin.Session.Organization.ID) + `","first_name":"A","last_name":"B","email":""}`: {"/user_type": "required"},
	} {
		p := admin.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if diff := cmp.Diff(want, faults(p)); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	var made api.UserWithPassword
	admin.Do(http.MethodPost, "/users", map[string]any{
		"first_name": "A", "last_name": "B", "email": "a@b.example", "organization_id": client.ID,
	}).Want(http.StatusCreated, &made)
	if made.User.UserType != iam.TypeMember {
		t.Errorf("the type is %s", made.User.UserType)
	}
}

// Who sends a value that is none of a few is told which they are, and not what
// they sent.
func TestAllowedValuesAreTold(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	detail := func(p apitest.Problem) string {
		t.Helper()
		if len(p.Errors) != 1 || p.Errors[0].Code != "unknown_value" {
			t.Fatalf("errors = %+v", p.Errors)
		}
		return p.Errors[0].Detail
	}
	body := map[string]any{"first_name": "A", "last_name": "B", "email": "a@b.example", "user_type": "agent"}
	wrong := func(field string) apitest.Problem {
		t.Helper()
		body := map[string]any{"first_name": body["first_name"], "last_name": "B", "email": "a@b.example", "user_type": "agent"}
		body[field] = `x", "` + secret
		return admin.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	}
	got := []string{
		detail(admin.Do(http.MethodGet, "/users?status="+secret, nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)),
		detail(wrong("user_type")), detail(wrong("locale")),
	}
	want := []string{
		"Use one of these: active, suspended.",
		"Use one of these: tenant_admin, bot_admin, supervisor, agent, analyst, viewer, member, service.",
		"Use one of these: en, es, fr, de, or an empty text.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Programs that send back what they were given change what they meant to change:
// what never changes may be there as it is (RFC 7396).
func TestWhatNeverChangesMayBeSent(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		user := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent).User
		var role api.Role
		admin.Do(http.MethodPost, "/roles", map[string]any{"name": "Night shift", "copy_from": "agent"}).Want(http.StatusCreated, &role)
		var field api.CustomField
		admin.Do(http.MethodPost, "/custom-fields", map[string]any{"label": "Desk", "kind": "text"}).Want(http.StatusCreated, &field)
		for _, c := range []struct {
			path, same, pointer string
			others              []string
		}{
			{"/users/" + string(user.ID), `{"phone":"+49 30 901820","user_type":"agent"}`, "/user_type", []string{`{"user_type":"viewer"}`, `{"user_type":null}`}},
			{"/roles/" + string(role.ID), `{"name":"Nights","code":"night_shift","scope":"organization"}`, "/code", []string{`{"code":"nights"}`, `{"code":null}`}},
			{"/roles/" + string(role.ID), `{"name":"Night","scope":"organization"}`, "/scope", []string{`{"scope":"team"}`}},
			{"/custom-fields/" + string(field.ID), `{"label":"Place","key":"desk","kind":"text"}`, "/key", []string{`{"key":"place"}`}},
			{"/custom-fields/" + string(field.ID), `{"label":"Seat","kind":"text"}`, "/kind", []string{`{"kind":"number"}`, `{"kind":null}`}},
		} {
			match := apitest.Header("If-Match", admin.Do(http.MethodGet, c.path, nil).Header.Get("ETag"))
			for _, other := range c.others {
				p := admin.Do(http.MethodPatch, c.path, other, match).WantProblem(http.StatusUnprocessableEntity, iam.CodeImmutable)
				if faults(p)[c.pointer] != "immutable" {
					t.Errorf("%s: errors = %+v", other, p.Errors)
				}
			}
			admin.Do(http.MethodPatch, c.path, c.same, match).Want(http.StatusOK, nil)
		}
	})
}
