package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
)

// Audit are the use cases of the audit log.
type Audit interface {
	List(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error)
	History(ctx context.Context, c *access.Caller, user iam.UserID, p iam.Page) (iam.List[*iam.Event], error)
	Export(ctx context.Context, c *access.Caller, f iam.EventFilter, format string, fn func(*iam.Event) error) error
}

// EventActor is who did something.
type EventActor struct {
	ID   string        `json:"id"`
	Name string        `json:"name"`
	Type iam.ActorType `json:"type" enum:"user,api_key,system,operator,anonymous"`
}

// EventTarget is what it was done to.
type EventTarget struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// EventChange is one field before and after.
type EventChange struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// Event is one entry of the audit log.
type Event struct {
	ID         iam.EventID           `json:"id"`
	Seq        *int64                `json:"seq" doc:"Its place in the chain; null until it is sealed, within about a second, and for who acts in a client organization"`
	At         time.Time             `json:"at"`
	Action     string                `json:"action"`
	Outcome    iam.Outcome           `json:"outcome" enum:"success,failure"`
	Actor      EventActor            `json:"actor"`
	OnBehalfOf Nullable[PersonRef]   `json:"on_behalf_of" doc:"As whom the actor was logged in; null when as themselves"`
	Target     Nullable[EventTarget] `json:"target"`
	Changes    []EventChange         `json:"changes"`
	IP         string                `json:"ip"`
	UserAgent  string                `json:"user_agent"`
	Sender
	RequestID string              `json:"request_id"`
	Reason    string              `json:"reason" doc:"Why it failed, as a code"`
	Org       Nullable[iam.OrgID] `json:"organization_id" doc:"The organization that it concerns; null in entries from before this was recorded"`
}

func eventOf(e *iam.Event) Event {
	out := Event{
		ID: e.ID, Seq: orNull(e.Seq), At: e.At.UTC(), Action: e.Action, Outcome: e.Outcome,
		Actor: EventActor{e.ActorID, e.ActorName, e.ActorType},
		Changes: mapped(e.Changes, func(c iam.Change) EventChange {
			return EventChange(c)
		}),
		IP: e.IP, UserAgent: e.UserAgent, Sender: senderOf(e.UserAgent), RequestID: e.RequestID, Reason: e.Reason,
	}
	out.OnBehalfOf, out.Changes = onBehalf(out.Changes)
	if e.Org != "" {
		out.Org.Value = new(e.Org)
	}
	if e.TargetType != "" {
		out.Target.Value = &EventTarget{e.TargetType, e.TargetID, e.TargetName}
	}
	return out
}

// onBehalf takes out of the changes as whom the actor was logged in.
func onBehalf(changes []EventChange) (Nullable[PersonRef], []EventChange) {
	var out Nullable[PersonRef]
	if len(changes) == 0 || changes[0].Field != audit.OnBehalfOf {
		return out, changes
	}
	if m, ok := changes[0].After.(map[string]any); ok {
		id, _ := m["id"].(string)
		name, _ := m["name"].(string)
		out.Value = &PersonRef{iam.UserID(id), name}
	}
	return out, changes[1:]
}

// EventQuery selects events; all that is given combines.
type EventQuery struct {
	Search  string      `query:"search" maxLength:"200" doc:"Words in the names of actor and target"`
	Action  string      `query:"action" maxLength:"100"`
	Actor   string      `query:"actor_id" maxLength:"100"`
	Target  string      `query:"target_id" maxLength:"100"`
	User    string      `query:"user_id" maxLength:"100" doc:"In which this person acted or was acted on, or somebody was logged in as them"`
	IP      string      `query:"ip" maxLength:"64" doc:"From this address. In a client organization it finds only events whose address the caller may see"`
	Request string      `query:"request_id" maxLength:"200" doc:"Of this request, as answers name it in X-Request-Id and problems in request_id"`
	Outcome iam.Outcome `query:"outcome" enum:"success,failure"`
	Org     iam.OrgID   `query:"organization_id" maxLength:"100" doc:"What concerns an organization and those below it"`
	From    time.Time   `query:"from" doc:"Not before"`
	To      time.Time   `query:"to" doc:"Before"`
}

func (q EventQuery) filter() iam.EventFilter {
	f := iam.EventFilter{
		Search: q.Search, Action: q.Action, Actor: q.Actor, Target: q.Target, Involves: q.User, Outcome: q.Outcome,
		IP: q.IP, RequestID: q.Request, From: q.From, To: q.To,
	}
	if q.Org != "" {
		f.Orgs = []iam.OrgID{q.Org}
	}
	return f
}

type eventListInput struct {
	EventQuery
	PageQuery
}

func (s *server) listEvents(ctx context.Context, c *access.Caller, in *eventListInput) (*listOutput[Event], error) {
	f := in.filter()
	f.Page = in.page()
	page, err := s.deps.Audit.List(ctx, c, f)
	if err != nil {
		return nil, err
	}
	return listOf(page, eventOf), nil
}

func (s *server) eventActions(context.Context, *access.Caller, *noInput) (*itemsOutput[string], error) {
	return &itemsOutput[string]{Items[string]{same(audit.Actions())}}, nil
}

type userHistoryInput struct {
	UserPath
	PageQuery
}

type myHistoryInput struct{ PageQuery }

func (s *server) history(ctx context.Context, c *access.Caller, user iam.UserID, p iam.Page) (*listOutput[Event], error) {
	page, err := s.deps.Audit.History(ctx, c, user, p)
	if err != nil {
		return nil, err
	}
	return listOf(page, eventOf), nil
}

type exportEventsInput struct {
	LinkQuery
	Format string `query:"format" enum:"csv,ndjson" default:"csv"`
	EventQuery
}

func (s *server) exportEvents(ctx context.Context, c *access.Caller, in *exportEventsInput) (*huma.StreamResponse, error) {
	return s.streamed(exports.Spec{Tenant: c.Tenant, Kind: iam.ExportAudit, Format: iam.ExportFormat(in.Format)}, "audit", func(write func(any) error) error { //nolint:contextcheck // huma hands it the request
		return s.deps.Audit.Export(ctx, c, in.filter(), in.Format, func(e *iam.Event) error { return write(e) })
	}), nil
}

func exampleEvent() Event {
	return Event{
		ID: "evt_01k9z8d4f6h8k0m2p4r6t8v0x2", Seq: new(int64(4711)), At: exampleTime, Action: "user.suspended", Outcome: iam.OutcomeSuccess,
		Actor:   EventActor{string(exampleUserID), "Ada Okafor", iam.ActorUser},
		Target:  Nullable[EventTarget]{&EventTarget{"user", string(exampleOtherID), "Jonas Weiß"}},
		Changes: []EventChange{{"status", "active", "suspended"}},
		IP:      "203.0.113.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", Sender: Sender{"Firefox on Linux", "Firefox", "Linux"},
		RequestID: "req_6xq2h4v5n7k3m2p8r9t4w6y7za", Org: Nullable[iam.OrgID]{new(exampleOrgID)},
	}
}

func (s *server) auditOperations() {
	pageErrors := []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor}
	register(s, operation{
		id: "list-audit-events", method: http.MethodGet, path: "/audit-events", tag: tagAudit, guard: needs(iam.PermAuditRead),
		summary:     "List audit events",
		description: "Every change and every sign-in, successful or not, newest first. Acting in a client organization, it is what concerns that organization and those below it; whoever is from outside is then shown as the company, and a search is in the names of targets. A page of a search can be short, even empty, and still have a next one.",
		errors:      pageErrors, response: exampleList(exampleEvent()),
	}, s.listEvents)
	register(s, operation{
		id: "list-audit-actions", method: http.MethodGet, path: "/audit-events/actions", tag: tagAudit, guard: needs(iam.PermAuditRead),
		summary: "List audited actions", description: "The names of all actions that events tell of, for filters.",
		response: Items[string]{[]string{"session.created", "user.created", "user.suspended"}},
	}, s.eventActions)
	register(s, exporting(operation{
		id: "export-audit-events", method: http.MethodGet, path: "/audit-events/export", tag: tagAudit, guard: needs(iam.PermAuditExport),
		summary:     "Export audit events",
		description: "All events that the filters select, as CSV or NDJSON. In CSV, cells that a spreadsheet would run as a formula begin with an apostrophe. Exporting is audited.",
		errors:      []iam.Code{iam.CodeInvalid},
	}, strings.Join(names(eventColumns), ",")+"\n", exampleEvent()), s.exportEvents)
	register(s, operation{
		id: "list-user-history", method: http.MethodGet, path: "/users/{id}/history", tag: tagAudit, guard: needs(iam.PermAuditRead),
		summary: "History of a user", description: "The events in which a user acted or was acted on, or somebody was logged in as them, newest first.",
		errors: pageErrors, response: exampleList(exampleEvent()),
	}, func(ctx context.Context, c *access.Caller, in *userHistoryInput) (*listOutput[Event], error) {
		return s.history(ctx, c, in.ID, in.page())
	})
	register(s, operation{
		id: "list-my-history", method: http.MethodGet, path: "/me/history", tag: tagSelf, guard: signedIn().personOnly(),
		summary: "My history", description: "The events in which the caller acted or was acted on, newest first. Where others acted from is not shown. Acting in a client organization, who is from outside is shown as the company, but for those who were logged in as the caller.",
		errors: pageErrors, response: exampleList(exampleEvent()),
	}, func(ctx context.Context, c *access.Caller, in *myHistoryInput) (*listOutput[Event], error) {
		return s.history(ctx, c, c.User, in.page())
	})
}
