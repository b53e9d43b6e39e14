package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/privacy"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/usercsv"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// form puts a file into a multipart form, after another field.
func form(t *testing.T, field, name string, content []byte) ([]byte, apitest.Option) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	if err := w.WriteField("note", "nothing"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), apitest.Header("Content-Type", w.FormDataContentType())
}

func TestPhotos(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		jonas := admin.Person("Jonas", iam.TypeAgent)
		path, asPNG := "/users/"+string(jonas.ID)+"/photo", apitest.Header("Content-Type", "image/png")
		var u api.User
		res := admin.Do(http.MethodPut, path, picture(t), asPNG).Want(http.StatusOK, &u)
		if u.PhotoURL == nil || u.PhotoThumbURL == nil || *u.PhotoURL == *u.PhotoThumbURL || res.Header.Get("ETag") == "" {
			t.Errorf("user = %+v", u)
		}
		admin.Do(http.MethodDelete, path, nil).Want(http.StatusOK, &u)
		if u.PhotoURL != nil {
			t.Errorf("photo_url = %q", *u.PhotoURL)
		}
		body, multi := form(t, "photo", "me.png", picture(t))
		jonas.Do(http.MethodPut, "/me/photo", body, multi).Want(http.StatusOK, &u)
		if u.PhotoURL == nil {
			t.Error("no photo by form")
		}
		jonas.Do(http.MethodDelete, "/me/photo", nil).Want(http.StatusOK, &u)

		other, multi := form(t, "file", "me.png", picture(t))
		p := jonas.Do(http.MethodPut, "/me/photo", other, multi).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if p.Errors[0].Pointer != "/photo" {
			t.Errorf("errors = %+v", p.Errors)
		}
		jonas.Do(http.MethodPut, "/me/photo", picture(t), apitest.Header("Content-Type", "text/html")).WantProblem(http.StatusUnsupportedMediaType, iam.CodeUnsupportedMediaType)
		jonas.Do(http.MethodPut, "/me/photo", "<html>", asPNG).WantProblem(http.StatusUnsupportedMediaType, iam.CodeUnsupportedMediaType)
		jonas.Do(http.MethodPut, "/me/photo", picture(t)[:60], asPNG).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		jonas.Do(http.MethodPut, "/me/photo", make([]byte, 11<<20), asPNG).WantProblem(http.StatusRequestEntityTooLarge, iam.CodeTooLarge)
		large, multi := form(t, "photo", "me.png", append(picture(t), make([]byte, 11<<20)...))
		jonas.Do(http.MethodPut, "/me/photo", large, multi).WantProblem(http.StatusRequestEntityTooLarge, iam.CodeTooLarge)
		jonas.Do(http.MethodPut, path, picture(t), asPNG).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

func TestExportUsers(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		body := person("=1+1", "sum@northwind.example", iam.TypeAgent)
		body["phone"] = "+49 30 1"
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		res := admin.Do(http.MethodGet, "/users/export?search=sum", nil).Want(http.StatusOK, nil)
		rows, err := csv.NewReader(bytes.NewReader(res.Body)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v, %v: %s", rows, err, res.Body)
		}
		for i, cell := range rows[1] {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%s = %q would run as a formula", rows[0][i], cell)
			}
		}
		if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="users-2026-03-02.csv"` {
			t.Errorf("Content-Disposition = %q", got)
		}
		// What was exported can be read again.
		reader, err := usercsv.NewReader(bytes.NewReader(res.Body))
		if err != nil {
			t.Fatal(err)
		}
		var row usercsv.Row
		if err := reader.Read(&row); err != nil || row.Values["first_name"] != "=1+1" || row.Values["phone"] != "+49 30 1" {
			t.Errorf("read again: %v, %v", row.Values, err)
		}
		res = admin.Do(http.MethodGet, "/users/export?format=ndjson&sort=created", nil).Want(http.StatusOK, nil)
		lines := strings.Split(strings.TrimSpace(string(res.Body)), "\n")
		var u api.User
		if len(lines) != 2 || json.Unmarshal([]byte(lines[1]), &u) != nil || u.FirstName != "=1+1" {
			t.Errorf("lines = %q", lines)
		}
		admin.Do(http.MethodGet, "/users/export?format=xml", nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		admin.Person("Vic", iam.TypeViewer).Do(http.MethodGet, "/users/export", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

// The document shows the file that one gets, not the one to begin an import with.
func TestExampleOfAnExportIsAnExport(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	_, file := exported(t, w.Tenant("northwind"), `{"kind":"users"}`)
	head := cells(t, file)[0]
	if !slices.Equal(head, usercsv.Columns(nil)) {
		t.Errorf("an export has %q", head)
	}
	for _, path := range []string{"/users/export", "/exports/{id}/file"} {
		shown := w.OpenAPI.Paths[path].Get.Responses["200"].Content
		rows := cells(t, []byte(shown["text/csv"].Example.(string)))
		if len(rows) != 2 || !slices.Equal(rows[0], head) {
			t.Fatalf("%s: %q", path, rows)
		}
		var u api.User
		if err := json.Unmarshal([]byte(shown["application/x-ndjson"].Example.(string)), &u); err != nil {
			t.Fatal(err)
		}
		values := map[string]string{}
		for i, name := range head {
			values[name] = rows[1][i]
		}
		if values["id"] != string(u.ID) || values["email"] != u.Email || values["roles"] != u.Roles[0].Code || values["organization"] == "" || values["created_at"] != usercsv.Stamp(u.CreatedAt) {
			t.Errorf("%s: %v is not %+v", path, values, u)
		}
	}
}

// What is known of a person is what the document says of it, which every answer
// here is held against.
func TestPersonalData(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		jonas := admin.Person("Jonas", iam.TypeAgent, "admin")
		path := "/users/" + string(jonas.ID)
		admin.Do(http.MethodPut, path+"/photo", picture(t), apitest.Header("Content-Type", "image/png")).Want(http.StatusOK, nil)
		admin.Do(http.MethodPost, "/custom-fields", map[string]any{"label": "Desk", "kind": "number"}).Want(http.StatusCreated, nil)
		admin.Do(http.MethodPatch, path, `{"nickname":"Joe","custom_fields":{"desk":7}}`, versionOf(admin, jonas.ID)).Want(http.StatusOK, nil)
		var team api.Team
		admin.Do(http.MethodPost, "/teams", map[string]any{"name": "Night shift"}).Want(http.StatusCreated, &team)
		admin.Do(http.MethodPut, "/teams/"+string(team.ID)+"/members/"+string(jonas.ID), `{}`).Want(http.StatusOK, nil)
		jonas.Do(http.MethodPost, "/api-keys", `{"name":"Nightly","permissions":["users.read"]}`).Want(http.StatusCreated, nil)
		w.Anonymous().Do(http.MethodPost, "/password-reset", map[string]string{"tenant": "northwind", "email": jonas.Email}).Want(http.StatusAccepted, nil)

		var data privacy.PersonalData
		res := admin.Do(http.MethodPost, path+"/personal-data", nil).Want(http.StatusOK, &data)
		if data.Profile.Nickname != "Joe" || data.Profile.Photo == "" || data.Profile.CustomFields["Desk"] != 7.0 || len(data.Records) == 0 {
			t.Errorf("profile = %+v", data.Profile)
		}
		for what, n := range map[string]int{
			"memberships": len(data.Memberships), "teams": len(data.Teams), "sessions": len(data.Sessions), "keys": len(data.APIKeys), "mails": len(data.Mails), "events": len(data.Events),
		} {
			if n == 0 {
				t.Errorf("there are no %s: %s", what, res.Body)
			}
		}
		if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="`+string(jonas.ID)+`.json"` {
			t.Errorf("Content-Disposition = %q", got)
		}
	})
}

func TestExportAuditEvents(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		admin.Do(http.MethodPost, "/users", person("@SUM(A1)", "sum@northwind.example", iam.TypeAgent)).Want(http.StatusCreated, nil)
		res := admin.Do(http.MethodGet, "/audit-events/export?format=csv&action=user.created&search=sum", nil).Want(http.StatusOK, nil)
		rows, err := csv.NewReader(bytes.NewReader(res.Body)).ReadAll()
		if err != nil || len(rows) != 2 || !strings.Contains(strings.Join(rows[1], "|"), "|'@SUM(A1) Example|") {
			t.Errorf("%v: %s", err, res.Body)
		}
		res = admin.Do(http.MethodGet, "/audit-events/export?format=ndjson", nil).Want(http.StatusOK, nil)
		var e api.Event
		first, _, _ := strings.Cut(string(res.Body), "\n")
		if err := json.Unmarshal([]byte(first), &e); err != nil || e.Action == "" {
			t.Errorf("first = %q, %v", first, err)
		}
		admin.Person("Jo", iam.TypeAgent).Do(http.MethodGet, "/audit-events/export", nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

func TestImports(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin, other := w.Tenant("northwind"), w.Tenant("fabrikam")
		template := admin.Do(http.MethodGet, "/user-imports/template.csv", nil).Want(http.StatusOK, nil)
		if string(template.Body) != usercsv.Template {
			t.Errorf("template = %q", template.Body)
		}
		const file = "first_name,last_name,email,user_type\nAnna,Kowalska,anna@northwind.example,agent\nBo,,bo@northwind.example,agent\n"
		body, multi := form(t, "file", "people.csv", []byte(file))
		var i api.Import
		res := admin.Do(http.MethodPost, "/user-imports", body, multi).Want(http.StatusAccepted, &i)
		path := "/user-imports/" + string(i.ID)
		if i.FileName != "people.csv" || i.State != iam.ImportChecking || i.FinishedAt != nil || res.Header.Get("Location") != "/api/v1"+path {
			t.Errorf("import = %+v", i)
		}
		work(t, w)
		admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, &i)
		if i.State != iam.ImportReady || i.RowsValid != 1 || i.RowsInvalid != 1 {
			t.Fatalf("checked: %+v", i)
		}
		var report api.List[api.ImportRow]
		admin.Do(http.MethodGet, path+"/report", nil).Want(http.StatusOK, &report)
		if len(report.Items) != 2 || report.Items[1].Line != 3 || report.Items[1].Field != "last_name" || report.Items[1].Action != "error" {
			t.Errorf("report = %+v", report.Items)
		}
		admin.Do(http.MethodGet, path+"/report?action=create", nil).Want(http.StatusOK, &report)
		if len(report.Items) != 1 || report.Items[0].Line != 2 || report.Items[0].Action != "create" {
			t.Errorf("who would be added = %+v", report.Items)
		}
		for _, p := range []string{path, path + "/report"} {
			other.Do(http.MethodGet, p, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		}
		other.Do(http.MethodPost, path+"/start", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		admin.Do(http.MethodPost, path+"/start", nil).Want(http.StatusOK, &i)
		work(t, w)
		admin.Do(http.MethodGet, path, nil).Want(http.StatusOK, &i)
		if i.State != iam.ImportDone || i.Created != 1 || i.FinishedAt == nil {
			t.Errorf("done: %+v", i)
		}
		var all api.Items[api.Import]
		admin.Do(http.MethodGet, "/user-imports", nil).Want(http.StatusOK, &all)
		if len(all.Items) != 1 {
			t.Errorf("imports = %+v", all.Items)
		}
		admin.Do(http.MethodPost, "/user-imports", file, apitest.Header("Content-Type", "text/csv")).Want(http.StatusAccepted, &i)
		admin.Do(http.MethodPost, "/user-imports/"+string(i.ID)+"/cancel", nil).Want(http.StatusOK, &i)
		if i.State != iam.ImportCancelled {
			t.Errorf("cancelled: %+v", i)
		}
		admin.Do(http.MethodPost, "/user-imports", `{}`).WantProblem(http.StatusUnsupportedMediaType, iam.CodeUnsupportedMediaType)
	})
}

// work does what imports wait for.
func work(t *testing.T, w *apitest.World) {
	t.Helper()
	for {
		did, err := w.Imports.Work(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			return
		}
	}
}
