package reviews

import (
	"context"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
	"github.com/retinue/retinue/internal/tenanttest"
)

// A finished review is proof: it stays when its organization is deleted, the same
// to the byte, for those who see all of the company and for nobody else. One that
// goes on ends, and the log says so.
func TestReviewsOutliveTheirOrganization(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, other := service(t, k), k.Caller(k.Admin), k.Other()
		client, sister := k.Org("Client", ""), k.Org("Sister", "")
		k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Name: "Ann"})
		run := func(org iam.OrgID) *access.Caller {
			return k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		}
		boss, neighbour := run(client), run(sister)
		v := finished(t, s, admin, Start{Org: client, RepeatMonths: 3})
		report := reportOf(t, s, admin, v.ID)
		open := start(t, s, admin, Start{Org: client})

		tree := organizations.New(organizations.Deps{Store: k.DB, IDs: k.IDs, Directories: s.Directories})
		d, err := tree.DeletionPreview(t.Context(), admin, client)
		if err != nil || d.ReviewsKept != 1 || d.ReviewsEnded != 1 {
			t.Fatalf("preview: %+v, %v", d, err)
		}
		if err := tree.Delete(t.Context(), admin, client, organizations.Delete{Version: 1, People: d.Homeless}); err != nil {
			t.Fatal(err)
		}

		page, err := s.List(t.Context(), admin, iam.Page{})
		if err != nil || len(page.Items) != 1 || page.Items[0].OrgName != "Client" || page.Items[0].Org != client || !page.Items[0].Former {
			t.Errorf("listed: %+v, %v", page.Items, err)
		}
		got, err := s.Get(t.Context(), admin, v.ID)
		if err != nil || got.Counts != v.Counts || got.Hidden != 0 || got.Partial != v.Partial || !got.NextDueAt.IsZero() {
			t.Errorf("%+v, %v, want %+v", got, err, v)
		}
		if now := reportOf(t, s, admin, v.ID); contentOf(now) != contentOf(report) {
			t.Errorf("the report is another:\n%s\nwas\n%s", now, report)
		}
		var shown *Printable
		err = s.Print(t.Context(), admin, v.ID, func(p *Printable) error { shown = p; return nil }, func(*iam.ReviewRow) error { return nil })
		if err != nil || shown.SHA256 != v.ReportSHA256 || shown.OrgName != "Client" {
			t.Errorf("printed %+v, %v", shown, err)
		}
		_, err = s.Get(t.Context(), admin, open.ID)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		if events := k.Events("access_review.cancelled"); len(events) != 1 || events[0].TargetID != string(open.ID) {
			t.Errorf("events: %+v", events)
		}
		theirs := service(t, other)
		for who, c := range map[string]*access.Caller{"the former boss": boss, "a sister's boss": neighbour, "another tenant": other.Caller(other.Admin)} {
			at := s
			if who == "another tenant" {
				at = theirs
			}
			_, err := at.Get(t.Context(), c, v.ID)
			tenanttest.Refused(t, err, iam.CodeNotFound, "")
			_, err = at.Rows(t.Context(), c, v.ID, iam.ReviewRowFilter{})
			tenanttest.Refused(t, err, iam.CodeNotFound, "")
			if page, err := at.List(t.Context(), c, iam.Page{}); err != nil || len(page.Items) != 0 {
				t.Errorf("%s lists %+v, %v", who, page.Items, err)
			}
		}
		k.Clock.Advance(200 * day)
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			due, err := tx.DueReviews(ctx, 10)
			if len(due) != 0 {
				t.Errorf("due: %v", due)
			}
			return err
		})
	})
}

// contentOf is a report without its signature, which is another each time.
func contentOf(report string) string {
	content, _, _ := strings.Cut(report, "signature,")
	return content
}

// An organization that is younger than a membership in it, or than what reaches
// it from above, was not watched before it was.
func TestNothingIsUnusedBeforeTheOrganizationWas(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin := service(t, k), k.Caller(k.Admin)
		staff := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermAuditRead}, Descendants: true})
		k.Clock.Advance(100 * day)
		watched(k)
		client := k.Org("Client", "")
		k.Clock.Advance(10 * day)
		joined := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Permissions: []iam.Permission{iam.PermKnowledgeRead}})
		old := &iam.User{
			ID: iam.UserID(k.NewID(iam.PrefixUser)), Type: iam.TypeMember, Status: iam.StatusActive, FirstName: "Old", LastName: "Example",
			Email: "old@example.com", EmailKey: "old@example.com", CreatedAt: k.Clock.Now().Add(-80 * day),
			Memberships: []iam.Membership{{Org: client, Permissions: []iam.Permission{iam.PermKnowledgeRead}}},
		}
		k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, k.Tenant.ID, old) })
		k.Clock.Advance(15 * day)
		v := start(t, s, admin, Start{Org: client})
		for who, want := range map[*iam.User]int{joined: 15, old: 25, staff: 25} {
			r := rowOf(t, s, admin, v.ID, who.ID)
			if r.Held.WatchedDays != want || len(r.Held.Idle) != 0 {
				t.Errorf("%s: %d days, %v, want %d", r.FullName, r.Held.WatchedDays, r.Held.Idle, want)
			}
		}
	})
}
