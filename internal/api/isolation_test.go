package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// belongings are the ids of things of one tenant, by the address they are under.
func belongings(t *testing.T, c *apitest.Client) map[string]map[string]string {
	t.Helper()
	company := c.In("") // roles and the outbox belong to the whole company
	jo := c.Person("Jo", iam.TypeAgent)
	var role api.Role
	company.Do(http.MethodPost, "/roles", `{"name":"Night shift","permissions":["conversations.read"]}`).Want(http.StatusCreated, &role)
	var org api.Organization
	c.Do(http.MethodPost, "/organizations", `{"name":"Below"}`).Want(http.StatusCreated, &org)
	var team api.Team
	c.Do(http.MethodPost, "/teams", `{"name":"Nights"}`).Want(http.StatusCreated, &team)
	c.Do(http.MethodPut, "/teams/"+string(team.ID)+"/members/"+string(jo.ID), `{"lead":true}`).Want(http.StatusOK, nil)
	var agent api.Agent
	company.Do(http.MethodPost, "/agents", `{"name":"Helper"}`).Want(http.StatusCreated, &agent)
	var key api.APIKeyWithSecret
	c.Do(http.MethodPost, "/api-keys", `{"name":"Mine","permissions":["users.read"]}`).Want(http.StatusCreated, &key)
	var imp api.Import
	c.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type\n", apitest.Header("Content-Type", "text/csv")).Want(http.StatusAccepted, &imp)
	c.World.Anonymous().Do(http.MethodPost, "/password-reset", `{"tenant":"`+c.ShortName+`","email":"`+jo.Email+`"}`).Want(http.StatusAccepted, nil)
	var mails api.List[api.Mail]
	company.Do(http.MethodGet, "/outbox", nil).Want(http.StatusOK, &mails)
	gone := add(c, "Gone", "gone@"+c.ShortName+".example", iam.TypeAgent).User
	c.Do(http.MethodDelete, "/users/"+string(gone.ID), nil, apitest.IfMatch(gone.Version)).Want(http.StatusNoContent, nil)
	session := jo.Session.ID
	var tab api.CustomTab
	c.Do(http.MethodPost, "/tabs", `{"title":"Orders","icon":"cart","url":"https://orders.example/","mode":"frame","audience":"everybody","all_organizations":true}`).Want(http.StatusCreated, &tab)
	var note api.Announcement
	c.Do(http.MethodPost, "/announcements", `{"title":"News"}`).Want(http.StatusCreated, &note)
	var domain api.Domain
	c.Do(http.MethodPost, "/domains", `{"host":"help.`+c.ShortName+`.example"}`).Want(http.StatusCreated, &domain)
	var review api.AccessReview
	c.Do(http.MethodPost, "/access-reviews", `{"name":"Who may what"}`).Want(http.StatusCreated, &review)
	var exp api.Export
	c.Do(http.MethodPost, "/exports", `{"kind":"users"}`).Want(http.StatusCreated, &exp)
	var field api.CustomField
	company.Do(http.MethodPost, "/custom-fields", `{"label":"Desk","kind":"text"}`).Want(http.StatusCreated, &field)
	c.Do(http.MethodPost, "/invitations", `{"emails":["in@`+c.ShortName+`.example"],"user_type":"agent"}`).Want(http.StatusOK, nil)
	var invited api.List[struct {
		ID string `json:"id"`
	}]
	c.Do(http.MethodGet, "/invitations", nil).Want(http.StatusOK, &invited)
	return map[string]map[string]string{
		"invitation":       {"{id}": invited.Items[0].ID}, // no address is under it
		"/custom-fields/":  {"{id}": string(field.ID)},
		"/exports/":        {"{id}": string(exp.ID)},
		"/access-reviews/": {"{id}": string(review.ID), "{row}": "1"},
		"/users/":          {"{id}": string(jo.ID), "{session_id}": session, "{organization_id}": string(org.ID)},
		"/deleted-users/":  {"{id}": string(gone.ID)},
		"/me/sessions/":    {"{session_id}": session},
		"/roles/":          {"{id}": string(role.ID)},
		"/organizations/":  {"{id}": string(org.ID), "{tab}": "analytics"},
		"/me/memberships/": {"{organization_id}": string(org.ID)},
		"/tabs/":           {"{id}": string(tab.ID)},
		"/dashboard/tabs/": {"{id}": string(tab.ID)},
		"/announcements/":  {"{id}": string(note.ID)},
		"/domains/":        {"{id}": string(domain.ID)},
		"/teams/":          {"{id}": string(team.ID), "{user_id}": string(jo.ID)},
		"/agents/":         {"{id}": string(agent.ID)},
		"/api-keys/":       {"{id}": string(key.APIKey.ID)},
		"/user-imports/":   {"{id}": string(imp.ID)},
		"/ip-exceptions/":  {"{id}": ipException(t, c)},
		"/outbox/":         {"{id}": string(mails.Items[0].ID)},
	}
}

// ipException is the id of an exception from an allowlist.
func ipException(t *testing.T, c *apitest.Client) string {
	t.Helper()
	id := c.World.NewID(iam.PrefixException)
	err := c.World.Write(t.Context(), func(tx iam.Tx) error {
		return tx.InsertIPException(t.Context(), c.Tenant, &iam.IPException{
			ID: iam.ExceptionID(id), Org: c.Session.Organization.ID, Address: "192.0.2.9", Until: tx.Now().Add(time.Hour), CreatedBy: c.ID,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestNothingOfAnotherTenantIsThere(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		mine, theirs := w.Tenant("northwind"), w.Tenant("fabrikam")
		ids := belongings(t, theirs)
		tried := 0
		each(w.OpenAPI, func(method, path string, op *huma.Operation) {
			if !strings.Contains(path, "{") {
				return
			}
			var own map[string]string
			for prefix, set := range ids {
				if strings.HasPrefix(path, prefix) {
					own = set
				}
			}
			if own == nil {
				t.Errorf("%s: what belongs here?", path)
				return
			}
			tried++
			// Theirs answers as what does not exist at all, but for the request id.
			p := send(mine, method, address(path, own), op).WantProblem(http.StatusNotFound, iam.CodeNotFound)
			nothing := send(mine, method, address(path, missing(own)), op).WantProblem(http.StatusNotFound, iam.CodeNotFound)
			if p.Detail != nothing.Detail {
				t.Errorf("%s %s: %q for theirs, %q for nothing", method, path, p.Detail, nothing.Detail)
			}
		})
		if tried < 25 {
			t.Errorf("only %d operations were tried", tried)
		}
		// Nor do references in bodies reach them.
		body := person("Di", "di@northwind.example", iam.TypeAgent)
		body["role_ids"] = []string{ids["/roles/"]["{id}"]}
		mine.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		delete(body, "role_ids")
		body["organization_id"] = ids["/organizations/"]["{id}"]
		mine.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		mine.Do(http.MethodPost, "/organizations", `{"name":"X","parent_id":"`+ids["/organizations/"]["{id}"]+`"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		var page api.List[api.User]
		mine.Do(http.MethodGet, "/users?search=fabrikam", nil).Want(http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Errorf("found %+v", page.Items)
		}
	})
}

// missing are ids of the same kinds of which there is nothing.
func missing(ids map[string]string) map[string]string {
	out := map[string]string{}
	for name, id := range ids {
		prefix, _, _ := strings.Cut(id, "_")
		out[name] = prefix + "_01k9z3qf4te8kv5m2r7w1x6y0a"
	}
	return out
}
