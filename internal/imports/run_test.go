package imports_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/tenanttest"
)

type fixture struct {
	*tenanttest.Kit
	s     *imports.Service
	admin *access.Caller
	t     *testing.T
}

func setup(t *testing.T) *fixture {
	t.Helper()
	return setupIn(t, tenanttest.New(t))
}

func setupIn(t *testing.T, k *tenanttest.Kit) *fixture {
	t.Helper()
	return &fixture{Kit: k, t: t, admin: k.Caller(k.Admin), s: imports.New(imports.Deps{
		Store: k.Store, IDs: k.IDs, Clock: k.Clock, Directories: authz.NewCache(k.Store, k.Clock), Dir: t.TempDir(),
		ValidateHash: password.ValidateEncoded,
	})}
}

const header = "first_name,last_name,email,user_type,roles,password_hash\n"

func file(n int) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		fmt.Fprintf(&b, "Person,Number %d,person.%d@import.example,agent,agent,\n", i, i)
	}
	return b.String()
}

func (f *fixture) upload(content string) *iam.Import {
	f.t.Helper()
	imp, err := f.s.Upload(f.t.Context(), f.admin, `C:\people\all "of" them.csv`, strings.NewReader(content))
	if err != nil {
		f.t.Fatal(err)
	}
	f.work()
	return f.get(imp.ID)
}

func (f *fixture) work() {
	f.t.Helper()
	if did, err := f.s.Work(f.t.Context()); err != nil || !did {
		f.t.Fatal(did, err)
	}
}

func (f *fixture) get(id iam.ImportID) *iam.Import {
	f.t.Helper()
	imp, err := f.s.Get(f.t.Context(), f.admin, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return imp
}

func (f *fixture) total() int64 {
	f.t.Helper()
	var st iam.UserStats
	f.Read(func(ctx context.Context, tx iam.Tx) (err error) {
		st, err = tx.UserStats(ctx, f.Tenant.ID)
		return err
	})
	return st.Total
}

func (f *fixture) verify() {
	f.t.Helper()
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		_, breach, err := tx.VerifyEvents(ctx, f.Tenant.ID)
		if breach != nil {
			f.t.Errorf("the audit chain is broken: %+v", breach)
		}
		return err
	})
}

func TestImport(t *testing.T) {
	f := setup(t)
	imp := f.upload(header +
		"Anna,Kowalska,anna@import.example,agent,agent;supervisor,$2a$10$H7TjXMl3sByD0vJXtPjIkuJlqAkfSrvUEqvJPMpHbQmVWv3FWz5VS\n" +
		"Bo,,bo@import.example,agent,,\n" + // no last name
		"Cy,Cy,ANNA@import.example,agent,,\n" + // twice in the file
		"Di,Di,di@import.example,king,,\n" +
		"Ed,Ed,ed@import.example,agent,king,\n" +
		"Fi,Fi,fi@import.example,agent,,plaintext\n" +
		"Gu,Gu," + f.Admin.Email + ",agent,,\n" + // is here already
		"Hi,Hi\n" +
		"'=Jo,Jo,jo@import.example,viewer,,\n")
	if imp.State != iam.ImportReady || imp.RowsTotal != 9 || imp.RowsValid != 2 || imp.Skipped != 1 || imp.RowsInvalid != 6 || imp.FileName != `all "of" them.csv` {
		t.Fatalf("%+v", imp)
	}
	if f.total() != 1 {
		t.Fatal("a dry run creates nobody")
	}
	report, err := f.s.Report(t.Context(), f.admin, imp.ID, "", iam.Page{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range report.Items {
		got = append(got, fmt.Sprintf("%d %s %s %s", r.Line, r.Field, r.Code, r.Action))
	}
	want := "2 email new create|3 last_name required error|4 email double error|5 user_type unknown error|6 roles unknown error|7 password_hash unknown error|8 email taken skip|9  cells error|10 email new create"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Errorf("the second click: %v", err)
	}
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.Created != 2 || f.total() != 3 {
		t.Fatalf("%+v, %d users", imp, f.total())
	}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserByEmail(ctx, f.Tenant.ID, "jo@import.example")
		if err == nil && u.FirstName != "=Jo" {
			t.Errorf("%q", u.FirstName)
		}
		return err
	})
	told := f.Events("user.imported")
	if len(told) != 2 {
		t.Fatal("everybody has an event")
	}
	// It tells all that was given to them, but for secrets.
	fields := map[string]string{}
	for _, c := range append(told[0].Changes, told[1].Changes...) {
		fields[c.Field] += fmt.Sprint(c.After)
	}
	if !strings.Contains(fields["roles"], "[Agent Supervisor]") || !strings.Contains(fields["first_name"], "Anna") || fields["memberships"] == "" ||
		!strings.Contains(fields["status"], "active") || strings.Contains(fmt.Sprint(fields), "$2a$") {
		t.Errorf("told of them: %v", fields)
	}
	// They tell from where it was started, which the import itself forgets then.
	for _, e := range append(f.Events("user.imported"), f.Events("import.finished")...) {
		if e.IP != f.admin.IP || e.UserAgent != f.admin.UserAgent || e.RequestID != f.admin.RequestID || e.IP == "" {
			t.Errorf("%s from %q with %q by %q", e.Action, e.IP, e.UserAgent, e.RequestID)
		}
	}
	if imp.StartedFrom != (iam.Origin{}) {
		t.Errorf("%+v is kept", imp.StartedFrom)
	}
	f.verify()
}

var errCrash = errors.New("crash")

// crash stops an import after some portions, as the end of the process would.
func (f *fixture) crash(after int) {
	f.t.Helper()
	ctx, cancel := context.WithCancelCause(f.t.Context())
	var tenant iam.TenantID
	var imp *iam.Import
	f.Write(func(ctx context.Context, tx iam.Tx) (err error) {
		tenant, imp, err = tx.ClaimImport(ctx, 0, func(iam.TenantID, *iam.Import) bool { return true })
		return err
	})
	n := 0
	err := f.s.Run(ctx, tenant, imp, func(*iam.Import) {
		if n++; n == after {
			cancel(errCrash)
		}
	})
	if err == nil {
		f.t.Fatal("it went on")
	}
}

// An import that was interrupted goes on and doubles nobody.
func TestRestart(t *testing.T) {
	f := setup(t)
	const n = 20_000
	imp := f.upload(file(n))
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	f.crash(1)
	half := f.get(imp.ID)
	if half.State != iam.ImportRunning || half.Created == 0 || half.Created >= n || f.total() != half.Created+1 {
		t.Fatalf("%+v, %d users", half, f.total())
	}
	f.Clock.Advance(imports.Lease)
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.Created != n || f.total() != n+1 {
		t.Fatalf("%+v, %d users", imp, f.total())
	}
	f.verify()
	// The same file once more creates nobody.
	again := f.upload(file(n))
	if again.RowsValid != 0 || again.Skipped != n {
		t.Errorf("%+v", again)
	}
	_, err := f.s.Start(t.Context(), f.admin, again.ID)
	if iam.CodeOf(err) != iam.CodeConflict {
		t.Errorf("nothing to do: %v", err)
	}
}

// Whoever started it must still be allowed to, and may give no more than they have.
func TestImporterIsJudgedByTheirAccess(t *testing.T) {
	f := setup(t)
	weak := f.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermUsersImport, iam.PermUsersCreate}})
	f.admin = f.Caller(weak)
	imp := f.upload(header + "A,A,a@import.example,tenant_admin,,\nB,B,b@import.example,agent,,\nC,C,c@import.example,agent,agent,\n")
	if imp.RowsValid != 1 || imp.RowsInvalid != 2 {
		t.Errorf("%+v", imp)
	}
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, weak.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Status = iam.StatusSuspended
		return tx.UpdateUser(ctx, f.Tenant.ID, before, &after)
	})
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportFailed || imp.FailedReason == "" || imp.FailedCode != "importer_may_not" {
		t.Errorf("%+v", imp)
	}
}

// In an organization that may not have something at present, who holds it gives it by
// import, from the check to the end.
func TestDormantIsImported(t *testing.T) {
	f := setup(t)
	client := &iam.Organization{
		ID: iam.OrgID(f.NewID(iam.PrefixOrg)), Parent: f.Root, Name: "Client", ShortName: "client", Status: iam.StatusActive,
		OrgSettings: iam.OrgSettings{Features: []string{"conversations"}},
	}
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertOrg(ctx, f.Tenant.ID, client) })
	f.Role("Reader", iam.PermChannelsRead)
	f.admin = f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client.ID, Permissions: []iam.Permission{
		iam.PermUsersImport, iam.PermUsersCreate, iam.PermRolesAssign, iam.PermChannelsRead,
	}}))
	if !f.admin.Dormant.Has(iam.PermChannelsRead) {
		t.Fatal("nothing rests")
	}
	imp := f.upload(header + "A,A,a@import.example,member,Reader,\n")
	if imp.RowsValid != 1 {
		t.Fatalf("%+v", imp)
	}
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.Created != 1 {
		t.Errorf("%+v", imp)
	}
}

// What is suspended while an import runs stops it before its next portion, and the
// log says that it failed. covers D-11
func TestSuspendedBetweenPortions(t *testing.T) {
	const n = 30_000
	suspendUser := func(f *fixture, tx iam.Tx, id iam.UserID) error {
		before, err := tx.UserForUpdate(t.Context(), f.Tenant.ID, id)
		if err != nil {
			return err
		}
		after := *before
		after.Status = iam.StatusSuspended
		return tx.UpdateUser(t.Context(), f.Tenant.ID, before, &after)
	}
	for name, suspend := range map[string]func(f *fixture, tx iam.Tx) error{
		"starter": func(f *fixture, tx iam.Tx) error { return suspendUser(f, tx, f.admin.User) },
		"tenant": func(f *fixture, tx iam.Tx) error {
			tenant, err := tx.Tenant(t.Context(), f.Tenant.ID)
			if err != nil {
				return err
			}
			tenant.Status = iam.StatusSuspended
			return tx.UpdateTenant(t.Context(), tenant)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			other := f.Other()
			starter := f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true})
			admin := f.admin
			f.admin = f.Caller(starter)
			imp := f.upload(file(n))
			if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
				t.Fatal(err)
			}
			var claimed *iam.Import
			f.Write(func(ctx context.Context, tx iam.Tx) (err error) {
				_, claimed, err = tx.ClaimImport(ctx, 0, func(iam.TenantID, *iam.Import) bool { return true })
				return err
			})
			portions := 0
			if err := f.s.Run(t.Context(), f.Tenant.ID, claimed, func(*iam.Import) {
				if portions++; portions == 1 {
					f.Write(func(_ context.Context, tx iam.Tx) error { return suspend(f, tx) })
				}
			}); err != nil {
				t.Fatal(err)
			}
			f.admin = admin
			imp = f.get(imp.ID)
			want := map[string]string{"starter": "importer_may_not", "tenant": "company_suspended"}[name]
			if imp.State != iam.ImportFailed || imp.FailedReason == "" || imp.FailedCode != want || imp.Created == 0 || imp.Created == n || f.total() != imp.Created+2 {
				t.Errorf("%+v, %d users", imp, f.total())
			}
			if e := f.Events("import.failed"); len(e) != 1 || e[0].TargetID != string(imp.ID) {
				t.Errorf("events = %+v", e)
			}
			if e := other.Events("import.failed"); len(e) != 0 {
				t.Errorf("another tenant's log says %+v", e)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	f := setup(t)
	imp := f.upload(file(3))
	if imp, err := f.s.Cancel(t.Context(), f.admin, imp.ID); err != nil || imp.State != iam.ImportCancelled {
		t.Fatal(imp, err)
	}
	_, err := f.s.Start(t.Context(), f.admin, imp.ID)
	if iam.CodeOf(err) != iam.CodeConflict {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	f := setup(t)
	for _, content := range []string{"", "\x00\x01", "a,b\n", strings.Repeat("x", 1<<20)} {
		if _, err := f.s.Upload(t.Context(), f.admin, "x", strings.NewReader(content)); iam.CodeOf(err) != iam.CodeInvalid {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	other := f.Other()
	imp := f.upload(file(1))
	c := other.Caller(other.Admin)
	if _, err := f.s.Get(t.Context(), c, imp.ID); iam.CodeOf(err) != iam.CodeNotFound {
		t.Error(err)
	}
	if _, err := f.s.Start(t.Context(), c, imp.ID); iam.CodeOf(err) != iam.CodeNotFound {
		t.Error(err)
	}
	if _, err := f.s.Report(t.Context(), c, imp.ID, "", iam.Page{}); iam.CodeOf(err) != iam.CodeNotFound {
		t.Error(err)
	}
	if _, err := f.s.Upload(t.Context(), f.CallerWith(), "x", strings.NewReader(file(1))); iam.CodeOf(err) != iam.CodeForbidden {
		t.Error(err)
	}
}
