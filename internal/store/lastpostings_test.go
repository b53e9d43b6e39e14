package store_test

import (
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/store/storetest"
)

// An upgrade takes the postings of each tenant's last chunk to the table that has them
// now, and no others.
func TestUpgradeOfLastPostings(t *testing.T) {
	for name, open := range storetest.Unmigrated(t) {
		t.Run(name, func(t *testing.T) { upgradeLastPostings(t, open(t)) })
	}
}

func upgradeLastPostings(t *testing.T, db storetest.DB) {
	if err := db.MigrateTo(t.Context(), 36); err != nil {
		t.Fatal(err)
	}
	raw, old := before(t, db)
	posting := func(tenant, key string, chunk int) {
		old("INSERT INTO user_postings (tenant_id, key, chunk, members, bits) VALUES ($1, $2, $3, 1, $4)", tenant, key, chunk, []byte{1})
	}
	for _, tenant := range []string{"a", "b", "none"} {
		old(oldTenant, tenant, tenant, tenant)
		old("INSERT INTO user_index_state (tenant_id, version) VALUES ($1, 7)", tenant)
	}
	for chunk := range 4 {
		posting("a", "s:active", chunk)
	}
	posting("a", "o:left", 1)
	posting("a", "o:new", 3)
	posting("b", "s:active", 0)
	posting("b", "s:active", 2)
	if _, _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string][]string{
		"user_postings":      {"a o:left 1", "a s:active 0", "a s:active 1", "a s:active 2", "b s:active 0"},
		"user_last_postings": {"a o:new 3", "a s:active 3", "b s:active 2"},
		"user_all_postings":  {"a o:left 1", "a o:new 3", "a s:active 0", "a s:active 1", "a s:active 2", "a s:active 3", "b s:active 0", "b s:active 2"},
	} {
		var got string
		if err := raw.QueryRowContext(t.Context(), "SELECT string_agg(p, ', ' ORDER BY p) FROM"+
			" (SELECT tenant_id || ' ' || key || ' ' || chunk AS p FROM "+table+" WHERE members = 1 AND LENGTH(bits) = 1) x").Scan(&got); err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(want, ", "); got != want {
			t.Errorf("%s has %s, want %s", table, got, want)
		}
	}
	for tenant, want := range map[string]int64{"a": 3, "b": 2, "none": 0} {
		var got int64
		if err := raw.QueryRowContext(t.Context(), "SELECT last_chunk FROM user_index_state WHERE tenant_id = $1", tenant).Scan(&got); err != nil || got != want {
			t.Errorf("the last chunk of %s is %d, want %d; %v", tenant, got, want, err)
		}
	}
}
