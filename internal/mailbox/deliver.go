package mailbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
)

const (
	batch = 20
	// lease is how long a claimed batch is this node's: more than all of it takes
	// at 30 seconds a mail.
	lease = 15 * time.Minute

	// MaxAttempts is how often a mail is tried: over some 20 hours in all.
	MaxAttempts = 12
	firstRetry  = time.Minute
	maxRetry    = 6 * time.Hour
)

func randomJitter() float64 { return rand.Float64() } //nolint:gosec // spreads load; nobody gains by guessing it

// Deliver sends what is due and says how many mails the server took. Mails that
// fail for the moment are tried again later, at growing intervals.
func (s *Service) Deliver(ctx context.Context) (sent int, err error) {
	for s.Enabled() && ctx.Err() == nil {
		claimed, err := s.claim(ctx)
		if err != nil || len(claimed) == 0 {
			return sent, err
		}
		n, err := s.send(ctx, claimed)
		sent += n
		if err != nil || len(claimed) < batch {
			return sent, err
		}
	}
	return sent, ctx.Err()
}

func (s *Service) claim(ctx context.Context) (claimed []*iam.Mail, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		claimed, err = tx.ClaimMails(ctx, batch, lease)
		return err
	})
	return claimed, err
}

// send hands the mails over and writes down what became of each.
func (s *Service) send(ctx context.Context, mails []*iam.Mail) (sent int, err error) {
	names, err := s.senders(ctx, mails)
	if err != nil {
		return 0, err
	}
	messages := make([]mail.Message, 0, len(mails))
	for _, m := range mails {
		messages = append(messages, mail.Message{
			ID: string(m.ID), From: s.From, FromName: names[m.Tenant], To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		})
	}
	results := s.Sender.Send(ctx, messages...)
	// What was sent is written down even when the server stops meanwhile: the
	// mail would be sent twice otherwise.
	err = s.Store.Write(context.WithoutCancel(ctx), func(tx iam.Tx) error {
		sent = 0
		for i, m := range mails {
			after := s.after(*m, results[i], tx.Now())
			if after.State == iam.MailSent {
				sent++
			}
			if err := tx.UpdateMail(context.WithoutCancel(ctx), &after); err != nil {
				return err
			}
		}
		return nil
	})
	return sent, err
}

// senders are the names that mails of each tenant come from.
func (s *Service) senders(ctx context.Context, mails []*iam.Mail) (map[iam.TenantID]string, error) {
	names := map[iam.TenantID]string{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		for _, m := range mails {
			if _, known := names[m.Tenant]; known {
				continue
			}
			names[m.Tenant] = s.FromName
			if s.FromName != "" {
				continue
			}
			t, err := tx.Tenant(ctx, m.Tenant)
			if err != nil {
				return err
			}
			names[m.Tenant] = t.Name
		}
		return nil
	})
	return names, err
}

// after is a mail after an attempt to send it. A sent one is emptied.
func (s *Service) after(m iam.Mail, result error, now time.Time) iam.Mail {
	m.Attempts++
	if result == nil {
		m.State, m.SentAt, m.LastError, m.Text, m.HTML = iam.MailSent, now, "", "", ""
		return m
	}
	m.LastError = result.Error()
	failure, ok := errors.AsType[*mail.Error](result)
	if ok && !failure.Temporary || m.Attempts >= MaxAttempts {
		m.State = iam.MailFailed
		return m
	}
	m.NextAttemptAt = now.Add(s.delay(m.Attempts))
	return m
}

// delay is how long to wait after so many attempts: twice as long each time,
// and up to a fifth more, so that mails that failed together spread out.
func (s *Service) delay(attempts int) time.Duration {
	d := maxRetry
	if attempts < 10 {
		d = min(firstRetry<<(attempts-1), maxRetry)
	}
	return d + time.Duration(s.Jitter()*float64(d)/5)
}
