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
	Caller access.Caller // without address, device and request id
	User   *iam.User
	Tenant *iam.Tenant
	Org    *iam.Organization
	Orgs   []*iam.Organization // in which the user has a membership and may act
	// Settings are those of the organization, with what it has from above.
	Settings iam.OrgSettings
	// Personal are those that count for the user wherever they act.
	Personal iam.OrgSettings
	// Wider tells that the user may act in organizations beyond Orgs: those below.
	Wider   bool
	Session *iam.Session // nil with an API key
	APIKey  *iam.APIKey  // nil with a session
	// View is for package api: the answer to "who am I", made once.
	View atomic.Pointer[[]byte]
	// Actor is who really sits there, where somebody is logged in as User; else nil.
	Actor *iam.User
	// Rules are what the policies of the user's organizations say.
	Rules access.Rules

	stamp authz.Stamp
	usage *usage
	gates []authz.Gate
}

// usage is when a session or key was last used. It is shared by all that is
// known of its bearer: one principal for each organization they act in, and the
// reloads of those.
type usage struct {
	last    atomic.Int64 // microseconds
	touched atomic.Bool  // waits to be flushed
}

// place is a bearer, by the hash of the token, in the organization they ask for.
type place struct {
	hash [32]byte
	org  iam.OrgID // "" for the one that the session is in by itself
}

// MustChangePassword tells whether nothing but a new password is allowed.
func (p *Principal) MustChangePassword() bool {
	return p.Session != nil && p.Actor == nil && p.User.MustChangePassword
}

// KeyPrefix begins every API key, so that scanners for leaked secrets know it.
const KeyPrefix = "rtn_"

// Authenticate tells who the bearer of a session token or an API key is.
// CodeOrganizationSuspended when that is somebody all of whose organizations are
// suspended; any other failure is CodeUnauthenticated and says no more than that.
func (s *Service) Authenticate(ctx context.Context, token string) (*Principal, error) {
	return s.AuthenticateIn(ctx, token, "")
}

// AuthenticateIn is Authenticate for a request that names the organization in
// which to act, as each tab of a browser may; "" is the session's own.
// CodeNotMember when the bearer may not act there, CodeOrganizationSuspended when
// it, or one above it, is suspended.
func (s *Service) AuthenticateIn(ctx context.Context, token string, org iam.OrgID) (*Principal, error) {
	now := s.Clock.Now()
	p, err := s.find(ctx, token, org, now)
	if err != nil {
		return nil, err
	}
	s.use(p, now)
	return p, nil
}

// owner is whose a credential is, which never changes.
type owner struct {
	tenant iam.TenantID
	user   iam.UserID
}

func (p *Principal) owner() owner {
	if p.APIKey != nil {
		return owner{p.APIKey.Tenant, p.APIKey.User}
	}
	return owner{p.Session.Tenant, p.Session.User}
}

// find tells whose the token is, without counting that as a use.
func (s *Service) find(ctx context.Context, token string, org iam.OrgID, now time.Time) (*Principal, error) {
	if token == "" || len(token) > 200 {
		return nil, unauthenticated()
	}
	key := place{sha256.Sum256([]byte(token)), org}
	p, ok := s.cache.GetIfPresent(key)
	if !ok || !s.Directories.Fresh(p.Caller.Tenant, p.stamp) {
		var err error
		if p, err = s.load(ctx, token, key, p); err != nil {
			s.cache.Invalidate(key)
			return nil, err
		}
		s.cache.Set(key, p)
	}
	if !s.alive(p, now) {
		s.cache.Invalidate(key)
		return nil, unauthenticated()
	}
	return p, nil
}

func unauthenticated() error {
	return iam.Errorf(iam.CodeUnauthenticated, "Sign in to go on.")
}

// load reads the principal anew. before is what was cached, or nil.
func (s *Service) load(ctx context.Context, token string, key place, before *Principal) (*Principal, error) {
	p := &Principal{usage: new(usage)}
	hash := key.hash
	var of owner
	var err error
	if before != nil {
		p.usage, of = before.usage, before.owner()
	} else if of, err = s.bearer(ctx, token, hash[:]); err != nil {
		return nil, err
	}
	dir, stamp, err := s.Directories.GetStamped(ctx, of.tenant)
	if err != nil {
		return nil, err
	}
	p.stamp = stamp
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		// Now that the stamp is taken: it may have ended before.
		if err := s.credential(ctx, tx, p, token, hash[:]); err != nil {
			return err
		}
		if p.Tenant, err = tx.Tenant(ctx, of.tenant); err != nil {
			return err
		}
		if p.User, err = tx.User(ctx, of.tenant, of.user); err != nil || p.Session == nil || p.Session.Actor == "" {
			return err
		}
		return s.loadActor(ctx, tx, p)
	})
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil, unauthenticated()
	}
	if err != nil {
		return nil, err
	}
	if before == nil {
		s.share(p, hash)
	}
	if key.org == "" {
		return p, s.compile(p, dir, standing(dir, p))
	}
	if err := s.usable(p); err != nil {
		return nil, err
	}
	if err := dir.MayActIn(p.User, key.org); err != nil {
		return nil, err
	}
	return p, s.compile(p, dir, key.org)
}

// share makes p, which was just read, count uses together with what else is
// known of the same bearer.
func (s *Service) share(p *Principal, hash [32]byte) {
	if shared, fresh := s.usages.SetIfAbsent(hash, p.usage); !fresh {
		if last := p.usage.last.Load(); last > shared.last.Load() {
			shared.last.Store(last)
		}
		p.usage = shared
	}
}

// bearer tells whose the token is.
func (s *Service) bearer(ctx context.Context, token string, hash []byte) (owner, error) {
	p := Principal{usage: new(usage)}
	err := s.Store.Read(ctx, func(tx iam.Tx) error { return s.credential(ctx, tx, &p, token, hash) })
	if iam.CodeOf(err) == iam.CodeNotFound {
		err = unauthenticated()
	}
	if err != nil {
		return owner{}, err
	}
	return p.owner(), nil
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
	if used.After(tx.Now()) {
		used = tx.Now() // the clock was set back since
		if p.usage.last.Load() > 0 {
			return nil
		}
	}
	if u := used.UnixMicro(); u > p.usage.last.Load() {
		p.usage.last.Store(u)
	}
	return nil
}

// standing is where somebody acts who does not say: the session's organization
// while they may act there, else their home.
func standing(dir *authz.Directory, p *Principal) iam.OrgID {
	if p.Session != nil && p.Session.Org != "" && dir.MayActIn(p.User, p.Session.Org) == nil {
		return p.Session.Org
	}
	return dir.HomeOrg(p.User)
}

// usable refuses when tenant or user are suspended.
func (s *Service) usable(p *Principal) error {
	if p.Tenant.Status != iam.StatusActive || p.User.Status != iam.StatusActive {
		return unauthenticated()
	}
	return nil
}

// compile works out what is allowed where the principal acts.
func (s *Service) compile(p *Principal, dir *authz.Directory, org iam.OrgID) error {
	if err := s.usable(p); err != nil {
		return err
	}
	if p.Org = dir.Orgs[org]; p.Org == nil {
		return s.nowhere(p, dir)
	}
	s.bind(p, dir)
	for i := range p.User.Memberships {
		if o := dir.Orgs[p.User.Memberships[i].Org]; o != nil && dir.Active(o.ID) {
			p.Orgs = append(p.Orgs, o)
			p.Wider = p.Wider || p.User.Memberships[i].IncludesDescendants && len(dir.Subtree(o.ID)) > 1
		}
	}
	p.Settings, p.Personal = dir.Settings(org), dir.SettingsOf(p.User)
	subject := dir.Subject(p.User, org)
	p.Caller = access.Caller{
		Tenant: p.Tenant.ID, User: p.User.ID, Name: p.User.FullName(), Type: p.User.Type,
		Org: org, InRoot: org == dir.RootOrg, Effective: subject.Effective(), Dormant: subject.Dormant(), Actor: iam.ActorUser,
	}
	if p.Session != nil {
		p.Caller.Session = p.Session.ID
		if err := s.actAs(p, dir); err != nil {
			return err
		}
	} else {
		p.Caller.Actor, p.Caller.APIKey = iam.ActorAPIKey, p.APIKey.ID
		may := access.SetOf(p.APIKey.Permissions...)
		p.Caller.Effective, p.Caller.Dormant = p.Caller.Effective&may, p.Caller.Dormant&may
	}
	p.Caller.Uses = s.usesOf(&p.Caller)
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
	p.usage.last.Store(now.UnixMicro())
	if p.usage.touched.Load() || !p.usage.touched.CompareAndSwap(false, true) {
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
		p.usage.touched.Store(false)
		at := time.UnixMicro(p.usage.last.Load())
		if p.Session != nil {
			sessions[p.Session.ID] = at
			if p.Session.ActorSession != "" {
				sessions[p.Session.ActorSession] = at // who is logged in as somebody else is there
			}
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
