package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// exported makes an export and returns it with its file.
func exported(t *testing.T, c *apitest.Client, body string) (api.Export, []byte) {
	t.Helper()
	var e api.Export
	made := c.Do(http.MethodPost, "/exports", body).Want(http.StatusCreated, &e)
	if e.State != iam.ExportReady || made.Header.Get("Location") != "/api/v1/exports/"+string(e.ID) {
		t.Fatalf("%s makes %+v at %q", body, e, made.Header.Get("Location"))
	}
	res := c.Do(http.MethodGet, "/exports/"+string(e.ID)+"/file", nil).Want(http.StatusOK, nil)
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="`+e.FileName+`"` {
		t.Errorf("Content-Disposition = %q", got)
	}
	if res.Header.Get("Content-Length") != strconv.FormatInt(e.SizeBytes, 10) || int64(len(res.Body)) != e.SizeBytes {
		t.Errorf("%d bytes of %d", len(res.Body), e.SizeBytes)
	}
	return e, res.Body
}

// cells are the rows of a CSV file, the head first, none of which is a formula.
func cells(t *testing.T, file []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("%s = %q would run as a formula", rows[0][i], cell)
			}
		}
	}
	return rows
}

// covers E-12
func TestExports(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var org api.Organization
		admin.Do(http.MethodPost, "/organizations", `{"name":"@Client"}`).Want(http.StatusCreated, &org)
		body := person("=1+1", "sum@northwind.example", iam.TypeAgent)
		body["phone"] = "+49 30 1"
		admin.Do(http.MethodPost, "/users", body).Want(http.StatusCreated, nil)
		admin.In(org.ID).Person("Mia", iam.TypeMember, "org_admin")
		admin.Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{"new@client.example"}, "organization_id": org.ID, "access": []string{"home"}}).
			Want(http.StatusOK, nil)

		users := `{"kind":"users","filter":{"search":"sum"}`
		if _, file := exported(t, admin, users+`,"columns":["phone","email"]}`); string(file) != "email,phone\r\nsum@northwind.example,'+49 30 1\r\n" {
			t.Errorf("chosen columns: %q", file)
		}
		e, file := exported(t, admin, users+`}`)
		rows := cells(t, file)
		if len(rows) != 2 || rows[1][1] != "'=1+1" || e.RowsTotal == nil || *e.RowsTotal != 1 || e.Filter.Search != "sum" || e.ExpiresAt == nil {
			t.Errorf("%+v: %q", e, rows)
		}
		// The stream of the same list is the same file.
		if res := admin.Do(http.MethodGet, "/users/export?search=sum&sort=created", nil).Want(http.StatusOK, nil); !bytes.Equal(res.Body, file) {
			t.Errorf("streamed %q, made %q", res.Body, file)
		}
		var u api.User
		if _, file := exported(t, admin, users+`,"format":"ndjson"}`); json.Unmarshal(file, &u) != nil || u.FirstName != "=1+1" {
			t.Errorf("NDJSON: %s", file)
		}
		_, file = exported(t, admin, `{"kind":"memberships","filter":{"organization_id":"`+string(org.ID)+`"}}`)
		if rows = cells(t, file); len(rows) != 2 || !slices.Contains(rows[1], "The northwind company / @Client") || !slices.Contains(rows[1], "'@Client") || !slices.Contains(rows[1], "org_admin") {
			t.Errorf("memberships: %q", rows)
		}
		var m api.MembershipRow
		_, file = exported(t, admin, `{"kind":"memberships","format":"ndjson","filter":{"organization_id":"`+string(org.ID)+`"}}`)
		if err := json.Unmarshal(file, &m); err != nil || m.Organization.ID != org.ID || len(m.Path) != 2 || m.FullName == "" || len(m.Roles) != 1 {
			t.Errorf("memberships: %s, %v", file, err)
		}
		_, file = exported(t, admin, `{"kind":"invitations","filter":{"state":"pending"}}`)
		if rows = cells(t, file); len(rows) != 2 || rows[1][1] != "new@client.example" || !slices.Contains(rows[1], "Ada Okafor") {
			t.Errorf("invitations: %q", rows)
		}
		_, file = exported(t, admin, `{"kind":"audit","filter":{"action":"export.downloaded"}}`)
		if rows = cells(t, file); len(rows) != 7 {
			t.Errorf("downloads: %q", rows)
		}
		var list api.Items[api.Export]
		admin.Do(http.MethodGet, "/exports", nil).Want(http.StatusOK, &list)
		if len(list.Items) != 7 || list.Items[0].Kind != iam.ExportAudit {
			t.Errorf("%+v", list.Items)
		}
		path := "/exports/" + string(e.ID)
		admin.Do(http.MethodDelete, path, nil).Want(http.StatusNoContent, nil)
		admin.Do(http.MethodGet, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		admin.Do(http.MethodPost, "/exports", `{"kind":"audit","filter":{"from":"2026-03-02T00:00:00Z","to":"2026-03-01T00:00:00Z"}}`).
			WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		admin.Person("Vic", iam.TypeViewer).Do(http.MethodPost, "/exports", `{"kind":"users"}`).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

// A key of whoever made an export fetches it while it may make such an export
// itself, and a key of anybody else never.
func TestExportsOfAKeysOwner(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		boss := admin.Person("Bo", iam.TypeAgent, "admin")
		keyed := func(c *apitest.Client, permissions string) *apitest.Client {
			var made api.APIKeyWithSecret
			c.Do(http.MethodPost, "/api-keys", `{"name":"Nightly","permissions":[`+permissions+`]}`).Want(http.StatusCreated, &made)
			key := *c
			key.Cookie, key.Key = "", made.Secret
			return &key
		}
		const all = `"users.export","users.read"`
		e, _ := exported(t, keyed(boss, all), `{"kind":"users"}`)
		one, file := "/exports/"+string(e.ID), "/exports/"+string(e.ID)+"/file"

		var list api.Items[api.Export]
		weak := keyed(boss, `"users.read"`)
		for _, res := range []*apitest.Response{weak.Do(http.MethodGet, file, nil), weak.Do(http.MethodGet, one, nil), weak.Do(http.MethodDelete, one, nil)} {
			if p := res.WantProblem(http.StatusForbidden, iam.CodeForbidden); p.Missing != iam.PermUsersExport {
				t.Errorf("%+v", p)
			}
		}
		if weak.Do(http.MethodGet, "/exports", nil).Want(http.StatusOK, &list); len(list.Items) != 0 {
			t.Errorf("a key that may not export lists %+v", list.Items)
		}
		stranger := w.Tenant("southwind")
		for _, other := range []*apitest.Client{keyed(admin, all), keyed(stranger, all), stranger} {
			other.Do(http.MethodGet, file, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
			other.Do(http.MethodGet, one, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
			other.Do(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		}

		// What the owner may no longer do, no key of theirs does.
		strong := keyed(boss, all)
		strong.Do(http.MethodGet, file, nil).Want(http.StatusOK, nil)
		var u api.User
		admin.Do(http.MethodGet, "/users/"+string(boss.ID), nil).Want(http.StatusOK, &u)
		admin.Do(http.MethodPatch, "/users/"+string(boss.ID), `{"role_ids":[]}`, apitest.IfMatch(u.Version)).Want(http.StatusOK, nil)
		strong.Do(http.MethodGet, file, nil).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	})
}

// A row of users has the roles that are held in one organization, and says in
// which; a line of NDJSON is the user as the list answers it.
func TestExportOfUsersOfSeveralOrganizations(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		var client, dept api.Organization
		admin.Do(http.MethodPost, "/organizations", `{"name":"Client"}`).Want(http.StatusCreated, &client)
		admin.Do(http.MethodPost, "/organizations", `{"name":"Department","parent_id":"`+string(client.ID)+`"}`).Want(http.StatusCreated, &dept)
		jo := admin.Person("Jo", iam.TypeSupervisor, "agent")
		for org, roles := range map[iam.OrgID]string{client.ID: `["viewer"]`, dept.ID: `["analyst","agent"]`} {
			admin.Do(http.MethodPut, belonging(jo.ID, org), `{"role_ids":`+roles+`}`, versionOf(admin, jo.ID)).Want(http.StatusOK, nil)
		}
		for _, tc := range []struct {
			c                           *apitest.Client
			filter, organization, roles string
		}{
			{admin, "", "northwind", "agent"},
			{admin, "organization_id=" + string(client.ID), "client", "viewer"},
			{admin, "organization_id=" + string(dept.ID), "department", "agent;analyst"},
			{admin, "below=true&organization_id=" + string(dept.ID), "department", "agent;analyst"},
			{admin.In(client.ID), "", "client", "viewer"},
			{admin.In(client.ID), "organization_id=" + string(dept.ID), "department", "agent;analyst"},
			{admin.In(dept.ID), "", "department", "agent;analyst"},
		} {
			filter := strings.Replace(filterOf(t, "search=jo&"+tc.filter), `"true"`, "true", 1)
			_, made := exported(t, tc.c, `{"kind":"users","columns":["email","roles","organization"],"filter":`+filter+`}`)
			streamed := tc.c.Do(http.MethodGet, "/users/export?search=jo&"+tc.filter, nil).Want(http.StatusOK, nil).Body
			for what, rows := range map[string][][]string{"made": cells(t, made), "streamed": cells(t, streamed)} {
				row := map[string]string{}
				for i, name := range rows[0] {
					row[name] = rows[len(rows)-1][i]
				}
				roles := strings.Split(row["roles"], ";")
				slices.Sort(roles)
				if len(rows) != 2 || row["organization"] != tc.organization || strings.Join(roles, ";") != tc.roles {
					t.Errorf("%s, %s: %q", what, tc.filter, rows)
				}
			}
		}
		var listed api.List[api.User]
		admin.Do(http.MethodGet, "/users?search=jo", nil).Want(http.StatusOK, &listed)
		line := admin.Do(http.MethodGet, "/users/export?search=jo&format=ndjson", nil).Want(http.StatusOK, nil).Body
		var u api.User
		if err := json.Unmarshal(line, &u); err != nil || !cmp.Equal(u, listed.Items[0]) || u.Presence != iam.PresenceOnline || len(u.Roles) != 3 {
			t.Errorf("%v: %s\n%s", err, cmp.Diff(listed.Items[0], u), line)
		}
	})
}

// A link has no header: it says in its address where to act.
func TestLinkToAnExport(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	var org api.Organization
	admin.Do(http.MethodPost, "/organizations", `{"name":"Client"}`).Want(http.StatusCreated, &org)
	var e api.Export
	admin.In(org.ID).Do(http.MethodPost, "/exports", `{"kind":"users"}`).Want(http.StatusCreated, &e)
	file := "/exports/" + string(e.ID) + "/file"
	admin.Do(http.MethodGet, file, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	admin.Do(http.MethodGet, file+"?organization="+string(org.ID), nil).Want(http.StatusOK, nil)
	admin.Do(http.MethodGet, file+"?organization=org_01k9z3qf4te8kv5m2r7w1x6y0a", nil).WantProblem(http.StatusForbidden, iam.CodeNotMember)
}

// Who only looks in somebody else's name makes no exports.
func TestNoExportsWhileLooking(t *testing.T) {
	w := apitest.NewSQLite(t)
	admin := w.Tenant("northwind")
	boss := admin.Person("Bo", iam.TypeTenantAdmin)
	as := logInAs(t, admin, boss.ID)
	as.Do(http.MethodPost, "/exports", `{"kind":"users"}`).WantProblem(http.StatusForbidden, iam.CodeReadOnly)
	as.Do(http.MethodGet, "/exports", nil).Want(http.StatusOK, nil)
}
