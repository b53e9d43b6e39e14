// Package smtptest is a real SMTP server on the loopback interface for tests: it
// receives what is sent, and misbehaves as told.
package smtptest

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
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/retinue/retinue/internal/clock"
)

// The credentials that a server with PasswordRequired takes.
const (
	Username = "retinue"
	Password = "open sesame"
)

// Options say how a server behaves.
type Options struct {
	StartTLS, ImplicitTLS, PasswordRequired bool
	// Discard keeps nothing of what is received.
	Discard bool
}

// Server is a running server. It refuses recipients by their local part: "busy"
// for now, "gone" for good, and "hangup" by closing the connection.
type Server struct {
	Host  string
	Port  int
	Roots *x509.CertPool // trusts the server's certificate

	// DieAfterData closes the connection once a message is complete, instead of
	// saying that it was taken. TakesThenDies keeps the message all the same.
	DieAfterData, TakesThenDies atomic.Bool
	// Delay is slept before each message is taken, in nanoseconds.
	Delay atomic.Int64

	mu          sync.Mutex
	received    []Delivery
	count       int
	connections int
	open        map[*smtp.Conn]bool
}

// Delivery is a message that was taken.
type Delivery struct{ From, To, Data string }

// Start runs a server until the test ends.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return Serve(tb, listener, o)
}

// Serve runs a server on a listener until the test ends.
func Serve(tb testing.TB, listener net.Listener, o Options) *Server {
	tb.Helper()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		tb.Fatalf("%v is no TCP address", listener.Addr())
	}
	s := &Server{Host: "127.0.0.1", Port: address.Port, open: map[*smtp.Conn]bool{}}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.connections++
		s.open[c] = true
		return &session{server: s, conn: c, signedIn: !o.PasswordRequired, discard: o.Discard}, nil
	}))
	server.Domain, server.AllowInsecureAuth = "localhost", true
	server.ErrorLog = silent{} // broken connections are what some tests are about
	if o.StartTLS || o.ImplicitTLS {
		certificate, roots := selfSigned(tb)
		s.Roots = roots
		config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		if o.StartTLS {
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
	tb.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // Serve may not have taken it yet
		<-done
	})
	return s
}

// Got returns what was received and over how many connections.
func (s *Server) Got() (deliveries []Delivery, connections int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery(nil), s.received...), s.connections
}

// Count is how many messages were taken, kept or not.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// HangUp closes all connections, as a server does with those that wait too long.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Conn().Close()
		delete(s.open, c)
	}
}

type silent struct{}

// Printf implements smtp.Logger.
func (silent) Printf(string, ...any) {}

// Println implements smtp.Logger.
func (silent) Println(...any) {}

type session struct {
	server            *Server
	conn              *smtp.Conn
	signedIn, discard bool
	from, to          string
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != Username || password != Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"} // RFC 4954
	}
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
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

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(s.server.Delay.Load()))
	takes := s.server.TakesThenDies.Load()
	if s.server.DieAfterData.Load() && !takes {
		return errors.Join(s.conn.Conn().Close(), errors.New("closed"))
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.count++
	if !s.discard {
		s.server.received = append(s.server.received, Delivery{s.from, s.to, string(data)})
	}
	if takes {
		return errors.Join(s.conn.Conn().Close(), errors.New("closed"))
	}
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() {}

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

func selfSigned(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
