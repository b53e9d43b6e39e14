package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is a session with the server. The nil connection is unusable and closed.
type connection struct {
	client  *gomail.Client
	session *smtp.Client
	raw     net.Conn
	release func() bool // stops watching the context
	broken  bool
}

// connect dials, says hello, protects the connection and signs in. Whatever
// goes wrong is temporary: it is about the server or the settings, and messages
// must survive until that is repaired.
func (s *SMTP) connect(ctx context.Context) (*connection, error) {
	c := &connection{}
	options := append(slices.Clone(s.options), gomail.WithDialContextFunc(
		func(dialing context.Context, network, address string) (net.Conn, error) {
			raw, err := s.dial(dialing, network, address)
			if err == nil {
				// Once connected the library knows deadlines only, so the context
				// closes the connection. It is ctx, not dialing, which ends sooner.
				c.raw = raw
				c.release = context.AfterFunc(ctx, func() { _ = raw.Close() })
			}
			return raw, err
		}))
	// A client of its own for each connection: signing in changes its state.
	client, err := gomail.NewClient(s.config.Host, options...)
	if err == nil {
		c.client = client
		c.session, err = client.DialToSMTPClientWithContext(ctx)
	}
	if err != nil {
		c.close()
		return nil, newError(true, replyCode(err), "connecting to the SMTP server: "+err.Error(), err)
	}
	return c, nil
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.config.TLS == TLSImplicit {
		return (&tls.Dialer{Config: s.config.tlsConfig()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (c *connection) usable() bool { return c != nil && !c.broken }

// close says goodbye when the server still listens. Failing at that harms
// nobody: what was accepted stays accepted.
func (c *connection) close() {
	if c == nil || c.raw == nil {
		return
	}
	c.release()
	if c.session != nil && !c.broken {
		_ = c.client.CloseWithSMTPClient(c.session)
	}
	_ = c.raw.Close()
}

// send delivers one valid message and classifies the outcome.
func (c *connection) send(message Message) error {
	m, err := message.compose()
	if err != nil {
		return newError(false, 0, err.Error(), err)
	}
	err = c.client.SendWithSMTPClient(c.session, m)
	if err == nil {
		return nil
	}
	var failure *gomail.SendError
	if !errors.As(err, &failure) {
		c.broken = true
		return newError(true, 0, err.Error(), err)
	}
	code := failure.ErrorCode()
	c.broken = code == 0 || code == 421 // no reply, or the one before hanging up
	if m.IsDelivered() {
		return nil // accepted; only the preparation for the next message failed
	}
	return newError(isTemporary(failure, code), code, err.Error(), err)
}

// isTemporary treats a server that asks for authentication like wrong
// credentials: the settings are to be repaired, the message is good.
func isTemporary(failure *gomail.SendError, code int) bool {
	switch {
	case code == 530 || code == 535 || code == 538:
		return true
	case code >= 500:
		return false
	case code >= 400:
		return true
	}
	return failure.Reason != gomail.ErrGetSender && failure.Reason != gomail.ErrGetRcpts &&
		failure.Reason != gomail.ErrNoUnencoded
}

func replyCode(err error) int {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return reply.Code
	}
	return 0
}

// compose builds the MIME message: quoted-printable, text first and HTML as its
// alternative, marked as automatic (RFC 3834) so that no holiday notice answers.
func (m Message) compose() (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	err := msg.FromFormat(m.FromName, m.From)
	if m.FromName == "" {
		err = msg.From(m.From)
	}
	if err == nil {
		err = msg.To(m.To)
	}
	if err == nil && m.ReplyTo != "" {
		err = msg.ReplyTo(m.ReplyTo)
	}
	if err != nil {
		return nil, err
	}
	if m.ID != "" {
		_, domain, _ := strings.Cut(m.From, "@")
		msg.SetMessageIDWithValue(m.ID + "@" + domain)
	}
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetUserAgent("Retinue")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}
