package mailbox

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
)

// Letter is what a mail says, and to whom.
type Letter struct {
	Kind             mail.Kind
	To, Name, Locale string
	Zone             string // time zone of the recipient
	// Link leads to a page of the organization when it begins with a slash; "" is
	// the page that belongs to the kind.
	Link string
	// Account is whom the link lets in, or lets change something of theirs: it leads
	// to no domain of an organization that they don't wholly belong to, whose people
	// could use it in their place. nil when it gives what the organization has.
	Account      *iam.User
	Expires      time.Time
	Inviter      string
	Domain       string
	Gained, Lost []string
}

// Composer writes mails about one organization: it knows what of settings,
// texts and brand counts there.
type Composer struct {
	s           *Service
	tenant      *iam.Tenant
	org         iam.OrgID // "" for the company itself
	orgName     string
	look        branding.Look
	dir         *authz.Directory
	hosts       map[iam.OrgID]string // of the organization and those above it
	base        string               // address of the organization's pages, without a slash at the end
	from, reply string
	noticesOff  bool
	texts       map[[2]string]*mail.Text
	now         time.Time
}

// Composer reads in tx what mails about an organization ("" or the root for the
// company itself) look like and say.
func (s *Service) Composer(ctx context.Context, tx iam.Tx, t *iam.Tenant, org iam.OrgID) (*Composer, error) {
	c := &Composer{s: s, tenant: t, org: org, orgName: t.Name, texts: map[[2]string]*mail.Text{}, now: tx.Now()}
	if org == t.RootOrg {
		c.org = ""
	}
	var err error
	if c.dir, err = authz.Load(ctx, tx, t.ID); err != nil {
		return nil, err
	}
	chain := []iam.OrgID{t.RootOrg}
	if c.org != "" {
		o := c.dir.Orgs[c.org]
		if o == nil {
			return nil, iam.NotFound("organization")
		}
		c.orgName, chain = o.Name, append([]iam.OrgID{c.org}, c.dir.Ancestors(c.org)...)
	}
	if err := c.dress(ctx, tx, chain); err != nil {
		return nil, err
	}
	texts, err := tx.MailTemplates(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range texts {
		if m.Own {
			c.texts[[2]string{m.Kind, m.Locale}] = new(textOf(m))
		}
	}
	return c, nil
}

// dress finds the nearest sender's name, reply address and brand of the chain: the
// organization and those above it.
func (c *Composer) dress(ctx context.Context, tx iam.Tx, chain []iam.OrgID) error {
	all, err := tx.AllMailSettings(ctx, c.tenant.ID)
	if err != nil {
		return err
	}
	for _, org := range chain {
		for _, m := range all {
			if m.Org == org {
				inherit(&c.from, m.SenderName)
				inherit(&c.reply, m.ReplyTo)
				c.noticesOff = c.noticesOff || m.NoticesOff && org == c.tenant.RootOrg
			}
		}
	}
	if c.look, err = branding.ForIn(ctx, tx, c.tenant, chain[0]); err != nil {
		return err
	}
	c.hosts, err = branding.HostsAlong(ctx, tx, c.tenant, chain[0])
	c.base = at(c.s.PublicURL(c.tenant), c.hosts[chain[0]])
	inherit(&c.from, c.s.FromName)
	inherit(&c.from, c.look.Name)
	return err
}

// at is the address base under another host name, with "" base itself. An
// installation that is reached on its own machine only has no other names.
func at(base, host string) string {
	u, err := url.Parse(base)
	if err != nil || host == "" || u.Hostname() == "localhost" {
		return base
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && (a.IsLoopback() || a.IsUnspecified()) {
		return base
	}
	if port := u.Port(); port != "" {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host
}

func inherit(to *string, from string) {
	if *to == "" {
		*to = from
	}
}

// NoticesOff tells that nobody is told by mail when their access changes.
func (c *Composer) NoticesOff() bool { return c.noticesOff }

// From is the name that mails come from, and the address that answers go to.
func (c *Composer) From() (name, replyTo string) { return c.from, c.reply }

// Write makes the mail of a letter, with a new id. It is not in the outbox yet.
func (c *Composer) Write(l Letter) (*iam.Mail, error) {
	content, err := c.content(l, c.texts[[2]string{string(l.Kind), mail.Language(l.Locale)}])
	if err != nil {
		return nil, fmt.Errorf("write the mail %s: %w", l.Kind, err)
	}
	m := &iam.Mail{
		ID: iam.MailID(c.s.IDs.NewID(iam.PrefixMail, c.now)), Tenant: c.tenant.ID, Org: c.org, Kind: string(l.Kind), To: l.To,
		FromName: c.from, ReplyTo: c.reply, Subject: content.Subject, Text: content.Text, HTML: content.HTML,
		State: iam.MailKept, CreatedAt: c.now, NextAttemptAt: c.now,
	}
	if c.s.Enabled() {
		m.State = iam.MailQueued
	}
	return m, nil
}

// leads is the address under which links to pages lead: see Letter.Account.
func (c *Composer) leads(account *iam.User) string {
	if account == nil {
		return c.base
	}
	return at(c.s.PublicURL(c.tenant), c.hosts[c.dir.Common(account, cmp.Or(c.org, c.tenant.RootOrg))])
}

// content renders a letter with a text of the tenant's own, or the built-in one.
func (c *Composer) content(l Letter, own *mail.Text) (mail.Content, error) {
	d := mail.Data{
		TenantName: c.look.Name, TenantColor: c.look.Color, Name: l.Name, Email: l.To, Organization: c.orgName, Inviter: l.Inviter,
		Domain: l.Domain, Link: l.Link, At: c.now, Until: l.Expires, Zone: l.Zone, Gained: l.Gained, Lost: l.Lost,
	}
	if d.Link == "" {
		d.Link = pages[l.Kind]
	}
	if strings.HasPrefix(d.Link, "/") {
		d.Link = c.leads(l.Account) + d.Link
	}
	if c.look.LogoKey != "" {
		d.LogoURL = c.base + branding.LogoPath(c.tenant.ID, c.look.LogoKey)
	}
	if !l.Expires.IsZero() {
		d.ExpiresIn = l.Expires.Sub(c.now.Truncate(time.Second)) // rounded up to whole seconds
	}
	return c.s.Renderer.RenderWith(l.Kind, l.Locale, d, own)
}
