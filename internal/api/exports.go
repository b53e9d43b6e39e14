package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
)

// Exports are the use cases of files that are made in the background.
type Exports interface {
	Create(ctx context.Context, c *access.Caller, in exports.Create) (*iam.Export, error)
	List(ctx context.Context, c *access.Caller) ([]*iam.Export, error)
	Get(ctx context.Context, c *access.Caller, id iam.ExportID) (*iam.Export, error)
	Remove(ctx context.Context, c *access.Caller, id iam.ExportID) error
	Download(ctx context.Context, c *access.Caller, id iam.ExportID) (*iam.Export, io.ReadCloser, error)
}

// ExportFilter selects the rows of an export; all that is given combines.
type ExportFilter struct {
	Search   string              `json:"search,omitempty" maxLength:"200" doc:"As in the list that is exported"`
	Org      iam.OrgID           `json:"organization_id,omitempty" maxLength:"100" doc:"Users and memberships: of this organization alone; invitations: to it and those below it"`
	Below    bool                `json:"below,omitempty" doc:"Users and memberships, with organization_id: and of those below it"`
	Email    string              `json:"email,omitempty" maxLength:"254" doc:"Users and memberships: of the person with exactly this address"`
	External string              `json:"external_id,omitempty" maxLength:"200" doc:"Users and memberships: of the person with exactly this id in another system"`
	Status   iam.Status          `json:"status,omitempty" enum:",active,suspended" doc:"Users and memberships"`
	UserType iam.UserType        `json:"user_type,omitempty" enum:",tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,client,service" doc:"Users and memberships"`
	Role     string              `json:"role,omitempty" maxLength:"100" doc:"Users and memberships: id or code of a role that the person holds"`
	Team     iam.TeamID          `json:"team,omitempty" maxLength:"100" doc:"Users and memberships: id of a team that the person is in"`
	Field    []string            `json:"field,omitempty" maxItems:"30" maxLength:"600" doc:"Users and memberships: values of custom fields, as key:value"`
	State    iam.InvitationState `json:"state,omitempty" enum:",pending,accepted,expired,deleted" doc:"Invitations"`
	Action   string              `json:"action,omitempty" maxLength:"100" doc:"Audit events"`
	Actor    string              `json:"actor_id,omitempty" maxLength:"100" doc:"Audit events"`
	Target   string              `json:"target_id,omitempty" maxLength:"100" doc:"Audit events"`
	User     string              `json:"user_id,omitempty" maxLength:"100" doc:"Audit events"`
	IP       string              `json:"ip,omitempty" maxLength:"64" doc:"Audit events"`
	Request  string              `json:"request_id,omitempty" maxLength:"200" doc:"Audit events"`
	Outcome  iam.Outcome         `json:"outcome,omitempty" enum:",success,failure" doc:"Audit events"`
	From     *time.Time          `json:"from,omitempty" doc:"Audit events: not before"`
	To       *time.Time          `json:"to,omitempty" doc:"Audit events: before"`
}

func (f *ExportFilter) domain() iam.ExportFilter {
	out := iam.ExportFilter{
		Search: f.Search, Org: f.Org, Below: f.Below, Email: f.Email, External: f.External, Status: f.Status, UserType: f.UserType, Role: f.Role, Team: f.Team, Fields: f.Field, State: f.State,
		Action: f.Action, Actor: f.Actor, Target: f.Target, User: f.User, IP: f.IP, Request: f.Request, Outcome: f.Outcome,
	}
	if f.From != nil {
		out.From = f.From.UTC()
	}
	if f.To != nil {
		out.To = f.To.UTC()
	}
	return out
}

func exportFilterOf(f iam.ExportFilter) ExportFilter {
	return ExportFilter{
		Search: f.Search, Org: f.Org, Below: f.Below, Email: f.Email, External: f.External, Status: f.Status, UserType: f.UserType, Role: f.Role, Team: f.Team, Field: f.Fields, State: f.State,
		Action: f.Action, Actor: f.Actor, Target: f.Target, User: f.User, IP: f.IP, Request: f.Request, Outcome: f.Outcome, From: timeOrNull(f.From), To: timeOrNull(f.To),
	}
}

// Export is a file made of a list, and how far it is.
type Export struct {
	ID           iam.ExportID     `json:"id"`
	Kind         iam.ExportKind   `json:"kind" enum:"users,invitations,memberships,audit"`
	Format       iam.ExportFormat `json:"format" enum:"csv,ndjson"`
	Columns      []string         `json:"columns" doc:"Of a CSV file; empty for all"`
	Filter       ExportFilter     `json:"filter"`
	State        iam.ExportState  `json:"state" enum:"queued,running,ready,failed,cancelled"`
	RowsDone     int64            `json:"rows_done"`
	RowsTotal    *int64           `json:"rows_total" doc:"As counted in the beginning; null when nobody knows"`
	SizeBytes    int64            `json:"size_bytes"`
	FileName     string           `json:"file_name"`
	FailedReason *string          `json:"failed_reason" doc:"Why it failed, in English"`
	FailedCode   string           `json:"failed_code" enum:",requester_gone,requester_suspended,key_stopped,organization_lost,permission_lost,list_changed,list_refused,not_written" doc:"The same for programs that have words of their own; empty when nothing failed, and of exports from before there were codes"`
	CreatedAt    time.Time        `json:"created_at"`
	FinishedAt   *time.Time       `json:"finished_at"`
	ExpiresAt    *time.Time       `json:"expires_at" doc:"Gone from then on; null while it is being made"`
}

func exportOf(e *iam.Export) Export {
	out := Export{
		ID: e.ID, Kind: e.Kind, Format: e.Format, Columns: same(e.Columns), Filter: exportFilterOf(e.Filter), State: e.State,
		RowsDone: e.RowsDone, SizeBytes: e.Size, FileName: exportFileName(e), FailedReason: orNull(e.FailedReason), FailedCode: e.FailedCode,
		CreatedAt: e.CreatedAt.UTC(), FinishedAt: timeOrNull(e.FinishedAt), ExpiresAt: timeOrNull(e.ExpiresAt),
	}
	if e.RowsTotal != iam.UnknownRows {
		out.RowsTotal = &e.RowsTotal
	}
	return out
}

func exportFileName(e *iam.Export) string {
	return string(e.Kind) + "-" + e.CreatedAt.UTC().Format("2006-01-02") + "." + string(e.Format)
}

// ExportRequest asks for an export.
type ExportRequest struct {
	Kind    iam.ExportKind   `json:"kind" enum:"users,invitations,memberships,audit" doc:"Of which list"`
	Format  iam.ExportFormat `json:"format,omitempty" enum:"csv,ndjson" default:"csv"`
	Columns []string         `json:"columns,omitempty" maxItems:"200" maxLength:"100" doc:"Of a CSV file; by default all. They keep the order that they have in a whole file"`
	Filter  ExportFilter     `json:"filter,omitzero"`
}

type createExportInput struct{ Body ExportRequest }

type createExportOutput struct {
	Location string `header:"Location"`
	Body     Export
}

func (s *server) createExport(ctx context.Context, c *access.Caller, in *createExportInput) (*createExportOutput, error) {
	b := in.Body
	e, err := s.deps.Exports.Create(ctx, c, exports.Create{Kind: b.Kind, Format: b.Format, Columns: b.Columns, Filter: b.Filter.domain()})
	if err != nil {
		return nil, err
	}
	return &createExportOutput{base + "/exports/" + string(e.ID), exportOf(e)}, nil
}

func (s *server) listExports(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Export], error) {
	list, err := s.deps.Exports.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, exportOf), nil
}

// ExportPath names an export in the address.
type ExportPath struct {
	ID iam.ExportID `path:"id" doc:"The export's id"`
}

type exportOutput struct{ Body Export }

func (s *server) getExport(ctx context.Context, c *access.Caller, in *ExportPath) (*exportOutput, error) {
	e, err := s.deps.Exports.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &exportOutput{exportOf(e)}, nil
}

func (s *server) deleteExport(ctx context.Context, c *access.Caller, in *ExportPath) (*noOutput, error) {
	return nil, s.deps.Exports.Remove(ctx, c, in.ID)
}

type downloadExportInput struct {
	LinkQuery
	ExportPath
}

// downloadExport answers with the whole file, or breaks the connection.
func (s *server) downloadExport(w http.ResponseWriter, r *http.Request) {
	e, file, err := s.deps.Exports.Download(r.Context(), requestOf(r.Context()).caller, iam.ExportID(r.PathValue("id")))
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	defer file.Close()
	unhurried(w)
	h := w.Header()
	h.Set("Content-Type", contentTypes[string(e.Format)])
	h.Set("Content-Disposition", `attachment; filename="`+exportFileName(e)+`"`)
	h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
	if n, err := io.Copy(w, file); err != nil || n != e.Size {
		s.deps.Logger.LogAttrs(r.Context(), slog.LevelWarn, "download broken off",
			slog.String("request_id", requestOf(r.Context()).id), slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
}

func exampleExport() Export {
	return Export{
		ID: "exp_01k9z8e4g6j8m0n2q4s6v8x0z2", Kind: iam.ExportUsers, Format: iam.FormatCSV, Columns: []string{}, Filter: ExportFilter{Status: iam.StatusActive},
		State: iam.ExportRunning, RowsDone: 45000, RowsTotal: new(int64(128000)), SizeBytes: 7_340_032, FileName: "users-2026-03-29.csv", CreatedAt: exampleTime,
	}
}

func (s *server) exportOperations() {
	const path = "/exports"
	register(s, operation{
		id: "create-export", method: http.MethodPost, path: path, tag: tagExports, guard: signedIn(), status: http.StatusCreated, idempotent: true,
		summary: "Make an export",
		description: "Makes a file of users, memberships, invitations or audit events, as the caller sees them where they act. A small one is ready in this answer; " +
			"a large one is made in the background: ask for it again. Users and memberships need users.export and users.read, invitations users.export and users.invite, " +
			"audit events audit.export. What the caller may do is looked up again while it is made and when it is fetched. " +
			"In CSV, a user's organization and roles are those of the organization that the filter names, else of the one in which the caller acts, else of their first below it; cells that a spreadsheet would run as a formula begin with an apostrophe. Exports are gone after 24 hours; three of one person are made at once. Exporting is audited.",
		errors:   []iam.Code{iam.CodeForbidden, iam.CodeConflict, iam.CodeNotFound, iam.CodeInvalid},
		request:  ExportRequest{Kind: iam.ExportUsers, Format: iam.FormatCSV, Columns: []string{"email", "roles"}, Filter: ExportFilter{Status: iam.StatusActive}},
		response: exampleExport(),
	}, s.createExport)
	register(s, operation{
		id: "list-exports", method: http.MethodGet, path: path, tag: tagExports, guard: signedIn(),
		summary: "List exports", description: "The caller's own exports of the organization in which they act, newest first; to an API key of the kinds that it may export.",
		response: Items[Export]{[]Export{exampleExport()}},
	}, s.listExports)
	register(s, operation{
		id: "get-export", method: http.MethodGet, path: path + "/{id}", tag: tagExports, guard: signedIn(),
		summary: "Get an export", description: "How far an export is. Ask again while it is queued or running. An API key needs the permissions of its kind.",
		errors: []iam.Code{iam.CodeForbidden}, response: exampleExport(),
	}, s.getExport)
	registerRaw[downloadExportInput, noOutput](s, exporting(operation{
		id: "download-export", method: http.MethodGet, path: path + "/{id}/file", tag: tagExports, guard: signedIn(), status: http.StatusOK,
		summary: "Download an export",
		description: "The file of an export that is ready: CSV, or NDJSON with a line as the list answers. It needs the permissions of its kind, now. It lies with the server that made it: with several that share " +
			"no data directory, another one answers unavailable. Downloading is audited.",
		errors: []iam.Code{iam.CodeForbidden, iam.CodeConflict},
	}, exampleUserFile(), exampleUser()), s.downloadExport)
	register(s, operation{
		id: "delete-export", method: http.MethodDelete, path: path + "/{id}", tag: tagExports, guard: signedIn(),
		summary: "Cancel or delete an export", description: "Cancels an export that is being made, or deletes one that is over, with its file. An API key needs the permissions of its kind.",
		errors: []iam.Code{iam.CodeForbidden},
	}, s.deleteExport)
}
