package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// family is a company with two client organizations, Mine and Theirs, and those
// who run Mine.
type family struct {
	agency, inTheirs *apitest.Client
	boss             *apitest.Client // holds everything there is, in Mine
	runs             *apitest.Client // holds Org Admin in Mine, and no more
	mine, theirs     iam.OrgID
}

func newFamily(t *testing.T, w *apitest.World) *family {
	t.Helper()
	f := &family{agency: w.Tenant("northwind")}
	f.boss, f.mine = clientOrganization(t, f.agency, "Mine")
	_, f.theirs = clientOrganization(t, f.agency, "Theirs")
	f.inTheirs = f.agency.In(f.theirs)
	f.runs = f.boss.Person("Runa", iam.TypeMember, "org_admin")
	return f
}

// shared is somebody who belongs to both organizations: they hold nothing but
// their type in Mine, and body in Theirs.
func (f *family) shared(t *testing.T, name, body string) *apitest.Client {
	t.Helper()
	c := f.boss.Person(name, iam.TypeMember)
	f.agency.Do(http.MethodPut, belonging(c.ID, f.theirs), body, f.version(c.ID)).Want(http.StatusOK, nil)
	return c
}

// belonging is the address of a membership.
func belonging(id iam.UserID, org iam.OrgID) string {
	return "/users/" + string(id) + "/memberships/" + string(org)
}

// version is what a change of a user has to be based on.
func (f *family) version(id iam.UserID) apitest.Option {
	var u api.User
	f.agency.Do(http.MethodGet, "/users/"+string(id), nil).Want(http.StatusOK, &u)
	return apitest.IfMatch(u.Version)
}

// role makes a role of the company's own.
func (f *family) role(name string, scope iam.Scope, permissions ...iam.Permission) iam.RoleID {
	var r api.Role
	f.agency.Do(http.MethodPost, "/roles", map[string]any{"name": name, "scope": scope, "permissions": permissions}).Want(http.StatusCreated, &r)
	return r.ID
}

// team makes a team of where the caller acts, and puts somebody into it with a
// role, "" for none.
func team(c *apitest.Client, name string, id iam.UserID, role iam.RoleID) iam.TeamID {
	var made api.Team
	c.Do(http.MethodPost, "/teams", map[string]any{"name": name}).Want(http.StatusCreated, &made)
	if id != "" {
		c.Do(http.MethodPut, "/teams/"+string(made.ID)+"/members/"+string(id), map[string]any{"role_id": nilIfEmpty(role)}).Want(http.StatusOK, nil)
	}
	return made.ID
}

func nilIfEmpty(role iam.RoleID) any {
	if role == "" {
		return nil
	}
	return role
}

// object is a JSON text as a map.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}
