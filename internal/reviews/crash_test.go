package reviews

import (
	"context"
	"errors"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// crashing is a store in which nothing can be written of rows of reviews while
// the server crashes.
type crashing struct {
	iam.Store
	now bool
}

func (c *crashing) Write(ctx context.Context, fn func(iam.Tx) error) error {
	return c.Store.Write(ctx, func(tx iam.Tx) error { return fn(crashingTx{tx, c}) })
}

type crashingTx struct {
	iam.Tx
	of *crashing
}

func (t crashingTx) UpdateReviewRow(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, r *iam.ReviewRow) error {
	if t.of.now {
		return errors.New("the server crashed")
	}
	return t.Tx.UpdateReviewRow(ctx, tenant, id, r)
}

// Whatever a review does to an account is in its report, although the server
// crashed right after: what the review itself has removed is not taken for gone.
// What another tenant has is left alone.
func TestCrashWhileFinishing(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, admin, client, second, other := service(t, k), k.Caller(k.Admin), k.Org("Client", ""), k.Org("Second", ""), k.Other()
		reader := k.Role("Reader", iam.PermAuditRead)
		person := func() *iam.User {
			return k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{reader.ID}})
		}
		theirs := other.User(tenanttest.Person{Type: iam.TypeMember})
		deleted, removed, reduced := person(), person(), person()
		k.Change(removed.ID, func(u *iam.User) { u.Memberships = append([]iam.Membership{{Org: second}}, u.Memberships...) })
		v := start(t, s, admin, Start{Org: client})
		decided(t, s, admin, v.ID, deleted.ID, Decide{Decision: iam.DecisionRemove})
		decided(t, s, admin, v.ID, removed.ID, Decide{Decision: iam.DecisionRemove})
		decided(t, s, admin, v.ID, reduced.ID, Decide{Decision: iam.DecisionReduce, Roles: &[]iam.RoleID{reader.ID}})
		store := &crashing{Store: s.Store, now: true}
		s.Store = store
		if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
			t.Fatal(err)
		}
		store.now = false
		k.Clock.Advance(2 * lease)
		if _, err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[iam.UserID]iam.ReviewResult{deleted.ID: iam.ResultDeleted, removed.ID: iam.ResultRemoved, reduced.ID: iam.ResultReduced} {
			if r := rowOf(t, s, admin, v.ID, id); r.Result != want || r.Problem != "" {
				t.Errorf("%s is %q %s, want %q", id, r.Result, r.Problem, want)
			}
		}
		other.Read(func(ctx context.Context, tx iam.Tx) error {
			_, err := tx.User(ctx, other.Tenant.ID, theirs.ID)
			return err
		})
	})
}
