package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// personalTable is a table that refers to people, and what becomes of it.
type personalTable struct {
	// records are what the export shows of it beside what package privacy reads
	// itself: $1 the tenant, $2 the person's id, $3 the address.
	records []personalQuery
	// erase replaces names: $1 the tenant, $2 the id, $3 the pseudonym, $4 the time.
	erase []string
	// why says what else covers the table, or why it has nothing to show or erase.
	why string
}

type personalQuery struct{ kind, query string }

// gone and read say why a table has no entries of its own.
const (
	whyGone = "ends with the account"
	whyRead = "package privacy reads it; it ends with the account"
)

// personalTables are all tables that refer to people, for export and erasure. A
// test wants every such table of the schema in it.
var personalTables = map[string]personalTable{
	"users":       {why: whyRead},
	"memberships": {why: whyRead}, "team_members": {why: whyRead},
	"access_notices": {why: whyGone}, "password_resets": {why: whyGone},
	"mails":        {why: "package privacy reads it; emptied by the address"},
	"audit_events": {why: "package privacy reads it; erased part by part (docs/adr/0009)"},
	"audit_behalf": {why: "finds events, which package privacy reads; has an id, as these keep"},
	"brands":       {why: "support_email is the organization's"},
	"announcements": {
		records: []personalQuery{
			{"announcements", "SELECT id, org_id, title, published_at FROM announcements WHERE tenant_id = $1 AND author_id = $2"},
		},
		erase: []string{"UPDATE announcements SET author = $3 WHERE tenant_id = $1 AND author_id = $2"},
	},
	"domains": {
		records: []personalQuery{{"domains", "SELECT id, org_id, host, created_at, verified_at FROM domains WHERE tenant_id = $1 AND created_by = $2"}},
		erase:   []string{"UPDATE domains SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2"},
	},
	"api_keys": {records: []personalQuery{
		{"api_keys_made", "SELECT id, name, prefix, user_id, created_at FROM api_keys WHERE tenant_id = $1 AND created_by = $2 AND user_id <> $2"},
	}, why: whyRead},
	"sessions": {records: []personalQuery{
		{"sessions", "SELECT id, org_id, ip, user_agent, created_at, last_used_at, expires_at, ended_at FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND actor_id = ''"},
		{"logged_in_as_this_person", "SELECT id, org_id, actor_id, created_at, ended_at FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND actor_id <> ''"},
		{"logged_in_as_others", "SELECT id, org_id, user_id, ip, user_agent, reason, created_at, ended_at FROM sessions WHERE tenant_id = $1 AND actor_id = $2"},
	}, why: whyGone},
	"dashboard_tab_people": {records: []personalQuery{{"tabs", "SELECT tab_id FROM dashboard_tab_people WHERE tenant_id = $1 AND user_id = $2"}}, why: whyGone},
	"permission_uses": {records: []personalQuery{
		{"permission_uses", "SELECT org_id, permission, day AS last_day FROM permission_uses WHERE tenant_id = $1 AND user_id = $2"},
	}, why: whyGone},
	"ip_refusals": {records: []personalQuery{
		{"refused_addresses", "SELECT code, org_id, address, at AS refused_at, expires_at FROM ip_refusals WHERE tenant_id = $1 AND user_id = $2"},
	}, why: whyGone},
	"ip_exceptions": {records: []personalQuery{
		{"address_exceptions", "SELECT id, org_id, address, note, until_at, created_at FROM ip_exceptions WHERE tenant_id = $1 AND user_id = $2"},
		{"address_exceptions_granted", "SELECT id, org_id, address, until_at, created_at FROM ip_exceptions WHERE tenant_id = $1 AND created_by = $2"},
	}, erase: []string{"UPDATE ip_exceptions SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4"}},
	"exports": {records: []personalQuery{
		{"exports", "SELECT id, org_id, kind, format, state, rows_done, created_at, finished_at FROM exports WHERE tenant_id = $1 AND created_by = $2"},
	}, why: whyGone},
	"user_presence":       {records: []personalQuery{{"presence", "SELECT presence FROM user_presence WHERE tenant_id = $1 AND user_id = $2"}}, why: whyGone},
	"user_tombstones":     {erase: []string{"UPDATE user_tombstones SET full_name = $3, email = '', erased_at = $4 WHERE tenant_id = $1 AND id = $2"}},
	"user_tombstone_orgs": {why: "has ids alone, of those who are gone: who may know of them"},
	"past_memberships": {records: []personalQuery{
		{"organizations_left", "SELECT org_id, left_at FROM past_memberships WHERE tenant_id = $1 AND user_id = $2"},
	}, why: "has ids alone: who may know of what they did there"},
	"user_imports": {records: []personalQuery{
		{"imports", "SELECT id, org_id, file_name, state, rows_total, created_at, finished_at FROM user_imports WHERE tenant_id = $1 AND created_by = $2"},
	}, erase: []string{
		// The texts of before named whoever had started it; what has a code loses nothing.
		"UPDATE user_imports SET created_name = $3, started_ip = '', started_agent = '', started_request = ''," +
			" failed_reason = CASE WHEN failed_code IN ('', 'importer_gone', 'importer_may_not') THEN '' ELSE failed_reason END" +
			" WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4",
	}},
	"invitations": {records: []personalQuery{
		{"invitations_received", "SELECT id, org_id, email, state, invited_name, created_at, sent_at, times_sent, expires_at, accepted_at FROM invitations" +
			" WHERE tenant_id = $1 AND (user_id = $2 OR accepted_by = $2 OR email = $3)"},
		{"invitations_sent", "SELECT id, org_id, state, created_at, sent_at, times_sent, accepted_at FROM invitations WHERE tenant_id = $1 AND invited_by = $2"},
	}, erase: []string{"UPDATE invitations SET invited_name = $3 WHERE tenant_id = $1 AND invited_by = $2 AND created_at <= $4"}},
	"access_reviews": {records: []personalQuery{
		{"reviews", "SELECT id, org_id, name, state, created_at, finished_at FROM access_reviews WHERE tenant_id = $1 AND (created_by = $2 OR finished_by = $2)"},
	}, erase: []string{
		"UPDATE access_reviews SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4",
		"UPDATE access_reviews SET finished_name = $3 WHERE tenant_id = $1 AND finished_by = $2 AND created_at <= $4",
	}},
	"access_review_rows": {records: []personalQuery{
		{"reviewed", "SELECT review_id, org_id, org_name, full_name, email, user_type, status, last_sign_in_at, held, decision, take, decided_at, result" +
			" FROM access_review_rows WHERE tenant_id = $1 AND user_id = $2"},
		{"review_decisions", "SELECT review_id, org_id, n, org_name, decision, decided_at FROM access_review_rows WHERE tenant_id = $1 AND decided_by = $2"},
	}, erase: []string{
		// The problem names the person; its code says the same.
		"UPDATE access_review_rows SET full_name = $3, email = '', problem = '' WHERE tenant_id = $1 AND user_id = $2 AND member_since <= $4",
		"UPDATE access_review_rows SET decided_name = $3 WHERE tenant_id = $1 AND decided_by = $2 AND decided_at <= $4",
	}},
}

// PersonalRecords implements iam.PrivacyStore.
func (t *tx) PersonalRecords(ctx context.Context, tenant iam.TenantID, id iam.UserID, address string) (map[string][]map[string]any, error) {
	out := map[string][]map[string]any{}
	for _, table := range personalTables {
		for _, q := range table.records {
			args := []any{string(tenant), string(id)}
			if strings.Contains(q.query, "$3") {
				args = append(args, address)
			}
			list := []map[string]any{}
			err := t.each(ctx, q.query, args, func(row scanner) error {
				record, err := recordOf(row)
				list = append(list, record)
				return err
			})
			if err != nil {
				return nil, err
			}
			out[q.kind] = list
		}
	}
	return out, nil
}

// recordOf reads a row by the names of its columns; those that end in _at are times.
func recordOf(row scanner) (map[string]any, error) {
	names, err := row.Columns()
	if err != nil {
		return nil, err
	}
	values := make([]any, len(names))
	dest := make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := row.Scan(dest...); err != nil {
		return nil, err
	}
	record := make(map[string]any, len(names))
	for i, name := range names {
		switch v := values[i].(type) {
		case []byte:
			record[name] = string(v)
		case int64:
			record[name] = v
			if strings.HasSuffix(name, "_at") {
				record[name] = nil
				if v != 0 {
					record[name] = fromMicros(v)
				}
			}
		default:
			record[name] = v
		}
	}
	return record, nil
}
