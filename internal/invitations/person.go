package invitations

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
)

// Preview is the mail that inviting a person of the directory would send, with a
// link that does not work.
type Preview struct {
	To, FromName, ReplyTo string
	Subject, Text, HTML   string
	Org                   *iam.Organization
}

// previewToken stands for the token in a preview: it is too short to be one.
const previewToken = "only-in-the-mail"

// Preview shows the mail that InvitePerson would send. It needs users.invite.
func (s *Service) Preview(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*Preview, error) {
	var out *Preview
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		p, err := s.person(ctx, tx, c, id, org)
		if err != nil {
			return err
		}
		p.letter.Link, p.letter.Expires = "/invitation#token="+previewToken, tx.Now().Add(Lifetime)
		m, err := p.composer.Write(p.letter)
		if err != nil {
			return err
		}
		out = &Preview{To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, Org: p.dir.Orgs[p.org]}
		out.FromName, out.ReplyTo = p.composer.From()
		return nil
	})
	return out, err
}

// InvitePerson sends a person of the directory a link that signs them in once
// and by which they choose a password when they have none of their own.
// The link leads to org; "" is where the caller acts, or else the person's first
// organization. It needs users.invite; CodeNotFound for an organization out of the
// caller's sight, CodeConflict for one that the person does not belong to. An
// earlier link stops.
func (s *Service) InvitePerson(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*View, error) {
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := authz.Present(ctx, tx, c); err != nil {
			return err
		}
		p, err := s.person(ctx, tx, c, id, org)
		if err != nil {
			return err
		}
		old, err := s.earlier(ctx, tx, c, p)
		if err != nil {
			return err
		}
		if old != nil {
			if err := s.resend(ctx, tx, p.dir, c, old); err != nil {
				return err
			}
			v, err = s.view(ctx, tx, p.dir, c, old)
			return err
		}
		i := &iam.Invitation{
			ID: iam.InvitationID(s.IDs.NewID(iam.PrefixInvitation, tx.Now())), Tenant: c.Tenant, Org: p.org, User: id,
			Email: p.user.Email, EmailKey: p.user.EmailKey, Type: p.user.Type, Locale: p.letter.Locale,
			InvitedBy: c.User, InvitedName: c.Name, CreatedAt: tx.Now(),
		}
		m, err := s.renew(p.composer, i, p.letter, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.EnqueueMail(ctx, m); err != nil {
			return err
		}
		if err := tx.InsertInvitations(ctx, c.Tenant, []*iam.Invitation{i}); err != nil {
			return err
		}
		i.MailState = m.State
		v = s.plain(p.dir, c, i)
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "invitation.created", target(i),
			iam.Change{Field: "user", After: audit.Person{ID: string(id), Name: p.user.FullName()}}))
	})
	return v, err
}

// Invite is InvitePerson without what became of it.
func (s *Service) Invite(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) error {
	_, err := s.InvitePerson(ctx, c, id, org)
	return err
}

// earlier is the pending invitation of a person to the same organization, nil
// when there is none. One to the address alone is taken back.
func (s *Service) earlier(ctx context.Context, tx iam.Tx, c *access.Caller, p *person) (*iam.Invitation, error) {
	var own *iam.Invitation
	theirs, err := tx.PersonInvitations(ctx, c.Tenant, p.user.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range theirs {
		if i.Org == p.org {
			own = i
		}
	}
	pending, err := tx.PendingInvitations(ctx, c.Tenant, p.org, []string{p.user.EmailKey})
	if err != nil {
		return nil, err
	}
	if other, ok := pending[p.user.EmailKey]; ok && (own == nil || own.ID != other.ID) {
		_, i, err := forUpdate(ctx, tx, c, other.ID)
		if err != nil {
			return nil, err
		}
		if err := mayManage(p.dir, c, i); err != nil {
			return nil, err
		}
		if err := s.delete(ctx, tx, p.dir, c, i); err != nil {
			return nil, err
		}
	}
	if own == nil {
		return nil, nil //nolint:nilnil // nil is no earlier invitation
	}
	_, own, err = forUpdate(ctx, tx, c, own.ID)
	return own, err
}

// person is somebody of the directory who is about to be invited.
type person struct {
	dir      *authz.Directory
	tenant   *iam.Tenant
	user     *iam.User
	org      iam.OrgID // where the link leads
	composer *mailbox.Composer
	letter   mailbox.Letter
}

func (s *Service) person(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID) (*person, error) {
	if err := c.Require(iam.PermUsersInvite); err != nil {
		return nil, err
	}
	p := &person{}
	var err error
	if p.dir, err = authz.Load(ctx, tx, c.Tenant); err != nil {
		return nil, err
	}
	if p.user, err = tx.User(ctx, c.Tenant, id); err != nil {
		return nil, err
	}
	if !p.dir.Visible(c, p.user) {
		return nil, iam.NotFound("user")
	}
	if err := p.check(c); err != nil {
		return nil, err
	}
	if err := p.lead(c, org); err != nil {
		return nil, err
	}
	if p.tenant, err = tx.Tenant(ctx, c.Tenant); err != nil {
		return nil, err
	}
	by, err := inviter(ctx, tx, p.dir, c.Tenant, p.org, c.User, c.Name)
	if err != nil {
		return nil, err
	}
	p.letter = mailbox.Letter{
		Kind: mail.SignInInvitation, To: p.user.Email, Name: p.user.FullName(), Account: p.user, Locale: language(p.dir, p.org, p.user, ""), Inviter: by,
	}
	p.composer, err = s.Mailbox.Composer(ctx, tx, p.tenant, p.org)
	return p, err
}

// check refuses who can't be invited.
func (p *person) check(c *access.Caller) error {
	switch u := p.user; {
	case c.IsSelf(u.ID):
		return iam.Errorf(iam.CodeInvalid, "You are signed in already.").Because("yourself")
	case u.Type == iam.TypeService || u.Type == iam.TypeClient || u.Email == "":
		return iam.Errorf(iam.CodeInvalid, "Only people who sign in with an e-mail address can be invited.").Because("no_email_sign_in")
	case u.Status != iam.StatusActive:
		return iam.Errorf(iam.CodeInvalid, "%s is suspended. Reactivate them first.", u.FullName()).Because("person_suspended")
	}
	return p.dir.MayActOn(c, p.user)
}

// lead finds the organization that the link leads to: org, or for "" where the
// caller acts, or else the person's first in the caller's sight.
func (p *person) lead(c *access.Caller, org iam.OrgID) error {
	switch {
	case org == "":
		p.org = p.first(c)
	case !p.dir.Within(org, c.Org):
		return iam.NotFound("organization")
	case !p.dir.Subject(p.user, org).Member:
		return iam.Errorf(iam.CodeConflict, "%s does not belong to %s any more.", p.user.FullName(), p.dir.OrgName(org)).Because("not_there_any_more")
	default:
		p.org = org
	}
	if !p.dir.Active(p.org) {
		return iam.Errorf(iam.CodeInvalid, "The organization is suspended. Reactivate it first.").Because("organization_is_suspended")
	}
	return nil
}

func (p *person) first(c *access.Caller) iam.OrgID {
	org := c.Org
	if p.user.Membership(c.Org) == nil {
		for i := range p.user.Memberships {
			if org = p.user.Memberships[i].Org; p.dir.Within(org, c.Org) {
				break
			}
		}
	}
	return org
}
