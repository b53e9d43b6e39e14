package invitations

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/users"
)

// Offer is what the page behind a link shows before anything is done.
type Offer struct {
	Invitation *iam.Invitation
	Tenant     *iam.Tenant
	Org        *iam.Organization
	// InvitedBy is by which name the person who is invited knows who invites them.
	InvitedBy string
	// User is who has the address already; nil when accepting makes an account.
	User *iam.User
	// Least is how many characters a password must have.
	Least int

	usual string // the organization's language
}

// NeedsPassword tells whether accepting asks for a password: there is none yet,
// none that the person chose, or one of an account whose address nobody has shown
// to be theirs (docs/adr/0022).
func (o *Offer) NeedsPassword() bool {
	return o.User == nil || o.User.PasswordHash == "" || o.User.MustChangePassword || o.User.EmailProvenAt.IsZero()
}

// The answers to links that let nobody in.
func badLink() error {
	return iam.InvalidField("/token", "invalid_link", "This link does not work: a newer one was sent, or the invitation was taken back.")
}

func usedLink() error {
	return iam.InvalidField("/token", "used_link", "This invitation was accepted already. Sign in instead.")
}

func expiredLink() error {
	return iam.InvalidField("/token", "expired_link", "This invitation has expired. Ask for a new one.")
}

func outdatedLink() error {
	return iam.InvalidField("/token", "outdated_link", "The password of this account was changed after the link was sent. Sign in and open it again, or ask for a new one.")
}

// Lookup tells what a link offers, and changes nothing: whoever opens the page,
// a scanner of mails too, uses nothing up. signedIn is whose session is open in the
// same browser; "" for nobody's. CodeInvalid with "/token" when the link lets
// nobody in, CodeAccountSuspended or CodeOrganizationSuspended when account or
// organization are suspended.
func (s *Service) Lookup(ctx context.Context, token string, signedIn iam.UserID) (*Offer, error) {
	o, dir, err := s.lookup(ctx, token, signedIn)
	if err != nil {
		return nil, err
	}
	o.Least, err = s.Sessions.LeastPassword(ctx, o.Tenant.ID, o.joined(dir))
	return o, err
}

func (s *Service) lookup(ctx context.Context, token string, signedIn iam.UserID) (o *Offer, dir *authz.Directory, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		o, dir, err = offer(ctx, tx, token, signedIn)
		return err
	})
	return o, dir, err
}

// joined is the person as accepting leaves them; without an id when they are new.
func (o *Offer) joined(dir *authz.Directory) *iam.User {
	i := o.Invitation
	if o.User == nil {
		return &iam.User{Type: i.Type, Status: iam.StatusActive, Email: i.Email, EmailKey: i.EmailKey, Memberships: []iam.Membership{membership(dir, i, i.Type)}}
	}
	u := *o.User
	if i.User == "" {
		u.Memberships = merged(u.Memberships, membership(dir, i, u.Type))
	}
	return &u
}

const maxToken = 200

// offer reads what a link offers now.
func offer(ctx context.Context, tx iam.Tx, token string, signedIn iam.UserID) (*Offer, *authz.Directory, error) {
	if token == "" || len(token) > maxToken {
		return nil, nil, badLink()
	}
	i, err := tx.InvitationByToken(ctx, hashToken(token))
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil, nil, badLink()
	}
	if err != nil {
		return nil, nil, err
	}
	switch i.StateAt(tx.Now()) {
	case iam.InvitationAccepted:
		return nil, nil, usedLink()
	case iam.InvitationExpired:
		return nil, nil, expiredLink()
	case iam.InvitationDeleted:
		return nil, nil, badLink()
	case iam.InvitationPending:
	}
	o := &Offer{Invitation: i}
	if o.Tenant, err = tx.Tenant(ctx, i.Tenant); err != nil {
		return nil, nil, err
	}
	dir, err := authz.Load(ctx, tx, i.Tenant)
	if err != nil {
		return nil, nil, err
	}
	o.usual = dir.Settings(i.Org).Locale
	if o.Org = dir.Orgs[i.Org]; o.Org == nil {
		return nil, nil, badLink()
	}
	if o.Tenant.Status != iam.StatusActive || !dir.Active(i.Org) {
		return nil, nil, iam.Errorf(iam.CodeOrganizationSuspended, "%s is suspended. Ask whoever invited you.", o.Org.Name)
	}
	if o.User, err = tx.UserByEmail(ctx, i.Tenant, i.EmailKey); err != nil && iam.CodeOf(err) != iam.CodeNotFound {
		return nil, nil, err
	}
	if o.InvitedBy, err = inviter(ctx, tx, dir, i.Tenant, i.Org, i.InvitedBy, i.InvitedName); err != nil {
		return nil, nil, err
	}
	return o, dir, o.check(signedIn)
}

// outdated tells whether the account got another password after the link was
// sent. Whoever had it from the mails of before is not let in by it any more: that
// may be why the password was changed (docs/adr/0011).
func (o *Offer) outdated() bool {
	changed := o.User.PasswordChangedAt
	return changed.After(o.Invitation.SentAt) && changed.After(o.User.CreatedAt)
}

// check refuses links whose person is not there any more, or may not come in.
func (o *Offer) check(signedIn iam.UserID) error {
	switch u := o.User; {
	case u == nil:
		if o.Invitation.User != "" {
			return badLink() // that person was deleted, or has another address now
		}
		return nil
	case o.Invitation.User != "" && o.Invitation.User != u.ID, u.Type == iam.TypeService, u.Type == iam.TypeClient:
		return badLink()
	case o.Invitation.User == "" && u.ID == o.Invitation.InvitedBy:
		// The address became theirs after they had sent it.
		return iam.Errorf(iam.CodeEscalation, "You have sent this invitation yourself, and nobody gives access to themselves. Ask another administrator.").Because("own_access")
	case u.Status != iam.StatusActive:
		return iam.Errorf(iam.CodeAccountSuspended, "Your account is suspended. Ask an administrator of %s.", o.Tenant.Name)
	case u.ID != signedIn && o.outdated():
		return outdatedLink()
	}
	return nil
}

// Accept is what a person answers.
type Accept struct {
	FirstName, LastName string // of somebody new
	Password            string // where the offer needs one
	Locale              string // of somebody new; "" for that of the invitation
	// SignedIn is whose session is open in the same browser; "" for nobody's.
	SignedIn iam.UserID
}

// Accept joins the organization and signs in there: the link was sent to the
// person's own address, which proves as much as a reset link does (docs/adr/0011). A
// new person gets an account, an existing one's membership is merged. Of two at
// once, one succeeds; CodeConflict when somebody else is signed in, and
// CodeIPRefused, with the link still good, when nobody works there from this
// address.
func (s *Service) Accept(ctx context.Context, token string, in Accept, from sessions.Client) (*sessions.SignedIn, error) {
	o, dir, err := s.lookup(ctx, token, in.SignedIn)
	if err != nil {
		return nil, err
	}
	if in.SignedIn != "" && (o.User == nil || o.User.ID != in.SignedIn) {
		return nil, iam.Errorf(iam.CodeConflict, "Somebody else is signed in here. Sign out first, then open the link again.").Because("other_person")
	}
	joined := o.joined(dir)
	if err := s.Sessions.Admit(ctx, o.Tenant.ID, joined, o.Invitation.Org, from); err != nil {
		return nil, err
	}
	a := &acceptance{s: s, token: token, signedIn: in.SignedIn, offered: o, joined: joined, from: from}
	if err := a.prepare(ctx, in); err != nil {
		return nil, err
	}
	if err := s.Store.Write(ctx, func(tx iam.Tx) error { return a.do(ctx, tx) }); err != nil {
		return nil, err
	}
	return s.signIn(ctx, o.Tenant, a.user, o.Invitation.Org, from)
}

// acceptance is an invitation being accepted.
type acceptance struct {
	s        *Service
	token    string
	signedIn iam.UserID // in the same browser
	offered  *Offer
	joined   *iam.User // as it will be
	from     sessions.Client
	fresh    iam.User // somebody new
	hash     string   // of the password that was chosen; "" when none is needed
	user     *iam.User
}

// prepare checks what was typed and hashes the password, which takes its time
// on purpose, before the link is used up.
func (a *acceptance) prepare(ctx context.Context, in Accept) error {
	o := a.offered
	if o.User == nil {
		a.fresh = iam.User{
			Type: o.Invitation.Type, Status: iam.StatusActive, FirstName: in.FirstName, LastName: in.LastName, Email: o.Invitation.Email,
			Locale: in.Locale, Version: 1,
		}
		// Nobody has chosen the organization's own language: when it changes, the
		// person's does.
		if a.fresh.Locale == "" && o.Invitation.Locale != o.usual {
			a.fresh.Locale = o.Invitation.Locale
		}
		if err := iam.Invalid(users.Normalize(&a.fresh)); err != nil {
			return err
		}
		a.joined.FirstName, a.joined.LastName = a.fresh.FirstName, a.fresh.LastName
	}
	if !o.NeedsPassword() {
		return nil
	}
	err := a.s.Sessions.CheckPasswordFor(ctx, o.Tenant.ID, in.Password, "/password", o.Tenant, a.joined)
	if err != nil {
		return err
	}
	a.hash, err = a.s.Hasher.Hash(ctx, in.Password)
	return err
}

// do uses the link and makes or changes the account, in one transaction.
func (a *acceptance) do(ctx context.Context, tx iam.Tx) error {
	o, dir, err := offer(ctx, tx, a.token, a.signedIn)
	if err != nil {
		return err
	}
	if (o.User == nil) != (a.offered.User == nil) || o.User != nil && o.User.ID != a.offered.User.ID || o.NeedsPassword() && a.hash == "" {
		return iam.Errorf(iam.CodeConflict, "Something has changed in the meantime. Open the link again.").Because("changed_meanwhile")
	}
	fresh := o.User == nil
	if fresh {
		a.fresh.ID = iam.UserID(a.s.IDs.NewID(iam.PrefixUser, tx.Now()))
		o.User = &a.fresh
	}
	// First of all: the others who accept it now wait here, and find it used.
	if err := a.use(ctx, tx, o.User.ID); err != nil {
		return err
	}
	if fresh {
		err = a.create(ctx, tx, dir, o)
	} else {
		err = a.join(ctx, tx, dir, o)
	}
	if err != nil {
		return err
	}
	given, err := granted(ctx, tx, dir, o.Invitation)
	if err != nil {
		return err
	}
	joined, err := a.joinTeams(ctx, tx, o)
	if err != nil {
		return err
	}
	tx.AccessChanged(o.Tenant.ID)
	who := a.who(a.user)
	events := []*iam.Event{audit.New(a.s.IDs, tx.Now(), who, "invitation.accepted", target(o.Invitation), given...)}
	if fresh {
		events = append(events, audit.New(a.s.IDs, tx.Now(), who, "user.created", audit.User(a.user), iam.Change{Field: "by", After: "invitation"}))
	}
	for _, t := range joined {
		events = append(events, audit.New(a.s.IDs, tx.Now(), who, "team.member_added", audit.User(a.user), iam.Change{Field: "team", After: t.Name}))
	}
	return tx.AppendEvents(ctx, o.Tenant.ID, events...)
}

// who is the person as the one who did all this.
func (a *acceptance) who(u *iam.User) *access.Caller {
	return &access.Caller{
		Tenant: a.offered.Tenant.ID, Actor: iam.ActorUser, User: u.ID, Name: u.FullName(),
		IP: a.from.IP, UserAgent: a.from.UserAgent, RequestID: a.from.RequestID,
	}
}

// use marks the link as used: the one of several who is first succeeds.
func (a *acceptance) use(ctx context.Context, tx iam.Tx, by iam.UserID) error {
	err := tx.UseInvitation(ctx, a.offered.Tenant.ID, hashToken(a.token), by)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return usedLink()
	}
	return err
}

// membership is what the invitation gives an account of a type, of what there
// still is.
func membership(dir *authz.Directory, i *iam.Invitation, of iam.UserType) iam.Membership {
	m := iam.Membership{Org: i.Org, Permissions: i.Permissions, IncludesDescendants: of == iam.TypeTenantAdmin && i.Org == dir.RootOrg}
	for _, id := range i.Roles {
		if dir.Roles[id] != nil {
			m.Roles = append(m.Roles, id)
		}
	}
	return m
}

// create makes the account of somebody new.
func (a *acceptance) create(ctx context.Context, tx iam.Tx, dir *authz.Directory, o *Offer) error {
	u := a.fresh
	u.PasswordHash, u.PasswordChangedAt, u.EmailProvenAt = a.hash, tx.Now(), tx.Now()
	u.CreatedAt, u.UpdatedAt = tx.Now(), tx.Now()
	m := membership(dir, o.Invitation, u.Type)
	m.CreatedAt = tx.Now()
	u.Memberships = []iam.Membership{m}
	a.user = &u
	err := tx.InsertUser(ctx, o.Tenant.ID, a.user)
	if iam.CodeOf(err) == iam.CodeConflict {
		return iam.Errorf(iam.CodeConflict, "Somebody has just made an account with this address. Open the link again.").Because("account_just_made")
	}
	return err
}

// join merges the invitation into what an existing person has.
func (a *acceptance) join(ctx context.Context, tx iam.Tx, dir *authz.Directory, o *Offer) error {
	before, err := tx.UserForUpdate(ctx, o.Tenant.ID, o.User.ID)
	if err != nil {
		return err
	}
	after := *before
	if o.Invitation.User == "" {
		after.Memberships = merged(before.Memberships, membership(dir, o.Invitation, before.Type))
	}
	if a.hash != "" {
		after.PasswordHash, after.MustChangePassword = a.hash, false
		after.PasswordExpiresAt, after.PasswordChangedAt = time.Time{}, tx.Now()
		// Who had the temporary password is signed out, and who has kept the account
		// under an address that was not theirs gets in by nothing any more.
		if _, err := tx.EndSessions(ctx, o.Tenant.ID, before.ID, ""); err != nil {
			return err
		}
		if before.EmailProvenAt.IsZero() {
			if _, err := apikeys.RevokeAll(ctx, tx, a.s.IDs, a.who(before), before.ID); err != nil {
				return err
			}
		}
	}
	after.EmailProvenAt = tx.Now()
	after.UpdatedAt = tx.Now()
	a.user = &after
	return tx.UpdateUser(ctx, o.Tenant.ID, before, &after)
}

// merged adds a membership, to what is held in the organization where there is
// one already.
func merged(list []iam.Membership, m iam.Membership) []iam.Membership {
	out := append([]iam.Membership(nil), list...)
	for i := range out {
		if out[i].Org == m.Org {
			out[i].Roles = union(out[i].Roles, m.Roles)
			out[i].Permissions = union(out[i].Permissions, m.Permissions)
			return out
		}
	}
	return append(out, m)
}

func union[T comparable](a, b []T) []T {
	var out []T
	seen := map[T]bool{}
	for _, list := range [][]T{a, b} {
		for _, x := range list {
			if !seen[x] {
				seen[x] = true
				out = append(out, x)
			}
		}
	}
	return out
}

// joinTeams puts the person into those teams that there still are and that have
// room, and returns those that are new to them.
func (a *acceptance) joinTeams(ctx context.Context, tx iam.Tx, o *Offer) ([]*iam.Team, error) {
	var joined []*iam.Team
	for _, id := range o.Invitation.Teams {
		t, err := tx.Team(ctx, o.Tenant.ID, id)
		if iam.CodeOf(err) == iam.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		u, err := tx.UserForUpdate(ctx, o.Tenant.ID, a.user.ID)
		if err != nil {
			return nil, err
		}
		if u.TeamHold(id) != nil || t.Members >= teams.MaxMembers {
			continue
		}
		if err := tx.PutTeamMember(ctx, o.Tenant.ID, u, iam.TeamHold{Team: id, JoinedAt: tx.Now()}); err != nil {
			return nil, err
		}
		joined = append(joined, t)
	}
	return joined, nil
}

// signIn opens a session that acts in the organization of the invitation.
func (s *Service) signIn(ctx context.Context, t *iam.Tenant, u *iam.User, org iam.OrgID, from sessions.Client) (*sessions.SignedIn, error) {
	done, err := s.Sessions.OpenFor(ctx, t, u, from)
	if err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		_, err := tx.SetSessionOrg(ctx, t.ID, u.ID, done.Session.ID, org)
		tx.AccessChanged(t.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	done.Session.Org = org
	done.Principal, err = s.Sessions.Authenticate(ctx, done.Token)
	return done, err
}
