package mailbox

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/tenanttest"
)

// server is a mail server that answers as told.
type server struct {
	mu     sync.Mutex
	got    []mail.Message
	answer func(n int, m mail.Message) error
}

func (s *server) Send(_ context.Context, batch ...mail.Message) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	results := make([]error, len(batch))
	for i, m := range batch {
		s.got = append(s.got, m)
		if s.answer != nil {
			results[i] = s.answer(len(s.got), m)
		}
	}
	return results
}

func service(t *testing.T, k *tenanttest.Kit, sender mail.Sender) *Service {
	t.Helper()
	return New(Deps{
		Store: k.DB, IDs: k.IDs, Renderer: &mail.Renderer{}, Sender: sender, From: "people@example.com",
		PublicURL: func(t *iam.Tenant) string { return "https://" + t.ShortName + ".example" },
		Jitter:    func() float64 { return 0.5 },

		LinkLifetimes: map[mail.Kind]time.Duration{mail.PasswordReset: time.Hour},
	})
}

func enqueue(k *tenanttest.Kit, s *Service, to *iam.User, kind string, data map[string]string) {
	k.Write(func(ctx context.Context, tx iam.Tx) error { return s.Enqueue(ctx, tx, k.Tenant, to, kind, data) })
}

func reset(k *tenanttest.Kit) map[string]string {
	return map[string]string{"Link": "https://x.example/reset-password#token=SECRET", "Expires": k.Clock.Now().Add(time.Hour).Format(time.RFC3339)}
}

// stored is all there is in the outbox, bodies included, the newest first.
func stored(k *tenanttest.Kit) (mails []*iam.Mail) {
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.Mails(ctx, k.Tenant.ID, iam.MailFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
		mails = page.Items
		return err
	})
	return mails
}

func TestMailsAreWrittenInTheRecipientsLanguage(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	to := k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Ana"})
	to.Locale, to.Timezone = "de", "Europe/Berlin"
	enqueue(k, s, to, "password_reset", reset(k))
	enqueue(k, s, to, "password_changed", nil)
	enqueue(k, s, to, "temporary_password_reset", map[string]string{"Expires": "2026-12-03T09:00:00Z"})
	enqueue(k, s, to, "access_changed", map[string]string{"Changes": "+ Night shift\n− Users: See users"})
	enqueue(k, s, to, "access_changed", map[string]string{"Changes": ""}) // nothing to tell
	enqueue(k, s, k.User(tenanttest.Person{Type: iam.TypeService}), "password_changed", nil)
	mails := stored(k)
	if len(mails) != 4 {
		t.Fatalf("%d mails", len(mails))
	}
	for i, want := range []struct{ kind, contains string }{
		{"access_changed", "Users: See users"},
		{"temporary_password_reset", "3. Dezember 2026, 10:00 Uhr (CET)"},
		{"password_changed", "2. März 2026, 10:30 Uhr (CET)"},
		{"password_reset", "Gültigkeit: 1 Stunde"},
	} {
		m := mails[i]
		if m.Kind != want.kind || !strings.Contains(m.Text, want.contains) || !strings.Contains(m.HTML, "#336699") ||
			m.To != to.Email || !strings.Contains(m.Subject, "Acme") || m.State != iam.MailKept {
			t.Errorf("mail = %+v, want %+v", m, want)
		}
	}
}

// A preview tells times as whoever looks at it reads them.
func TestPreviewInTheZoneOfTheReader(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.User(ctx, k.Tenant.ID, k.Admin.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Timezone = "Europe/Berlin"
		return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
	})
	text := mail.Text{Subject: "Changed", Body: "It was {{when}}.", Button: "Sign in", Note: "Not you? Say so."}
	shown, err := s.PreviewTemplate(t.Context(), k.Caller(k.Admin), mail.PasswordChanged, "de", text)
	if err != nil || !strings.Contains(shown.Text, "It was 2. März 2026, 10:30 Uhr (CET).") {
		t.Errorf("%v: %s", err, shown.Text)
	}
}

// Who has chosen no time zone reads the times of their home organization.
func TestTimesInTheZoneOfTheOrganization(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	org := k.Org("Client", "")
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.Org(ctx, k.Tenant.ID, org)
		if err != nil {
			return err
		}
		after := *before
		after.Timezone = "America/New_York"
		return tx.UpdateOrg(ctx, k.Tenant.ID, &after)
	})
	enqueue(k, s, k.User(tenanttest.Person{Type: iam.TypeMember, Org: org}), "temporary_password_reset", map[string]string{"Expires": "2026-12-03T09:00:00Z"})
	if m := stored(k)[0]; !strings.Contains(m.Text, "3 December 2026, 04:00 (EST)") {
		t.Errorf("%s", m.Text)
	}
}

func TestUnknownKindIsAnError(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	err := k.DB.Write(t.Context(), func(tx iam.Tx) error { return s.Enqueue(t.Context(), tx, k.Tenant, k.Admin, "surprise", nil) })
	if err == nil || len(stored(k)) != 0 {
		t.Errorf("error %v, mails %v", err, stored(k))
	}
}

func TestDeliver(t *testing.T) {
	k := tenanttest.New(t)
	smtp := &server{}
	s := service(t, k, smtp)
	for range batch + 3 {
		enqueue(k, s, k.Admin, "password_reset", reset(k))
	}
	n, err := s.Deliver(t.Context())
	if err != nil || n != batch+3 || len(smtp.got) != batch+3 {
		t.Fatalf("sent %d, %v; the server got %d", n, err, len(smtp.got))
	}
	m := smtp.got[0]
	if m.From != "people@example.com" || m.FromName != "Acme" || m.To != k.Admin.Email || !strings.Contains(m.Text, "SECRET") || m.ID == "" {
		t.Errorf("message = %+v", m)
	}
	for _, m := range stored(k) {
		if m.State != iam.MailSent || m.Text != "" || m.HTML != "" || m.Subject == "" || !m.SentAt.Equal(k.Clock.Now()) || m.Attempts != 1 {
			t.Errorf("after sending: %+v", m)
		}
	}
	if n, err := s.Deliver(t.Context()); n != 0 || err != nil || len(smtp.got) != batch+3 {
		t.Errorf("once more: %d, %v", n, err)
	}
}

func TestTemporaryFailuresAreTriedAgain(t *testing.T) {
	k := tenanttest.New(t)
	smtp := &server{answer: func(int, mail.Message) error { return &mail.Error{Temporary: true} }}
	s := service(t, k, smtp)
	enqueue(k, s, k.Admin, "password_changed", nil)
	var waits []time.Duration
	for range MaxAttempts - 1 {
		if n, err := s.Deliver(t.Context()); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		m := stored(k)[0]
		if m.State != iam.MailQueued || m.Problem != iam.MailUnreachable || m.Text == "" {
			t.Fatalf("mail = %+v", m)
		}
		wait := m.NextAttemptAt.Sub(k.Clock.Now())
		waits = append(waits, wait)
		k.Clock.Advance(wait - time.Second)
		before := len(smtp.got)
		if _, err := s.Deliver(t.Context()); err != nil || len(smtp.got) != before {
			t.Fatalf("tried before it was due: %v", err)
		}
		k.Clock.Advance(time.Second)
	}
	minutes := func(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }
	// Doubled each time up to six hours, and a tenth more: the jitter of this test.
	want := []time.Duration{minutes(1.1), minutes(2.2), minutes(4.4), minutes(8.8), minutes(17.6), minutes(35.2), minutes(70.4), minutes(140.8), minutes(281.6), minutes(396), minutes(396)}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := stored(k)[0]; m.State != iam.MailFailed || m.Attempts != MaxAttempts {
		t.Errorf("at last: %+v", m)
	}
}

func TestPermanentFailureAndRetry(t *testing.T) {
	k := tenanttest.New(t)
	smtp := &server{answer: func(n int, _ mail.Message) error {
		switch n {
		case 1:
			return &mail.Error{Code: 550}
		case 2:
			return errors.New("of an unknown kind: tried again")
		}
		return nil
	}}
	s, admin := service(t, k, smtp), k.Caller(k.Admin)
	enqueue(k, s, k.Admin, "password_reset", reset(k))
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := stored(k)[0]
	if m.State != iam.MailFailed || m.Attempts != 1 {
		t.Fatalf("mail = %+v", m)
	}
	tenanttest.Refused(t, s.Retry(t.Context(), k.CallerWith(), m.ID), iam.CodeForbidden, "")
	if err := s.Retry(t.Context(), admin, m.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.Clock.Advance(2 * time.Minute)
	}
	if m := stored(k)[0]; m.State != iam.MailSent {
		t.Errorf("mail = %+v", m)
	}
	tenanttest.Refused(t, s.Retry(t.Context(), admin, m.ID), iam.CodeConflict, "")
	if n := len(k.Events("mail.retried")); n != 1 {
		t.Errorf("%d events", n)
	}
}

// Attempts end with the link in the mail, and nobody sends it again after that;
// a mail without a link is tried for as long as others.
func TestExpiredLinksAreNotSent(t *testing.T) {
	k := tenanttest.New(t)
	smtp := &server{answer: func(int, mail.Message) error { return &mail.Error{Code: 450, Temporary: true} }}
	s, admin := service(t, k, smtp), k.Caller(k.Admin)
	enqueue(k, s, k.Admin, "password_reset", reset(k))
	enqueue(k, s, k.Admin, "password_changed", nil)
	for range 12 {
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.Clock.Advance(10 * time.Minute)
	}
	for _, m := range stored(k) {
		if m.Kind == "password_changed" {
			if m.State != iam.MailQueued {
				t.Errorf("without a link it is given up: %+v", m)
			}
			continue
		}
		if m.State != iam.MailFailed || m.LastError != "its link has expired" || m.Problem != iam.MailExpired || m.Attempts >= MaxAttempts {
			t.Errorf("mail = %+v", m)
		}
		tenanttest.Refused(t, s.Retry(t.Context(), admin, m.ID), iam.CodeConflict, "")
	}
	smtp.answer = nil
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, m := range stored(k) {
		if m.Kind == "password_reset" && m.State == iam.MailSent {
			t.Error("an expired link is sent")
		}
	}
}

// What was kept can be sent once there is a server, while its link works.
// counting is a store that counts transactions that write.
type counting struct {
	iam.Store
	writes int
}

// Write implements iam.Store.
func (c *counting) Write(ctx context.Context, fn func(iam.Tx) error) error {
	c.writes++
	return c.Store.Write(ctx, fn)
}

// While no link has expired, mails with links cost no more than others.
func TestLinksThatWorkCostNothing(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, &server{})
	enqueue(k, s, k.Admin, "password_reset", reset(k))
	mails, err := s.claim(t.Context())
	if err != nil || len(mails) != 1 {
		t.Fatal(mails, err)
	}
	store := &counting{Store: s.Store}
	s.Store = store
	if sent, err := s.sendLive(t.Context(), mails); err != nil || sent != 1 || store.writes != 1 {
		t.Errorf("%d sent in %d transactions, %v", sent, store.writes, err)
	}
}

func TestKeptMailsAreSentLater(t *testing.T) {
	k := tenanttest.New(t)
	keeps, admin := service(t, k, nil), k.Caller(k.Admin)
	enqueue(k, keeps, k.Admin, "password_reset", reset(k))
	id := stored(k)[0].ID
	tenanttest.Refused(t, keeps.Retry(t.Context(), admin, id), iam.CodeConflict, "")
	sends := service(t, k, &server{})
	other := k.Other()
	tenanttest.Refused(t, sends.Retry(t.Context(), other.Caller(other.Admin), id), iam.CodeNotFound, "")
	if err := sends.Retry(t.Context(), admin, id); err != nil {
		t.Fatal(err)
	}
	if n, err := sends.Deliver(t.Context()); n != 1 || err != nil {
		t.Errorf("sent %d, %v", n, err)
	}
	enqueue(k, keeps, k.Admin, "password_reset", reset(k))
	k.Clock.Advance(time.Hour)
	tenanttest.Refused(t, sends.Retry(t.Context(), admin, stored(k)[0].ID), iam.CodeConflict, "")
}

// The texts of kinds that are not sent any more, as older versions kept them, do
// no harm.
func TestTextsOfUnknownKinds(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.SetMailTemplate(ctx, k.Tenant.ID, &iam.MailTemplate{Kind: "welcome", Locale: "en", Subject: "Welcome", Body: "{{email}}", Button: "x", Note: "y", Own: true})
	})
	list, err := s.Templates(t.Context(), k.Caller(k.Admin))
	if err != nil || len(list) != len(mail.Kinds)*len(mail.Locales) {
		t.Errorf("%d texts, %v", len(list), err)
	}
	enqueue(k, s, k.Admin, "password_changed", nil)
}

func TestWithoutServerNothingIsSent(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	enqueue(k, s, k.Admin, "password_reset", reset(k))
	if n, err := s.Deliver(t.Context()); n != 0 || err != nil || s.Enabled() {
		t.Errorf("sent %d, %v", n, err)
	}
	page, err := s.List(t.Context(), k.Caller(k.Admin), "", iam.Page{})
	if err != nil || len(page.Items) != 1 || !strings.Contains(page.Items[0].Text, "SECRET") {
		t.Errorf("list = %+v, %v", page.Items, err)
	}
}

// A link to set somebody's password is worth as much as they may do.
func TestListShowsTextsToWhoMayActOnTheRecipient(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, nil)
	keeper := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermOutboxRead, iam.PermBotsRead}})
	weak := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermBotsRead}})
	gone := *weak
	gone.Email = "former@example.com"
	for _, to := range []*iam.User{&gone, k.Admin, weak, keeper} {
		enqueue(k, s, to, "password_reset", reset(k))
	}
	shown := func(c *access.Caller) map[string]bool {
		page, err := s.List(t.Context(), c, "", iam.Page{})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, m := range page.Items {
			out[m.To] = m.Text != "" || m.HTML != ""
		}
		return out
	}
	if diff := cmp.Diff(map[string]bool{keeper.Email: true, weak.Email: true, k.Admin.Email: false, gone.Email: false}, shown(k.Caller(keeper))); diff != "" {
		t.Errorf("keeper (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{keeper.Email: true, weak.Email: true, k.Admin.Email: true, gone.Email: true}, shown(k.Caller(k.Admin))); diff != "" {
		t.Errorf("admin (-want +got):\n%s", diff)
	}
	_, err := s.List(t.Context(), k.CallerWith(), "", iam.Page{})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}

func TestListHidesTextsOfMailsOnTheirWay(t *testing.T) {
	k := tenanttest.New(t)
	s := service(t, k, &server{})
	enqueue(k, s, k.Admin, "password_reset", reset(k))
	page, err := s.List(t.Context(), k.Caller(k.Admin), "", iam.Page{})
	if err != nil || len(page.Items) != 1 || page.Items[0].Text+page.Items[0].HTML != "" || page.Items[0].State != iam.MailQueued {
		t.Errorf("list = %+v, %v", page.Items, err)
	}
}

func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	smtp := &server{answer: func(int, mail.Message) error { return &mail.Error{Code: 550} }}
	s := service(t, k, smtp)
	enqueue(other, s, other.Admin, "password_reset", reset(k))
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	theirs := stored(other)[0]
	page, err := s.List(t.Context(), k.Caller(k.Admin), "", iam.Page{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("list = %+v, %v", page.Items, err)
	}
	tenanttest.Refused(t, s.Retry(t.Context(), k.Caller(k.Admin), theirs.ID), iam.CodeNotFound, "")
	if after := stored(other)[0]; after.State != iam.MailFailed {
		t.Errorf("their mail = %+v", after)
	}
}
