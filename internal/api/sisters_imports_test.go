package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

var csvFile = apitest.Header("Content-Type", "text/csv")

// checked uploads a file and returns what its check found.
func checked(t *testing.T, w *apitest.World, c *apitest.Client, file string) (i api.Import, report []api.ImportRow) {
	t.Helper()
	c.Do(http.MethodPost, "/user-imports", file, csvFile).Want(http.StatusAccepted, &i)
	work(t, w)
	c.Do(http.MethodGet, "/user-imports/"+string(i.ID), nil).Want(http.StatusOK, &i)
	if i.State != iam.ImportReady {
		t.Fatalf("checked: %+v", i)
	}
	var page api.List[api.ImportRow]
	c.Do(http.MethodGet, "/user-imports/"+string(i.ID)+"/report", nil).Want(http.StatusOK, &page)
	return i, page.Items
}

// started lets a checked import run to its end.
func started(t *testing.T, w *apitest.World, c *apitest.Client, i *api.Import) {
	t.Helper()
	c.Do(http.MethodPost, "/user-imports/"+string(i.ID)+"/start", nil).Want(http.StatusOK, nil)
	work(t, w)
	c.Do(http.MethodGet, "/user-imports/"+string(i.ID), nil).Want(http.StatusOK, i)
	if i.State != iam.ImportDone {
		t.Fatalf("started: %+v", i)
	}
}

// Whoever imports people into their organization can't put anybody into a sister,
// however they name it, and reads of it what they read of one that there is not:
// neither the check nor the import goes further.
func TestSisterInImports(t *testing.T) { apitest.Each(t, sisterInImports) }

func sisterInImports(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	var theirs, root, below api.Organization
	f.agency.Do(http.MethodGet, "/organizations/"+string(f.theirs), nil).Want(http.StatusOK, &theirs)
	f.agency.Do(http.MethodGet, "/organizations/"+string(f.agency.Session.Organization.ID), nil).Want(http.StatusOK, &root)
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	tess := f.inTheirs.Person("Tess", iam.TypeAgent)
	f.agency.Do(http.MethodPatch, "/users/"+string(tess.ID), `{"external_id":"theirs-7"}`, f.version(tess.ID)).Want(http.StatusOK, nil)
	names := []string{
		"org_01k9z3qf4te8kv5m2r7w1x6y0a", "nothing", // of which there is nothing
		string(theirs.ID), theirs.ShortName, strings.ToUpper(theirs.ShortName), " " + theirs.ShortName + " ", theirs.Name,
		strings.ToUpper(string(theirs.ID)), string(root.ID), root.ShortName,
	}
	var file strings.Builder
	file.WriteString("first_name,last_name,email,user_type,organization,external_id\n")
	for n, name := range names {
		file.WriteString("No,Body,no" + string(rune('a'+n)) + "@northwind.example,member," + name + ",\n")
	}
	refused := len(names)
	for n, name := range []string{"", string(f.mine), below.ShortName, string(below.ID)} {
		file.WriteString("Some,Body,some" + string(rune('a'+n)) + "@northwind.example,member," + name + ",\n")
	}
	file.WriteString("Taken,Address," + strings.ToUpper(tess.Email) + ",member,,\n")
	file.WriteString("Taken,Number,number@northwind.example,member,,theirs-7\n")

	before := f.agency.Do(http.MethodGet, "/users?organization_id="+string(f.theirs), nil).Want(http.StatusOK, nil)
	above := f.agency.Do(http.MethodGet, "/users?organization_id="+string(root.ID), nil).Want(http.StatusOK, nil)
	i, report := checked(t, w, f.boss, file.String())
	if i.RowsValid != 4 || i.RowsInvalid != int64(refused) || i.Skipped != 2 || len(report) != refused+6 {
		t.Fatalf("checked: %+v with %d lines in the report", i, len(report))
	}
	nothing := report[0]
	for n, row := range report[:refused] {
		row.Line = nothing.Line
		if row != nothing || row.Action != "error" || row.Field != "organization" {
			t.Errorf("%q tells %+v, what is not there %+v", names[n], row, nothing)
		}
	}
	for _, row := range report {
		for _, secret := range []string{string(theirs.ID), theirs.Name, string(tess.ID), "Tess", root.Name} {
			if strings.Contains(row.Message, secret) {
				t.Errorf("line %d tells of %s: %s", row.Line, secret, row.Message)
			}
		}
	}
	started(t, w, f.boss, &i)
	if i.Created != 4 {
		t.Errorf("created: %+v", i)
	}
	if diff := cmp.Diff(string(before.Body), string(f.agency.Do(http.MethodGet, "/users?organization_id="+string(f.theirs), nil).Body)); diff != "" {
		t.Errorf("somebody is in Theirs (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(string(above.Body), string(f.agency.Do(http.MethodGet, "/users?organization_id="+string(root.ID), nil).Body)); diff != "" {
		t.Errorf("somebody is in the company itself (-before +after):\n%s", diff)
	}
	if got := namesOf(f.agency, "?organization_id="+string(below.ID)); got != "Some Some" {
		t.Errorf("below are %q", got)
	}
}

// An organization that went to the sister between the check and the import takes
// nobody in any more.
func TestSisterGetsWhatWasImported(t *testing.T) { apitest.Each(t, sisterGetsWhatWasImported) }

func sisterGetsWhatWasImported(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	var below api.Organization
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below mine"}`).Want(http.StatusCreated, &below)
	i, report := checked(t, w, f.boss, "first_name,last_name,email,user_type,organization\n"+
		"Some,Body,somea@northwind.example,member,\nSome,Body,someb@northwind.example,member,"+string(below.ID)+"\n")
	if i.RowsValid != 2 {
		t.Fatalf("checked: %+v, %+v", i, report)
	}
	f.agency.Do(http.MethodPatch, "/organizations/"+string(below.ID), map[string]any{"parent_id": f.theirs}, apitest.IfMatch(1)).Want(http.StatusOK, nil)
	started(t, w, f.boss, &i)
	if got := namesOf(f.agency, "?organization_id="+string(below.ID)); i.Created != 1 || got != "" {
		t.Errorf("created: %+v; in what is the sister's are %q", i, got)
	}
}

// A file gives nobody what whoever imports it could not give: not by a role, not
// by a type, and not by a column that there is not. covers A-06, D-06
func TestSisterRolesInImports(t *testing.T) { apitest.Each(t, sisterRolesInImports) }

func sisterRolesInImports(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	f.agency.Do(http.MethodPut, belonging(f.runs.ID, f.mine), `{"permissions":["users.import"]}`, f.version(f.runs.ID)).Want(http.StatusOK, nil)
	light := f.role("Light", iam.ScopeOrganization, iam.PermUsersRead, iam.PermTeamsRead)
	heavy := f.role("Heavy", iam.ScopeOrganization, iam.PermUsersRead, iam.PermFieldsManage)
	f.role("Light lead", iam.ScopeTeam, iam.PermUsersRead)
	rows := []struct{ userType, roles, code string }{
		{"member", "light", "new"},
		{"member", string(light), "new"},
		{"member", "light;org_admin", "new"},
		{"member", "heavy", "escalation"},
		{"member", string(heavy), "escalation"},
		{"member", "light|heavy", "escalation"},
		{"member", "light admin", "escalation"},
		{"member", "light_lead", "unknown"}, // is for teams
		{"member", "nothing", "unknown"},
		{"bot_admin", "", "escalation"},
		{"bot_admin", "light", "escalation"},
		{"tenant_admin", "", "not_allowed"},
	}
	file, want := "first_name,last_name,email,user_type,roles\n", []string{}
	for n, row := range rows {
		file += "Some,Body,some" + string(rune('a'+n)) + "@northwind.example," + row.userType + "," + row.roles + "\n"
		want = append(want, row.userType+" "+row.roles+": "+row.code)
	}
	i, report := checked(t, w, f.runs, file)
	got := []string{}
	slices.SortStableFunc(report, func(a, b api.ImportRow) int { return int(a.Line - b.Line) })
	for _, row := range report {
		got = append(got, rows[row.Line-2].userType+" "+rows[row.Line-2].roles+": "+row.Code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
	started(t, w, f.runs, &i)
	var page api.List[api.User]
	f.agency.Do(http.MethodGet, "/users?search=some", nil).Want(http.StatusOK, &page)
	if len(page.Items) != 3 {
		t.Errorf("%d people came", len(page.Items))
	}
	for _, u := range page.Items {
		for _, r := range u.Roles {
			if r.Code != "light" && r.Code != "org_admin" {
				t.Errorf("%s holds %s", u.Email, r.Code)
			}
		}
	}
	for _, column := range []string{"teams", "team_ids", "permissions", "organization_id", "role_ids", "includes_descendants"} {
		p := f.runs.Do(http.MethodPost, "/user-imports", "first_name,last_name,email,user_type,"+column+"\nA,B,a@b.example,member,x\n", csvFile).
			WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
		if got := pointers(p); got != "/file unknown_column" {
			t.Errorf("%s: %s", column, got)
		}
	}
}
