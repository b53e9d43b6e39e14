package sessions

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// opening is a session that is about to begin, for somebody who has proved who
// they are.
type opening struct {
	tenant   *iam.Tenant
	user     *iam.User // as they were when they proved it
	guard    *guard
	upgraded string // a fresh hash of the password, or ""
	from     Client
	entrance iam.OrgID
	// stamp was taken before the transaction: a change of anybody's access since
	// then makes the session's principal stale.
	stamp authz.Stamp
}

// open writes the session and everything that goes with it, and ends the one
// that the device had before.
func (s *Service) open(ctx context.Context, t *iam.Tenant, u *iam.User, g *guard, upgraded string, from Client) (*SignedIn, error) {
	o := opening{tenant: t, user: u, guard: g, upgraded: upgraded, from: from}
	var err error
	if o.entrance, err = s.entrance(ctx, t, u, from); err != nil {
		return nil, err
	}
	token, hash, err := s.newToken()
	if err != nil {
		return nil, err
	}
	o.stamp = s.Directories.Stamp(t.ID)
	var p *Principal
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		p, err = s.begin(ctx, tx, &o, hash)
		return err
	})
	if err != nil {
		return nil, s.told(ctx, err, from)
	}
	s.remember(p)
	return &SignedIn{Token: token, Session: p.Session, Principal: p}, nil
}

// begin writes the session and returns who they are in it, as their first request
// would find them. Whom an allowlist does not let in begins nothing.
func (s *Service) begin(ctx context.Context, tx iam.Tx, o *opening, hash []byte) (*Principal, error) {
	p := &Principal{usage: new(usage), stamp: o.stamp}
	if err := s.stillSo(ctx, tx, o, p); err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, o.tenant.ID)
	if err != nil {
		return nil, err
	}
	home := dir.HomeOrg(p.User)
	if home == "" {
		return nil, iam.Errorf(iam.CodeOrganizationSuspended, "Your organization is suspended. Ask whoever manages it at %s.", o.tenant.Name)
	}
	if dir.MayActIn(p.User, o.entrance) == nil {
		home = o.entrance
	}
	rules := dir.RulesOf(p.User, home, s.Limits())
	p.Session = s.newSession(tx, o.tenant.ID, o.user.ID, home, hash, o.from, rules.Lifetime.Value)
	if err := keep(ctx, tx, p, o.upgraded); err != nil {
		return nil, err
	}
	if err := o.guard.succeeded(ctx, tx); err != nil {
		return nil, err
	}
	if err := s.replace(ctx, tx, o.from); err != nil {
		return nil, err
	}
	target := audit.At(dir, home, p.User)
	event := audit.New(s.IDs, tx.Now(), o.from.as(p.User), audit.SessionCreated, target)
	if err := tx.AppendEvents(ctx, o.tenant.ID, event); err != nil {
		return nil, err
	}
	if err := s.compile(p, dir, home); err != nil {
		return nil, err
	}
	return p, p.pass(o.from.IP, tx.Now())
}

// stillSo reads tenant and user again, as the password took its time to check:
// what was proved may not hold any more.
func (s *Service) stillSo(ctx context.Context, tx iam.Tx, o *opening, p *Principal) (err error) {
	// Locked: what ends their sessions meanwhile would not see this one.
	if p.Tenant, p.User, err = tx.TenantAndUserForUpdate(ctx, o.tenant.ID, o.user.ID); err != nil {
		return err
	}
	if p.User.PasswordHash != o.user.PasswordHash || p.User.Status != o.user.Status || p.Tenant.Status != o.tenant.Status {
		return invalidCredentials()
	}
	return nil
}

// keep writes the session, and with its person when it began and the upgraded
// hash of the password, if there is one.
func keep(ctx context.Context, tx iam.Tx, p *Principal, upgraded string) error {
	if err := tx.InsertSession(ctx, p.Session); err != nil {
		return err
	}
	if upgraded != "" {
		if err := tx.SetPasswordHash(ctx, p.Tenant.ID, p.User.ID, p.User.PasswordHash, upgraded); err != nil {
			return err
		}
		p.User.PasswordHash = upgraded
	}
	p.User.LastSignInAt = tx.Now()
	return tx.RecordSignIn(ctx, p.Tenant.ID, p.User.ID)
}

// remember makes the next request of a session that has just begun find who it
// is of.
func (s *Service) remember(p *Principal) {
	key := place{hash: [sha256.Size]byte(p.Session.TokenHash)}
	s.share(p, key.hash)
	s.cache.Set(key, p)
	s.use(p, p.Session.CreatedAt)
}

// newSession is a session that begins now.
func (s *Service) newSession(tx iam.Tx, t iam.TenantID, u iam.UserID, org iam.OrgID, hash []byte, from Client, lifetime time.Duration) *iam.Session {
	return &iam.Session{
		ID: iam.SessionID(s.IDs.NewID(iam.PrefixSession, tx.Now())), Tenant: t, User: u, Org: org,
		TokenHash: hash, IP: from.IP, UserAgent: cut(from.UserAgent, 512),
		CreatedAt: tx.Now(), LastUsedAt: tx.Now(), ExpiresAt: tx.Now().Add(lifetime),
	}
}

// OpenFor opens a session without a password, for somebody who has just set
// theirs by a one-time link that proves who they are. The session that the
// client brought ends.
func (s *Service) OpenFor(ctx context.Context, t *iam.Tenant, u *iam.User, from Client) (*SignedIn, error) {
	g := newGuard(t.ID, u.EmailKey, from.IP)
	g.state = map[string]iam.Throttle{}
	return s.open(ctx, t, u, g, "", from)
}
