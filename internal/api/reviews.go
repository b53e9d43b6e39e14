package api

import (
	"bufio"
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/reviews"
)

// Reviews are the use cases of access reviews.
type Reviews interface {
	List(ctx context.Context, c *access.Caller, p iam.Page) (iam.List[*reviews.View], error)
	Start(ctx context.Context, c *access.Caller, in reviews.Start) (*reviews.View, error)
	Get(ctx context.Context, c *access.Caller, id iam.ReviewID) (*reviews.View, error)
	Rows(ctx context.Context, c *access.Caller, id iam.ReviewID, f iam.ReviewRowFilter) (iam.List[*reviews.Row], error)
	Decide(ctx context.Context, c *access.Caller, id iam.ReviewID, n int64, in reviews.Decide) (*reviews.Row, error)
	DecideMany(ctx context.Context, c *access.Caller, id iam.ReviewID, rows []int64, in reviews.Decide) ([]reviews.Decided, error)
	Finish(ctx context.Context, c *access.Caller, id iam.ReviewID, keepUndecided bool) (*reviews.View, error)
	Cancel(ctx context.Context, c *access.Caller, id iam.ReviewID) (*reviews.View, error)
	WriteCSV(ctx context.Context, c *access.Caller, id iam.ReviewID, out *bufio.Writer) error
	Print(ctx context.Context, c *access.Caller, id iam.ReviewID, begin func(*reviews.Printable) error, fn func(*iam.ReviewRow) error) error
}

// AccessReviewCounts is how far a review is.
type AccessReviewCounts struct {
	Total     int64 `json:"total"`
	Undecided int64 `json:"undecided"`
	Keep      int64 `json:"keep"`
	Reduce    int64 `json:"reduce"`
	Remove    int64 `json:"remove"`
	Unused    int64 `json:"unused" doc:"Accounts that hold something they have not used"`
	Done      int64 `json:"done" doc:"Rows whose decision has been applied"`
	Above     int64 `json:"from_above" doc:"Rows of people whose access comes from further up"`
	Changed   int64 `json:"from_above_changed" doc:"Those of them that are to be reduced or removed"`
}

func reviewCounts(n iam.ReviewCounts) AccessReviewCounts {
	return AccessReviewCounts{
		Total: n.Total, Undecided: n.Undecided, Keep: n.Keep, Reduce: n.Reduce, Remove: n.Remove, Unused: n.Unused, Done: n.Done,
		Above: n.Above, Changed: n.AboveChanged,
	}
}

// AccessReview goes through everybody's access in an organization.
type AccessReview struct {
	ID            iam.ReviewID       `json:"id"`
	Name          string             `json:"name"`
	Organization  OrganizationRef    `json:"organization"`
	Deleted       bool               `json:"organization_deleted" doc:"The organization was deleted since: its id leads nowhere, and the name is its last one. The company's own people alone see the review"`
	IncludesBelow bool               `json:"includes_below"`
	State         iam.ReviewState    `json:"state" enum:"preparing,open,finishing,finished,cancelled"`
	DueAt         *time.Time         `json:"due_at"`
	RepeatMonths  int                `json:"repeat_months" doc:"0 for never"`
	NextDueAt     *time.Time         `json:"next_due_at" doc:"When the next review of the organization is due; null when there is none to wait for"`
	UsedSince     *time.Time         `json:"used_since" doc:"Since when uses of permissions were recorded when it began; null for not at all"`
	Counts        AccessReviewCounts `json:"counts" doc:"Of the rows that the caller sees"`
	HiddenRows    int64              `json:"hidden_rows" doc:"Accounts whose access comes from further up than where the caller acts: listed, but not shown to the caller, who can't finish or cancel the review then"`
	Partial       bool               `json:"partial" doc:"Accounts whose access comes from further up than where the review was started are not in it"`
	CreatedBy     string             `json:"created_by"`
	CreatedAt     time.Time          `json:"created_at"`
	FinishedBy    string             `json:"finished_by"`
	FinishedAt    *time.Time         `json:"finished_at"`
	ReportSHA256  string             `json:"report_sha256" doc:"Of the report as it was at the end, as the audit log has it"`
}

func accessReview(v *reviews.View) AccessReview {
	return AccessReview{
		ID: v.ID, Name: v.Name, Organization: OrganizationRef{v.Org, v.OrgName}, Deleted: v.Former, IncludesBelow: v.Below, State: v.State, DueAt: timeOrNull(v.DueAt),
		RepeatMonths: v.RepeatMonths, NextDueAt: timeOrNull(v.NextDueAt), UsedSince: timeOrNull(v.UsedSince), Counts: reviewCounts(v.Counts), HiddenRows: v.Hidden, Partial: v.Partial,
		CreatedBy: v.CreatedName, CreatedAt: v.CreatedAt.UTC(), FinishedBy: v.FinishedName, FinishedAt: timeOrNull(v.FinishedAt), ReportSHA256: v.ReportSHA256,
	}
}

// ReviewedRole is a role in a review, as it was called then.
type ReviewedRole struct {
	ID   iam.RoleID `json:"id"`
	Name string     `json:"name"`
}

// ReviewedTeam is a team in a review, as it was called then.
type ReviewedTeam struct {
	ID   iam.TeamID `json:"id"`
	Name string     `json:"name"`
}

// ReviewedTeamRole is a role that is held in a team.
type ReviewedTeamRole struct {
	Team ReviewedTeam `json:"team"`
	Role ReviewedRole `json:"role"`
}

func reviewedTeamRoles(list []iam.ReviewTeamRole) []ReviewedTeamRole {
	return mapped(list, func(t iam.ReviewTeamRole) ReviewedTeamRole {
		return ReviewedTeamRole{ReviewedTeam{t.Team, t.TeamName}, ReviewedRole{t.Role, t.Name}}
	})
}

// AccessReviewRow is one account in one organization.
type AccessReviewRow struct {
	Row              int64              `json:"row"`
	UserID           iam.UserID         `json:"user_id"`
	FullName         string             `json:"full_name"`
	Email            string             `json:"email"`
	UserType         iam.UserType       `json:"user_type"`
	Status           iam.Status         `json:"status" enum:"active,suspended"`
	Organization     OrganizationRef    `json:"organization" doc:"Of the membership"`
	FromAbove        bool               `json:"from_above" doc:"That organization is above the one reviewed, and its membership includes what is below. To reduce changes the membership there, to remove ends what it includes: both count in everything below"`
	Roles            []ReviewedRole     `json:"roles"`
	TeamRoles        []ReviewedTeamRole `json:"team_roles" doc:"Held in teams of the organization reviewed"`
	Permissions      []iam.Permission   `json:"permissions" doc:"Granted directly"`
	LastSignInAt     *time.Time         `json:"last_sign_in_at"`
	Unused           []iam.Permission   `json:"unused" doc:"Held and not used in the days watched, of those whose use Retinue sees"`
	WatchedDays      int                `json:"watched_days" doc:"How long use was recorded for this account, at most 90"`
	SuggestedRoles   []iam.RoleID       `json:"suggested_role_ids" doc:"Roles of which nothing was used"`
	SuggestedDirect  []iam.Permission   `json:"suggested_permissions" doc:"Direct permissions that were not used"`
	SuggestedTeams   []iam.TeamID       `json:"suggested_team_ids" doc:"Teams of whose role nothing was used"`
	RemoveDeletes    bool               `json:"remove_deletes" doc:"The account belongs nowhere else: to remove it is to delete it"`
	Blocked          reviews.Block      `json:"blocked" enum:",self,more_access,last_admin,gone,tenant_admin" doc:"Why the row can only be kept; empty when it can be decided on freely"`
	Changed          bool               `json:"changed" doc:"Access has changed since: look at it and decide again"`
	Decision         iam.ReviewDecision `json:"decision" enum:",keep,reduce,remove"`
	TakenRoles       []ReviewedRole     `json:"taken_roles" doc:"What a reduction takes away"`
	TakenPermissions []iam.Permission   `json:"taken_permissions"`
	TakenTeamRoles   []ReviewedTeamRole `json:"taken_team_roles"`
	DecidedBy        string             `json:"decided_by"`
	DecidedAt        *time.Time         `json:"decided_at"`
	Result           iam.ReviewResult   `json:"result" enum:",kept,reduced,removed,deleted,undecided,changed,gone,refused"`
	Problem          string             `json:"problem" doc:"Why it was refused, in English"`
	ProblemCode      string             `json:"problem_code" enum:",own_access,delete_self,holds_more,more_than_yours,role_holds_more,belongs_elsewhere,team_elsewhere,last_org_admin,last_role_admin,last_tenant_admin,finisher_may_not,not_there_any_more,access_changed,refused" doc:"The same for programs that have words of their own; empty when nothing was refused, and of reviews from before there were codes"`
}

func accessReviewRow(r *reviews.Row) AccessReviewRow {
	roles := func(list []iam.ReviewRole) []ReviewedRole {
		return mapped(list, func(x iam.ReviewRole) ReviewedRole { return ReviewedRole(x) })
	}
	return AccessReviewRow{
		Row: r.N, UserID: r.User, FullName: r.FullName, Email: r.Email, UserType: r.Type, Status: r.Status, Organization: OrganizationRef{r.Org, r.OrgName},
		FromAbove: r.Above, Roles: roles(r.Held.Roles), TeamRoles: reviewedTeamRoles(r.Held.Teams), SuggestedTeams: listed(r.Held.IdleTeams),
		TakenTeamRoles: reviewedTeamRoles(r.Take.Teams), Permissions: listed(r.Held.Permissions), LastSignInAt: timeOrNull(r.LastSignInAt), Unused: listed(r.Held.Unused),
		WatchedDays: r.Held.WatchedDays, SuggestedRoles: listed(r.Held.IdleRoles), SuggestedDirect: listed(r.Held.Idle), RemoveDeletes: r.Held.OnlyOrg,
		Blocked: r.Blocked, Changed: r.Changed, Decision: r.Decision, TakenRoles: roles(r.Take.Roles), TakenPermissions: listed(r.Take.Permissions),
		DecidedBy: r.DecidedName, DecidedAt: timeOrNull(r.DecidedAt), Result: r.Result, Problem: r.Problem, ProblemCode: r.ProblemCode,
	}
}

// listed is a list that is never null.
func listed[T any](list []T) []T { return append([]T{}, list...) }

type reviewOutput struct{ Body AccessReview }

func reviewAnswer(v *reviews.View, err error) (*reviewOutput, error) {
	if err != nil {
		return nil, err
	}
	return &reviewOutput{accessReview(v)}, nil
}

// AccessReviewPath names a review in the address.
type AccessReviewPath struct {
	ID iam.ReviewID `path:"id" doc:"The review's id"`
}

type reviewListInput struct{ PageQuery }

func (s *server) listReviews(ctx context.Context, c *access.Caller, in *reviewListInput) (*listOutput[AccessReview], error) {
	page, err := s.deps.Reviews.List(ctx, c, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, accessReview), nil
}

// StartReviewRequest is what a review is made of.
type StartReviewRequest struct {
	OrganizationID iam.OrgID  `json:"organization_id,omitempty" maxLength:"100" doc:"By default the one in which the caller acts"`
	IncludesBelow  bool       `json:"includes_below,omitempty"`
	Name           string     `json:"name,omitempty" maxLength:"120" doc:"By default the organization and the month"`
	DueAt          *time.Time `json:"due_at,omitempty"`
	RepeatMonths   int        `json:"repeat_months,omitempty" minimum:"0" maximum:"12" doc:"When the next one is due after the end of this one: 3, 6 or 12 months, or 0 for never"`
}

type startReviewInput struct{ Body StartReviewRequest }

type startReviewOutput struct {
	Location string `header:"Location"`
	Body     AccessReview
}

func (s *server) startReview(ctx context.Context, c *access.Caller, in *startReviewInput) (*startReviewOutput, error) {
	b := in.Body
	start := reviews.Start{Org: b.OrganizationID, Below: b.IncludesBelow, Name: b.Name, RepeatMonths: b.RepeatMonths}
	if b.DueAt != nil {
		start.DueAt = *b.DueAt
	}
	v, err := s.deps.Reviews.Start(ctx, c, start)
	if err != nil {
		return nil, err
	}
	return &startReviewOutput{base + "/access-reviews/" + string(v.ID), accessReview(v)}, nil
}

func (s *server) getReview(ctx context.Context, c *access.Caller, in *AccessReviewPath) (*reviewOutput, error) {
	return reviewAnswer(s.deps.Reviews.Get(ctx, c, in.ID))
}

type reviewRowsInput struct {
	AccessReviewPath
	Undecided bool   `query:"undecided" doc:"Only rows without a decision"`
	Unused    bool   `query:"unused" doc:"Only accounts that hold something they have not used"`
	FromAbove bool   `query:"from_above" doc:"Only accounts whose access comes from further up"`
	Decision  string `query:"decision" enum:",keep,reduce,remove" doc:"Only rows with this decision"`
	PageQuery
}

func (s *server) listReviewRows(ctx context.Context, c *access.Caller, in *reviewRowsInput) (*listOutput[AccessReviewRow], error) {
	page, err := s.deps.Reviews.Rows(ctx, c, in.ID, iam.ReviewRowFilter{
		Undecided: in.Undecided, Unused: in.Unused, Above: in.FromAbove, Decision: iam.ReviewDecision(in.Decision), Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return listOf(page, accessReviewRow), nil
}

// ReviewDecisionPatch decides on a row.
type ReviewDecisionPatch struct {
	Decision    iam.ReviewDecision         `json:"decision" enum:",keep,reduce,remove" doc:"Empty takes the decision back"`
	RoleIDs     Optional[[]iam.RoleID]     `json:"role_ids,omitzero" maxItems:"100" maxLength:"100" doc:"The roles that a reduction takes away; with none of the three lists, what is suggested"`
	Permissions Optional[[]iam.Permission] `json:"permissions,omitzero" maxItems:"100" maxLength:"100" doc:"The direct permissions that a reduction takes away"`
	TeamIDs     Optional[[]iam.TeamID]     `json:"team_ids,omitzero" maxItems:"100" maxLength:"100" doc:"The teams in which a reduction takes the role away; the place in the team stays"`
}

func (p *ReviewDecisionPatch) decide() reviews.Decide {
	return reviews.Decide{Decision: p.Decision, Roles: p.RoleIDs.Ptr(), Permissions: p.Permissions.Ptr(), Teams: p.TeamIDs.Ptr()}
}

type decideRowInput struct {
	AccessReviewPath
	Row  string              `path:"row" doc:"The row's number"`
	Body ReviewDecisionPatch `contentType:"application/merge-patch+json"`
}

type reviewRowOutput struct{ Body AccessReviewRow }

func (s *server) decideRow(ctx context.Context, c *access.Caller, in *decideRowInput) (*reviewRowOutput, error) {
	n, err := strconv.ParseInt(in.Row, 10, 64)
	if err != nil {
		n = 0 // there is no such row
	}
	row, err := s.deps.Reviews.Decide(ctx, c, in.ID, n, in.Body.decide())
	if err != nil {
		return nil, err
	}
	return &reviewRowOutput{accessReviewRow(row)}, nil
}

// ReviewDecisionsPatch makes one decision on many rows; a reduction takes away
// what is suggested for each.
type ReviewDecisionsPatch struct {
	Rows     []int64            `json:"rows" minItems:"1" maxItems:"200"`
	Decision iam.ReviewDecision `json:"decision" enum:",keep,reduce,remove"`
}

type decideRowsInput struct {
	AccessReviewPath
	Body ReviewDecisionsPatch `contentType:"application/merge-patch+json"`
}

// ReviewDecided is what became of one row of a bulk decision.
type ReviewDecided struct {
	Row   int64      `json:"row"`
	OK    bool       `json:"ok"`
	Error *BulkError `json:"error,omitempty"`
}

// ReviewDecidedResponse says what became of each row.
type ReviewDecidedResponse struct {
	Results []ReviewDecided `json:"results"`
}

type decideRowsOutput struct{ Body ReviewDecidedResponse }

func (s *server) decideRows(ctx context.Context, c *access.Caller, in *decideRowsInput) (*decideRowsOutput, error) {
	list, err := s.deps.Reviews.DecideMany(ctx, c, in.ID, in.Body.Rows, reviews.Decide{Decision: in.Body.Decision})
	if err != nil {
		return nil, err
	}
	return &decideRowsOutput{ReviewDecidedResponse{mapped(list, func(d reviews.Decided) ReviewDecided {
		return ReviewDecided{Row: d.N, OK: d.Err == nil, Error: bulkErrorOf(ctx, d.Err)}
	})}}, nil
}

// FinishReviewRequest ends a review.
type FinishReviewRequest struct {
	KeepUndecided bool `json:"keep_undecided" doc:"Leaves rows without a decision as they are; else they are a conflict"`
}

type finishReviewInput struct {
	AccessReviewPath
	Body FinishReviewRequest
}

func (s *server) finishReview(ctx context.Context, c *access.Caller, in *finishReviewInput) (*reviewOutput, error) {
	return reviewAnswer(s.deps.Reviews.Finish(ctx, c, in.ID, in.Body.KeepUndecided))
}

func (s *server) cancelReview(ctx context.Context, c *access.Caller, in *AccessReviewPath) (*reviewOutput, error) {
	return reviewAnswer(s.deps.Reviews.Cancel(ctx, c, in.ID))
}

type reviewReportInput struct {
	LinkQuery
	AccessReviewPath
	Format string `query:"format" enum:"csv,html" default:"csv"`
}

func (s *server) reviewReport(ctx context.Context, c *access.Caller, in *reviewReportInput) (*huma.StreamResponse, error) {
	if in.Format == formatHTML {
		return s.printReview(ctx, c, in.ID), nil
	}
	return download(s, "access-review", formatCSV, func(out *bufio.Writer) error { //nolint:contextcheck // huma hands it the request
		return s.deps.Reviews.WriteCSV(ctx, c, in.ID, out)
	}), nil
}
