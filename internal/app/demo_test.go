package app

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/demo"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/tenants"
	"github.com/retinue/retinue/internal/users"
)

// testRun is a command's environment with settings of its own directory.
func testRun(t *testing.T, args ...string) *run {
	t.Helper()
	c := &cli{}
	p := &Process{Stdout: io.Discard, Stderr: io.Discard, Version: "test", Clock: clock.System{}, IDs: &iam.RandomIDs{}}
	parser, err := newParser(c, p, &configFile{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(append([]string{"serve", "--data-dir", t.TempDir(), "--listen", "127.0.0.1:0"}, args...)); err != nil {
		t.Fatal(err)
	}
	return &run{Process: p, settings: &c.Settings, log: newLogger(io.Discard, &c.Settings)}
}

// demoIn makes the demo in a run's data directory and opens what works on it, until
// the test is over.
func demoIn(ctx context.Context, t *testing.T, r *run) *services {
	t.Helper()
	if err := r.ensureDemo(ctx, "http://127.0.0.1:4321"); err != nil {
		t.Fatal(err)
	}
	v, err := r.openServices(ctx, "http://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.close() })
	return v
}

// Everybody that the demo names can sign in at once, the audit chain holds, and
// the counters agree with the rows.
func TestDemo(t *testing.T) {
	databases(t, func(t *testing.T, _ string) { demoIsWhole(t) })
}

func demoIsWhole(t *testing.T) {
	t.Helper()
	r := testRun(t)
	ctx := context.Background()
	v := demoIn(ctx, t, r)
	types := map[iam.UserType]bool{}
	for _, s := range demo.SignIns() {
		in, err := v.sessions.SignIn(ctx, sessions.SignIn{Email: s.Email, Password: s.Password})
		if err != nil {
			t.Fatalf("sign in as %s: %v", s.Email, err)
		}
		if in.Principal.MustChangePassword() || in.Principal.User.Type != s.UserType {
			t.Errorf("%s: must change %v, type %s", s.Email, in.Principal.MustChangePassword(), in.Principal.User.Type)
		}
		types[s.UserType] = true
	}
	for _, want := range iam.UserTypes {
		if !types[want] && want != iam.TypeService && want != iam.TypeClient {
			t.Errorf("nobody of type %s to sign in as", want)
		}
	}
	tenant, err := v.tenants.Find(ctx, demo.ShortName())
	if err != nil {
		t.Fatal(err)
	}
	err = v.store.Read(ctx, func(tx iam.Tx) error {
		stats, err := tx.UserStats(ctx, tenant.ID)
		if err != nil {
			return err
		}
		if stats.Total != 60 || stats.Suspended == 0 || stats.Active+stats.Suspended != stats.Total {
			t.Errorf("stats are %+v", stats)
		}
		mails, err := tx.Mails(ctx, tenant.ID, iam.MailFilter{})
		if err != nil {
			return err
		}
		links := 0
		for _, m := range mails.Items {
			links += strings.Count(m.Text, "http://127.0.0.1:4321/")
			if n := strings.Count(m.Text, "http"); n != strings.Count(m.Text, "http://127.0.0.1:4321/") {
				t.Errorf("a link of %s leads elsewhere: %s", m.Kind, m.Text)
			}
		}
		if links == 0 {
			t.Error("no mail has a link")
		}
		sealed, breach, err := tx.VerifyEvents(ctx, tenant.ID)
		if sealed < 500 || breach != nil {
			t.Errorf("%d events sealed, breach %+v", sealed, breach)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// A second start leaves everything as it is.
	if err := r.ensureDemo(ctx, "http://127.0.0.1:4321"); err != nil {
		t.Fatal(err)
	}
	if again, err := v.tenants.Find(ctx, demo.ShortName()); err != nil || again.ID != tenant.ID {
		t.Errorf("a second start made %v, %v", again, err)
	}
}

// Whoever looks around may add a company, change passwords and remove people: the
// demo starts all the same, and names those who can sign in still.
func TestDemoThatWasChanged(t *testing.T) {
	databases(t, func(t *testing.T, _ string) { demoIsNamedAsItIs(t) })
}

func demoIsNamedAsItIs(t *testing.T) {
	t.Helper()
	var out bytes.Buffer
	r := testRun(t)
	r.Stdout = &out
	ctx := context.Background()
	v := demoIn(ctx, t, r)
	s := &server{run: r, services: v, url: "http://127.0.0.1:4321"}
	announced := func(json bool) string {
		t.Helper()
		out.Reset()
		if err := (demoCmd{JSON: json}).announce(ctx, s); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	all := demo.SignIns()
	text, inJSON := announced(false), announced(true)
	for _, p := range all {
		if !strings.Contains(text, "  "+p.Email+" ") || !strings.Contains(inJSON, `"`+p.Email+`"`) {
			t.Errorf("%s is not named at the first start: %s%s", p.Email, text, inJSON)
		}
	}

	if _, err := v.tenants.Create(ctx, tenants.Create{
		Name: "Second", ShortName: "second", Admin: tenants.Admin{FirstName: "Eva", LastName: "Two", Email: "eva@second.example"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.ensureDemo(ctx, "http://127.0.0.1:4321"); err != nil {
		t.Fatalf("beside a second tenant: %v", err)
	}

	who, err := v.operatorOf(ctx, demo.ShortName())
	if err != nil {
		t.Fatal(err)
	}
	changed, suspended := all[1], all[2]
	for email, change := range map[string]func(iam.UserID) error{
		changed.Email:   func(id iam.UserID) error { _, err := v.users.ResetPassword(ctx, who, id, false); return err },
		suspended.Email: func(id iam.UserID) error { _, err := v.users.SetStatus(ctx, who, id, iam.StatusSuspended); return err },
	} {
		id, err := v.userByEmail(ctx, who.Tenant, email)
		if err == nil {
			err = change(id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, inJSON = announced(false), announced(true)
	for _, p := range all {
		named := p != changed && p != suspended
		if strings.Contains(text, "  "+p.Email+" ") != named || strings.Contains(inJSON, `"`+p.Email+`"`) != named {
			t.Errorf("%s can sign in: %v: %s%s", p.Email, named, text, inJSON)
		}
	}

	if _, err := v.tenants.Suspend(ctx, demo.ShortName()); err != nil {
		t.Fatal(err)
	}
	if text, inJSON = announced(false), announced(true); strings.Contains(text, demo.Password) || !strings.Contains(text, "Nobody") || !strings.Contains(inJSON, `"sign_ins":[]`) {
		t.Errorf("when nobody can sign in: %s%s", text, inJSON)
	}
}

// The key of the demo's Directory Sync adds and changes ordinary agents.
func TestDemoKeyManagesAgents(t *testing.T) {
	r := testRun(t)
	ctx := context.Background()
	v := demoIn(ctx, t, r)
	key := v.demoKey(ctx, t, "Directory Sync")
	made, err := v.users.Create(ctx, key, users.Create{FirstName: "Ada", LastName: "New", Email: "ada.new@kestrellane.example", Type: iam.TypeAgent})
	if err != nil {
		t.Fatalf("add an agent: %v", err)
	}
	phone := "+44 20 7946 0018"
	if _, err := v.users.Update(ctx, key, made.User.ID, users.Patch{Phone: &phone, Version: made.User.Version}); err != nil {
		t.Errorf("change them: %v", err)
	}
	old, err := v.users.List(ctx, key, iam.UserFilter{Type: iam.TypeAgent, Page: iam.Page{Limit: iam.MaxPageSize}}, "")
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, u := range old.Items {
		if _, err := v.users.Update(ctx, key, u.ID, users.Patch{Phone: &phone, Version: u.Version}); err == nil {
			changed++
		}
	}
	if changed < len(old.Items)*3/4 {
		t.Errorf("it may change %d of %d agents", changed, len(old.Items))
	}
	_, err = v.users.Create(ctx, key, users.Create{FirstName: "Bo", LastName: "New", Email: "bo.new@kestrellane.example", Type: iam.TypeSupervisor})
	if iam.CodeOf(err) != iam.CodeEscalation {
		t.Errorf("add a supervisor: %v", err)
	}
}

// demoKey is the caller with the key of that name.
func (v *services) demoKey(ctx context.Context, t *testing.T, name string) *access.Caller {
	t.Helper()
	tenant, err := v.tenants.Find(ctx, demo.ShortName())
	if err != nil {
		t.Fatal(err)
	}
	dir, err := v.directories.Get(ctx, tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := &access.Caller{Tenant: tenant.ID, Org: tenant.RootOrg, InRoot: true, Actor: iam.ActorAPIKey, Type: iam.TypeService}
	err = v.store.Read(ctx, func(tx iam.Tx) error {
		keys, err := tx.APIKeys(ctx, tenant.ID, iam.APIKeyFilter{Managed: &iam.ManagedKeys{}})
		if err != nil {
			return err
		}
		for _, k := range keys.Items {
			if k.Name != name {
				continue
			}
			u, err := tx.User(ctx, tenant.ID, k.User)
			if err != nil {
				return err
			}
			may, subject := access.SetOf(k.Permissions...), dir.Subject(u, tenant.RootOrg)
			c.User, c.APIKey, c.Effective, c.Dormant = u.ID, k.ID, subject.Effective()&may, subject.Dormant()&may
		}
		return nil
	})
	if err != nil || c.APIKey == "" {
		t.Fatalf("no key of %s: %v", name, err)
	}
	return c
}
