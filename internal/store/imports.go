package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const importColumns = "id, file_name, file_key, state, rows_total, rows_checked, rows_valid, rows_invalid, rows_done," +
	" created, skipped, failed_reason, created_by, created_name, granted, created_at, finished_at, lease_until"

func scanImport(row scanner) (*iam.Import, error) {
	i := &iam.Import{}
	var created, finished, lease int64
	var granted string
	err := row.Scan(&i.ID, &i.FileName, &i.FileKey, &i.State, &i.RowsTotal, &i.RowsChecked, &i.RowsValid, &i.RowsInvalid, &i.RowsDone,
		&i.Created, &i.Skipped, &i.FailedReason, &i.CreatedBy, &i.CreatedName, &granted,
		&created, &finished, &lease)
	i.Granted = splitPermissions(granted)
	i.CreatedAt, i.FinishedAt, i.LeaseUntil = fromMicros(created), fromMicros(finished), fromMicros(lease)
	return i, err
}

// InsertImport implements iam.ImportStore.
func (t *tx) InsertImport(ctx context.Context, tenant iam.TenantID, i *iam.Import) error {
	_, err := t.exec(ctx, "INSERT INTO user_imports (tenant_id, "+importColumns+")"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
		string(tenant), string(i.ID), i.FileName, i.FileKey, string(i.State), i.RowsTotal, i.RowsChecked, i.RowsValid, i.RowsInvalid,
		i.RowsDone, i.Created, i.Skipped, i.FailedReason, string(i.CreatedBy), i.CreatedName,
		joinPermissions(i.Granted), micros(i.CreatedAt), micros(i.FinishedAt), micros(i.LeaseUntil))
	return t.refused(err, iam.NotFound("tenant"))
}

// UpdateImport implements iam.ImportStore: it writes everything but when the
// import was made and of which file.
func (t *tx) UpdateImport(ctx context.Context, tenant iam.TenantID, i *iam.Import) error {
	n, err := t.exec(ctx, "UPDATE user_imports SET state = $3, rows_total = $4, rows_checked = $5, rows_valid = $6, rows_invalid = $7,"+
		" rows_done = $8, created = $9, skipped = $10, failed_reason = $11, finished_at = $12, lease_until = $13,"+
		" created_by = $14, created_name = $15, granted = $16 WHERE tenant_id = $1 AND id = $2",
		string(tenant), string(i.ID), string(i.State), i.RowsTotal, i.RowsChecked, i.RowsValid,
		i.RowsInvalid, i.RowsDone, i.Created, i.Skipped, i.FailedReason, micros(i.FinishedAt), micros(i.LeaseUntil),
		string(i.CreatedBy), i.CreatedName, joinPermissions(i.Granted))
	if err == nil && n == 0 {
		return iam.NotFound("import")
	}
	return err
}

// ImportForUpdate implements iam.ImportStore.
func (t *tx) ImportForUpdate(ctx context.Context, tenant iam.TenantID, id iam.ImportID) (*iam.Import, error) {
	return one(ctx, t, "import", scanImport, "SELECT "+importColumns+" FROM user_imports WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		string(tenant), string(id))
}

// Import implements iam.ImportStore.
func (t *tx) Import(ctx context.Context, tenant iam.TenantID, id iam.ImportID) (*iam.Import, error) {
	return one(ctx, t, "import", scanImport, "SELECT "+importColumns+" FROM user_imports WHERE tenant_id = $1 AND id = $2",
		string(tenant), string(id))
}

// Imports implements iam.ImportStore.
func (t *tx) Imports(ctx context.Context, tenant iam.TenantID) ([]*iam.Import, error) {
	return many(ctx, t, scanImport, "SELECT "+importColumns+" FROM user_imports WHERE tenant_id = $1 ORDER BY id DESC LIMIT 100",
		string(tenant))
}

// ClaimImport implements iam.ImportStore. Imports that another node is claiming
// are passed over.
func (t *tx) ClaimImport(ctx context.Context, lease time.Duration) (iam.TenantID, *iam.Import, error) {
	var tenant iam.TenantID
	var id iam.ImportID
	// The states are spelled as in the partial index, which SQLite takes for no
	// other condition.
	const free = "state IN ('checking', 'running') AND lease_until <= "
	err := t.row(ctx, "import", "SELECT tenant_id, id FROM user_imports WHERE "+free+"$1 ORDER BY lease_until, id LIMIT 1"+t.d.skipLocked,
		[]any{micros(t.now)}, &tenant, &id)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	n, err := t.exec(ctx, "UPDATE user_imports SET lease_until = $3 WHERE tenant_id = $1 AND id = $2 AND "+free+"$4",
		string(tenant), string(id), micros(t.now.Add(lease)), micros(t.now))
	if err != nil || n == 0 {
		return "", nil, err
	}
	i, err := t.Import(ctx, tenant, id)
	return tenant, i, err
}

// AddImportRows implements iam.ImportStore. What a line was reported for already,
// as a restarted import may do again, stays as it is.
func (t *tx) AddImportRows(ctx context.Context, tenant iam.TenantID, id iam.ImportID, rows []iam.ImportRow) error {
	return bulks(rows, func(rows []iam.ImportRow) error {
		args := []any{string(tenant), string(id)}
		for _, r := range rows {
			args = append(args, r.Line, r.Field, r.Code, r.Message, r.Action)
		}
		_, err := t.exec(ctx, "INSERT INTO user_import_rows (tenant_id, import_id, line, field, code, message, action)"+
			" SELECT CAST($1 AS text), CAST($2 AS text), v.column1, v.column2, v.column3, v.column4, v.column5 FROM (VALUES "+
			tuples(len(rows), 3, "CAST(% AS bigint)", "CAST(% AS text)", "CAST(% AS text)", "CAST(% AS text)", "CAST(% AS text)")+
			") AS v WHERE true"+ // which keeps SQLite from reading ON as part of a join
			" ON CONFLICT (tenant_id, import_id, line, field) DO NOTHING", args...)
		return t.refused(err, iam.NotFound("import"))
	})
}

func scanImportRow(row scanner) (*iam.ImportRow, error) {
	r := &iam.ImportRow{}
	return r, row.Scan(&r.Line, &r.Field, &r.Code, &r.Message, &r.Action)
}

// ImportRows implements iam.ImportStore: in the order of the file's lines.
func (t *tx) ImportRows(ctx context.Context, tenant iam.TenantID, id iam.ImportID, p iam.Page) (iam.List[iam.ImportRow], error) {
	return keysetList[iam.ImportRow]{
		id:       newListID(tenant, "import rows", string(id)),
		kinds:    "is",
		position: func(r iam.ImportRow) []any { return []any{r.Line, r.Field} },
		fetch: func(pos []any, back bool, limit int) ([]iam.ImportRow, error) {
			query := "SELECT line, field, code, message, action FROM user_import_rows WHERE tenant_id = $1 AND import_id = $2"
			args := append([]any{string(tenant), string(id), limit}, pos...)
			switch {
			case pos == nil:
				query += " ORDER BY line, field LIMIT $3"
			case back:
				query += " AND (line, field) < ($4, $5) ORDER BY line DESC, field DESC LIMIT $3"
			default:
				query += " AND (line, field) > ($4, $5) ORDER BY line, field LIMIT $3"
			}
			found, err := many(ctx, t, scanImportRow, query, args...)
			rows := make([]iam.ImportRow, len(found))
			for i, r := range found {
				rows[i] = *r
			}
			return rows, err
		},
	}.page(p)
}
