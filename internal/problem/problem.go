// Package problem is how errors are told over HTTP: the one table of codes, and
// the one writer of problem details (RFC 9457).
package problem

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"

	"github.com/retinue/retinue/internal/iam"
)

// MediaType is that of problem details.
const MediaType = "application/problem+json"

// Codes that only HTTP knows.
const (
	CodeMethodNotAllowed iam.Code = "method_not_allowed"
	CodeTimeout          iam.Code = "timeout"
	CodeCrossOrigin      iam.Code = "cross_origin"
	CodeHTTPSRequired    iam.Code = "https_required"
)

// Kind is how a code is told.
type Kind struct {
	Status int    // of HTTP
	Title  string // for people
}

// Kinds has every code.
var Kinds = map[iam.Code]Kind{
	iam.CodeInvalid:                {http.StatusUnprocessableEntity, "Some input is not valid"},
	iam.CodeInvalidCursor:          {http.StatusBadRequest, "The cursor does not belong to this list"},
	iam.CodeUnauthenticated:        {http.StatusUnauthorized, "Not signed in"},
	iam.CodeInvalidCredentials:     {http.StatusUnauthorized, "Wrong e-mail or password"},
	iam.CodeForbidden:              {http.StatusForbidden, "Not allowed"},
	iam.CodeEscalation:             {http.StatusForbidden, "More access than you have"},
	iam.CodeLastAdmin:              {http.StatusConflict, "The last administrator stays"},
	iam.CodeLocked:                 {http.StatusForbidden, "Built in and locked"},
	iam.CodePasswordChangeRequired: {http.StatusForbidden, "Set a new password first"},
	iam.CodeAccountSuspended:       {http.StatusForbidden, "Account suspended"},
	iam.CodeTenantSuspended:        {http.StatusForbidden, "Company suspended"},
	iam.CodePasswordExpired:        {http.StatusUnauthorized, "Temporary password expired"},
	iam.CodeNoOrganization:         {http.StatusForbidden, "In no organization"},
	iam.CodeNotMember:              {http.StatusForbidden, "Not a member of the organization"},
	iam.CodeOrganizationSuspended:  {http.StatusForbidden, "Organization suspended"},
	iam.CodeIPRefused:              {http.StatusForbidden, "Not from this address"},
	iam.CodeReadOnly:               {http.StatusForbidden, "Logged in to look only"},
	iam.CodeImpersonating:          {http.StatusForbidden, "Not while logged in as somebody else"},
	iam.CodeImpersonationEnded:     {http.StatusUnauthorized, "No longer logged in as somebody else"},
	iam.CodeConfirmSelf:            {http.StatusConflict, "This would shut you out"},
	iam.CodeThrottled:              {http.StatusTooManyRequests, "Too many attempts"},
	iam.CodeNotFound:               {http.StatusNotFound, "Not found"},
	iam.CodeConflict:               {http.StatusConflict, "Conflict"},
	iam.CodePreconditionFailed:     {http.StatusPreconditionFailed, "Changed in the meantime"},
	iam.CodePreconditionRequired:   {http.StatusPreconditionRequired, "If-Match with one ETag is needed"},
	iam.CodeImmutable:              {http.StatusUnprocessableEntity, "Can't be changed"},
	iam.CodeInUse:                  {http.StatusConflict, "Still in use"},
	iam.CodeTooLarge:               {http.StatusRequestEntityTooLarge, "Too large"},
	iam.CodeUnsupportedMediaType:   {http.StatusUnsupportedMediaType, "Unsupported media type"},
	iam.CodeUnavailable:            {http.StatusServiceUnavailable, "Not available right now"},
	iam.CodeInternal:               {http.StatusInternalServerError, "Something went wrong"},
	CodeMethodNotAllowed:           {http.StatusMethodNotAllowed, "Method not allowed"},
	CodeTimeout:                    {http.StatusRequestTimeout, "The request took too long to arrive"},
	CodeCrossOrigin:                {http.StatusForbidden, "Refused from another site"},
	CodeHTTPSRequired:              {http.StatusForbidden, "Over https only"},
}

// Details are the members that every problem has.
type Details struct {
	Type      string   `json:"type" doc:"/errors/ and the code"`
	Title     string   `json:"title" doc:"The kind of problem"`
	Status    int      `json:"status" doc:"The HTTP status"`
	Detail    string   `json:"detail" doc:"What happened and what to do, for people"`
	Code      iam.Code `json:"code" doc:"The kind of problem, for programs"`
	RequestID string   `json:"request_id" doc:"Names this request in the server's log"`
}

// TypePrefix is before the code in the type of a problem.
const TypePrefix = "/errors/"

// Anchor is where the page of the API tells of a code.
func Anchor(code iam.Code) string { return "error-" + string(code) }

// New tells of a code; one that the table lacks is told as CodeInternal.
func New(code iam.Code, detail, requestID string) Details {
	k, ok := Kinds[code]
	if !ok {
		code = iam.CodeInternal
		k = Kinds[code]
	}
	return Details{Type: TypePrefix + string(code), Title: k.Title, Status: k.Status, Detail: detail, Code: code, RequestID: requestID}
}

// Internal tells of what is nobody's business.
func Internal(requestID string) Details {
	return New(iam.CodeInternal, "Something went wrong on our side. Quote the request id when you report it.", requestID)
}

// Header is what an answer with the problem carries beside it.
func (d *Details) Header() http.Header {
	h := http.Header{}
	switch d.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="retinue"`)
	}
	return h
}

// Write answers with a problem: Details, or what has them and more.
func Write(w http.ResponseWriter, r *http.Request, status int, header http.Header, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	maps.Copy(h, header)
	h.Set("Content-Type", MediaType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}
