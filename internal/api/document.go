package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// The tags under which operations are grouped, in their order on the page.
const (
	tagSession       = "Session"
	tagSelf          = "Self"
	tagUsers         = "Users"
	tagFields        = "Custom fields"
	tagImports       = "Imports"
	tagExports       = "Exports"
	tagRoles         = "Roles and permissions"
	tagOrganizations = "Organizations"
	tagTeams         = "Teams"
	tagAgents        = "AI agents"
	tagDashboard     = "Client dashboard"
	tagBranding      = "Branding"
	tagPolicies      = "Policies"
	tagAudit         = "Audit"
	tagReviews       = "Access reviews"
	tagAPIKeys       = "API keys"
	tagOutbox        = "Outbox"
	tagInvitations   = "Invitations"
	tagMail          = "Mail"
)

// config is how huma is used here: JSON only, no pages of its own.
func config(version string, registry huma.Registry) huma.Config {
	format := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Retinue", Version: version, Description: introduction},
			Servers: []*huma.Server{{URL: base}},
			Tags: []*huma.Tag{
				{Name: tagSession, Description: "Signing in and out, setting up, and forgotten passwords."},
				{Name: tagSelf, Description: "What people do with their own account."},
				{Name: tagUsers, Description: "The people of the tenant."},
				{Name: tagFields, Description: "What else is kept of users: fields that the tenant defines."},
				{Name: tagImports, Description: "Many users at once, from a CSV file."},
				{Name: tagExports, Description: "Files of lists, made in the background."},
				{Name: tagRoles, Description: "What can be allowed, and named sets of it."},
				{Name: tagOrganizations, Description: "The tree of organizations inside the tenant."},
				{Name: tagTeams, Description: "Groups of people who take chats together."},
				{Name: tagAgents, Description: "The bots of the tenant, and which organizations each is assigned to."},
				{Name: tagDashboard, Description: "What the people of client organizations see: tabs, the apps behind them, announcements."},
				{Name: tagBranding, Description: "How organizations show themselves, and under which domains."},
				{Name: tagPolicies, Description: "What organizations ask of the people who act in them."},
				{Name: tagAudit, Description: "Who did what, and when."},
				{Name: tagReviews, Description: "Going through who may do what: keep, reduce or remove it."},
				{Name: tagAPIKeys, Description: "Credentials for programs."},
				{Name: tagOutbox, Description: "The mails that were or would have been sent."},
				{Name: tagInvitations, Description: "Asking people by mail to join an organization."},
				{Name: tagMail, Description: "What mails say, and from whom they come."},
			},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: cookieSecure, Description: "The cookie that POST /session sets. Its name is " + cookieLoopback + " where the server speaks plain http on a loopback address."},
					"api_key": {Type: "http", Scheme: "bearer", BearerFormat: "rtn_…", Description: "An API key. What it may do is what both the key and its user may do."},
				},
			},
		},
		Formats:                      map[string]huma.Format{typeJSON: format, "json": format},
		DefaultFormat:                typeJSON,
		RejectUnknownQueryParameters: true,
	}
}

const introduction = `People and access for conversational-AI platforms.

Who is calling is told by the cookie that POST /session sets, or by an API key (Authorization: Bearer rtn_…); both need https, except on a loopback address. One acts in the organization of the session or of the key's owner; the header Retinue-Organization: org_… names another one for a request. Retinue-Activity: none says that no person caused the request: it does not keep a session from being idle. 401 asks to sign in, 403 says what may not be done, 429 says in Retry-After in how many seconds to come back.

Bodies are JSON in snake_case; times are RFC 3339 in UTC; ids describe themselves (user_…, role_…). Lists answer {"items", "next_cursor", "prev_cursor"}: send a cursor back to get that page. Those that are always short answer {"items"} alone, all at once. Errors are problem details (RFC 9457): code is for programs, detail for people, and errors points to the fields.

PATCH is JSON Merge Patch (RFC 7396): what is absent stays, null empties. It and DELETE of what has a version need If-Match with the ETag, so that nobody overwrites a change unseen. POST that creates, but for uploads, takes an Idempotency-Key: for a day, the same request with the same key gets the same answer and does nothing again. If the server stopped before it could keep the answer, that is 409 with the reason answer_lost.`

func marshal(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// unmarshal reads a body. Huma does it twice: as any, which it holds against the
// schema, then into its type. Texts are kept composed (NFC), so it is by that form
// that the schema judges how long they are.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if judged, ok := v.(*any); ok {
		*judged = composed(*judged)
	}
	return nil
}

// composed composes the texts in a value that get shorter by it. One that keeps its
// length stays as it was sent, for some that are no ASCII are composed to what is.
func composed(v any) any {
	switch v := v.(type) {
	case string:
		if short := norm.NFC.String(v); utf8.RuneCountInString(short) < utf8.RuneCountInString(v) {
			return short
		}
	case []any:
		for i := range v {
			v[i] = composed(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = composed(v[name])
		}
	}
	return v
}

// problemResponse documents the errors of one status, with an example of each.
func (s *server) problemResponse(codes []iam.Code) *huma.Response {
	slices.Sort(codes)
	names := make([]string, 0, len(codes))
	examples := map[string]*huma.Example{}
	for _, c := range codes {
		names = append(names, string(c))
		examples[string(c)] = &huma.Example{Ref: "#/components/examples/" + string(c)}
	}
	return &huma.Response{
		Description: problem.Kinds[codes[0]].Title + ": " + strings.Join(names, ", "),
		Content: map[string]*huma.MediaType{problem.MediaType: {
			Schema:   s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem"),
			Examples: examples,
		}},
	}
}

func exampleProblem(c iam.Code) map[string]any {
	p := map[string]any{
		"type": "/errors/" + string(c), "title": problem.Kinds[c].Title, "status": problem.Kinds[c].Status,
		"detail": "What happened, and what to do about it.", "code": c, "request_id": "req_6xq2h4v5n7k3m2p8r9t4w6y7za",
	}
	switch c {
	case iam.CodeInvalid:
		p["errors"] = []FieldProblem{{Pointer: "/email", Code: "required", Detail: "This is needed."}}
	case iam.CodeForbidden:
		p["missing_permission"] = iam.PermUsersRead
	case iam.CodeThrottled:
		p["retry_at"] = exampleTime
	default: // the others add nothing
	}
	return p
}

// describe puts what all operations share into the document.
func (s *server) describe() {
	components := s.huma.OpenAPI().Components
	components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	components.Examples = map[string]*huma.Example{}
	for c, a := range problem.Kinds {
		components.Examples[string(c)] = &huma.Example{Summary: a.Title, Value: exampleProblem(c)}
	}
}

// finish adds to an operation's part of the document what huma does not know:
// all accepted media types and the examples. It panics when an example can't be
// written as JSON.
func (s *server) finish(op *operation) {
	h := s.find(op)
	if h.RequestBody != nil && !op.uploads {
		h.RequestBody.Required = true
		for _, m := range h.RequestBody.Content {
			if op.request != nil {
				m.Example = asJSON(op.request)
			}
			for _, accepted := range op.accepts {
				h.RequestBody.Content[accepted] = m
			}
			break
		}
	}
	if op.response == nil {
		return
	}
	for status, r := range h.Responses {
		if status[0] != '2' {
			continue
		}
		for _, m := range r.Content {
			m.Example = asJSON(op.response)
		}
	}
}

// find returns the operation as the document has it.
func (s *server) find(op *operation) *huma.Operation {
	item := s.huma.OpenAPI().Paths[op.path]
	switch op.method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	default:
		return item.Delete
	}
}

// asJSON turns an example into what JSON has of it, so that the document shows
// what goes over the wire.
func asJSON(v any) any {
	if s, ok := v.(string); ok {
		return s // an example of a text that is not JSON
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		panic(err)
	}
	return out
}

// Describe returns the OpenAPI document of the API. It panics when an operation
// does not declare who may use it.
func Describe(version string) *huma.OpenAPI {
	s := &server{deps: Deps{Version: version}, describing: true}
	setUp()
	s.deps.complete()
	s.config = config(s.deps.Version, newRegistry())
	s.huma = huma.NewAPI(s.config, adapter(unrouted))
	s.describe()
	s.operations()
	o := s.huma.OpenAPI()
	for _, schema := range o.Components.Schemas.Map() {
		listNull(schema)
	}
	return o
}

// Document returns the document as it is published, indented.
func Document() ([]byte, error) { return indented(Describe("")) }

func indented(o *huma.OpenAPI) ([]byte, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := json.Indent(&buf, b, "", "  "); err != nil {
		return nil, err
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

// document serves the OpenAPI document and its page. They are made when
// somebody asks for them first, so that they don't delay the start.
func (s *server) document() {
	version := s.deps.Version
	s.static("/api/openapi.json", "application/vnd.oai.openapi+json;version=3.1", "", func() ([]byte, error) { return indented(Describe(version)) })
	s.static("/api/docs", "text/html; charset=utf-8", docsPolicy, func() ([]byte, error) { return renderDocs(Describe(version)) })
	s.static("/api/docs.css", "text/css; charset=utf-8", "", func() ([]byte, error) { return docsCSS, nil })
}

// docsPolicy lets the page of the document have its style sheet and nothing else.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// static serves something that never changes while the program runs. It says
// nothing of any tenant, so anybody may see it. A page comes with a
// Content-Security-Policy; anything else keeps that of answers that are no page.
func (s *server) static(path, contentType, policy string, render func() ([]byte, error)) {
	once := sync.OnceValues(render)
	s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		body, err := once()
		if err != nil {
			r, _ = s.begin(w, r, path)
			writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		_, _ = w.Write(body)
	})
}
