package exports_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// covers E-12
func TestSmallExportIsReadyAtOnce(t *testing.T) {
	f := setup(t)
	jo := f.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Jo"})
	f.User(tenanttest.Person{Type: iam.TypeAgent, Suspended: true})
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers, Columns: []string{"email"}, Filter: iam.ExportFilter{Status: iam.StatusActive, UserType: iam.TypeAgent}})
	if e.State != iam.ExportReady || e.Format != iam.FormatCSV || e.RowsTotal != 1 || !e.ExpiresAt.Equal(f.Clock.Now().Add(exports.Lifetime)) {
		t.Fatalf("%+v", e)
	}
	if got := f.lines(f.admin, e); !slices.Equal(got, []string{jo.Email}) {
		t.Errorf("%q", got)
	}
	if did, err := f.s.Work(t.Context()); did || err != nil {
		t.Errorf("there is work left: %t, %v", did, err)
	}
	if len(f.Events("export.created")) != 1 || len(f.Events("export.downloaded")) != 1 {
		t.Error("making and fetching are audited")
	}
	if created := f.Events("export.created")[0]; created.TargetName != "users" || len(created.Changes) != 3 {
		t.Errorf("%+v", created)
	}
}

func TestKinds(t *testing.T) {
	f := setup(t)
	child := f.Org("Child", "")
	grandchild := f.Org("Grandchild", child)
	anna := f.User(tenanttest.Person{Type: iam.TypeMember, Org: grandchild})
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		now := tx.Now()
		return tx.InsertInvitations(ctx, f.Tenant.ID, []*iam.Invitation{
			{ID: "inv_1", Tenant: f.Tenant.ID, Org: child, Email: "new@x.example", EmailKey: "new@x.example", Type: iam.TypeMember, State: iam.InvitationPending, CreatedAt: now, ExpiresAt: now.Add(time.Hour)},
			{ID: "inv_2", Tenant: f.Tenant.ID, Org: f.Root, Email: "root@x.example", EmailKey: "root@x.example", Type: iam.TypeAgent, State: iam.InvitationPending, CreatedAt: now, ExpiresAt: now.Add(time.Hour)},
		})
	})
	below := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: child, Roles: []iam.RoleID{access.RoleAdmin}, Descendants: true}))
	for name, tc := range map[string]struct {
		c    *access.Caller
		in   exports.Create
		want []string
	}{
		"memberships of all": {f.admin, exports.Create{Kind: iam.ExportMemberships}, []string{f.Admin.Email + " in Acme", anna.Email + " in Acme/Child/Grandchild", address(f, below) + " in Acme/Child"}},
		// What is above is not to be seen, not even by name.
		"memberships below":      {below, exports.Create{Kind: iam.ExportMemberships}, []string{anna.Email + " in Child/Grandchild", address(f, below) + " in Child"}},
		"memberships of one":     {f.admin, exports.Create{Kind: iam.ExportMemberships, Filter: iam.ExportFilter{Org: child}}, []string{address(f, below) + " in Acme/Child"}},
		"memberships of a part":  {f.admin, exports.Create{Kind: iam.ExportMemberships, Filter: iam.ExportFilter{Org: child, Below: true}}, []string{anna.Email + " in Acme/Child/Grandchild", address(f, below) + " in Acme/Child"}},
		"users below":            {below, exports.Create{Kind: iam.ExportUsers}, []string{anna.Email, address(f, below)}},
		"invitations":            {f.admin, exports.Create{Kind: iam.ExportInvitations, Format: iam.FormatNDJSON}, []string{"new@x.example", "root@x.example"}},
		"invitations below":      {below, exports.Create{Kind: iam.ExportInvitations}, []string{"new@x.example"}},
		"invitations, searched":  {f.admin, exports.Create{Kind: iam.ExportInvitations, Filter: iam.ExportFilter{Search: "root"}}, []string{"root@x.example"}},
		"invitations, in a role": {f.admin, exports.Create{Kind: iam.ExportInvitations, Filter: iam.ExportFilter{State: iam.InvitationAccepted}}, nil},
		"audit":                  {f.admin, exports.Create{Kind: iam.ExportAudit, Filter: iam.ExportFilter{Action: "user.suspended"}}, nil},
	} {
		e := f.create(tc.c, tc.in)
		got := f.lines(tc.c, e)
		slices.Sort(got)
		slices.Sort(tc.want)
		if e.State != iam.ExportReady || !slices.Equal(got, tc.want) {
			t.Errorf("%s: %s %q, want %q", name, e.State, got, tc.want)
		}
		if e.RowsTotal != int64(len(tc.want)) {
			t.Errorf("%s: %d rows in all", name, e.RowsTotal)
		}
		if err := f.s.Remove(t.Context(), tc.c, e.ID); err != nil {
			t.Error(err)
		}
	}
	if left := f.files(); len(left) != 0 {
		t.Errorf("files are left: %q", left)
	}
}

func address(f *fixture, c *access.Caller) (email string) {
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.User(ctx, f.Tenant.ID, c.User)
		email = u.Email
		return err
	})
	return email
}

func TestCreateRefuses(t *testing.T) {
	f := setup(t)
	other := f.Other()
	child := f.Org("Child", "")
	below := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: child, Roles: []iam.RoleID{access.RoleAdmin}}))
	for name, tc := range map[string]struct {
		c       *access.Caller
		in      exports.Create
		code    iam.Code
		pointer string
	}{
		"kind":                {f.admin, exports.Create{Kind: "passwords"}, iam.CodeInvalid, "/kind"},
		"format":              {f.admin, exports.Create{Kind: iam.ExportUsers, Format: "xlsx"}, iam.CodeInvalid, "/format"},
		"columns":             {f.admin, exports.Create{Kind: iam.ExportUsers, Columns: []string{"email", "password_hash"}}, iam.CodeInvalid, "/columns/1"},
		"columns of NDJSON":   {f.admin, exports.Create{Kind: iam.ExportUsers, Format: iam.FormatNDJSON, Columns: []string{"email"}}, iam.CodeInvalid, "/columns"},
		"another's filter":    {f.admin, exports.Create{Kind: iam.ExportInvitations, Filter: iam.ExportFilter{Status: iam.StatusActive}}, iam.CodeInvalid, "/filter/status"},
		"a period":            {f.admin, exports.Create{Kind: iam.ExportAudit, Filter: iam.ExportFilter{From: f.Clock.Now(), To: f.Clock.Now().Add(-1)}}, iam.CodeInvalid, "/filter/to"},
		"organization":        {f.admin, exports.Create{Kind: iam.ExportUsers, Filter: iam.ExportFilter{Org: other.Root}}, iam.CodeNotFound, ""},
		"one above":           {below, exports.Create{Kind: iam.ExportMemberships, Filter: iam.ExportFilter{Org: f.Root}}, iam.CodeNotFound, ""},
		"audit of one above":  {below, exports.Create{Kind: iam.ExportAudit, Filter: iam.ExportFilter{Org: f.Root}}, iam.CodeInvalid, "/filter/organization_id"},
		"users":               {f.CallerWith(iam.PermUsersRead), exports.Create{Kind: iam.ExportUsers}, iam.CodeForbidden, ""},
		"memberships":         {f.CallerWith(iam.PermUsersExport), exports.Create{Kind: iam.ExportMemberships}, iam.CodeForbidden, ""},
		"invitations":         {f.CallerWith(iam.PermUsersExport), exports.Create{Kind: iam.ExportInvitations}, iam.CodeForbidden, ""},
		"invitations to read": {f.CallerWith(iam.PermUsersInvite), exports.Create{Kind: iam.ExportInvitations}, iam.CodeForbidden, ""},
		"audit to read":       {f.CallerWith(iam.PermAuditRead), exports.Create{Kind: iam.ExportAudit}, iam.CodeForbidden, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.s.Create(t.Context(), tc.c, tc.in)
			tenanttest.Refused(t, err, tc.code, tc.pointer)
		})
	}
	if left, events := f.files(), f.Events("export.created"); len(left)+len(events) != 0 {
		t.Errorf("left: %q, %v", left, events)
	}
}

// A large export is made by the background, in pages and portions, and says how
// far it is.
func TestLargeExport(t *testing.T) {
	f := setup(t)
	const n = 11_000
	f.crowd(n, f.Root)
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	if e.State != iam.ExportQueued || e.RowsDone != 2000 || e.RowsTotal != n+1 || e.Size == 0 {
		t.Fatalf("%+v", e)
	}
	_, _, err := f.s.Download(t.Context(), f.admin, e.ID)
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	before := f.people.pages
	var seen []int64
	f.people.on = func(page int) error {
		if (page-before)%25 == 1 {
			seen = append(seen, f.get(e).RowsDone)
		}
		return nil
	}
	f.work()
	if !slices.Equal(seen, []int64{2000, 7000}) {
		t.Errorf("how far it was: %v", seen)
	}
	f.complete(f.get(e), n+1)
	if left := f.files(); len(left) != 1 {
		t.Errorf("files: %q", left)
	}
}

var errCrash = errors.New("crash")

// crash stops an export on a page, as the end of the process would.
func (f *fixture) crash(after int) {
	f.t.Helper()
	begin := f.people.pages
	f.people.on = func(page int) error {
		if page-begin > after {
			return errCrash
		}
		return nil
	}
	if _, err := f.s.Work(f.t.Context()); !errors.Is(err, errCrash) {
		f.t.Fatalf("error = %v", err)
	}
	f.people.on = nil
}

// An export that was interrupted goes on where it was, in a file that has
// nothing twice; without the file it begins anew.
func TestCrash(t *testing.T) {
	for name, spoil := range map[string]func(file string) error{
		"file at hand":   func(string) error { return nil },
		"file gone":      os.Remove,
		"file too short": func(file string) error { return os.Truncate(file, 100) },
		"more in the file than is known": func(file string) error {
			f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("half a li")
			return errors.Join(err, f.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			const n = 7500
			f.crowd(n, f.Root)
			e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
			f.crash(26) // in the second portion
			if e = f.get(e); e.State != iam.ExportQueued || e.RowsDone != 7000 {
				t.Fatalf("%+v", e)
			}
			files := f.files()
			if len(files) != 1 {
				t.Fatalf("%q", files)
			}
			if err := spoil(files[0]); err != nil {
				t.Fatal(err)
			}
			before := f.people.pages
			f.work()
			f.complete(f.get(e), n+1)
			pages, resumes := f.people.pages-before, strings.HasPrefix(name, "file at") || strings.HasPrefix(name, "more")
			if want := 3; resumes && pages != want {
				t.Errorf("%d pages were read again, want %d", pages, want)
			}
			if left := f.files(); len(left) != 1 {
				t.Errorf("files: %q", left)
			}
		})
	}
}

// An export that was interrupted does not go on under a head that no longer
// fits: the fields of users may have changed meanwhile.
func TestFieldsChangeMeanwhile(t *testing.T) {
	f := setup(t)
	const n = 7500
	f.crowd(n, f.Root)
	shoe := iam.FieldID(f.NewID(iam.PrefixField))
	field := func(change func(ctx context.Context, tx iam.Tx) error) {
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			tx.AccessChanged(f.Tenant.ID)
			return change(ctx, tx)
		})
	}
	field(func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertCustomField(ctx, f.Tenant.ID, &iam.CustomField{ID: shoe, Key: "shoe", Label: "Shoe", Kind: iam.KindText, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1})
	})
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	f.crash(26)
	field(func(ctx context.Context, tx iam.Tx) error { return tx.DeleteCustomField(ctx, f.Tenant.ID, shoe) })
	f.work()
	f.complete(f.get(e), n+1) // below a head without the field
}

// One who comes back after the lease is over spoils nothing.
func TestLateWorker(t *testing.T) {
	f := setup(t)
	const n = 5000
	f.crowd(n, f.Root)
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	nested := false
	f.people.on = func(int) error {
		if nested {
			return nil
		}
		nested = true
		f.Clock.Advance(exports.Lease)
		f.work() // somebody else takes it over, and finishes it
		return nil
	}
	f.work()
	f.complete(f.get(e), n+1)
	if left := f.files(); len(left) != 1 {
		t.Errorf("files: %q", left)
	}
}

// Whoever loses the right loses the export.
func TestRightsAreLookedUpAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		lose func(f *fixture, u *iam.User, elsewhere iam.OrgID)
		want string // code
	}{
		"suspended": {func(_ *fixture, u *iam.User, _ iam.OrgID) { u.Status = iam.StatusSuspended }, "requester_suspended"},
		"permission taken away": {func(f *fixture, u *iam.User, _ iam.OrgID) {
			u.Memberships = []iam.Membership{{Org: f.Root, Permissions: []iam.Permission{iam.PermUsersRead}}}
		}, "permission_lost"},
		"out of the organization": {func(_ *fixture, u *iam.User, elsewhere iam.OrgID) {
			u.Memberships = []iam.Membership{{Org: elsewhere, Permissions: u.Memberships[0].Permissions}}
		}, "organization_lost"},
	} {
		for _, when := range []string{"before it goes on", "between portions"} {
			t.Run(name+" "+when, func(t *testing.T) {
				f := setup(t)
				elsewhere := f.Org("Elsewhere", "")
				n := 2500
				if when == "between portions" {
					n = 7500
				}
				f.crowd(n, f.Root)
				u := f.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermUsersRead, iam.PermUsersExport}})
				c := f.Caller(u)
				e := f.create(c, exports.Create{Kind: iam.ExportUsers})
				lose := func() {
					f.Write(func(ctx context.Context, tx iam.Tx) error {
						before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.ID)
						if err != nil {
							return err
						}
						after := *before
						tc.lose(f, &after, elsewhere)
						tx.AccessChanged(f.Tenant.ID)
						return tx.UpdateUser(ctx, f.Tenant.ID, before, &after)
					})
				}
				if when == "before it goes on" {
					lose()
				} else {
					begin := f.people.pages
					f.people.on = func(page int) error {
						if page-begin == 20 {
							lose()
						}
						return nil
					}
				}
				f.work()
				f.people.on = nil
				e, err := f.s.Get(t.Context(), c, e.ID)
				if err != nil || e.State != iam.ExportFailed || e.FailedCode != tc.want || e.FailedReason == "" || len(f.files()) != 0 {
					t.Errorf("%+v, %v, files %q", e, err, f.files())
				}
			})
		}
	}
}

// What the filters name may be gone when the list is read: that has a code, too.
func TestFilterIsGone(t *testing.T) {
	f := setup(t)
	child := f.Org("Child", "")
	f.crowd(3000, child)
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers, Filter: iam.ExportFilter{Org: child}})
	f.people.on = func(int) error { return iam.NotFound("organization") }
	f.work()
	f.people.on = nil
	if e = f.get(e); e.State != iam.ExportFailed || e.FailedCode != "list_refused" || e.FailedReason != "There is no such organization." {
		t.Errorf("%+v", e)
	}
}

func TestDownloadNeedsTheRightStill(t *testing.T) {
	f := setup(t)
	u := f.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermUsersRead, iam.PermUsersExport}})
	c := f.Caller(u)
	e := f.create(c, exports.Create{Kind: iam.ExportUsers})
	f.lines(c, e)
	c.Effective &^= access.SetOf(iam.PermUsersExport)
	_, _, err := f.s.Download(t.Context(), c, e.ID)
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}

// An export is there for whom it was made for, where it was made, and for
// nobody else.
func TestOthersFindNothing(t *testing.T) {
	f := setup(t)
	other := f.Other()
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	elsewhere := *f.admin
	elsewhere.Org, elsewhere.InRoot = f.Org("Child", ""), false
	colleague := f.Caller(f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Roles: []iam.RoleID{access.RoleAdmin}}))
	for name, c := range map[string]*access.Caller{"another tenant": other.Caller(other.Admin), "colleague": colleague, "elsewhere": &elsewhere} {
		_, err := f.s.Get(t.Context(), c, e.ID)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, _, err = f.s.Download(t.Context(), c, e.ID)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		tenanttest.Refused(t, f.s.Remove(t.Context(), c, e.ID), iam.CodeNotFound, "")
		if list, err := f.s.List(t.Context(), c); err != nil || len(list) != 0 {
			t.Errorf("%s sees %v, %v", name, list, err)
		}
	}
	if list, err := f.s.List(t.Context(), f.admin); err != nil || len(list) != 1 {
		t.Errorf("one's own: %v, %v", list, err)
	}
}

func TestCancel(t *testing.T) {
	f := setup(t)
	f.crowd(6000, f.Root)
	waiting := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	if err := f.s.Remove(t.Context(), f.admin, waiting.ID); err != nil {
		t.Fatal(err)
	}
	if did, err := f.s.Work(t.Context()); did || err != nil {
		t.Errorf("worked: %t, %v", did, err)
	}
	running := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	cancelled := false
	f.people.on = func(int) error {
		if !cancelled {
			cancelled = true
			return f.s.Remove(t.Context(), f.admin, running.ID)
		}
		return nil
	}
	f.work()
	for _, e := range []*iam.Export{waiting, running} {
		if e = f.get(e); e.State != iam.ExportCancelled {
			t.Errorf("%+v", e)
		}
	}
	if left := f.files(); len(left) != 0 || len(f.Events("export.cancelled")) != 2 {
		t.Errorf("files are left: %q", left)
	}
	if err := f.s.Remove(t.Context(), f.admin, running.ID); err != nil || len(f.Events("export.deleted")) != 1 {
		t.Errorf("deleting one that was cancelled: %v", err)
	}
}

func TestExpiry(t *testing.T) {
	f := setup(t)
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	stray := filepath.Join(filepath.Dir(f.files()[0]), "exp_nobody.1.csv")
	if err := os.WriteFile(stray, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(exports.Lifetime - time.Second)
	if _, err := f.s.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.lines(f.admin, e)
	if left := f.files(); len(left) != 1 {
		t.Errorf("a file without an export stays: %q", left)
	}
	f.Clock.Advance(time.Second)
	_, _, err := f.s.Download(t.Context(), f.admin, e.ID) // before it is tidied up
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if _, err := f.s.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := f.files(); len(left) != 0 {
		t.Errorf("files are left: %q", left)
	}
}

func TestFileElsewhere(t *testing.T) {
	f := setup(t)
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	if err := os.Remove(f.files()[0]); err != nil {
		t.Fatal(err)
	}
	_, _, err := f.s.Download(t.Context(), f.admin, e.ID)
	tenanttest.Refused(t, err, iam.CodeUnavailable, "")
}

// When organizations come and go, the list of a part of the tree is another one:
// the file begins anew.
func TestListChangesMeanwhile(t *testing.T) {
	f := setup(t)
	child := f.Org("Child", "")
	const n = 6000
	f.crowd(n, child)
	c := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: child, Roles: []iam.RoleID{access.RoleAdmin}}))
	e := f.create(c, exports.Create{Kind: iam.ExportUsers})
	f.Org("Grandchild", child)
	f.Clock.Advance(2 * authz.MaxAge)
	f.work()
	e, err := f.s.Get(t.Context(), c, e.ID)
	if err != nil || e.State != iam.ExportReady || len(f.lines(c, e)) != n+1 {
		t.Errorf("%+v, %v", e, err)
	}
}
