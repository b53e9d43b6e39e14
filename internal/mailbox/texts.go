package mailbox

import (
	"context"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
)

// Settings are how mails about an organization present themselves: what it has
// set itself, and what it would have without.
type Settings struct {
	Org                             *iam.Organization
	SenderName, ReplyTo             string
	InheritedName, InheritedReplyTo string
	// Address is the one that mails come from, the installation's; "" where no
	// SMTP server is set.
	Address string
	// Notices: people are told by mail when their access changes. It is the
	// tenant's, and can be changed in the root organization only.
	Notices bool
	IsRoot  bool
	Version int64 // 0 where nothing was ever set
}

// maxSender is the longest name of a sender, in characters.
const maxSender = 80

// scoped refuses who may not set mails of an organization, "" for where the
// caller acts; one out of the caller's sight is CodeNotFound.
func scoped(ctx context.Context, tx iam.Tx, c *access.Caller, org iam.OrgID) (*authz.Directory, *iam.Organization, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	if org == "" {
		org = c.Org
	}
	if !dir.Within(org, c.Org) {
		return nil, nil, iam.NotFound("organization")
	}
	return dir, dir.Orgs[org], nil
}

// Settings returns those of an organization, "" for where the caller acts. It
// needs branding.manage.
func (s *Service) Settings(ctx context.Context, c *access.Caller, org iam.OrgID) (out *Settings, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, o, err := scoped(ctx, tx, c, org)
		if err != nil {
			return err
		}
		out, err = s.settings(ctx, tx, c.Tenant, dir, o)
		return err
	})
	return out, err
}

func (s *Service) settings(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, o *iam.Organization) (*Settings, error) {
	t, err := tx.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	w, err := s.Composer(ctx, tx, t, o.ID)
	if err != nil {
		return nil, err
	}
	out := &Settings{Org: o, Address: s.From, Notices: !w.NoticesOff(), IsRoot: o.ID == dir.RootOrg}
	all, err := tx.AllMailSettings(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Org == o.ID {
			out.SenderName, out.ReplyTo, out.Version = m.SenderName, m.ReplyTo, m.Version
		}
	}
	out.InheritedName, out.InheritedReplyTo = w.From()
	if out.SenderName == "" && out.ReplyTo == "" {
		return out, nil
	}
	above, err := s.withoutOwn(ctx, tx, t, dir, o)
	if err != nil {
		return nil, err
	}
	out.InheritedName, out.InheritedReplyTo = above.From()
	return out, nil
}

// withoutOwn is the composer of what an organization has without its own
// settings: that of the one above, or of nothing set at all.
func (s *Service) withoutOwn(ctx context.Context, tx iam.Tx, t *iam.Tenant, dir *authz.Directory, o *iam.Organization) (*Composer, error) {
	if o.ID != dir.RootOrg {
		return s.Composer(ctx, tx, t, o.Parent)
	}
	c := &Composer{s: s, tenant: t, from: s.FromName}
	inherit(&c.from, t.Name)
	return c, nil
}

// SettingsUpdate replaces what an organization has set itself.
type SettingsUpdate struct {
	SenderName, ReplyTo string // "" inherits
	Notices             bool   // counts in the root organization
	// Version is what the caller saw: CodePreconditionFailed when it has changed since.
	Version int64
}

// SetSettings replaces those of an organization, "" for where the caller acts. It
// needs branding.manage.
func (s *Service) SetSettings(ctx context.Context, c *access.Caller, org iam.OrgID, in SettingsUpdate) (out *Settings, err error) {
	in.SenderName, in.ReplyTo = strings.TrimSpace(in.SenderName), strings.TrimSpace(in.ReplyTo)
	if err := checkSettings(in.SenderName, in.ReplyTo); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, o, err := scoped(ctx, tx, c, org)
		if err != nil {
			return err
		}
		before, err := s.settings(ctx, tx, c.Tenant, dir, o)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return iam.Stale("sender")
		}
		if !before.IsRoot {
			in.Notices = before.Notices
		}
		var changes audit.Changes
		changes.Add("sender_name", before.SenderName, in.SenderName)
		changes.Add("reply_to", before.ReplyTo, in.ReplyTo)
		changes.Add("notices", before.Notices, in.Notices)
		if len(changes) == 0 {
			out = before
			return nil
		}
		m := &iam.MailSettings{Org: o.ID, SenderName: in.SenderName, ReplyTo: in.ReplyTo, NoticesOff: before.IsRoot && !in.Notices, Version: in.Version}
		if err := tx.SetMailSettings(ctx, c.Tenant, m); err != nil {
			return err
		}
		if out, err = s.settings(ctx, tx, c.Tenant, dir, o); err != nil {
			return err
		}
		target := audit.Target{Type: "organization", ID: string(o.ID), Name: o.Name, Org: o.ID}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "mail_settings.updated", target, changes...))
	})
	return out, err
}

func checkSettings(name, replyTo string) error {
	var fields []iam.Field
	if len([]rune(name)) > maxSender || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		fields = append(fields, iam.Field{Pointer: "/sender_name", Code: "invalid_text", Message: "Enter a name of one line and at most 80 characters."})
	}
	if a, err := netmail.ParseAddress(replyTo); replyTo != "" && (err != nil || a.Address != replyTo || len(replyTo) > 254) {
		fields = append(fields, iam.Field{Pointer: "/reply_to", Code: "invalid_email", Message: "Enter an e-mail address such as name@example.com."})
	}
	return iam.Invalid(fields)
}

// Template is what a kind of mail says in a language.
type Template struct {
	Kind      mail.Kind
	Locale    string
	Text      mail.Text
	Own       bool // the tenant's own text, not the built-in one
	Variables []string
	UpdatedAt time.Time // of the own text; zero without one
	Version   int64     // 0 where there never was an own text
}

// mayWrite refuses who may not change the texts: they are the whole tenant's.
func mayWrite(c *access.Caller) error {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return err
	}
	return c.ForCompany("The texts of mails")
}

// Templates returns the texts of all kinds in all languages. It needs
// branding.manage.
func (s *Service) Templates(ctx context.Context, c *access.Caller) (out []Template, err error) {
	if err := mayWrite(c); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		own, err := tx.MailTemplates(ctx, c.Tenant)
		if err != nil {
			return err
		}
		for _, kind := range mail.Kinds {
			for _, locale := range mail.Locales {
				out = append(out, templateOf(own, kind, locale))
			}
		}
		return nil
	})
	return out, err
}

// templateOf is what a kind of mail says in a language, own being the tenant's texts.
func templateOf(own []*iam.MailTemplate, kind mail.Kind, locale string) Template {
	t := Template{Kind: kind, Locale: locale, Text: mail.Builtin(kind, locale), Variables: mail.Variables(kind)}
	for _, m := range own {
		if m.Kind != string(kind) || m.Locale != locale {
			continue
		}
		if t.Version = m.Version; m.Own {
			t.Text, t.Own, t.UpdatedAt = textOf(m), true, m.UpdatedAt
		}
	}
	return t
}

func textOf(m *iam.MailTemplate) mail.Text {
	return mail.Text{Subject: m.Subject, Body: m.Body, Button: m.Button, Note: m.Note}
}

// checkTemplate refuses kinds and languages that there aren't, and wrong texts.
func checkTemplate(kind mail.Kind, locale string, text *mail.Text) error {
	if !mail.Known(kind) {
		return iam.InvalidField("/kind", "unknown", "There is no such kind of mail.")
	}
	if mail.Language(locale) != locale {
		return iam.InvalidField("/locale", "unknown", "Choose one of the languages.")
	}
	if text == nil {
		return nil
	}
	return iam.Invalid(text.Check(kind))
}

// Template returns the text of a kind of mail in a language. It needs
// branding.manage.
func (s *Service) Template(ctx context.Context, c *access.Caller, kind mail.Kind, locale string) (out Template, err error) {
	if err := mayWrite(c); err != nil {
		return out, err
	}
	if err := checkTemplate(kind, locale, nil); err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		own, err := tx.MailTemplates(ctx, c.Tenant)
		out = templateOf(own, kind, locale)
		return err
	})
	return out, err
}

// SetTemplate gives a kind of mail a text of the tenant's own, or with nil the
// built-in one again. It needs branding.manage; CodeInvalid says what is wrong
// with which part, such as a variable that the kind does not have. The version is
// what the caller saw: CodePreconditionFailed when it has changed since.
func (s *Service) SetTemplate(ctx context.Context, c *access.Caller, kind mail.Kind, locale string, text *mail.Text, version int64) (out Template, err error) {
	if err := mayWrite(c); err != nil {
		return out, err
	}
	if err := checkTemplate(kind, locale, text); err != nil {
		return out, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		own, err := tx.MailTemplates(ctx, c.Tenant)
		if err != nil {
			return err
		}
		before := templateOf(own, kind, locale)
		if before.Version != version {
			return iam.Stale("text")
		}
		m := &iam.MailTemplate{Kind: string(kind), Locale: locale, Version: version}
		if text != nil {
			m.Subject, m.Body, m.Button, m.Note, m.Own = text.Subject, text.Body, text.Button, text.Note, true
		}
		if m.Own == before.Own && (text == nil || *text == before.Text) {
			out = before
			return nil
		}
		if err := tx.SetMailTemplate(ctx, c.Tenant, m); err != nil {
			return err
		}
		out = templateOf([]*iam.MailTemplate{m}, kind, locale)
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, textAction(m.Own), textTarget(m), textChanges(&before.Text, &out.Text)...))
	})
	return out, err
}

func textAction(own bool) string {
	if own {
		return "mail_template.updated"
	}
	return "mail_template.reset"
}

func textTarget(m *iam.MailTemplate) audit.Target {
	return audit.Target{Type: "mail_template", Name: m.Kind + " (" + m.Locale + ")"}
}

func textChanges(before, after *mail.Text) audit.Changes {
	var changes audit.Changes
	changes.Add("subject", before.Subject, after.Subject)
	changes.Add("body", before.Body, after.Body)
	changes.Add("button", before.Button, after.Button)
	changes.Add("note", before.Note, after.Note)
	return changes
}

// PreviewTemplate shows a kind of mail with a text as the caller would get it,
// with made-up data. It needs branding.manage.
func (s *Service) PreviewTemplate(ctx context.Context, c *access.Caller, kind mail.Kind, locale string, text mail.Text) (out mail.Content, err error) {
	if err := mayWrite(c); err != nil {
		return out, err
	}
	if err := checkTemplate(kind, locale, &text); err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		t, err := tx.Tenant(ctx, c.Tenant)
		if err != nil {
			return err
		}
		me, err := tx.User(ctx, c.Tenant, c.User)
		if err != nil {
			return err
		}
		w, err := s.Composer(ctx, tx, t, "")
		if err != nil {
			return err
		}
		l := Letter{Kind: kind, Zone: w.dir.SettingsOf(me).Timezone, To: "maria@example.com", Name: "María Ruiz", Locale: locale, Inviter: c.Name, Domain: "help.example.com", Expires: tx.Now().Add(7 * 24 * time.Hour)}
		if kind == mail.AccessChanged {
			label := func(p iam.Permission) []string { return []string{mail.Label(locale, string(p), access.Label(p))} }
			l.Gained, l.Lost = label(iam.PermUsersRead), label(iam.PermReportsRead)
		}
		out, err = w.content(l, &text)
		return err
	})
	return out, err
}
