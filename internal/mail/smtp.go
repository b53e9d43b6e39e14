package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLSMode says how a connection to the SMTP server is protected.
type TLSMode string

// The modes, with the port that is usual for each.
const (
	TLSNone     TLSMode = "none"     // not at all; 25, only inside a trusted network
	TLSStartTLS TLSMode = "starttls" // by STARTTLS, which the server must offer; 587
	TLSImplicit TLSMode = "implicit" // from the first byte; 465
)

const defaultTimeout = 30 * time.Second

// SMTPConfig tells where and how mail is handed over.
type SMTPConfig struct {
	Host     string
	Port     int            // 1 to 65535; 0 is the usual port of the TLS mode
	Username string         // empty: no authentication
	Password string         // not sent over an unprotected connection, except to this machine
	TLS      TLSMode        // empty: TLSStartTLS
	Timeout  time.Duration  // for connecting and for each message; default 30 s
	HelloAs  string         // name given in EHLO; empty: this machine's host name
	RootCAs  *x509.CertPool // nil: those of the operating system
}

// SMTP is a Sender that uses an SMTP server (RFC 5321).
type SMTP struct {
	config  SMTPConfig
	options []gomail.Option
	pool    pool
}

var _ Sender = (*SMTP)(nil)

// NewSMTP returns a Sender, or an error that names the wrong setting. It does not connect.
func NewSMTP(config SMTPConfig) (*SMTP, error) {
	c, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &SMTP{config: c, options: []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithTLSConfig(c.tlsConfig()),
	}}
	switch c.TLS {
	case TLSNone, TLSImplicit: // implicit TLS is established by connection
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSStartTLS:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.Username != "" {
		s.options = append(s.options, gomail.WithUsername(c.Username), gomail.WithPassword(c.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	if c.HelloAs != "" {
		s.options = append(s.options, gomail.WithHELO(c.HelloAs))
	}
	if _, err := gomail.NewClient(c.Host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

func (c SMTPConfig) withDefaults() (SMTPConfig, error) {
	if c.TLS == "" {
		c.TLS = TLSStartTLS
	}
	ports := map[TLSMode]int{TLSNone: 25, TLSStartTLS: 587, TLSImplicit: 465}
	if c.Port == 0 {
		c.Port = ports[c.TLS]
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	switch {
	case c.Host == "":
		return c, errors.New("mail: the SMTP host is missing")
	case ports[c.TLS] == 0:
		return c, fmt.Errorf("mail: the TLS mode %q is none of none, starttls and implicit", c.TLS)
	case c.Port < 1 || c.Port > 65535:
		return c, fmt.Errorf("mail: the SMTP port %d is not between 1 and 65535", c.Port)
	case c.Timeout < 0:
		return c, fmt.Errorf("mail: the SMTP timeout %v is negative", c.Timeout)
	case c.Username != "" && c.TLS == TLSNone && !isLoopback(c.Host):
		return c, errors.New("mail: an SMTP password is not sent without TLS; set the TLS mode to starttls or implicit")
	}
	return c, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c SMTPConfig) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12}
}

// Send implements Sender. It goes on with a connection of an earlier batch where
// one is open. When the connection breaks between messages it is made once more;
// when it can't be made, the rest of the batch fails as temporary.
func (s *SMTP) Send(ctx context.Context, batch ...Message) []error {
	results := make([]error, len(batch))
	open := s.pool.take(ctx)
	defer func() { s.pool.put(open) }()
	for i, message := range batch {
		if err := message.validate(); err != nil {
			results[i] = newError(false, 0, err.Error(), err)
			continue
		}
		for stale := true; stale; {
			if !open.usable() {
				open.close()
				var err error
				if open, err = s.connect(ctx); err != nil {
					fail(results, batch, i, err)
					return results
				}
			}
			stale, results[i] = open.send(message)
		}
	}
	return results
}

// Close closes the connections that wait for the next batch.
func (s *SMTP) Close() error {
	s.pool.close()
	return nil
}

// fail gives every valid message from i on the error of the connection.
func fail(results []error, batch []Message, i int, err error) {
	for ; i < len(batch); i++ {
		if invalid := batch[i].validate(); invalid != nil {
			results[i] = newError(false, 0, invalid.Error(), invalid)
		} else {
			results[i] = err
		}
	}
}
