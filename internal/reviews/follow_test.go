package reviews

import (
	"context"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

func finished(t *testing.T, s *Service, c *access.Caller, in Start) *View {
	t.Helper()
	v, err := s.Finish(t.Context(), c, start(t, s, c, in).ID, true)
	if err != nil || v.State != iam.ReviewFinished {
		t.Fatalf("%+v, %v", v, err)
	}
	return v
}

// The next review is done when it is finished: not when somebody begins one, nor
// when those do one who see less of it.
func TestWhatFollowsAReview(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		client, other := k.Org("Client", ""), k.Other()
		s, admin := service(t, k), k.Caller(k.Admin)
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		first := finished(t, s, admin, Start{Org: client, RepeatMonths: 3})
		theirs := finished(t, service(t, other), other.Caller(other.Admin), Start{RepeatMonths: 3})
		waits := func(want bool) {
			t.Helper()
			v, err := s.Get(t.Context(), admin, first.ID)
			if err != nil || v.NextDueAt.IsZero() == want {
				t.Errorf("next due %v, %v", v.NextDueAt, err)
			}
		}
		waits(true)
		again := start(t, s, admin, Start{Org: client})
		waits(true)
		if _, err := s.Cancel(t.Context(), admin, again.ID); err != nil {
			t.Fatal(err)
		}
		waits(true)
		small := finished(t, s, boss, Start{RepeatMonths: 3})
		waits(true)
		finished(t, s, admin, Start{Org: client})
		waits(false)
		if v, err := s.Get(t.Context(), boss, small.ID); err != nil || !v.NextDueAt.IsZero() {
			t.Errorf("the smaller review waits for another: %v, %v", v.NextDueAt, err)
		}
		if v, err := service(t, other).Get(t.Context(), other.Caller(other.Admin), theirs.ID); err != nil || v.NextDueAt.IsZero() {
			t.Errorf("another tenant's review waits for none: %v, %v", v, err)
		}
	})
}

// Nobody is reminded of a review that has begun, and everybody again when it was
// cancelled.
func TestNoReminderOfWhatHasBegun(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin := service(t, k), k.Caller(k.Admin)
		finished(t, s, admin, Start{RepeatMonths: 3})
		again := start(t, s, admin, Start{})
		k.Clock.Advance(100 * day)
		reminders := func(want int) {
			t.Helper()
			if _, err := s.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.Read(func(ctx context.Context, tx iam.Tx) error {
				page, err := tx.Mails(ctx, k.Tenant.ID, iam.MailFilter{})
				n := 0
				for _, m := range page.Items {
					if m.Kind == string(mail.ReviewDue) {
						n++
					}
				}
				if n != want {
					t.Errorf("%d reminders, want %d", n, want)
				}
				return err
			})
		}
		reminders(0)
		if _, err := s.Cancel(t.Context(), admin, again.ID); err != nil {
			t.Fatal(err)
		}
		reminders(1)
	})
}

// Who was to be removed from one of several organizations keeps the account,
// although it is the last by the time the review is finished.
func TestRemovingIsNoDeleting(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	top := k.Org("Client", "")
	one, two := k.Org("One", top), k.Org("Two", top)
	people := s.Users.(*users.Service)
	elsewhere, twice := k.User(tenanttest.Person{Type: iam.TypeMember, Org: one}), k.User(tenanttest.Person{Type: iam.TypeMember, Org: one})
	for _, u := range []*iam.User{elsewhere, twice} {
		if _, err := people.SetMembership(t.Context(), admin, u.ID, two, users.SetMembership{Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	small := start(t, s, admin, Start{Org: one})
	decided(t, s, admin, small.ID, elsewhere.ID, Decide{Decision: iam.DecisionRemove})
	if err := people.RemoveMembership(t.Context(), admin, elsewhere.ID, two, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), admin, small.ID, true); err != nil {
		t.Fatal(err)
	}
	if r := rowOf(t, s, admin, small.ID, elsewhere.ID); r.Result != iam.ResultChanged {
		t.Errorf("who lost the other organization meanwhile is %q", r.Result)
	}

	wide := start(t, s, admin, Start{Org: top, Below: true})
	page, err := s.Rows(t.Context(), admin, wide.ID, iam.ReviewRowFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Items {
		if r.User == twice.ID {
			if _, err := s.Decide(t.Context(), admin, wide.ID, r.N, Decide{Decision: iam.DecisionRemove}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Finish(t.Context(), admin, wide.ID, true); err != nil {
		t.Fatal(err)
	}
	for _, id := range []iam.UserID{elsewhere.ID, twice.ID} {
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			u, err := tx.User(ctx, k.Tenant.ID, id)
			if err == nil && len(u.Memberships) != 1 {
				t.Errorf("memberships of %s: %+v", u.FullName(), u.Memberships)
			}
			return err
		})
	}
}

// late is a store in which another worker applies each row first.
type late struct {
	iam.Store
	done bool
}

func (l *late) Write(ctx context.Context, fn func(iam.Tx) error) error {
	return l.Store.Write(ctx, func(tx iam.Tx) error { return fn(lateTx{tx, l}) })
}

type lateTx struct {
	iam.Tx
	of *late
}

func (t lateTx) PendingReviewRows(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, limit int) ([]*iam.ReviewRow, error) {
	rows, err := t.Tx.PendingReviewRows(ctx, tenant, id, limit)
	if err != nil || t.of.done {
		return rows, err
	}
	t.of.done = true
	for _, r := range rows {
		done := *r
		done.Result, done.DoneAt = iam.ResultDeleted, t.Now()
		if err := t.UpdateReviewRow(ctx, tenant, id, &done); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// What another worker has written down, whose turn came while this one took too
// long, stays.
func TestRowsAreAppliedOnce(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	client := k.Org("Client", "")
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	v := start(t, s, admin, Start{Org: client})
	decided(t, s, admin, v.ID, u.ID, Decide{Decision: iam.DecisionKeep})
	s.Store = &late{Store: s.Store}
	if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
		t.Fatal(err)
	}
	if r := rowOf(t, s, admin, v.ID, u.ID); r.Result != iam.ResultDeleted {
		t.Errorf("the row says %q", r.Result)
	}
}
