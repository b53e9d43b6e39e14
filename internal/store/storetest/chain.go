package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// testSealing: events get consecutive places, each once, tenant by tenant.
func testSealing(t *testing.T, f *sides) {
	for i := range 300 {
		f.append(t, f.a.tenant, f.event(fmt.Sprintf("a.%d", i)))
	}
	f.append(t, f.b.tenant, f.event("b"))
	same(t, "sealed of the first 130", f.seal(t, f.a.tenant, 130), 130)
	same(t, "sealed of the rest", f.seal(t, f.a.tenant, 1000), 170)
	same(t, "sealed of nothing", f.seal(t, f.a.tenant, 1000), 0)
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Page: iam.Page{Limit: 200}})
	answers(t, err, "")
	for i, e := range list.Items {
		if e.Seq != int64(300-i) || len(e.Hash) != 32 {
			t.Fatalf("event %d from the end has seq %d and a hash of %d bytes", i, e.Seq, len(e.Hash))
		}
	}
	for _, c := range []struct {
		tenant iam.TenantID
		want   int64
	}{{f.a.tenant, 300}, {f.b.tenant, 0}, {"tenant_nobody", 0}} {
		if sealed, breach := f.verify(t, c.tenant); sealed != c.want || breach != nil {
			t.Errorf("verified %d events with breach %+v, want %d and none", sealed, breach, c.want)
		}
	}
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		hash, err := tx.SealedHash(ctx, f.a.tenant, 250)
		same(t, "hash of one", hash, list.Items[300-250].Hash)
		answers(t, err, "")
		for _, seq := range []int64{-1, 301} {
			_, err = tx.SealedHash(ctx, f.a.tenant, seq)
			answers(t, err, iam.CodeNotFound)
		}
		_, err = tx.SealedHash(ctx, f.b.tenant, 7) // not the other's
		answers(t, err, iam.CodeNotFound)
		hash, err = tx.SealedHash(ctx, f.b.tenant, 0)
		same(t, "hash before the first", hash, make([]byte, 32))
		return err
	})
	err = f.try(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.SealEvents(ctx, "tenant_nobody", 1)
		return err
	})
	answers(t, err, iam.CodeNotFound)
}

// testSealingAtOnce: several nodes that seal while others append and import make
// one unbroken chain of everything.
func testSealingAtOnce(t *testing.T, f *sides) {
	const writers, each, sealers, imported = 4, 25, 3, 20
	var left atomic.Int64
	left.Store(writers + 1)
	errs := together(writers+sealers+1, func(i int) error {
		switch {
		case i < sealers:
			for left.Load() > 0 {
				if err := f.sealSome(t); err != nil {
					return err
				}
			}
			return nil
		case i == sealers:
			defer left.Add(-1)
			return f.importSome(t, imported)
		}
		defer left.Add(-1)
		for range each {
			err := f.try(t, func(ctx context.Context, tx iam.Tx) error {
				return tx.AppendEvents(ctx, f.a.tenant, f.event("user.updated"))
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range errs {
		answers(t, err, "")
	}
	for n := 1; n > 0; {
		n = f.seal(t, f.a.tenant, 1000)
	}
	if sealed, breach := f.verify(t, f.a.tenant); sealed != writers*each+imported || breach != nil {
		t.Errorf("verified %d events with breach %+v, want %d and none", sealed, breach, writers*each+imported)
	}
}

func (f *sides) sealSome(t *testing.T) error {
	return f.try(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.SealEvents(ctx, f.a.tenant, 10)
		return err
	})
}

// importSome adds people whose events are sealed in the same transaction.
func (f *sides) importSome(t *testing.T, n int) error {
	for i := range n {
		u := &iam.User{
			ID: iam.UserID(f.id(iam.PrefixUser)), Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Imported",
			Email: fmt.Sprintf("imported%d@example.com", i), EmailKey: fmt.Sprintf("imported%d@example.com", i),
			CreatedAt: f.db.Clock.Now(), UpdatedAt: f.db.Clock.Now(), Memberships: []iam.Membership{{Org: f.a.org, CreatedAt: f.db.Clock.Now()}},
		}
		err := f.try(t, func(ctx context.Context, tx iam.Tx) error {
			return tx.InsertUsers(ctx, f.a.tenant, []*iam.User{u}, []*iam.Event{f.event("user.imported")}, alone)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// raw runs SQL beside the store, as somebody would who has the database.
func (f *sides) raw(t *testing.T, query string, args ...any) {
	t.Helper()
	driver, dsn := "sqlite", "file:"+(&url.URL{Path: f.db.Database}).EscapedPath()+"?_pragma=busy_timeout(5000)"
	if store.IsPostgres(f.db.Database) {
		driver, dsn = "pgx", f.db.Database
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.ExecContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: changed %d rows, %v", query, n, err)
	}
}

// tampering is what somebody does to the log of the tenant $1, and the breach
// that it makes in a chain of ten events.
type tampering struct {
	sql  []string
	want iam.ChainBreach
}

func tamperings() map[string]tampering {
	const set = "UPDATE audit_events SET "
	const seq = " WHERE tenant_id = $1 AND seq = "
	changed := func(seq int64) iam.ChainBreach { return iam.ChainBreach{Seq: seq, Kind: "changed"} }
	tampers := map[string]tampering{
		"hash":                {[]string{set + "hash = (SELECT hash FROM audit_heads WHERE tenant_id = $1)" + seq + "4"}, changed(4)},
		"time":                {[]string{set + "at = at + 1" + seq + "1"}, changed(1)},
		"id":                  {[]string{set + "id = 'evt_0'" + seq + "9"}, changed(9)},
		"missing in between":  {[]string{"DELETE FROM audit_events" + seq + "5"}, iam.ChainBreach{Seq: 5, Kind: "missing"}},
		"missing first":       {[]string{"DELETE FROM audit_events" + seq + "1"}, iam.ChainBreach{Seq: 1, Kind: "missing"}},
		"unsealed":            {[]string{set + "seq = NULL, hash = NULL" + seq + "3"}, iam.ChainBreach{Seq: 3, Kind: "missing"}},
		"hash removed":        {[]string{set + "hash = NULL" + seq + "3"}, changed(3)},
		"missing and closed":  {[]string{"DELETE FROM audit_events" + seq + "5", set + "seq = 5" + seq + "6", set + "seq = 6" + seq + "7"}, changed(5)},
		"swapped with hash":   {[]string{set + "seq = 99" + seq + "3", set + "seq = 3" + seq + "7", set + "seq = 7" + seq + "99"}, iam.ChainBreach{Seq: 3, Kind: "reordered"}},
		"before the first":    {[]string{set + "seq = -1" + seq + "2"}, iam.ChainBreach{Seq: 1, Kind: "reordered"}},
		"truncated":           {[]string{"DELETE FROM audit_events WHERE tenant_id = $1 AND seq > 7"}, iam.ChainBreach{Seq: 8, Kind: "truncated"}},
		"all gone":            {[]string{"DELETE FROM audit_events WHERE tenant_id = $1 AND seq > 0"}, iam.ChainBreach{Seq: 1, Kind: "truncated"}},
		"head moved back":     {[]string{"UPDATE audit_heads SET seq = 8 WHERE tenant_id = $1"}, changed(10)},
		"head's hash":         {[]string{"UPDATE audit_heads SET hash = (SELECT hash FROM audit_events WHERE tenant_id = $1 AND seq = 2) WHERE tenant_id = $1"}, changed(10)},
		"head removed":        {[]string{"DELETE FROM audit_heads WHERE tenant_id = $1"}, changed(10)},
		"of the other tenant": {[]string{"UPDATE audit_heads SET seq = 8 WHERE tenant_id <> $1"}, iam.ChainBreach{}},
	}
	for _, column := range []string{
		"action", "outcome", "reason", "actor_type", "actor_id", "actor_name", "target_type", "target_id", "target_name",
		"changes", "ip", "user_agent", "request_id", "personal", "org_id",
	} {
		tampers[column] = tampering{[]string{set + column + " = 'x'" + seq + "6"}, changed(6)}
	}
	tampers["organization taken out"] = tampering{[]string{set + "org_id = ''" + seq + "4"}, changed(4)}
	// What was the end of one text is the beginning of the next.
	tampers["shifted"] = tampering{[]string{set + "ip = '192.0.2', user_agent = '.7Firefox'" + seq + "6"}, changed(6)}
	return tampers
}

// testTampering: whoever changes, removes or moves a sealed row is found out,
// and where.
func testTampering(t *testing.T, f *sides) {
	for name, c := range tamperings() {
		t.Run(name, func(t *testing.T) {
			n := f.newSide(t)
			for i := range 10 {
				e := f.event("user.updated")
				e.IP, e.UserAgent = "192.0.2.7", "Firefox"
				if i == 3 { // in the fourth place
					e.Org = n.org
				}
				f.append(t, n.tenant, e)
			}
			f.seal(t, n.tenant, 100)
			f.append(t, n.tenant, f.event("not.sealed"))
			if sealed, breach := f.verify(t, n.tenant); sealed != 10 || breach != nil {
				t.Fatalf("before: %d events, breach %+v", sealed, breach)
			}
			if name == "of the other tenant" {
				f.append(t, f.b.tenant, f.event("b"))
				f.seal(t, f.b.tenant, 1)
			}
			for _, q := range c.sql {
				f.raw(t, q, string(n.tenant))
			}
			_, breach := f.verify(t, n.tenant)
			if breach == nil {
				breach = &iam.ChainBreach{}
			}
			if c.want.Kind == "changed" && breach.Event == "" {
				t.Error("the breach does not name the event")
			}
			breach.Event = ""
			same(t, "breach", *breach, c.want)
		})
	}
}

// testPurge: what is old goes, portion by portion, and nothing else.
func testPurge(t *testing.T, f *sides) {
	now := f.db.Clock.Now()
	old := now.Add(-48 * time.Hour)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		for i := range 2100 {
			key := fmt.Sprint("old", i)
			if err := tx.SetThrottle(ctx, f.a.tenant, key, iam.Throttle{Failures: 1, First: old}); err != nil {
				return err
			}
		}
		if err := tx.SetThrottle(ctx, f.b.tenant, "known", iam.Throttle{First: old}); err != nil {
			return err
		}
		return tx.SetThrottle(ctx, f.b.tenant, "locked", iam.Throttle{Failures: 9, First: old, Until: now})
	})
	expired, alive := f.session(f.a, "expired"), f.session(f.b, "alive")
	expired.ExpiresAt = old
	f.insertSession(t, expired)
	f.insertSession(t, alive)
	oldReset, reset := f.reset(f.a, "old"), f.reset(f.b, "new")
	oldReset.ExpiresAt = old
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertPasswordReset(ctx, oldReset); err != nil {
			return err
		}
		return tx.InsertPasswordReset(ctx, reset)
	})
	f.db.Clock.Set(old)
	f.claim(t, f.a.tenant, "old", "hash")
	f.db.Clock.Set(now)
	f.claim(t, f.b.tenant, "new", "hash")

	removed, err := f.db.Purge(t.Context(), now.Add(-24*time.Hour))
	answers(t, err, "")
	same(t, "removed", removed, int64(2100+1+1+1))
	removed, err = f.db.Purge(t.Context(), now.Add(-24*time.Hour))
	answers(t, err, "")
	same(t, "removed again", removed, int64(0))
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		left, err := tx.Throttles(ctx, f.b.tenant, []string{"known", "locked"})
		same(t, "throttles left", len(left), 2)
		return err
	})
	if _, err := f.byToken(t, alive.TokenHash); err != nil {
		t.Errorf("an alive session was purged: %v", err)
	}
	if _, err := f.lookReset(t, reset); err != nil {
		t.Errorf("an open password reset was purged: %v", err)
	}
	if f.claim(t, f.b.tenant, "new", "hash") == nil {
		t.Error("a recent claim was purged")
	}
}
