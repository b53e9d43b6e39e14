package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// customFields defines a field of each kind.
func customFields(t *testing.T, admin *apitest.Client) map[string]api.CustomField {
	t.Helper()
	out := map[string]api.CustomField{}
	for _, body := range []string{
		`{"label":"Department","kind":"choice","in_table":true,"choices":[{"label":"Customer care"},{"label":"Quality"}]}`,
		`{"label":"Employee number","kind":"text","required":true}`,
		`{"label":"Desk","kind":"number"}`, `{"label":"First day","kind":"date"}`, `{"label":"First aider","kind":"boolean"}`,
	} {
		var f api.CustomField
		admin.Do(http.MethodPost, "/custom-fields", body).Want(http.StatusCreated, &f)
		out[f.Key] = f
	}
	return out
}

// pointers are the fields that a refusal is about, with their codes.
func pointers(p apitest.Problem) string {
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Pointer+" "+e.Code)
	}
	return strings.Join(out, ", ")
}

// covers E-12
func TestCustomFieldValues(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		customFields(t, admin)
		body := person("Jonas", "jonas@northwind.example", iam.TypeAgent)
		body["custom_fields"] = map[string]any{"desk": "4", "first_day": "tomorrow", "nothing": true}
		p := admin.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		want := "/custom_fields/desk wrong_type, /custom_fields/first_day invalid_date, /custom_fields/nothing unknown, /custom_fields/employee_number required"
		if got := pointers(p); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		delete(body, "custom_fields")
		p = admin.Do(http.MethodPost, "/users", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if got := pointers(p); got != "/custom_fields/employee_number required" {
			t.Errorf("without any: %s", got)
		}
		admin.Do(http.MethodPost, "/users", person("Robot", "robot@northwind.example", iam.TypeService)).Want(http.StatusCreated, nil)
		body["custom_fields"] = map[string]any{"employee_number": "N-1042", "department": "quality", "desk": -4.50, "first_day": "2026-03-02", "first_aider": true}
		var made api.UserWithPassword
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, &made)
		path := "/users/" + string(made.User.ID)
		raw := string(admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, nil).Body)
		if !strings.Contains(raw, `"custom_fields":{"department":"quality","desk":-4.5,"employee_number":"N-1042","first_aider":true,"first_day":"2026-03-02"}`) {
			t.Errorf("got %s", raw)
		}
		var u api.User
		patch := func(version int64, fields string) *apitest.Response {
			return admin.Do(http.MethodPatch, path, `{"custom_fields":`+fields+`}`, apitest.IfMatch(version))
		}
		patch(1, `{"desk":null,"department":"customer_care"}`).Want(http.StatusOK, &u)
		if _, there := u.CustomFields["desk"]; there || u.CustomFields["department"] != "customer_care" || u.CustomFields["employee_number"] != "N-1042" {
			t.Errorf("after the patch: %v", u.CustomFields)
		}
		if got := pointers(patch(2, `{"employee_number":null}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)); got != "/custom_fields/employee_number required" {
			t.Errorf("required taken away: %s", got)
		}
		patch(2, `{"desk":{"number":4}}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if got := pointers(patch(2, `null`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)); got != "/custom_fields/employee_number required" {
			t.Errorf("all taken away: %s", got)
		}
		// People change neither their own fields nor are they asked for them.
		admin.Do(http.MethodPatch, "/me", `{"nickname":"Ad"}`, apitest.IfMatch(1)).Want(http.StatusOK, nil)
		var events api.List[api.Event]
		admin.Do(http.MethodGet, "/audit-events?action=user.updated", nil).Want(http.StatusOK, &events)
		changes := fmt.Sprint(events.Items[1].Changes)
		if changes != "[{custom_fields.department Quality Customer care} {custom_fields.desk -4.5 <nil>}]" {
			t.Errorf("the event tells %s", changes)
		}
	})
}

// names are the first names of those in a list.
func namesOf(admin *apitest.Client, query string) string {
	var page api.List[api.User]
	admin.Do(http.MethodGet, "/users"+query, nil).Want(http.StatusOK, &page)
	var out []string
	for _, u := range page.Items {
		out = append(out, u.FirstName)
	}
	return strings.Join(out, " ")
}

// covers D-02, D-03, E-12
func TestCustomFieldFilters(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		customFields(t, admin)
		for name, values := range map[string]map[string]any{
			"Ann": {"employee_number": "Ä-1", "department": "quality", "first_aider": true, "desk": 4},
			"Bea": {"employee_number": "b:2", "department": "quality", "first_aider": false},
			"Cem": {"employee_number": "c,3", "department": "customer_care", "first_day": "2026-03-02"},
		} {
			body := person(name, name+"@northwind.example", iam.TypeAgent)
			body["custom_fields"] = values
			admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		}
		for range 2 {
			for filter, want := range map[string]string{
				"department:quality":                      "Ann Bea",
				"department:Customer care":                "Cem",
				"first_aider:false":                       "Bea",
				"department:quality|first_aider:true":     "Ann",
				"department:quality|first_day:2026-03-02": "",
				"department:gone":                         "",
				"desk:4.0":                                "Ann",
				"desk:four":                               "",
				"first_day:2026-03-02":                    "Cem",
				"employee_number:a-1":                     "Ann",
				"employee_number:B:2":                     "Bea",
				"employee_number:c,3":                     "Cem",
				"employee_number:":                        "",
			} {
				query := "?user_type=agent"
				for one := range strings.SplitSeq(filter, "|") {
					query += "&field=" + url.QueryEscape(one)
				}
				if got := namesOf(admin, query); got != want {
					t.Errorf("%s finds %q, want %q", filter, got, want)
				}
			}
			if _, err := w.FoldUserIndex(t.Context(), 100); err != nil {
				t.Fatal(err)
			}
		}
		admin.Do(http.MethodGet, "/users?field=shoe_size:42", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		other.Do(http.MethodGet, "/users?field=department:quality", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		admin.Do(http.MethodGet, "/roles?field=a:b&field=c:d", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

// covers D-10, E-12
func TestCustomFieldsInFiles(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		customFields(t, admin)
		template := string(admin.Do(http.MethodGet, "/user-imports/template.csv", nil).Want(http.StatusOK, nil).Body)
		if !strings.Contains(template, ",field.department,field.employee_number,field.desk,field.first_day,field.first_aider\r\n") {
			t.Errorf("template = %q", template)
		}
		csvType := apitest.Header("Content-Type", "text/csv")
		load := func(content string) (i api.Import) {
			admin.Do(http.MethodPost, "/user-imports", content, csvType).Want(http.StatusAccepted, &i)
			work(t, w)
			admin.Do(http.MethodGet, "/user-imports/"+string(i.ID), nil).Want(http.StatusOK, &i)
			return i
		}
		if i := load(template); i.RowsValid != 1 || i.RowsInvalid != 0 {
			t.Errorf("the template itself: %+v", i)
		}
		i := load("first_name,last_name,email,user_type,field.employee_number,field.department,field.desk,field.first_aider,field.first_day\n" +
			"Ann,A,ann@northwind.example,agent,'=1+1,QUALITY,-4.50,yes,2026-03-02\n" +
			"Bea,B,bea@northwind.example,agent,,quality,,,\n" +
			"Cem,C,cem@northwind.example,agent,3,marketing,four,maybe,02.03.2026\n" +
			"Bot,B,bot@northwind.example,service,,,,,\n")
		var report api.List[api.ImportRow]
		admin.Do(http.MethodGet, "/user-imports/"+string(i.ID)+"/report", nil).Want(http.StatusOK, &report)
		var got []string
		for _, r := range report.Items {
			got = append(got, fmt.Sprintf("%d %s %s", r.Line, r.Field, r.Code))
		}
		want := []string{
			"2 email new", "3 field.employee_number required", "4 field.department unknown", "4 field.desk invalid_number",
			"4 field.first_aider invalid_boolean", "4 field.first_day invalid_date", "5 email new",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		admin.Do(http.MethodPost, "/user-imports/"+string(i.ID)+"/start", nil).Want(http.StatusOK, nil)
		work(t, w)
		if got := namesOf(admin, "?field=department:quality&field=desk:-4.5"); got != "Ann" {
			t.Errorf("found %q", got)
		}
		res := admin.Do(http.MethodGet, "/users/export?search=ann&field=first_aider:true", nil).Want(http.StatusOK, nil)
		rows, err := csv.NewReader(bytes.NewReader(res.Body)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v: %s", err, res.Body)
		}
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = rows[1][i]
		}
		for name, want := range map[string]string{
			"field.employee_number": "'=1+1", "field.department": "quality", "field.desk": "'-4.5", "field.first_aider": "true", "field.first_day": "2026-03-02",
		} {
			if cells[name] != want {
				t.Errorf("%s = %q, want %q", name, cells[name], want)
			}
		}
		admin.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type,field.shoe\n", csvType).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	})
}

// covers E-12
func TestCustomFieldDefinitions(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		all := customFields(t, admin)
		department := all["department"]
		path := "/custom-fields/" + string(department.ID)
		body := person("Ann", "ann@northwind.example", iam.TypeAgent)
		body["custom_fields"] = map[string]any{"employee_number": "1", "department": "quality"}
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		admin.Do(http.MethodPatch, path, `{"kind":"text"}`, apitest.IfMatch(1)).WantProblem(http.StatusUnprocessableEntity, iam.CodeImmutable)
		admin.Do(http.MethodPatch, path, `{"choices":[{"label":"Good"}]}`, apitest.IfMatch(1)).WantProblem(http.StatusConflict, iam.CodeInUse)
		var f api.CustomField
		admin.Do(http.MethodPatch, path, `{"label":"Unit","choices":[{"value":"quality","label":"Good quality"},{"label":"Sales"}]}`, apitest.IfMatch(1)).Want(http.StatusOK, &f)
		if f.Key != "department" || f.Label != "Unit" || f.Version != 2 || len(f.Choices) != 2 || f.Choices[1].Value != "sales" {
			t.Errorf("%+v", f)
		}
		var usage api.CustomFieldUsage
		admin.Do(http.MethodGet, path+"/usage", nil).Want(http.StatusOK, &usage)
		if diff := cmp.Diff(api.CustomFieldUsage{People: 1, Choices: map[string]int64{"quality": 1}}, usage); diff != "" {
			t.Error(diff)
		}
		admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
		admin.Do(http.MethodDelete, path, nil, apitest.IfMatch(2)).Want(http.StatusNoContent, nil)
		raw := string(admin.Do(http.MethodGet, "/users?search=ann", nil).Want(http.StatusOK, nil).Body)
		if !strings.Contains(raw, `"custom_fields":{"employee_number":"1"}`) {
			t.Errorf("after the deletion: %s", raw)
		}
		var list api.Items[api.CustomField]
		admin.Do(http.MethodPut, "/custom-field-order", map[string]any{"ids": []iam.FieldID{
			all["first_day"].ID, all["desk"].ID, all["first_aider"].ID, all["employee_number"].ID,
		}}).Want(http.StatusNoContent, nil)
		admin.Do(http.MethodGet, "/custom-fields", nil).Want(http.StatusOK, &list)
		if len(list.Items) != 4 || list.Items[0].Key != "first_day" {
			t.Errorf("%+v", list)
		}
	})
}
