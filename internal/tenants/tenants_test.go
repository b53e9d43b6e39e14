package tenants

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

const good = "copper-lantern-otter-42"

// house is an empty installation.
type house struct {
	storetest.DB
	*Service

	sessions *sessions.Service
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return houseOn(t, storetest.SQLite(t))
}

func houseOn(t *testing.T, db storetest.DB) *house {
	t.Helper()
	// As little work as argon2id can do: what it takes is not the point here.
	hasher, err := password.NewHasher(password.Config{MemoryKiB: 8, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	ses, err := sessions.New(sessions.Deps{
		Store: db, IDs: db.IDs, Clock: db.Clock, Hasher: hasher, Policy: &password.Policy{}, Directories: authz.NewCache(db, db.Clock),
		Config: sessions.Config{Lifetime: time.Hour, Idle: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	db.OnAccessChanged(ses.Invalidate)
	return &house{DB: db, Service: New(Deps{Store: db, IDs: db.IDs, Hasher: hasher, Passwords: ses}), sessions: ses}
}

func input(short string) Create {
	return Create{Name: "Acme", ShortName: short, Admin: Admin{FirstName: "Ada", LastName: "Lovelace", Email: "Ada@Example.com", Password: good}}
}

func (h *house) create(t *testing.T, in Create) *Created {
	t.Helper()
	made, err := h.Create(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (h *house) signIn(t *testing.T, tenant, pw string) (*sessions.SignedIn, error) {
	t.Helper()
	return h.sessions.SignIn(t.Context(), sessions.SignIn{Tenant: tenant, Email: "ada@example.com", Password: pw})
}

func (h *house) events(t *testing.T, tenant iam.TenantID) []*iam.Event {
	t.Helper()
	var out []*iam.Event
	err := h.DB.Read(t.Context(), func(tx iam.Tx) error {
		page, err := tx.Events(t.Context(), tenant, iam.EventFilter{})
		out = page.Items
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// covers E-09
func TestCreate(t *testing.T) {
	h := newHouse(t)
	in := input("Acme-1")
	in.Color, in.Hosts = "#AABBCC", []string{"People.Acme.Example.", "a.example", "a.example"}
	made := h.create(t, in)
	found, err := h.Find(t.Context(), "acme-1")
	if err != nil {
		t.Fatal(err)
	}
	want := &iam.Tenant{
		ID: made.Tenant.ID, ShortName: "acme-1", Name: "Acme", Color: "#aabbcc", Hosts: []string{"a.example", "people.acme.example"},
		Status: iam.StatusActive, RootOrg: made.Tenant.RootOrg, CreatedAt: h.Clock.Now(), UpdatedAt: h.Clock.Now(), Version: 1,
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("tenant (-want +got):\n%s", diff)
	}
	in2, err := h.signIn(t, "acme-1", good)
	if err != nil {
		t.Fatal(err)
	}
	p := in2.Principal
	if p.Caller.Effective != access.All || !p.Caller.InRoot || p.MustChangePassword() || p.User.Type != iam.TypeTenantAdmin {
		t.Errorf("the administrator is %+v", p.Caller)
	}
	err = h.DB.Read(t.Context(), func(tx iam.Tx) error {
		roles, err := tx.Roles(t.Context(), made.Tenant.ID)
		if len(roles) != len(access.SystemRoles()) {
			t.Errorf("%d roles", len(roles))
		}
		_, byRole, err2 := tx.OtherActiveAdmins(t.Context(), made.Tenant.ID, "")
		if err2 != nil || !byRole {
			t.Errorf("nobody holds the role Admin: %v", err2)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range h.events(t, made.Tenant.ID) {
		actions = append(actions, e.Action)
		if told := fmt.Sprintf("%+v", *e); strings.Contains(told, good) || strings.Contains(told, "argon2") {
			t.Errorf("an event tells the password: %s", told)
		}
	}
	if diff := cmp.Diff([]string{"session.created", "user.created", "tenant.created"}, actions); diff != "" {
		t.Error(diff)
	}
}

//
func TestTemporaryPassword(t *testing.T) {
	h := newHouse(t)
	in := input("acme")
	in.Admin.Password = ""
	made := h.create(t, in)
	if made.TemporaryPassword == "" {
		t.Fatal("no temporary password")
	}
	signed, err := h.signIn(t, "acme", made.TemporaryPassword)
	if err != nil || !signed.Principal.MustChangePassword() {
		t.Fatalf("signed in: %+v, %v", signed, err)
	}
	h.Clock.Set(made.Admin.PasswordExpiresAt)
	_, err = h.signIn(t, "acme", made.TemporaryPassword)
	tenanttest.Refused(t, err, iam.CodePasswordExpired, "")
}

func TestCreateRefuses(t *testing.T) {
	h := newHouse(t)
	taken := input("taken")
	taken.Hosts = []string{"taken.example"}
	h.create(t, taken)
	for name, test := range map[string]struct {
		change  func(*Create)
		code    iam.Code
		pointer string
	}{
		"no name":            {func(c *Create) { c.Name = " " }, iam.CodeInvalid, "/name"},
		"NUL in the name":    {func(c *Create) { c.Name = "A\x00" }, iam.CodeInvalid, "/name"},
		"short short name":   {func(c *Create) { c.ShortName = "a" }, iam.CodeInvalid, "/short_name"},
		"long short name":    {func(c *Create) { c.ShortName = strings.Repeat("a", 41) }, iam.CodeInvalid, "/short_name"},
		"odd short name":     {func(c *Create) { c.ShortName = "a b" }, iam.CodeInvalid, "/short_name"},
		"taken short name":   {func(c *Create) { c.ShortName = "TAKEN" }, iam.CodeConflict, "/short_name"},
		"color":              {func(c *Create) { c.Color = "red" }, iam.CodeInvalid, "/color"},
		"host with a port":   {func(c *Create) { c.Hosts = []string{"a.example", "b.example:80"} }, iam.CodeInvalid, "/hosts/1"},
		"host with a scheme": {func(c *Create) { c.Hosts = []string{"https://a.example"} }, iam.CodeInvalid, "/hosts/0"},
		"too many hosts":     {func(c *Create) { c.Hosts = make([]string, 21) }, iam.CodeInvalid, "/hosts"},
		"taken host":         {func(c *Create) { c.Hosts = []string{"TAKEN.example"} }, iam.CodeConflict, "/hosts"},
		"no e-mail":          {func(c *Create) { c.Admin.Email = "" }, iam.CodeInvalid, "/email"},
		"no first name":      {func(c *Create) { c.Admin.FirstName = "" }, iam.CodeInvalid, "/first_name"},
		"common password":    {func(c *Create) { c.Admin.Password = "password1234" }, iam.CodeInvalid, "/password"},
		"own name as one":    {func(c *Create) { c.Admin.Password = "Lovelace-copper-otter" }, iam.CodeInvalid, "/password"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input("new")
			test.change(&in)
			_, err := h.Create(t.Context(), in)
			tenanttest.Refused(t, err, test.code, test.pointer)
		})
	}
	if all, err := h.List(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("tenants = %v, %v", all, err)
	}
}

func TestSuspendedTenantStopsAtOnce(t *testing.T) {
	h := newHouse(t)
	h.create(t, input("one"))
	made := h.create(t, input("two"))
	one, err := h.signIn(t, "one", good)
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.signIn(t, "two", good)
	if err != nil {
		t.Fatal(err)
	}
	if tenant, err := h.Suspend(t.Context(), "two"); err != nil || tenant.Status != iam.StatusSuspended {
		t.Fatal(tenant, err)
	}
	_, err = h.sessions.Authenticate(t.Context(), two.Token)
	tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
	_, err = h.signIn(t, "two", good)
	tenanttest.Refused(t, err, iam.CodeTenantSuspended, "")
	if _, err := h.sessions.Authenticate(t.Context(), one.Token); err != nil {
		t.Errorf("the other tenant: %v", err)
	}
	if _, err := h.Suspend(t.Context(), "two"); err != nil {
		t.Errorf("once more: %v", err)
	}
	if _, err := h.Reactivate(t.Context(), "two"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.signIn(t, "two", good); err != nil {
		t.Error(err)
	}
	n := map[string]int{}
	for _, e := range h.events(t, made.Tenant.ID) {
		n[e.Action]++
	}
	if n["tenant.suspended"] != 1 || n["tenant.reactivated"] != 1 {
		t.Errorf("events = %v", n)
	}
	_, err = h.Suspend(t.Context(), "three")
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
}

func TestSetup(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	if needed, err := h.SetupNeeded(ctx); !needed || err != nil {
		t.Fatalf("needed = %v, %v", needed, err)
	}
	_, err := h.Setup(ctx, "", input("acme"), Client{})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
	old, err := h.NewSetupToken(ctx)
	if err != nil || len(old) != 43 {
		t.Fatalf("token %q, %v", old, err)
	}
	token, err := h.NewSetupToken(ctx)
	if err != nil || token == old {
		t.Fatalf("token %q, %v", token, err)
	}
	for _, wrong := range []string{"", "wrong", old, token + "x"} {
		_, err := h.Setup(ctx, wrong, input("acme"), Client{})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
	}
	for pw, name := range map[string]string{"": "no password", "password1234": "a common password"} {
		in := input("acme")
		in.Admin.Password = pw
		_, err := h.Setup(ctx, token, in, Client{})
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
		tenanttest.Refused(t, err, iam.CodeInvalid, "/password")
	}
	// The link survives mistakes in the form.
	made, err := h.Setup(ctx, token, input("acme"), Client{IP: "192.0.2.1", UserAgent: "UA"})
	if err != nil || made.TemporaryPassword != "" || made.Admin.MustChangePassword {
		t.Fatalf("made %+v, %v", made, err)
	}
	if _, err := h.sessions.OpenFor(ctx, made.Tenant, made.Admin, Client{}); err != nil {
		t.Errorf("opening a session: %v", err)
	}
	if e := h.events(t, made.Tenant.ID); e[len(e)-1].ActorID != string(made.Admin.ID) || e[len(e)-1].IP != "192.0.2.1" {
		t.Errorf("event = %+v", e[len(e)-1])
	}
	_, err = h.Setup(ctx, token, input("other"), Client{})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
	if again, err := h.NewSetupToken(ctx); again != "" || err != nil {
		t.Errorf("another token %q, %v", again, err)
	}
	if needed, err := h.SetupNeeded(ctx); needed || err != nil {
		t.Errorf("needed = %v, %v", needed, err)
	}
}

// A tenant that the operator made meanwhile ends the set-up, too.
func TestSetupIsOverOnceThereIsATenant(t *testing.T) {
	h := newHouse(t)
	token, err := h.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.create(t, input("acme"))
	_, err = h.Setup(t.Context(), token, input("other"), Client{})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
	if needed, err := h.SetupNeeded(t.Context()); needed || err != nil {
		t.Errorf("needed = %v, %v", needed, err)
	}
}

func TestOfManySetupsAtOnceOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		h := houseOn(t, db)
		token, err := h.NewSetupToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		const n = 8
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, errs[i] = h.Setup(context.WithoutCancel(t.Context()), token, input(fmt.Sprintf("acme-%d", i)), Client{})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
		}
		all, err := h.List(t.Context())
		if won != 1 || len(all) != 1 || err != nil {
			t.Errorf("%d won and there are %d tenants, %v", won, len(all), err)
		}
	})
}
