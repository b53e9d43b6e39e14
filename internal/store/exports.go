package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const exportColumns = "id, org_id, kind, format, column_names, filters, state, rows_total, rows_done, size, position, attempt, failed_reason," +
	" created_by, created_name, api_key, granted, created_at, finished_at, expires_at, lease_until, failed_code"

func scanExport(row scanner) (*iam.Export, error) {
	e := &iam.Export{}
	var columns, filter, granted string
	var created, finished, expires, lease int64
	err := row.Scan(&e.ID, &e.Org, &e.Kind, &e.Format, &columns, &filter, &e.State, &e.RowsTotal, &e.RowsDone, &e.Size, &e.Position,
		&e.Attempt, &e.FailedReason, &e.CreatedBy, &e.CreatedName, &e.APIKey, &granted, &created, &finished, &expires, &lease, &e.FailedCode)
	if err != nil {
		return nil, err
	}
	if columns != "" {
		e.Columns = strings.Fields(columns)
	}
	e.Granted = splitPermissions(granted)
	e.CreatedAt, e.FinishedAt, e.ExpiresAt, e.LeaseUntil = fromMicros(created), fromMicros(finished), fromMicros(expires), fromMicros(lease)
	if err := json.Unmarshal([]byte(filter), &e.Filter); err != nil {
		return nil, fmt.Errorf("filter of export %s: %w", e.ID, err)
	}
	return e, nil
}

// InsertExport implements iam.ExportStore.
func (t *tx) InsertExport(ctx context.Context, tenant iam.TenantID, e *iam.Export) error {
	filter, err := json.Marshal(e.Filter)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO exports (tenant_id, "+exportColumns+")"+valuesText(23, 1),
		string(tenant), string(e.ID), string(e.Org), string(e.Kind), string(e.Format), strings.Join(e.Columns, " "), string(filter),
		string(e.State), e.RowsTotal, e.RowsDone, e.Size, e.Position, e.Attempt, e.FailedReason, string(e.CreatedBy), e.CreatedName,
		string(e.APIKey), joinPermissions(e.Granted), micros(e.CreatedAt), micros(e.FinishedAt), micros(e.ExpiresAt), micros(e.LeaseUntil), e.FailedCode)
	return t.refused(err, iam.NotFound("person"))
}

// UpdateExport implements iam.ExportStore.
func (t *tx) UpdateExport(ctx context.Context, tenant iam.TenantID, e *iam.Export) error {
	n, err := t.exec(ctx, "UPDATE exports SET state = $3, rows_total = $4, rows_done = $5, size = $6, position = $7, failed_reason = $8,"+
		" finished_at = $9, expires_at = $10, lease_until = $11, failed_code = $12 WHERE tenant_id = $1 AND id = $2",
		string(tenant), string(e.ID), string(e.State), e.RowsTotal, e.RowsDone, e.Size, e.Position, e.FailedReason,
		micros(e.FinishedAt), micros(e.ExpiresAt), micros(e.LeaseUntil), e.FailedCode)
	if err == nil && n == 0 {
		return iam.NotFound("export")
	}
	return err
}

// DeleteExport implements iam.ExportStore.
func (t *tx) DeleteExport(ctx context.Context, tenant iam.TenantID, id iam.ExportID) error {
	n, err := t.exec(ctx, "DELETE FROM exports WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	if err == nil && n == 0 {
		return iam.NotFound("export")
	}
	return err
}

// Export implements iam.ExportStore.
func (t *tx) Export(ctx context.Context, tenant iam.TenantID, id iam.ExportID) (*iam.Export, error) {
	return one(ctx, t, "export", scanExport, "SELECT "+exportColumns+" FROM exports WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
}

// ExportForUpdate implements iam.ExportStore.
func (t *tx) ExportForUpdate(ctx context.Context, tenant iam.TenantID, id iam.ExportID) (*iam.Export, error) {
	return one(ctx, t, "export", scanExport, "SELECT "+exportColumns+" FROM exports WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		string(tenant), string(id))
}

// ExportsOf implements iam.ExportStore.
func (t *tx) ExportsOf(ctx context.Context, tenant iam.TenantID, user iam.UserID) ([]*iam.Export, error) {
	return many(ctx, t, scanExport, "SELECT "+exportColumns+" FROM exports WHERE tenant_id = $1 AND created_by = $2 ORDER BY id DESC",
		string(tenant), string(user))
}

// ClaimExport implements iam.ExportStore. Exports that another node is claiming
// are passed over.
func (t *tx) ClaimExport(ctx context.Context, lease time.Duration) (iam.TenantID, *iam.Export, error) {
	var tenant iam.TenantID
	var id iam.ExportID
	// The states are spelled as in the partial index, which SQLite takes for no
	// other condition.
	const free = "state IN ('queued', 'running') AND lease_until <= "
	err := t.row(ctx, "export", "SELECT tenant_id, id FROM exports WHERE "+free+"$1 ORDER BY lease_until, id LIMIT 1"+t.d.skipLocked,
		[]any{micros(t.now)}, &tenant, &id)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	n, err := t.exec(ctx, "UPDATE exports SET state = 'running', attempt = attempt + 1, lease_until = $3"+
		" WHERE tenant_id = $1 AND id = $2 AND "+free+"$4", string(tenant), string(id), micros(t.now.Add(lease)), micros(t.now))
	if err != nil || n == 0 {
		return "", nil, err
	}
	e, err := t.Export(ctx, tenant, id)
	return tenant, e, err
}

// DeleteExpiredExports implements iam.ExportStore.
func (t *tx) DeleteExpiredExports(ctx context.Context, limit int) (int64, error) {
	return t.exec(ctx, "DELETE FROM exports WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM exports"+
		" WHERE expires_at > 0 AND expires_at <= $1 ORDER BY expires_at LIMIT $2)", micros(t.now), limit)
}
