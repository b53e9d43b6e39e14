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

	epoch    int64
	loadedAt time.Time
	lastUsed *atomic.Int64 // microseconds; shared by the reloads of one session
	touched  *atomic.Bool  // waits to be flushed
}

// MustChangePassword tells whether nothing but a new password is allowed.
func (p *Principal) MustChangePassword() bool { return p.Session != nil && p.User.MustChangePassword }

// maxAge is how long another node may go on with what it knew.
const maxAge = time.Second

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
	if !ok || p.epoch != s.epochs.of(p.Caller.Tenant).Load() || now.Sub(p.loadedAt) >= maxAge || now.Before(p.loadedAt) {
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
	p := &Principal{loadedAt: s.Clock.Now(), lastUsed: new(atomic.Int64), touched: new(atomic.Bool)}
	if before != nil {
		p.lastUsed, p.touched = before.lastUsed, before.touched
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		var tenant iam.TenantID
		var user iam.UserID
		var org iam.OrgID
		var used time.Time
		if strings.HasPrefix(token, KeyPrefix) {
			k, err := tx.APIKeyBySecret(ctx, hash[:])
			if err != nil {
				return err
			}
			if !k.RevokedAt.IsZero() {
				return unauthenticated()
			}
			p.APIKey, tenant, user, used = k, k.Tenant, k.User, k.LastUsedAt
		} else {
			se, err := tx.SessionByToken(ctx, hash[:])
			if err != nil {
				return err
			}
			p.Session, tenant, user, org, used = se, se.Tenant, se.User, se.Org, se.LastUsedAt
		}
		if u := used.UnixMicro(); u > p.lastUsed.Load() {
			p.lastUsed.Store(u)
		}
		// Before the rows are read: a change that commits in between makes this
		// principal stale at once.
		p.epoch = s.epochs.of(tenant).Load()
		return s.fill(ctx, tx, p, tenant, user, org)
	})
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil, unauthenticated()
	}
	return p, err
}

// fill reads user, tenant and organizations, and compiles what is allowed.
func (s *Service) fill(ctx context.Context, tx iam.Tx, p *Principal, tenant iam.TenantID, user iam.UserID, org iam.OrgID) error {
	var err error
	if p.Tenant, err = tx.Tenant(ctx, tenant); err != nil {
		return err
	}
	if p.User, err = tx.User(ctx, tenant, user); err != nil {
		return err
	}
	if p.Tenant.Status != iam.StatusActive || p.User.Status != iam.StatusActive {
		return unauthenticated()
	}
	dir, err := authz.Load(ctx, tx, tenant)
	if err != nil {
		return err
	}
	if org == "" || dir.Orgs[org] == nil || dir.Orgs[org].Status != iam.StatusActive {
		org = dir.HomeOrg(p.User)
	}
	p.Org = dir.Orgs[org]
	if p.Org == nil {
		return unauthenticated()
	}
	for i := range p.User.Memberships {
		if o := dir.Orgs[p.User.Memberships[i].Org]; o != nil {
			p.Orgs = append(p.Orgs, o)
		}
	}
	p.Caller = access.Caller{
		Tenant: tenant, User: user, Name: p.User.FullName(), Type: p.User.Type,
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

// epochs count the changes of access, a counter a tenant.
type epochs struct{ m sync.Map }

func (e *epochs) of(t iam.TenantID) *atomic.Int64 {
	if v, ok := e.m.Load(t); ok {
		return v.(*atomic.Int64)
	}
	v, _ := e.m.LoadOrStore(t, new(atomic.Int64))
	return v.(*atomic.Int64)
}

// Invalidate makes all that is known of a tenant's people stale: the next
// request of each reads it anew.
func (s *Service) Invalidate(t iam.TenantID) { s.epochs.of(t).Add(1) }

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
