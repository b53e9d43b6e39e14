package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

func TestAgents(t *testing.T) {
	a := newAgency(t)
	var made, seen api.Agent
	res := a.boss.Do(http.MethodPost, "/agents", `{"name":"Returns","description":"d","external_id":"bot-1","organization_ids":["`+string(a.client)+`"]}`)
	res.Want(http.StatusCreated, &made)
	path := "/agents/" + string(made.ID)
	if res.Header.Get("Location") != "/api/v1"+path || res.Header.Get("ETag") != `"1"` || made.State != iam.AgentActive || !made.Manageable {
		t.Errorf("%v %+v", res.Header, made)
	}
	a.boss.Do(http.MethodPatch, path, `{"state":"asleep"}`, apitest.IfMatch(1)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	a.boss.Do(http.MethodPatch, path, `{"state":"paused","external_id":""}`, apitest.IfMatch(1)).Want(http.StatusOK, &seen)
	if seen.State != iam.AgentPaused || seen.ExternalID != "" || seen.Name != "Returns" || seen.Version != 2 {
		t.Errorf("changed %+v", seen)
	}
	a.boss.Do(http.MethodPatch, path, `{"name":"X"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	both := `{"organization_ids":["` + string(a.client) + `","` + string(a.other) + `"]}`
	a.boss.Do(http.MethodPut, path+"/organizations", both).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
	a.boss.Do(http.MethodPut, path+"/organizations", both, apitest.IfMatch(2)).Want(http.StatusOK, &seen)
	if diff := cmp.Diff([]api.OrganizationRef{{ID: a.other, Name: "Contoso"}, {ID: a.client, Name: "Fabrikam"}}, seen.Organizations); diff != "" {
		t.Error(diff)
	}
	// Somebody of one client does not hear of the other.
	here := a.member(t, "Hera", a.client, iam.PermBotsRead, iam.PermBotsManage)
	here.Do(http.MethodGet, path, nil).Want(http.StatusOK, &seen)
	if diff := cmp.Diff([]api.OrganizationRef{{ID: a.client, Name: "Fabrikam"}}, seen.Organizations); diff != "" || seen.Manageable || !seen.Assignable {
		t.Errorf("%+v %s", seen, diff)
	}
	here.Do(http.MethodPost, "/agents", `{"name":"Mine"}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	here.Do(http.MethodDelete, path, nil, apitest.IfMatch(3)).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	here.Do(http.MethodPut, path+"/organizations", `{"organization_ids":[]}`, apitest.IfMatch(3)).Want(http.StatusOK, nil)
	here.Do(http.MethodGet, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	for query, who := range map[string]*apitest.Client{"": here, "?search=FABRI&limit=1": a.boss} {
		var where api.AgentOrganizations
		who.Do(http.MethodGet, "/agent-organizations"+query, nil).Want(http.StatusOK, &where)
		if len(where.Items) != 1 || where.Items[0].ID != a.client || where.More {
			t.Errorf("%q: may assign to %+v", query, where)
		}
	}
	a.boss.Do(http.MethodGet, "/agent-organizations?limit=0", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	a.boss.Do(http.MethodDelete, path, nil, apitest.IfMatch(4)).Want(http.StatusNoContent, nil)
	var list api.Items[api.Agent]
	a.boss.Do(http.MethodGet, "/agents?search=returns", nil).Want(http.StatusOK, &list)
	if len(list.Items) != 0 {
		t.Errorf("left: %+v", list.Items)
	}
}

// Home shows the AI agents of the organization one acts in: name and state, to
// who may see no bots, too.
func TestHomeShowsAgents(t *testing.T) {
	a := newAgency(t)
	var below api.Organization
	a.boss.Do(http.MethodPost, "/organizations", `{"name":"Below","parent_id":"`+string(a.client)+`"}`).Want(http.StatusCreated, &below)
	for name, org := range map[string]iam.OrgID{"Returns": a.client, "Sales": a.client, "Theirs": a.other, "Deep": below.ID} {
		state := "active"
		if name == "Sales" {
			state = "paused"
		}
		a.boss.Do(http.MethodPost, "/agents", `{"name":"`+name+`","state":"`+state+`","external_id":"x-`+name+`","organization_ids":["`+string(org)+`"]}`).Want(http.StatusCreated, nil)
	}
	here := a.member(t, "Hera", a.client, iam.PermDashboardHome)
	var home api.DashboardHome
	res := here.Do(http.MethodGet, "/dashboard/home", nil).Want(http.StatusOK, &home)
	got := []string{}
	for _, agent := range home.Agents {
		got = append(got, agent.Name+" "+string(agent.State))
	}
	if diff := cmp.Diff([]string{"Returns active", "Sales paused"}, got); diff != "" || home.AgentsTotal != 2 {
		t.Errorf("%d in all %s", home.AgentsTotal, diff)
	}
	if strings.Contains(string(res.Body), "x-Returns") {
		t.Error("tells the external id")
	}
	here.Do(http.MethodGet, "/agents", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	a.member(t, "Nina", a.client).Do(http.MethodGet, "/dashboard/home", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
}
