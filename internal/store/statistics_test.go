package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

// SQLite looks people up by index however few there were when a connection was
// opened, also many of them at once and also after somebody ran ANALYZE by hand.
func TestPlansOfSQLite(t *testing.T) {
	db := storetest.SQLite(t)
	ctx := context.Background()
	raw, err := sql.Open("sqlite", "file:"+db.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.ExecContext(ctx, "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	if err := db.Optimize(ctx); err != nil {
		t.Fatal(err)
	}
	fresh, err := sql.Open("sqlite", "file:"+db.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	list := "(" + strings.Repeat("'x', ", 255) + "'x')"
	for _, tc := range []struct{ query, index string }{
		{"SELECT id FROM users WHERE tenant_id = 't' AND email_key IN " + list, "users_email (tenant_id=? AND email_key=?)"},
		{"SELECT id FROM users WHERE tenant_id = 't' AND external_id IN " + list, "users_external_id (tenant_id=? AND external_id=?)"},
		{"SELECT org_id FROM memberships WHERE tenant_id = 't' AND user_id IN " + list, "PRIMARY KEY (tenant_id=? AND user_id=?)"},
		{"SELECT bits FROM user_postings WHERE tenant_id = 't' AND key IN " + list, "PRIMARY KEY (tenant_id=? AND key=?)"},
		{"SELECT bits FROM user_postings WHERE tenant_id = 't' AND chunk = 1 AND key IN " + list, "PRIMARY KEY (tenant_id=? AND key=? AND chunk=?)"},
		{"SELECT bits FROM user_last_postings WHERE tenant_id = 't' AND chunk = 1 AND key IN " + list, "PRIMARY KEY (tenant_id=? AND key=? AND chunk=?)"},
		{"SELECT key, chunk, bits FROM user_all_postings WHERE tenant_id = 't' AND key IN " + list + " ORDER BY key", "user_last_postings USING PRIMARY KEY (tenant_id=? AND key=?)"},
		{"SELECT key, chunk, bits FROM user_all_postings WHERE tenant_id = 't' AND key IN " + list + " ORDER BY key", "user_postings USING PRIMARY KEY (tenant_id=? AND key=?)"},
		{"SELECT seq FROM users WHERE tenant_id = 't' AND (name_key, seq) > ('a', 1) ORDER BY name_key, seq LIMIT 50", "users_name (tenant_id=? AND name_key>?)"},
		{strings.NewReplacer("$1", "'t'", "$2", "'x'").Replace(store.SeqByEmail), "users_email (tenant_id=? AND email_key=?)"},
		{strings.NewReplacer("$1", "'t'", "$2", "'x'").Replace(store.SeqByExternalID), "users_external_id (tenant_id=? AND external_id=?)"},
		{eventIndex("ip"), "audit_events_ip (tenant_id=? AND (ip,id)>(?,?)"},
		{eventIndex("request_id"), "audit_events_request (tenant_id=? AND (request_id,id)>(?,?)"},
		{eventIndex("org_id"), "audit_events_org (tenant_id=? AND (org_id,id)>(?,?)"},
		{"SELECT seq FROM users WHERE tenant_id = 't' AND seq > 7 ORDER BY seq LIMIT 50", "users_seq (tenant_id=? AND seq>?)"},
	} {
		if plan := planOf(t, fresh, tc.query); !strings.Contains(plan, tc.index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%.80s…\n%s, want %s", tc.query, plan, tc.index)
		}
	}
}

// eventIndex is how the log is walked in the order of an index.
func eventIndex(column string) string {
	return strings.NewReplacer("$1", "'t'", "$2", "'a'", "$3", "'~'", "$4", "'x'").Replace(store.EventIndex(column))
}

func planOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(plan)
}

// What pages of users are read by has an index on PostgreSQL, too: were it not
// for this, a list would read every user of every tenant.
func TestPlansOfPostgres(t *testing.T) {
	open, ok := storetest.Engines(t)["postgres"]
	if !ok {
		return // Engines has said so where it must be tested
	}
	raw, err := sql.Open("pgx", open(t).Database)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1) // the setting is the connection's
	for _, statement := range []string{
		// So that only what has no index at all is read whole, however small it is.
		"SET enable_seqscan = off", "SET enable_bitmapscan = off", "SET plan_cache_mode = force_generic_plan",
	} {
		if _, err := raw.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := raw.Exec("PREPARE by_seqs (text, bigint[]) AS SELECT u.seq FROM users u WHERE " + store.PostgresOwnSeqs); err != nil {
		t.Fatal(err)
	}
	rows, err := raw.Query("EXPLAIN EXECUTE by_seqs ('t', '{1,2,3}')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	// Of an empty table it does not matter to the planner whether the seq is part of it.
	if !regexp.MustCompile(`Index Cond: \(+tenant_id = (\$1|\(\$1\)::text)\)`).MatchString(plan.String()) || strings.Contains(plan.String(), "Seq Scan") {
		t.Errorf("users are not found by tenant and seq:\n%s", plan.String())
	}
}

// After an import PostgreSQL knows how large the tables are.
func TestOptimizeAfterImport(t *testing.T) {
	for name, open := range storetest.Engines(t) {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			ctx := context.Background()
			if err := db.OptimizeNow(ctx); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(db.Database, "postgres") {
				return
			}
			raw, err := sql.Open("pgx", db.Database)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			for _, table := range []string{"users", "memberships", "user_postings", "user_last_postings"} {
				var known bool
				if err := raw.QueryRowContext(ctx, "SELECT reltuples >= 0 FROM pg_class WHERE oid = to_regclass($1)", table).Scan(&known); err != nil || !known {
					t.Errorf("%s: was looked at %t, %v", table, known, err)
				}
			}
		})
	}
}
