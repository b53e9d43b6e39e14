package iam

import (
	"context"
	"time"
)

// DomainID names a custom domain or the claim to one.
type DomainID string

// PrefixDomain begins the ids of domains.
const PrefixDomain = "dom"

// PoweredBy says whether the product is named below what people see.
type PoweredBy string

// What can be said of the product's name; "" leaves it to the organization above.
const (
	PoweredByShow PoweredBy = "show"
	PoweredByHide PoweredBy = "hide"
)

// Brand is how an organization shows itself. Empty fields are inherited from
// the organization above, in the end from the tenant.
type Brand struct {
	Org          OrgID
	Name         string
	Color        string // #rrggbb
	LogoKey      string // blob key
	SupportEmail string
	SupportURL   string
	PoweredBy    PoweredBy
	UpdatedAt    time.Time
	Version      int64 // 0 while nothing was ever set
}

// Domain is a host name under which an organization is reached, or the claim to
// one while VerifiedAt is zero.
type Domain struct {
	ID          DomainID
	Tenant      TenantID
	Org         OrgID
	Host        string // lower case, without port
	Token       string // names the challenge; it is public
	CreatedBy   UserID // "" of some from before this was kept
	CreatedName string // as they were called then
	CreatedAt   time.Time
	VerifiedAt  time.Time // zero: it serves nobody
	CheckedAt   time.Time // when it was looked for last
	FailingAt   time.Time // since when checks of a verified one fail; zero while they don't
	Problem     string    // what the last check found: a code of package branding, or ""
	ExpiresAt   time.Time // of a claim; zero once verified
}

// BrandStore keeps brands and domains.
type BrandStore interface {
	// Brands returns the brands of all organizations that have set something.
	Brands(ctx context.Context, tenant TenantID) ([]*Brand, error)
	// SaveBrand writes the brand where version is still b.Version (0: there is
	// none yet), and increments it; else CodePreconditionFailed.
	SaveBrand(ctx context.Context, tenant TenantID, b *Brand) error

	// Domains returns domains and claims of a tenant, by host name.
	Domains(ctx context.Context, tenant TenantID) ([]*Domain, error)
	Domain(ctx context.Context, tenant TenantID, id DomainID) (*Domain, error)
	// InsertDomain answers CodeConflict with pointer "/host" when the organization has
	// the host already.
	InsertDomain(ctx context.Context, d *Domain) error
	// UpdateDomain writes what checks find out. CodeConflict with pointer "/host"
	// when another organization has verified the host.
	UpdateDomain(ctx context.Context, d *Domain) error
	DeleteDomain(ctx context.Context, tenant TenantID, id DomainID) error
	// VerifiedDomains returns those of all active tenants: they are what the
	// installation answers to.
	VerifiedDomains(ctx context.Context) ([]*Domain, error)
	// ClaimsTo returns the claims to a host that have not expired, of all tenants.
	ClaimsTo(ctx context.Context, host string) ([]*Domain, error)
	// DomainsToCheck returns up to limit verified ones of all tenants that were
	// checked before t, the longest ago first.
	DomainsToCheck(ctx context.Context, t time.Time, limit int) ([]*Domain, error)
}
