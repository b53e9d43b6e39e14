package sessions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/tenanttest"
)

func TestReset(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	in := f.mustSignIn(u)
	request := func() string {
		t.Helper()
		f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
		_, token, _ := strings.Cut(f.mails.last(t, "password_reset")["Link"], "#token=")
		return token
	}
	confirm := func(token, pw string) error { return f.s.ConfirmReset(t.Context(), token, pw, from) }
	const next = "violet-harbour-93-kettle"

	first := request()
	second := request()
	f.wantCode(confirm(first, next), iam.CodeInvalid) // superseded
	f.wantCode(confirm(second, "short"), iam.CodeInvalid)
	f.wantCode(confirm(second, next), "") // a weak try did not use it up
	f.wantCode(confirm(second, next), iam.CodeInvalid)
	_, err := f.s.Authenticate(t.Context(), in.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	_, err = f.signIn(u, secret)
	f.wantCode(err, iam.CodeInvalidCredentials)
	if _, err := f.signIn(u, next); err != nil {
		t.Fatal(err)
	}
	late := request()
	f.Clock.Advance(time.Hour)
	f.wantCode(confirm(late, next), iam.CodeInvalid)

	sent := len(f.mails.mails)
	f.wantCode(f.s.RequestReset(t.Context(), "", "", "nobody@example.com", from), "")
	f.change(u, func(u *iam.User) { u.Status = iam.StatusSuspended })
	f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
	if len(f.mails.mails) != sent {
		t.Error("nobody must get a mail")
	}
}

// Pressing the button again and again fills nobody's mailbox.
func TestResetIsThrottled(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	for range 20 {
		f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
	}
	if n := len(f.mails.mails); n != 5 {
		t.Errorf("%d mails, want 5", n)
	}
}

//
func TestTemporaryPassword(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.change(u, func(u *iam.User) {
		u.MustChangePassword, u.PasswordExpiresAt = true, sessions.TemporaryUntil(f.Clock.Now())
	})
	in := f.mustSignIn(u)
	if !in.Principal.MustChangePassword() {
		t.Fatal("must be changed first")
	}
	change := func(next string) error {
		c := in.Principal.Caller
		return f.s.ChangePassword(t.Context(), in.Principal, &c, "", next)
	}
	f.wantCode(change("short"), iam.CodeInvalid)
	f.wantCode(change("password1234"), iam.CodeInvalid)
	f.wantCode(change(secret), iam.CodeInvalid)
	f.wantCode(change("violet-harbour-93-kettle"), "")
	p, err := f.s.Authenticate(t.Context(), in.Token)
	if err != nil || p.MustChangePassword() {
		t.Fatalf("the session goes on without the demand: %v", err)
	}
	f.change(u, func(u *iam.User) { u.PasswordExpiresAt = f.Clock.Now().Add(7 * 24 * time.Hour) })
	f.Clock.Advance(7 * 24 * time.Hour)
	_, err = f.signIn(u, "violet-harbour-93-kettle")
	f.wantCode(err, iam.CodePasswordExpired)
}

//
func TestChangePassword(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	here, there := f.mustSignIn(u), f.mustSignIn(u)
	c := here.Principal.Caller
	c.IP = from.IP
	f.wantCode(f.s.ChangePassword(t.Context(), here.Principal, &c, "wrong", "violet-harbour-93-kettle"), iam.CodeInvalid)
	f.wantCode(f.s.ChangePassword(t.Context(), here.Principal, &c, secret, "violet-harbour-93-kettle"), "")
	_, err := f.s.Authenticate(t.Context(), here.Token)
	f.wantCode(err, "")
	_, err = f.s.Authenticate(t.Context(), there.Token)
	f.wantCode(err, iam.CodeUnauthenticated)
	f.mails.last(t, "password_changed")
	for range 4 { // the fifth wrong one, with that above
		err = f.s.ChangePassword(t.Context(), here.Principal, &c, "wrong", "another-violet-harbour-93")
		f.wantCode(err, iam.CodeInvalid)
	}
	err = f.s.ChangePassword(t.Context(), here.Principal, &c, "violet-harbour-93-kettle", "another-violet-harbour-93")
	f.wantCode(err, iam.CodeThrottled)
}

// A hash of other parameters is verified and replaced at the next sign-in.
func TestUpgradeAtSignIn(t *testing.T) {
	f := setup(t)
	u := f.User(tenanttest.Person{Type: iam.TypeAgent})
	dated, err := password.NewHasher(password.Config{MemoryKiB: 8192, Iterations: 2})
	if err != nil {
		t.Fatal(err)
	}
	hash, err := dated.Hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	f.change(u, func(u *iam.User) { u.PasswordHash = hash })
	f.mustSignIn(u)
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		now, err := tx.User(ctx, f.Tenant.ID, u.ID)
		if err == nil && now.PasswordHash == hash {
			t.Error("the hash was not upgraded")
		}
		return err
	})
	f.mustSignIn(u)
}
