package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) mail(s side, to string) *iam.Mail {
	now := f.db.Clock.Now()
	return &iam.Mail{
		ID: iam.MailID(f.id(iam.PrefixMail)), Tenant: s.tenant, Kind: "welcome", To: to, Subject: "Hello ʘ", Text: "text", HTML: "<p>",
		State: iam.MailQueued, CreatedAt: now, NextAttemptAt: now,
	}
}

func (f *sides) enqueue(t *testing.T, mails ...*iam.Mail) {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		for _, m := range mails {
			if err := tx.EnqueueMail(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *sides) mails(t *testing.T, tenant iam.TenantID, p iam.Page) iam.List[*iam.Mail] {
	t.Helper()
	var list iam.List[*iam.Mail]
	f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		list, err = tx.Mails(ctx, tenant, iam.MailFilter{Page: p})
		return err
	})
	return list
}

func testMails(t *testing.T, f *sides) {
	one, two, three, theirs := f.mail(f.a, "one"), f.mail(f.a, "two"), f.mail(f.a, "three"), f.mail(f.b, "theirs")
	f.enqueue(t, one, two, three, theirs)
	one.State, one.Attempts, one.LastError, one.Problem, one.SentAt = iam.MailSent, 2, "421 later", iam.MailRefused, f.db.Clock.Advance(time.Minute)
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateMail(ctx, one) })
	foreign := *two
	foreign.Tenant, foreign.State = f.b.tenant, iam.MailFailed
	err := f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateMail(ctx, &foreign) })
	answers(t, err, iam.CodeNotFound)

	first := f.mails(t, f.a.tenant, iam.Page{Limit: 2})
	same(t, "first page", first.Items, []*iam.Mail{three, two})
	second := f.mails(t, f.a.tenant, iam.Page{Limit: 2, Cursor: first.Next})
	same(t, "second page", second.Items, []*iam.Mail{one})
	same(t, "page after the second", second.Next, "")
	same(t, "back again", f.mails(t, f.a.tenant, iam.Page{Limit: 2, Cursor: second.Prev}).Items, first.Items)
	same(t, "mails of the other tenant", f.mails(t, f.b.tenant, iam.Page{}).Items, []*iam.Mail{theirs})
	err = f.db.Read(t.Context(), func(tx iam.Tx) error {
		_, err := tx.Mails(t.Context(), f.b.tenant, iam.MailFilter{Page: iam.Page{Cursor: first.Next}})
		return err
	})
	answers(t, err, iam.CodeInvalidCursor)
	stranger := f.mail(side{tenant: "tenant_nobody"}, "x")
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.EnqueueMail(ctx, stranger) }), iam.CodeNotFound)
}

func (f *sides) claimMails(t *testing.T, n int, lease time.Duration) ([]*iam.Mail, error) {
	var got []*iam.Mail
	err := f.try(t, func(ctx context.Context, tx iam.Tx) (err error) {
		got, err = tx.ClaimMails(ctx, n, lease)
		return err
	})
	return got, err
}

// testMailsClaimed: no mail is claimed twice within its lease, and every one
// again after it.
func testMailsClaimed(t *testing.T, f *sides) {
	const n = 90
	later, sent := f.mail(f.a, "later"), f.mail(f.a, "sent")
	later.NextAttemptAt, sent.State = f.db.Clock.Now().Add(time.Second), iam.MailSent
	f.enqueue(t, later, sent)
	for i := range n {
		f.enqueue(t, f.mail([]side{f.a, f.b}[i%2], fmt.Sprint(i)))
	}
	claimed := func() map[iam.MailID]int {
		times := map[iam.MailID]int{}
		for _, got := range together(6, func(int) []*iam.Mail {
			var all []*iam.Mail
			for range 6 {
				got, err := f.claimMails(t, 7, time.Minute)
				answers(t, err, "")
				all = append(all, got...)
			}
			return all
		}) {
			for _, m := range got {
				times[m.ID]++
				if !m.NextAttemptAt.Equal(f.db.Clock.Now().Add(time.Minute)) {
					t.Errorf("a claimed mail is due at %v", m.NextAttemptAt)
				}
			}
		}
		return times
	}
	times := claimed()
	if len(times) != n || times[later.ID] > 0 || times[sent.ID] > 0 {
		t.Errorf("%d mails were claimed, want the %d that are due", len(times), n)
	}
	for id, k := range times {
		if k != 1 {
			t.Errorf("mail %s was claimed %d times", id, k)
		}
	}
	same(t, "claimed within the lease", len(claimed()), 0)
	f.db.Clock.Advance(time.Minute)
	same(t, "claimed after the lease", len(claimed()), n+1)
}

// claim claims an idempotency key and returns what was there.
func (f *sides) claim(t *testing.T, tenant iam.TenantID, key, hash string) (found *iam.Replay) {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		found, err = tx.ClaimReplay(ctx, tenant, key, []byte(hash))
		return err
	})
	return found
}

func testReplays(t *testing.T, f *sides) {
	claim := func(s side, hash string) *iam.Replay { return f.claim(t, s.tenant, "key", hash) }
	finish := func(s side, r iam.Replay) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.FinishReplay(ctx, s.tenant, &r) })
	}
	release := func(s side) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.ReleaseReplay(ctx, s.tenant, "key", false) })
	}
	at := f.db.Clock.Now()
	answer := iam.Replay{Key: "key", RequestHash: []byte("one"), Status: 201, Header: []byte("h"), Body: []byte{0, 1}, CreatedAt: at}
	same(t, "first claim", claim(f.a, "one"), (*iam.Replay)(nil))
	pending := &iam.Replay{Key: "key", RequestHash: []byte("one"), CreatedAt: at}
	same(t, "claimed twice", claim(f.a, "two"), pending)
	same(t, "claimed by the other tenant", claim(f.b, "theirs"), (*iam.Replay)(nil))

	finish(f.b, answer) // not the other tenant's request
	release(f.b)
	same(t, "after the other tenant released its own", claim(f.a, "one"), pending)
	release(f.a)
	same(t, "claimed after release", claim(f.a, "one"), (*iam.Replay)(nil))
	finish(f.a, answer)
	same(t, "the answer", claim(f.a, "one"), &answer)
	release(f.a)
	finish(f.a, iam.Replay{Key: "key", RequestHash: []byte("one"), Status: 500})
	same(t, "the answer stays", claim(f.a, "one"), &answer)

	f.db.Clock.Set(at.Add(24*time.Hour - time.Microsecond))
	same(t, "the answer within a day", claim(f.a, "one"), &answer)
	f.db.Clock.Set(at.Add(24 * time.Hour))
	same(t, "claimed after a day", claim(f.a, "two"), (*iam.Replay)(nil))
	f.db.Clock.Advance(time.Minute)
	same(t, "claimed after a minute unfinished", claim(f.a, "three"), (*iam.Replay)(nil))
	finish(f.a, iam.Replay{Key: "key", RequestHash: []byte("two"), Status: 200}) // came too late
	same(t, "the late answer", claim(f.a, "three").Status, 0)
}

// testReplayBegun proves that a request whose transaction was committed is not run
// again, whatever became of its answer.
func testReplayBegun(t *testing.T, f *sides) {
	const key = "begun"
	at := f.db.Clock.Now()
	same(t, "first claim", f.claim(t, f.a.tenant, key, "one"), (*iam.Replay)(nil))
	same(t, "the other tenant's", f.claim(t, f.b.tenant, key, "one"), (*iam.Replay)(nil))
	held := func(tenant iam.TenantID) *iam.Claim {
		return &iam.Claim{Tenant: tenant, Key: key, RequestHash: []byte("one")}
	}
	change := func(c *iam.Claim, err error) error {
		return f.db.Store.Write(iam.WithClaim(t.Context(), c), func(iam.Tx) error { return err })
	}
	// What is rolled back has changed nothing.
	refused := iam.NotFound("thing")
	wantCode(t, "refused", change(held(f.a.tenant), refused), iam.CodeNotFound)
	same(t, "after a refusal", f.claim(t, f.a.tenant, key, "two"), &iam.Replay{Key: key, RequestHash: []byte("one"), CreatedAt: at})

	mine := held(f.a.tenant)
	for range 2 { // a request may write more than once
		wantCode(t, "a change", change(mine, nil), "")
	}
	begun := &iam.Replay{Key: key, RequestHash: []byte("one"), Status: iam.ReplayBegun, CreatedAt: at}
	same(t, "begun", f.claim(t, f.a.tenant, key, "two"), begun)
	same(t, "the other tenant's is as it was", f.claim(t, f.b.tenant, key, "two").Status, 0)
	// Another that runs on the same claim, having taken it over, comes too late.
	wantCode(t, "a second one", change(held(f.a.tenant), nil), iam.CodeConflict)
	f.db.Clock.Advance(time.Hour)
	same(t, "begun, much later", f.claim(t, f.a.tenant, key, "two"), begun)
	same(t, "the other tenant's, much later", f.claim(t, f.b.tenant, key, "two"), (*iam.Replay)(nil))

	release := func(s side, begun bool) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.ReleaseReplay(ctx, s.tenant, key, begun) })
	}
	release(f.a, false) // as after an error: whether it was done, nobody knows
	same(t, "begun, after an error", f.claim(t, f.a.tenant, key, "two"), begun)
	answer := iam.Replay{Key: key, RequestHash: []byte("one"), Status: 201, CreatedAt: at}
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.FinishReplay(ctx, f.a.tenant, &answer) })
	same(t, "the answer", f.claim(t, f.a.tenant, key, "two").Status, 201)
	mine = &iam.Claim{Tenant: f.b.tenant, Key: key, RequestHash: []byte("two")}
	wantCode(t, "a change of the other tenant", change(mine, nil), "")
	release(f.b, true) // as after a refusal
	same(t, "after a refusal of what was begun", f.claim(t, f.b.tenant, key, "one"), (*iam.Replay)(nil))
}

func testReplaysAtOnce(t *testing.T, f *sides) {
	for round := range 5 {
		for phase, want := range []int{1, 0, 1} { // new, taken, unfinished for too long
			if phase == 2 {
				f.db.Clock.Advance(2 * time.Minute)
			}
			won := 0
			for _, mine := range together(8, func(i int) bool {
				return f.claim(t, f.a.tenant, fmt.Sprint("key", round), fmt.Sprint(i)) == nil
			}) {
				if mine {
					won++
				}
			}
			same(t, "claims that were first", won, want)
		}
	}
}

func (f *sides) newImport(state iam.ImportState) *iam.Import {
	return &iam.Import{
		ID: iam.ImportID(f.id(iam.PrefixImport)), FileName: "people.csv", FileKey: "key", State: state, RowsTotal: 9,
		CreatedBy: f.a.user, CreatedName: "Ada", APIKey: "key_1", CreatedAt: f.db.Clock.Now(),
	}
}

func (f *sides) insertImport(t *testing.T, s side, i *iam.Import) *iam.Import {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertImport(ctx, s.tenant, i) })
	return i
}

func testImports(t *testing.T, f *sides) {
	one, two := f.insertImport(t, f.a, f.newImport(iam.ImportChecking)), f.insertImport(t, f.a, f.newImport(iam.ImportReady))
	theirs := f.insertImport(t, f.b, f.newImport(iam.ImportReady))
	*one = iam.Import{
		ID: one.ID, Org: one.Org, FileName: one.FileName, FileKey: one.FileKey, CreatedBy: one.CreatedBy, CreatedName: one.CreatedName, CreatedAt: one.CreatedAt,
		State: iam.ImportFailed, RowsTotal: 1, RowsChecked: 2, RowsValid: 3, RowsInvalid: 4, RowsDone: 5, Created: 6, Skipped: 7,
		FailedReason: "broken", FailedCode: "file_gone", FinishedAt: f.db.Clock.Now(), LeaseUntil: f.db.Clock.Now().Add(time.Minute),
		StartedFrom: iam.Origin{IP: "192.0.2.7", UserAgent: "Firefox", RequestID: "req_1"},
	}
	update := func(s side) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateImport(ctx, s.tenant, one) })
	}
	answers(t, update(f.b), iam.CodeNotFound)
	answers(t, update(f.a), "")
	all := func(*iam.Import) bool { return true }
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Import(ctx, f.a.tenant, one.ID)
		answers(t, err, "")
		same(t, "import", got, one)
		_, err = tx.Import(ctx, f.b.tenant, one.ID)
		answers(t, err, iam.CodeNotFound)
		list, err := tx.Imports(ctx, f.a.tenant, all)
		answers(t, err, "")
		same(t, "imports", list, []*iam.Import{two, one})
		list, err = tx.Imports(ctx, f.a.tenant, func(i *iam.Import) bool { return i.ID == one.ID })
		answers(t, err, "")
		same(t, "imports that are wanted", list, []*iam.Import{one})
		list, err = tx.Imports(ctx, f.b.tenant, all)
		same(t, "imports of the other tenant", list, []*iam.Import{theirs})
		return err
	})
}

// testImportsClaimed: of several nodes, one works on an import, until its lease
// is over.
func testImportsClaimed(t *testing.T, f *sides) {
	f.insertImport(t, f.a, f.newImport(iam.ImportReady))
	f.insertImport(t, f.a, f.newImport(iam.ImportDone))
	owner := map[iam.ImportID]iam.TenantID{}
	for i := range 4 {
		s := []side{f.a, f.b}[i%2]
		owner[f.insertImport(t, s, f.newImport([]iam.ImportState{iam.ImportChecking, iam.ImportRunning}[i/2])).ID] = s.tenant
	}
	nobodys := f.insertImport(t, f.a, f.newImport(iam.ImportChecking)).ID // which no node can do
	claimAll := func() map[iam.ImportID]int {
		times := map[iam.ImportID]int{}
		for _, got := range together(4, func(int) (ids []iam.ImportID) {
			for range 4 {
				var tenant iam.TenantID
				var i *iam.Import
				err := f.try(t, func(ctx context.Context, tx iam.Tx) (err error) {
					tenant, i, err = tx.ClaimImport(ctx, time.Minute, func(of iam.TenantID, i *iam.Import) bool { return i.ID != nobodys && of == owner[i.ID] })
					return err
				})
				answers(t, err, "")
				if i == nil {
					continue
				}
				ids = append(ids, i.ID)
				if tenant != owner[i.ID] || !i.LeaseUntil.Equal(f.db.Clock.Now().Add(time.Minute)) {
					t.Errorf("claimed import %s of %s until %v", i.ID, tenant, i.LeaseUntil)
				}
			}
			return ids
		}) {
			for _, id := range got {
				times[id]++
			}
		}
		return times
	}
	for range 2 {
		times := claimAll()
		same(t, "imports claimed", len(times), 4)
		for id, k := range times {
			if k != 1 {
				t.Errorf("import %s was claimed %d times", id, k)
			}
		}
		same(t, "imports claimed within the lease", len(claimAll()), 0)
		f.db.Clock.Advance(time.Minute)
	}
}

func testImportRows(t *testing.T, f *sides) {
	i := f.insertImport(t, f.a, f.newImport(iam.ImportChecking))
	var rows []iam.ImportRow
	for line := range int64(150) {
		rows = append(rows, iam.ImportRow{Line: line + 2, Field: "email", Code: "invalid", Message: "No.", Action: "error"})
	}
	rows = append(rows, iam.ImportRow{Line: 200, Field: "a"}, iam.ImportRow{Line: 200, Field: "b"})
	add := func(s side, rows []iam.ImportRow) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.AddImportRows(ctx, s.tenant, i.ID, rows) })
	}
	answers(t, add(f.a, rows), "")
	answers(t, add(f.a, append([]iam.ImportRow{{Line: 2, Field: "email", Code: "again"}}, rows[:9]...)), "") // a restart
	answers(t, add(f.b, rows[:1]), iam.CodeNotFound)
	answers(t, add(f.a, nil), "")
	page := func(s side, p iam.Page) (list iam.List[iam.ImportRow]) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			list, err = tx.ImportRows(ctx, s.tenant, i.ID, "", p)
			return err
		})
		return list
	}
	var got []iam.ImportRow
	list := page(f.a, iam.Page{Limit: 50})
	for ; list.Next != ""; list = page(f.a, iam.Page{Limit: 50, Cursor: list.Next}) {
		got = append(got, list.Items...)
	}
	got = append(got, list.Items...)
	same(t, "rows", got, rows)
	same(t, "the page before the last", page(f.a, iam.Page{Limit: 50, Cursor: list.Prev}).Items, rows[100:150])
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		wrong, err := tx.ImportRows(ctx, f.a.tenant, i.ID, "error", iam.Page{Limit: 200})
		same(t, "rows of one effect", wrong.Items, rows[:150])
		return err
	})
	same(t, "rows seen by the other tenant", page(f.b, iam.Page{}).Items, []iam.ImportRow{})
}
