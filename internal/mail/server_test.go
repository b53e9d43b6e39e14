package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/retinue/retinue/internal/clock"
)

// testServer is a real SMTP server on the loopback interface. It refuses
// recipients by their local part: "busy" for now, "gone" for good, and "hangup"
// by closing the connection.
type testServer struct {
	host  string
	port  int
	roots *x509.CertPool // trusts the server's certificate

	mu          sync.Mutex
	received    []delivery
	connections int
}

type delivery struct{ from, to, data string }

type serverOptions struct{ startTLS, implicitTLS, passwordRequired bool }

func startServer(t *testing.T, o serverOptions) *testServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &testServer{host: "127.0.0.1", port: listener.Addr().(*net.TCPAddr).Port}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.connections++
		return &session{server: s, conn: c, signedIn: !o.passwordRequired}, nil
	}))
	server.Domain, server.AllowInsecureAuth = "localhost", true
	server.ErrorLog = silent{} // broken connections are what some tests are about
	if o.startTLS || o.implicitTLS {
		certificate, roots := selfSigned(t)
		s.roots = roots
		config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		if o.startTLS {
			server.TLSConfig = config
		} else {
			listener = tls.NewListener(listener, config)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // Serve may not have taken it yet
		<-done
	})
	return s
}

func (s *testServer) sender(t *testing.T, change func(*SMTPConfig)) *SMTP {
	t.Helper()
	c := SMTPConfig{Host: s.host, Port: s.port, TLS: TLSNone, Timeout: 5 * time.Second, RootCAs: s.roots}
	if change != nil {
		change(&c)
	}
	sender, err := NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func (s *testServer) got() (deliveries []delivery, connections int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]delivery(nil), s.received...), s.connections
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type session struct {
	server   *testServer
	conn     *smtp.Conn
	signedIn bool
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "retinue" || password != "open sesame" {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"} // RFC 4954
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	switch local, _, _ := strings.Cut(to, "@"); local {
	case "busy":
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
	case "gone":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case "hangup":
		return errors.Join(s.conn.Conn().Close(), errors.New("closed"))
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.received = append(s.server.received, delivery{s.from, s.to, string(data)})
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
