package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const importColumns = "id, file_name, file_key, state, rows_total, rows_checked, rows_valid, rows_invalid, rows_done," +
	" created, skipped, failed_reason, created_by, created_name, granted, created_at, finished_at, lease_until, org_id, failed_code, api_key_id," +
	" started_ip, started_agent, started_request"

func scanImport(row scanner) (*iam.Import, error) {
	i := &iam.Import{}
	var created, finished, lease int64
	var granted string
	err := row.Scan(&i.ID, &i.FileName, &i.FileKey, &i.State, &i.RowsTotal, &i.RowsChecked, &i.RowsValid, &i.RowsInvalid, &i.RowsDone,
		&i.Created, &i.Skipped, &i.FailedReason, &i.CreatedBy, &i.CreatedName, &granted,
		&created, &finished, &lease, &i.Org, &i.FailedCode, &i.APIKey,
		&i.StartedFrom.IP, &i.StartedFrom.UserAgent, &i.StartedFrom.RequestID)
	i.Granted = splitPermissions(granted)
	i.CreatedAt, i.FinishedAt, i.LeaseUntil = fromMicros(created), fromMicros(finished), fromMicros(lease)
	return i, err
}

// InsertImport implements iam.ImportStore.
func (t *tx) InsertImport(ctx context.Context, tenant iam.TenantID, i *iam.Import) error {
	_, err := t.exec(ctx, "INSERT INTO user_imports (tenant_id, "+importColumns+")"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
		string(tenant), string(i.ID), i.FileName, i.FileKey, string(i.State), i.RowsTotal, i.RowsChecked, i.RowsValid, i.RowsInvalid,
		i.RowsDone, i.Created, i.Skipped, i.FailedReason, string(i.CreatedBy), i.CreatedName,
		joinPermissions(i.Granted), micros(i.CreatedAt), micros(i.FinishedAt), micros(i.LeaseUntil), string(i.Org), i.FailedCode, string(i.APIKey),
		i.StartedFrom.IP, i.StartedFrom.UserAgent, i.StartedFrom.RequestID)
	return t.refused(err, iam.NotFound("tenant"))
}

// UpdateImport implements iam.ImportStore: it writes everything but when the
// import was made and of which file.
func (t *tx) UpdateImport(ctx context.Context, tenant iam.TenantID, i *iam.Import) error {
	n, err := t.exec(ctx, "UPDATE user_imports SET state = $3, rows_total = $4, rows_checked = $5, rows_valid = $6, rows_invalid = $7,"+
		" rows_done = $8, created = $9, skipped = $10, failed_reason = $11, finished_at = $12, lease_until = $13,"+
		" created_by = $14, created_name = $15, granted = $16, failed_code = $17, api_key_id = $18,"+
		" started_ip = $19, started_agent = $20, started_request = $21 WHERE tenant_id = $1 AND id = $2",
		string(tenant), string(i.ID), string(i.State), i.RowsTotal, i.RowsChecked, i.RowsValid,
		i.RowsInvalid, i.RowsDone, i.Created, i.Skipped, i.FailedReason, micros(i.FinishedAt), micros(i.LeaseUntil),
		string(i.CreatedBy), i.CreatedName, joinPermissions(i.Granted), i.FailedCode, string(i.APIKey),
		i.StartedFrom.IP, i.StartedFrom.UserAgent, i.StartedFrom.RequestID)
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
func (t *tx) Imports(ctx context.Context, tenant iam.TenantID, wanted func(*iam.Import) bool) ([]*iam.Import, error) {
	const most = 100
	var out []*iam.Import
	for before := "~"; ; { // which comes after every id
		page, err := many(ctx, t, scanImport, "SELECT "+importColumns+" FROM user_imports WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
			string(tenant), before, most)
		if err != nil {
			return nil, err
		}
		for _, i := range page {
			if before = string(i.ID); wanted(i) {
				out = append(out, i)
			}
			if len(out) == most {
				return out, nil
			}
		}
		if len(page) < most {
			return out, nil
		}
	}
}

// ClaimImport implements iam.ImportStore. Of two that claim the same at once,
// one goes on to the next.
func (t *tx) ClaimImport(ctx context.Context, lease time.Duration, can func(iam.TenantID, *iam.Import) bool) (iam.TenantID, *iam.Import, error) {
	// The states are spelled as in the partial index, which SQLite takes for no
	// other condition.
	const free = "state IN ('checking', 'running') AND lease_until <= "
	type waiting struct {
		tenant iam.TenantID
		*iam.Import
	}
	found, err := many(ctx, t, func(row scanner) (*waiting, error) {
		w := &waiting{}
		i, err := scanImport(prefixed{row, []any{&w.tenant}})
		w.Import = i
		return w, err
	}, "SELECT tenant_id, "+importColumns+" FROM user_imports WHERE "+free+"$1 ORDER BY lease_until, id LIMIT 1000", micros(t.now))
	if err != nil {
		return "", nil, err
	}
	for _, w := range found {
		if !can(w.tenant, w.Import) {
			continue
		}
		n, err := t.exec(ctx, "UPDATE user_imports SET lease_until = $3 WHERE tenant_id = $1 AND id = $2 AND "+free+"$4",
			string(w.tenant), string(w.ID), micros(t.now.Add(lease)), micros(t.now))
		if err != nil {
			return "", nil, err
		}
		if n == 0 { // another node was faster
			continue
		}
		i, err := t.Import(ctx, w.tenant, w.ID)
		return w.tenant, i, err
	}
	return "", nil, nil
}

// prefixed scans what comes before the columns of a row that another function
// scans.
type prefixed struct {
	scanner
	first []any
}

// Scan implements scanner.
func (p prefixed) Scan(dest ...any) error { return p.scanner.Scan(append(p.first, dest...)...) }

// AddImportRows implements iam.ImportStore. What a line was reported for before,
// as a restarted import may do again, gives way to what is known now.
func (t *tx) AddImportRows(ctx context.Context, tenant iam.TenantID, id iam.ImportID, rows []iam.ImportRow) error {
	return bulks(lastOfEach(rows), func(rows []iam.ImportRow) error {
		if err := t.notNew(ctx, tenant, id, rows); err != nil {
			return err
		}
		args := []any{string(tenant), string(id)}
		for _, r := range rows {
			args = append(args, r.Line, r.Field, r.Code, r.Message, r.Action)
		}
		_, err := t.exec(ctx, "INSERT INTO user_import_rows (tenant_id, import_id, line, field, code, message, action)"+
			" SELECT CAST($1 AS text), CAST($2 AS text), v.column1, v.column2, v.column3, v.column4, v.column5 FROM (VALUES "+
			tuples(len(rows), 3, "CAST(% AS bigint)", "CAST(% AS text)", "CAST(% AS text)", "CAST(% AS text)", "CAST(% AS text)")+
			") AS v WHERE true"+ // which keeps SQLite from reading ON as part of a join
			" ON CONFLICT (tenant_id, import_id, line, field) DO UPDATE SET code = excluded.code, message = excluded.message, action = excluded.action", args...)
		return t.refused(err, iam.NotFound("import"))
	})
}

// notNew takes back that the lines of rows which add nobody would add somebody.
func (t *tx) notNew(ctx context.Context, tenant iam.TenantID, id iam.ImportID, rows []iam.ImportRow) error {
	args := []any{string(tenant), string(id)}
	for _, r := range rows {
		if r.Action != "create" {
			args = append(args, r.Line)
		}
	}
	if len(args) == 2 {
		return nil
	}
	_, err := t.exec(ctx, "DELETE FROM user_import_rows WHERE tenant_id = $1 AND import_id = $2 AND action = 'create' AND line IN "+
		placeholders(3, len(args)-2), args...)
	return err
}

// lastOfEach leaves out what a later row says of the same field of the same
// line: PostgreSQL writes no row twice in one statement.
func lastOfEach(rows []iam.ImportRow) []iam.ImportRow {
	type key struct {
		line  int64
		field string
	}
	at := make(map[key]int, len(rows))
	out := make([]iam.ImportRow, 0, len(rows))
	for _, r := range rows {
		k := key{r.Line, r.Field}
		if i, ok := at[k]; ok {
			out[i] = r
			continue
		}
		at[k] = len(out)
		out = append(out, r)
	}
	return out
}

func scanImportRow(row scanner) (*iam.ImportRow, error) {
	r := &iam.ImportRow{}
	return r, row.Scan(&r.Line, &r.Field, &r.Code, &r.Message, &r.Action)
}

// ImportRows implements iam.ImportStore: in the order of the file's lines.
func (t *tx) ImportRows(ctx context.Context, tenant iam.TenantID, id iam.ImportID, action string, p iam.Page) (iam.List[iam.ImportRow], error) {
	return keysetList[iam.ImportRow]{
		id:       newListID(tenant, "import rows", string(id), action),
		kinds:    "is",
		position: func(r iam.ImportRow) []any { return []any{r.Line, r.Field} },
		fetch: func(pos []any, back bool, limit int) ([]iam.ImportRow, error) {
			query := "SELECT line, field, code, message, action FROM user_import_rows WHERE tenant_id = $1 AND import_id = $2 AND (CAST($4 AS text) = '' OR action = $4)"
			args := append([]any{string(tenant), string(id), limit, action}, pos...)
			switch {
			case pos == nil:
				query += " ORDER BY line, field LIMIT $3"
			case back:
				query += " AND (line, field) < ($5, $6) ORDER BY line DESC, field DESC LIMIT $3"
			default:
				query += " AND (line, field) > ($5, $6) ORDER BY line, field LIMIT $3"
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
