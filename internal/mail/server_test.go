package mail

import (
	"testing"
	"time"

	"github.com/retinue/retinue/internal/mail/smtptest"
)

// testServer is an SMTP server with senders that know it.
type testServer struct{ *smtptest.Server }

func startServer(t testing.TB, o smtptest.Options) *testServer {
	t.Helper()
	return &testServer{smtptest.Start(t, o)}
}

// at is a server that is not ours.
func at(host string, port int) *testServer {
	return &testServer{&smtptest.Server{Host: host, Port: port}}
}

func (s *testServer) sender(t testing.TB, change func(*SMTPConfig)) *SMTP {
	t.Helper()
	c := SMTPConfig{Host: s.Host, Port: s.Port, TLS: TLSNone, Timeout: 5 * time.Second, RootCAs: s.Roots}
	if change != nil {
		change(&c)
	}
	sender, err := NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Close() })
	return sender
}
