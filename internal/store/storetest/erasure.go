package storetest

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// nameColumn is a column that has the name of somebody.
var nameColumn = regexp.MustCompile(`^(author|full_name|actor_name|\w+ed_name)$`)

// textColumns are all columns of texts of all tables, as "table.column".
func (f *sides) textColumns(t *testing.T, db *sql.DB) (list []string) {
	t.Helper()
	query := "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type LIKE 'TEXT%'"
	if store.IsPostgres(f.db.Database) {
		query = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'"
	}
	readRaw(t, db, query, nil, func(name string) { list = append(list, name) })
	if len(list) < 200 {
		t.Fatalf("only %d columns were found", len(list))
	}
	return list
}

func readRaw(t *testing.T, db *sql.DB, query string, args []any, visit func(string)) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		visit(text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// withText are the columns in which a row of the tenant has the text in whatever
// case, each as often as it has it.
func (f *sides) withText(t *testing.T, tenant iam.TenantID, text string) map[string]int {
	t.Helper()
	db := Raw(t, f.db)
	defer db.Close()
	columns := f.textColumns(t, db)
	found := map[string]int{}
	for _, name := range columns {
		table, column, _ := strings.Cut(name, ".")
		if !slices.Contains(columns, table+".tenant_id") {
			continue
		}
		query := "SELECT " + column + " FROM " + table + " WHERE tenant_id = $1 AND LOWER(" + column + ") LIKE $2"
		readRaw(t, db, query, []any{string(tenant), "%" + strings.ToLower(text) + "%"}, func(string) { found[name]++ })
	}
	return found
}

// workOf has somebody do everything that leaves a name behind, and be deleted.
func (f *sides) workOf(t *testing.T, s side, u *iam.User) {
	t.Helper()
	now, name, child := f.db.Clock.Now(), u.FullName(), f.childOf(t, s)
	u.ID, u.Type, u.Status, u.Memberships = iam.UserID(f.id(iam.PrefixUser)), iam.TypeAgent, iam.StatusActive, []iam.Membership{{Org: s.org, Alias: name}}
	d := f.domainClaim(s, strings.ToLower(string(u.ID[5:]))+".example.com")
	d.CreatedBy, d.CreatedName = u.ID, name
	inv, to := f.invitation(s, string(u.ID)+"@invited.example"), f.invitation(s, u.Email)
	inv.InvitedBy, inv.InvitedName, to.TokenHash = u.ID, name, []byte(u.ID)
	e, i := f.newExport(s, iam.ExportReady), f.newImport(iam.ImportReady)
	e.CreatedBy, e.CreatedName, i.CreatedBy, i.CreatedName = u.ID, name, u.ID, name
	r := &iam.Review{
		ID: iam.ReviewID(f.id(iam.PrefixReview)), Org: child, Top: s.org, Name: "Spring", State: iam.ReviewOpen, Rows: 1,
		CreatedBy: u.ID, CreatedName: name, FinishedBy: u.ID, FinishedName: name,
	}
	row := &iam.ReviewRow{
		N: 1, User: u.ID, Org: child, OrgName: "Child", FullName: name, Email: u.Email, Type: u.Type, Status: u.Status,
		DecidedBy: u.ID, DecidedName: name, DecidedAt: now,
	}
	event := f.event("user.updated")
	event.ActorID, event.ActorName, event.TargetType, event.TargetID, event.TargetName = string(u.ID), name, "user", string(u.ID), name
	event.Changes = []iam.Change{{Field: "email", After: u.Email}}
	m := f.mail(s, u.Email)
	m.Subject, m.Text = "Dear "+name, "Dear "+name
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return errors.Join(
			tx.InsertUser(ctx, s.tenant, u),
			tx.InsertAnnouncement(ctx, s.tenant, &iam.Announcement{
				ID: iam.AnnouncementID(f.id(iam.PrefixAnnouncement)), Org: s.org, Title: "News", AuthorID: u.ID, Author: name, PublishedAt: now,
			}),
			tx.InsertDomain(ctx, d),
			tx.InsertIPException(ctx, s.tenant, &iam.IPException{
				ID: iam.ExceptionID(f.id(iam.PrefixException)), Org: s.org, Address: "192.0.2.1", Until: now.Add(time.Hour), CreatedBy: u.ID, CreatedName: name, CreatedAt: now,
			}),
			tx.InsertExport(ctx, s.tenant, e), tx.InsertImport(ctx, s.tenant, i),
			tx.InsertInvitations(ctx, s.tenant, []*iam.Invitation{inv, to}),
			tx.InsertReview(ctx, s.tenant, r), tx.AddReviewRows(ctx, s.tenant, r.ID, []*iam.ReviewRow{row}),
			tx.UpdateReview(ctx, s.tenant, r), tx.UpdateReviewRow(ctx, s.tenant, r.ID, row),
			tx.AppendEvents(ctx, s.tenant, event), tx.EnqueueMail(ctx, m),
			tx.DeleteUser(ctx, s.tenant, u, "somebody"),
		)
	})
}

// testErasureEverywhere: no column of any table has the name or the address of
// somebody who was erased. Another person of that name keeps it, in that tenant
// and in another one.
func testErasureEverywhere(t *testing.T, f *sides) {
	const first, last, full, address = "Greta", "Garbo-Quist", "Greta Garbo-Quist", "greta.garbo@x.example"
	u := &iam.User{FirstName: first, LastName: last, Email: address, EmailKey: address}
	namesake := &iam.User{FirstName: first, LastName: last, Email: "other@x.example", EmailKey: "other@x.example"}
	theirs := &iam.User{FirstName: first, LastName: last, Email: address, EmailKey: address}
	f.workOf(t, f.a, u)
	alone := f.withText(t, f.a.tenant, full)
	for _, name := range f.textColumns(t, Raw(t, f.db)) {
		table, column, _ := strings.Cut(name, ".")
		if nameColumn.MatchString(column) && alone[name] == 0 && table != "exports" { // which go with the account
			t.Errorf("%s may have names: extend workOf, so that it is seen that erasing somebody changes it", name)
		}
	}
	f.workOf(t, f.b, theirs)
	other := f.withText(t, f.b.tenant, full)
	f.workOf(t, f.a, namesake)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, f.a.tenant, u.ID, address)
		return err
	})
	same(t, "the name of the namesake", f.withText(t, f.a.tenant, full), alone)
	same(t, "the address", f.withText(t, f.a.tenant, address), map[string]int{})
	same(t, "the other tenant", f.withText(t, f.b.tenant, full), other)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, f.a.tenant, namesake.ID, namesake.Email)
		return err
	})
	for _, text := range []string{full, last, "other@x.example"} {
		same(t, text, f.withText(t, f.a.tenant, text), map[string]int{})
	}
}

// testPersonalRecordsOfNamesakes: what somebody wrote and added is exported, and
// nothing of who has the same name.
func testPersonalRecordsOfNamesakes(t *testing.T, f *sides) {
	for _, s := range []side{f.a, f.b} {
		for i, id := range []iam.UserID{s.user, s.other} {
			d := f.domainClaim(s, string('a'+rune(i))+".example.com")
			d.CreatedBy, d.CreatedName = id, "Ada Number 0"
			a := &iam.Announcement{
				ID: iam.AnnouncementID(f.id(iam.PrefixAnnouncement)), Org: s.org, Title: "By " + string(id), AuthorID: id, Author: "Ada Number 0",
				PublishedAt: f.db.Clock.Now(),
			}
			f.write(t, func(ctx context.Context, tx iam.Tx) error {
				return errors.Join(tx.InsertDomain(ctx, d), tx.InsertAnnouncement(ctx, s.tenant, a))
			})
		}
	}
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		own, err := tx.PersonalRecords(ctx, f.a.tenant, f.a.user, "person0@example.com")
		if len(own["announcements"]) != 1 || own["announcements"][0]["title"] != "By "+string(f.a.user) {
			t.Errorf("announcements: %v", own["announcements"])
		}
		if len(own["domains"]) != 1 || own["domains"][0]["host"] != "a.example.com" {
			t.Errorf("domains: %v", own["domains"])
		}
		none, err2 := tx.PersonalRecords(ctx, f.b.tenant, f.a.user, "person0@example.com")
		same(t, "of the other tenant", len(none["announcements"])+len(none["domains"]), 0)
		return errors.Join(err, err2)
	})
}
