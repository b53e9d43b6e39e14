package invitations

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/users"
)

// Action is something that is done with many invitations.
type Action string

// The actions.
const (
	ActionResend Action = "resend"
	ActionDelete Action = "delete"
)

// Changed is what became of one invitation of a bulk action.
type Changed struct {
	ID         iam.InvitationID
	Email      string
	Invitation *View // as it is now; nil when it could not be done
	Err        error
}

// Bulk sends invitations again or deletes them, each for itself: what can't be
// done with one does not keep the others from it. It needs users.invite. The
// links of the mails before stop at once.
func (s *Service) Bulk(ctx context.Context, c *access.Caller, action Action, ids []iam.InvitationID) ([]Changed, error) {
	if err := c.Require(iam.PermUsersInvite); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > MaxBulk {
		return nil, iam.InvalidField("/ids", "length", "Choose 1 to 200 invitations.")
	}
	do := s.resend
	if action == ActionDelete {
		do = s.delete
	} else if action != ActionResend {
		return nil, iam.InvalidField("/action", "unknown", "The action is resend or delete.")
	}
	out := make([]Changed, 0, len(ids))
	seen := map[iam.InvitationID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		r := Changed{ID: id}
		r.Err = s.Store.Write(ctx, func(tx iam.Tx) error {
			if err := authz.Present(ctx, tx, c); err != nil {
				return err
			}
			dir, i, err := forUpdate(ctx, tx, c, id)
			if err != nil {
				return err
			}
			r.Email = i.Email
			if err := mayManage(dir, c, i); err != nil {
				return err
			}
			if err := do(ctx, tx, dir, c, i); err != nil {
				return err
			}
			r.Invitation, err = s.view(ctx, tx, dir, c, i)
			return err
		})
		// What a person may not or can't do is a result; a broken server is not.
		if r.Err != nil && iam.CodeOf(r.Err) == iam.CodeInternal {
			return nil, r.Err
		}
		out = append(out, r)
	}
	return out, nil
}

// forUpdate reads an invitation that the caller may see, for a change in tx.
func forUpdate(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.InvitationID) (*authz.Directory, *iam.Invitation, error) {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	i, err := tx.InvitationForUpdate(ctx, c.Tenant, id)
	if err != nil {
		return nil, nil, err
	}
	if !dir.Within(i.Org, c.Org) {
		return nil, nil, iam.NotFound("invitation")
	}
	return dir, i, nil
}

// mayManage refuses who holds less than the invitation grants: they can neither
// give it again nor take back what somebody above has given.
func mayManage(dir *authz.Directory, c *access.Caller, i *iam.Invitation) error {
	if i.User != "" { // it grants nothing new
		return nil
	}
	return access.MayGrant(c.Holds(), users.GrantedBy(dir, i.Type, i.Roles, i.Permissions))
}

// resend gives an invitation a new link, in a new mail.
func (s *Service) resend(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, i *iam.Invitation) error {
	switch i.State {
	case iam.InvitationAccepted:
		return iam.Errorf(iam.CodeConflict, "This invitation was accepted already.").Because("invitation_accepted")
	case iam.InvitationDeleted:
		return iam.Errorf(iam.CodeConflict, "This invitation was deleted. Invite the address again.").Because("invitation_deleted")
	case iam.InvitationPending, iam.InvitationExpired:
	}
	if !dir.Active(i.Org) {
		return iam.Errorf(iam.CodeConflict, "The organization is suspended. Reactivate it first.").Because("organization_is_suspended")
	}
	l, err := letterOf(ctx, tx, dir, c, i)
	if err != nil {
		return err
	}
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return err
	}
	w, err := s.Mailbox.Composer(ctx, tx, t, i.Org)
	if err != nil {
		return err
	}
	if err := tx.CancelMails(ctx, c.Tenant, []iam.MailID{i.Mail}); err != nil {
		return err
	}
	m, err := s.renew(w, i, l, tx.Now())
	if err != nil {
		return err
	}
	if err := tx.EnqueueMail(ctx, m); err != nil {
		return err
	}
	i.MailState, i.MailError, i.MailProblem = m.State, "", ""
	if err := tx.UpdateInvitation(ctx, c.Tenant, i); err != nil {
		return err
	}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "invitation.resent", target(i), iam.Change{Field: "times_sent", Before: i.TimesSent - 1, After: i.TimesSent}))
}

// letterOf is the mail of an invitation that is sent again: a person's goes to
// the address that they have now.
func letterOf(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, i *iam.Invitation) (mailbox.Letter, error) {
	by, err := inviter(ctx, tx, dir, c.Tenant, i.Org, c.User, c.Name)
	l := mailbox.Letter{Kind: mail.Invitation, To: i.Email, Locale: i.Locale, Inviter: by}
	if err != nil {
		return l, err
	}
	if i.User == "" {
		if l.Account, err = tx.UserByEmail(ctx, c.Tenant, i.EmailKey); iam.CodeOf(err) == iam.CodeNotFound {
			err = nil
		}
		return l, err
	}
	u, err := tx.User(ctx, c.Tenant, i.User)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return l, iam.Errorf(iam.CodeConflict, "This person was deleted. Delete the invitation, then invite the address again.").Because("person_deleted")
	}
	if err != nil {
		return l, err
	}
	i.Email, i.EmailKey = u.Email, u.EmailKey
	l.Kind, l.To, l.Name, l.Account = mail.SignInInvitation, u.Email, u.FullName(), u
	return l, nil
}

// delete takes an invitation back; its link lets nobody in.
func (s *Service) delete(ctx context.Context, tx iam.Tx, _ *authz.Directory, c *access.Caller, i *iam.Invitation) error {
	if i.State == iam.InvitationAccepted {
		return iam.Errorf(iam.CodeConflict, "This invitation was accepted already. Remove the person instead.").Because("invitation_accepted")
	}
	if i.State == iam.InvitationDeleted {
		return nil
	}
	i.State, i.TokenHash = iam.InvitationDeleted, nil
	if err := tx.CancelMails(ctx, c.Tenant, []iam.MailID{i.Mail}); err != nil {
		return err
	}
	if err := tx.UpdateInvitation(ctx, c.Tenant, i); err != nil {
		return err
	}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "invitation.deleted", target(i)))
}
