package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"
)

// Message is one e-mail to one person.
type Message struct {
	ID       string // makes the Message-ID, so that a repeated delivery can be recognised; optional
	From     string // address
	FromName string // display name; optional
	ReplyTo  string // address; optional
	To       string // address
	Subject  string // one line
	Text     string // plain-text body, required
	HTML     string // HTML body; optional
}

// Sender delivers messages. Implementations are safe for concurrent use.
type Sender interface {
	// Send delivers a batch over one connection where it can and returns one
	// error for each message, in order: nil when the server took it, else *Error.
	Send(ctx context.Context, batch ...Message) []error
}

// Error says why a message was not delivered and whether trying again may help.
type Error struct {
	// Temporary is true for replies 4xx, for anything wrong with the network,
	// the connection, TLS or the credentials, and when the context is done. It
	// is false for replies 5xx to this message and for messages that are invalid.
	Temporary bool
	// Code is the SMTP reply code (RFC 5321), or 0 when there was no reply.
	Code   int
	reason string
	cause  error
}

// Error returns the reason in one line. It may contain the recipient's address
// and what the server said, but nothing of the message's text.
func (e *Error) Error() string { return "mail: " + e.reason }

// Reason is Error without the name of this package: of a refusal the server's
// own line, such as “550 5.1.1 no such mailbox”.
func (e *Error) Reason() string { return e.reason }

// Credentials tells whether the server asks for a name and a password, or does not
// take those that it was given.
func (e *Error) Credentials() bool { return wantsCredentials(e.Code) }

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// maxReason bounds, in bytes, what a server can put into the outbox and logs.
const maxReason = 300

// newError keeps reasons, which may quote a server, short and on one line.
func newError(temporary bool, code int, reason string, cause error) *Error {
	reason = oneLine(reason)
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	return &Error{Temporary: temporary, Code: code, reason: reason, cause: cause}
}

// validate refuses what could inject a header or another recipient, and what no
// server could deliver.
func (m Message) validate() error {
	for _, h := range []struct{ name, value string }{
		{"message id", m.ID},
		{"sender", m.From},
		{"sender name", m.FromName},
		{"reply address", m.ReplyTo},
		{"recipient", m.To},
		{"subject", m.Subject},
	} {
		if strings.ContainsFunc(h.value, unicode.IsControl) {
			return fmt.Errorf("the %s contains control characters", h.name)
		}
	}
	if strings.ContainsAny(m.ID, " <>@") {
		return errors.New("the message id contains characters that are not allowed")
	}
	for _, a := range []struct{ name, value string }{
		{"sender", m.From}, {"recipient", m.To}, {"reply address", m.ReplyTo},
	} {
		if a.value == "" && a.name == "reply address" {
			continue
		}
		// The bare address only: not "Name <address>", not a list.
		if parsed, err := netmail.ParseAddress(a.value); err != nil || parsed.Name != "" || parsed.Address != a.value {
			return fmt.Errorf("the %s is not an e-mail address", a.name)
		}
	}
	if m.Subject == "" || m.Text == "" {
		return errors.New("the subject or the text is empty")
	}
	return nil
}

// oneLine replaces control characters and runs of space by single spaces and
// drops characters that reorder or hide text.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}
