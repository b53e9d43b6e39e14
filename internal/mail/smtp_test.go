package mail

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/mail/smtptest"
)

func message(to string) Message {
	return Message{
		ID: "outbox_1", From: "no-reply@agency.example", FromName: "Agentur Köln, GmbH", ReplyTo: "help@agency.example",
		To: to, Subject: "Passwort zurücksetzen – 密码", Text: "Öffne\nhttps://x.example/reset?t=1\n.\nEnde", HTML: "<p>Öffne</p>",
	}
}

// wantError checks the classification of a delivery that failed.
func wantError(t *testing.T, err error, temporary bool, code int) {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) || failure.Temporary != temporary || failure.Code != code {
		t.Errorf("error %#v (%v), want temporary %v and code %d", err, err, temporary, code)
		return
	}
	if text := err.Error(); strings.ContainsAny(text, "\r\n") || strings.Contains(text, "reset?t=1") || strings.Contains(text, "sesame") {
		t.Errorf("the error tells too much or has several lines: %q", text)
	}
}

func TestDelivery(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	if errs := server.sender(t, nil).Send(context.Background(), message("maria@client.example")); errs[0] != nil {
		t.Fatal(errs[0])
	}
	deliveries, _ := server.Got()
	if len(deliveries) != 1 || deliveries[0].From != "no-reply@agency.example" || deliveries[0].To != "maria@client.example" {
		t.Fatalf("deliveries %+v", deliveries)
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(deliveries[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	h := parsed.Header
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != "Passwort zurücksetzen – 密码" {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 || *from[0] != (netmail.Address{Name: "Agentur Köln, GmbH", Address: "no-reply@agency.example"}) {
		t.Errorf("from %v, %v", from, err)
	}
	if h.Get("Message-Id") != "<outbox_1@agency.example>" || h.Get("Auto-Submitted") != "auto-generated" ||
		!strings.Contains(h.Get("Reply-To"), "help@agency.example") || h.Get("Date") == "" {
		t.Errorf("header %v", h)
	}
	_, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(parsed.Body, parameters["boundary"])
	for _, want := range []struct{ kind, body string }{{"text/plain", "Öffne\nhttps://x.example/reset?t=1\n.\nEnde"}, {"text/html", "<p>Öffne</p>"}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if got := strings.ReplaceAll(strings.TrimSpace(string(body)), "\r\n", "\n"); err != nil || got != want.body || !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) {
			t.Errorf("%s: %q, %v; want %s %q", part.Header.Get("Content-Type"), got, err, want.kind, want.body)
		}
	}
}

func TestABatchUsesOneConnectionAndEachMessageHasItsResult(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	invalid := message("x@client.example")
	invalid.Subject = ""
	errs := server.sender(t, nil).Send(context.Background(),
		message("a@client.example"), message("busy@client.example"), message("gone@client.example"), invalid, message("b@client.example"))
	if errs[0] != nil || errs[4] != nil {
		t.Errorf("good messages: %v, %v", errs[0], errs[4])
	}
	wantError(t, errs[1], true, 451)
	wantError(t, errs[2], false, 550)
	wantError(t, errs[3], false, 0)
	if deliveries, connections := server.Got(); len(deliveries) != 2 || connections != 1 {
		t.Errorf("%d deliveries over %d connections", len(deliveries), connections)
	}
}

func TestABrokenConnectionIsMadeAgain(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	errs := server.sender(t, nil).Send(context.Background(), message("hangup@client.example"), message("a@client.example"))
	wantError(t, errs[0], true, 0)
	if errs[1] != nil {
		t.Error(errs[1])
	}
	if deliveries, connections := server.Got(); len(deliveries) != 1 || connections != 2 {
		t.Errorf("%d deliveries over %d connections", len(deliveries), connections)
	}
}

func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	sender := at("127.0.0.1", port).sender(t, nil)
	injected := message("a@client.example")
	injected.Subject = "a\nb"
	for i, err := range sender.Send(context.Background(), message("a@client.example"), injected, message("b@client.example")) {
		wantError(t, err, i != 1, 0)
	}
}

func TestHeaderInjection(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	sender := server.sender(t, nil)
	for name, inject := range map[string]func(*Message){
		"subject":             func(m *Message) { m.Subject = "Hello\r\nBcc: victim@other.example" },
		"subject, bare LF":    func(m *Message) { m.Subject = "Hello\nBcc: victim@other.example" },
		"subject, NUL":        func(m *Message) { m.Subject = "Hello\x00" },
		"name":                func(m *Message) { m.FromName = "Acme\r\nBcc: victim@other.example" },
		"from":                func(m *Message) { m.From = "a@b.example>\r\nRCPT TO:<victim@other.example" },
		"to":                  func(m *Message) { m.To = "a@b.example\r\nRCPT TO:<victim@other.example>" },
		"two recipients":      func(m *Message) { m.To = "a@b.example, victim@other.example" },
		"named recipient":     func(m *Message) { m.To = "Victim <victim@other.example>" },
		"no recipient":        func(m *Message) { m.To = "" },
		"no address":          func(m *Message) { m.To = "maria" },
		"reply":               func(m *Message) { m.ReplyTo = "a@b.example\r\nBcc: victim@other.example" },
		"message id":          func(m *Message) { m.ID = "1>\r\nBcc: victim@other.example" },
		"message id brackets": func(m *Message) { m.ID = "1> <2" },
		"no text":             func(m *Message) { m.Text = "" },
	} {
		t.Run(name, func(t *testing.T) {
			m := message("a@client.example")
			inject(&m)
			wantError(t, sender.Send(context.Background(), m)[0], false, 0)
		})
	}
	if deliveries, _ := server.Got(); len(deliveries) != 0 {
		t.Errorf("deliveries %+v", deliveries)
	}
}

func TestTLSAndAuthentication(t *testing.T) {
	signIn := func(password string) func(*SMTPConfig) {
		return func(c *SMTPConfig) { c.Username, c.Password = "retinue", password }
	}
	for name, tt := range map[string]struct {
		server    smtptest.Options
		mode      TLSMode
		configure func(*SMTPConfig)
		code      int // -1: delivered
	}{
		"implicit":                    {smtptest.Options{ImplicitTLS: true}, TLSImplicit, nil, -1},
		"starttls":                    {smtptest.Options{StartTLS: true}, TLSStartTLS, nil, -1},
		"starttls is not offered":     {smtptest.Options{}, TLSStartTLS, nil, 0},
		"starttls, unknown authority": {smtptest.Options{StartTLS: true}, TLSStartTLS, func(c *SMTPConfig) { c.RootCAs = x509.NewCertPool() }, 0},
		"implicit, unknown authority": {smtptest.Options{ImplicitTLS: true}, TLSImplicit, func(c *SMTPConfig) { c.RootCAs = x509.NewCertPool() }, 0},
		"password over starttls":      {smtptest.Options{StartTLS: true, PasswordRequired: true}, TLSStartTLS, signIn("open sesame"), -1},
		"password over implicit tls":  {smtptest.Options{ImplicitTLS: true, PasswordRequired: true}, TLSImplicit, signIn("open sesame"), -1},
		"password on this machine":    {smtptest.Options{PasswordRequired: true}, TLSNone, signIn("open sesame"), -1},
		"wrong password":              {smtptest.Options{StartTLS: true, PasswordRequired: true}, TLSStartTLS, signIn("sesame"), 535},
		"no password":                 {smtptest.Options{StartTLS: true, PasswordRequired: true}, TLSStartTLS, nil, 530},
	} {
		t.Run(name, func(t *testing.T) {
			server := startServer(t, tt.server)
			sender := server.sender(t, func(c *SMTPConfig) {
				c.TLS = tt.mode
				if tt.configure != nil {
					tt.configure(c)
				}
			})
			err := sender.Send(context.Background(), message("a@client.example"))[0]
			deliveries, _ := server.Got()
			if tt.code < 0 {
				if err != nil || len(deliveries) != 1 {
					t.Errorf("%d deliveries, error %v", len(deliveries), err)
				}
				return
			}
			wantError(t, err, true, tt.code)
			if len(deliveries) != 0 {
				t.Errorf("deliveries %+v", deliveries)
			}
		})
	}
}

// TestSilentServer connects to something that accepts and never answers.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	silent := at("127.0.0.1", listener.Addr().(*net.TCPAddr).Port)
	watch := clock.Start()
	sender := silent.sender(t, func(c *SMTPConfig) { c.Timeout = 100 * time.Millisecond })
	wantError(t, sender.Send(context.Background(), message("a@client.example"))[0], true, 0)

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	wantError(t, silent.sender(t, nil).Send(ctx, message("a@client.example"))[0], true, 0)
	if took := watch.Elapsed(); took > 20*time.Second { // without the limits it is 30 s at least
		t.Errorf("giving up took %v", took)
	}
}

func TestSMTPConfig(t *testing.T) {
	for name, c := range map[string]SMTPConfig{
		"no host":           {},
		"mode":              {Host: "mail.example", TLS: "ssl"},
		"port":              {Host: "mail.example", Port: 65536},
		"negative port":     {Host: "mail.example", Port: -1},
		"timeout":           {Host: "mail.example", Timeout: -1},
		"password in clear": {Host: "mail.example", TLS: TLSNone, Username: "u", Password: "p"},
	} {
		if _, err := NewSMTP(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for mode, port := range map[TLSMode]int{"": 587, TLSNone: 25, TLSStartTLS: 587, TLSImplicit: 465} {
		if s, err := NewSMTP(SMTPConfig{Host: "mail.example", TLS: mode}); err != nil || s.config.Port != port {
			t.Errorf("mode %q: %v", mode, err)
		}
	}
}

// Batches that follow each other use one connection; one that the server has
// closed meanwhile is made again, and no message fails by that.
func TestConnectionsAreReused(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	sender := server.sender(t, nil)
	for range 3 {
		if errs := sender.Send(t.Context(), message("a@client.example"), message("gone@client.example")); errs[0] != nil || errs[1] == nil {
			t.Fatal(errs)
		}
	}
	if deliveries, connections := server.Got(); len(deliveries) != 3 || connections != 1 {
		t.Errorf("%d deliveries over %d connections", len(deliveries), connections)
	}
	server.HangUp()
	if errs := sender.Send(t.Context(), message("a@client.example"), message("b@client.example")); errs[0] != nil || errs[1] != nil {
		t.Errorf("after the server hung up: %v", errs)
	}
	if deliveries, connections := server.Got(); len(deliveries) != 5 || connections != 2 {
		t.Errorf("%d deliveries over %d connections", len(deliveries), connections)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	wantError(t, sender.Send(ended, message("a@client.example"))[0], true, 0)
	if err := sender.Send(t.Context(), message("a@client.example"))[0]; err != nil {
		t.Errorf("after a batch that was given up: %v", err)
	}
}

// A server that dies after DATA may have taken the message or not: it is tried
// again, under the same id, by which the receiver recognises it.
func TestServerDiesAfterData(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	sender := server.sender(t, nil)
	server.TakesThenDies.Store(true)
	wantError(t, sender.Send(t.Context(), message("a@client.example"))[0], true, 0)
	server.TakesThenDies.Store(false)
	if err := sender.Send(t.Context(), message("a@client.example"))[0]; err != nil {
		t.Fatal(err)
	}
	deliveries, _ := server.Got()
	if len(deliveries) != 2 {
		t.Fatalf("%d deliveries", len(deliveries))
	}
	for _, d := range deliveries {
		if !strings.Contains(d.Data, "Message-ID: <outbox_1@agency.example>") {
			t.Errorf("another id:\n%s", d.Data)
		}
	}
}

// A server that is too slow is given up, and does not hold up what comes later.
func TestSlowServer(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	sender := server.sender(t, func(c *SMTPConfig) { c.Timeout = 150 * time.Millisecond })
	server.Delay.Store(int64(time.Minute))
	watch := clock.Start()
	wantError(t, sender.Send(t.Context(), message("a@client.example"))[0], true, 0)
	if took := watch.Elapsed(); took > 30*time.Second {
		t.Errorf("giving up took %v", took)
	}
	server.Delay.Store(0)
	if err := sender.Send(t.Context(), message("b@client.example"))[0]; err != nil {
		t.Error(err)
	}
}

// A server without pipelining gets one command after the other.
func TestWithoutPipelining(t *testing.T) {
	server := startServer(t, smtptest.Options{})
	c, err := server.sender(t, nil).connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if !c.pipelining {
		t.Error("the server's pipelining was not noticed")
	}
	c.pipelining = false
	for _, to := range []string{"a", "gone", "busy", "b"} {
		_, err := c.send(message(to + "@client.example"))
		if refused := to == "gone" || to == "busy"; (err != nil) != refused {
			t.Errorf("%s: %v", to, err)
		}
	}
	if deliveries, _ := server.Got(); len(deliveries) != 2 {
		t.Errorf("%d deliveries", len(deliveries))
	}
}

// BenchmarkSMTP hands mails to a local server over one connection.
func BenchmarkSMTP(b *testing.B) {
	server := startServer(b, smtptest.Options{Discard: true})
	sender := server.sender(b, nil)
	for b.Loop() {
		if err := sender.Send(b.Context(), message("a@client.example"))[0]; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
