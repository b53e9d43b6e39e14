package branding

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// hostsAge is how old the table of host names may be. Whatever the number of
// questions, the database is asked once in that time.
const hostsAge = time.Second

// Place is what a host name stands for: a tenant and, for a custom domain, the
// organization in it; "" where the operator gave the name to the tenant.
type Place struct {
	Tenant iam.TenantID
	Org    iam.OrgID
}

// hostTable is every host name that the installation answers to.
type hostTable struct {
	mu     sync.Mutex
	at     time.Time
	places map[string]Place
	proofs map[string]*iam.Domain // the verified domains
}

// Host tells what a host name stands for; false when it is none of ours. The
// answer is at most a second old.
func (s *Service) Host(ctx context.Context, host string) (Place, bool, error) {
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	if err := s.refresh(ctx); err != nil {
		return Place{}, false, err
	}
	p, ok := s.hosts.places[hostKey(host)]
	return p, ok, nil
}

func hostKey(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// Answer is what http://<host> says at the path of a challenge once the host
// leads here, where nobody can put a file any more; "" when there is nothing to
// say. It vouches for verified domains only: a claim can't be proved by a host
// that merely leads here. Nor does it speak for a domain that somebody else has
// proved to be theirs meanwhile: then only a TXT record keeps it.
func (s *Service) Answer(ctx context.Context, host, token string) (string, error) {
	d, err := s.verified(ctx, host)
	if err != nil || d == nil || d.Token != token {
		return "", err
	}
	var claims []*iam.Domain
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		claims, err = tx.ClaimsTo(ctx, d.Host)
		return err
	})
	if err != nil || slices.ContainsFunc(claims, func(c *iam.Domain) bool { return c.Problem == ProblemTaken }) {
		return "", err
	}
	return ChallengeOf(d).Value, nil
}

// verified is the verified domain with a host name; nil when there is none.
func (s *Service) verified(ctx context.Context, host string) (*iam.Domain, error) {
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	return s.hosts.proofs[hostKey(host)], nil
}

// refresh reads the table again when it is too old. The caller holds its lock.
func (s *Service) refresh(ctx context.Context) error {
	now := s.Clock.Now()
	if age := now.Sub(s.hosts.at); s.hosts.places != nil && age >= 0 && age < hostsAge {
		return nil
	}
	places, proofs, err := s.readHosts(ctx)
	if err != nil {
		return err
	}
	s.hosts.places, s.hosts.proofs, s.hosts.at = places, proofs, now
	return nil
}

func (s *Service) readHosts(ctx context.Context) (map[string]Place, map[string]*iam.Domain, error) {
	places, proofs := map[string]Place{}, map[string]*iam.Domain{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		domains, err := tx.VerifiedDomains(ctx)
		if err != nil {
			return err
		}
		for _, d := range domains {
			places[d.Host], proofs[d.Host] = Place{d.Tenant, d.Org}, d
		}
		tenants, err := tx.Tenants(ctx)
		if err != nil {
			return err
		}
		for _, t := range tenants {
			for _, h := range t.Hosts {
				if t.Status == iam.StatusActive {
					places[h] = Place{Tenant: t.ID}
				}
			}
		}
		return nil
	})
	return places, proofs, err
}

// Serves tells whether a host name is one of the installation's: what a proxy
// asks before it obtains a certificate for it.
func (s *Service) Serves(ctx context.Context, host string) (bool, error) {
	if len(host) > maxHost {
		return false, nil
	}
	if s.Reserved != "" && strings.EqualFold(host, s.Reserved) {
		return true, nil
	}
	_, ok, err := s.Host(ctx, host)
	return ok, err
}

// forget makes the table be read again, after a change on this node.
func (s *Service) forget() {
	s.hosts.mu.Lock()
	s.hosts.places = nil
	s.hosts.mu.Unlock()
}
