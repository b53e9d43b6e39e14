package store_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

// before is a database of an earlier version, and how something was written there.
func before(t *testing.T, db storetest.DB) (raw *sql.DB, write func(statement string, args ...any)) {
	t.Helper()
	raw = storetest.Raw(t, db)
	return raw, func(statement string, args ...any) {
		t.Helper()
		if _, err := raw.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// The statements by which every earlier version had a tenant with its
// organization, and a person in it.
const (
	oldTenant = "INSERT INTO tenants (id, short_name, name, color, logo_key, status, root_org, created_at, updated_at, version)" +
		" VALUES ($1, $2, 'Acme', '', '', 'active', $3, 0, 0, 1)"
	oldOrg = "INSERT INTO organizations (tenant_id, id, short_name, name, description, status, created_at, updated_at, version)" +
		" VALUES ($1, $2, $3, 'Acme', '', 'active', 0, 0, 1)"
	oldUser = "INSERT INTO users (tenant_id, id, user_type, status, first_name, last_name, nickname, name_key, email, email_key, phone," +
		" timezone, locale, theme, photo_key, password_hash, must_change_password, password_expires_at, password_changed_at," +
		" last_sign_in_at, created_at, updated_at, version)" +
		" VALUES ($1, $2, 'member', 'active', $3, $4, '', 'x', $5, $5, '', '', '', '', '', '', 0, 0, 0, 0, 0, 0, 1)"
)

// What an upgrade does with what a schema of before wrote: whoever had all of the
// checkbox "Settings" has it still, and a chain in which nothing was sealed yet
// knows which events may have names under the hash.
func TestUpgrade(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgrade(t, open(t)) })
	}
}

func upgrade(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 15); err != nil {
		t.Fatal(err)
	}
	tenant, org := iam.TenantID(db.NewID(iam.PrefixTenant)), iam.OrgID(db.NewID(iam.PrefixOrg))
	had := [][]iam.Permission{
		{"dashboard.home", "bots.read", "dashboard.settings"},
		{"bots.read", "bots.manage", "dashboard.settings"},
		{"bots.read", "bots.publish"},
		{"dashboard.settings", "bots.reader"},
	}
	want := slices.Clone(had)
	want[0] = []iam.Permission{"dashboard.home", "bots.read", "bots.configure", "dashboard.settings"}
	want[1] = []iam.Permission{"bots.read", "bots.manage", "bots.configure", "dashboard.settings"}
	raw, old := before(t, db)
	old(oldTenant, tenant, "acme", org)
	old(oldOrg, tenant, org, "acme")
	people, invited := make([]string, len(had)), make([]string, len(had))
	for i, list := range had {
		permissions := make([]string, len(list))
		for j, p := range list {
			permissions[j] = string(p)
		}
		people[i], invited[i] = db.NewID(iam.PrefixUser), db.NewID(iam.PrefixInvitation)
		mail, granted := people[i]+"@x.example", strings.Join(permissions, " ")
		old(oldUser, tenant, people[i], "Jo", "", mail)
		old("INSERT INTO memberships (tenant_id, user_id, org_id, includes_descendants, permissions, created_at) VALUES ($1, $2, $3, 0, $4, 0)",
			tenant, people[i], org, granted)
		old("INSERT INTO invitations (tenant_id, id, org_id, email, email_key, user_id, user_type, role_ids, permissions, team_ids, locale, state,"+
			" mail_id, invited_by, invited_name, created_at, sent_at, times_sent, expires_at, accepted_at, accepted_by)"+
			" VALUES ($1, $2, $3, $4, $4, '', 'member', '', $5, '', '', 'pending', '', '', '', 0, 0, 0, 0, 0, '')", tenant, invited[i], org, mail, granted)
		old("INSERT INTO audit_events (tenant_id, id, at, action, outcome, reason, actor_type, actor_id, actor_name, target_type, target_id,"+
			" target_name, changes, ip, user_agent, request_id, salts)"+
			" VALUES ($1, $2, 0, 'export.created', 'success', '', 'system', '', '', '', '', '', $3, '', '', '', $4)",
			tenant, db.NewID(iam.PrefixEvent), `[{"field":"filter","after":{"search":"`+mail+`"}}]`, store.NewSalts())
	}
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx iam.Tx) error {
		for i := range had {
			u, err := tx.User(t.Context(), tenant, iam.UserID(people[i]))
			if err != nil {
				return err
			}
			inv, err := tx.Invitation(t.Context(), tenant, iam.InvitationID(invited[i]))
			if err != nil {
				return err
			}
			if !slices.Equal(u.Memberships[0].Permissions, want[i]) || !slices.Equal(inv.Permissions, want[i]) {
				t.Errorf("%v became %v and %v", had[i], u.Memberships[0].Permissions, inv.Permissions)
			}
		}
		_, err := tx.SealEvents(t.Context(), tenant, 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var until int64
	if err := raw.QueryRowContext(t.Context(), "SELECT open_until FROM audit_heads WHERE tenant_id = $1", tenant).Scan(&until); err != nil {
		t.Fatal(err)
	}
	if until != int64(len(had)) {
		t.Errorf("names may be under the hash up to %d", until)
	}
	if err := db.Read(t.Context(), func(tx iam.Tx) error {
		if sealed, breach, err := tx.VerifyEvents(t.Context(), tenant); sealed != int64(len(had)) || breach != nil || err != nil {
			t.Errorf("%d, %+v, %v", sealed, breach, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Whoever wrote an announcement or added a domain before their ids were kept is
// found by a name that one person alone has.
func TestUpgradeOfNames(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgradeNames(t, open(t)) })
	}
}

func upgradeNames(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 26); err != nil {
		t.Fatal(err)
	}
	raw, old := before(t, db)
	for _, tenant := range []string{"a", "b"} {
		old(oldTenant, tenant, tenant, tenant)
		old(oldOrg, tenant, tenant, tenant)
	}
	person := func(tenant, id, first, last string) { old(oldUser, tenant, id, first, last, id) }
	person("a", "ann", "Ann", "One")
	person("a", "jo1", "Jo", "Two")
	person("a", "jo2", "Jo", "Two")
	person("a", "cher", "Cher", "")
	person("b", "ann-b", "Ann", "One")
	for _, id := range []string{"gone", "ann-gone"} {
		old("INSERT INTO user_tombstones (tenant_id, id, full_name, user_type, deleted_at, deleted_by) VALUES ('b', $1, $2, 'member', 0, '')",
			id, map[string]string{"gone": "Gone Three", "ann-gone": "Ann One"}[id])
	}
	for i, want := range []struct{ tenant, name, id string }{
		{"a", "Ann One", "ann"}, {"a", "Jo Two", ""}, {"a", "Cher", "cher"}, {"a", "Gone Three", ""}, {"b", "Gone Three", "gone"}, {"b", "Ann One", ""},
	} {
		id := string('0' + rune(i))
		old("INSERT INTO announcements (tenant_id, id, org_id, title, body, author, published_at, updated_at, version)"+
			" VALUES ($1, $2, $1, $4, '', $3, 0, 0, 1)", want.tenant, id, want.name, want.id)
		old("INSERT INTO domains (tenant_id, id, org_id, host, token, created_at, created_by, verified_at, checked_at, failing_at, problem, expires_at)"+
			" VALUES ($1, $2, $1, $2, $4, 0, $3, 0, 0, 0, '', 0)", want.tenant, id, want.name, want.id)
	}
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, wrong := range map[string]string{"announcements": "author_id <> title", "domains": "created_by <> token OR created_name = ''"} {
		var n int
		if err := raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table+" WHERE "+wrong).Scan(&n); err != nil || n > 0 {
			t.Errorf("%d of %s are somebody else's, %v", n, table, err)
		}
	}
}

// Rows tell again when people joined, and addresses that are one by their case
// have one key where nobody else has it.
func TestUpgradeOfJoinedAndAddresses(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgradeJoined(t, open(t)) })
	}
}

func upgradeJoined(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 34); err != nil {
		t.Fatal(err)
	}
	raw, old := before(t, db)
	for _, tenant := range []string{"a", "b"} {
		old(oldTenant, tenant, tenant, tenant)
		old(oldOrg, tenant, tenant, tenant)
	}
	for _, u := range [][3]string{{"a", "sig", "νίκος@x"}, {"a", "strasse", "strasse@x"}, {"a", "sz", "straße@x"}, {"b", "sz", "straße@x"}, {"b", "none", "n@x"}} {
		old(oldUser, u[0], u[1], "Ann", "One", u[2])
		if u[1] != "none" {
			old("INSERT INTO memberships (tenant_id, user_id, org_id, includes_descendants, permissions, created_at) VALUES ($1, $2, $1, 0, '', 7)", u[0], u[1])
			old("UPDATE users SET member_of = $1 WHERE tenant_id = $2 AND id = $3", u[0]+"|0|9|||", u[0], u[1])
		}
	}
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got string
	err := raw.QueryRowContext(t.Context(), "SELECT string_agg(tenant_id || ' ' || email_key || ' ' || member_of, ', ' ORDER BY tenant_id, id) FROM users").Scan(&got)
	if want := "a νίκοσ@x a|0|7|||, a strasse@x a|0|7|||, a straße@x a|0|7|||, b n@x , b strasse@x b|0|7|||"; err != nil || got != want {
		t.Errorf("got  %s\nwant %s; %v", got, want, err)
	}
}

// What was done as somebody else before is found by them.
func TestUpgradeOfBehalf(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			if err := db.MigrateTo(t.Context(), 35); err != nil {
				t.Fatal(err)
			}
			raw, old := before(t, db)
			old(oldTenant, "a", "a", "a")
			const jo = "user_01m9ksenvre009y2pxq3092hbq"
			for id, personal := range map[string]string{
				"evt_1": `[{"field":"on_behalf_of","after":{"id":"` + jo + `","name":"Jo"}},{"field":"nickname"}]`,
				"evt_2": `[{"field":"nickname","after":"on_behalf_of"}]`, "evt_3": "",
			} {
				old("INSERT INTO audit_events (tenant_id, id, at, action, outcome, reason, actor_type, actor_id, actor_name, target_type, target_id,"+
					" target_name, changes, ip, user_agent, request_id, personal, org_id) VALUES ('a', $1, 0, 'x', '', '', '', '', '', '', '', '', '', '', '', '', $2, '')", id, personal)
			}
			if _, _, err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			var got string
			err := raw.QueryRowContext(t.Context(), "SELECT string_agg(tenant_id || ' ' || user_id || ' ' || event_id, ', ') FROM audit_behalf").Scan(&got)
			if want := "a " + jo + " evt_1"; err != nil || got != want {
				t.Errorf("got %q, want %q; %v", got, want, err)
			}
		})
	}
}

// The roles that people had are in the rows of their memberships.
func TestUpgradeOfRoles(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgradeRoles(t, open(t)) })
	}
}

func upgradeRoles(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 31); err != nil {
		t.Fatal(err)
	}
	raw, old := before(t, db)
	for _, tenant := range []string{"a", "b"} {
		old(oldTenant, tenant, tenant, tenant)
		old(oldOrg, tenant, tenant, tenant)
		old(oldUser, tenant, "ann", "Ann", "One", "ann")
		old("INSERT INTO memberships (tenant_id, user_id, org_id, includes_descendants, permissions, created_at) VALUES ($1, 'ann', $1, 0, '', 0)", tenant)
		for _, role := range []string{"role_admin", "role_agent"} {
			old("INSERT INTO roles (tenant_id, id, code, name, description, scope, is_system, permissions, created_at, updated_at, version)"+
				" VALUES ($1, $2, $2, $2, '', 'organization', 1, '', 0, 0, 1)", tenant, role)
		}
	}
	for _, held := range [][2]string{{"a", "role_agent"}, {"a", "role_admin"}, {"b", "role_agent"}} {
		old("INSERT INTO membership_roles (tenant_id, user_id, org_id, role_id) VALUES ($1, 'ann', $1, $2)", held[0], held[1])
	}
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for tenant, want := range map[string]string{"a": "role_admin role_agent, 1", "b": "role_agent, 0"} {
		var got string
		if err := raw.QueryRowContext(t.Context(), "SELECT roles || ', ' || runs FROM memberships WHERE tenant_id = $1", tenant).Scan(&got); err != nil || got != want {
			t.Errorf("%s has %q, want %q; %v", tenant, got, want, err)
		}
	}
}

// Of several nodes that begin at once with a new version, one migrates and the
// others wait for it. SQLite has one process.
func TestMigratingAtOnce(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		if name == "sqlite" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			db := open(t)
			errs := make(chan error, 3)
			for range cap(errs) {
				go func() {
					s, err := store.Open(t.Context(), store.Options{Database: db.Database, Clock: db.Clock, IDs: db.IDs})
					if err == nil {
						_, _, err = s.Migrate(t.Context())
						err = errors.Join(err, s.Close())
					}
					errs <- err
				}()
			}
			for range cap(errs) {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
		})
	}
}
