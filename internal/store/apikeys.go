package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const selectAPIKeys = "SELECT k.id, k.tenant_id, k.user_id, u.first_name, u.last_name, k.name, k.prefix, k.secret_hash, k.permissions," +
	" k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at" +
	" FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id"

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
	return one(ctx, t, "API key", scanAPIKey, selectAPIKeys+" WHERE k.secret_hash = $1", hash)
}

// APIKeys implements iam.APIKeyStore.
func (t *tx) APIKeys(ctx context.Context, tenant iam.TenantID, user iam.UserID) ([]*iam.APIKey, error) {
	const newest = " ORDER BY k.created_at DESC, k.id DESC"
	if user == "" {
		return many(ctx, t, scanAPIKey, selectAPIKeys+" WHERE k.tenant_id = $1"+newest, string(tenant))
	}
	return many(ctx, t, scanAPIKey, selectAPIKeys+" WHERE k.tenant_id = $1 AND k.user_id = $2"+newest, string(tenant), string(user))
}

// APIKey implements iam.APIKeyStore.
func (t *tx) APIKey(ctx context.Context, tenant iam.TenantID, id iam.APIKeyID) (*iam.APIKey, error) {
	return one(ctx, t, "API key", scanAPIKey, selectAPIKeys+" WHERE k.id = $1 AND k.tenant_id = $2", string(id), string(tenant))
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
