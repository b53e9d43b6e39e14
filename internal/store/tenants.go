package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

const tenantColumns = "id, short_name, name, color, logo_key, status, root_org, created_at, updated_at, version"

const tenantSelect = "SELECT " + tenantColumns + ", COALESCE((SELECT string_agg(h.host, ' ' ORDER BY h.host)" +
	" FROM tenant_hosts h WHERE h.tenant_id = tenants.id), '') FROM tenants "

// InsertTenant implements iam.TenantStore.
func (t *tx) InsertTenant(ctx context.Context, tenant *iam.Tenant, root *iam.Organization, systemRoles []*iam.Role) error {
	tenant.RootOrg = root.ID
	tenant.CreatedAt, tenant.UpdatedAt, tenant.Version = t.now, t.now, 1
	_, err := t.exec(ctx, "INSERT INTO tenants ("+tenantColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		string(tenant.ID), tenant.ShortName, tenant.Name, tenant.Color, tenant.LogoKey, string(tenant.Status), string(root.ID),
		micros(t.now), micros(t.now), tenant.Version)
	if err != nil {
		return t.refused(err, nil)
	}
	if err := t.insertHosts(ctx, tenant); err != nil {
		return err
	}
	root.Parent = ""
	if err := t.InsertOrg(ctx, tenant.ID, root); err != nil {
		return err
	}
	for _, r := range systemRoles {
		if err := t.InsertRole(ctx, tenant.ID, r); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertHosts(ctx context.Context, tenant *iam.Tenant) error {
	args := make([]any, 0, 2*len(tenant.Hosts))
	for _, h := range tenant.Hosts {
		args = append(args, h, string(tenant.ID))
	}
	return t.refused(t.insertRows(ctx, "INSERT INTO tenant_hosts (host, tenant_id)", 2, args), nil)
}

// UpdateTenant implements iam.TenantStore.
func (t *tx) UpdateTenant(ctx context.Context, tenant *iam.Tenant) error {
	n, err := t.exec(ctx, `
		UPDATE tenants SET name = $1, color = $2, logo_key = $3, status = $4, updated_at = $5, version = version + 1
		WHERE id = $6 AND version = $7`,
		tenant.Name, tenant.Color, tenant.LogoKey, string(tenant.Status), micros(t.now), string(tenant.ID), tenant.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM tenants WHERE id = $1", string(tenant.ID))
		if err != nil {
			return err
		}
		return stale(exists, "tenant")
	}
	if _, err := t.exec(ctx, "DELETE FROM tenant_hosts WHERE tenant_id = $1", string(tenant.ID)); err != nil {
		return err
	}
	if err := t.insertHosts(ctx, tenant); err != nil {
		return err
	}
	tenant.UpdatedAt, tenant.Version = t.now, tenant.Version+1
	return nil
}

// Tenant implements iam.TenantStore.
func (t *tx) Tenant(ctx context.Context, id iam.TenantID) (*iam.Tenant, error) {
	return t.tenantWhere(ctx, "id = $1", string(id))
}

// TenantByShortName implements iam.TenantStore.
func (t *tx) TenantByShortName(ctx context.Context, name string) (*iam.Tenant, error) {
	return t.tenantWhere(ctx, "short_name = $1", name)
}

// TenantByHost implements iam.TenantStore. What the operator has said of a host
// counts before what a tenant has verified.
func (t *tx) TenantByHost(ctx context.Context, host string) (*iam.Tenant, error) {
	return t.tenantWhere(ctx, "id = COALESCE("+hostsTenant+")", host)
}

// hostsTenant are, for COALESCE, the tenants of the host $1.
const hostsTenant = "(SELECT tenant_id FROM tenant_hosts WHERE host = $1), (SELECT tenant_id FROM domains WHERE host = $1 AND verified_at > 0)"

// FindTenant implements iam.TenantStore.
func (t *tx) FindTenant(ctx context.Context, host, shortName string) (*iam.Tenant, error) {
	return t.tenantWhere(ctx, "id = COALESCE("+hostsTenant+", (SELECT id FROM tenants WHERE short_name = $2),"+
		" (SELECT MIN(id) FROM tenants WHERE $2 = '' HAVING COUNT(*) = 1))", host, shortName)
}

func (t *tx) tenantWhere(ctx context.Context, where string, values ...any) (*iam.Tenant, error) {
	return one(ctx, t, "tenant", scanTenant, tenantSelect+"WHERE "+where, values...)
}

// Tenants implements iam.TenantStore.
func (t *tx) Tenants(ctx context.Context) ([]*iam.Tenant, error) {
	return many(ctx, t, scanTenant, tenantSelect+"ORDER BY short_name")
}

func scanTenant(row scanner) (*iam.Tenant, error) {
	v := &iam.Tenant{}
	var created, updated int64
	var hosts string
	err := row.Scan(&v.ID, &v.ShortName, &v.Name, &v.Color, &v.LogoKey, &v.Status, &v.RootOrg, &created, &updated, &v.Version, &hosts)
	v.CreatedAt, v.UpdatedAt = fromMicros(created), fromMicros(updated)
	if hosts != "" {
		v.Hosts = strings.Split(hosts, " ")
	}
	return v, err
}

// SetupToken implements iam.TenantStore.
func (t *tx) SetupToken(ctx context.Context) ([]byte, error) {
	var hash []byte
	err := t.each(ctx, "SELECT setup_token FROM installation WHERE id = 1", nil, func(row scanner) error {
		return row.Scan(&hash)
	})
	return hash, err
}

// SetSetupToken implements iam.TenantStore.
func (t *tx) SetSetupToken(ctx context.Context, hash []byte) error {
	_, err := t.exec(ctx, `
		INSERT INTO installation (id, setup_token) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET setup_token = excluded.setup_token`, hash)
	return err
}
