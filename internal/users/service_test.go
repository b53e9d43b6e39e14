package users_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

type outbox struct {
	mu    sync.Mutex
	mails []string
}

func (o *outbox) Enqueue(_ context.Context, _ iam.Tx, _ *iam.Tenant, to *iam.User, kind string, data map[string]string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails = append(o.mails, kind+" "+to.Email+" "+data["Changes"])
	return nil
}

type anyPassword struct{}

func (anyPassword) CheckPasswordFor(_ context.Context, _ iam.TenantID, pw, pointer string, _ *iam.Tenant, _ *iam.User) error {
	if len(pw) < 12 {
		return iam.InvalidField(pointer, "password_too_short", "too short")
	}
	return nil
}

type fixture struct {
	*tenanttest.Kit
	s     *users.Service
	cache *authz.Cache
	mails *outbox
	admin *access.Caller
	t     *testing.T
}

func setup(t *testing.T) *fixture {
	t.Helper()
	return setupIn(t, storetest.SQLite(t))
}

func setupIn(t *testing.T, db storetest.DB) *fixture {
	t.Helper()
	k := tenanttest.In(t, db)
	hasher, err := password.NewHasher(password.Config{MemoryKiB: 8192, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := photo.NewDirStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	f := &fixture{Kit: k, mails: &outbox{}, cache: authz.NewCache(k.Store, k.Clock), t: t, admin: k.Caller(k.Admin)}
	k.OnAccessChanged(f.cache.Invalidate)
	f.s = users.New(users.Deps{
		Store: k.Store, IDs: k.IDs, Directories: f.cache, Hasher: hasher, Passwords: anyPassword{},
		Photos: blobs, Pictures: photo.NewProcessor(1), Mailer: f.mails,
	})
	return f
}

// fresh makes the kit's own writes visible, as the store's other writers do.
func (f *fixture) fresh() { f.cache.Invalidate(f.Tenant.ID) }

func (f *fixture) wantCode(err error, code iam.Code) {
	f.t.Helper()
	if iam.CodeOf(err) != code {
		f.t.Fatalf("got %v, want code %q", err, code)
	}
}

func (f *fixture) create(c *access.Caller, in users.Create) (*users.Created, error) {
	if in.FirstName == "" {
		in.FirstName, in.LastName = "Anna", "Kowalska"
	}
	if in.Email == "" {
		in.Email = strings.ToLower(strings.ReplaceAll(f.NewID("mail"), "_", ".")) + "@example.com"
	}
	return f.s.Create(f.t.Context(), c, in)
}

func (f *fixture) mustCreate(in users.Create) *users.View {
	f.t.Helper()
	out, err := f.create(f.admin, in)
	if err != nil {
		f.t.Fatal(err)
	}
	return out.User
}

// covers D-04, D-07
func TestCreate(t *testing.T) {
	f := setup(t)
	out, err := f.create(f.admin, users.Create{
		FirstName: " Anna ", LastName: "Kowalska", Email: "Anna.K@Example.com", Nickname: "Ania", Phone: "+48 22 555 0100",
		ExternalID: "crm-1", Timezone: "Europe/Warsaw", Locale: "es", Type: iam.TypeAgent, Roles: []string{"agent", "role_supervisor"},
		Permissions: []iam.Permission{iam.PermUsersRead},
	})
	if err != nil {
		t.Fatal(err)
	}
	u := out.User
	if len(out.TemporaryPassword) < 16 || !u.MustChangePassword || u.PasswordExpiresAt.IsZero() || u.FirstName != "Anna" || len(u.Roles) != 2 {
		t.Fatalf("%+v", u)
	}
	again, err := f.s.Get(t.Context(), f.admin, u.ID)
	if err != nil || again.FullName() != "Anna Kowalska" || again.Timezone != "Europe/Warsaw" || again.Memberships[0].Permissions[0] != iam.PermUsersRead {
		t.Fatalf("%v %+v", err, again)
	}
	log, _ := json.Marshal(f.Events("user.created"))
	if bytes.Contains(log, []byte(out.TemporaryPassword)) || bytes.Contains(log, []byte("argon2")) || !bytes.Contains(log, []byte("Anna.K@Example.com")) {
		t.Errorf("the log must tell of the user and of no secret: %s", log)
	}
	_, err = f.create(f.admin, users.Create{Email: "ANNA.k@example.COM", Type: iam.TypeAgent})
	f.wantCode(err, iam.CodeConflict)
	if fields := tenanttest.FieldsOf(err); len(fields) != 1 || fields[0].Pointer != "/email" {
		t.Errorf("%+v", fields)
	}
	_, err = f.create(f.admin, users.Create{ExternalID: "crm-1", Type: iam.TypeAgent})
	f.wantCode(err, iam.CodeConflict)
}

// covers D-04, D-05
func TestCreateRefusals(t *testing.T) {
	f := setup(t)
	child := f.Org("Client", "")
	f.fresh()
	for name, tc := range map[string]struct {
		in      users.Create
		pointer string
	}{
		"no first name":      {users.Create{FirstName: "\u200b", LastName: "x", Type: iam.TypeAgent}, "/first_name"},
		"NUL":                {users.Create{FirstName: "a\x00", LastName: "x", Type: iam.TypeAgent}, "/first_name"},
		"turned around":      {users.Create{FirstName: "a\u202eb", LastName: "x", Type: iam.TypeAgent}, "/first_name"},
		"a million letters":  {users.Create{FirstName: strings.Repeat("x", 1_000_000), LastName: "x", Type: iam.TypeAgent}, "/first_name"},
		"not UTF-8":          {users.Create{FirstName: "a\xff", LastName: "x", Type: iam.TypeAgent}, "/first_name"},
		"no type":            {users.Create{}, "/user_type"},
		"clients elsewhere":  {users.Create{Type: iam.TypeClient}, "/user_type"},
		"no e-mail":          {users.Create{Type: iam.TypeAgent, Email: " "}, "/email"},
		"an e-mail and name": {users.Create{Type: iam.TypeAgent, Email: "A <a@b.example>"}, "/email"},
		"two lines":          {users.Create{Type: iam.TypeAgent, Email: "a@b.example\r\nBcc: c@d.example"}, "/email"},
		"no domain":          {users.Create{Type: iam.TypeAgent, Email: "a@"}, "/email"},
		"time zone":          {users.Create{Type: iam.TypeAgent, Timezone: "../../etc/passwd"}, "/timezone"},
		"locale":             {users.Create{Type: iam.TypeAgent, Locale: "xx"}, "/locale"},
		"phone":              {users.Create{Type: iam.TypeAgent, Phone: "=1+1"}, "/phone"},
		"role":               {users.Create{Type: iam.TypeAgent, Roles: []string{"nope"}}, "/role_ids/0"},
		"permission":         {users.Create{Type: iam.TypeAgent, Permissions: []iam.Permission{"users.read", "x.y"}}, "/permissions/1"},
		"organization":       {users.Create{Type: iam.TypeAgent, Org: "org_nope"}, "/organization_id"},
		"admin of a client":  {users.Create{Type: iam.TypeTenantAdmin, Org: child}, "/user_type"},
		"weak password":      {users.Create{Type: iam.TypeAgent, Password: "x"}, "/password"},
		"service password":   {users.Create{Type: iam.TypeService, Password: "plausible-otter-42"}, "/password"},
	} {
		_, err := f.create(f.admin, tc.in)
		fields := tenanttest.FieldsOf(err)
		if iam.CodeOf(err) != iam.CodeInvalid || len(fields) == 0 || fields[0].Pointer != tc.pointer {
			t.Errorf("%s: got %v %+v, want %s", name, err, fields, tc.pointer)
		}
	}
	if st, err := f.s.Stats(t.Context(), f.admin); err != nil || st.Total != 1 {
		t.Errorf("nothing must be half done: %+v %v", st, err)
	}
}

// Two creates of one address at the same instant: one wins.
func TestCreateAtOnce(t *testing.T) {
	f := setup(t)
	codes := make([]iam.Code, 4)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			_, err := f.create(f.admin, users.Create{Email: "same@example.com", Type: iam.TypeAgent})
			codes[i] = iam.CodeOf(err)
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if fmt.Sprint(codes) != "[ conflict conflict conflict]" {
		t.Errorf("%q", codes)
	}
}

func second[T any](_ T, err error) error { return err }

// covers D-09
func TestUpdate(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	p := users.Patch{
		Version: u.Version, FirstName: new("Zoë"), Email: new("zoe@example.com"), Phone: new("+1 202 555 0100"), Timezone: new("UTC"),
		ExternalID: new("x-9"), Status: new(iam.StatusSuspended), Roles: &[]string{"supervisor"},
	}
	v, err := f.s.Update(t.Context(), f.admin, u.ID, p)
	if err != nil || v.FirstName != "Zoë" || v.LastName != u.LastName || v.Status != iam.StatusSuspended || v.Roles[0].Code != "supervisor" {
		t.Fatalf("%v %+v", err, v)
	}
	_, err = f.s.Update(t.Context(), f.admin, u.ID, p)
	f.wantCode(err, iam.CodePreconditionFailed)
	e := f.Events("user.suspended")
	if len(e) != 1 || len(e[0].Changes) != 7 {
		t.Errorf("the log must list the seven changes: %+v", e)
	}
	same, err := f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: v.Version, FirstName: new("Zoë")})
	if err != nil || same.Version != v.Version {
		t.Errorf("changing nothing is no new version: %v %v", err, same)
	}
}

// The address that somebody had is told that it is not theirs any more, whoever
// changed it; another way to write the same address is no news.
func TestTheOldAddressIsTold(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent, Email: "old@example.com"})
	told := func() int {
		return len(slices.DeleteFunc(slices.Clone(f.mails.mails), func(m string) bool { return !strings.HasPrefix(m, "email_changed old@example.com ") }))
	}
	v, err := f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: u.Version, Email: new("OLD@example.com"), Phone: new("+1 202 555 0100")})
	if err != nil || told() != 0 {
		t.Fatalf("%v, told %v", err, f.mails.mails)
	}
	u.User.Memberships = v.Memberships
	if v, err = f.s.UpdateSelf(t.Context(), f.Caller(u.User), users.Patch{Version: v.Version, Email: new("old@example.com")}); err != nil {
		t.Fatal(err)
	}
	if _, err = f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: v.Version, Email: new("new@example.com")}); err != nil || told() != 1 {
		t.Errorf("%v, told %v", err, f.mails.mails)
	}
}

// An address counts as the person's when somebody gives it who may give every
// access; not when they change it themselves, or an administrator of a client
// does. covers A-04 A-06
func TestWhoVouchesForAddresses(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	f.fresh()
	boss := f.Caller(f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
	manager := f.CallerWith(iam.PermUsersCreate, iam.PermUsersRead, iam.PermPortalAgentDesktop, iam.PermDirectoryRead,
		iam.PermConversationsRead, iam.PermConversationsHandle, iam.PermConversationsTransfer)
	proven := func(id iam.UserID) (is bool) {
		t.Helper()
		f.Read(func(ctx context.Context, tx iam.Tx) error {
			u, err := tx.User(ctx, f.Tenant.ID, id)
			is = err == nil && !u.EmailProvenAt.IsZero()
			return err
		})
		return is
	}
	for name, tt := range map[string]struct {
		c    *access.Caller
		want bool
	}{"admin": {f.admin, true}, "manager": {manager, false}, "boss": {boss, false}} {
		made, err := f.create(tt.c, users.Create{Type: map[bool]iam.UserType{true: iam.TypeMember, false: iam.TypeAgent}[name == "boss"], Email: name + "@example.com"})
		if err != nil || proven(made.User.ID) != tt.want {
			t.Errorf("made by %s: %v", name, err)
		}
	}
	u := f.mustCreate(users.Create{Type: iam.TypeAgent, Email: "old@example.com"})
	v, err := f.s.UpdateSelf(t.Context(), f.Caller(u.User), users.Patch{Version: u.Version, Email: new("ceo@example.com")})
	if err != nil || proven(u.ID) {
		t.Errorf("changed by themselves: %v", err)
	}
	if v, err = f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: v.Version, Phone: new("+1 202 555 0100")}); err != nil || proven(u.ID) {
		t.Errorf("another change: %v", err)
	}
	if _, err = f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: v.Version, Email: new("cfo@example.com")}); err != nil || !proven(u.ID) {
		t.Errorf("changed by the admin: %v", err)
	}
}

//
func TestPeopleAreToldWhenTheirAccessChanges(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	if _, err := f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: u.Version, Roles: &[]string{"supervisor"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.SetStatus(t.Context(), f.admin, u.ID, iam.StatusSuspended); err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(notices.Delay)
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		due, err := tx.TakeAccessNotices(ctx, 10)
		if len(due) != 1 || due[0].User != u.ID || strings.Contains(due[0].Before, string(iam.PermConversationsMonitor)) {
			t.Errorf("to be told: %+v", due)
		}
		return err
	})
}

// Deleting frees the address. covers E-07
func TestDelete(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent, Email: "gone@example.com"})
	f.wantCode(f.s.Delete(t.Context(), f.admin, u.ID, u.Version+1, ""), iam.CodePreconditionFailed)
	f.wantCode(f.s.Delete(t.Context(), f.admin, u.ID, u.Version, ""), "")
	f.wantCode(f.s.Delete(t.Context(), f.admin, u.ID, 0, ""), iam.CodeNotFound)
	if again := f.mustCreate(users.Create{Type: iam.TypeAgent, Email: "gone@example.com"}); again.ID == u.ID {
		t.Error("a new person has a new id")
	}
	if e := f.Events("user.deleted"); len(e) != 1 || e[0].TargetName != "Anna Kowalska" {
		t.Errorf("%+v", e)
	}
}

func TestBulk(t *testing.T) {
	f := setup(t)
	a, b := f.mustCreate(users.Create{Type: iam.TypeAgent}), f.mustCreate(users.Create{Type: iam.TypeAgent})
	ids := []iam.UserID{a.ID, f.Admin.ID, b.ID, a.ID, "user_nobody"}
	out, err := f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: users.ActionSuspend, IDs: ids})
	if err != nil || len(out) != 4 {
		t.Fatalf("%v %+v", err, out)
	}
	want := []iam.Code{"", iam.CodeEscalation, "", iam.CodeNotFound}
	for i, r := range out {
		if iam.CodeOf(r.Err) != want[i] {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if out[1].FullName == "" {
		t.Error("the result must name people")
	}
	st, err := f.s.Stats(t.Context(), f.admin)
	if err != nil || st != (iam.UserStats{Total: 3, Active: 1, Suspended: 2}) {
		t.Errorf("%+v %v", st, err) // covers D-01
	}
	_, err = f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: "fly", IDs: ids})
	f.wantCode(err, iam.CodeInvalid)
	_, err = f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: users.ActionSuspend})
	f.wantCode(err, iam.CodeInvalid)
}

// covers A-04, C-02
func TestSelf(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	c := f.Caller(u.User)
	v, err := f.s.UpdateSelf(t.Context(), c, users.Patch{
		Version: u.Version, FirstName: new("Zoë"), Nickname: new("Z"), Locale: new("fr"), Theme: new("dark"),
		Status: new(iam.StatusSuspended), Roles: &[]string{"admin"}, ExternalID: new("mine"),
	})
	if err != nil || v.FirstName != "Zoë" || v.Theme != "dark" || v.Status != iam.StatusActive || len(v.Roles) != 0 || v.ExternalID != "" {
		t.Fatalf("%v %+v", err, v)
	}
	v, err = f.s.SetPhoto(t.Context(), c, u.ID, picture(t))
	if err != nil || v.PhotoKey == "" {
		t.Fatalf("%v %+v", err, v)
	}
	large, small := v.PhotoKeys()
	if large == "" || small == "" || large == small {
		t.Errorf("%q", v.PhotoKey)
	}
	_, err = f.s.SetPhoto(t.Context(), c, u.ID, strings.NewReader("<svg/>"))
	f.wantCode(err, iam.CodeUnsupportedMediaType)
	v, err = f.s.RemovePhoto(t.Context(), c, u.ID)
	if err != nil || v.PhotoKey != "" {
		t.Errorf("%v %+v", err, v)
	}
	_, _, list, err := f.s.Access(t.Context(), c, u.ID, "")
	if err != nil || len(list) != len(access.Catalogue()) {
		t.Errorf("%v %d", err, len(list))
	}
}

func picture(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	return &b
}

// Every naughty string is either kept as it is or refused with the field named.
func TestNaughtyStrings(t *testing.T) {
	f := setup(t)
	raw, err := os.ReadFile("../store/storetest/testdata/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil || len(list) < 400 {
		t.Fatal(err, len(list))
	}
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	version, kept := u.Version, 0
	for _, s := range list {
		v, err := f.s.Update(t.Context(), f.admin, u.ID, users.Patch{Version: version, FirstName: &s, LastName: &s, Nickname: &s, ExternalID: &s})
		if err != nil {
			if iam.CodeOf(err) != iam.CodeInvalid || !strings.HasPrefix(tenanttest.FieldsOf(err)[0].Pointer, "/") {
				t.Errorf("%q: %v", s, err)
			}
			continue
		}
		kept++
		version = v.Version
		again, err := f.s.Get(t.Context(), f.admin, u.ID)
		if err != nil || again.FirstName != v.FirstName || !utf8.ValidString(again.FirstName) || again.Nickname != v.Nickname {
			t.Errorf("%q came back as %q (%v)", s, again.FirstName, err)
		}
	}
	if kept < 300 {
		t.Errorf("only %d of %d were kept", kept, len(list))
	}
}

func TestExport(t *testing.T) {
	f := setup(t)
	for range 3 {
		f.mustCreate(users.Create{Type: iam.TypeAgent})
	}
	n := 0
	err := f.s.Export(t.Context(), f.admin, iam.UserFilter{Type: iam.TypeAgent}, "", "csv", func(*users.View) error { n++; return nil })
	if err != nil || n != 3 || len(f.Events("users.exported")) != 1 {
		t.Errorf("%v %d", err, n)
	}
	// What is refused is not told of as if it had been done.
	unknown := iam.UserFilter{Fields: []iam.FieldMatch{iam.NewFieldMatch("shoe:42")}}
	err = f.s.Export(t.Context(), f.admin, unknown, "", "csv", func(*users.View) error { n++; return nil })
	f.wantCode(err, iam.CodeInvalid)
	if n != 3 || len(f.Events("users.exported")) != 1 {
		t.Errorf("%d rows, %d events", n, len(f.Events("users.exported")))
	}
	err = f.s.Export(t.Context(), f.CallerWith(iam.PermUsersRead), iam.UserFilter{}, "", "csv", func(*users.View) error { return nil })
	f.wantCode(err, iam.CodeForbidden)
}

// What is counted before an export are the rows that the list has.
func TestCountTakesCustomFields(t *testing.T) {
	f := setup(t)
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		tx.AccessChanged(f.Tenant.ID)
		return tx.InsertCustomField(ctx, f.Tenant.ID, &iam.CustomField{
			ID: iam.FieldID(f.NewID(iam.PrefixField)), Key: "size", Label: "Size", Kind: iam.KindNumber, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1,
		})
	})
	f.mustCreate(users.Create{Type: iam.TypeAgent, CustomFields: map[string]any{"size": json.Number("42")}})
	for asked, want := range map[string]int64{"size:42": 1, "size:43": 0, "size:large": 0} {
		filter := iam.UserFilter{Fields: []iam.FieldMatch{iam.NewFieldMatch(asked)}}
		if n, known, err := f.s.Count(t.Context(), f.admin, filter, ""); n != want || !known || err != nil {
			t.Errorf("%s: %d, %t, %v", asked, n, known, err)
		}
		if n, known, err := f.s.CountMemberships(t.Context(), f.admin, filter, ""); n != 0 || known || err != nil {
			t.Errorf("%s: %d memberships, %t, %v", asked, n, known, err)
		}
	}
}
