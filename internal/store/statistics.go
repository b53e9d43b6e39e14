package store

import (
	"context"
	"maps"
)

// SQLite plans by what sqlite_stat1 says of the sizes of tables. It does not
// keep that up to date: connections read it once, so that one which was opened
// when there were ten people would read whole tables after a million have been
// imported. The tables of this schema are asked in few ways, all of them by
// index, so what is right for a large directory is right for all of them, and a
// small one is quick in any way. The statistics are therefore part of the schema;
// they are those of ten tenants with a million users in all (sqlite.org,
// queryplanner-ng: "query planner stability guarantee").

// sqliteStatistics are the rows of sqlite_stat1, by index: the table (where it
// has another name), the number of entries, and how many of them have the same
// first, first two, … columns.
var sqliteStatistics = map[string][2]string{
	"users_id":              {"users", "1000000 100000 1"},
	"users_email":           {"users", "1000000 100000 1"},
	"users_external_id":     {"users", "550000 55000 1"},
	"users_name":            {"users", "1000000 100000 2 1"},
	"users_seq":             {"users", "1000000 100000 1"},
	"users_admins":          {"users", "10000 1000 1"},
	"memberships":           {"memberships", "1000000 100000 1 1"},
	"memberships_org":       {"memberships", "1000000 100000 10000 1"},
	"memberships_runs":      {"memberships", "3000 300 2 1"},
	"user_postings":         {"user_postings", "1000000 100000 4 1"},
	"user_last_postings":    {"user_last_postings", "100000 10000 1 1"},
	"user_changes_tenant":   {"user_changes", "1000 100 1"},
	"counter_deltas_tenant": {"counter_deltas", "1000 100 2 1"},
	"audit_events":          {"audit_events", "2000000 200000 1"},
	"audit_events_seq":      {"audit_events", "2000000 200000 1"},
	"audit_events_unsealed": {"audit_events", "1000 100 1"},
	"audit_events_target":   {"audit_events", "2000000 200000 2 1"},
	"audit_events_actor":    {"audit_events", "2000000 200000 200 1"},
	"audit_events_org":      {"audit_events", "1000000 100000 500 1"},
	"audit_events_action":   {"audit_events", "2000000 200000 10000 1"},
	"audit_events_ip":       {"audit_events", "1000000 100000 50 1"},
	"audit_events_request":  {"audit_events", "1000000 100000 2 1"},
	"sessions_user":         {"sessions", "100000 10000 2"},
	"sessions_org":          {"sessions", "100000 10000 5000"},
	"sessions_expiry":       {"sessions", "100000 2"},
}

// keepStatistics writes the statistics where they are not those of this
// program. On PostgreSQL there is nothing to do.
func (s *Store) keepStatistics(ctx context.Context) error {
	if s.path == "" {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		// Makes the table when there is none, and gathers nothing.
		if _, err := t.s.exec(ctx, "ANALYZE sqlite_schema"); err != nil {
			return err
		}
		found := map[string][2]string{}
		rows := 0
		err := t.each(ctx, "SELECT tbl, COALESCE(idx, ''), COALESCE(stat, '') FROM sqlite_stat1", nil, func(r scanner) error {
			var table, index, stat string
			err := r.Scan(&table, &index, &stat)
			found[index] = [2]string{table, stat}
			rows++
			return err
		})
		if err != nil || rows == len(sqliteStatistics) && maps.Equal(found, sqliteStatistics) {
			return err
		}
		if _, err := t.s.exec(ctx, "DELETE FROM sqlite_stat1"); err != nil {
			return err
		}
		for index, stat := range sqliteStatistics {
			if _, err := t.s.exec(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)", stat[0], index, stat[1]); err != nil {
				return err
			}
		}
		_, err = t.s.exec(ctx, "ANALYZE sqlite_schema")
		return err
	})
}
