package invitations

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/users"
)

// Create says whom to invite, and to what.
type Create struct {
	Addresses []string
	Org       iam.OrgID // "" for where the caller acts
	// Type of people who are new; "" is member in a client organization and agent
	// in the company itself. Who has an account keeps its type: where the caller
	// sees that it is another than the one given here, they are not invited, unless
	// that is member, which promises nothing beyond what the invitation gives.
	Type        iam.UserType
	Roles       []string // ids or codes
	Permissions []iam.Permission
	Access      []string // checkboxes: see access.Options
	Teams       []iam.TeamID
	Locale      string // of the mail, and of people who are new
}

// Outcome is what became of one address.
type Outcome string

// The outcomes.
const (
	Sent           Outcome = "sent"
	AlreadyInvited Outcome = "already_invited"
	AlreadyMember  Outcome = "already_member"
	Suspended      Outcome = "suspended"
	OtherType      Outcome = "other_type"
	NotAllowed     Outcome = "not_allowed" // it would give more than the inviter may
	Invalid        Outcome = "invalid"
	Duplicate      Outcome = "duplicate"
)

// Result is what became of one line of the list.
type Result struct {
	Address    string
	Outcome    Outcome
	Detail     string           // why, for people; "" when it was sent
	Invitation iam.InvitationID // with Sent and AlreadyInvited
	Type       iam.UserType     // of the account, with OtherType
}

// address is a line of the list on its way.
type address struct {
	line        int
	normal, key string
}

// Create invites many addresses and says what became of each, in their order.
// It needs users.invite, and roles.assign when roles or permissions are given;
// CodeEscalation when the caller doesn't hold what it would grant.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) ([]Result, error) {
	if err := c.Require(iam.PermUsersInvite); err != nil {
		return nil, err
	}
	if len(in.Addresses) == 0 || len(in.Addresses) > MaxAddresses {
		return nil, iam.InvalidField("/emails", "length", fmt.Sprintf("Enter 1 to %d e-mail addresses.", MaxAddresses))
	}
	if in.Locale != "" && !slices.Contains(mail.Locales, in.Locale) {
		return nil, iam.InvalidField("/locale", "unknown", "Choose one of the languages.")
	}
	results, left := sorted(in.Addresses)
	for first := true; len(left) > 0 || first; first = false {
		part := left[:min(portion, len(left))]
		left = left[len(part):]
		if err := s.invite(ctx, c, in, part, results); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// sorted sets aside what is no address, or one for the second time.
func sorted(lines []string) ([]Result, []address) {
	results := make([]Result, len(lines))
	var good []address
	seen := make(map[string]bool, len(lines))
	for n, line := range lines {
		normal, key, problem := users.Email(line)
		results[n].Address = normal
		switch {
		case problem != "":
			results[n].Outcome, results[n].Detail = Invalid, problem
		case seen[key]:
			results[n].Outcome, results[n].Detail = Duplicate, "This address is in the list already."
		default:
			seen[key] = true
			good = append(good, address{n, normal, key})
		}
	}
	return results, good
}

// invite writes one portion. When somebody else invites the same address at the
// same time, it looks again.
func (s *Service) invite(ctx context.Context, c *access.Caller, in Create, part []address, results []Result) error {
	const tries = 3
	for n := 1; ; n++ {
		err := s.Store.Write(ctx, func(tx iam.Tx) error {
			if err := authz.Present(ctx, tx, c); err != nil {
				return err
			}
			return s.inviteIn(ctx, tx, c, in, part, results)
		})
		if iam.CodeOf(err) != iam.CodeConflict || n == tries {
			return err
		}
	}
}

func (s *Service) inviteIn(ctx context.Context, tx iam.Tx, c *access.Caller, in Create, part []address, results []Result) error {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return err
	}
	pattern, err := s.pattern(ctx, tx, dir, c, in)
	if err != nil {
		return err
	}
	known, err := s.known(ctx, tx, c.Tenant, pattern.Org, part)
	if err != nil {
		return err
	}
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return err
	}
	w, err := s.Mailbox.Composer(ctx, tx, t, pattern.Org)
	if err != nil {
		return err
	}
	by, err := inviter(ctx, tx, dir, c.Tenant, pattern.Org, c.User, c.Name)
	if err != nil {
		return err
	}
	given, err := granted(ctx, tx, dir, pattern)
	if err != nil {
		return err
	}
	var list []*iam.Invitation
	var mails []*iam.Mail
	var events []*iam.Event
	for _, a := range part {
		r := &results[a.line]
		*r = known.outcome(dir, c, pattern.Org, in.Type, a)
		if r.Outcome != Sent {
			continue
		}
		i, m, err := s.one(ctx, tx, w, dir, pattern, known, by, in.Locale, a)
		if err != nil {
			return err
		}
		r.Invitation = i.ID
		list, mails = append(list, i), append(mails, m)
		events = append(events, audit.New(s.IDs, tx.Now(), c, "invitation.created", target(i), slices.Clone(given)...))
	}
	if err := tx.EnqueueMails(ctx, c.Tenant, mails); err != nil {
		return err
	}
	if err := tx.InsertInvitations(ctx, c.Tenant, list); err != nil {
		return err
	}
	return tx.AppendEvents(ctx, c.Tenant, events...)
}

// one makes the invitation of one address like the pattern, and its mail.
func (s *Service) one(ctx context.Context, tx iam.Tx, w *mailbox.Composer, dir *authz.Directory, pattern *iam.Invitation, known *known,
	by string, locale string, a address,
) (*iam.Invitation, *iam.Mail, error) {
	if err := known.expire(ctx, tx, pattern.Tenant, a.key); err != nil {
		return nil, nil, err
	}
	u := known.users[a.key]
	i := *pattern
	i.ID, i.Email, i.EmailKey = iam.InvitationID(s.IDs.NewID(iam.PrefixInvitation, tx.Now())), a.normal, a.key
	i.Locale = language(dir, pattern.Org, u, locale)
	l := mailbox.Letter{Kind: mail.Invitation, To: i.Email, Locale: i.Locale, Inviter: by}
	if u != nil {
		l.Name, l.Account = u.FullName(), u
	}
	m, err := s.renew(w, &i, l, tx.Now())
	return &i, m, err
}

// pattern is the invitation that all of a list are like, once it is certain that
// the caller may send it.
func (s *Service) pattern(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, in Create) (*iam.Invitation, error) {
	org := in.Org
	if org == "" {
		org = c.Org
	}
	if in.Type == "" {
		in.Type = iam.TypeMember
		if org == dir.RootOrg {
			in.Type = iam.TypeAgent
		}
	}
	if !in.Type.Valid() || in.Type == iam.TypeClient || in.Type == iam.TypeService {
		return nil, iam.InvalidField("/user_type", "unknown", "Choose the type of a person.")
	}
	if err := in.tick(); err != nil {
		return nil, err
	}
	u := &iam.User{Type: in.Type}
	if err := users.Place(dir, c, u, users.Create{Type: in.Type, Org: org, Roles: in.Roles, Permissions: in.Permissions}); err != nil {
		return nil, err
	}
	if !dir.Active(org) {
		return nil, iam.InvalidField("/organization_id", "suspended", "This organization is suspended. Reactivate it first.")
	}
	if err := s.teams(ctx, tx, c, org, in.Teams); err != nil {
		return nil, err
	}
	m := u.Memberships[0]
	return &iam.Invitation{
		Tenant: c.Tenant, Org: org, Type: in.Type, Roles: m.Roles, Permissions: m.Permissions, Teams: in.Teams,
		InvitedBy: c.User, InvitedName: c.Name, CreatedAt: tx.Now(),
	}, nil
}

// tick adds what the checkboxes stand for.
func (in *Create) tick() error {
	roles, permissions := slices.Clone(in.Roles), slices.Clone(in.Permissions)
	for n, id := range in.Access {
		options := access.Options()
		i := slices.IndexFunc(options, func(o access.Option) bool { return o.ID == id })
		if i < 0 {
			return iam.InvalidField(fmt.Sprintf("/access/%d", n), "unknown", "There is no such checkbox.")
		}
		if options[i].Role != "" {
			roles = append(roles, string(options[i].Role))
		}
		permissions = append(permissions, options[i].Permissions...)
	}
	in.Roles, in.Permissions, in.Access = roles, permissions, nil
	return nil
}

// teams refuses those that are not the organization's.
func (s *Service) teams(ctx context.Context, tx iam.Tx, c *access.Caller, org iam.OrgID, ids []iam.TeamID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return err
	}
	for n, id := range ids {
		team, err := tx.Team(ctx, c.Tenant, id)
		if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
			return err
		}
		if err != nil || team.Org != org {
			return iam.InvalidField(fmt.Sprintf("/team_ids/%d", n), "unknown", "There is no such team in this organization.")
		}
	}
	return nil
}

// known is what there is already of the addresses of a portion.
type known struct {
	users   map[string]*iam.User
	pending map[string]iam.PendingInvitation
	now     time.Time
}

func (s *Service) known(ctx context.Context, tx iam.Tx, tenant iam.TenantID, org iam.OrgID, part []address) (*known, error) {
	keys := make([]string, 0, len(part))
	for _, a := range part {
		keys = append(keys, a.key)
	}
	taken, _, err := tx.TakenUsers(ctx, tenant, keys, nil)
	if err != nil {
		return nil, err
	}
	ids := make([]iam.UserID, 0, len(taken))
	for _, id := range taken {
		ids = append(ids, id)
	}
	list, err := tx.UsersByIDs(ctx, tenant, ids)
	if err != nil {
		return nil, err
	}
	k := &known{users: map[string]*iam.User{}, now: tx.Now()}
	for _, u := range list {
		k.users[u.EmailKey] = u
	}
	k.pending, err = tx.PendingInvitations(ctx, tenant, org, keys)
	return k, err
}

// outcome decides what becomes of an address. Of somebody whom the caller can't
// see it tells nothing: the invitation goes out, and its page says the rest to
// them.
func (k *known) outcome(dir *authz.Directory, c *access.Caller, org iam.OrgID, asked iam.UserType, a address) Result {
	r := Result{Address: a.normal, Outcome: Sent}
	u := k.users[a.key]
	if u != nil && u.Membership(org) == nil && (c.IsSelf(u.ID) || c.Impersonator != nil && c.Impersonator.ID == u.ID) {
		r.Outcome, r.Detail = NotAllowed, "This is your own address, and nobody gives access to themselves. Ask another administrator."
		return r
	}
	if u != nil && dir.Visible(c, u) {
		switch {
		case u.Type == iam.TypeService || u.Type == iam.TypeClient:
			r.Outcome, r.Detail = Invalid, "This address belongs to a program or a client, who can't be invited."
			return r
		case u.Status != iam.StatusActive:
			r.Outcome, r.Detail = Suspended, u.FullName()+" is suspended. Reactivate them instead."
			return r
		case u.Membership(org) != nil:
			r.Outcome, r.Detail = AlreadyMember, u.FullName()+" belongs to this organization already."
			return r
		case asked != "" && asked != iam.TypeMember && asked != u.Type:
			r.Outcome, r.Type = OtherType, u.Type
			r.Detail = fmt.Sprintf("%s has an account of the type %s, which never changes. Invite them as that, or without a type.", u.FullName(), u.Type)
			return r
		}
		// What the type gives comes with every membership.
		if err := access.MayGrant(c.Holds(), access.Baseline(u.Type)&access.Ceiling(u.Type)); err != nil {
			r.Outcome, r.Detail = NotAllowed, fmt.Sprintf("%s may do more than you by the type of the account (%s). Ask somebody who holds that, too.", u.FullName(), u.Type)
			return r
		}
	}
	if i, ok := k.pending[a.key]; ok && k.now.Before(i.ExpiresAt) {
		r.Outcome, r.Detail, r.Invitation = AlreadyInvited, "This address was invited already. Send the invitation again if it got lost.", i.ID
	}
	return r
}

// expire writes down that an earlier invitation is over, to make room.
func (k *known) expire(ctx context.Context, tx iam.Tx, tenant iam.TenantID, key string) error {
	over, ok := k.pending[key]
	if !ok {
		return nil
	}
	i, err := tx.InvitationForUpdate(ctx, tenant, over.ID)
	if err != nil {
		return err
	}
	i.State, i.TokenHash = iam.InvitationExpired, nil
	if err := tx.CancelMails(ctx, tenant, []iam.MailID{i.Mail}); err != nil {
		return err
	}
	return tx.UpdateInvitation(ctx, tenant, i)
}
