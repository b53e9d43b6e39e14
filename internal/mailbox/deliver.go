package mailbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
)

const (
	// batch is how many mails are claimed and handed over at once.
	batch = 50
	// lanes is how many batches are on their way at once: while one waits for the
	// server, another is written down.
	lanes = 3
	// handOver is how long a batch may take; what is left then is tried later.
	handOver = 4 * time.Minute
	// lease is how long a claimed batch is this node's. It is longer than
	// handOver, so that no other node sends what this one may still be sending.
	lease = 5 * time.Minute

	// MaxAttempts is how often a mail is tried: over some 20 hours in all.
	MaxAttempts = 12
	firstRetry  = time.Minute
	maxRetry    = 6 * time.Hour
)

func randomJitter() float64 { return rand.Float64() } //nolint:gosec // spreads load; nobody gains by guessing it

// flying are the mails that this process is handing over. When the clock jumps
// past a lease, they are claimed again, but not sent again.
type flying struct {
	mu  sync.Mutex
	ids map[iam.MailID]bool
}

// start returns those of the mails that were not on their way already.
func (f *flying) start(mails []*iam.Mail) []*iam.Mail {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ids == nil {
		f.ids = map[iam.MailID]bool{}
	}
	var mine []*iam.Mail
	for _, m := range mails {
		if !f.ids[m.ID] {
			f.ids[m.ID] = true
			mine = append(mine, m)
		}
	}
	return mine
}

func (f *flying) end(mails []*iam.Mail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range mails {
		delete(f.ids, m.ID)
	}
}

// Deliver sends what is due and says how many mails the server took. Mails that
// fail for the moment are tried again later, at growing intervals.
func (s *Service) Deliver(ctx context.Context) (sent int, err error) {
	if !s.Enabled() {
		return 0, nil
	}
	var total atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, lanes)
	for lane := range lanes {
		all.Go(func() {
			n, err := s.deliver(ctx)
			total.Add(int64(n))
			errs[lane] = err
		})
	}
	all.Wait()
	return int(total.Load()), errors.Join(errs...)
}

// deliver sends batch after batch until there is nothing left to claim.
func (s *Service) deliver(ctx context.Context) (sent int, err error) {
	for ctx.Err() == nil {
		claimed, err := s.claim(ctx)
		if err != nil || len(claimed) == 0 {
			return sent, err
		}
		mine := s.flying.start(claimed)
		n, err := s.sendLive(ctx, mine)
		s.flying.end(mine)
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

// sendLive sends those of the mails whose links still work, and gives up the others.
func (s *Service) sendLive(ctx context.Context, mails []*iam.Mail) (sent int, err error) {
	if !slices.ContainsFunc(mails, func(m *iam.Mail) bool { return !s.linkEnds(m).IsZero() }) {
		return s.send(ctx, mails)
	}
	live, dead, err := s.expired(ctx, mails)
	if err == nil && len(dead) > 0 {
		err = s.giveUp(ctx, dead)
	}
	if err != nil || len(live) == 0 {
		return 0, err
	}
	return s.send(ctx, live)
}

// expired sets apart those of the mails whose links work no more: mostly none, so
// it does not keep writers out to find that.
func (s *Service) expired(ctx context.Context, mails []*iam.Mail) (live, dead []*iam.Mail, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		live, dead = nil, nil
		for _, m := range mails {
			if end := s.linkEnds(m); end.IsZero() || tx.Now().Before(end) {
				live = append(live, m)
			} else {
				dead = append(dead, m)
			}
		}
		return nil
	})
	return live, dead, err
}

func (s *Service) giveUp(ctx context.Context, mails []*iam.Mail) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		for _, m := range mails {
			dead := *m
			dead.State, dead.LastError, dead.Problem = iam.MailFailed, "its link has expired", iam.MailExpired
			if err := tx.UpdateMail(ctx, &dead); err != nil && iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
		}
		return nil
	})
}

// send hands the mails over and writes down what became of each.
func (s *Service) send(ctx context.Context, mails []*iam.Mail) (sent int, err error) {
	names, err := s.senders(ctx, mails)
	if err != nil {
		return 0, err
	}
	messages := make([]mail.Message, 0, len(mails))
	for _, m := range mails {
		name := m.FromName
		if name == "" {
			name = names[m.Tenant]
		}
		messages = append(messages, mail.Message{
			ID: string(m.ID), From: s.From, FromName: name, ReplyTo: m.ReplyTo, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		})
	}
	sending, cancel := context.WithTimeout(ctx, handOver)
	results := s.Sender.Send(sending, messages...)
	cancel()
	// What was sent is written down even when the server stops meanwhile: the
	// mail would be sent twice otherwise.
	err = s.Store.Write(context.WithoutCancel(ctx), func(tx iam.Tx) error {
		sent = 0
		for i, m := range mails {
			after := s.after(*m, results[i], tx.Now())
			if after.State == iam.MailSent {
				sent++
			}
			// One that was cancelled meanwhile stays cancelled.
			if err := tx.UpdateMail(context.WithoutCancel(ctx), &after); err != nil && iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
		}
		return nil
	})
	return sent, err
}

// senders are the names that mails of each tenant come from which have none.
func (s *Service) senders(ctx context.Context, mails []*iam.Mail) (map[iam.TenantID]string, error) {
	names := map[iam.TenantID]string{}
	for _, m := range mails {
		if m.FromName == "" {
			names[m.Tenant] = s.FromName
		}
	}
	if s.FromName != "" || len(names) == 0 {
		return names, nil
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		for id := range names {
			t, err := tx.Tenant(ctx, id)
			if err != nil {
				return err
			}
			names[id] = t.Name
		}
		return nil
	})
	return names, err
}

// after is a mail after an attempt to send it. A sent one is emptied.
func (s *Service) after(m iam.Mail, result error, now time.Time) iam.Mail {
	m.Attempts++
	if result == nil {
		m.State, m.SentAt, m.LastError, m.Problem, m.Text, m.HTML = iam.MailSent, now, "", "", "", ""
		return m
	}
	failure, ok := errors.AsType[*mail.Error](result)
	m.Problem, m.LastError = problemOf(result)
	if ok && !failure.Temporary || m.Attempts >= MaxAttempts {
		m.State = iam.MailFailed
		return m
	}
	m.NextAttemptAt = now.Add(s.delay(m.Attempts))
	if end := s.linkEnds(&m); !end.IsZero() && end.Before(m.NextAttemptAt) {
		m.NextAttemptAt = end // when it is given up
	}
	return m
}

// problemOf is why a mail was not taken, for programs and for people.
func problemOf(result error) (iam.MailProblem, string) {
	failure, ok := errors.AsType[*mail.Error](result)
	if !ok {
		return iam.MailUnreachable, result.Error()
	}
	switch {
	case failure.Credentials():
		return iam.MailCredentials, failure.Reason()
	case failure.Code != 0:
		return iam.MailRefused, failure.Reason()
	case failure.Temporary:
		return iam.MailUnreachable, failure.Reason()
	}
	return iam.MailInvalid, failure.Reason()
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
