// Package mailbox is the outbox of mails: a mail is written in the transaction
// of what it tells of, and sent by a background job. Where no SMTP server is
// set, mails are kept, so that the console can show what would have been sent.
//
// Mails hold one-time links. A sent mail is emptied, and the texts of kept ones
// are shown only to who may act on the recipient anyway.
package mailbox

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
)

// Deps are what the service works with.
type Deps struct {
	Store    iam.Store
	IDs      iam.IDs
	Renderer *mail.Renderer
	// Sender is nil when no SMTP server is set: mails are kept then.
	Sender mail.Sender
	// From is the address that mails come from; FromName the name shown with it,
	// "" for the tenant's.
	From, FromName string
	// PublicURL returns the address under which people reach a tenant's console,
	// without a slash at the end.
	PublicURL func(*iam.Tenant) string
	// LinkLifetimes says how long the links in mails of some kinds work. Such a mail
	// is not sent later than that: its link would let nobody in.
	LinkLifetimes map[mail.Kind]time.Duration
	// Jitter returns a number in [0,1), at random outside of tests.
	Jitter func() float64
}

// Service writes, sends and lists mails.
type Service struct {
	Deps
	flying flying
}

// New returns the service.
func New(d Deps) *Service {
	if d.Jitter == nil {
		d.Jitter = randomJitter
	}
	return &Service{Deps: d}
}

// Close hangs up on the SMTP server.
func (s *Service) Close() error {
	if c, ok := s.Sender.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Enabled tells whether mails are sent; they are kept otherwise.
func (s *Service) Enabled() bool { return s.Sender != nil }

// pages are where the button of a mail leads that brings no link of its own.
var pages = map[mail.Kind]string{
	mail.PasswordChanged: "/sign-in", mail.EmailChanged: "/sign-in", mail.TemporaryPasswordReset: "/sign-in", mail.AccessChanged: "/account?tab=access",
	mail.PasswordReset: "/forgot-password", mail.Invitation: "/invitation", mail.SignInInvitation: "/invitation", mail.ReviewDue: "/admin/reviews", mail.DomainFailing: "/admin/branding",
}

// Enqueue puts a mail to a user into the outbox in the transaction of what it
// tells of, in the user's language, or that of their organization, and with its brand. kind
// is one of mail.Kinds; data may hold Org (the organization that it is about, by
// itself the nearest that all of the user's lie within), Link (see Letter), Domain, Expires (RFC 3339) and Changes
// (lines that begin with + or −). Who has no address gets no mail.
func (s *Service) Enqueue(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error {
	m, err := s.compose(ctx, tx, tenant, to, kind, data)
	if err != nil || m == nil {
		return err
	}
	return tx.EnqueueMail(ctx, m)
}

// Rehearse writes the mail that Enqueue would, and throws it away: for answers
// that must take the same time whether or not there is somebody to write to.
func (s *Service) Rehearse(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error {
	_, err := s.compose(ctx, tx, tenant, to, kind, data)
	return err
}

// compose writes a mail to a user; nil when there is nothing to write, or no
// address.
func (s *Service) compose(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) (*iam.Mail, error) {
	if to.Email == "" || to.Type == iam.TypeService {
		return nil, nil //nolint:nilnil // nil is no mail to write
	}
	l, err := letter(to, mail.Kind(kind), data)
	if err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, tenant.ID)
	if err != nil {
		return nil, err
	}
	settings := dir.SettingsOf(to)
	l.Locale, l.Zone = settings.Locale, settings.Timezone
	if l.Kind == mail.AccessChanged && len(l.Gained)+len(l.Lost) == 0 {
		return nil, nil //nolint:nilnil // nothing that a person could notice
	}
	org := iam.OrgID(data["Org"])
	if org == "" {
		org = dir.Common(to, "")
	}
	c, err := s.Composer(ctx, tx, tenant, org)
	if err != nil {
		return nil, err
	}
	return c.Write(l)
}

// letter is a mail to a user, in no language yet.
func letter(to *iam.User, kind mail.Kind, given map[string]string) (Letter, error) {
	l := Letter{Kind: kind, To: to.Email, Name: to.FullName(), Account: to, Link: given["Link"], Domain: given["Domain"]}
	if expires := given["Expires"]; expires != "" {
		var err error
		if l.Expires, err = time.Parse(time.RFC3339, expires); err != nil {
			return l, fmt.Errorf("write the mail %s: %w", kind, err)
		}
	}
	for line := range strings.Lines(given["Changes"]) {
		line = strings.TrimSpace(line)
		if gained, ok := strings.CutPrefix(line, "+ "); ok {
			l.Gained = append(l.Gained, gained)
		} else if lost, ok := strings.CutPrefix(line, "− "); ok {
			l.Lost = append(l.Lost, lost)
		}
	}
	return l, nil
}

// mayRead refuses who may not look into the outbox, and says how much of it the
// caller sees: mails about the organization where the caller acts and those
// below it; "" is all of the tenant's.
func mayRead(c *access.Caller) (below iam.OrgID, err error) {
	if err := c.Require(iam.PermOutboxRead); err != nil {
		return "", err
	}
	if c.InRoot {
		return "", nil
	}
	return c.Org, nil
}

// List returns one page of the mails, the newest first, of a state or of all
// with "". It needs outbox.read. Texts are there for kept mails only, and only
// when the caller may act on the recipient: a link to set somebody's password is
// worth as much as they may do.
func (s *Service) List(ctx context.Context, c *access.Caller, state iam.MailState, p iam.Page) (iam.List[*iam.Mail], error) {
	var out iam.List[*iam.Mail]
	below, err := mayRead(c)
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		if out, err = tx.Mails(ctx, c.Tenant, iam.MailFilter{Below: below, State: state, Page: p}); err != nil {
			return err
		}
		open, err := readable(ctx, tx, c, out.Items)
		if err != nil {
			return err
		}
		for _, m := range out.Items {
			if m.State != iam.MailKept || !open(m) {
				m.Text, m.HTML = "", ""
			}
		}
		return nil
	})
	return out, err
}

// readable tells for which mails the caller may act on the recipient. Who may
// do everything may act on anybody, also on people that have gone or changed
// their address since.
func readable(ctx context.Context, tx iam.Tx, c *access.Caller, mails []*iam.Mail) (func(*iam.Mail) bool, error) {
	if c.InRoot && c.Effective == access.All {
		return func(*iam.Mail) bool { return true }, nil
	}
	var keys []string
	for _, m := range mails {
		keys = append(keys, fold.EmailKey(m.To))
	}
	byKey, _, err := tx.TakenUsers(ctx, c.Tenant, keys, nil)
	if err != nil {
		return nil, err
	}
	var ids []iam.UserID
	for _, id := range byKey {
		ids = append(ids, id)
	}
	list, err := tx.UsersByIDs(ctx, c.Tenant, ids)
	if err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	may := map[iam.UserID]bool{}
	for _, u := range list {
		may[u.ID] = c.InPerson(u.ID) || dir.MayActOn(c, u) == nil
	}
	return func(m *iam.Mail) bool { return may[byKey[fold.EmailKey(m.To)]] }, nil
}

// Retry sends a mail that failed once more, as if it were new, and one that was
// kept before there was an SMTP server. It needs outbox.read; CodeConflict when
// the mail did neither, or its link has expired.
func (s *Service) Retry(ctx context.Context, c *access.Caller, id iam.MailID) error {
	below, err := mayRead(c)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		m, err := tx.Mail(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if below != "" && !dir.Within(m.Org, below) {
			return iam.NotFound("mail")
		}
		if err := s.mayRetry(m, tx.Now()); err != nil {
			return err
		}
		m.State, m.Attempts, m.LastError, m.Problem, m.NextAttemptAt = iam.MailKept, 0, "", "", tx.Now()
		if s.Enabled() {
			m.State = iam.MailQueued
		}
		if err := tx.UpdateMail(ctx, m); err != nil {
			return err
		}
		target := audit.Target{Type: "mail", ID: string(m.ID), Name: m.Subject}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "mail.retried", target))
	})
}

func (s *Service) mayRetry(m *iam.Mail, now time.Time) error {
	if m.State != iam.MailFailed && !(m.State == iam.MailKept && s.Enabled()) {
		return iam.Errorf(iam.CodeConflict, "Only mails that failed can be sent again.").Because("mail_not_failed")
	}
	if end := s.linkEnds(m); end.IsZero() || now.Before(end) {
		return nil
	}
	if mail.Kind(m.Kind) == mail.PasswordReset {
		return iam.Errorf(iam.CodeConflict, "The link in this mail has expired. Have a new one asked for on the sign-in page.").Because("reset_expired")
	}
	return iam.Errorf(iam.CodeConflict, "The link in this mail has expired. Send the invitation again.").Because("invitation_expired")
}

// linkEnds is when the link of a mail stops to work; zero when it does not.
func (s *Service) linkEnds(m *iam.Mail) time.Time {
	if lifetime := s.LinkLifetimes[mail.Kind(m.Kind)]; lifetime > 0 {
		return m.CreatedAt.Add(lifetime)
	}
	return time.Time{}
}
