package sessions_test

import (
	"context"
	"fmt"
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

// A link does nothing while its company is kept out.
func TestResetInASuspendedTenant(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
	_, token, _ := strings.Cut(f.mails.last(t, "password_reset")["Link"], "#token=")
	is := func(status iam.Status) {
		t.Helper()
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			f.Tenant.Status = status
			return tx.UpdateTenant(ctx, f.Tenant)
		})
	}
	is(iam.StatusSuspended)
	_, err := f.s.LookUpReset(t.Context(), token)
	f.wantCode(err, iam.CodeInvalid)
	f.wantCode(f.s.ConfirmReset(t.Context(), token, "violet-harbour-93-kettle", from), iam.CodeInvalid)
	is(iam.StatusActive)
	f.wantCode(f.s.ConfirmReset(t.Context(), token, "violet-harbour-93-kettle", from), "")
}

// A link that was used shows that the address is the person's, but not that keys
// from before are theirs. covers E-03
func TestResetProvesTheAddress(t *testing.T) {
	f := setup(t)
	for name, keys := range map[string]int{"without keys": 0, "with a key": 1} {
		u := f.person(tenanttest.Person{Type: iam.TypeAgent, Unproven: true})
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			for range keys {
				k := &iam.APIKey{ID: "key_1", Tenant: f.Tenant.ID, User: u.ID, Name: "Old", Prefix: "rtn_old", SecretHash: []byte("x"), CreatedBy: u.ID, CreatedAt: tx.Now()}
				if err := tx.InsertAPIKey(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
		f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
		_, token, _ := strings.Cut(f.mails.last(t, "password_reset")["Link"], "#token=")
		f.wantCode(f.s.ConfirmReset(t.Context(), token, "violet-harbour-93-kettle", from), "")
		f.Read(func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.User(ctx, f.Tenant.ID, u.ID)
			if err == nil && got.EmailProvenAt.IsZero() != (keys > 0) {
				t.Errorf("%s: %v", name, got.EmailProvenAt)
			}
			return err
		})
	}
}

// A new password is there to be used at once, from wherever one had failed with the
// old one; everybody else, and the address, stay slowed down. covers D-10
func TestResetEndsTheWait(t *testing.T) {
	f := setup(t)
	u, other := f.person(tenanttest.Person{Type: iam.TypeAgent}), f.person(tenanttest.Person{Type: iam.TypeAgent})
	lock := func(p *iam.User) {
		t.Helper()
		for range 5 {
			_, err := f.signIn(p, "wrong wrong wrong")
			f.wantCode(err, iam.CodeInvalidCredentials)
		}
		_, err := f.signIn(p, secret)
		f.wantCode(err, iam.CodeThrottled)
	}
	lock(u)
	lock(other)
	f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
	_, token, _ := strings.Cut(f.mails.last(t, "password_reset")["Link"], "#token=")
	const next = "violet-harbour-93-kettle"
	f.wantCode(f.s.ConfirmReset(t.Context(), token, next, from), "")
	if _, err := f.signIn(u, next); err != nil {
		t.Fatal(err)
	}
	_, err := f.signIn(other, secret)
	f.wantCode(err, iam.CodeThrottled)
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

// One address can't ask for everybody; it is told so, whoever it asks for.
func TestResetIsThrottledByAddress(t *testing.T) {
	f := setup(t)
	known := f.person(tenanttest.Person{Type: iam.TypeAgent}).Email
	ask := func(email, ip string) error {
		return f.s.RequestReset(t.Context(), "", "", email, sessions.Client{IP: ip})
	}
	asked := 0
	for ; asked < 100; asked++ {
		if err := ask(fmt.Sprintf("p%d@example.com", asked), "198.51.100.7"); err != nil {
			break
		}
	}
	if asked != 30 {
		t.Errorf("asked %d times, want 30", asked)
	}
	f.wantCode(ask(known, "198.51.100.7"), iam.CodeThrottled)
	f.wantCode(ask("nobody@example.com", "198.51.100.7"), iam.CodeThrottled)
	f.wantCode(ask(known, "198.51.100.8"), "")
	f.Clock.Advance(2 * time.Hour)
	f.wantCode(ask(known, "198.51.100.7"), "")
	if len(f.mails.mails) != 2 {
		t.Errorf("%d mails", len(f.mails.mails))
	}
}

// For somebody whom nobody knows the same mail is written, and thrown away.
func TestResetOfNobodyDoesTheSame(t *testing.T) {
	f := setup(t)
	known := f.person(tenanttest.Person{Type: iam.TypeAgent})
	gone := f.person(tenanttest.Person{Type: iam.TypeAgent, Suspended: true})
	for _, email := range []string{known.Email, "nobody@example.com", gone.Email} {
		f.wantCode(f.s.RequestReset(t.Context(), "", "", email, from), "")
	}
	if len(f.mails.mails) != 1 || f.mails.rehearsed != 2 {
		t.Errorf("%d mails, %d rehearsed", len(f.mails.mails), f.mails.rehearsed)
	}
	events := f.Events("user.password_reset_requested")
	if len(events) != 3 || events[0].TargetID != "" || events[0].Outcome == events[2].Outcome {
		t.Errorf("events = %+v", events)
	}
}

// A tenant that does not exist is answered, slowed down and written for as one
// that does.
func TestResetDoesNotTellWhichTenantsExist(t *testing.T) {
	f := setup(t)
	f.Other() // with one tenant, its name is not asked for
	answers := func(tenant, ip string) (out []string) {
		for n := range 32 {
			err := f.s.RequestReset(t.Context(), "", tenant, fmt.Sprintf("p%d@example.com", n), sessions.Client{IP: ip})
			out = append(out, fmt.Sprint(err))
		}
		return out
	}
	there, missing := answers(f.Tenant.ShortName, "198.51.100.7"), answers("no-such-tenant", "198.51.100.8")
	if fmt.Sprint(there) != fmt.Sprint(missing) || !strings.HasPrefix(there[31], string(iam.CodeThrottled)) {
		t.Errorf("a tenant that exists answers\n%q\none that does not\n%q", there, missing)
	}
	if f.mails.rehearsed != 60 {
		t.Errorf("%d mails were rehearsed, want 30 of each", f.mails.rehearsed)
	}
}

// A link tells how its page looks and what it asks for, until it is used.
func TestLookUpReset(t *testing.T) {
	f := setup(t)
	u := f.person(tenanttest.Person{Type: iam.TypeAgent})
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		tx.AccessChanged(f.Tenant.ID)
		return tx.SetPolicy(ctx, f.Tenant.ID, &iam.Policy{Org: f.Root, Version: 1, PasswordLength: &iam.Setting[int]{Value: 18}})
	})
	f.wantCode(f.s.RequestReset(t.Context(), "", "", u.Email, from), "")
	_, token, _ := strings.Cut(f.mails.last(t, "password_reset")["Link"], "#token=")
	for range 3 {
		o, err := f.s.LookUpReset(t.Context(), token)
		if err != nil || o.Org != f.Root || o.Least != 18 {
			t.Fatalf("offer = %+v, %v", o, err)
		}
	}
	f.change(u, func(u *iam.User) { u.Email, u.EmailKey = "new@example.com", "new@example.com" })
	_, err := f.s.LookUpReset(t.Context(), token)
	f.wantCode(err, iam.CodeInvalid)
	_, err = f.s.LookUpReset(t.Context(), strings.Repeat("x", 500))
	f.wantCode(err, iam.CodeInvalid)
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
	given := ""
	change := func(next string) error {
		c := in.Principal.Caller
		return f.s.ChangePassword(t.Context(), in.Principal, &c, given, next)
	}
	given = "wrong"
	tenanttest.Refused(t, change("violet-harbour-93-kettle"), iam.CodeInvalid, "/current_password")
	given = ""
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
