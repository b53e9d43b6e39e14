package api

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/reviews"
)

const exampleReviewID iam.ReviewID = "review_01k9zc2b4d6f8h0j2k4m6n8p0q"

const formatHTML = "html"

//go:embed reviews.css
var reviewCSS string

//go:embed reviews.html.tmpl
var reviewPage string

var reviewTemplate = template.Must(template.New("review").Funcs(reviewWords).Parse(reviewPage))

// reviewPolicy lets the printable report have its own style and nothing else.
var reviewPolicy = func() string {
	sum := sha256.Sum256([]byte(reviewCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// printReview answers with the report as a page that prints.
func (s *server) printReview(ctx context.Context, c *access.Caller, id iam.ReviewID) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(h huma.Context) {
		r, w := humago.Unwrap(h)
		unhurried(w)
		var out *bufio.Writer
		var shown *reviews.Printable
		err := s.deps.Reviews.Print(ctx, c, id, func(p *reviews.Printable) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", reviewPolicy)
			out, shown = bufio.NewWriterSize(w, 32<<10), p
			return reviewTemplate.ExecuteTemplate(out, "begin", p)
		}, func(row *iam.ReviewRow) error { return reviewTemplate.ExecuteTemplate(out, "row", row) })
		if err != nil && out == nil {
			writeProblem(w, r, err)
			return
		}
		if err == nil {
			err = reviewTemplate.ExecuteTemplate(out, "end", shown)
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			s.deps.Logger.LogAttrs(ctx, slog.LevelWarn, "report broken off", slog.String("request_id", requestOf(ctx).id), slog.Any("error", err))
			panic(http.ErrAbortHandler)
		}
	}}
}

func exampleReview() AccessReview {
	return AccessReview{
		ID: exampleReviewID, Name: "Northwind 2026-11", Organization: OrganizationRef{exampleOrgID, "Northwind"}, IncludesBelow: true, State: iam.ReviewOpen,
		RepeatMonths: 6, UsedSince: new(exampleTime), Counts: AccessReviewCounts{Total: 42, Undecided: 30, Keep: 9, Reduce: 2, Remove: 1, Unused: 17, Above: 4, Changed: 1},
		CreatedBy: "Ada Okafor", CreatedAt: exampleTime,
	}
}

func exampleReviewRow() AccessReviewRow {
	return AccessReviewRow{
		Row: 7, UserID: exampleOtherID, FullName: "Jonas Weiß", Email: "jonas@northwind.example", UserType: iam.TypeMember, Status: iam.StatusActive,
		Organization: OrganizationRef{exampleOrgID, "Northwind"}, Roles: []ReviewedRole{{exampleRoleID, "Night shift"}},
		TeamRoles: []ReviewedTeamRole{{ReviewedTeam{exampleTeamID, "First line"}, ReviewedRole{exampleRoleID, "Team lead"}}}, SuggestedTeams: []iam.TeamID{},
		Permissions: []iam.Permission{iam.PermDashboardHome, iam.PermDashboardSettings}, LastSignInAt: new(exampleTime),
		Unused: []iam.Permission{iam.PermDashboardSettings}, WatchedDays: 90, SuggestedRoles: []iam.RoleID{},
		SuggestedDirect: []iam.Permission{iam.PermDashboardSettings}, Decision: iam.DecisionReduce, TakenRoles: []ReviewedRole{}, TakenTeamRoles: []ReviewedTeamRole{},
		TakenPermissions: []iam.Permission{iam.PermDashboardSettings}, DecidedBy: "Ada Okafor", DecidedAt: new(exampleTime),
	}
}

func (s *server) reviewOperations() {
	may := needs(iam.PermReviewsManage)
	register(s, operation{
		id: "list-access-reviews", method: http.MethodGet, path: "/access-reviews", tag: tagReviews, guard: may,
		summary: "List access reviews", description: "Those of the organization in which the caller acts and of those below it, newest first.",
		errors: []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor}, response: exampleList(exampleReview()),
	}, s.listReviews)
	register(s, operation{
		id: "start-access-review", method: http.MethodPost, path: "/access-reviews", tag: tagReviews, guard: may, status: http.StatusCreated, idempotent: true,
		summary: "Start an access review", description: "Lists every account of an organization with what it may do and has not used in 90 days: its members, then whoever belongs to an organization further up, as far as the caller acts, and to what is below that. The list of a large organization is made in the background: the state is preparing until then. At most 100,000 accounts.",
		request: StartReviewRequest{IncludesBelow: true, RepeatMonths: 6}, response: exampleReview(),
	}, s.startReview)
	register(s, operation{
		id: "get-access-review", method: http.MethodGet, path: "/access-reviews/{id}", tag: tagReviews, guard: may,
		summary: "Get an access review", description: "One review with how far it is.", response: exampleReview(),
	}, s.getReview)
	register(s, operation{
		id: "list-access-review-rows", method: http.MethodGet, path: "/access-reviews/{id}/rows", tag: tagReviews, guard: may,
		summary: "List the accounts of a review", description: "One row for each account in each organization: members by name, then those from above, of whom the caller sees the ones who belong where the caller acts or below. While the review is open, each row says whether its access has changed since, and whether the caller can only keep it.",
		errors: []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor}, response: exampleList(exampleReviewRow()),
	}, s.listReviewRows)
	s.reviewDecisionOperations()
}

func (s *server) reviewDecisionOperations() {
	may, refusals := needs(iam.PermReviewsManage), []iam.Code{iam.CodeConflict, iam.CodeEscalation, iam.CodeLastAdmin}
	register(s, operation{
		id: "decide-access-review-row", method: http.MethodPatch, path: "/access-reviews/{id}/rows/{row}", tag: tagReviews, guard: may,
		summary: "Decide on an account", description: "Keep, reduce or remove; it can be changed until the review is finished. Anything but keeping needs roles.assign, taking roles in teams away also teams.manage, and removing an account that belongs nowhere else needs users.delete, for that deletes it. What is decided on a row from above changes the membership there, for everything below it: removing leaves it as a membership of that organization alone.",
		errors: refusals, request: ReviewDecisionPatch{Decision: iam.DecisionReduce, Permissions: Some([]iam.Permission{iam.PermDashboardSettings})}, response: exampleReviewRow(),
	}, s.decideRow)
	register(s, operation{
		id: "decide-access-review-rows", method: http.MethodPatch, path: "/access-reviews/{id}/rows", tag: tagReviews, guard: may,
		summary: "Decide on many accounts", description: "The same decision on up to 200 rows, each for itself. A reduction takes away what is suggested for each.",
		errors: refusals, request: ReviewDecisionsPatch{Rows: []int64{7, 8}, Decision: iam.DecisionKeep},
		response: ReviewDecidedResponse{[]ReviewDecided{{Row: 7, OK: true}, {Row: 8, Error: &BulkError{Code: iam.CodeEscalation, Detail: "Nobody decides on their own access. Another reviewer has to.", Reason: "own_access"}}}},
	}, s.decideRows)
	register(s, operation{
		id: "finish-access-review", method: http.MethodPost, path: "/access-reviews/{id}/finish", tag: tagReviews, guard: may,
		summary: "Finish a review", description: "Applies the decisions, account by account, under the rules and with the audit events of any other change. Only somebody who sees every row can finish it: decisions are applied with that person's permissions. Of a large review that goes on in the background: the state is finishing until then.",
		errors: refusals, request: FinishReviewRequest{KeepUndecided: true}, response: exampleReview(),
	}, s.finishReview)
	register(s, operation{
		id: "cancel-access-review", method: http.MethodPost, path: "/access-reviews/{id}/cancel", tag: tagReviews, guard: may,
		summary: "Cancel a review", description: "Ends a review without applying anything. Only somebody who sees every row can.", errors: []iam.Code{iam.CodeConflict}, response: exampleReview(),
	}, s.cancelReview)
	register(s, operation{
		id: "get-access-review-report", method: http.MethodGet, path: "/access-reviews/{id}/report", tag: tagReviews, guard: may,
		summary: "Get the report of a review",
		description: "What was decided and what became of it, as CSV or as a page that prints. It has the rows that the caller sees, and says how many it leaves out. The last record of the CSV file is “signature” and a JSON Web Token whose claim sha256 is the SHA-256 of all bytes before that record; " +
			"the keys at /.well-known/jwks.json verify it. Cells that a spreadsheet would run as a formula begin with an apostrophe. The audit log has the SHA-256 of the report as it was at the end.",
		errors: []iam.Code{iam.CodeConflict, iam.CodeInvalid},
		downloads: map[string]string{
			"text/csv": "review,Northwind 2026-11\r\n", "text/html": "<!doctype html>",
		},
	}, s.reviewReport)
}
