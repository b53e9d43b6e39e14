package sessions

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
)

// SignIn is what a person types, and where from.
type SignIn struct {
	Tenant   string // short name; "" where the host or there being one tenant tells
	Host     string // of the request, without port
	Email    string
	Password string
	From     Client
}

// Client is the device at the other end.
type Client struct {
	IP, UserAgent, RequestID string
	// Host is the host name by which it came, without port: on the domain of an
	// organization people land there.
	Host string
	// Token is that of the session which the device brought, if any: when it signs
	// in anew, that one ends.
	Token string
}

// as is u at this device.
func (c Client) as(u *iam.User) *access.Caller {
	return &access.Caller{Actor: iam.ActorUser, User: u.ID, Name: u.FullName(), IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID}
}

// nobody is somebody unknown at this device.
func (c Client) nobody() *access.Caller {
	return &access.Caller{Actor: iam.ActorNobody, IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID}
}

// SignedIn is a new session and its token, which is never shown again.
type SignedIn struct {
	Token     string
	Session   *iam.Session
	Principal *Principal
}

// invalidCredentials is the one answer to every wrong combination.
func invalidCredentials() error {
	return iam.Errorf(iam.CodeInvalidCredentials, "E-mail or password is not right.")
}

// ResolveTenant finds the tenant a person means: by the host name they came
// by, else by its short name, else the only one there is; nil when unknown.
func (s *Service) ResolveTenant(ctx context.Context, host, shortName string) (*iam.Tenant, error) {
	var found *iam.Tenant
	err := s.Store.ReadEach(ctx, func(tx iam.Tx) (err error) {
		found, err = tx.FindTenant(ctx, strings.ToLower(host), strings.ToLower(strings.TrimSpace(shortName)))
		return ignoreNotFound(err)
	})
	return found, err
}

// asked is the tenant that somebody means who asks to come in: ResolveTenant, and
// one that is nowhere for a name that there is not. CodeInvalid with "/tenant" when
// none was named where there are several.
func (s *Service) asked(ctx context.Context, host, shortName string) (*iam.Tenant, error) {
	t, err := s.ResolveTenant(ctx, host, shortName)
	switch {
	case err != nil || t != nil:
		return t, err
	case strings.TrimSpace(shortName) == "":
		return nil, iam.InvalidField("/tenant", "required", "Name the company that you belong to.")
	}
	return nowhere(shortName), nil
}

// SignIn checks e-mail and password and opens a session. A wrong combination
// is CodeInvalidCredentials and takes the same time whether or not there is
// such an account, or such a tenant, and Config.Refusal at least; too many are CodeThrottled. Only who knows
// the password learns why it does not open anything: CodeTenantSuspended,
// CodeAccountSuspended, CodeOrganizationSuspended, CodePasswordExpired,
// CodeNoOrganization or CodeIPRefused. CodeInvalid with "/tenant" when it names none
// of several. Attempts are in the tenant's log: of those
// that are throttled one a while (throttledEvery), of those too long to be an
// address or a password none.
func (s *Service) SignIn(ctx context.Context, in SignIn) (*SignedIn, error) {
	took := clock.Start()
	done, err := s.signIn(ctx, in)
	if iam.CodeOf(err) == iam.CodeInvalidCredentials {
		// By now nobody stands in line behind this attempt.
		took.Wait(ctx, s.Config.Refusal)
	}
	return done, err
}

func (s *Service) signIn(ctx context.Context, in SignIn) (*SignedIn, error) {
	if len(in.Password) > password.MaxBytes || len(in.Email) > maxEmail {
		return nil, invalidCredentials()
	}
	tenant, err := s.asked(ctx, in.Host, in.Tenant)
	if err != nil {
		return nil, err
	}
	try := &attempt{tenant: tenant, emailKey: fold.EmailKey(in.Email), from: in.From, action: audit.SessionCreated}
	try.guard = newGuard(tenant.ID, try.emailKey, in.From.IP)
	leave, err := s.takeTurn(ctx, try, true)
	if err != nil {
		return nil, err
	}
	defer leave()
	ok, upgraded, err := s.verify(ctx, try.user, in.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, s.refuse(ctx, try, "wrong_password", true, invalidCredentials())
	}
	if refusal := s.mayNot(tenant, try.user); refusal != nil {
		return nil, s.refuse(ctx, try, string(iam.CodeOf(refusal)), false, refusal)
	}
	done, err := s.open(ctx, tenant, try.user, try.guard, upgraded, in.From)
	if code := iam.CodeOf(err); code != "" && code != iam.CodeInternal && code != iam.CodeUnavailable {
		return nil, s.refuse(ctx, try, string(code), false, err)
	}
	return done, err
}

// The longest address by RFC 5321 has 254 bytes; folding may lengthen one.
const maxEmail = 1000

// verify checks the password outside of any transaction, because it takes its
// time on purpose. upgraded is a fresh hash where the stored one is dated.
func (s *Service) verify(ctx context.Context, u *iam.User, pw string) (ok bool, upgraded string, err error) {
	if u == nil || u.PasswordHash == "" || u.Type == iam.TypeService || u.Type == iam.TypeClient {
		return false, "", s.Hasher.VerifyDummy(ctx, pw)
	}
	ok, old, err := s.Hasher.Verify(ctx, u.PasswordHash, pw)
	if err != nil || !ok || !old {
		return ok, "", err
	}
	upgraded, err = s.Hasher.Hash(ctx, pw)
	return true, upgraded, err
}

// mayNot says why somebody who proved who they are may still not sign in.
func (s *Service) mayNot(t *iam.Tenant, u *iam.User) error {
	switch {
	case t.Status != iam.StatusActive:
		return iam.Errorf(iam.CodeTenantSuspended, "%s is suspended. Ask whoever runs this service.", t.Name)
	case u.Status != iam.StatusActive:
		return iam.Errorf(iam.CodeAccountSuspended, "Your account is suspended. Ask an administrator of %s.", t.Name)
	case !u.PasswordExpiresAt.IsZero() && !s.Clock.Now().Before(u.PasswordExpiresAt):
		return iam.Errorf(iam.CodePasswordExpired, "This temporary password has expired. Ask an administrator for a new one.")
	case len(u.Memberships) == 0:
		return iam.Errorf(iam.CodeNoOrganization, "You don't belong to any organization of %s. Ask an administrator.", t.Name)
	}
	return nil
}

// cut shortens s to n bytes at a character's end.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// SignOut ends the caller's session.
func (s *Service) SignOut(ctx context.Context, c *access.Caller) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		err := tx.EndSession(ctx, c.Tenant, c.User, c.Session)
		if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
			return err
		}
		tx.AccessChanged(c.Tenant)
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, c.Tenant, c.User)
		if err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, audit.SessionEnded, sessionOf(dir, c.Org, u, c.Session)))
	})
}

// sessionOf is the target of an event about a session of u, in which they acted in
// org.
func sessionOf(dir *authz.Directory, org iam.OrgID, u *iam.User, id iam.SessionID) audit.Target {
	return audit.Target{Type: "session", ID: string(id), Name: u.FullName(), Org: audit.At(dir, org, u).Org}
}

// recordEnd appends an event about the end of sessions of a user, whose own they
// may be.
func (s *Service) recordEnd(ctx context.Context, tx iam.Tx, c *access.Caller, user iam.UserID, change iam.Change) error {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return err
	}
	u, err := tx.User(ctx, c.Tenant, user)
	if err != nil {
		return err
	}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "session.revoked", audit.At(dir, c.Org, u), change))
}

// View is a session as its owner or an administrator sees it.
type View struct {
	iam.Session
	Current bool
}

// List returns the alive sessions of a user: one's own, or with the permission
// sessions.read those of somebody one may see. Of somebody who also belongs outside
// of the caller's part of the tree, only those that act within it: where from and
// when they work for others is not the caller's to know. Ending sessions of theirs
// is refused altogether.
func (s *Service) List(ctx context.Context, c *access.Caller, user iam.UserID) ([]View, error) {
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if c.IsSelf(user) {
		if err := c.Personally(); err != nil {
			return nil, err
		}
	}
	var out []View
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		if err := s.visible(ctx, tx, c, user, iam.PermSessionsRead, false); err != nil {
			return err
		}
		list, err := tx.SessionsOf(ctx, c.Tenant, user)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, c.Tenant, user)
		if err != nil {
			return err
		}
		for _, se := range list {
			// One in which somebody else sits is theirs; the audit log tells of it.
			if se.Actor == "" && (se.ID == c.Session || s.lives(dir, u, se, tx.Now())) && shows(dir, c, u, se) {
				out = append(out, View{*se, se.ID == c.Session})
			}
		}
		return nil
	})
	return out, err
}

// shows tells whether the caller sees a session of u, whom they see.
func shows(dir *authz.Directory, c *access.Caller, u *iam.User, se *iam.Session) bool {
	outside := slices.ContainsFunc(u.Memberships, func(m iam.Membership) bool { return !dir.Within(m.Org, c.Org) })
	return !outside || c.IsSelf(u.ID) || dir.Within(standing(dir, &Principal{User: u, Session: se}), c.Org)
}

// lives tells whether a session of u has not ended by itself.
func (s *Service) lives(dir *authz.Directory, u *iam.User, se *iam.Session, now time.Time) bool {
	rules := dir.RulesOf(u, se.Org, s.Limits())
	idle, absolute := rules.Ends(se.CreatedAt, se.LastUsedAt)
	return (idle.IsZero() || now.Before(idle)) && (absolute.IsZero() || now.Before(absolute))
}

// visible refuses when the caller may not deal with the sessions of user.
func (s *Service) visible(ctx context.Context, tx iam.Tx, c *access.Caller, user iam.UserID, p iam.Permission, acts bool) error {
	if acts {
		if err := c.Personally(); err != nil {
			return err
		}
	}
	if c.InPerson(user) {
		return nil
	}
	if err := c.Require(p); err != nil {
		return err
	}
	dir, u, err := authz.InSight(ctx, tx, c, user)
	if err != nil || !acts {
		return err
	}
	return dir.MayActOn(c, u)
}

// End ends one session of a user: one's own, or with sessions.revoke another's.
func (s *Service) End(ctx context.Context, c *access.Caller, user iam.UserID, id iam.SessionID) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := s.visible(ctx, tx, c, user, iam.PermSessionsRevoke, true); err != nil {
			return err
		}
		if err := tx.EndSession(ctx, c.Tenant, user, id); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		return s.recordEnd(ctx, tx, c, user, iam.Change{Field: "session", Before: string(id)})
	})
}

// EndAll ends all sessions of a user; of one's own, all but the current one.
func (s *Service) EndAll(ctx context.Context, c *access.Caller, user iam.UserID) (int, error) {
	n := 0
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := s.visible(ctx, tx, c, user, iam.PermSessionsRevoke, true); err != nil {
			return err
		}
		except := iam.SessionID("")
		if c.IsSelf(user) {
			except = c.Session
		}
		var err error
		if n, err = tx.EndSessions(ctx, c.Tenant, user, except); err != nil || n == 0 {
			return err
		}
		tx.AccessChanged(c.Tenant)
		return s.recordEnd(ctx, tx, c, user, iam.Change{Field: "sessions", Before: n, After: 0})
	})
	return n, err
}

// temporaryLifetime is how long a temporary password can be used (NIST SP
// 800-63B-4, 3.1.1.1: initial secrets are short-lived).
const temporaryLifetime = 7 * 24 * time.Hour

// TemporaryUntil is when a temporary password made now stops working.
func TemporaryUntil(now time.Time) time.Time { return now.Add(temporaryLifetime) }
