package sessions

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Principal is who is calling and what they may do, compiled once and kept for
// at most a second. It is shared between requests and must not be changed.
type Principal struct {
	Caller  access.Caller // without address, device and request id
	User    *iam.User
	Tenant  *iam.Tenant
	Org     *iam.Organization
	Orgs    []*iam.Organization // in which the user has a membership
	Session *iam.Session        // nil with an API key
	APIKey  *iam.APIKey         // nil with a session
	// View is for package api: the answer to "who am I", made once.
	View atomic.Pointer[[]byte]

	stamp    authz.Stamp
	lastUsed *atomic.Int64 // microseconds; shared by the reloads of one session
	touched  *atomic.Bool  // waits to be flushed
}

// MustChangePassword tells whether nothing but a new password is allowed.
func (p *Principal) MustChangePassword() bool { return p.Session != nil && p.User.MustChangePassword }

// KeyPrefix begins every API key, so that scanners for leaked secrets know it.
const KeyPrefix = "rtn_"

// Authenticate tells who the bearer of a session token or an API key is. Any
// failure is CodeUnauthenticated and says no more than that.
func (s *Service) Authenticate(ctx context.Context, token string) (*Principal, error) {
	if token == "" || len(token) > 200 {
		return nil, unauthenticated()
	}
	hash := sha256.Sum256([]byte(token))
	now := s.Clock.Now()
	p, ok := s.cache.GetIfPresent(hash)
	if !ok || !s.Directories.Fresh(p.Caller.Tenant, p.stamp) {
		var err error
		if p, err = s.load(ctx, token, hash, p); err != nil {
			s.cache.Invalidate(hash)
			return nil, err
		}
		s.cache.Set(hash, p)
	}
	if !s.alive(p, now) {
		s.cache.Invalidate(hash)
		return nil, unauthenticated()
	}
	s.use(p, now)
	return p, nil
}

func unauthenticated() error {
	return iam.Errorf(iam.CodeUnauthenticated, "Sign in to go on.")
}

func (s *Service) alive(p *Principal, now time.Time) bool {
	if p.Session != nil {
		idle := now.Sub(time.UnixMicro(p.lastUsed.Load()))
		return now.Before(p.Session.ExpiresAt) && (s.Config.Idle <= 0 || idle < s.Config.Idle)
	}
	return p.APIKey.ExpiresAt.IsZero() || now.Before(p.APIKey.ExpiresAt)
}

// load reads the principal anew. before is what was cached, or nil.
func (s *Service) load(ctx context.Context, token string, hash [32]byte, before *Principal) (*Principal, error) {
	p := &Principal{lastUsed: new(atomic.Int64), touched: new(atomic.Bool)}
	if before != nil {
		p.lastUsed, p.touched = before.lastUsed, before.touched
	}
	tenant, user, org, err := s.bearer(ctx, token, hash[:])
	if err != nil {
		return nil, err
	}
	p.stamp = s.Directories.Stamp(tenant)
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		// Once more, now that the stamp is taken: it may have ended in between.
		if err := s.credential(ctx, tx, p, token, hash[:]); err != nil {
			return err
		}
		if p.Tenant, err = tx.Tenant(ctx, tenant); err != nil {
			return err
		}
		p.User, err = tx.User(ctx, tenant, user)
		return err
	})
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil, unauthenticated()
	}
	if err != nil {
		return nil, err
	}
	return p, s.compile(p, dir, org)
}

// bearer tells whose the token is.
func (s *Service) bearer(ctx context.Context, token string, hash []byte) (tenant iam.TenantID, user iam.UserID, org iam.OrgID, err error) {
	var p Principal
	p.lastUsed = new(atomic.Int64)
	err = s.Store.Read(ctx, func(tx iam.Tx) error { return s.credential(ctx, tx, &p, token, hash) })
	switch {
	case iam.CodeOf(err) == iam.CodeNotFound:
		return "", "", "", unauthenticated()
	case err != nil:
		return "", "", "", err
	case p.APIKey != nil:
		return p.APIKey.Tenant, p.APIKey.User, "", nil
	}
	return p.Session.Tenant, p.Session.User, p.Session.Org, nil
}

// credential reads the session or the API key.
func (s *Service) credential(ctx context.Context, tx iam.Tx, p *Principal, token string, hash []byte) (err error) {
	var used time.Time
	if strings.HasPrefix(token, KeyPrefix) {
		if p.APIKey, err = tx.APIKeyBySecret(ctx, hash); err != nil {
			return err
		}
		if !p.APIKey.RevokedAt.IsZero() {
			return unauthenticated()
		}
		used = p.APIKey.LastUsedAt
	} else {
		if p.Session, err = tx.SessionByToken(ctx, hash); err != nil {
			return err
		}
		used = p.Session.LastUsedAt
	}
	if u := used.UnixMicro(); u > p.lastUsed.Load() {
		p.lastUsed.Store(u)
	}
	return nil
}

// compile works out where the principal acts and what is allowed there.
func (s *Service) compile(p *Principal, dir *authz.Directory, org iam.OrgID) error {
	if p.Tenant.Status != iam.StatusActive || p.User.Status != iam.StatusActive {
		return unauthenticated()
	}
	if o := dir.Orgs[org]; o == nil || o.Status != iam.StatusActive {
		org = dir.HomeOrg(p.User)
	}
	if p.Org = dir.Orgs[org]; p.Org == nil {
		return unauthenticated()
	}
	for i := range p.User.Memberships {
		if o := dir.Orgs[p.User.Memberships[i].Org]; o != nil {
			p.Orgs = append(p.Orgs, o)
		}
	}
	p.Caller = access.Caller{
		Tenant: p.Tenant.ID, User: p.User.ID, Name: p.User.FullName(), Type: p.User.Type,
		Org: org, InRoot: org == dir.RootOrg, Effective: dir.Subject(p.User, org).Effective(), Actor: iam.ActorUser,
	}
	if p.Session != nil {
		p.Caller.Session = p.Session.ID
	} else {
		p.Caller.Actor, p.Caller.APIKey = iam.ActorAPIKey, p.APIKey.ID
		p.Caller.Effective &= access.SetOf(p.APIKey.Permissions...)
	}
	return nil
}

// Invalidate makes all that is known of a tenant's people stale: the next
// request of each reads it anew.
func (s *Service) Invalidate(t iam.TenantID) { s.Directories.Invalidate(t) }

// uses collects the principals that were used since the last flush.
type uses struct {
	mu   sync.Mutex
	list []*Principal
}

func (s *Service) use(p *Principal, now time.Time) {
	p.lastUsed.Store(now.UnixMicro())
	if p.touched.Load() || !p.touched.CompareAndSwap(false, true) {
		return
	}
	s.uses.mu.Lock()
	s.uses.list = append(s.uses.list, p)
	s.uses.mu.Unlock()
}

// Flush writes when sessions and keys were last used. A crash loses what was
// not flushed, which only makes idle time look longer.
func (s *Service) Flush(ctx context.Context) error {
	s.uses.mu.Lock()
	list := s.uses.list
	s.uses.list = nil
	s.uses.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	sessions, keys := map[iam.SessionID]time.Time{}, map[iam.APIKeyID]time.Time{}
	for _, p := range list {
		p.touched.Store(false)
		at := time.UnixMicro(p.lastUsed.Load())
		if p.Session != nil {
			sessions[p.Session.ID] = at
		} else {
			keys[p.APIKey.ID] = at
		}
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := tx.TouchSessions(ctx, sessions); err != nil {
			return err
		}
		return tx.TouchAPIKeys(ctx, keys)
	})
}
