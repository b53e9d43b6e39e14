package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
	"github.com/retinue/retinue/internal/users"
)

// portion is how many rows one transaction deals with: enough to spread the
// cost of a commit and of the index, few enough not to keep others waiting.
const portion = 8_000

// maxReported bounds the report: nobody reads more, and the numbers say the rest.
const maxReported = 100_000

var errCancelled = errors.New("imports: cancelled")

// run is one pass over one file.
type run struct {
	s        *Service
	tenant   iam.TenantID
	id       iam.ImportID
	imp      *iam.Import // its transaction's, from when the portion before is done
	progress func(*iam.Import)
	caller   *access.Caller
	rows     *rowChecker
	order    order // while it is checked
	reported int64
}

// parsed is a portion of the file, read and judged without the database.
type parsed struct {
	rows    int64
	users   []*candidate
	refused int64 // rows that can't become users, for what is in report
	report  []iam.ImportRow
	err     error // io.EOF with the last portion
}

// candidate is a row that could become a user.
type candidate struct {
	line int64
	user *iam.User
}

func (r *run) do(ctx context.Context) error {
	if err := r.authorize(ctx); err != nil {
		return err
	}
	path := r.s.path(r.tenant, r.imp)
	if r.imp.State == iam.ImportChecking {
		return r.checkAll(ctx, path)
	}
	r.rows.distinct = true // the check has seen to it
	rows, err := openOrder(path, orderOf(path))
	if err != nil {
		return err
	}
	defer func() { _ = rows.close() }() // nothing was written
	// What the check refused is dealt with.
	refused := r.imp.RowsTotal - rows.count
	if err := rows.from(max(r.imp.RowsDone-refused, 0), r.read); err != nil {
		return err
	}
	first := int64(0)
	if r.imp.RowsDone == 0 {
		first = refused
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return r.createAll(ctx, r.parse(ctx, rows, first))
}

// read opens a text of rows.
func (r *run) read(text io.Reader) (*usercsv.Reader, error) {
	return usercsv.NewReader(text, r.rows.dir.Fields...)
}

// checkAll checks all portions, from the first.
func (r *run) checkAll(ctx context.Context, path string) error {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	defer f.Close()
	reader, err := r.read(f)
	if err != nil {
		return err
	}
	r.order.head = reader.At()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.imp.RowsChecked, r.imp.RowsValid, r.imp.RowsInvalid, r.imp.Skipped = 0, 0, 0, 0
	for p := range r.parse(ctx, reader, 0) {
		if p.err != nil && !errors.Is(p.err, io.EOF) {
			return p.err
		}
		if p.err != nil {
			if err := r.order.write(orderOf(path)); err != nil {
				return err
			}
		}
		if err := r.check(ctx, p); err != nil {
			return err
		}
		r.progress(r.imp)
	}
	return ctx.Err()
}

// createAll adds the users of all portions. Several transactions write at once
// where the engine can; each commits after the one before, so that RowsDone
// always tells where to go on.
func (r *run) createAll(ctx context.Context, portions <-chan *parsed) error {
	g, working := errgroup.WithContext(ctx)
	g.SetLimit(max(r.s.Writers, 1))
	before := make(chan struct{})
	close(before)
	for p := range portions {
		if working.Err() != nil {
			break
		}
		if p.err != nil && !errors.Is(p.err, io.EOF) {
			g.Go(func() error { return p.err })
			break
		}
		previous, done := before, make(chan struct{})
		before = done
		g.Go(func() error {
			if err := r.create(working, p, previous); err != nil {
				return err
			}
			r.progress(r.imp)
			close(done)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// parse reads rows in portions; the first one deals with so many more. One portion
// is read while the one before is written: two cores, and the memory of two portions.
func (r *run) parse(ctx context.Context, rows interface{ Read(*usercsv.Row) error }, more int64) <-chan *parsed {
	out := make(chan *parsed)
	go func() {
		defer close(out)
		var row usercsv.Row
		for err := error(nil); err == nil; more = 0 {
			p := r.portion(rows, &row)
			err = p.err
			p.rows += more
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// portion reads the next portion.
func (r *run) portion(rows interface{ Read(*usercsv.Row) error }, row *usercsv.Row) *parsed {
	p := &parsed{}
	for p.rows < portion {
		if p.err = rows.Read(row); p.err != nil {
			break
		}
		c, problems := r.rows.judge(row)
		p.rows++
		p.report = append(p.report, problems...)
		if c == nil {
			p.refused++
			continue
		}
		p.users = append(p.users, c)
		if r.imp.State == iam.ImportChecking {
			r.order.add(row, c.user)
		}
	}
	return p
}

// check counts a portion and writes its report.
func (r *run) check(ctx context.Context, p *parsed) error {
	next := *r.imp
	err := r.s.Store.Write(ctx, func(tx iam.Tx) error {
		next = *r.imp
		if err := r.still(ctx, tx, iam.ImportChecking, nil); err != nil {
			return err
		}
		fresh, taken, err := r.split(ctx, tx, p.users)
		if err != nil {
			return err
		}
		next.RowsChecked += p.rows
		next.RowsValid += int64(len(fresh))
		next.Skipped += int64(len(taken))
		next.RowsInvalid += p.rows - int64(len(fresh)) - int64(len(taken))
		next.LeaseUntil = tx.Now().Add(Lease)
		if p.err != nil {
			next.State, next.LeaseUntil = iam.ImportReady, tx.Now()
			next.RowsTotal = next.RowsChecked // what was counted before was an estimate
		}
		next.RowsTotal = max(next.RowsTotal, next.RowsChecked)
		if err := r.report(ctx, tx, slices.Concat(p.report, taken, r.news(fresh, next.RowsValid-int64(len(fresh))))); err != nil {
			return err
		}
		return tx.UpdateImport(ctx, r.tenant, &next)
	})
	if err == nil {
		*r.imp = next
	}
	return err
}

// create adds the users of a portion, with their events and how far it got, once
// the portion before is done.
func (r *run) create(ctx context.Context, p *parsed, before <-chan struct{}) error {
	var err error
	// On PostgreSQL somebody may take an address between the look and the
	// insert; the second look sees it.
	for range 3 {
		if err = r.createOnce(ctx, p, before); iam.CodeOf(err) != iam.CodeConflict {
			break
		}
	}
	return err
}

func (r *run) createOnce(ctx context.Context, p *parsed, before <-chan struct{}) error {
	var next iam.Import
	write := r.s.Store.WritePortion
	if p.err != nil {
		write = r.s.Store.Write // that it is done is only said when all of it is on the disk
	}
	err := write(ctx, func(tx iam.Tx) error {
		fresh, taken, err := r.split(ctx, tx, p.users)
		if err != nil {
			return err
		}
		people, events := r.newUsers(tx.Now(), fresh)
		return tx.InsertUsers(ctx, r.tenant, people, events, func() error {
			select {
			case <-before:
			case <-ctx.Done():
				return ctx.Err()
			}
			next = *r.imp
			return r.advance(ctx, tx, p, &next, int64(len(fresh)), taken)
		})
	})
	if err != nil {
		return err
	}
	*r.imp = next
	if next.State == iam.ImportDone {
		r.s.forget(r.tenant, r.imp)
	}
	return nil
}

// newUsers makes the users of a portion and the events that tell of them.
func (r *run) newUsers(now time.Time, fresh []*candidate) ([]*iam.User, []*iam.Event) {
	// Neighbours in the indexes by address and, mostly, by name: each page of
	// them is then changed once a portion, not once a user.
	slices.SortFunc(fresh, func(a, b *candidate) int { return strings.Compare(a.user.EmailKey, b.user.EmailKey) })
	people := make([]*iam.User, len(fresh))
	events := make([]*iam.Event, len(fresh))
	for i, c := range fresh {
		u := *c.user
		u.ID = iam.UserID(r.s.IDs.NewID(iam.PrefixUser, now))
		u.CreatedAt, u.UpdatedAt, u.Version = now, now, 1
		if r.caller.Vouches() {
			u.EmailProvenAt = now
		}
		u.Memberships = append([]iam.Membership(nil), u.Memberships...)
		u.Memberships[0].CreatedAt = now
		people[i] = &u
		told := append(users.Told(r.rows.dir, &u), iam.Change{Field: "import", After: fmt.Sprintf("%s line %d", r.id, c.line)})
		events[i] = audit.New(r.s.IDs, now, r.caller, "user.imported", audit.User(&u), told...)
	}
	return people, events
}

// advance notes in next, and in the database, that a portion is dealt with.
func (r *run) advance(ctx context.Context, tx iam.Tx, p *parsed, next *iam.Import, created int64, taken []iam.ImportRow) error {
	if err := r.still(ctx, tx, iam.ImportRunning, p.users); err != nil {
		return err
	}
	now := tx.Now()
	next.RowsDone += p.rows
	next.Created += created
	// What has changed since the check, such as a role that is gone.
	next.RowsInvalid += p.refused
	next.LeaseUntil = now.Add(Lease)
	if p.err != nil {
		next.RowsValid, next.Skipped = next.Created, next.RowsTotal-next.RowsInvalid-next.Created
		next.State, next.FinishedAt, next.LeaseUntil, next.StartedFrom = iam.ImportDone, now, now, iam.Origin{}
		e := audit.New(r.s.IDs, now, r.caller, "import.finished", target(r.imp), iam.Change{Field: "created", After: next.Created})
		if err := tx.AppendEvents(ctx, r.tenant, e); err != nil {
			return err
		}
	}
	if err := r.report(ctx, tx, slices.Concat(p.report, taken)); err != nil {
		return err
	}
	return tx.UpdateImport(ctx, r.tenant, next)
}

// still makes sure that nobody has cancelled the import, that no other worker has
// got ahead of this one after a long pause, and that whoever started it still may
// add those users.
func (r *run) still(ctx context.Context, tx iam.Tx, state iam.ImportState, users []*candidate) error {
	now, err := tx.ImportForUpdate(ctx, r.tenant, r.imp.ID)
	if err != nil {
		return err
	}
	if now.State != state || !r.mine(now) {
		return errCancelled
	}
	return r.stillMay(ctx, tx, users)
}

// mine tells whether the import is still this worker's: no other is further, and it
// was handed over to nobody, in whose name the next one goes on.
func (r *run) mine(now *iam.Import) bool {
	return now.RowsDone == r.imp.RowsDone && now.CreatedBy == r.imp.CreatedBy
}

// split tells new people from those whose address or external ID is taken.
func (r *run) split(ctx context.Context, tx iam.Tx, all []*candidate) (fresh []*candidate, taken []iam.ImportRow, err error) {
	emails, externals := make([]string, 0, len(all)), []string{}
	for _, c := range all {
		emails = append(emails, c.user.EmailKey)
		if c.user.ExternalID != "" {
			externals = append(externals, c.user.ExternalID)
		}
	}
	byEmail, byExternal, err := tx.TakenUsers(ctx, r.tenant, emails, externals)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range all {
		_, email := byEmail[c.user.EmailKey]
		_, external := byExternal[c.user.ExternalID]
		switch {
		case email:
			taken = append(taken, iam.ImportRow{Line: c.line, Field: "email", Code: "taken", Action: "skip", Message: "Somebody with this e-mail is here already."})
		case external && c.user.ExternalID != "":
			taken = append(taken, iam.ImportRow{Line: c.line, Field: "external_id", Code: "taken", Action: "skip", Message: "Somebody with this external ID is here already."})
		default:
			fresh = append(fresh, c)
		}
	}
	return fresh, taken, nil
}

// maxNews is how many new people the report lists: enough to see that the file
// is understood. The numbers say the rest.
const maxNews = 1000

// news are the lines of the report that say who would be added; before is how
// many have come in portions before. Names are not among them.
func (r *run) news(fresh []*candidate, before int64) []iam.ImportRow {
	fresh = fresh[:max(0, min(int64(len(fresh)), maxNews-before))]
	out := make([]iam.ImportRow, 0, len(fresh))
	for _, c := range fresh {
		m := &c.user.Memberships[0]
		text := fmt.Sprintf("A new person of type %s in %s", c.user.Type, r.rows.dir.OrgName(m.Org))
		if len(m.Roles) > 0 {
			names := make([]string, len(m.Roles))
			for i, id := range m.Roles {
				names[i] = r.rows.dir.Roles[id].Name
			}
			text += ", with " + strings.Join(names, ", ")
		}
		out = append(out, iam.ImportRow{Line: c.line, Field: "email", Code: "new", Action: "create", Message: text + "."})
	}
	return out
}

func (r *run) report(ctx context.Context, tx iam.Tx, rows []iam.ImportRow) error {
	room := maxReported - r.reported
	rows = rows[:min(int64(len(rows)), max(room, 0))]
	r.reported += int64(len(rows))
	if len(rows) == 0 {
		return nil
	}
	return tx.AddImportRows(ctx, r.tenant, r.imp.ID, rows)
}

// Failures are the codes of why an import failed or was given up. Neither they nor
// the texts beside name anybody: they are in the log for good, and on both sides of
// a client's border.
var Failures = []string{
	"importer_gone", "importer_may_not", "company_suspended", "organization_gone", "file_gone", "not_csv", "missing_column", "unknown_column",
	"double_column", "too_long", "not_started", "import_refused",
}

// fail ends the import for good.
func (r *run) fail(ctx context.Context, why *iam.Error) error {
	code, reason := why.Kept()
	if !slices.Contains(Failures, code) {
		code = "import_refused"
	}
	err := r.s.Store.Write(ctx, func(tx iam.Tx) error {
		now, err := tx.ImportForUpdate(ctx, r.tenant, r.imp.ID)
		if err != nil {
			return err
		}
		if now.State != r.imp.State || !r.mine(now) {
			return errCancelled // somebody has ended it
		}
		now.State, now.FailedReason, now.FailedCode, now.FinishedAt, now.LeaseUntil = iam.ImportFailed, reason, code, tx.Now(), tx.Now()
		now.StartedFrom = iam.Origin{}
		*r.imp = *now
		if err := tx.UpdateImport(ctx, r.tenant, now); err != nil {
			return err
		}
		t, err := tx.Tenant(ctx, r.tenant)
		if err != nil {
			return err
		}
		e := audit.New(r.s.IDs, tx.Now(), access.Operator(r.tenant, t.RootOrg), "import.failed", target(now),
			iam.Change{Field: "created", After: now.Created}, iam.Change{Field: "reason", After: reason})
		return tx.AppendEvents(ctx, r.tenant, e)
	})
	if errors.Is(err, errCancelled) {
		return nil
	}
	if err == nil {
		r.s.forget(r.tenant, r.imp)
	}
	r.progress(r.imp)
	return err
}
