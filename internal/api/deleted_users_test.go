package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// deletes deletes somebody, a second after whatever happened before.
func deletes(c *apitest.Client, id iam.UserID) {
	c.World.Clock.Advance(time.Second)
	c.Do(http.MethodDelete, "/users/"+string(id), nil, versionOf(c, id)).Want(http.StatusNoContent, nil)
}

// gone are the names of those whom the caller finds among the deleted.
func gone(c *apitest.Client, query string) string {
	var page api.List[api.DeletedUser]
	c.Do(http.MethodGet, "/deleted-users"+query, nil).Want(http.StatusOK, &page)
	var names []string
	for _, d := range page.Items {
		names = append(names, strings.TrimSuffix(d.FullName, " Example"))
	}
	return strings.Join(names, " ")
}

// Who was deleted is found with who did it, has a history still, can come back
// with the same address, and can be erased. covers E-06 E-07
func TestDeletedUsers(t *testing.T) { apitest.Each(t, deletedUsers) }

func deletedUsers(t *testing.T, w *apitest.World) {
	t.Helper()
	admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
	jo := add(admin, "Jo", "jo@northwind.example", iam.TypeAgent).User
	zoe := add(admin, "Zoë", "zoe@northwind.example", iam.TypeAgent).User
	deletes(admin, jo.ID)
	deletes(admin, zoe.ID)
	for query, want := range map[string]string{"": "Zoë Jo", "?search=ZOE": "Zoë", "?search=jo@north": "Jo", "?search=nobody": "", "?limit=1": "Zoë"} {
		if got := gone(admin, query); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
		if got := gone(other, query); got != "" {
			t.Errorf("%q finds %q of another tenant", query, got)
		}
	}
	path := "/deleted-users/" + string(jo.ID)
	var d api.DeletedUser
	admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, &d)
	if d.Email != jo.Email || d.UserType != iam.TypeAgent || len(d.Organizations) != 1 || d.DeletedBy.Value == nil || d.DeletedBy.Value.ID != admin.ID ||
		d.DeletedBy.Value.Name != "Ada Okafor" || d.ErasedAt != nil || len(d.AllowedActions) != 2 || d.DeletedAt.IsZero() {
		t.Errorf("%+v", d)
	}
	other.Do(http.MethodGet, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	admin.Do(http.MethodGet, "/deleted-users/"+string(admin.ID), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	admin.Do(http.MethodGet, "/users/"+string(jo.ID), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	var events api.List[api.Event]
	admin.Do(http.MethodGet, "/users/"+string(jo.ID)+"/history", nil).Want(http.StatusOK, &events)
	if len(events.Items) != 2 || events.Items[0].Action != "user.deleted" {
		t.Errorf("history: %+v", events.Items)
	}
	again := add(admin, "Jo", "jo@northwind.example", iam.TypeAgent).User
	if again.ID == jo.ID {
		t.Error("the old account is back")
	}
	admin.Do(http.MethodPost, "/invitations", `{"emails":["zoe@northwind.example"],"user_type":"agent"}`).Want(http.StatusOK, nil)
	var erased api.Erased
	admin.Do(http.MethodPost, "/users/"+string(zoe.ID)+"/erase", `{}`).Want(http.StatusOK, &erased)
	admin.Do(http.MethodGet, "/deleted-users/"+string(zoe.ID), nil).Want(http.StatusOK, &d)
	if d.FullName != erased.Pseudonym || d.Email != "" || d.ErasedAt == nil || len(d.AllowedActions) != 0 {
		t.Errorf("erased: %+v", d)
	}
	if got := gone(admin, "?search=zoe"); got != "" {
		t.Errorf("a search finds %q", got)
	}
	admin.Person("Sue", iam.TypeAgent).Do(http.MethodGet, "/deleted-users", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
}

// Who administers Mine finds those who belonged to it and were deleted, and nobody
// of Theirs; who deleted them from outside is the company, in their history, too.
//
func TestSisterAmongTheDeleted(t *testing.T) { apitest.Each(t, sisterAmongTheDeleted) }

func sisterAmongTheDeleted(t *testing.T, w *apitest.World) {
	t.Helper()
	c := newCrowd(t, w)
	boss := c.boss.Person("Bea", iam.TypeMember, "admin")
	pal := c.boss.Person("Paul", iam.TypeMember)
	deletes(c.inTheirs, c.tess.ID)
	deletes(c.agency, c.shay.ID) // who belonged to both
	deletes(boss, pal.ID)
	deletes(c.boss, boss.ID)
	for query, want := range map[string]string{"": "Bea Paul Shay", "?search=tess": "", "?search=shay": "Shay", "?search=" + c.tess.Email: ""} {
		if got := gone(c.runs, query); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	same(t, "one of Theirs", c.runs.Do(http.MethodGet, "/deleted-users/"+string(c.tess.ID), nil),
		c.runs.Do(http.MethodGet, "/deleted-users/user_01k9z3qf4te8kv5m2r7w1x6y0a", nil))
	var d api.DeletedUser
	c.runs.Do(http.MethodGet, "/deleted-users/"+string(c.shay.ID), nil).Want(http.StatusOK, &d)
	if len(d.Organizations) != 1 || d.Organizations[0].ID != c.mine || d.DeletedBy.Value == nil || *d.DeletedBy.Value != (api.DeletedBy{Name: "The northwind company"}) {
		t.Errorf("of both: %+v", d)
	}
	for _, a := range d.AllowedActions {
		if a == users.ActionErase {
			t.Error("a tombstone is not an organization's to erase")
		}
	}
	c.runs.Do(http.MethodPost, "/users/"+string(c.shay.ID)+"/erase", `{}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	c.runs.Do(http.MethodGet, "/deleted-users/"+string(pal.ID), nil).Want(http.StatusOK, &d)
	if d.DeletedBy.Value == nil || d.DeletedBy.Value.ID != boss.ID || !strings.HasPrefix(d.DeletedBy.Value.Name, "Bea") {
		t.Errorf("deleted by somebody who is gone as well: %+v", d.DeletedBy.Value)
	}
	// What they did is theirs still, and so is what was done to them.
	var events api.List[api.Event]
	c.runs.Do(http.MethodGet, "/users/"+string(boss.ID)+"/history", nil).Want(http.StatusOK, &events)
	found := false
	for _, e := range events.Items {
		found = found || e.Action == "user.deleted" && e.Actor.ID == string(boss.ID) && e.Target.Value != nil && e.Target.Value.ID == string(pal.ID)
	}
	if !found {
		t.Errorf("what Bea did is not told: %+v", events.Items)
	}
	same(t, "the history of one of Theirs", c.runs.Do(http.MethodGet, "/users/"+string(c.tess.ID)+"/history", nil),
		c.runs.Do(http.MethodGet, "/users/user_01k9z3qf4te8kv5m2r7w1x6y0a/history", nil))
	var page api.List[api.DeletedUser]
	c.agency.Do(http.MethodGet, "/deleted-users?limit=1", nil).Want(http.StatusOK, &page)
	c.runs.Do(http.MethodGet, "/deleted-users?limit=1&cursor="+*page.NextCursor, nil).WantProblem(http.StatusBadRequest, iam.CodeInvalidCursor)
}
