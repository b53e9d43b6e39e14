package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// tenantWide are operations on what belongs to no organization: every holder of
// the permission may read it. Of who holds a role, only the caller's people show.
var tenantWide = map[string]bool{"get-role": true, "list-role-members": true, "get-custom-field": true}

// clientOrganization makes a client organization and somebody who runs it with everything
// there is to hold.
func clientOrganization(t *testing.T, agency *apitest.Client, name string) (*apitest.Client, iam.OrgID) {
	t.Helper()
	var org api.Organization
	agency.Do(http.MethodPost, "/organizations", map[string]any{"name": name}).Want(http.StatusCreated, &org)
	boss := agency.In(org.ID).Person("Boss"+name, iam.TypeMember, "admin")
	if boss.Session.Organization.ID != org.ID {
		t.Fatalf("%s acts in %+v", name, boss.Session.Organization)
	}
	return boss, org.ID
}

// Somebody who runs one client organization, and crafts ids of another one in
// every operation there is, finds nothing and changes nothing.
func TestNothingOfASisterOrganizationIsThere(t *testing.T) { apitest.Each(t, sisters) }

func sisters(t *testing.T, w *apitest.World) {
	t.Helper()
	agency := w.Tenant("northwind")
	mine, myOrg := clientOrganization(t, agency, "Mine")
	_, theirOrg := clientOrganization(t, agency, "Theirs")
	inTheirs := agency.In(theirOrg)
	ids := belongings(t, inTheirs)
	ids["/organizations/"]["{id}"] = string(theirOrg)
	ids["/users/"]["{organization_id}"] = string(theirOrg)
	ids["/me/memberships/"]["{organization_id}"] = string(theirOrg)
	w.SealAll(t) // which gives entries their places
	before := sights(w, inTheirs, ids)
	if len(before) < 8 {
		t.Fatalf("only %d things are there to be found", len(before))
	}
	tried := 0
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		own := owned(path, ids)
		if own == nil {
			if !referring[op.OperationID] && !idless[op.OperationID] {
				t.Errorf("%s %s (%s): which ids does it take? Put it into referring or idless", method, path, op.OperationID)
			}
			return
		}
		if tenantWide[op.OperationID] {
			return
		}
		tried++
		theirs := send(mine, method, address(path, own), op)
		nothing := send(mine, method, address(path, missing(own)), op)
		same(t, op.OperationID, theirs, nothing)
		if theirs.Status < http.StatusMultipleChoices {
			t.Errorf("%s %s (%s) answers %d: %s", method, path, op.OperationID, theirs.Status, theirs.Body)
		}
	})
	if tried < 40 {
		t.Errorf("only %d operations were tried", tried)
	}
	shows(t, w, mine, myOrg, secrets(t, inTheirs, ids))
	references(t, mine, myOrg, theirOrg, ids)
	mentions(t, mine, myOrg, ids)
	if diff := cmp.Diff(before, sights(w, inTheirs, ids)); diff != "" {
		t.Errorf("something of theirs has changed (-before +after):\n%s", diff)
	}
}

// owned are the ids for an address, nil when it takes none.
func owned(path string, ids map[string]map[string]string) map[string]string {
	if !strings.Contains(path, "{") {
		return nil
	}
	for prefix, set := range ids {
		if strings.HasPrefix(path, prefix) {
			return set
		}
	}
	return nil
}

// sights is everything that those who may see it see under the ids, by address,
// with the histories of people.
func sights(w *apitest.World, c *apitest.Client, ids map[string]map[string]string) map[string]string {
	out := map[string]string{}
	each(w.OpenAPI, func(method, path string, _ *huma.Operation) {
		own := owned(path, ids)
		if method != http.MethodGet || own == nil {
			return
		}
		if res := c.Do(http.MethodGet, address(path, own), nil); res.Status == http.StatusOK {
			out[path] = string(res.Body)
		}
	})
	return out
}

// companyWide are the addresses of what shows in every organization: see tenantWide.
var companyWide = map[string]bool{"/roles/": true, "/custom-fields/": true, "/agents/": true, "/outbox/": true}

// secrets are texts by which something of the sister's would be known: ids, names
// and addresses.
func secrets(t *testing.T, theirs *apitest.Client, ids map[string]map[string]string) []string {
	t.Helper()
	var jo api.User
	theirs.Do(http.MethodGet, "/users/"+ids["/users/"]["{id}"], nil).Want(http.StatusOK, &jo)
	out := []string{"Theirs", jo.Email, "in@" + theirs.ShortName + ".example", "help." + theirs.ShortName}
	for prefix, set := range ids {
		if companyWide[prefix] {
			continue
		}
		for _, id := range set {
			if strings.Contains(id, "_") { // not the number of a row or the name of a tab
				out = append(out, id)
			}
		}
	}
	return out
}

// shows reads all there is to read: lists, downloads, and what is under the
// caller's own organization and account. Nothing of the sister's is in it.
func shows(t *testing.T, w *apitest.World, mine *apitest.Client, myOrg iam.OrgID, secrets []string) {
	t.Helper()
	own := map[string]map[string]string{
		"/organizations/":  {"{id}": string(myOrg), "{tab}": "analytics"},
		"/users/":          {"{id}": string(mine.ID), "{session_id}": mine.Session.ID, "{organization_id}": string(myOrg)},
		"/me/memberships/": {"{organization_id}": string(myOrg)},
	}
	read := 0
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		set := owned(path, own)
		if method != http.MethodGet || strings.Contains(path, "{") && set == nil {
			return
		}
		res := mine.Do(http.MethodGet, address(path, set), nil)
		if res.Status != http.StatusOK {
			return
		}
		read++
		for _, secret := range secrets {
			if strings.Contains(string(res.Body), secret) {
				t.Errorf("%s (%s) shows %q: %s", path, op.OperationID, secret, res.Body)
			}
		}
	})
	if read < 40 {
		t.Errorf("only %d addresses could be read", read)
	}
}

// references tries the sister's ids in bodies, queries and headers.
func references(t *testing.T, mine *apitest.Client, myOrg, theirOrg iam.OrgID, ids map[string]map[string]string) {
	t.Helper()
	theirs := string(theirOrg)
	theirUser := ids["/users/"]["{id}"]
	body := person("Di", "di@northwind.example", iam.TypeMember)
	body["organization_id"] = theirs
	mine.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	mine.Do(http.MethodPost, "/organizations", map[string]any{"name": "X", "parent_id": theirs}).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	mine.Do(http.MethodGet, "/users?organization_id="+theirs, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	mine.Do(http.MethodGet, "/users?below=true&organization_id="+theirs, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	mine.In(theirOrg).Do(http.MethodGet, "/session", nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
	mine.Do(http.MethodPut, "/session/organization", map[string]any{"organization_id": theirs}).WantProblem(http.StatusForbidden, iam.CodeNotMember)
	mine.Do(http.MethodPut, "/users/"+theirUser+"/memberships/"+string(myOrg), `{"access":["home"]}`, apitest.IfMatch(1)).
		WantProblem(http.StatusNotFound, iam.CodeNotFound)
	var below api.Organization
	mine.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	mine.Do(http.MethodPatch, "/organizations/"+string(below.ID), map[string]any{"parent_id": theirs}, apitest.IfMatch(1)).
		WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	var done api.BulkResponse
	mine.Do(http.MethodPost, "/users/bulk", map[string]any{"action": "suspend", "ids": []string{theirUser}}).Want(http.StatusOK, &done)
	if done.Results[0].OK || done.Results[0].Error.Code != iam.CodeNotFound || done.Results[0].FullName != "" {
		t.Errorf("bulk: %+v", done.Results[0])
	}
	for path, want := range map[string]int{"/users?search=bosstheirs": 0, "/organizations?search=theirs": 0, "/organizations": 2} {
		var page api.Items[map[string]any]
		if mine.Do(http.MethodGet, path, nil).Want(http.StatusOK, &page); len(page.Items) != want {
			t.Errorf("%s finds %v", path, page.Items)
		}
	}
}
