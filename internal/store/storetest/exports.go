package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) newExport(s side, state iam.ExportState) *iam.Export {
	now := f.db.Clock.Now()
	return &iam.Export{
		ID: iam.ExportID(f.id(iam.PrefixExport)), Org: s.org, Kind: iam.ExportUsers, Format: iam.FormatCSV, Columns: []string{"email", "roles"},
		Filter: iam.ExportFilter{Search: "\"ann\" ' é", Below: true, From: now}, State: state, RowsTotal: iam.UnknownRows,
		CreatedBy: s.user, CreatedName: "Ada", APIKey: "key_1", Granted: []iam.Permission{iam.PermUsersRead, iam.PermUsersExport}, CreatedAt: now,
	}
}

func (f *sides) insertExport(t *testing.T, s side, e *iam.Export) *iam.Export {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertExport(ctx, s.tenant, e) })
	return e
}

func (f *sides) exportsOf(t *testing.T, s side, user iam.UserID) (list []*iam.Export) {
	t.Helper()
	f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		list, err = tx.ExportsOf(ctx, s.tenant, user)
		return err
	})
	return list
}

// testExports: an export is kept as it is, belongs to its tenant, and goes with
// the person who asked for it.
func testExports(t *testing.T, f *sides) {
	one, two := f.insertExport(t, f.a, f.newExport(f.a, iam.ExportQueued)), f.insertExport(t, f.a, f.newExport(f.a, iam.ExportReady))
	theirs := f.insertExport(t, f.b, f.newExport(f.b, iam.ExportReady))
	for what, e := range map[string]*iam.Export{"person": f.newExport(f.a, iam.ExportQueued), "organization": f.newExport(f.a, iam.ExportQueued)} {
		if what == "person" {
			e.CreatedBy = f.b.user
		} else {
			e.Org = f.b.org
		}
		answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertExport(ctx, f.a.tenant, e) }), iam.CodeNotFound)
	}
	now := f.db.Clock.Now()
	one.State, one.RowsTotal, one.RowsDone, one.Size, one.Position, one.FailedReason, one.FailedCode = iam.ExportFailed, 9, 8, 7, "there", "broken", "not_written"
	one.FinishedAt, one.ExpiresAt, one.LeaseUntil = now, now.Add(time.Hour), now.Add(time.Minute)
	update := func(s side) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateExport(ctx, s.tenant, one) })
	}
	answers(t, update(f.b), iam.CodeNotFound)
	answers(t, update(f.a), "")
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Export(ctx, f.a.tenant, one.ID)
		answers(t, err, "")
		same(t, "export", got, one)
		got, err = tx.ExportForUpdate(ctx, f.b.tenant, theirs.ID)
		answers(t, err, "")
		same(t, "theirs", got, theirs)
		_, err = tx.Export(ctx, f.b.tenant, one.ID)
		answers(t, err, iam.CodeNotFound)
		return nil
	})
	same(t, "exports", f.exportsOf(t, f.a, f.a.user), []*iam.Export{two, one})
	same(t, "of somebody else", f.exportsOf(t, f.a, f.a.other), []*iam.Export(nil))
	same(t, "of another tenant", f.exportsOf(t, f.b, f.a.user), []*iam.Export(nil))
	remove := func(s side, id iam.ExportID) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteExport(ctx, s.tenant, id) })
	}
	answers(t, remove(f.b, two.ID), iam.CodeNotFound)
	answers(t, remove(f.a, two.ID), "")
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, f.a.tenant, f.a.user)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, f.a.tenant, u, "Bob")
	})
	same(t, "of somebody who is gone", f.exportsOf(t, f.a, f.a.user), []*iam.Export(nil))
	same(t, "theirs, at the end", f.exportsOf(t, f.b, f.b.user), []*iam.Export{theirs})
}

// testExportsClaimed: of several nodes, one works on an export, until its lease
// is over; each time counts.
func testExportsClaimed(t *testing.T, f *sides) {
	for _, over := range []iam.ExportState{iam.ExportReady, iam.ExportFailed, iam.ExportCancelled} {
		f.insertExport(t, f.a, f.newExport(f.a, over))
	}
	owner := map[iam.ExportID]iam.TenantID{}
	for i := range 4 {
		s := []side{f.a, f.b}[i%2]
		owner[f.insertExport(t, s, f.newExport(s, []iam.ExportState{iam.ExportQueued, iam.ExportRunning}[i/2])).ID] = s.tenant
	}
	for attempt := range int64(2) {
		claimed := map[iam.ExportID]int{}
		for _, got := range together(4, func(int) (list []*iam.Export) {
			for range 4 {
				var tenant iam.TenantID
				var e *iam.Export
				answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) (err error) {
					tenant, e, err = tx.ClaimExport(ctx, time.Minute)
					return err
				}), "")
				if e == nil {
					continue
				}
				if tenant != owner[e.ID] || e.State != iam.ExportRunning || e.Attempt != attempt+1 || !e.LeaseUntil.Equal(f.db.Clock.Now().Add(time.Minute)) {
					t.Errorf("claimed %+v of %s", e, tenant)
				}
				list = append(list, e)
			}
			return list
		}) {
			for _, e := range got {
				claimed[e.ID]++
			}
		}
		for id := range owner {
			if claimed[id] != 1 {
				t.Errorf("%s was claimed %d times", id, claimed[id])
			}
		}
		f.db.Clock.Advance(time.Minute)
	}
}

// testExportsExpire: what has expired is forgotten, of all tenants, and nothing
// else is.
func testExportsExpire(t *testing.T, f *sides) {
	now := f.db.Clock.Now()
	over, later := f.newExport(f.a, iam.ExportReady), f.newExport(f.a, iam.ExportReady)
	theirs := f.newExport(f.b, iam.ExportFailed)
	over.ExpiresAt, later.ExpiresAt, theirs.ExpiresAt = now.Add(time.Hour), now.Add(2*time.Hour), now.Add(time.Hour)
	f.insertExport(t, f.a, over)
	f.insertExport(t, f.a, later)
	f.insertExport(t, f.b, theirs)
	running := f.insertExport(t, f.a, f.newExport(f.a, iam.ExportRunning))
	expire := func(limit int) (n int64) {
		f.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
			n, err = tx.DeleteExpiredExports(ctx, limit)
			return err
		})
		return n
	}
	same(t, "before their time", expire(10), int64(0))
	f.db.Clock.Advance(time.Hour)
	same(t, "some", expire(1), int64(1))
	same(t, "the others", expire(10), int64(1))
	same(t, "left", f.exportsOf(t, f.a, f.a.user), []*iam.Export{running, later})
	same(t, "left of the other tenant", f.exportsOf(t, f.b, f.b.user), []*iam.Export(nil))
}
