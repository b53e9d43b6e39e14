package store

import (
	"context"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// replayKept is how long an answer is remembered.
const replayKept = 24 * time.Hour

// unanswered is the condition that a request has no answer yet.
var unanswered = fmt.Sprintf("status IN (0, %d)", iam.ReplayBegun)

func scanReplay(row scanner) (*iam.Replay, error) {
	r := &iam.Replay{}
	var created int64
	err := row.Scan(&r.Key, &r.RequestHash, &r.Status, &r.Header, &r.Body, &created)
	r.CreatedAt = fromMicros(created)
	return r, err
}

// ClaimReplay implements iam.IdempotencyStore. The row decides: of two claims
// at once, one inserts or takes it over and the other reads what the first wrote.
func (t *tx) ClaimReplay(ctx context.Context, tenant iam.TenantID, key string, requestHash []byte) (*iam.Replay, error) {
	for {
		n, err := t.exec(ctx, "INSERT INTO replays (tenant_id, key, request_hash, status, created_at) VALUES ($1, $2, $3, 0, $4)"+
			" ON CONFLICT (tenant_id, key) DO NOTHING", string(tenant), key, requestHash, micros(t.now))
		if err != nil || n == 1 {
			return nil, err
		}
		n, err = t.exec(ctx, "UPDATE replays SET request_hash = $3, status = 0, header = NULL, body = NULL, created_at = $4"+
			" WHERE tenant_id = $1 AND key = $2 AND (created_at <= $5 OR (status = 0 AND created_at <= $6))",
			string(tenant), key, requestHash, micros(t.now),
			micros(t.now.Add(-replayKept)), micros(t.now.Add(-iam.ReplayPending)))
		if err != nil || n == 1 {
			return nil, err
		}
		r, err := one(ctx, t, "replay", scanReplay, "SELECT key, request_hash, status, header, body, created_at"+
			" FROM replays WHERE tenant_id = $1 AND key = $2", string(tenant), key)
		// Gone between the two statements: released, so it can be had.
		if iam.CodeOf(err) != iam.CodeNotFound {
			return r, err
		}
	}
}

// beginReplay notes that the request which holds a claim changes something. Of
// two that run on one claim, because the first took longer than ReplayPending,
// only one can: CodeConflict for the other.
func (t *tx) beginReplay(ctx context.Context, c *iam.Claim) error {
	if c == nil || c.Begun.Load() {
		return nil
	}
	n, err := t.exec(ctx, "UPDATE replays SET status = $4 WHERE tenant_id = $1 AND key = $2 AND request_hash = $3 AND status = 0",
		string(c.Tenant), c.Key, c.RequestHash, iam.ReplayBegun)
	if err == nil && n == 0 {
		err = iam.ReplayUnderWay()
	}
	return err
}

// FinishReplay implements iam.IdempotencyStore. A claim that was taken over
// meanwhile, or finished, stays as it is.
func (t *tx) FinishReplay(ctx context.Context, tenant iam.TenantID, r *iam.Replay) error {
	_, err := t.exec(ctx, "UPDATE replays SET status = $4, header = $5, body = $6"+
		" WHERE tenant_id = $1 AND key = $2 AND request_hash = $3 AND "+unanswered,
		string(tenant), r.Key, r.RequestHash, r.Status, r.Header, r.Body)
	return err
}

// ReleaseReplay implements iam.IdempotencyStore. A finished answer stays.
func (t *tx) ReleaseReplay(ctx context.Context, tenant iam.TenantID, key string, begun bool) error {
	which := "status = 0"
	if begun {
		which = unanswered
	}
	_, err := t.exec(ctx, "DELETE FROM replays WHERE tenant_id = $1 AND key = $2 AND "+which, string(tenant), key)
	return err
}
