package branding

import (
	"context"
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
}

// Host tells what a host name stands for; false when it is none of ours. The
// answer is at most a second old.
func (s *Service) Host(ctx context.Context, host string) (Place, bool, error) {
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	now := s.Clock.Now()
	if age := now.Sub(s.hosts.at); s.hosts.places == nil || age < 0 || age >= hostsAge {
		places, err := s.readHosts(ctx)
		if err != nil {
			return Place{}, false, err
		}
		s.hosts.places, s.hosts.at = places, now
	}
	p, ok := s.hosts.places[strings.ToLower(strings.TrimSuffix(host, "."))]
	return p, ok, nil
}

func (s *Service) readHosts(ctx context.Context) (map[string]Place, error) {
	places := map[string]Place{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		domains, err := tx.VerifiedDomains(ctx)
		if err != nil {
			return err
		}
		for _, d := range domains {
			places[d.Host] = Place{d.Tenant, d.Org}
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
	return places, err
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
