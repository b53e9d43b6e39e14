package mailbox

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mail/smtptest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// sender hands mails to a server on this machine.
func sender(tb testing.TB, port int) *mail.SMTP {
	tb.Helper()
	s, err := mail.NewSMTP(mail.SMTPConfig{Host: "127.0.0.1", Port: port, TLS: mail.TLSNone, Timeout: 5 * time.Second})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// letters puts one mail for each recipient into the outbox.
func letters(t *testing.T, k *tenanttest.Kit, s *Service, org iam.OrgID, to ...string) (ids []iam.MailID) {
	t.Helper()
	if err := k.Store.Write(t.Context(), func(tx iam.Tx) error {
		tenant, err := tx.Tenant(t.Context(), k.Tenant.ID)
		if err != nil {
			return err
		}
		c, err := s.Composer(t.Context(), tx, tenant, org)
		if err != nil {
			return err
		}
		for _, address := range to {
			m, err := c.Write(Letter{
				Kind: mail.Invitation, To: address, Link: "https://x.example/invitation#token=SECRET", Expires: tx.Now().Add(time.Hour), Inviter: "Ada",
			})
			if err != nil {
				return err
			}
			ids = append(ids, m.ID)
			if err := tx.EnqueueMail(t.Context(), m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func deliver(t *testing.T, s *Service, want int) {
	t.Helper()
	if n, err := s.Deliver(t.Context()); err != nil || n != want {
		t.Errorf("%d were sent, %v, want %d", n, err, want)
	}
}

// One recipient whom the server refuses does not keep the others from their
// mail, and what it said is kept.
func TestOneOfManyIsRefused(t *testing.T) { tenanttest.Each(t, oneOfManyIsRefused) }

func oneOfManyIsRefused(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	var to []string
	for i := range 120 {
		to = append(to, fmt.Sprintf("p%d@client.example", i))
	}
	to[57], to[58] = "gone@client.example", "busy@client.example"
	letters(t, k, s, "", to...)
	deliver(t, s, 118)
	if got, connections := smtp.Got(); len(got) != 118 || connections > lanes {
		t.Errorf("%d mails over %d connections", len(got), connections)
	}
	for _, m := range stored(k) {
		switch {
		case m.To == "gone@client.example" && m.State == iam.MailFailed && strings.HasPrefix(m.LastError, "550 ") && m.Problem == iam.MailRefused:
		case m.To == "busy@client.example" && m.State == iam.MailQueued && strings.HasPrefix(m.LastError, "451 ") && m.Problem == iam.MailRefused:
		case m.State != iam.MailSent:
			t.Errorf("%s is %s: %s", m.To, m.State, m.LastError)
		}
	}
}

// A server that is down gets everything, once, when it is back.
func TestServerIsDown(t *testing.T) { tenanttest.Each(t, serverIsDown) }

func serverIsDown(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s := service(t, k, sender(t, port))
	letters(t, k, s, "", "a@client.example", "b@client.example")
	deliver(t, s, 0)
	if m := stored(k)[0]; m.Problem != iam.MailUnreachable || m.LastError == "" || strings.HasPrefix(m.LastError, "mail:") {
		t.Errorf("%+v", m)
	}
	if listener, err = net.Listen("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	smtp := smtptest.Serve(t, listener, smtptest.Options{})
	deliver(t, s, 0) // not due yet
	k.Clock.Advance(2 * time.Minute)
	deliver(t, s, 2)
	deliver(t, s, 0)
	if m := stored(k)[0]; m.Problem != "" || m.LastError != "" {
		t.Errorf("%+v", m)
	}
	if smtp.Count() != 2 {
		t.Errorf("%d arrived", smtp.Count())
	}
}

// What was committed is sent by whoever comes after a crash, once. What was
// claimed when the process died is sent when the lease is over.
func TestKilled(t *testing.T) { tenanttest.Each(t, killed) }

func killed(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	smtp := smtptest.Start(t, smtptest.Options{})
	killed := service(t, k, sender(t, smtp.Port))
	letters(t, k, killed, "", "a@client.example", "b@client.example")
	if claimed, err := killed.claim(t.Context()); err != nil || len(claimed) != 2 {
		t.Fatal(claimed, err)
	}
	letters(t, k, killed, "", "c@client.example")
	s := service(t, k, sender(t, smtp.Port))
	deliver(t, s, 1)
	k.Clock.Advance(lease)
	deliver(t, s, 2)
	k.Clock.Advance(24 * time.Hour)
	deliver(t, s, 0)
	seen := map[string]int{}
	deliveries, _ := smtp.Got()
	for _, d := range deliveries {
		seen[d.To]++
	}
	if len(seen) != 3 || len(deliveries) != 3 {
		t.Errorf("delivered: %v", seen)
	}
}

// A server that dies after DATA is tried again with the same message id.
func TestServerDiesAfterData(t *testing.T) { tenanttest.Each(t, serverDiesAfterData) }

func serverDiesAfterData(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	ids := letters(t, k, s, "", "a@client.example")
	smtp.DieAfterData.Store(true)
	deliver(t, s, 0)
	smtp.DieAfterData.Store(false)
	k.Clock.Advance(2 * time.Minute)
	deliver(t, s, 1)
	got, _ := smtp.Got()
	if len(got) != 1 || !strings.Contains(got[0].Data, "Message-ID: <"+string(ids[0])+"@") {
		t.Errorf("got %+v", got)
	}
}

// While a batch is on its way, the clock jumps past its lease: it is not sent
// twice. Jumping back does not hold mails up.
func TestClockJumps(t *testing.T) { tenanttest.Each(t, clockJumps) }

func clockJumps(t *testing.T, k *tenanttest.Kit) {
	t.Helper()
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	letters(t, k, s, "", "a@client.example")
	smtp.Delay.Store(int64(300 * time.Millisecond))
	first := make(chan error, 1)
	go func() {
		_, err := s.Deliver(t.Context())
		first <- err
	}()
	for watch := clock.Start(); ; {
		if _, connections := smtp.Got(); connections > 0 {
			break
		}
		if watch.Elapsed() > time.Minute {
			t.Fatal("nothing was handed over")
		}
		time.Sleep(time.Millisecond)
	}
	k.Clock.Advance(48 * time.Hour)
	deliver(t, s, 0)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	deliver(t, s, 0)
	if smtp.Count() != 1 {
		t.Errorf("sent %d times", smtp.Count())
	}
	smtp.Delay.Store(0)
	letters(t, k, s, "", "b@client.example")
	k.Clock.Advance(-48 * time.Hour)
	deliver(t, s, 1)
}

// Mails about an organization come from its sender, or that of the nearest one
// above, and are its administrators' to see, not its sister's. covers E-12
func TestMailsOfAnOrganization(t *testing.T) {
	k := tenanttest.New(t)
	client, sister := k.Org("Client", ""), k.Org("Sister", "")
	below := k.Org("Below", client)
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for _, m := range []*iam.MailSettings{
			{Org: k.Root, SenderName: "The company", ReplyTo: "help@company.example"},
			{Org: client, SenderName: "The client"},
		} {
			if err := tx.SetMailSettings(ctx, k.Tenant.ID, m); err != nil {
				return err
			}
		}
		return nil
	})
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	id := letters(t, k, s, below, "gone@client.example")[0]
	letters(t, k, s, sister, "s@client.example")
	letters(t, k, s, "", "c@client.example")
	mails := stored(k)
	for i, want := range []string{"The company", "The company", "The client"} {
		if mails[i].FromName != want || mails[i].ReplyTo != "help@company.example" {
			t.Errorf("from %q, answers to %q, want %q", mails[i].FromName, mails[i].ReplyTo, want)
		}
	}
	if !strings.Contains(mails[2].Subject, "Below") {
		t.Errorf("subject = %q", mails[2].Subject)
	}
	deliver(t, s, 2)

	of := func(org iam.OrgID) *access.Caller {
		return k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Permissions: []iam.Permission{iam.PermOutboxRead}}))
	}
	for org, want := range map[iam.OrgID]int{client: 1, below: 1, sister: 1, k.Root: 3} {
		page, err := s.List(t.Context(), of(org), "", iam.Page{})
		if err != nil || len(page.Items) != want {
			t.Errorf("%d mails are seen, %v, want %d", len(page.Items), err, want)
		}
	}
	failed, err := s.List(t.Context(), of(client), iam.MailFailed, iam.Page{})
	if err != nil || len(failed.Items) != 1 || failed.Items[0].ID != id {
		t.Errorf("failed: %+v, %v", failed.Items, err)
	}
	tenanttest.Refused(t, s.Retry(t.Context(), of(sister), id), iam.CodeNotFound, "")
	if err := s.Retry(t.Context(), of(client), id); err != nil {
		t.Error(err)
	}
}

// BenchmarkDeliver hands mails from the outbox in a database to a local server.
func BenchmarkDeliver(b *testing.B) {
	k := tenanttest.New(b)
	smtp := smtptest.Start(b, smtptest.Options{Discard: true})
	s := New(Deps{
		Store: k.Store, IDs: k.IDs, Renderer: &mail.Renderer{}, Sender: sender(b, smtp.Port), From: "people@example.com",
		PublicURL: func(*iam.Tenant) string { return "https://x.example" },
	})
	const portion = 2000
	sent := 0
	for b.Loop() {
		b.StopTimer()
		if err := k.Store.Write(b.Context(), func(tx iam.Tx) error {
			c, err := s.Composer(b.Context(), tx, k.Tenant, "")
			if err != nil {
				return err
			}
			mails := make([]*iam.Mail, portion)
			for i := range mails {
				if mails[i], err = c.Write(Letter{Kind: mail.PasswordReset, To: "a@client.example", Expires: tx.Now().Add(time.Hour)}); err != nil {
					return err
				}
			}
			return tx.EnqueueMails(b.Context(), k.Tenant.ID, mails)
		}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		n, err := s.Deliver(b.Context())
		if err != nil || n != portion {
			b.Fatal(n, err)
		}
		sent += n
	}
	b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "mails/s")
}
