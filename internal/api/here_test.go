package api_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// clientOf adds a client organization.
func clientOf(c *apitest.Client, name string) iam.OrgID {
	var made api.Organization
	c.Do(http.MethodPost, "/organizations", map[string]any{"name": name}).Want(http.StatusCreated, &made)
	return made.ID
}

// Editing somebody of two organizations in one of them leaves what they hold in
// the other where it is, and copies nothing of it.
func TestEditInOneOrganization(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		client := clientOf(admin, "Client")
		body := person("Jo", "jo@northwind.example", iam.TypeAgent)
		body["role_ids"] = []string{"agent"}
		var made api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		path := "/users/" + string(made.User.ID)
		there := path + "/memberships/" + string(client)
		admin.Do(http.MethodPut, there, map[string]any{"role_ids": []string{"viewer"}}, apitest.IfMatch(made.User.Version)).Want(http.StatusOK, nil)
		var u api.User
		admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, &u)
		if len(u.Roles) != 2 || u.Here.Value == nil || len(u.Here.Value.Roles) != 1 || u.Here.Value.Roles[0].Code != "agent" {
			t.Fatalf("roles %+v, here %+v", u.Roles, u.Here.Value)
		}
		var inClient api.User
		admin.In(client).Do(http.MethodGet, path, nil).Want(http.StatusOK, &inClient)
		if inClient.Here.Value == nil || inClient.Here.Value.Organization.ID != client || len(inClient.Here.Value.Roles) != 1 || inClient.Here.Value.Roles[0].Code != "viewer" {
			t.Fatalf("here %+v", inClient.Here.Value)
		}
		// What the console sends: the roles of here and one more.
		roles := []string{string(u.Here.Value.Roles[0].ID), "analyst"}
		admin.Do(http.MethodPatch, path, map[string]any{"role_ids": roles}, apitest.IfMatch(u.Version)).Want(http.StatusOK, &u)
		var m api.Membership
		admin.Do(http.MethodGet, there, nil).Want(http.StatusOK, &m)
		if len(m.Roles) != 1 || m.Roles[0].Code != "viewer" || len(u.Here.Value.Roles) != 2 {
			t.Errorf("there %+v, here %+v", m.Roles, u.Here.Value.Roles)
		}
	})
}

// A link names the organization in its address, and is checked as the header is.
func TestDownloadsActWhereTheLinkSays(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		client := clientOf(admin, "Client")
		body := person("Jo", "jo@client.example", iam.TypeMember)
		body["organization_id"] = client
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		here := "?organization=" + string(client)
		res := admin.Do(http.MethodGet, "/users/export"+here, nil).Want(http.StatusOK, nil)
		rows, err := csv.NewReader(bytes.NewReader(res.Body)).ReadAll()
		if err != nil || len(rows) != 2 || !strings.Contains(string(res.Body), "jo@client.example") {
			t.Errorf("%v: %s", err, res.Body)
		}
		stranger := admin.Person("Ag", iam.TypeAgent)
		for _, path := range []string{"/users/export", "/audit-events/export", "/user-imports/template.csv"} {
			admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil)
			admin.Do(http.MethodGet, path+"?organization=org_none", nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
			stranger.Do(http.MethodGet, path+here, nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
		}
		log := string(admin.Do(http.MethodGet, "/audit-events/export"+here, nil).Want(http.StatusOK, nil).Body)
		if !strings.Contains(log, string(client)) || strings.Contains(log, "tenant.created") || strings.Contains(log, string(stranger.ID)) {
			t.Errorf("the log of the client: %s", log)
		}
		admin.Do(http.MethodGet, "/user-imports/template.csv"+here, nil).Want(http.StatusOK, nil)
		// What is no download takes it from the header alone.
		admin.Do(http.MethodGet, "/users"+here, nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}
