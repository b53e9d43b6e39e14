package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

// A media type is the same in letters of any case and with blanks before its
// parameters (RFC 9110, 8.3.1 and 5.6.6).
func TestMediaTypesIgnoreCaseAndBlanks(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	var made api.UserWithPassword
	for email, media := range map[string]string{
		"a@b.example": "Application/JSON", "b@b.example": "APPLICATION/JSON", "c@b.example": "application/json ; charset=utf-8",
		"d@b.example": "application/json;charset=UTF-8", "e@b.example": " application/json\t;",
	} {
		admin.Do(http.MethodPost, "/users", person("Jonas", email, iam.TypeAgent), apitest.Header("Content-Type", media)).Want(http.StatusCreated, &made)
	}
	u := made.User
	for _, media := range []string{"Application/Merge-Patch+JSON", "application/merge-patch+json ; charset=utf-8", "APPLICATION/JSON"} {
		admin.Do(http.MethodPatch, "/users/"+string(u.ID), `{"nickname":"`+media+`"}`, apitest.IfMatch(u.Version), apitest.Header("Content-Type", media)).Want(http.StatusOK, &u)
		if u.Nickname != media {
			t.Errorf("as %s: nickname = %q", media, u.Nickname)
		}
	}
	path := "/users/" + string(u.ID) + "/photo"
	admin.Do(http.MethodPut, path, picture(t), apitest.Header("Content-Type", "IMAGE/PNG ; x=y")).Want(http.StatusOK, nil)
	body, multi := form(t, "photo", "me.png", picture(t))
	admin.Do(http.MethodPut, path, body, multi, func(r *http.Request) {
		r.Header.Set("Content-Type", strings.Replace(r.Header.Get("Content-Type"), "multipart/form-data;", "Multipart/Form-Data ;", 1))
	}).Want(http.StatusOK, nil)
	for _, media := range []string{"", "text/plain", "application/jsons", "application /json", "application/json charset=utf-8"} {
		admin.Do(http.MethodPost, "/users", person("Jonas", "f@b.example", iam.TypeAgent), apitest.Header("Content-Type", media)).
			WantProblem(http.StatusUnsupportedMediaType, iam.CodeUnsupportedMediaType)
	}
}

// What has no "=" is there and empty, as what has one and nothing after it.
func TestParametersWithoutAValueAreEmpty(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent)
		found := func(query string) int {
			t.Helper()
			var list api.List[api.User]
			admin.Do(http.MethodGet, "/users?"+query, nil).Want(http.StatusOK, &list)
			return len(list.Items)
		}
		for _, name := range []string{"search", "email", "external_id", "status", "user_type", "role", "team", "field", "organization_id", "below", "sort", "limit", "cursor"} {
			for _, query := range []string{name + "=", name, "&" + name + "&"} {
				if n := found(query); n != 2 {
					t.Errorf("?%s finds %d of two", query, n)
				}
			}
		}
		if n := found("sort&search=jonas&email"); n != 1 {
			t.Errorf("with empty ones beside it, a search finds %d of one", n)
		}
		for query, code := range map[string]string{"nothing": "unknown_parameter", "search&search": "duplicate"} {
			p := admin.Do(http.MethodGet, "/users?"+query, nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
			if len(p.Errors) != 1 || p.Errors[0].Code != code {
				t.Errorf("?%s: errors = %+v", query, p.Errors)
			}
		}
	})
}

// Nobody gets anything by HEAD, so that the log must not tell of an export.
func TestHeadExportsNothing(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		e, _ := exported(t, admin, `{"kind":"users"}`)
		file := "/exports/" + string(e.ID) + "/file"
		told := func(action string) int {
			t.Helper()
			var list api.List[api.Event]
			admin.Do(http.MethodGet, "/audit-events?action="+action, nil).Want(http.StatusOK, &list)
			return len(list.Items)
		}
		for path, action := range map[string]string{"/users/export": "users.exported", "/audit-events/export": "audit.exported", file: "export.downloaded"} {
			before := told(action)
			res := admin.Do(http.MethodHead, path, nil)
			if allow := res.Header.Get("Allow"); res.Status != http.StatusMethodNotAllowed || !strings.HasPrefix(allow, "GET") || strings.Contains(allow, "HEAD") {
				t.Errorf("HEAD %s: %d, Allow = %q", path, res.Status, allow)
			}
			if n := told(action); n != before {
				t.Errorf("HEAD %s: %d events of %s, %d before", path, n, action, before)
			}
			if allow := admin.Do(http.MethodPut, path, nil).Header.Get("Allow"); strings.Contains(allow, "HEAD") {
				t.Errorf("PUT %s: Allow = %q", path, allow)
			}
			admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil)
			if n := told(action); n != before+1 {
				t.Errorf("GET %s: %d events of %s, %d before", path, n, action, before)
			}
		}
		for _, path := range []string{"/users", "/exports/" + string(e.ID), "/user-imports/template.csv"} {
			if res := admin.Do(http.MethodHead, path, nil); res.Status != http.StatusOK || len(res.Body) > 0 || res.Header.Get("Content-Type") == "" {
				t.Errorf("HEAD %s: %d %v", path, res.Status, res.Header)
			}
		}
	})
}

// Texts are kept composed, so that one which was sent in parts is as long as it is
// kept: what fits then is taken, by the API and by imports.
func TestDecomposedNamesAreAsLongAsTheyAreKept(t *testing.T) {
	const parts, whole = "e\u0301", "\u00e9"
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		body := person(strings.Repeat(parts, 100), "long@northwind.example", iam.TypeAgent)
		body["external_id"] = strings.Repeat("\u03b1\u0313\u0300\u0345", 200) // four for each that is kept
		var made api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		u := made.User
		if u.FirstName != strings.Repeat(whole, 100) || u.ExternalID != strings.Repeat("\u1f82", 200) {
			t.Errorf("first_name = %q, external_id = %q", u.FirstName, u.ExternalID)
		}
		change := func(name string) *apitest.Response {
			return admin.Do(http.MethodPatch, "/users/"+string(u.ID), map[string]string{"nickname": name}, apitest.IfMatch(u.Version))
		}
		for what, name := range map[string]string{
			"one more": strings.Repeat(parts, 101), "kept apart": strings.Repeat("x\u0301", 51), "a million": strings.Repeat("e", 1_000_000),
			"64 kB": strings.Repeat("e", 64<<10), "all marks": strings.Repeat("\u0301", 30_000),
		} {
			p := change(name).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
			if faults(p)["/nickname"] != "too_long" {
				t.Errorf("%s: errors = %+v", what, p.Errors)
			}
		}
		change(strings.Repeat(parts, 100)).Want(http.StatusOK, &u)
		admin.Do(http.MethodPatch, "/me", map[string]string{"nickname": strings.Repeat(parts, 100)}, versionOf(admin, admin.ID)).Want(http.StatusOK, nil)

		file := "first_name,last_name,email,user_type\n" + strings.Repeat(parts, 60) + ",K,anna@northwind.example,agent\n" +
			strings.Repeat(parts, 101) + ",K,bo@northwind.example,agent\n"
		var i api.Import
		admin.Do(http.MethodPost, "/user-imports", file, apitest.Header("Content-Type", "text/csv")).Want(http.StatusAccepted, &i)
		work(t, w)
		admin.Do(http.MethodGet, "/user-imports/"+string(i.ID), nil).Want(http.StatusOK, &i)
		if i.RowsValid != 1 || i.RowsInvalid != 1 {
			t.Errorf("import: %d valid, %d invalid", i.RowsValid, i.RowsInvalid)
		}
	})
}
