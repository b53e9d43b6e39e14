package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

func scanSigningKey(row scanner) (*iam.SigningKey, error) {
	k := &iam.SigningKey{}
	var created, active, attested int64
	err := row.Scan(&k.ID, &k.Algorithm, &k.Public, &k.Private, &created, &active, &attested)
	k.CreatedAt, k.ActiveAt, k.AttestedAt = fromMicros(created), fromMicros(active), fromMicros(attested)
	return k, err
}

// SigningKeys implements iam.SigningKeyStore.
func (t *tx) SigningKeys(ctx context.Context, tenant iam.TenantID) ([]*iam.SigningKey, error) {
	return many(ctx, t, scanSigningKey, "SELECT id, algorithm, public_key, private_key, created_at, active_at, attested_at FROM signing_keys WHERE tenant_id = $1"+
		" ORDER BY active_at, id", string(tenant))
}

// InsertSigningKey implements iam.SigningKeyStore.
func (t *tx) InsertSigningKey(ctx context.Context, tenant iam.TenantID, k *iam.SigningKey) error {
	k.CreatedAt = t.now
	_, err := t.exec(ctx, "INSERT INTO signing_keys (tenant_id, id, algorithm, public_key, private_key, created_at, active_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		string(tenant), k.ID, k.Algorithm, k.Public, k.Private, micros(t.now), micros(k.ActiveAt))
	return t.refused(err, iam.NotFound("tenant"))
}

// DeleteSigningKey implements iam.SigningKeyStore.
func (t *tx) DeleteSigningKey(ctx context.Context, tenant iam.TenantID, id string) error {
	n, err := t.exec(ctx, "DELETE FROM signing_keys WHERE tenant_id = $1 AND id = $2", string(tenant), id)
	return gone(n, err, "key")
}

// AttestSigningKey implements iam.SigningKeyStore.
func (t *tx) AttestSigningKey(ctx context.Context, tenant iam.TenantID, id string) error {
	n, err := t.exec(ctx, "UPDATE signing_keys SET attested_at = CASE WHEN attested_at = 0 THEN $3 ELSE attested_at END WHERE tenant_id = $1 AND id = $2",
		string(tenant), id, micros(t.now))
	return gone(n, err, "key")
}

// RetireSigningKey implements iam.SigningKeyStore.
func (t *tx) RetireSigningKey(ctx context.Context, tenant iam.TenantID, id string) error {
	n, err := t.exec(ctx, "UPDATE signing_keys SET private_key = $3 WHERE tenant_id = $1 AND id = $2", string(tenant), id, []byte{})
	return gone(n, err, "key")
}

// SigningTenants implements iam.SigningKeyStore.
func (t *tx) SigningTenants(ctx context.Context) ([]iam.TenantID, error) {
	var list []iam.TenantID
	err := t.each(ctx, "SELECT DISTINCT tenant_id FROM signing_keys ORDER BY tenant_id", nil, func(row scanner) error {
		var id iam.TenantID
		err := row.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
