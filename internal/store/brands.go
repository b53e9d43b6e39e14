package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const brandColumns = "org_id, name, color, logo_key, support_email, support_url, powered_by, updated_at, version"

func scanBrand(row scanner) (*iam.Brand, error) {
	b := &iam.Brand{}
	var updated int64
	err := row.Scan(&b.Org, &b.Name, &b.Color, &b.LogoKey, &b.SupportEmail, &b.SupportURL, &b.PoweredBy, &updated, &b.Version)
	b.UpdatedAt = fromMicros(updated)
	return b, err
}

// Brands implements iam.BrandStore.
func (t *tx) Brands(ctx context.Context, tenant iam.TenantID) ([]*iam.Brand, error) {
	return many(ctx, t, scanBrand, "SELECT "+brandColumns+" FROM brands WHERE tenant_id = $1 ORDER BY org_id", string(tenant))
}

// SaveBrand implements iam.BrandStore.
func (t *tx) SaveBrand(ctx context.Context, tenant iam.TenantID, b *iam.Brand) error {
	b.UpdatedAt = t.now
	return t.saveVersioned(ctx, "brand", &b.Version, "INSERT INTO brands (tenant_id, "+brandColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10 + 1)"+
		" ON CONFLICT (tenant_id, org_id) DO UPDATE SET name = excluded.name, color = excluded.color, logo_key = excluded.logo_key,"+
		" support_email = excluded.support_email, support_url = excluded.support_url, powered_by = excluded.powered_by,"+
		" updated_at = excluded.updated_at, version = excluded.version WHERE brands.version = $10",
		string(tenant), string(b.Org), b.Name, b.Color, b.LogoKey, b.SupportEmail, b.SupportURL, string(b.PoweredBy), micros(t.now))
}

const domainColumns = "d.tenant_id, d.id, d.org_id, d.host, d.token, d.created_by, d.created_name, d.created_at, d.verified_at, d.checked_at, d.failing_at, d.problem, d.expires_at"

func scanDomain(row scanner) (*iam.Domain, error) {
	d := &iam.Domain{}
	var created, verified, checked, failing, expires int64
	err := row.Scan(&d.Tenant, &d.ID, &d.Org, &d.Host, &d.Token, &d.CreatedBy, &d.CreatedName, &created, &verified, &checked, &failing, &d.Problem, &expires)
	d.CreatedAt, d.VerifiedAt, d.CheckedAt = fromMicros(created), fromMicros(verified), fromMicros(checked)
	d.FailingAt, d.ExpiresAt = fromMicros(failing), fromMicros(expires)
	return d, err
}

// Domains implements iam.BrandStore.
func (t *tx) Domains(ctx context.Context, tenant iam.TenantID) ([]*iam.Domain, error) {
	return many(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domains d WHERE d.tenant_id = $1 AND (d.expires_at = 0 OR d.expires_at > $2) ORDER BY d.host",
		string(tenant), micros(t.now))
}

// Domain implements iam.BrandStore.
func (t *tx) Domain(ctx context.Context, tenant iam.TenantID, id iam.DomainID) (*iam.Domain, error) {
	return one(ctx, t, "domain", scanDomain, "SELECT "+domainColumns+" FROM domains d WHERE d.tenant_id = $1 AND d.id = $2 AND (d.expires_at = 0 OR d.expires_at > $3)",
		string(tenant), string(id), micros(t.now))
}

// InsertDomain implements iam.BrandStore. A claim of the organization that has
// expired makes room.
func (t *tx) InsertDomain(ctx context.Context, d *iam.Domain) error {
	d.CreatedAt = t.now
	_, err := t.exec(ctx, "DELETE FROM domains WHERE tenant_id = $1 AND org_id = $2 AND host = $3 AND expires_at > 0 AND expires_at <= $4",
		string(d.Tenant), string(d.Org), d.Host, micros(t.now))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO domains (tenant_id, id, org_id, host, token, created_by, created_name, created_at, verified_at, checked_at, failing_at, problem, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		string(d.Tenant), string(d.ID), string(d.Org), d.Host, d.Token, string(d.CreatedBy), d.CreatedName, micros(d.CreatedAt),
		micros(d.VerifiedAt), micros(d.CheckedAt), micros(d.FailingAt), d.Problem, micros(d.ExpiresAt))
	return t.refused(err, iam.NotFound("organization"))
}

// UpdateDomain implements iam.BrandStore.
func (t *tx) UpdateDomain(ctx context.Context, d *iam.Domain) error {
	n, err := t.exec(ctx, "UPDATE domains SET verified_at = $1, checked_at = $2, failing_at = $3, problem = $4, expires_at = $5 WHERE tenant_id = $6 AND id = $7",
		micros(d.VerifiedAt), micros(d.CheckedAt), micros(d.FailingAt), d.Problem, micros(d.ExpiresAt), string(d.Tenant), string(d.ID))
	return gone(n, t.refused(err, nil), "domain")
}

// DeleteDomain implements iam.BrandStore.
func (t *tx) DeleteDomain(ctx context.Context, tenant iam.TenantID, id iam.DomainID) error {
	n, err := t.exec(ctx, "DELETE FROM domains WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	return gone(n, err, "domain")
}

// VerifiedDomains implements iam.BrandStore.
func (t *tx) VerifiedDomains(ctx context.Context) ([]*iam.Domain, error) {
	return many(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domains d JOIN tenants t ON t.id = d.tenant_id WHERE d.verified_at > 0 AND t.status = 'active' ORDER BY d.host")
}

// ClaimsTo implements iam.BrandStore.
func (t *tx) ClaimsTo(ctx context.Context, host string) ([]*iam.Domain, error) {
	return many(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domains d WHERE d.verified_at = 0 AND d.expires_at > $1 AND d.host = $2 ORDER BY d.id",
		micros(t.now), host)
}

// DomainsToCheck implements iam.BrandStore.
func (t *tx) DomainsToCheck(ctx context.Context, before time.Time, limit int) ([]*iam.Domain, error) {
	return many(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domains d WHERE d.verified_at > 0 AND d.checked_at < $1 ORDER BY d.checked_at, d.id LIMIT $2",
		micros(before), limit)
}
