// Package branding is how organizations show themselves: name, logo, color and
// where to get help, inherited down the tree; and under which host names they
// are reached. A host name serves nobody before whoever claims it has proved
// that it is theirs.
package branding

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// Resolver looks up TXT records; net.Resolver does.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Doer sends HTTP requests; http.Client does.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Mailer puts mails into the outbox; mailbox.Service does.
type Mailer interface {
	Enqueue(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error
}

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Clock       clock.Clock
	Directories *authz.Cache
	// Logos keeps logos, apart from the photos of people: anybody may see them.
	Logos photo.Store
	// Photos is where the square logos of organizations are, among other pictures.
	Photos   photo.Store
	Pictures *photo.Processor
	DNS      Resolver
	// HTTP must refuse to connect to private addresses: see PublicClient.
	HTTP Doer
	// Mailer tells people that the proof of a domain is gone.
	Mailer Mailer
	// Reserved is the installation's own host name, which nobody may claim; "".
	Reserved string
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service manages brands and domains.
type Service struct {
	Deps

	mu     sync.Mutex
	brands map[iam.TenantID]*cachedBrands
	hosts  hostTable
}

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d, brands: map[iam.TenantID]*cachedBrands{}}
}

// Look is how an organization appears, with all that it inherits.
type Look struct {
	Name         string
	Color        string // #rrggbb
	LogoKey      string // what Logo takes; "" for none
	SupportEmail string
	SupportURL   string
	PoweredBy    bool // the product is named
}

// The look of an organization is that of the tenant, changed by each
// organization from the root down to it. The square logo from an organization's
// settings serves where its brand has none.
func lookOf(t *iam.Tenant, dir *authz.Directory, chain []iam.OrgID, brands map[iam.OrgID]*iam.Brand) Look {
	l := Look{Name: t.Name, Color: t.Color, PoweredBy: true}
	for _, c := range slices.Backward(chain) {
		if o := dir.Orgs[c]; o != nil {
			square, _ := o.LogoKeys()
			set(&l.LogoKey, square)
		}
		b := brands[c]
		if b == nil {
			continue
		}
		set(&l.Name, b.Name)
		set(&l.Color, b.Color)
		set(&l.LogoKey, b.LogoKey)
		set(&l.SupportEmail, b.SupportEmail)
		set(&l.SupportURL, b.SupportURL)
		if b.PoweredBy != "" {
			l.PoweredBy = b.PoweredBy == iam.PoweredByShow
		}
	}
	return l
}

func set(field *string, value string) {
	if value != "" {
		*field = value
	}
}

// cachedBrands are the brands of a tenant, as fresh as its directory.
type cachedBrands struct {
	byOrg map[iam.OrgID]*iam.Brand
	stamp authz.Stamp
}

const maxCachedTenants = 256

// For returns the look of an organization, at most a second old. It reads in
// transactions of its own: call it before you open yours.
func (s *Service) For(ctx context.Context, t *iam.Tenant, org iam.OrgID) (Look, error) {
	dir, err := s.Directories.Get(ctx, t.ID)
	if err != nil {
		return Look{}, err
	}
	s.mu.Lock()
	have := s.brands[t.ID]
	s.mu.Unlock()
	if have == nil || !s.Directories.Fresh(t.ID, have.stamp) {
		have = &cachedBrands{stamp: s.Directories.Stamp(t.ID)}
		err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
			have.byOrg, err = brandsByOrg(ctx, tx, t.ID)
			return err
		})
		if err != nil {
			return Look{}, err
		}
		s.mu.Lock()
		if len(s.brands) >= maxCachedTenants {
			clear(s.brands)
		}
		s.brands[t.ID] = have
		s.mu.Unlock()
	}
	return lookOf(t, dir, chainOf(dir, org), have.byOrg), nil
}

// ForIn is For inside a transaction, as those need it who write mails.
func ForIn(ctx context.Context, tx iam.Tx, t *iam.Tenant, org iam.OrgID) (Look, error) {
	dir, err := authz.Load(ctx, tx, t.ID)
	if err != nil {
		return Look{}, err
	}
	brands, err := brandsByOrg(ctx, tx, t.ID)
	return lookOf(t, dir, chainOf(dir, org), brands), err
}

// HostsAlong is, of an organization and of each above it, the host name under which
// its people find it: the verified domain that it has had for longest, or that of
// the nearest above; "" when none has one. A domain that fails its checks at the
// moment is passed over.
func HostsAlong(ctx context.Context, tx iam.Tx, t *iam.Tenant, org iam.OrgID) (map[iam.OrgID]string, error) {
	domains, err := tx.Domains(ctx, t.ID)
	if err != nil || len(domains) == 0 {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	hosts, host := map[iam.OrgID]string{}, ""
	for _, c := range slices.Backward(chainOf(dir, org)) {
		var found *iam.Domain
		for _, d := range domains {
			serves := d.Org == c && !d.VerifiedAt.IsZero() && d.FailingAt.IsZero()
			if serves && (found == nil || d.VerifiedAt.Before(found.VerifiedAt)) {
				found = d
			}
		}
		if found != nil {
			host = found.Host
		}
		hosts[c] = host
	}
	return hosts, nil
}

// LogoPath is where package web serves the logo with a key, to anybody.
func LogoPath(t iam.TenantID, key string) string { return "/logos/" + string(t) + "/" + key }

// chainOf is an organization and all above it, nearest first.
func chainOf(dir *authz.Directory, org iam.OrgID) []iam.OrgID {
	return append([]iam.OrgID{org}, dir.Ancestors(org)...)
}

func brandsByOrg(ctx context.Context, tx iam.Tx, t iam.TenantID) (map[iam.OrgID]*iam.Brand, error) {
	list, err := tx.Brands(ctx, t)
	if err != nil {
		return nil, err
	}
	out := make(map[iam.OrgID]*iam.Brand, len(list))
	for _, b := range list {
		out[b.Org] = b
	}
	return out, nil
}
