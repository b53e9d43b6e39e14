package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// newReview keeps a review of a child of the side's organization, with a row of a
// member and one of somebody from above.
func (f *sides) newReview(t *testing.T, s side, child iam.OrgID) (*iam.Review, []*iam.ReviewRow) {
	t.Helper()
	r := &iam.Review{ID: iam.ReviewID(f.id(iam.PrefixReview)), Org: child, Top: s.org, Name: "Spring", State: iam.ReviewOpen, Rows: 2, CreatedBy: s.user}
	row := func(n int64, user iam.UserID, org iam.OrgID) *iam.ReviewRow {
		lead := iam.ReviewTeamRole{Team: "team_1", TeamName: "Night", Role: "role_1", Name: "Lead"}
		return &iam.ReviewRow{
			N: n, User: user, Org: org, Above: org != child, OrgName: "X", FullName: "Ada", Type: iam.TypeAgent, Status: iam.StatusActive,
			Decision: iam.DecisionReduce,
			Held:     iam.ReviewHeld{Teams: []iam.ReviewTeamRole{lead}, IdleTeams: []iam.TeamID{"team_1"}},
			Take:     iam.ReviewTake{Teams: []iam.ReviewTeamRole{lead}},
			Problem:  "No.", ProblemCode: "refused",
		}
	}
	rows := []*iam.ReviewRow{row(1, s.user, child), row(2, s.other, s.org)}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertReview(ctx, s.tenant, r); err != nil {
			return err
		}
		return tx.AddReviewRows(ctx, s.tenant, r.ID, rows)
	})
	return r, rows
}

func (f *sides) childOf(t *testing.T, s side) iam.OrgID {
	t.Helper()
	id := iam.OrgID(f.id(iam.PrefixOrg))
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, s.tenant, &iam.Organization{ID: id, Parent: s.org, Name: "Child", ShortName: string(id), Status: iam.StatusActive})
	})
	return id
}

// testReviewRows: a review keeps from where it was started and roles in teams,
// and rows from above are listed and counted for who sees their organizations.
func testReviewRows(t *testing.T, f *sides) {
	child := f.childOf(t, f.a)
	r, rows := f.newReview(t, f.a, child)
	theirs, _ := f.newReview(t, f.b, f.childOf(t, f.b))
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Review(ctx, f.a.tenant, r.ID)
		if err != nil {
			return err
		}
		same(t, "review", got, r)
		for what, c := range map[string]struct {
			from []iam.OrgID
			want []*iam.ReviewRow
		}{
			"all": {nil, rows}, "none from above": {[]iam.OrgID{}, rows[:1]}, "of the root": {[]iam.OrgID{f.a.org, child}, rows},
			"of another": {[]iam.OrgID{f.b.org}, rows[:1]},
		} {
			page, err := tx.ReviewRows(ctx, f.a.tenant, r.ID, iam.ReviewRowFilter{Decision: iam.DecisionReduce, From: c.from})
			if err != nil {
				return err
			}
			same(t, what, page.Items, c.want)
			n, err := tx.CountReviewRows(ctx, f.a.tenant, r.ID, c.from)
			if err != nil {
				return err
			}
			above := int64(len(c.want) - 1)
			same(t, what+" counted", n, iam.ReviewCounts{Total: above + 1, Reduce: above + 1, Above: above, AboveChanged: above})
		}
		up, err := tx.ReviewRows(ctx, f.a.tenant, r.ID, iam.ReviewRowFilter{Above: true})
		if err != nil {
			return err
		}
		same(t, "only from above", up.Items, rows[1:])
		page, err := tx.ReviewRows(ctx, f.a.tenant, theirs.ID, iam.ReviewRowFilter{})
		same(t, "another tenant's rows", page.Items, []*iam.ReviewRow(nil))
		return err
	})
	done := *rows[0]
	done.Result, done.Problem, done.ProblemCode, done.DoneAt = iam.ResultRefused, "You can't.", "own_access", f.db.Clock.Now()
	update := func(s side) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateReviewRow(ctx, s.tenant, r.ID, &done) })
	}
	answers(t, update(f.b), iam.CodeNotFound)
	answers(t, update(f.a), "")
	f.write(t, func(ctx context.Context, tx iam.Tx) error { // which reading one for an update needs
		got, err := tx.ReviewRow(ctx, f.a.tenant, r.ID, done.N)
		same(t, "row that is done", got, &done)
		return err
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		n, err := tx.CountReviewRows(ctx, f.a.tenant, theirs.ID, nil)
		same(t, "another tenant's rows counted", n, iam.ReviewCounts{})
		return err
	})
}

// testReaching: people whose membership includes what is below are found by id,
// each once, in portions, and only those of the tenant.
func testReaching(t *testing.T, f *sides) {
	child := f.childOf(t, f.a)
	var want []iam.UserID
	add := func(s side, orgs ...iam.OrgID) iam.UserID {
		u := &iam.User{ID: iam.UserID(f.id(iam.PrefixUser)), Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Up"}
		u.Email = fmt.Sprintf("%s@example.com", u.ID)
		u.EmailKey = u.Email
		for _, o := range orgs {
			u.Memberships = append(u.Memberships, iam.Membership{Org: o, IncludesDescendants: true})
		}
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, s.tenant, u) })
		return u.ID
	}
	want = append(want, add(f.a, f.a.org), add(f.a, f.a.org, child), add(f.a, child))
	add(f.b, f.b.org)
	find := func(after iam.UserID, limit int, orgs ...iam.OrgID) (list []iam.UserID) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			list, err = tx.Reaching(ctx, f.a.tenant, orgs, after, limit)
			return err
		})
		return list
	}
	same(t, "both", find("", 10, f.a.org, child), want)
	same(t, "first portion", find("", 2, child, f.a.org), want[:2])
	same(t, "second portion", find(want[1], 2, child, f.a.org), want[2:])
	same(t, "the root's", find("", 10, f.a.org), want[:2])
	same(t, "no organization's", find("", 10), []iam.UserID(nil))
	same(t, "another tenant's", find("", 10, f.b.org), []iam.UserID(nil))
}

// testLeaveReviews: what is over outlives its organization, with the root and
// under the name that it had; what is not goes with it. Another tenant's stay as
// they are.
func testLeaveReviews(t *testing.T, f *sides) {
	child := f.childOf(t, f.a)
	ended := func(s side, org iam.OrgID, state iam.ReviewState) *iam.Review {
		r, _ := f.newReview(t, s, org)
		r.State, r.NextDueAt = state, f.db.Clock.Now()
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateReview(ctx, s.tenant, r) })
		return r
	}
	finished, cancelled, open := ended(f.a, child, iam.ReviewFinished), ended(f.a, child, iam.ReviewCancelled), ended(f.a, child, iam.ReviewOpen)
	own, theirs := ended(f.a, f.a.org, iam.ReviewFinished), ended(f.b, f.childOf(t, f.b), iam.ReviewFinished)
	leave := func(s side, org iam.OrgID) (list []*iam.Review) {
		f.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
			list, err = tx.LeaveReviews(ctx, s.tenant, org)
			return err
		})
		return list
	}
	reviewsOf := func(s side, org iam.OrgID) (list []*iam.Review) {
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			page, err := tx.Reviews(ctx, s.tenant, org, iam.Page{})
			list = page.Items
			return err
		})
		return list
	}
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		d, err := tx.OrgDeletion(ctx, f.a.tenant, child)
		same(t, "what goes", d, iam.OrgDeletion{ReviewsKept: 2, ReviewsEnded: 1})
		return err
	})
	same(t, "left in the name of another tenant", leave(f.b, child), []*iam.Review(nil))
	same(t, "of the child before", reviewsOf(f.a, child), []*iam.Review{open, cancelled, finished})
	same(t, "what ends", leave(f.a, child), []*iam.Review{open})
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, f.a.tenant, child) })
	for _, r := range []*iam.Review{finished, cancelled} {
		r.Former, r.FormerName, r.NextDueAt, r.Version = true, "Child", time.Time{}, r.Version+1
	}
	same(t, "of the root", reviewsOf(f.a, f.a.org), []*iam.Review{own, cancelled, finished})
	same(t, "of another tenant", reviewsOf(f.b, f.b.org), []*iam.Review{theirs})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		n, err := tx.CountReviewRows(ctx, f.a.tenant, finished.ID, nil)
		same(t, "rows", n.Total, int64(2))
		return err
	})
}
