package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// PhotoInUse implements iam.PictureStore. The index on photos has only those who
// have one, and is taken for no other condition.
func (t *tx) PhotoInUse(ctx context.Context, tenant iam.TenantID, photoKey string) (bool, error) {
	return t.has(ctx, "SELECT 1 FROM users WHERE tenant_id = $1 AND photo_key = $2 AND photo_key <> ''"+
		" UNION ALL SELECT 1 FROM teams WHERE tenant_id = $1 AND photo_key = $2"+
		" UNION ALL SELECT 1 FROM organizations WHERE tenant_id = $1 AND logo_key = $2 LIMIT 1", string(tenant), photoKey)
}

// HoldPicture implements iam.PictureStore. Of several holds the longest counts.
func (t *tx) HoldPicture(ctx context.Context, tenant iam.TenantID, photoKey string, until time.Time) error {
	_, err := t.exec(ctx, "INSERT INTO loose_pictures (tenant_id, photo_key, due_at, held_until) VALUES ($1, $2, $3, $3)"+
		" ON CONFLICT (tenant_id, photo_key) DO UPDATE SET held_until ="+
		" CASE WHEN loose_pictures.held_until > excluded.held_until THEN loose_pictures.held_until ELSE excluded.held_until END",
		string(tenant), photoKey, micros(until))
	return t.refused(err, iam.NotFound("tenant"))
}

// LoosenPicture implements iam.PictureStore.
func (t *tx) LoosenPicture(ctx context.Context, tenant iam.TenantID, photoKey string, due time.Time) error {
	_, err := t.exec(ctx, "INSERT INTO loose_pictures (tenant_id, photo_key, due_at, held_until) VALUES ($1, $2, $3, 0)"+
		" ON CONFLICT (tenant_id, photo_key) DO UPDATE SET due_at = excluded.due_at", string(tenant), photoKey, micros(due))
	return t.refused(err, iam.NotFound("tenant"))
}

// LoosePictures implements iam.PictureStore.
func (t *tx) LoosePictures(ctx context.Context, limit int) ([]iam.LoosePicture, error) {
	found, err := many(ctx, t, func(row scanner) (*iam.LoosePicture, error) {
		p := &iam.LoosePicture{}
		return p, row.Scan(&p.Tenant, &p.Keys)
	}, "SELECT tenant_id, photo_key FROM loose_pictures WHERE due_at <= $1 AND held_until <= $1 ORDER BY due_at LIMIT $2"+t.d.skipLocked,
		micros(t.now), limit)
	out := make([]iam.LoosePicture, 0, len(found))
	for _, p := range found {
		out = append(out, *p)
	}
	return out, err
}

// SettlePicture implements iam.PictureStore.
func (t *tx) SettlePicture(ctx context.Context, tenant iam.TenantID, photoKey string) error {
	_, err := t.exec(ctx, "DELETE FROM loose_pictures WHERE tenant_id = $1 AND photo_key = $2", string(tenant), photoKey)
	return err
}
