package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is a session with the server. The nil connection is unusable and closed.
type connection struct {
	client  *gomail.Client
	session *smtp.Client
	raw     net.Conn
	timeout time.Duration
	release func() bool // stops watching the context
	// pipelining: the server takes several commands at once (RFC 2920).
	pipelining, utf8, eightBit bool
	// idle: it comes from an earlier batch, and the server may have hung up since.
	idle   bool
	broken bool
	expiry *time.Timer // while it waits for the next batch
	closed atomic.Bool
}

// connect dials, says hello, protects the connection and signs in. Whatever
// goes wrong is temporary: it is about the server or the settings, and messages
// must survive until that is repaired.
func (s *SMTP) connect(ctx context.Context) (*connection, error) {
	c := &connection{timeout: s.config.Timeout}
	options := append(slices.Clone(s.options), gomail.WithDialContextFunc(
		func(dialing context.Context, network, address string) (net.Conn, error) {
			raw, err := s.dial(dialing, network, address)
			if err == nil {
				c.raw = raw
				c.watch(ctx) // not dialing, which ends sooner
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
		reason := "connecting to the SMTP server: " + err.Error()
		if reply, ok := errors.AsType[*textproto.Error](err); ok {
			reason = reply.Error()
		}
		return nil, newError(true, replyCode(err), reason, err)
	}
	c.pipelining, _ = c.session.Extension("PIPELINING")
	c.utf8, _ = c.session.Extension("SMTPUTF8")
	c.eightBit, _ = c.session.Extension("8BITMIME")
	return c, nil
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.config.TLS == TLSImplicit {
		return (&tls.Dialer{Config: s.config.tlsConfig()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// watch closes the connection when ctx ends: once connected, the library knows
// deadlines only.
func (c *connection) watch(ctx context.Context) {
	raw := c.raw
	c.release = context.AfterFunc(ctx, func() { _ = raw.Close() })
}

func (c *connection) usable() bool { return c != nil && !c.broken }

// close says goodbye when the server still listens. Failing at that harms
// nobody: what was accepted stays accepted.
func (c *connection) close() {
	if c == nil || c.raw == nil || !c.closed.CompareAndSwap(false, true) {
		return
	}
	c.release()
	if c.session != nil && !c.broken {
		_ = c.session.UpdateDeadline(c.timeout)
		_ = c.client.CloseWithSMTPClient(c.session)
	}
	_ = c.raw.Close()
}

// send delivers one valid message and classifies the outcome. stale tells that
// nothing of it was taken, because the server had hung up since the last batch.
func (c *connection) send(message Message) (stale bool, err error) {
	content, err := message.compose()
	if err != nil {
		return false, newError(false, 0, err.Error(), err)
	}
	var data bytes.Buffer
	if _, err := content.WriteTo(&data); err != nil {
		return false, newError(false, 0, err.Error(), err)
	}
	handed, err := c.transact(message.From, message.To, data.Bytes())
	code := replyCode(err)
	// No reply, or the one before hanging up (RFC 5321, 3.8).
	c.broken = c.broken || err != nil && (code == 0 || code == 421)
	stale = c.idle && c.broken && !handed
	c.idle = false
	if err == nil {
		return false, nil
	}
	return stale, newError(isTemporary(code), code, err.Error(), err)
}

// transact is one mail transaction (RFC 5321, 3.3). handed tells that the server
// has the whole message, so that it may have taken it although err says no.
func (c *connection) transact(from, to string, data []byte) (handed bool, err error) {
	if err := c.session.UpdateDeadline(c.timeout); err != nil {
		return false, err
	}
	mail := "MAIL FROM:<" + from + ">"
	if c.eightBit {
		mail += " BODY=8BITMIME"
	}
	if c.utf8 && !(isASCII(from) && isASCII(to)) {
		mail += " SMTPUTF8"
	}
	errs, err := c.commands(mail, "RCPT TO:<"+to+">", "DATA")
	if err != nil {
		return false, err
	}
	if refusal := errors.Join(errs...); refusal != nil {
		return false, c.abandon(errs)
	}
	w := c.session.Text.DotWriter()
	if _, err := w.Write(data); err != nil {
		return false, err
	}
	if err := w.Close(); err != nil {
		return false, err
	}
	_, _, err = c.session.Text.ReadResponse(250)
	return true, err
}

// commands sends the commands of a transaction, at once where the server takes
// that, and returns what it refused. After a refusal, one that waits for answers
// sends no more.
func (c *connection) commands(lines ...string) (refused []error, err error) {
	expected := []int{250, 25, 354}
	text := c.session.Text
	if c.pipelining {
		for _, line := range lines {
			if _, err := text.W.WriteString(line + "\r\n"); err != nil {
				return nil, err
			}
		}
		if err := text.W.Flush(); err != nil {
			return nil, err
		}
	}
	for i, line := range lines {
		if !c.pipelining {
			if err := text.PrintfLine("%s", line); err != nil {
				return nil, err
			}
		}
		_, _, err := text.ReadResponse(expected[i])
		if err != nil && replyCode(err) == 0 {
			return nil, err
		}
		refused = append(refused, err)
		if err != nil && !c.pipelining {
			break
		}
	}
	return refused, nil
}

// abandon makes the connection ready for the next message after a refusal and
// returns what was refused first, which is why the rest was.
func (c *connection) abandon(refused []error) error {
	first := refused[slices.IndexFunc(refused, func(err error) bool { return err != nil })]
	text := c.session.Text
	if len(refused) == 3 && refused[2] == nil {
		// The server waits for a message to nobody: it gets an empty one, refused
		// (RFC 2920, 3.1).
		if err := text.PrintfLine("."); err != nil {
			c.broken = true
			return first
		}
		if _, _, err := text.ReadResponse(0); err != nil && replyCode(err) == 0 {
			c.broken = true
			return first
		}
	}
	if err := text.PrintfLine("RSET"); err != nil {
		c.broken = true
	} else if _, _, err := text.ReadResponse(250); err != nil {
		c.broken = true
	}
	return first
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// isTemporary treats a server that asks for authentication like wrong
// credentials: the settings are to be repaired, the message is good.
func isTemporary(code int) bool {
	return code < 500 || wantsCredentials(code)
}

func wantsCredentials(code int) bool { return code == 530 || code == 535 || code == 538 }

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
