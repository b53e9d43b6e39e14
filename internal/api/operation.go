package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// guard is who may use an operation. The zero value is nobody: an operation
// with it can't be registered.
type guard struct {
	kind       guardKind
	permission iam.Permission // with guardPermission
	// person refuses API keys: a program must not change a person's credentials.
	person bool
	// unsettled lets people in who have to set a new password first.
	unsettled bool
	// leaving lets people in whose organizations are all suspended.
	leaving bool
}

type guardKind int

const (
	guardPublic guardKind = iota + 1
	guardSignedIn
	guardPermission
)

func public() guard                  { return guard{kind: guardPublic} }
func signedIn() guard                { return guard{kind: guardSignedIn} }
func needs(p iam.Permission) guard   { return guard{kind: guardPermission, permission: p} }
func (g guard) personOnly() guard    { g.person = true; return g }
func (g guard) evenUnsettled() guard { g.unsettled = true; return g }
func (g guard) evenStranded() guard  { g.leaving = true; return g }

// String is how the document names the guard, in x-permission.
func (g guard) String() string {
	switch g.kind {
	case guardPublic:
		return "public"
	case guardSignedIn:
		return "signed_in"
	case guardPermission:
		return string(g.permission)
	}
	return ""
}

// operation is everything that is declared of an operation: the document is
// made from it, and the server enforces it.
type operation struct {
	id, method, path  string // path is relative to /api/v1
	tag               string
	summary           string
	description       string
	guard             guard
	errors            []iam.Code // beyond those that operations of its kind share
	request, response any        // examples; nil where there is no body, or a picture
	status            int        // of success; 200 or 204 by default
	// idempotent makes it take an Idempotency-Key.
	idempotent bool
	// harmless lets people use it who are logged in as somebody else only to look,
	// though it is no GET: it changes nothing of anybody's.
	harmless bool
	// conditional makes it need If-Match.
	conditional bool
	// accepts are the media types of its body; nil means that it has none.
	accepts []string
	// maxBody bounds the body in bytes when it is not JSON.
	maxBody int64
	// streams is set when the handler reads the body itself.
	streams bool
	// uploads says that the body is a file; field is its name in a form.
	uploads bool
	field   string
	// downloads are the media types of a file that it answers with, and examples.
	downloads map[string]string
	// audited is set when the log tells of whoever fetches it: there is no HEAD of it.
	audited bool
}

// linked tells whether browsers fetch it by a link, without headers.
func (op *operation) linked() bool { return op.method == http.MethodGet && op.downloads != nil }

const (
	typeJSON       = "application/json"
	typeMergePatch = "application/merge-patch+json"
)

// handler is a use case behind an operation: thin, and given its caller.
type handler[I, O any] func(ctx context.Context, c *access.Caller, in *I) (*O, error)

// register adds an operation whose input and output huma binds and validates.
func register[I, O any](s *server, op operation, h handler[I, O]) {
	if op.request != nil && op.accepts == nil {
		op.accepts = []string{typeJSON}
		if op.method == http.MethodPatch {
			op.accepts = []string{typeMergePatch, typeJSON}
		}
	}
	s.add(&op, func(a huma.API) {
		huma.Register(a, op.huma(s), func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, requestOf(ctx).caller, in)
			if err != nil {
				return nil, problemOf(ctx, err)
			}
			return out, nil
		})
	})
}

// mustDeclare panics when nobody said who may use the operation.
func (op *operation) mustDeclare() {
	if op.guard.String() == "" {
		panic(fmt.Sprintf("api: %s %s does not declare who may use it", op.method, op.path))
	}
}

// huma makes huma's description of the operation. Its responses are written
// here, all of them, so that huma adds none of its own.
func (op *operation) huma(s *server) huma.Operation {
	h := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Tags: []string{op.tag},
		Summary: op.summary, Description: op.description, DefaultStatus: op.status,
		MaxBodyBytes: -1, BodyReadTimeout: -1, // the body was read and bounded before
		Hidden:     !s.describing,
		Extensions: map[string]any{"x-permission": op.guard.String()},
		Responses:  map[string]*huma.Response{},
		Security:   []map[string][]string{},
	}
	if op.guard.kind != guardPublic {
		h.Security = append(h.Security, map[string][]string{"session": {}})
		if !op.guard.person {
			h.Security = append(h.Security, map[string][]string{"api_key": {}})
		}
	}
	if op.idempotent {
		h.Parameters = append(h.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(maxIdempotencyKey)},
			Description: "Makes it safe to send the same request again: for a day, the same key answers with what the first request answered, and creates nothing twice.",
			Example:     "6b1f0a52-6f0e-4f5c-9b0e-0d3f6a1b2c3d",
		})
	}
	if op.conditional {
		h.Parameters = append(h.Parameters, &huma.Param{
			Name: "If-Match", In: "header", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
			Description: "The one ETag of the version that the change is based on. Without it, and with * or a list, the answer is precondition_required.", Example: `"3"`,
		})
	}
	if op.uploads {
		h.RequestBody = op.uploadBody()
	}
	if op.downloads != nil {
		h.Responses["200"] = op.downloadResponse()
	}
	if s.describing {
		for status, codes := range op.codesByStatus() {
			h.Responses[strconv.Itoa(status)] = s.problemResponse(codes)
		}
	}
	return h
}

// codes are all errors that the operation declares.
func (op *operation) codes() []iam.Code {
	// Invalid, for parameters that an operation does not have are refused.
	codes := append([]iam.Code{iam.CodeInternal, iam.CodeUnavailable, iam.CodeInvalid}, op.errors...)
	if op.guard.kind != guardPublic {
		codes = append(codes, iam.CodeUnauthenticated, iam.CodeIPRefused, iam.CodeImpersonationEnded, iam.CodeImpersonating)
		if op.method != http.MethodGet && !op.harmless {
			codes = append(codes, iam.CodeReadOnly)
		}
		if !op.guard.unsettled {
			codes = append(codes, iam.CodePasswordChangeRequired, iam.CodeNotMember)
		}
		if !op.guard.leaving {
			codes = append(codes, iam.CodeOrganizationSuspended)
		}
	}
	if op.guard.kind == guardPermission || op.guard.person {
		codes = append(codes, iam.CodeForbidden)
	}
	if op.method != http.MethodGet {
		codes = append(codes, problem.CodeCrossOrigin)
	}
	if op.accepts != nil {
		codes = append(codes, iam.CodeTooLarge, iam.CodeUnsupportedMediaType, problem.CodeTimeout)
	}
	if op.idempotent {
		codes = append(codes, iam.CodeConflict)
	}
	if op.conditional {
		codes = append(codes, iam.CodePreconditionFailed, iam.CodePreconditionRequired)
	}
	if op.hasPathID() {
		codes = append(codes, iam.CodeNotFound)
	}
	return codes
}

// buffered tells whether the whole body is read before the handler sees it.
func (op *operation) buffered() bool { return op.accepts != nil && !op.streams }

func (op *operation) hasPathID() bool {
	for i := range len(op.path) {
		if op.path[i] == '{' {
			return true
		}
	}
	return false
}

func (op *operation) codesByStatus() map[int][]iam.Code {
	by := map[int][]iam.Code{}
	seen := map[iam.Code]bool{}
	for _, c := range op.codes() {
		if !seen[c] {
			seen[c] = true
			by[problem.Kinds[c].Status] = append(by[problem.Kinds[c].Status], c)
		}
	}
	return by
}
