package storetest

import (
	"database/sql"
	"testing"

	"github.com/retinue/retinue/internal/store"
)

// Raw opens a database beside its store.
func Raw(t *testing.T, db DB) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+db.Database+"?_pragma=busy_timeout(10000)"
	if store.IsPostgres(db.Database) {
		driver, dsn = "pgx", db.Database
	}
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// memberOf is users.member_of as the table has it: what the migration filled
// the column with.
const memberOf = `
	COALESCE((
	  SELECT string_agg(
	    m.org_id || '|' || m.includes_descendants || '|' || m.created_at || '|' || m.permissions || '|' ||
	      m.roles || '|' ||
	      REPLACE(REPLACE(REPLACE(m.alias, '%', '%25'), '|', '%7C'), ',', '%2C'),
	    ',' ORDER BY m.org_id)
	  FROM memberships m WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id), '')`

// rowsAgree proves that whatever a test did, the rows of users carry what the
// table of memberships holds, and that this one agrees with itself.
func (w *world) rowsAgree(t *testing.T) {
	t.Helper()
	rows, err := Raw(t, w.db).QueryContext(t.Context(), "SELECT id, member_of, "+memberOf+" FROM users WHERE member_of <> "+memberOf)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, row, tables string
		if err := rows.Scan(&id, &row, &tables); err != nil {
			t.Fatal(err)
		}
		t.Errorf("the row of %s has %q, the tables %q", id, row, tables)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var wrong int
	if err := Raw(t, w.db).QueryRowContext(t.Context(), `SELECT COUNT(*) FROM memberships WHERE runs <>
		CASE WHEN ' ' || roles || ' ' LIKE '% role!_admin %' ESCAPE '!' OR ' ' || roles || ' ' LIKE '% role!_org!_admin %' ESCAPE '!' THEN 1 ELSE 0 END`).
		Scan(&wrong); err != nil || wrong > 0 {
		t.Errorf("%d memberships tell wrongly whether they run an organization, %v", wrong, err)
	}
	if err := Raw(t, w.db).QueryRowContext(t.Context(), postingsAstray).Scan(&wrong); err != nil || wrong > 0 {
		t.Errorf("%d postings are in the other table, %v", wrong, err)
	}
}

// postingsAstray counts the postings that are not where their chunk's belong.
const postingsAstray = `
	SELECT (SELECT COUNT(*) FROM user_postings p JOIN user_index_state s ON s.tenant_id = p.tenant_id WHERE p.chunk >= s.last_chunk) +
	  (SELECT COUNT(*) FROM user_last_postings p JOIN user_index_state s ON s.tenant_id = p.tenant_id WHERE p.chunk <> s.last_chunk)`
