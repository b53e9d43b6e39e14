package app

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/demo"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

// testRun is a command's environment with settings of its own directory.
func testRun(t *testing.T, args ...string) *run {
	t.Helper()
	c := &cli{}
	p := &Process{Stdout: io.Discard, Stderr: io.Discard, Version: "test", Clock: clock.System{}, IDs: &iam.RandomIDs{}}
	parser, err := newParser(c, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(append([]string{"serve", "--data-dir", t.TempDir(), "--listen", "127.0.0.1:0"}, args...)); err != nil {
		t.Fatal(err)
	}
	return &run{Process: p, settings: &c.Settings, log: newLogger(io.Discard, &c.Settings)}
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
	if err := r.ensureDemo(ctx, "http://127.0.0.1:4321"); err != nil {
		t.Fatal(err)
	}
	v, err := r.openServices(ctx, "http://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
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
