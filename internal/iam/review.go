package iam

import (
	"context"
	"time"
)

// ReviewID names an access review.
type ReviewID string

// PrefixReview begins the ids of access reviews.
const PrefixReview = "review"

// ReviewState is how far an access review is.
type ReviewState string

// The states of an access review.
const (
	ReviewPreparing ReviewState = "preparing" // the list of accounts is being made
	ReviewOpen      ReviewState = "open"
	ReviewFinishing ReviewState = "finishing" // the decisions are being applied
	ReviewFinished  ReviewState = "finished"
	ReviewCancelled ReviewState = "cancelled"
)

// Review goes through everybody's access in an organization.
type Review struct {
	ID    ReviewID
	Org   OrgID
	Below bool // what lies below the organization, too
	// Top is where it was started: people whose access comes from organizations
	// above that are not listed. "" for reviews of before, which list members only.
	Top OrgID
	// Former tells that the organization was deleted since: Org is what its id was,
	// and FormerName what it was called last.
	Former       bool
	FormerName   string
	Name         string
	State        ReviewState
	DueAt        time.Time // zero: no date
	RepeatMonths int       // the next one is due that long after the end; 0: never
	NextDueAt    time.Time // zero: none, or there has been another since
	RemindedAt   time.Time
	UsedSince    time.Time // since when uses of permissions were recorded when it began
	Rows         int64
	Position     string // how far the list is while it is made
	CreatedBy    UserID
	CreatedName  string
	CreatedAt    time.Time
	FinishedBy   UserID
	FinishedName string
	FinishedAt   time.Time
	// FinishOrg and Granted are where whoever finishes it acts, and what they may
	// do: an API key may do less than its owner.
	FinishOrg    OrgID
	Granted      []Permission
	ReportSHA256 string // of the report as it was at the end, in hexadecimal
	LeaseUntil   time.Time
	Version      int64
}

// ReviewDecision is what shall become of an account's access.
type ReviewDecision string

// The decisions.
const (
	DecisionNone   ReviewDecision = ""
	DecisionKeep   ReviewDecision = "keep"
	DecisionReduce ReviewDecision = "reduce"
	DecisionRemove ReviewDecision = "remove" // from the organization
)

// ReviewResult is what became of a row.
type ReviewResult string

// The results.
const (
	ResultKept      ReviewResult = "kept"
	ResultReduced   ReviewResult = "reduced"
	ResultRemoved   ReviewResult = "removed"
	ResultDeleted   ReviewResult = "deleted"   // the account, which belonged nowhere else
	ResultUndecided ReviewResult = "undecided" // and so kept
	ResultChanged   ReviewResult = "changed"   // access changed after the decision, whatever it was: nothing was done
	ResultGone      ReviewResult = "gone"      // there was nothing left to decide on
	ResultRefused   ReviewResult = "refused"
)

// ReviewRole is a role as a review shows it.
type ReviewRole struct {
	ID   RoleID `json:"id"`
	Name string `json:"name"`
}

// ReviewTeamRole is a role that an account holds in a team.
type ReviewTeamRole struct {
	Team     TeamID `json:"team"`
	TeamName string `json:"team_name"`
	Role     RoleID `json:"role"`
	Name     string `json:"name"` // the role's
}

// ReviewHeld is what an account holds in an organization.
type ReviewHeld struct {
	Roles       []ReviewRole     `json:"roles"`
	Teams       []ReviewTeamRole `json:"teams,omitempty"`
	Permissions []Permission     `json:"permissions"` // granted directly
	Descendants bool             `json:"descendants,omitempty"`
	Unused      []Permission     `json:"unused"`     // of those whose use is seen
	IdleRoles   []RoleID         `json:"idle_roles"` // nothing that they give was used
	Idle        []Permission     `json:"idle"`       // direct permissions not used
	IdleTeams   []TeamID         `json:"idle_teams,omitempty"`
	WatchedDays int              `json:"watched_days"` // how long use was recorded, at most 90
	OnlyOrg     bool             `json:"only_org"`     // the account belongs nowhere else
}

// ReviewTake is what a reduction takes away.
type ReviewTake struct {
	Roles       []ReviewRole     `json:"roles"`
	Permissions []Permission     `json:"permissions"`
	Teams       []ReviewTeamRole `json:"teams,omitempty"` // the roles held there, not the places
}

// ReviewRow is one account in one organization.
type ReviewRow struct {
	N    int64 // from 1 on, in the order of the list
	User UserID
	Org  OrgID // of the membership
	// Above tells that Org is above the organization reviewed, and its membership
	// includes what is below: what is changed there counts in all of that.
	Above        bool
	OrgName      string
	FullName     string
	Email        string
	Type         UserType
	Status       Status
	LastSignInAt time.Time
	MemberSince  time.Time
	Held         ReviewHeld
	Grants       string // fingerprint
	Decision     ReviewDecision
	Take         ReviewTake
	DecidedBy    UserID
	DecidedName  string
	DecidedAt    time.Time
	Result       ReviewResult
	Problem      string // why it was refused, for people, in English
	ProblemCode  string // the same for programs; "" of what was done before there were codes
	DoneAt       time.Time
}

// ReviewRowFilter selects rows; zero fields do not filter.
type ReviewRowFilter struct {
	Undecided bool
	Unused    bool
	Above     bool // only rows from above
	Decision  ReviewDecision
	Result    ReviewResult
	// From restricts the rows from above to those of these organizations; nil does
	// not.
	From []OrgID
	Page Page
}

// ReviewCounts is how many rows there are of each kind. Of those from Above,
// AboveChanged are to be reduced or removed.
type ReviewCounts struct{ Total, Undecided, Keep, Reduce, Remove, Unused, Done, Above, AboveChanged int64 }

// PermissionUse is that somebody used a permission.
type PermissionUse struct {
	User       UserID
	Org        OrgID
	Permission Permission
	Day        int64 // the last one, since 1970 UTC
}

// ReviewStore keeps access reviews, and which permissions are used.
type ReviewStore interface {
	// RecordUses notes the last day of each use. Those of people and
	// organizations that are gone are left out.
	RecordUses(ctx context.Context, tenant TenantID, uses []PermissionUse) error
	// PermissionUses returns what the users have used since a day.
	PermissionUses(ctx context.Context, tenant TenantID, users []UserID, since int64) ([]PermissionUse, error)
	// UsesSince is the day since which uses are recorded; 0 when none ever was.
	UsesSince(ctx context.Context, tenant TenantID) (int64, error)

	InsertReview(ctx context.Context, tenant TenantID, r *Review) error
	// UpdateReview writes what changes, where version is still r.Version, and
	// increments it; else CodePreconditionFailed.
	UpdateReview(ctx context.Context, tenant TenantID, r *Review) error
	Review(ctx context.Context, tenant TenantID, id ReviewID) (*Review, error)
	// ReviewForUpdate reads it and keeps other writers out.
	ReviewForUpdate(ctx context.Context, tenant TenantID, id ReviewID) (*Review, error)
	// Reviews returns those of an organization and below, the newest first. Those
	// whose organization was deleted are the root's.
	Reviews(ctx context.Context, tenant TenantID, below OrgID, p Page) (List[*Review], error)
	// LeaveReviews is for an organization about to be deleted: it makes the reviews
	// of it that are over the root's, and returns those that are not, which go with it.
	LeaveReviews(ctx context.Context, tenant TenantID, org OrgID) (ending []*Review, err error)
	// ClaimReview takes the lease of a review with work to do, of any tenant; nil
	// when there is none.
	ClaimReview(ctx context.Context, lease time.Duration) (TenantID, *Review, error)
	// DueReviews returns up to n finished reviews of any tenant whose follower is
	// due, of which nobody was reminded yet, and none of those who are to be reminded,
	// nor anybody of the company, has begun it.
	DueReviews(ctx context.Context, n int) (map[ReviewID]TenantID, error)
	// FollowReviews makes the earlier reviews of the organization of r, those that
	// were started in one of tops, wait for no other any longer.
	FollowReviews(ctx context.Context, tenant TenantID, r *Review, tops []OrgID) error
	// Grantees returns those to whom a membership in one of the organizations
	// grants a permission directly.
	Grantees(ctx context.Context, tenant TenantID, orgs []OrgID, p Permission) ([]UserID, error)

	// Reaching returns up to limit people, by id from after on, who belong to one of
	// the organizations and to what is below it.
	Reaching(ctx context.Context, tenant TenantID, orgs []OrgID, after UserID, limit int) ([]UserID, error)

	AddReviewRows(ctx context.Context, tenant TenantID, id ReviewID, rows []*ReviewRow) error
	// UpdateReviewRow writes what was held, decided and done.
	UpdateReviewRow(ctx context.Context, tenant TenantID, id ReviewID, r *ReviewRow) error
	ReviewRow(ctx context.Context, tenant TenantID, id ReviewID, n int64) (*ReviewRow, error)
	ReviewRows(ctx context.Context, tenant TenantID, id ReviewID, f ReviewRowFilter) (List[*ReviewRow], error)
	// PendingReviewRows returns up to limit rows of which nothing has become yet.
	PendingReviewRows(ctx context.Context, tenant TenantID, id ReviewID, limit int) ([]*ReviewRow, error)
	// CountReviewRows counts the rows that a filter with the same From lists.
	CountReviewRows(ctx context.Context, tenant TenantID, id ReviewID, from []OrgID) (ReviewCounts, error)
}
