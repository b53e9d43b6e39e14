// Package reviews goes through everybody's access in an organization: a list of
// every account with what it holds and has not used, a decision on each, and a
// signed report of what became of it.
//
// People whose membership further up includes the organization are in the list,
// too. A row of theirs is about that membership: whoever acts below it does not
// see the row, and whoever does not see all rows can't end the review.
//
// A review is a snapshot. What has changed since shows on the row, and a
// decision is made on what was there when it was made: should that have changed
// by the end, nothing is done with the row, and the report says so.
package reviews

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tokens"
	"github.com/retinue/retinue/internal/users"
)

const (
	// MaxRows is how many accounts one review has at most.
	MaxRows = 100_000
	// Watched is how long something must be unused to be called so.
	Watched = 90 * 24 * time.Hour
	// day is what uses are recorded by.
	day = 24 * time.Hour
	// suggestAfter is how long use was recorded before anything is suggested.
	suggestAfter = 30
	// portion is how many users or rows one transaction deals with.
	portion = 100
	// atOnce is how many portions of a list are made before its start is answered.
	atOnce = 5
	// lease is how long somebody who works on a review has it.
	lease   = time.Minute
	maxName = 120
)

// Users changes memberships under the rules that hold for everybody.
type Users interface {
	SetMembershipIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID, in users.SetMembership) error
	RemoveMembershipIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, org iam.OrgID, version int64) error
	DeleteIn(ctx context.Context, tx iam.Tx, c *access.Caller, id, heir iam.UserID) error
}

// Teams changes what people are in teams under the rules that hold for everybody.
type Teams interface {
	PutIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.TeamID, user iam.UserID, in teams.Place) (*teams.Member, error)
}

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Clock       clock.Clock
	Directories *authz.Cache
	Users       Users
	Teams       Teams
	Tokens      *tokens.Service
	Mailbox     *mailbox.Service
	PublicURL   func(*iam.Tenant) string
}

// Service runs access reviews.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// View is a review as the caller sees it.
type View struct {
	*iam.Review
	OrgName string
	Counts  iam.ReviewCounts // of the rows that the caller sees
	// Hidden is how many rows the caller does not see: those of people whose access
	// comes from further up than where the caller acts.
	Hidden int64
	// Partial tells that people whose access comes from further up than where the
	// review was started are not in it.
	Partial bool

	from []iam.OrgID // see iam.ReviewRowFilter
}

// Start is what a new review is made of.
type Start struct {
	Org          iam.OrgID // "" for the one in which the caller acts
	Below        bool
	Name         string // "" for one made of organization and month
	DueAt        time.Time
	RepeatMonths int
}

func (in *Start) check(now time.Time) error {
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	var fields []iam.Field
	if len([]rune(in.Name)) > maxName {
		fields = append(fields, iam.Field{Pointer: "/name", Code: "too_long", Message: "Use at most 120 characters."})
	}
	if !in.DueAt.IsZero() && (in.DueAt.Before(now) || in.DueAt.After(now.Add(2*365*day))) {
		fields = append(fields, iam.Field{Pointer: "/due_at", Code: "out_of_range", Message: "Choose a day within the next two years."})
	}
	switch in.RepeatMonths {
	case 0, 3, 6, 12:
	default:
		fields = append(fields, iam.Field{Pointer: "/repeat_months", Code: "unknown", Message: "The next review is due after 3, 6 or 12 months, or never (0)."})
	}
	return iam.Invalid(fields)
}

// signed refuses who may not change reviews. The report says who decided and who
// finished, so nobody does that as somebody else: CodeImpersonating.
func signed(c *access.Caller) error {
	if err := c.Require(iam.PermReviewsManage); err != nil {
		return err
	}
	return c.Signs("Access reviews")
}

// Start begins a review. The list of a small organization is complete when it
// returns; that of a large one is made in the background.
func (s *Service) Start(ctx context.Context, c *access.Caller, in Start) (*View, error) {
	if err := signed(c); err != nil {
		return nil, err
	}
	var r *iam.Review
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := in.check(tx.Now()); err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		org := cmp.Or(in.Org, c.Org)
		r = &iam.Review{Org: org, Below: in.Below, Top: c.Org}
		if err := reviewable(ctx, tx, dir, c, r); err != nil {
			return err
		}
		if in.Name == "" {
			in.Name = dir.Orgs[org].Name + " " + tx.Now().Format("2006-01")
		}
		since, err := tx.UsesSince(ctx, c.Tenant)
		if err != nil {
			return err
		}
		r = &iam.Review{
			ID: iam.ReviewID(s.IDs.NewID(iam.PrefixReview, tx.Now())), Org: org, Below: in.Below, Top: c.Org, Name: in.Name, State: iam.ReviewPreparing, DueAt: in.DueAt,
			RepeatMonths: in.RepeatMonths, CreatedBy: c.User, CreatedName: c.Name, LeaseUntil: tx.Now().Add(lease),
		}
		if since > 0 {
			r.UsedSince = time.Unix(since*int64(day/time.Second), 0).UTC()
		}
		if err := tx.InsertReview(ctx, c.Tenant, r); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "access_review.started", r, iam.Change{Field: "organization", After: dir.Orgs[org].Name},
			iam.Change{Field: "includes_below", After: in.Below})
	})
	if err != nil {
		return nil, err
	}
	for range atOnce {
		if more, err := s.prepare(ctx, c.Tenant, r.ID); err != nil || !more {
			break // the background goes on with what is left
		}
	}
	return s.Get(ctx, c, r.ID)
}

// reviewable refuses organizations that the caller doesn't see, and more people
// than a review can list.
func reviewable(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Review) error {
	if !dir.Within(r.Org, c.Org) {
		return iam.InvalidField("/organization_id", "unknown", "Choose an organization that exists.")
	}
	n, err := tx.CountUsers(ctx, c.Tenant, iam.UserFilter{Orgs: scope(dir, r)})
	if err != nil {
		return err
	}
	if n <= MaxRows {
		reaching, err := tx.Reaching(ctx, c.Tenant, above(dir, r), "", MaxRows+1-int(n))
		if err != nil {
			return err
		}
		n += int64(len(reaching))
	}
	if n > MaxRows {
		return iam.InvalidField("/organization_id", "too_many", "These are more than 100,000 people. Review smaller organizations one by one.")
	}
	return nil
}

// List returns one page of the reviews of the caller's part of the tree.
func (s *Service) List(ctx context.Context, c *access.Caller, p iam.Page) (iam.List[*View], error) {
	var out iam.List[*View]
	if err := c.Require(iam.PermReviewsManage); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		page, err := tx.Reviews(ctx, c.Tenant, c.Org, p)
		if err != nil {
			return err
		}
		out.Next, out.Prev, out.Items = page.Next, page.Prev, make([]*View, 0, len(page.Items))
		for _, r := range page.Items {
			v, err := view(ctx, tx, dir, c, r)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, v)
		}
		return nil
	})
	return out, err
}

func view(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Review) (*View, error) {
	v := &View{Review: r, Partial: partial(dir, r), from: seen(dir, c, r)}
	if r.Former {
		v.OrgName = r.FormerName
	} else if o := dir.Orgs[r.Org]; o != nil {
		v.OrgName = o.Name
	}
	var err error
	v.Counts, err = tx.CountReviewRows(ctx, c.Tenant, r.ID, v.from)
	v.Hidden = r.Rows - v.Counts.Total
	return v, err
}

// partial tells whether there may be people whose access comes from further up
// than a review looks.
func partial(dir *authz.Directory, r *iam.Review) bool {
	return r.Top != dir.RootOrg && r.Org != dir.RootOrg
}

// Get returns one review; CodeNotFound when it is not of the caller's part of
// the tree.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.ReviewID) (*View, error) {
	if err := c.Require(iam.PermReviewsManage); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var v *View
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		r, err := tx.Review(ctx, c.Tenant, id)
		if err == nil {
			err = within(dir, c, r)
		}
		if err == nil {
			v, err = view(ctx, tx, dir, c, r)
		}
		return err
	})
	return v, err
}

// within refuses who does not see a review. That of an organization which was
// deleted is for those who see all of the tenant: to nobody else does it belong.
func within(dir *authz.Directory, c *access.Caller, r *iam.Review) error {
	if r.Former && !c.InRoot || !r.Former && !dir.Within(r.Org, c.Org) {
		return iam.NotFound("access review")
	}
	return nil
}

// target is a review in the log of the organization that it is of.
func target(r *iam.Review) audit.Target {
	return audit.Target{Type: "access_review", ID: string(r.ID), Name: r.Name, Org: r.Org}
}

// record appends an event about the review.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, r *iam.Review, changes ...iam.Change) error {
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target(r), changes...))
}

// change runs fn on a review that is open.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.ReviewID, fn func(tx iam.Tx, dir *authz.Directory, r *iam.Review) error) error {
	if err := signed(c); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		r, err := tx.ReviewForUpdate(ctx, c.Tenant, id)
		if err == nil {
			err = within(dir, c, r)
		}
		if err != nil {
			return err
		}
		if r.State != iam.ReviewOpen {
			return closed(r)
		}
		return fn(tx, dir, r)
	})
}

func closed(r *iam.Review) error {
	if r.State == iam.ReviewPreparing {
		return iam.Errorf(iam.CodeConflict, "The list of accounts is still being made. Try again in a moment.").Because("review_not_ready")
	}
	return iam.Errorf(iam.CodeConflict, "This review is over. Its decisions can't be changed any more.").Because("review_over")
}

// ending counts the rows of a review that the caller is about to end; refuses
// who does not see all of them, as only those apply their decisions.
func ending(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Review) (iam.ReviewCounts, error) {
	v, err := view(ctx, tx, dir, c, r)
	if err != nil {
		return iam.ReviewCounts{}, err
	}
	if v.Hidden > 0 {
		return v.Counts, iam.Errorf(iam.CodeForbidden, "This review also lists people from further up. Somebody who manages them has to end it.").Because("review_from_above")
	}
	return v.Counts, nil
}

// Cancel ends a review without applying anything. CodeForbidden for who does not
// see all of its rows.
func (s *Service) Cancel(ctx context.Context, c *access.Caller, id iam.ReviewID) (*View, error) {
	err := s.change(ctx, c, id, func(tx iam.Tx, dir *authz.Directory, r *iam.Review) error {
		if _, err := ending(ctx, tx, dir, c, r); err != nil {
			return err
		}
		r.State, r.FinishedBy, r.FinishedName, r.FinishedAt = iam.ReviewCancelled, c.User, c.Name, tx.Now()
		if err := tx.UpdateReview(ctx, c.Tenant, r); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "access_review.cancelled", r)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, c, id)
}
