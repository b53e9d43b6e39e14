package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// person is the body that adds somebody.
func person(first, email string, userType iam.UserType) map[string]any {
	return map[string]any{"first_name": first, "last_name": "Example", "email": email, "user_type": userType}
}

// add adds somebody and returns them with their temporary password.
func add(c *apitest.Client, first, email string, userType iam.UserType) api.UserWithPassword {
	var made api.UserWithPassword
	c.Do(http.MethodPost, "/users", person(first, email, userType)).Want(http.StatusCreated, &made)
	return made
}

// covers D-04 D-07
func TestCreateUser(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		body := person("Jonas", "Jonas@Northwind.example", iam.TypeAgent)
		body["phone"], body["external_id"], body["timezone"], body["role_ids"] = "+49 30 901820", "HR-7", "Europe/Berlin", []string{"agent"}
		var made api.UserWithPassword
		res := admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		u := made.User
		if made.TemporaryPassword == "" || !u.MustChangePassword || u.FullName != "Jonas Example" || u.Phone != "+49 30 901820" ||
			u.ExternalID != "HR-7" || u.Timezone != "Europe/Berlin" || len(u.Roles) != 1 || u.Roles[0].Code != "agent" || u.LastSignInAt != nil {
			t.Errorf("made %+v", made)
		}
		if res.Header.Get("Location") != "/api/v1/users/"+string(u.ID) || res.Header.Get("ETag") != `"1"` || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers = %v", res.Header)
		}
		// It is shown once: reading the user again does not tell it.
		got := admin.Do(http.MethodGet, "/users/"+string(u.ID), nil).Want(http.StatusOK, nil)
		if strings.Contains(string(got.Body), made.TemporaryPassword) {
			t.Error("the temporary password is told twice")
		}
		taken := admin.Do(http.MethodPost, "/users", person("Other", "jonas@NORTHWIND.example", iam.TypeAgent)).WantProblem(http.StatusConflict, iam.CodeConflict)
		if len(taken.Errors) != 1 || taken.Errors[0].Pointer != "/email" {
			t.Errorf("errors = %+v", taken.Errors)
		}
		// The same address in another tenant is another person.
		add(w.Tenant("fabrikam"), "Jonas", "jonas@northwind.example", iam.TypeAgent)
	})
}

// covers D-01 D-02 D-03
func TestListUsers(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		add(admin, "Zoë", "zoe@northwind.example", iam.TypeAgent)
		amir := add(admin, "Amir", "amir@northwind.example", iam.TypeSupervisor).User
		admin.Do(http.MethodPost, "/users/"+string(amir.ID)+"/suspend", nil).Want(http.StatusOK, nil)

		names := func(query string) []string {
			var page api.List[api.User]
			admin.Do(http.MethodGet, "/users"+query, nil).Want(http.StatusOK, &page)
			out := []string{}
			for _, u := range page.Items {
				out = append(out, u.FirstName)
			}
			return out
		}
		for query, want := range map[string][]string{
			"":                   {"Ada", "Amir", "Zoë"},
			"?sort=-name":        {"Zoë", "Amir", "Ada"},
			"?search=zoe":        {"Zoë"},
			"?status=suspended":  {"Amir"},
			"?user_type=agent":   {"Zoë"},
			"?role=admin":        {"Ada"},
			"?role=no_such_role": {},
			"?search=northwind&status=active&user_type=agent&sort=created": {"Zoë"},
		} {
			if diff := cmp.Diff(want, names(query)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", query, diff)
			}
		}
		var stats api.UserStats
		admin.Do(http.MethodGet, "/users/stats", nil).Want(http.StatusOK, &stats)
		if want := (api.UserStats{Total: 3, Active: 2, Suspended: 1}); stats != want {
			t.Errorf("stats = %+v, want %+v", stats, want)
		}
	})
}

// One person is found by an address in any case, by their id elsewhere as it is,
// and by a search for all of that id; the filters combine with the others, in the
// list and in what is made of it. covers D-02
func TestFindExactly(t *testing.T) { apitest.Each(t, findExactly) }

func findExactly(t *testing.T, w *apitest.World) {
	t.Helper()
	admin, stranger := w.Tenant("northwind"), w.Tenant("fabrikam")
	for _, c := range []*apitest.Client{admin, stranger} {
		body := person("Zoë", "zoe.jones@"+c.ShortName+".example", iam.TypeAgent)
		body["external_id"] = "HR 7/Zürich"
		c.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		add(c, "Jones", "zoe.jones2@"+c.ShortName+".example", iam.TypeViewer)
	}
	for folded := range 2 {
		for query, want := range map[string]string{
			"email=ZOE.Jones@Northwind.example":       "Zoë",
			"email=%20zoe.jones@northwind.example%20": "Zoë",
			"email=zoe.jones":                         "",
			"email=zoe.jones@fabrikam.example":        "",
			"email=%20":                               "",
			"external_id=HR%207/Z%C3%BCrich":          "Zoë",
			"external_id=HR%207/Zu%CC%88rich":         "Zoë", // the other way to write ü
			"external_id=hr%207/z%C3%BCrich":          "",
			"external_id=HR%207":                      "",
			"external_id=%20":                         "",
			"external_id=HR%207/Z%C3%BCrich&email=zoe.jones@northwind.example":             "Zoë",
			"external_id=HR%207/Z%C3%BCrich&email=zoe.jones2@northwind.example":            "",
			"external_id=HR%207/Z%C3%BCrich&status=suspended":                              "",
			"external_id=HR%207/Z%C3%BCrich&user_type=agent&search=zoe&sort=-last_sign_in": "Zoë",
			"external_id=HR%207/Z%C3%BCrich&search=ada":                                    "",
			"search=HR%207/Z%C3%BCrich":                                                    "Zoë",
			"search=%20HR%207/Z%C3%BCrich%20&status=active":                                "Zoë",
			"search=HR%207/Z%C3%BCrich&user_type=viewer":                                   "",
			"search=HR%207": "",
			"search=jones":  "Jones Zoë",
			"email=zoe.jones2@northwind.example&sort=-created": "Jones",
		} {
			if got := namesOf(admin, "?"+query); got != want {
				t.Errorf("round %d: %s finds %q, want %q", folded, query, got, want)
			}
			file := string(admin.Do(http.MethodGet, "/users/export?"+query, nil).Want(http.StatusOK, nil).Body)
			if got := strings.Count(file, "\n") - 1; got != len(strings.Fields(want)) {
				t.Errorf("%s exports %d people", query, got)
			}
		}
		for filter, want := range map[string]int64{`"email":"ZOE.jones@northwind.example"`: 1, `"external_id":"HR 7/Zürich"`: 1, `"external_id":"nobody"`: 0} {
			e, file := exported(t, admin, `{"kind":"users","filter":{`+filter+`}}`)
			if got := len(cells(t, file)) - 1; got != int(want) || e.RowsTotal == nil || *e.RowsTotal != want {
				t.Errorf("%s exports %d people of %v", filter, got, e.RowsTotal)
			}
		}
		admin.Do(http.MethodPost, "/exports", `{"kind":"audit","filter":{"email":"a@b.example"}}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if _, err := w.FoldUserIndex(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
	// Who sees no ids finds nobody by one.
	pal := admin.Person("Pal", iam.TypeAgent)
	if got := members(pal, "/colleagues?search=HR%207/Z%C3%BCrich"); got != "" {
		t.Errorf("a colleague finds %q by an id", got)
	}
}

func TestPages(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, stranger := w.Tenant("northwind"), w.Tenant("fabrikam")
		add(admin, "Bo", "bo@northwind.example", iam.TypeAgent)
		add(admin, "Cy", "cy@northwind.example", iam.TypeAgent)
		var first, second, back api.List[api.User]
		admin.Do(http.MethodGet, "/users?limit=2", nil).Want(http.StatusOK, &first)
		if len(first.Items) != 2 || first.NextCursor == nil || first.PrevCursor != nil {
			t.Fatalf("first page = %+v", first)
		}
		admin.Do(http.MethodGet, "/users?limit=2&cursor="+*first.NextCursor, nil).Want(http.StatusOK, &second)
		if len(second.Items) != 1 || second.NextCursor != nil || second.PrevCursor == nil {
			t.Fatalf("second page = %+v", second)
		}
		admin.Do(http.MethodGet, "/users?limit=2&cursor="+*second.PrevCursor, nil).Want(http.StatusOK, &back)
		if diff := cmp.Diff(first.Items, back.Items); diff != "" {
			t.Errorf("back on the first page: (-want +got)\n%s", diff)
		}
		for _, path := range []string{"/users?sort=-name&cursor=", "/users?status=active&cursor=", "/audit-events?cursor=", "/colleagues?cursor="} {
			admin.Do(http.MethodGet, path+*first.NextCursor, nil).WantProblem(http.StatusBadRequest, iam.CodeInvalidCursor)
		}
		stranger.Do(http.MethodGet, "/users?limit=2&cursor="+*first.NextCursor, nil).WantProblem(http.StatusBadRequest, iam.CodeInvalidCursor)
		admin.Do(http.MethodGet, "/users?cursor=nonsense", nil).WantProblem(http.StatusBadRequest, iam.CodeInvalidCursor)
		admin.Do(http.MethodGet, "/users?limit=201", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

// covers D-09
func TestUpdateUser(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		u := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent).User
		path := "/users/" + string(u.ID)
		var got api.User
		res := admin.Do(http.MethodPatch, path, `{"first_name":"Jon","nickname":"Jo","phone":"030 1","timezone":"Europe/Paris","external_id":"X1","status":"suspended","role_ids":["supervisor","agent"],"permissions":["reports.read"]}`,
			apitest.IfMatch(u.Version)).Want(http.StatusOK, &got)
		if got.FullName != "Jon Example" || got.Nickname != "Jo" || got.Phone != "030 1" || got.Timezone != "Europe/Paris" || got.ExternalID != "X1" ||
			got.Status != iam.StatusSuspended || len(got.Roles) != 2 || len(got.Permissions) != 1 || got.Version != u.Version+1 {
			t.Errorf("got %+v", got)
		}
		if res.Header.Get("ETag") != `"2"` {
			t.Errorf("ETag = %q", res.Header.Get("ETag"))
		}
		// Null empties, absent stays.
		admin.Do(http.MethodPatch, path, `{"nickname":null,"role_ids":null}`, apitest.IfMatch(2)).Want(http.StatusOK, &got)
		if got.Nickname != "" || len(got.Roles) != 0 || got.Phone != "030 1" || len(got.Permissions) != 1 {
			t.Errorf("after null: %+v", got)
		}
		p := admin.Do(http.MethodPatch, path, `{"first_name":null}`, apitest.IfMatch(got.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/first_name" || p.Errors[0].Code != "required" {
			t.Errorf("errors = %+v", p.Errors)
		}
	})
}

// covers D-08
func TestUserTypeNeverChanges(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		u := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent).User
		p := admin.Do(http.MethodPatch, "/users/"+string(u.ID), `{"user_type":"supervisor"}`, apitest.IfMatch(1)).WantProblem(http.StatusUnprocessableEntity, iam.CodeImmutable)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/user_type" || !strings.Contains(p.Detail, "add the person again") {
			t.Errorf("problem = %+v", p)
		}
	})
}

func TestTwoAdminsCantOverwriteEachOther(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		u := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent).User
		path := "/users/" + string(u.ID)
		admin.Do(http.MethodPatch, path, `{"phone":"1"}`, apitest.IfMatch(1)).Want(http.StatusOK, nil)
		p := admin.Do(http.MethodPatch, path, `{"phone":"2"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
		var current api.User
		if err := json.Unmarshal(p.Current, &current); err != nil || current.Phone != "1" || current.Version != 2 {
			t.Errorf("current = %s, %v", p.Current, err)
		}
		for _, tag := range []string{`"0"`, `"-1"`, `"two"`, `"3"`} {
			admin.Do(http.MethodDelete, path, nil, apitest.Header("If-Match", tag)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
		}
		// Nobody has changed anything: what was sent names no version, or several.
		for _, tag := range []string{`W/"2"`, `2`, `*`, `"2", "3"`, `"`, `""2""`} {
			admin.Do(http.MethodDelete, path, nil, apitest.Header("If-Match", tag)).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
		}
		two := func(r *http.Request) { r.Header["If-Match"] = []string{`"2"`, `"3"`} }
		admin.Do(http.MethodDelete, path, nil, two).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
		admin.Do(http.MethodPatch, path, `{"phone":"2"}`).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
		admin.Do(http.MethodDelete, path, nil).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
		admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(2)).Want(http.StatusNoContent, nil)
		admin.Do(http.MethodGet, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	})
}

// covers D-10 D-11
func TestSuspendReactivateReset(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		jonas := admin.Person("Jonas", iam.TypeAgent)
		path := "/users/" + string(jonas.ID)
		jonas.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, nil)
		var u api.User
		admin.Do(http.MethodPost, path+"/suspend", nil).Want(http.StatusOK, &u)
		if u.Status != iam.StatusSuspended || !slices.Equal(u.AllowedActions, []users.Action{users.ActionEdit, users.ActionResetPassword, users.ActionReactivate, users.ActionDelete}) {
			t.Errorf("suspended: %+v", u)
		}
		jonas.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		jonas.TrySignIn(jonas.Email, apitest.Password+" of my own").WantProblem(http.StatusForbidden, iam.CodeAccountSuspended)
		admin.Do(http.MethodPost, path+"/reactivate", nil).Want(http.StatusOK, &u)
		jonas.SignIn(jonas.Email, apitest.Password+" of my own")
		var reset api.UserWithPassword
		admin.Do(http.MethodPost, path+"/reset-password", nil).Want(http.StatusOK, &reset)
		if reset.TemporaryPassword == "" || !reset.User.MustChangePassword {
			t.Errorf("reset: %+v", reset)
		}
		jonas.Do(http.MethodGet, "/me", nil).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
		jonas.TrySignIn(jonas.Email, apitest.Password+" of my own").WantProblem(http.StatusUnauthorized, iam.CodeInvalidCredentials)
		jonas.SignIn(jonas.Email, reset.TemporaryPassword)
	})
}

// Whoever gets a temporary password to pass on is told until when it works, by the
// policies of where the person belongs, and so is the person. It is as long as they
// ask for. covers D-07 D-10
func TestTemporaryPasswordsFollowThePolicy(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var org api.Organization
		admin.Do(http.MethodPost, "/organizations", `{"name":"Client"}`).Want(http.StatusCreated, &org)
		setPolicy(t, admin, org.ID, `{"temporary_password_hours":{"value":48},"password_length":{"value":33}}`).Want(http.StatusOK, nil)
		until := w.Clock.Now().Add(48 * time.Hour).UTC()
		right := func(password string, end *time.Time) bool {
			return len(password) >= 33 && end != nil && end.Equal(until)
		}
		body := person("Mia", "mia@northwind.example", iam.TypeMember)
		body["organization_id"], body["locale"], body["timezone"] = org.ID, "en", "Europe/Madrid"
		var made api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		if !right(made.TemporaryPassword, made.PasswordExpiresAt) {
			t.Errorf("made: %q until %v, want %v", made.TemporaryPassword, made.PasswordExpiresAt, until)
		}
		var reset api.PasswordReset
		admin.Do(http.MethodPost, "/users/"+string(made.User.ID)+"/reset-password", nil).Want(http.StatusOK, &reset)
		if !right(reset.TemporaryPassword, &reset.PasswordExpiresAt) {
			t.Errorf("reset: %q until %v", reset.TemporaryPassword, reset.PasswordExpiresAt)
		}
		var mails api.List[api.Mail]
		admin.Do(http.MethodGet, "/outbox", nil).Want(http.StatusOK, &mails)
		there, err := time.LoadLocation("Europe/Madrid")
		if err != nil {
			t.Fatal(err)
		}
		if want := until.In(there).Format("2 January 2006, 15:04 (MST)"); !strings.Contains(mails.Items[0].Text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, mails.Items[0].Text)
		}
		var out api.BulkResponse
		admin.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: users.ActionResetPassword, IDs: []iam.UserID{made.User.ID}}).Want(http.StatusOK, &out)
		if r := out.Results[0]; !right(r.TemporaryPassword, r.PasswordExpiresAt) {
			t.Errorf("bulk: %+v", r)
		}
		var suspended api.BulkResponse
		admin.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: users.ActionSuspend, IDs: []iam.UserID{made.User.ID}}).Want(http.StatusOK, &suspended)
		if r := suspended.Results[0]; r.PasswordExpiresAt != nil {
			t.Errorf("suspended: %+v", r)
		}
		// One that was chosen ends, too; what is no person has none.
		body["email"], body["password"] = "moa@northwind.example", "seven plum jackets and a canoe on the lake"
		var chosen, service api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &chosen)
		admin.Do(http.MethodPost, "/users", person("Bot", "bot@northwind.example", iam.TypeService)).Want(http.StatusCreated, &service)
		if chosen.TemporaryPassword != "" || chosen.PasswordExpiresAt == nil || service.PasswordExpiresAt != nil {
			t.Errorf("chosen %+v, of a service user %+v", chosen, service)
		}
	})
}

// Who adds people learns how long their passwords must be, without seeing the
// policies, and of no organization but their own and those below it.
func TestPasswordRules(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		agency, stranger := w.Tenant("northwind"), w.Tenant("fabrikam")
		boss, mine := clientOrganization(t, agency, "Mine")
		_, theirs := clientOrganization(t, agency, "Theirs")
		setPolicy(t, agency, mine, `{"password_length":{"value":40}}`).Want(http.StatusOK, nil)
		at := func(c *apitest.Client, org iam.OrgID) *apitest.Response {
			return c.Do(http.MethodGet, "/organizations/"+string(org)+"/password-rules", nil)
		}
		var rules api.PasswordRules
		at(boss, mine).Want(http.StatusOK, &rules)
		if rules.MinLength != 40 || rules.MaxLength != 256 {
			t.Errorf("%+v", rules)
		}
		if at(agency, theirs).Want(http.StatusOK, &rules); rules.MinLength != 12 {
			t.Errorf("%+v", rules)
		}
		at(boss, theirs).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		at(boss, agency.Session.Organization.ID).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		at(stranger, mine).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		if p := at(agency.Person("Vic", iam.TypeViewer), mine).WantProblem(http.StatusForbidden, iam.CodeForbidden); p.Missing != iam.PermUsersCreate {
			t.Errorf("%+v", p)
		}
	})
}

func TestBulk(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		a := add(admin, "Bo", "bo@northwind.example", iam.TypeAgent).User
		b := add(admin, "Cy", "cy@northwind.example", iam.TypeAgent).User
		foreign := add(other, "Di", "di@fabrikam.example", iam.TypeAgent).User
		var out api.BulkResponse
		admin.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "suspend", IDs: []iam.UserID{a.ID, admin.ID, foreign.ID, b.ID}}).Want(http.StatusOK, &out)
		if len(out.Results) != 4 || !out.Results[0].OK || out.Results[1].OK || out.Results[1].Error.Code != iam.CodeEscalation ||
			out.Results[2].Error.Code != iam.CodeNotFound || out.Results[2].FullName != "" || !out.Results[3].OK {
			t.Errorf("results = %+v", out.Results)
		}
		if e := out.Results[1].Error; e.Reason != "own_access" {
			t.Errorf("one's own: %+v", e)
		}
		admin.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "reset_password", IDs: []iam.UserID{a.ID}}).Want(http.StatusOK, &out)
		if out.Results[0].TemporaryPassword == "" {
			t.Errorf("results = %+v", out.Results)
		}
		change := api.BulkRequest{Action: "change_roles", IDs: []iam.UserID{b.ID, foreign.ID}, AddRoleIDs: []string{"analyst"}}
		admin.Do(http.MethodPost, "/users/bulk", change).Want(http.StatusOK, &out)
		if !out.Results[0].OK || out.Results[1].OK || out.Results[1].Error.Code != iam.CodeNotFound {
			t.Errorf("roles: %+v", out.Results)
		}
		var bo, di api.User
		admin.Do(http.MethodGet, "/users/"+string(b.ID), nil).Want(http.StatusOK, &bo)
		other.Do(http.MethodGet, "/users/"+string(foreign.ID), nil).Want(http.StatusOK, &di)
		if len(bo.Roles) != 1 || bo.Roles[0].Code != "analyst" || len(di.Roles) > 0 {
			t.Errorf("roles = %+v, of the other tenant %+v", bo.Roles, di.Roles)
		}
		change.OrganizationID = di.Organizations[0].ID
		admin.Do(http.MethodPost, "/users/bulk", change).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		viewer := admin.Person("Vic", iam.TypeViewer)
		p := viewer.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "delete", IDs: []iam.UserID{a.ID}}).WantProblem(http.StatusForbidden, iam.CodeForbidden)
		if p.Missing != iam.PermUsersDelete {
			t.Errorf("missing = %q", p.Missing)
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		key := apitest.Header("Idempotency-Key", "a-key-of-mine")
		body := person("Jonas", "jonas@northwind.example", iam.TypeAgent)
		var first, second api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body, key).Want(http.StatusCreated, &first)
		res := admin.Do(http.MethodPost, "/users", body, key).Want(http.StatusCreated, &second)
		if diff := cmp.Diff(first, second); diff != "" || res.Header.Get("Idempotency-Replayed") != "true" || res.Header.Get("ETag") != `"1"` {
			t.Errorf("replayed: (-first +second)\n%s%v", diff, res.Header)
		}
		body["first_name"] = "Other"
		p := admin.Do(http.MethodPost, "/users", body, key).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/Idempotency-Key" || p.Errors[0].Code != "reused" {
			t.Errorf("errors = %+v", p.Errors)
		}
		// The key of somebody else is another key.
		other := w.Tenant("fabrikam")
		other.Do(http.MethodPost, "/users", person("Di", "di@fabrikam.example", iam.TypeAgent), key).Want(http.StatusCreated, nil)
		// What was refused may be tried again.
		again := apitest.Header("Idempotency-Key", "another")
		admin.Do(http.MethodPost, "/users", person("", "eve@northwind.example", iam.TypeAgent), again).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		admin.Do(http.MethodPost, "/users", person("Eve", "eve@northwind.example", iam.TypeAgent), again).Want(http.StatusCreated, nil)
		admin.Do(http.MethodPost, "/users", body, apitest.Header("Idempotency-Key", strings.Repeat("x", 256))).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

// forgetful keeps no answer, as a process that ends before it could.
type forgetful struct{ api.Replays }

func (forgetful) FinishReplay(context.Context, iam.TenantID, *iam.Replay) error { return nil }

// A request that was carried out, and whose answer the end of the process took
// along, is not carried out again.
func TestIdempotencyKeyAfterACrash(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		w.Deps.Replays = forgetful{w.Deps.Replays}
		w.Server = httptest.NewServer(api.New(w.Deps))
		t.Cleanup(w.Server.Close)
		admin := w.Tenant("northwind")
		key := apitest.Header("Idempotency-Key", "made-once")
		create := func() *apitest.Response {
			return admin.Do(http.MethodPost, "/api-keys", `{"name":"Sync","permissions":["users.read"]}`, key)
		}
		create().Want(http.StatusCreated, nil)
		if p := create().WantProblem(http.StatusConflict, iam.CodeConflict); p.Reason != "in_progress" {
			t.Errorf("reason %q", p.Reason)
		}
		w.Clock.Advance(iam.ReplayPending)
		if p := create().WantProblem(http.StatusConflict, iam.CodeConflict); p.Reason != "answer_lost" {
			t.Errorf("reason %q", p.Reason)
		}
		// Nothing but the key tells that it was made before: names may come twice.
		var keys api.Items[api.APIKey]
		admin.Do(http.MethodGet, "/api-keys", nil).Want(http.StatusOK, &keys)
		if len(keys.Items) != 1 {
			t.Errorf("%d keys", len(keys.Items))
		}
	})
}

func TestSameCreateAtOnce(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		body := person("Jonas", "jonas@northwind.example", iam.TypeAgent)
		statuses := make([]int, 8)
		var wg sync.WaitGroup
		for i := range statuses {
			wg.Go(func() {
				statuses[i] = admin.Do(http.MethodPost, "/users", body, apitest.Header("Idempotency-Key", "the-same")).Status
			})
		}
		wg.Wait()
		for _, s := range statuses {
			// Either the answer, or that somebody is still at it; never another user.
			if s != http.StatusCreated && s != http.StatusConflict {
				t.Errorf("statuses = %v", statuses)
			}
		}
		var made api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body, apitest.Header("Idempotency-Key", "the-same")).Want(http.StatusCreated, &made)
		var stats api.UserStats
		admin.Do(http.MethodGet, "/users/stats", nil).Want(http.StatusOK, &stats)
		if stats.Total != 2 {
			t.Errorf("there are %d users", stats.Total)
		}
	})
}
