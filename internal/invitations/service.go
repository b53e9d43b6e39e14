// Package invitations asks people by mail to join an organization. An invitation
// carries what the person will be allowed to do there; its link is in the mail
// and nowhere else, works once, and stops when it is sent again, deleted or a
// week old. Opening it changes nothing: mail scanners use nothing up.
package invitations

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
)

const (
	// Lifetime is how long a link works.
	Lifetime = 7 * 24 * time.Hour
	// MaxAddresses is how many addresses one call invites.
	MaxAddresses = 10_000
	// MaxBulk is how many invitations one call sends again or deletes.
	MaxBulk = 200
	// portion is how many are written in one transaction, so that a long list
	// does not keep other writers waiting.
	portion = 500
)

// Sessions checks passwords and signs people in.
type Sessions interface {
	CheckPasswordFor(ctx context.Context, tenant iam.TenantID, pw, pointer string, t *iam.Tenant, u *iam.User) error
	LeastPassword(ctx context.Context, tenant iam.TenantID, u *iam.User) (int, error)
	Admit(ctx context.Context, tenant iam.TenantID, u *iam.User, org iam.OrgID, from sessions.Client) error
	OpenFor(ctx context.Context, t *iam.Tenant, u *iam.User, from sessions.Client) (*sessions.SignedIn, error)
	Authenticate(ctx context.Context, token string) (*sessions.Principal, error)
}

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Clock       clock.Clock
	Directories *authz.Cache
	Mailbox     *mailbox.Service
	Sessions    Sessions
	Hasher      *password.Hasher
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service invites people.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d}
}

// View is an invitation as the caller sees it.
type View struct {
	*iam.Invitation
	State iam.InvitationState // now
	Org   *iam.Organization
	Roles []*iam.Role
	Teams []*iam.Team // that there still are
	// Manageable: the caller may send it again and delete it, because they hold
	// what it grants.
	Manageable bool
}

func (s *Service) view(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, i *iam.Invitation) (*View, error) {
	v := s.plain(dir, c, i)
	return v, complete(ctx, tx, dir, c, v)
}

// complete adds to views what has to be read, at once for all of them.
func complete(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, views ...*View) error {
	if err := nameTeams(ctx, tx, c.Tenant, views...); err != nil || c.InRoot {
		return err
	}
	return hideInviters(ctx, tx, dir, c, views)
}

// nameTeams adds the teams to views, read at once where there are any.
func nameTeams(ctx context.Context, tx iam.Tx, tenant iam.TenantID, views ...*View) error {
	var ids []iam.TeamID
	for _, v := range views {
		ids = append(ids, v.Invitation.Teams...)
	}
	slices.Sort(ids)
	all, err := tx.TeamsByIDs(ctx, tenant, slices.Compact(ids))
	if err != nil {
		return err
	}
	for _, v := range views {
		for _, team := range all {
			if slices.Contains(v.Invitation.Teams, team.ID) {
				v.Teams = append(v.Teams, team)
			}
		}
	}
	return nil
}

// plain is a view without its teams.
func (s *Service) plain(dir *authz.Directory, c *access.Caller, i *iam.Invitation) *View {
	v := &View{Invitation: i, State: i.StateAt(s.Clock.Now()), Org: dir.Orgs[i.Org], Manageable: mayManage(dir, c, i) == nil}
	if v.Org == nil {
		v.Org = &iam.Organization{ID: i.Org}
	}
	for _, id := range i.Roles {
		if r := dir.Roles[id]; r != nil {
			v.Roles = append(v.Roles, r)
		}
	}
	return v
}

// List returns one page of the invitations to the organization where the caller
// acts and those below it, the newest first. It needs users.invite.
func (s *Service) List(ctx context.Context, c *access.Caller, f iam.InvitationFilter) (iam.List[*View], error) {
	var out iam.List[*View]
	if err := c.Require(iam.PermUsersInvite); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	if f.Below == "" {
		f.Below = c.Org
	}
	if !dir.Within(f.Below, c.Org) {
		return iam.List[*View]{Items: []*View{}}, nil
	}
	f.Below = spared(dir, f.Below)
	f.Search = fold.EmailKey(f.Search)
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		page, err := tx.Invitations(ctx, c.Tenant, f)
		if err != nil {
			return err
		}
		out.Next, out.Prev, out.Items = page.Next, page.Prev, make([]*View, 0, len(page.Items))
		for _, i := range page.Items {
			out.Items = append(out.Items, s.plain(dir, c, i))
		}
		return complete(ctx, tx, dir, c, out.Items...)
	})
	return out, err
}

// MaxCounted is up to how many invitations are counted.
const MaxCounted = 1000

// Pending counts the invitations to an organization and those below it that wait
// for an answer, up to MaxCounted. It needs users.invite; CodeNotFound when the
// organization is out of the caller's sight.
func (s *Service) Pending(ctx context.Context, c *access.Caller, org iam.OrgID) (n int, err error) {
	if err := c.Require(iam.PermUsersInvite); err != nil {
		return 0, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return 0, err
	}
	if !dir.Within(org, c.Org) {
		return 0, iam.NotFound("organization")
	}
	f := iam.InvitationFilter{Below: spared(dir, org), State: iam.InvitationPending}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		n, err = tx.CountInvitations(ctx, c.Tenant, f, MaxCounted)
		return err
	})
	return n, err
}

// spared is an organization by which to filter: "" for the root, below which is
// everything.
func spared(dir *authz.Directory, org iam.OrgID) iam.OrgID {
	if org == dir.RootOrg {
		return ""
	}
	return org
}

// renew gives an invitation a new link and makes its mail; the link of the mail
// before stops. Nothing is written yet.
func (s *Service) renew(w *mailbox.Composer, i *iam.Invitation, l mailbox.Letter, now time.Time) (*iam.Mail, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return nil, err
	}
	token := base64.RawURLEncoding.EncodeToString(b[:])
	i.TokenHash, i.State = hashToken(token), iam.InvitationPending
	i.SentAt, i.TimesSent, i.ExpiresAt = now, i.TimesSent+1, now.Add(Lifetime)
	// In the fragment, which browsers keep out of requests, logs and Referer.
	l.Link = "/invitation#token=" + url.QueryEscape(token)
	l.Expires = i.ExpiresAt
	m, err := w.Write(l)
	if err != nil {
		return nil, err
	}
	i.Mail = m.ID
	return m, nil
}

// hashToken is how links are stored. They have 256 random bits, so that a plain
// hash is as good as a slow one.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// language is in which a person is written to: their own, else that of the
// invitation, else that of their home organization, else that of the
// organization that they are invited to.
func language(dir *authz.Directory, org iam.OrgID, u *iam.User, chosen string) string {
	switch {
	case u != nil && u.Locale != "":
		return u.Locale
	case chosen != "":
		return chosen
	case u != nil:
		if home := dir.SettingsOf(u).Locale; home != "" {
			return home
		}
	}
	return dir.Settings(org).Locale
}

func target(i *iam.Invitation) audit.Target {
	return audit.Target{Type: "invitation", ID: string(i.ID), Name: i.Email, Org: i.Org}
}

// granted is what an invitation gives, for the audit log.
func granted(ctx context.Context, tx iam.Tx, dir *authz.Directory, i *iam.Invitation) (audit.Changes, error) {
	var c audit.Changes
	if o := dir.Orgs[i.Org]; o != nil {
		c.Add("organization", "", o.Name)
	}
	c.Add("user_type", "", string(i.Type))
	var roles, permissions []string
	for _, id := range i.Roles {
		if r := dir.Roles[id]; r != nil {
			roles = append(roles, r.Name)
		}
	}
	for _, p := range i.Permissions {
		permissions = append(permissions, string(p))
	}
	slices.Sort(roles)
	if len(roles) > 0 {
		c.Add("roles", []string{}, roles)
	}
	if len(permissions) > 0 {
		c.Add("permissions", []string{}, permissions)
	}
	teams, err := tx.TeamsByIDs(ctx, i.Tenant, i.Teams)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range teams {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	if len(names) > 0 {
		c.Add("teams", []string{}, names)
	}
	return c, nil
}
