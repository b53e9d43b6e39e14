package api_test

import (
	"net/http"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// What somebody does to others while logged in as a person is in that person's
// history, too, and is found by them.
func TestHistoryHasWhatWasDoneAsThePerson(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		boss, agent := admin.Person("Bo", iam.TypeTenantAdmin, "admin"), admin.Person("Ann", iam.TypeAgent)
		as := logInAs(t, admin, boss.ID)
		as.Do(http.MethodPost, "/session/impersonation/changes", nil).Want(http.StatusNoContent, nil)
		as.Do(http.MethodPost, "/users/"+string(agent.ID)+"/suspend", nil).Want(http.StatusOK, nil)
		found := func(c *apitest.Client, path string) (n int) {
			var page api.List[api.Event]
			c.Do(http.MethodGet, path, nil).Want(http.StatusOK, &page)
			for _, e := range page.Items {
				if e.Action == "user.suspended" && e.Target.Value.ID == string(agent.ID) && e.Actor.ID == string(admin.ID) && e.OnBehalfOf.Value.ID == boss.ID {
					n++
				}
			}
			return n
		}
		for _, path := range []string{"/users/" + string(boss.ID) + "/history", "/audit-events?user_id=" + string(boss.ID), "/audit-events?action=user.suspended&user_id=" + string(boss.ID)} {
			if n := found(admin, path); n != 1 {
				t.Errorf("%s has it %d times", path, n)
			}
		}
		if n := found(boss, "/me/history"); n != 1 {
			t.Errorf("one's own history has it %d times", n)
		}
		if n := found(other, "/audit-events?user_id="+string(boss.ID)); n != 0 {
			t.Errorf("another tenant has it %d times", n)
		}
	})
}
