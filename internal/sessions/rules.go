package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Request is what proves who sent a request, and where it comes from.
type Request struct {
	Token string
	// Org is where to act; "" is where the session acts by itself.
	Org  iam.OrgID
	From Client
	// Background says that no person caused the request, so that it does not
	// keep a session from being idle.
	Background bool
	// Leaving says that the request only ends the session, which those may do, too,
	// whose organizations are all suspended, and from where no rule lets them in.
	Leaving bool
}

// AuthenticateRequest is AuthenticateIn with everything that a request must
// satisfy: CodeIPRefused when it comes from where an allowlist lets nobody in.
func (s *Service) AuthenticateRequest(ctx context.Context, r Request) (*Principal, error) {
	now := s.Clock.Now()
	p, err := s.find(ctx, r.Token, r.Org, now)
	if r.Leaving && iam.CodeOf(err) == iam.CodeOrganizationSuspended {
		return s.stranded(ctx, r.Token)
	}
	if err != nil {
		return nil, err
	}
	if !r.Leaving {
		if err := s.admit(ctx, p, r.From, now); err != nil {
			return nil, err
		}
	}
	if !r.Background {
		s.use(p, now)
	}
	return p, nil
}

// admit refuses with CodeIPRefused whom an allowlist does not let in from there.
func (s *Service) admit(ctx context.Context, p *Principal, from Client, now time.Time) error {
	return s.told(ctx, p.pass(from.IP, now), from)
}

// closedError says at which gate somebody was stopped. Inside of a transaction it
// undoes what was about to begin; told makes the answer of it.
type closedError struct {
	tenant iam.TenantID
	user   *iam.User
	gate   *authz.Gate
	near   *iam.AddressRule
}

func (e *closedError) Error() string { return "sessions: no rule lets the address in" }

// pass returns a closedError when an allowlist does not let the address in.
func (p *Principal) pass(ip string, now time.Time) error {
	for i := range p.gates {
		if ok, near := p.gates[i].Allows(ip, now); !ok {
			return &closedError{p.Tenant.ID, p.person(), &p.gates[i], near}
		}
	}
	return nil
}

// told turns a closedError into CodeIPRefused with a code to ask about. It writes
// that down: no transaction may be open.
func (s *Service) told(ctx context.Context, err error, from Client) error {
	if closed, ok := errors.AsType[*closedError](err); ok {
		return s.refuseAddress(ctx, closed.tenant, closed.user, closed.gate, closed.near, from)
	}
	return err
}

// Limits are what the installation allows at most.
func (s *Service) Limits() access.Limits {
	return access.Limits{Idle: s.Config.Idle, Lifetime: s.Config.Lifetime}
}

// person is who really sits there.
func (p *Principal) person() *iam.User {
	if p.Actor != nil {
		return p.Actor
	}
	return p.User
}

// bind sets what policies say of the principal.
func (s *Service) bind(p *Principal, dir *authz.Directory) {
	org := p.Org.ID
	p.Rules = dir.RulesOf(p.User, org, s.Limits())
	p.gates = p.gates[:0]
	add := func(g authz.Gate) {
		if g.List != nil {
			p.gates = append(p.gates, g)
		}
	}
	add(dir.Gate(p.person(), org))
	if p.Actor != nil {
		p.Rules = access.Strictest(p.Rules, dir.RulesOf(p.Actor, p.Session.ActorOrg, s.Limits()))
		add(dir.Gate(p.Actor, p.Session.ActorOrg))
	}
}

// IdleEnds is when the session ends unless it is used; zero is never.
func (p *Principal) IdleEnds() time.Time {
	if p.Session == nil {
		return time.Time{}
	}
	idle, _ := p.Rules.Ends(p.Session.CreatedAt, time.UnixMicro(p.usage.last.Load()))
	return idle
}

// Ends is when the session ends at the latest.
func (p *Principal) Ends() time.Time {
	_, absolute := p.Rules.Ends(p.Session.CreatedAt, p.Session.CreatedAt)
	if absolute.IsZero() || p.Session.ExpiresAt.Before(absolute) {
		return p.Session.ExpiresAt
	}
	return absolute
}

func (s *Service) alive(p *Principal, now time.Time) bool {
	if p.Session == nil {
		return p.APIKey.ExpiresAt.IsZero() || now.Before(p.APIKey.ExpiresAt)
	}
	idle := p.IdleEnds()
	return now.Before(p.Ends()) && (idle.IsZero() || now.Before(idle))
}

// entrance is where somebody acts who signs in: in the organization whose domain
// they came by, at home, or where else they are let in from their address.
// CodeIPRefused when that is nowhere.
func (s *Service) entrance(ctx context.Context, t *iam.Tenant, u *iam.User, from Client) (iam.OrgID, error) {
	dir, err := s.Directories.Get(ctx, t.ID)
	if err != nil {
		return "", err
	}
	home := dir.HomeOrg(u)
	var places []iam.OrgID
	if len(u.Memberships) > 1 || len(u.Memberships) == 1 && u.Memberships[0].IncludesDescendants {
		domain, err := s.domainOrg(ctx, t.ID, from.Host)
		if err != nil {
			return "", err
		}
		if domain != "" && dir.MayActIn(u, domain) == nil {
			places = append(places, domain)
		}
	}
	places = append(places, home)
	for i := range u.Memberships {
		if o := u.Memberships[i].Org; o != home && dir.Active(o) {
			places = append(places, o)
		}
	}
	now := s.Clock.Now()
	for _, org := range places {
		g := dir.Gate(u, org)
		if ok, _ := g.Allows(from.IP, now); ok {
			return org, nil
		}
	}
	g := dir.Gate(u, home)
	_, near := g.Allows(from.IP, now)
	return "", s.refuseAddress(ctx, t.ID, u, &g, near, from)
}

// TemporaryUntilFor is when a temporary password that u is given now stops
// working, by the policies of u's organizations.
func TemporaryUntilFor(dir *authz.Directory, u *iam.User, now time.Time) time.Time {
	var rules access.Rules
	for i := range u.Memberships {
		r := dir.Rules(u.Memberships[i].Org, access.Limits{})
		if i == 0 {
			rules = r
		} else {
			rules = access.Strictest(rules, r)
		}
	}
	if rules.TemporaryPassword.Value <= 0 {
		return TemporaryUntil(now)
	}
	return now.Add(rules.TemporaryPassword.Value)
}
