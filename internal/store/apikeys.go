package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const selectAPIKeys = "SELECT id, tenant_id, user_id, first_name, last_name, name, prefix, secret_hash, permissions," +
	" created_by, created_at, expires_at, last_used_at, revoked_at" +
	" FROM (SELECT k.id, k.tenant_id, k.user_id, u.first_name, u.last_name, k.name, k.prefix, k.secret_hash, k.permissions," +
	" k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at" +
	" FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id) k"

func scanAPIKey(row scanner) (*iam.APIKey, error) {
	k := &iam.APIKey{}
	var owner iam.User
	var permissions string
	var created, expires, used, revoked int64
	err := row.Scan(&k.ID, &k.Tenant, &k.User, &owner.FirstName, &owner.LastName, &k.Name, &k.Prefix, &k.SecretHash, &permissions,
		&k.CreatedBy, &created, &expires, &used, &revoked)
	k.UserName = owner.FullName()
	k.Permissions = splitPermissions(permissions)
	k.CreatedAt, k.ExpiresAt = fromMicros(created), fromMicros(expires)
	k.LastUsedAt, k.RevokedAt = fromMicros(used), fromMicros(revoked)
	return k, err
}

// InsertAPIKey implements iam.APIKeyStore.
func (t *tx) InsertAPIKey(ctx context.Context, k *iam.APIKey) error {
	_, err := t.exec(ctx, "INSERT INTO api_keys (id, tenant_id, user_id, name, prefix, secret_hash, permissions,"+
		" created_by, created_at, expires_at, last_used_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		string(k.ID), string(k.Tenant), string(k.User), k.Name, k.Prefix, k.SecretHash, joinPermissions(k.Permissions),
		string(k.CreatedBy), micros(k.CreatedAt), micros(k.ExpiresAt), micros(k.LastUsedAt), micros(k.RevokedAt))
	return t.refused(err, iam.NotFound("user"))
}

// APIKeyBySecret implements iam.APIKeyStore.
func (t *tx) APIKeyBySecret(ctx context.Context, hash []byte) (*iam.APIKey, error) {
	return one(ctx, t, "API key", scanAPIKey, selectAPIKeys+" WHERE secret_hash = $1", hash)
}

// APIKeys implements iam.APIKeyStore.
func (t *tx) APIKeys(ctx context.Context, tenant iam.TenantID, f iam.APIKeyFilter) (iam.List[*iam.APIKey], error) {
	c := where(tenant)
	if f.User != "" {
		c.and("user_id = ", string(f.User), "")
	}
	parts := []string{string(f.User), string(f.State)}
	if m := f.Managed; m != nil {
		c.managed(m)
		parts = append(parts, string(m.Own), string(m.Below))
	}
	switch f.State {
	case iam.APIKeyActive:
		c.and("revoked_at = 0 AND (expires_at = 0 OR expires_at > ", micros(t.now), ")")
	case iam.APIKeyExpired:
		c.and("revoked_at = 0 AND expires_at <> 0 AND expires_at <= ", micros(t.now), "")
	case iam.APIKeyRevoked:
		c.text += " AND revoked_at <> 0"
	}
	return newestFirst(ctx, t, newListID(tenant, "API keys", parts...), c, selectAPIKeys, f.Page,
		scanAPIKey, func(k *iam.APIKey) string { return string(k.ID) })
}

// managed restricts the column user_id to somebody and to service users, of an
// organization and those below it where one is given.
func (c *condition) managed(m *iam.ManagedKeys) {
	c.and("(user_id = ", string(m.Own), " OR user_id IN (SELECT s.id FROM users s WHERE s.tenant_id = $1 AND s.user_type = 'service'")
	if m.Below != "" {
		c.text += " AND s.id IN (SELECT m.user_id FROM memberships m WHERE m.tenant_id = $1"
		c.below(m.Below)
		c.text += ")"
	}
	c.text += "))"
}

// APIKey implements iam.APIKeyStore.
func (t *tx) APIKey(ctx context.Context, tenant iam.TenantID, id iam.APIKeyID) (*iam.APIKey, error) {
	return one(ctx, t, "API key", scanAPIKey, selectAPIKeys+" WHERE id = $1 AND tenant_id = $2", string(id), string(tenant))
}

// RevokeAPIKey implements iam.APIKeyStore. A key that is revoked already keeps
// its time.
func (t *tx) RevokeAPIKey(ctx context.Context, tenant iam.TenantID, id iam.APIKeyID) error {
	n, err := t.exec(ctx, "UPDATE api_keys SET revoked_at = CASE WHEN revoked_at = 0 THEN CAST($1 AS bigint) ELSE revoked_at END"+
		" WHERE id = $2 AND tenant_id = $3", micros(t.now), string(id), string(tenant))
	if err == nil && n == 0 {
		return iam.NotFound("API key")
	}
	return err
}

// TouchAPIKeys implements iam.APIKeyStore, as TouchSessions does.
func (t *tx) TouchAPIKeys(ctx context.Context, used map[iam.APIKeyID]time.Time) error {
	return touch(ctx, t, "api_keys", used)
}
