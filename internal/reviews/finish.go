package reviews

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/users"
)

// Finish ends the decisions of a review and begins to apply them. keepUndecided
// leaves rows without a decision as they are; without it they are CodeConflict.
// CodeForbidden for who does not see all rows: decisions are applied by the rights
// of who finishes.
// A small review is finished when it returns.
func (s *Service) Finish(ctx context.Context, c *access.Caller, id iam.ReviewID, keepUndecided bool) (*View, error) {
	err := s.change(ctx, c, id, func(tx iam.Tx, dir *authz.Directory, r *iam.Review) error {
		n, err := ending(ctx, tx, dir, c, r)
		if err != nil {
			return err
		}
		if n.Undecided > 0 && !keepUndecided {
			return iam.Errorf(iam.CodeConflict, "%d accounts are not decided on yet. Decide on them, or say that they are kept.", n.Undecided).Because("undecided")
		}
		r.State, r.FinishedBy, r.FinishedName, r.FinishOrg = iam.ReviewFinishing, c.User, c.Name, c.Org
		r.Granted, r.LeaseUntil = c.Holds().Permissions(), tx.Now().Add(lease)
		if err := tx.UpdateReview(ctx, c.Tenant, r); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "access_review.decided", r, iam.Change{Field: "decisions", After: map[string]int64{
			"keep": n.Keep, "reduce": n.Reduce, "remove": n.Remove, "undecided": n.Undecided,
		}})
	})
	if err != nil {
		return nil, err
	}
	for range atOnce {
		if more, err := s.apply(ctx, c.Tenant, id); err != nil || !more {
			break // the background goes on with what is left
		}
	}
	return s.Get(ctx, c, id)
}

// Work takes up a review whose list is not complete, or whose decisions are not
// applied, and does a portion. It is a background job.
func (s *Service) Work(ctx context.Context) (more bool, err error) {
	var tenant iam.TenantID
	var r *iam.Review
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		tenant, r, err = tx.ClaimReview(ctx, lease)
		return err
	})
	if err != nil || r == nil {
		return false, err
	}
	for more = true; more && err == nil && ctx.Err() == nil; {
		if r.State == iam.ReviewPreparing {
			more, err = s.prepare(ctx, tenant, r.ID)
		} else {
			more, err = s.apply(ctx, tenant, r.ID)
		}
	}
	return err == nil, err
}

// apply does what was decided on one portion of the rows. After a crash it goes on
// with those that are not done.
func (s *Service) apply(ctx context.Context, tenant iam.TenantID, id iam.ReviewID) (more bool, err error) {
	var c *access.Caller
	l := &looked{}
	var rows []*iam.ReviewRow
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		r, err := tx.ReviewForUpdate(ctx, tenant, id)
		if err != nil || r.State != iam.ReviewFinishing {
			return err
		}
		l.review = r
		if l.dir, err = authz.Load(ctx, tx, tenant); err != nil {
			return err
		}
		if c, err = finisher(ctx, tx, l.dir, tenant, r); err != nil {
			return err
		}
		r.LeaseUntil = tx.Now().Add(lease)
		if rows, err = tx.PendingReviewRows(ctx, tenant, id, portion); err != nil {
			return err
		}
		return tx.UpdateReview(ctx, tenant, r)
	})
	if err != nil || c == nil {
		return false, err
	}
	for _, row := range rows {
		if err := s.applyRow(ctx, c, l, row); err != nil {
			return false, err
		}
	}
	if len(rows) == portion {
		return true, nil
	}
	return false, s.close(ctx, c, id)
}

// finisher is whoever finishes the review, with what they may do now and could
// do when they did.
func finisher(ctx context.Context, tx iam.Tx, dir *authz.Directory, tenant iam.TenantID, r *iam.Review) (*access.Caller, error) {
	u, err := tx.User(ctx, tenant, r.FinishedBy)
	if iam.CodeOf(err) == iam.CodeNotFound {
		// Who may do nothing any more: what was decided is refused.
		return &access.Caller{
			Tenant: tenant, User: r.FinishedBy, Name: r.FinishedName, Org: r.FinishOrg, InRoot: r.FinishOrg == dir.RootOrg, Actor: iam.ActorUser,
		}, nil
	}
	if err != nil {
		return nil, err
	}
	return dir.Later(tenant, u, r.FinishOrg, r.Granted), nil
}

// applyRow does what was decided on a row and writes down what became of it, in one
// transaction: nobody finds an account gone that the review itself has removed.
func (s *Service) applyRow(ctx context.Context, c *access.Caller, l *looked, row *iam.ReviewRow) error {
	done := *row
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if over, err := applied(ctx, tx, c, l, row, &done); over {
			return err
		}
		done.Problem, done.ProblemCode, done.DoneAt = "", "", tx.Now()
		if done.Result, err = s.outcome(ctx, tx, c, l, &done); err != nil {
			return err
		}
		return tx.UpdateReviewRow(ctx, c.Tenant, l.review.ID, &done)
	})
	if err == nil {
		return nil
	}
	known := new(iam.Error)
	if !errors.As(err, &known) || known.Code == iam.CodeInternal || known.Code == iam.CodeUnavailable {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		if over, err := applied(ctx, tx, c, l, row, &done); over {
			return err
		}
		done.Result, done.DoneAt = iam.ResultRefused, tx.Now()
		done.ProblemCode, done.Problem = problemOf(known)
		return tx.UpdateReviewRow(ctx, c.Tenant, l.review.ID, &done)
	})
}

// applied reads a row once more into done and keeps others from it until the
// transaction ends; over tells that somebody else has applied it, whose lease came
// after ours had run out: what became of it then stays what the report says.
func applied(ctx context.Context, tx iam.Tx, c *access.Caller, l *looked, row, done *iam.ReviewRow) (over bool, err error) {
	now, err := tx.ReviewRow(ctx, c.Tenant, l.review.ID, row.N)
	if err != nil {
		return true, err
	}
	*done = *now
	return now.Result != "", nil
}

// Problems are the codes of why a decision was refused.
var Problems = []string{
	"own_access", "delete_self", "holds_more", "more_than_yours", "role_holds_more", "belongs_elsewhere", "team_elsewhere", "last_org_admin",
	"last_role_admin", "last_tenant_admin", "finisher_may_not", "not_there_any_more", "access_changed", "refused",
}

// problemOf is what is kept of a refusal.
func problemOf(e *iam.Error) (code, message string) {
	code, message = e.Kept()
	switch {
	case slices.Contains(Problems, code):
		return code, message
	case e.Code == iam.CodeForbidden:
		return "finisher_may_not", message
	case e.Code == iam.CodeNotFound:
		return "not_there_any_more", message
	case e.Code == iam.CodePreconditionFailed:
		return "access_changed", message
	}
	return "refused", message
}

func (s *Service) outcome(ctx context.Context, tx iam.Tx, c *access.Caller, l *looked, row *iam.ReviewRow) (iam.ReviewResult, error) {
	switch row.Decision {
	case iam.DecisionNone:
		return iam.ResultUndecided, nil
	case iam.DecisionKeep, iam.DecisionReduce, iam.DecisionRemove:
	}
	u, err := tx.UserForUpdate(ctx, c.Tenant, row.User)
	switch {
	case iam.CodeOf(err) == iam.CodeNotFound:
		return iam.ResultGone, nil
	case err != nil:
		return "", err
	case !l.there(u, row):
		return iam.ResultGone, nil
	}
	if l.fingerprint(u, row.Org) != row.Grants {
		return iam.ResultChanged, nil
	}
	if row.Decision == iam.DecisionKeep {
		return iam.ResultKept, nil
	}
	if row.Decision == iam.DecisionReduce {
		return iam.ResultReduced, s.reduce(ctx, tx, c, l.dir, u, row)
	}
	if row.Above {
		here := false
		return iam.ResultRemoved, s.Users.SetMembershipIn(ctx, tx, c, u.ID, row.Org, users.SetMembership{IncludesDescendants: &here, Version: u.Version})
	}
	if len(u.Memberships) == 1 {
		if !row.Held.OnlyOrg {
			// Whoever decided was told that the account stays: it belonged elsewhere, too.
			return iam.ResultChanged, nil
		}
		return iam.ResultDeleted, s.Users.DeleteIn(ctx, tx, c, u.ID, "")
	}
	return iam.ResultRemoved, s.Users.RemoveMembershipIn(ctx, tx, c, u.ID, row.Org, u.Version)
}

// left is what a membership has after the reduction.
func left(row *iam.ReviewRow) (roles []iam.RoleID, permissions []iam.Permission) {
	roles, permissions = []iam.RoleID{}, []iam.Permission{}
	for _, r := range row.Held.Roles {
		if !slices.Contains(row.Take.Roles, r) {
			roles = append(roles, r.ID)
		}
	}
	for _, p := range row.Held.Permissions {
		if !slices.Contains(row.Take.Permissions, p) {
			permissions = append(permissions, p)
		}
	}
	return roles, permissions
}

// reduce takes away what was decided. Whether the roles in teams can be taken is
// asked before anything is.
func (s *Service) reduce(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User, row *iam.ReviewRow) error {
	for _, t := range row.Take.Teams {
		if err := teams.MayTakeRole(dir, c, u, t.Role); err != nil {
			return err
		}
	}
	if len(row.Take.Roles)+len(row.Take.Permissions) > 0 {
		roles, permissions := left(row)
		refs := []string{}
		for _, id := range roles {
			refs = append(refs, string(id))
		}
		if err := s.Users.SetMembershipIn(ctx, tx, c, u.ID, row.Org, users.SetMembership{Roles: &refs, Permissions: &permissions, Version: u.Version}); err != nil {
			return err
		}
	}
	for _, t := range row.Take.Teams {
		if _, err := s.Teams.PutIn(ctx, tx, c, t.Team, u.ID, teams.Place{Role: new(iam.RoleID)}); err != nil {
			return err
		}
	}
	return nil
}

// close makes the report of a review of which all rows are done.
func (s *Service) close(ctx context.Context, c *access.Caller, id iam.ReviewID) error {
	var r *iam.Review
	v := &View{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if r, err = tx.Review(ctx, c.Tenant, id); err != nil {
			return err
		}
		v.Review, v.Partial = r, partial(dir, r)
		v.Counts, err = tx.CountReviewRows(ctx, c.Tenant, id, nil)
		return err
	})
	if err != nil || r.State != iam.ReviewFinishing {
		return err
	}
	r.FinishedAt = s.Clock.Now()
	sum, err := s.sum(ctx, c.Tenant, v)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		now, err := tx.ReviewForUpdate(ctx, c.Tenant, id)
		if err != nil || now.State != iam.ReviewFinishing {
			return err
		}
		now.State, now.FinishedAt, now.ReportSHA256, now.LeaseUntil = iam.ReviewFinished, r.FinishedAt, sum, time.Time{}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if err := tx.FollowReviews(ctx, c.Tenant, now, dir.Between(now.Org, now.Top)); err != nil {
			return err
		}
		if now.RepeatMonths > 0 {
			now.NextDueAt = inMonths(now.FinishedAt, now.RepeatMonths)
		}
		if err := tx.UpdateReview(ctx, c.Tenant, now); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "access_review.finished", now, iam.Change{Field: "report_sha256", After: sum})
	})
}
