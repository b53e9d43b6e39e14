package imports_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

func (f *fixture) start(imp *iam.Import) *iam.Import {
	f.t.Helper()
	if _, err := f.s.Start(f.t.Context(), f.admin, imp.ID); err != nil {
		f.t.Fatal(err)
	}
	f.work()
	return f.get(imp.ID)
}

func (f *fixture) byEmail(email string) *iam.User {
	f.t.Helper()
	var u *iam.User
	f.Read(func(ctx context.Context, tx iam.Tx) (err error) {
		u, err = tx.UserByEmail(ctx, f.Tenant.ID, email)
		return err
	})
	return u
}

// acting is the administrator, acting in another organization.
func (f *fixture) acting(org iam.OrgID) {
	c := *f.admin
	c.Org, c.InRoot = org, org == f.Root
	f.admin = &c
}

//
func TestImportLandsWhereItWasStarted(t *testing.T) {
	f := setup(t)
	client, sister := f.Org("Client", ""), f.Org("Sister", "")
	f.acting(client)
	imp := f.start(f.upload(header + "A,A,a@import.example,member,,\n"))
	if imp.State != iam.ImportDone || imp.Created != 1 || imp.Org != client {
		t.Fatalf("%+v", imp)
	}
	if m := f.byEmail("a@import.example").Memberships; len(m) != 1 || m[0].Org != client {
		t.Errorf("landed in %+v", m)
	}
	list, err := f.s.List(t.Context(), f.admin)
	if err != nil || len(list) != 1 {
		t.Errorf("the client's imports: %v, %v", list, err)
	}
	f.acting(sister)
	if list, err = f.s.List(t.Context(), f.admin); err != nil || len(list) != 0 {
		t.Errorf("a sister's imports: %v, %v", list, err)
	}
	if _, err := f.s.Get(t.Context(), f.admin, imp.ID); iam.CodeOf(err) != iam.CodeNotFound {
		t.Error(err)
	}
	if _, err := f.s.Cancel(t.Context(), f.admin, imp.ID); iam.CodeOf(err) != iam.CodeNotFound {
		t.Error(err)
	}
	f.acting(f.Root)
	if list, err = f.s.List(t.Context(), f.admin); err != nil || len(list) != 1 {
		t.Errorf("the company's imports: %v, %v", list, err)
	}
}

// What is above an organization can't be reached by an import into it.
func TestImportReachesNoFurther(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	boss := f.User(tenanttest.Person{
		Type: iam.TypeMember, Org: client, Permissions: []iam.Permission{iam.PermUsersImport, iam.PermUsersCreate, iam.PermUsersRead},
	})
	f.admin = f.Caller(boss)
	imp := f.upload("first_name,last_name,email,user_type,organization\n" +
		"A,A,a@import.example,member,\nB,B,b@import.example,member," + string(f.Root) + "\n")
	if imp.RowsValid != 1 || imp.RowsInvalid != 1 {
		t.Errorf("%+v", imp)
	}
}

// A node leaves alone what was uploaded to another one, until nobody has had the
// file for a day.
func TestImportOfAnotherNode(t *testing.T) {
	f := setup(t)
	other := imports.New(imports.Deps{
		Store: f.Store, IDs: f.IDs, Clock: f.Clock, Directories: authz.NewCache(f.Store, f.Clock), Dir: t.TempDir(),
		ValidateHash: password.ValidateEncoded,
	})
	imp, err := f.s.Upload(t.Context(), f.admin, "x", strings.NewReader(file(3)))
	if err != nil {
		t.Fatal(err)
	}
	if did, err := other.Work(t.Context()); did || err != nil {
		t.Fatalf("another node took it: %v", err)
	}
	f.work()
	f.Clock.Advance(48 * time.Hour) // what is started late is not taken for lost
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	if did, err := other.Work(t.Context()); did || err != nil {
		t.Fatalf("another node took it: %v", err)
	}
	f.Clock.Advance(25 * time.Hour)
	if did, err := other.Work(t.Context()); !did || err != nil {
		t.Fatalf("nobody ends it: %v", err)
	}
	if imp = f.get(imp.ID); imp.State != iam.ImportFailed || imp.FailedReason == "" || imp.FailedCode != "file_gone" {
		t.Errorf("%+v", imp)
	}
}

// While a file is checked, the total is known: how far it is can be shown.
func TestTotalIsKnownBeforeTheCheck(t *testing.T) {
	f := setup(t)
	imp, err := f.s.Upload(t.Context(), f.admin, "x", strings.NewReader(header+
		"A,A,a@import.example,agent,,\r\n\r\n\"B\nB\",B,b@import.example,agent,,\nC,C,c@import.example,agent,,"))
	if err != nil || imp.RowsTotal != 3 || imp.RowsChecked != 0 {
		t.Fatalf("%+v, %v", imp, err)
	}
	f.work()
	if imp = f.get(imp.ID); imp.RowsTotal != 3 || imp.RowsChecked != 3 {
		t.Errorf("%+v", imp)
	}
}

// The dry run says whom it would add, without a name, and can be asked for the
// lines of one effect.
func TestReportSaysWhoWouldBeAdded(t *testing.T) {
	f := setup(t)
	imp := f.upload(header + "A,A,a@import.example,agent,agent;supervisor,\nB,,b@import.example,agent,,\n")
	report := func(action string) string {
		list, err := f.s.Report(t.Context(), f.admin, imp.ID, action, iam.Page{})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range list.Items {
			b.WriteString(r.Action + ": " + r.Message + "\n")
		}
		return b.String()
	}
	if got := report("create"); got != "create: A new person of type agent in Acme, with Agent, Supervisor.\n" {
		t.Error(got)
	}
	if got := report("error"); got != "error: Enter the last name.\n" {
		t.Error(got)
	}
	// Somebody takes the address before the import is started.
	f.upload(header + "A,A,a@import.example,agent,,\n")
	second := f.upload(header + "A,A,a@import.example,agent,,\nB,B,b@import.example,agent,,\n")
	f.start(imp)
	f.start(second)
	imp = second
	if got := report("create"); !strings.HasPrefix(got, "create: A new person of type agent") || strings.Count(got, "\n") != 1 {
		t.Error(got)
	}
}

// An upload holds password hashes: it goes when it is no longer needed.
func TestUploadsGo(t *testing.T) {
	f := setup(t)
	dir := t.TempDir()
	f.s = imports.New(imports.Deps{
		Store: f.Store, IDs: f.IDs, Clock: f.Clock, Directories: authz.NewCache(f.Store, f.Clock), Dir: dir, ValidateHash: password.ValidateEncoded,
	})
	kept := func() int {
		files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	if imp := f.upload(header + "\"" + strings.Repeat("x", 2<<20)); imp.State != iam.ImportFailed || kept() != 0 {
		t.Errorf("after a failure %d files are kept: %+v", kept(), imp)
	}
	ready := f.upload(file(3))
	sweep := func() {
		if _, err := f.s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	if kept() != 2 { // with the order of its rows
		t.Fatal("it is still needed")
	}
	f.Clock.Advance(8 * 24 * time.Hour)
	sweep()
	if got := f.get(ready.ID); got.State != iam.ImportCancelled || got.FailedCode != "not_started" || kept() != 0 {
		t.Errorf("%+v, %d files", got, kept())
	}
	// Another node has ended it.
	other := f.upload(file(3))
	path := filepath.Join(dir, string(f.Tenant.ID), string(other.ID)+".csv")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.Cancel(t.Context(), f.admin, other.ID); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	sweep()
	if kept() != 0 {
		t.Error("the upload of a cancelled import is kept")
	}
	f.verify()
}

// Every naughty string in every cell is imported or refused by line, and the
// import comes to its end.
func TestNaughtyCells(t *testing.T) {
	f := setup(t)
	raw, err := os.ReadFile("../store/storetest/testdata/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	var strs []string
	if err := json.Unmarshal(raw, &strs); err != nil || len(strs) < 400 {
		t.Fatal(err, len(strs))
	}
	columns := []string{"first_name", "last_name", "email", "user_type", "nickname", "phone", "external_id", "timezone", "locale", "status", "roles", "organization", "password_hash", "last_sign_in_at"}
	var b strings.Builder
	out := csv.NewWriter(&b)
	if err := out.Write(columns); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, text := range strs {
		for i := range columns {
			n++
			row := make([]string, len(columns))
			row[0], row[1], row[2], row[3] = "A", "B", fmt.Sprintf("p%d@import.example", n), "agent"
			row[i] = text
			if err := out.Write(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	out.Flush()
	imp := f.upload(b.String())
	if imp.State != iam.ImportReady || imp.RowsTotal != int64(n) || imp.RowsValid < int64(len(strs)) || imp.RowsInvalid < int64(len(strs)) {
		t.Fatalf("%+v of %d", imp, n)
	}
	if imp = f.start(imp); imp.State != iam.ImportDone || imp.Created != imp.RowsValid {
		t.Errorf("%+v", imp)
	}
	f.verify()
}

// unread is a file that nobody may begin to read.
type unread struct{ t *testing.T }

func (r unread) Read([]byte) (int, error) {
	r.t.Error("a file was read that there is no room for")
	return 0, io.EOF
}

// Files of one person wait only so many at a time: what comes after them is not
// even read. Neither a colleague nor another tenant is held up.
func TestUnfinishedImportsAreBounded(t *testing.T) {
	f := setup(t)
	for range imports.MaxUnfinished {
		f.upload(file(1))
	}
	_, err := f.s.Upload(t.Context(), f.admin, "one.csv", unread{t})
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	for what, c := range map[string]*access.Caller{
		"colleague":    f.Caller(f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}})),
		"other tenant": f.other(),
	} {
		if _, err := f.s.Upload(t.Context(), c, "one.csv", strings.NewReader(file(1))); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	list, err := f.s.List(t.Context(), f.admin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.Cancel(t.Context(), f.admin, list[len(list)-1].ID); err != nil {
		t.Fatal(err)
	}
	f.upload(file(1))
}

func (f *fixture) other() *access.Caller {
	k := f.Other()
	return k.Caller(k.Admin)
}

// Of many at once no more are kept, and the files of the others are gone.
func TestUnfinishedImportsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		f := setupIn(t, tenanttest.In(t, db))
		const n = imports.MaxUnfinished + 25
		errs := make([]error, n)
		var all sync.WaitGroup
		// With connections that are there already, they do come at once.
		for range 24 {
			all.Go(func() {
				if err := db.Read(t.Context(), func(tx iam.Tx) error { _, err := tx.Tenants(t.Context()); return err }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for i := range n {
			all.Go(func() { _, errs[i] = f.s.Upload(t.Context(), f.admin, "people.csv", strings.NewReader(file(1))) })
		}
		all.Wait()
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
			} else {
				tenanttest.Refused(t, err, iam.CodeConflict, "")
			}
		}
		files, err := filepath.Glob(filepath.Join(f.s.Dir, "*", "*"))
		if kept != imports.MaxUnfinished || len(files) != kept || err != nil {
			t.Errorf("%d imports and %d files, %v", kept, len(files), err)
		}
	})
}
