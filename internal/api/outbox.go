package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// Outbox are the use cases of looking at mails.
type Outbox interface {
	List(ctx context.Context, c *access.Caller, state iam.MailState, p iam.Page) (iam.List[*iam.Mail], error)
	Retry(ctx context.Context, c *access.Caller, id iam.MailID) error
}

// Mail is a mail that was sent, waits, failed, or would have been sent.
type Mail struct {
	ID        iam.MailID      `json:"id"`
	Kind      string          `json:"kind"`
	To        string          `json:"to"`
	Subject   string          `json:"subject"`
	Text      string          `json:"text" doc:"Of kept mails only, and only where the caller may act on the recipient"`
	HTML      string          `json:"html"`
	State     iam.MailState   `json:"state" enum:"queued,sent,kept,failed,cancelled" doc:"kept: no SMTP server is set; cancelled: taken back before it was sent"`
	Attempts  int             `json:"attempts"`
	LastError string          `json:"last_error" doc:"Why the latest attempt failed, in English; of a refusal the mail server's own line"`
	Problem   iam.MailProblem `json:"problem_code" enum:",expired,refused,unreachable,credentials,invalid" doc:"The same for programs that have words of their own. expired: the link in it works no more; refused: the server did not take it; unreachable: it could not be reached, or hung up; credentials: it did not take the name and the password of the settings; invalid: no server could deliver it. Empty when no attempt failed, and of attempts from before there were codes"`
	CreatedAt time.Time       `json:"created_at"`
	SentAt    *time.Time      `json:"sent_at"`
}

func mailOf(m *iam.Mail) Mail {
	return Mail{
		ID: m.ID, Kind: m.Kind, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, State: m.State,
		Attempts: m.Attempts, LastError: m.LastError, Problem: m.Problem, CreatedAt: m.CreatedAt.UTC(), SentAt: timeOrNull(m.SentAt),
	}
}

type outboxInput struct {
	State iam.MailState `query:"state" enum:"queued,sent,kept,failed,cancelled"`
	PageQuery
}

func (s *server) listOutbox(ctx context.Context, c *access.Caller, in *outboxInput) (*listOutput[Mail], error) {
	page, err := s.deps.Mails.List(ctx, c, in.State, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, mailOf), nil
}

// MailPath names a mail in the address.
type MailPath struct {
	ID iam.MailID `path:"id" doc:"The mail's id"`
}

func (s *server) retryMail(ctx context.Context, c *access.Caller, in *MailPath) (*noOutput, error) {
	return nil, s.deps.Mails.Retry(ctx, c, in.ID)
}

func (s *server) outboxOperations() {
	register(s, operation{
		id: "list-outbox", method: http.MethodGet, path: "/outbox", tag: tagOutbox, guard: needs(iam.PermOutboxRead),
		summary:     "List mails",
		description: "The mails of the tenant, newest first. Where no SMTP server is set they are kept, and this shows what would have been sent.",
		errors:      []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(Mail{
			ID: "mail_01k9z9e5g7j9m2p4r6t8v0x2z4", Kind: "password_reset", To: "ada@northwind.example", Subject: "Set a new password for Northwind",
			Text: "Hello Ada, …", HTML: "<p>Hello Ada, …</p>", State: iam.MailKept, CreatedAt: exampleTime,
		}),
	}, s.listOutbox)
	register(s, operation{
		id: "retry-mail", method: http.MethodPost, path: "/outbox/{id}/retry", tag: tagOutbox, guard: needs(iam.PermOutboxRead),
		summary: "Send a mail again", description: "Sends a mail that failed once more, as if it were new, and one that was kept before an SMTP server was set. When the link in it has expired, send the invitation again instead.",
		errors: []iam.Code{iam.CodeConflict},
	}, s.retryMail)
}
