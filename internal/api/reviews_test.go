package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

func reviewRows(c *apitest.Client, id iam.ReviewID) map[iam.UserID]api.AccessReviewRow {
	var page struct{ Items []api.AccessReviewRow }
	c.Do(http.MethodGet, "/access-reviews/"+string(id)+"/rows", nil).Want(http.StatusOK, &page)
	out := map[iam.UserID]api.AccessReviewRow{}
	for _, r := range page.Items {
		out[r.UserID] = r
	}
	return out
}

// A review of a client lists the company's staff who act there, with their roles
// in its teams; the client's own boss neither sees nor decides on them, and
// another tenant sees nothing at all.
func TestReviewOfAClient(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, stranger := w.Tenant("northwind"), w.Tenant("contoso")
		client := clientOf(admin, "Client")
		boss := admin.In(client).Person("Bo", iam.TypeMember, "org_admin")
		staff := admin.Person("Secret", iam.TypeAgent, "agent")
		var u api.User
		admin.Do(http.MethodGet, "/users/"+string(staff.ID), nil).Want(http.StatusOK, &u)
		home := "/users/" + string(staff.ID) + "/memberships/" + string(u.Here.Value.Organization.ID)
		admin.Do(http.MethodPut, home, `{"includes_descendants":true}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, nil)
		var team api.Team
		admin.Do(http.MethodPost, "/teams", map[string]any{"name": "Night", "organization_id": client}).Want(http.StatusCreated, &team)
		var role api.Role
		admin.Do(http.MethodPost, "/roles", `{"name":"Lead","code":"lead","scope":"team","permissions":["audit.read"]}`).Want(http.StatusCreated, &role)
		place := "/teams/" + string(team.ID) + "/members/" + string(staff.ID)
		admin.Do(http.MethodPut, place, map[string]any{"role_id": role.ID}).Want(http.StatusOK, nil)

		var v api.AccessReview
		admin.Do(http.MethodPost, "/access-reviews", map[string]any{"organization_id": client}).Want(http.StatusCreated, &v)
		one := "/access-reviews/" + string(v.ID)
		row := reviewRows(admin, v.ID)[staff.ID]
		if !row.FromAbove || row.RemoveDeletes || len(row.TeamRoles) != 1 || row.TeamRoles[0].Team.Name != "Night" || row.TeamRoles[0].Role.Name != "Lead" {
			t.Fatalf("the row is %+v", row)
		}
		if v.Counts.Above != 2 || v.HiddenRows != 0 || v.Partial {
			t.Errorf("counts %+v", v)
		}
		path := one + "/rows/" + strconv.FormatInt(row.Row, 10)
		var seen api.AccessReview
		boss.Do(http.MethodGet, one, nil).Want(http.StatusOK, &seen)
		if seen.Counts.Total != 1 || seen.HiddenRows != 2 || len(reviewRows(boss, v.ID)) != 1 {
			t.Errorf("the boss sees %+v", seen)
		}
		boss.Do(http.MethodPatch, path, `{"decision":"keep"}`).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		for end, body := range map[string]any{"/finish": `{"keep_undecided":true}`, "/cancel": nil} {
			res := boss.Do(http.MethodPost, one+end, body)
			res.WantProblem(http.StatusForbidden, iam.CodeForbidden)
			if !strings.Contains(string(res.Body), `"reason":"review_from_above"`) {
				t.Errorf("%s: %s", end, res.Body)
			}
		}
		stranger.Do(http.MethodGet, one, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		stranger.Do(http.MethodPatch, path, `{"decision":"keep"}`).WantProblem(http.StatusNotFound, iam.CodeNotFound)

		admin.Do(http.MethodPatch, path, map[string]any{"decision": "reduce", "team_ids": []iam.TeamID{team.ID}}).Want(http.StatusOK, &row)
		if len(row.TakenTeamRoles) != 1 {
			t.Errorf("takes %+v", row)
		}
		admin.Do(http.MethodPost, one+"/finish", `{"keep_undecided":true}`).Want(http.StatusOK, &v)
		if row := reviewRows(admin, v.ID)[staff.ID]; v.State != iam.ReviewFinished || row.Result != iam.ResultReduced || v.Counts.Changed != 1 {
			t.Errorf("%+v, %+v", v, row)
		}
		for _, format := range []string{"csv", "html"} {
			all := string(admin.Do(http.MethodGet, one+"/report?format="+format, nil).Want(http.StatusOK, nil).Body)
			part := string(boss.Do(http.MethodGet, one+"/report?format="+format, nil).Want(http.StatusOK, nil).Body)
			if !strings.Contains(all, "Lead (in team Night)") || !strings.Contains(all, "and below") || !strings.Contains(all, "Secret") || strings.Contains(part, "Secret") {
				t.Errorf("reports: %s\n%s", all, part)
			}
			if words := strings.Contains(all, "<td>Agent</td>") && strings.Contains(all, "<td>Reduced</td>") && strings.Contains(all, ` UTC by `) && strings.Contains(all, `<tr><td colspan="6">`); words != (format == "html") {
				t.Errorf("a page has words, a file has codes: %s", all)
			}
		}
	})
}

// Of a decision on many rows, each that is left out says why; reducing where
// nothing is suggested says that.
func TestReviewDecisionsSayWhyNot(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		client, sister := clientOf(admin, "Client"), clientOf(admin, "Sister")
		boss := admin.In(client).Person("Bo", iam.TypeMember, "org_admin")
		idle := admin.In(client).Person("Idle", iam.TypeMember)
		var v api.AccessReview
		admin.Do(http.MethodPost, "/access-reviews", map[string]any{"organization_id": client}).Want(http.StatusCreated, &v)
		path := "/access-reviews/" + string(v.ID) + "/rows"
		rows := reviewRows(boss, v.ID)
		body := map[string]any{"decision": "reduce", "rows": []int64{rows[boss.ID].Row, rows[idle.ID].Row}}
		var out api.ReviewDecidedResponse
		boss.Do(http.MethodPatch, path, body).Want(http.StatusOK, &out)
		if e := out.Results[0].Error; e == nil || e.Reason != "own_access" {
			t.Errorf("one's own: %+v", e)
		}
		if e := out.Results[1].Error; e == nil || len(e.Errors) != 1 || e.Errors[0].Code != "nothing_suggested" {
			t.Errorf("nothing to reduce: %+v", e)
		}
		admin.In(sister).Person("Si", iam.TypeMember, "org_admin").Do(http.MethodPatch, path, body).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	})
}
