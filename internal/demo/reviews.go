package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/reviews"
)

const demoDay = 24 * time.Hour

// review makes a review of a client that was finished long enough ago for the
// next one to be due, and one of everybody that is half done.
func (b *builder) review() {
	b.then(b.now.Add(-110*demoDay), func(ctx context.Context) error {
		v, err := b.Reviews.Start(ctx, b.admin, reviews.Start{Org: b.orgs[b.company.Clients[0].Slug], RepeatMonths: 3})
		if err != nil {
			return err
		}
		if err := b.decide(ctx, v.ID, int(v.Counts.Total)); err != nil {
			return err
		}
		_, err = b.Reviews.Finish(ctx, b.admin, v.ID, true)
		return err
	})
	b.then(b.now.Add(-100*time.Minute), func(ctx context.Context) error {
		if err := b.use(ctx); err != nil {
			return err
		}
		v, err := b.Reviews.Start(ctx, b.admin, reviews.Start{Below: true, DueAt: b.now.Add(10 * demoDay), RepeatMonths: 6})
		if err != nil {
			return err
		}
		const decided = 17
		return b.decide(ctx, v.ID, decided)
	})
}

// decide keeps the first rows of a review, but for what nobody uses.
func (b *builder) decide(ctx context.Context, id iam.ReviewID, rows int) error {
	page, err := b.Reviews.Rows(ctx, b.admin, id, iam.ReviewRowFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
	if err != nil {
		return err
	}
	for i, row := range page.Items {
		if i >= rows {
			break
		}
		d := reviews.Decide{Decision: iam.DecisionKeep}
		if row.Blocked == reviews.BlockNone && len(row.Held.Idle)+len(row.Held.IdleRoles) > 0 {
			d.Decision = iam.DecisionReduce
		}
		if _, err := b.Reviews.Decide(ctx, b.admin, id, row.N, d); err != nil {
			return err
		}
	}
	return nil
}

// use makes people have used most of what they may do, on some day of the last
// hundred.
func (b *builder) use(ctx context.Context) error {
	random := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // the same company for everybody
	today := b.now.Unix() / int64(demoDay/time.Second)
	return b.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, b.tenant.ID)
		if err != nil {
			return err
		}
		uses := []iam.PermissionUse{{User: b.admin.User, Org: dir.RootOrg, Permission: iam.PermUsersRead, Day: today - 100}}
		for i := range b.company.People {
			made := b.users[b.company.People[i].Email]
			if made == nil {
				continue
			}
			u, err := tx.User(ctx, b.tenant.ID, made.ID)
			if iam.CodeOf(err) == iam.CodeNotFound {
				continue
			}
			if err != nil {
				return err
			}
			for j := range u.Memberships {
				org := u.Memberships[j].Org
				for _, p := range (dir.Subject(u, org).Effective() & access.Seen).Permissions() {
					const usual = 7 // of ten
					if random.IntN(10) < usual {
						uses = append(uses, iam.PermissionUse{User: u.ID, Org: org, Permission: p, Day: today - int64(random.IntN(85))})
					}
				}
			}
		}
		return tx.RecordUses(ctx, b.tenant.ID, uses)
	})
}
