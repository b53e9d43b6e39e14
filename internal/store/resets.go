package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// InsertPasswordReset implements iam.PasswordResetStore. The user's row is
// locked, so that of two at once the later replaces the earlier.
func (t *tx) InsertPasswordReset(ctx context.Context, r *iam.PasswordReset) error {
	var id string
	err := t.row(ctx, "user", "SELECT id FROM users WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		[]any{string(r.Tenant), string(r.User)}, &id)
	if err != nil {
		return err
	}
	if err := t.DeletePasswordResets(ctx, r.Tenant, r.User); err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO password_resets (token_hash, tenant_id, user_id, created_at, expires_at, used_at)"+
		" VALUES ($1, $2, $3, $4, $5, $6)",
		r.TokenHash, string(r.Tenant), id, micros(r.CreatedAt), micros(r.ExpiresAt), micros(r.UsedAt))
	return err
}

// DeletePasswordResets implements iam.PasswordResetStore.
func (t *tx) DeletePasswordResets(ctx context.Context, tenant iam.TenantID, id iam.UserID) error {
	_, err := t.exec(ctx, "DELETE FROM password_resets WHERE tenant_id = $1 AND user_id = $2", string(tenant), string(id))
	return err
}

func scanReset(row scanner) (*iam.PasswordReset, error) {
	r := &iam.PasswordReset{}
	var created, expires, used int64
	err := row.Scan(&r.TokenHash, &r.Tenant, &r.User, &created, &expires, &used)
	r.CreatedAt, r.ExpiresAt, r.UsedAt = fromMicros(created), fromMicros(expires), fromMicros(used)
	return r, err
}

const selectResets = "SELECT token_hash, tenant_id, user_id, created_at, expires_at, used_at FROM password_resets WHERE token_hash = $1"

// PasswordReset implements iam.PasswordResetStore.
func (t *tx) PasswordReset(ctx context.Context, hash []byte) (*iam.PasswordReset, error) {
	return one(ctx, t, "password reset", scanReset, selectResets+" AND used_at = 0 AND expires_at > $2", hash, micros(t.now))
}

// UsePasswordReset implements iam.PasswordResetStore.
func (t *tx) UsePasswordReset(ctx context.Context, hash []byte) (*iam.PasswordReset, error) {
	// The condition is checked under the row's lock: of two at once, the second
	// sees what the first wrote.
	n, err := t.exec(ctx, "UPDATE password_resets SET used_at = $1 WHERE token_hash = $2 AND used_at = 0 AND expires_at > $1",
		micros(t.now), hash)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, iam.NotFound("password reset")
	}
	return one(ctx, t, "password reset", scanReset, selectResets, hash)
}
