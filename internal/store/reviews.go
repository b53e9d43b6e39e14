package store

import (
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const reviewColumns = "id, org_id, below, top_org, name, state, due_at, repeat_months, next_due_at, reminded_at, used_since, row_count, position," +
	" created_by, created_name, created_at, finished_by, finished_name, finished_at, finish_org, granted, report_sha256, lease_until, version"

// reviewSelect reads of a review that has outlived its organization which that was.
const reviewSelect = "SELECT " + reviewColumns + ", former_org, former_name FROM access_reviews"

func scanReview(row scanner) (*iam.Review, error) {
	r := &iam.Review{}
	var below, due, next, reminded, used, created, finished, lease int64
	var granted string
	var former iam.OrgID
	err := row.Scan(&r.ID, &r.Org, &below, &r.Top, &r.Name, &r.State, &due, &r.RepeatMonths, &next, &reminded, &used, &r.Rows, &r.Position,
		&r.CreatedBy, &r.CreatedName, &created, &r.FinishedBy, &r.FinishedName, &finished, &r.FinishOrg, &granted, &r.ReportSHA256, &lease, &r.Version,
		&former, &r.FormerName)
	if former != "" {
		r.Org, r.Former = former, true
	}
	r.Below, r.DueAt, r.NextDueAt, r.RemindedAt = below != 0, fromMicros(due), fromMicros(next), fromMicros(reminded)
	r.UsedSince, r.CreatedAt, r.FinishedAt, r.LeaseUntil = fromMicros(used), fromMicros(created), fromMicros(finished), fromMicros(lease)
	r.Granted = splitPermissions(granted)
	return r, err
}

// InsertReview implements iam.ReviewStore.
func (t *tx) InsertReview(ctx context.Context, tenant iam.TenantID, r *iam.Review) error {
	r.CreatedAt, r.Version = t.now, 1
	_, err := t.exec(ctx, "INSERT INTO access_reviews (tenant_id, "+reviewColumns+") VALUES ("+params(25, 1)+")",
		string(tenant), string(r.ID), string(r.Org), number(r.Below), string(r.Top), r.Name, string(r.State), micros(r.DueAt), r.RepeatMonths, micros(r.NextDueAt),
		micros(r.RemindedAt), micros(r.UsedSince), r.Rows, r.Position, string(r.CreatedBy), r.CreatedName, micros(r.CreatedAt), string(r.FinishedBy),
		r.FinishedName, micros(r.FinishedAt), string(r.FinishOrg), joinPermissions(r.Granted), r.ReportSHA256, micros(r.LeaseUntil), r.Version)
	return t.refused(err, iam.NotFound("organization"))
}

// UpdateReview implements iam.ReviewStore.
func (t *tx) UpdateReview(ctx context.Context, tenant iam.TenantID, r *iam.Review) error {
	n, err := t.exec(ctx, `
		UPDATE access_reviews SET name = $1, state = $2, due_at = $3, repeat_months = $4, next_due_at = $5, reminded_at = $6, row_count = $7,
		       position = $8, finished_by = $9, finished_name = $10, finished_at = $11, finish_org = $12, granted = $13, report_sha256 = $14,
		       lease_until = $15, version = version + 1
		WHERE tenant_id = $16 AND id = $17 AND version = $18`,
		r.Name, string(r.State), micros(r.DueAt), r.RepeatMonths, micros(r.NextDueAt), micros(r.RemindedAt), r.Rows, r.Position, string(r.FinishedBy),
		r.FinishedName, micros(r.FinishedAt), string(r.FinishOrg), joinPermissions(r.Granted), r.ReportSHA256, micros(r.LeaseUntil),
		string(tenant), string(r.ID), r.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM access_reviews WHERE tenant_id = $1 AND id = $2", string(tenant), string(r.ID))
		if err != nil {
			return err
		}
		return stale(exists, "access review")
	}
	r.Version++
	return nil
}

// Review implements iam.ReviewStore.
func (t *tx) Review(ctx context.Context, tenant iam.TenantID, id iam.ReviewID) (*iam.Review, error) {
	return one(ctx, t, "access review", scanReview, reviewSelect+" WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
}

// ReviewForUpdate implements iam.ReviewStore.
func (t *tx) ReviewForUpdate(ctx context.Context, tenant iam.TenantID, id iam.ReviewID) (*iam.Review, error) {
	return one(ctx, t, "access review", scanReview, reviewSelect+" WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		string(tenant), string(id))
}

// Reviews implements iam.ReviewStore.
func (t *tx) Reviews(ctx context.Context, tenant iam.TenantID, below iam.OrgID, p iam.Page) (iam.List[*iam.Review], error) {
	c := where(tenant)
	c.below(below)
	return newestFirst(ctx, t, newListID(tenant, "access reviews", string(below)), c, reviewSelect, p,
		scanReview, func(r *iam.Review) string { return string(r.ID) })
}

// LeaveReviews implements iam.ReviewStore.
func (t *tx) LeaveReviews(ctx context.Context, tenant iam.TenantID, org iam.OrgID) ([]*iam.Review, error) {
	all, err := many(ctx, t, scanReview, reviewSelect+" WHERE tenant_id = $1 AND org_id = $2 ORDER BY id"+t.d.forUpdate, string(tenant), string(org))
	if err != nil {
		return nil, err
	}
	ending := slices.DeleteFunc(all, func(r *iam.Review) bool { return r.State == iam.ReviewFinished || r.State == iam.ReviewCancelled })
	_, err = t.exec(ctx, `
		UPDATE access_reviews SET former_org = org_id, next_due_at = 0, version = version + 1,
		       former_name = (SELECT o.name FROM organizations o WHERE o.tenant_id = $1 AND o.id = $2),
		       org_id = (SELECT t.root_org FROM tenants t WHERE t.id = $1)
		WHERE tenant_id = $1 AND org_id = $2 AND former_org = '' AND state IN ('finished', 'cancelled')`, string(tenant), string(org))
	return ending, err
}

// ClaimReview implements iam.ReviewStore.
func (t *tx) ClaimReview(ctx context.Context, lease time.Duration) (iam.TenantID, *iam.Review, error) {
	var tenant iam.TenantID
	var id iam.ReviewID
	err := t.row(ctx, "access review", "SELECT tenant_id, id FROM access_reviews WHERE state IN ('preparing', 'finishing') AND lease_until <= $1"+
		" ORDER BY lease_until, id LIMIT 1"+t.d.skipLocked, []any{micros(t.now)}, &tenant, &id)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	r, err := t.Review(ctx, tenant, id)
	if err != nil {
		return "", nil, err
	}
	r.LeaseUntil = t.now.Add(lease)
	return tenant, r, t.UpdateReview(ctx, tenant, r)
}

// DueReviews implements iam.ReviewStore.
func (t *tx) DueReviews(ctx context.Context, n int) (map[iam.ReviewID]iam.TenantID, error) {
	out := map[iam.ReviewID]iam.TenantID{}
	err := t.each(ctx, `
		SELECT r.tenant_id, r.id FROM access_reviews r WHERE r.next_due_at > 0 AND r.next_due_at <= $1 AND r.reminded_at = 0 AND NOT EXISTS (
			SELECT 1 FROM access_reviews o WHERE o.tenant_id = r.tenant_id AND o.org_id = r.org_id AND o.state IN ('preparing', 'open', 'finishing')
			AND (r.top_org = '' OR o.top_org = r.top_org OR o.top_org = (SELECT t.root_org FROM tenants t WHERE t.id = o.tenant_id)))
		ORDER BY r.next_due_at LIMIT $2`,
		[]any{micros(t.now), n}, func(row scanner) error {
			var tenant iam.TenantID
			var id iam.ReviewID
			err := row.Scan(&tenant, &id)
			out[id] = tenant
			return err
		})
	return out, err
}

// FollowReviews implements iam.ReviewStore.
func (t *tx) FollowReviews(ctx context.Context, tenant iam.TenantID, r *iam.Review, tops []iam.OrgID) error {
	args := []any{string(tenant), string(r.Org), string(r.ID)}
	for _, top := range append(tops, "") { // "" of before they were kept
		args = append(args, string(top))
	}
	_, err := t.exec(ctx, "UPDATE access_reviews SET next_due_at = 0, version = version + 1"+
		" WHERE tenant_id = $1 AND org_id = $2 AND id <> $3 AND next_due_at > 0 AND top_org IN "+placeholders(4, len(tops)+1), args...)
	return err
}
