package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// extensions are the details of an iam.Error that an answer may carry. What
// is not listed stays inside, whatever a use case attached.
var extensions = map[string]bool{
	"missing_permission": true, "missing_permissions": true,
	"refusal_code": true, "address": true, "rehearsal": true,
	"current": true, "holders": true, "holders_count": true, "invitations": true, "invitations_count": true, "limit": true,
}

// FieldProblem is one thing wrong with one field of the input.
type FieldProblem struct {
	Pointer string `json:"pointer" doc:"JSON pointer (RFC 6901) to the field, or the name of the query parameter after a slash"`
	Code    string `json:"code" doc:"What is wrong, for programs: required, too_long, taken, …"`
	Detail  string `json:"detail" doc:"What is wrong, for people"`
}

// Problem is the body of every error (RFC 9457). Some codes add members, such
// as missing_permission or current.
type Problem struct { //nolint:errname // the name of RFC 9457
	problem.Details
	Reason  string         `json:"reason,omitempty" enum:"account_just_made,acts_everywhere,admin_of_company,answer_lost,belongs_elsewhere,changed_meanwhile,chosen_people,company_only,delete_self,disk_full,domain_taken,features_above,given_up,holder_holds_more,holds_more,import_over,import_state,importer_gone,importer_may_not,in_progress,invitation_accepted,invitation_deleted,invitation_expired,last_in_charge,last_org_admin,last_role_admin,last_tenant_admin,list_elsewhere,locked_above,mail_not_failed,more_than_yours,no_console,no_custom_tabs,no_dashboard,no_email_sign_in,not_impersonating,not_there_any_more,nothing_to_import,only_organization,organization_is_suspended,other_person,own_access,own_email,own_password,page_not_told,password_just_changed,people_only,person_deleted,person_suspended,person_without_organization,policy_forbids,report_later,reset_expired,review_from_above,review_not_ready,review_over,role_holds_more,service_user,team_elsewhere,too_many_exceptions,too_many_uploads,undecided,unfinished_imports,yourself" doc:"Tells apart what has one code, for programs that have words of their own"`
	Errors  []FieldProblem `json:"errors,omitempty" doc:"What is wrong with which field"`
	RetryAt *time.Time     `json:"retry_at,omitempty" doc:"With throttled: when to try again"`

	retryIn time.Duration // until RetryAt
	more    map[string]any
	_       struct{} `additionalProperties:"true"`
}

// Error implements error.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problem.MediaType }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := p.Header()
	switch {
	case p.RetryAt != nil:
		// Rounded up, so that nobody comes back too early. A date, which RFC 9110
		// allows, too, would be read by the client's clock, and by few clients.
		seconds := (p.retryIn + time.Second - 1) / time.Second
		h.Set("Retry-After", strconv.FormatInt(int64(max(seconds, 1)), 10))
	case p.more["retry_after"] != nil:
		h.Set("Retry-After", "1")
	}
	return h
}

// MarshalJSON adds the extension members.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	b, err := json.Marshal((*plain)(p))
	if err != nil || len(p.more) == 0 {
		return b, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	for k, v := range p.more {
		if !extensions[k] {
			continue
		}
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		all[k] = raw
	}
	return json.Marshal(all)
}

// problemOf turns any error into what the caller is told. What is not an
// iam.Error is logged with the request id and answered as CodeInternal.
func problemOf(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	req := requestOf(ctx)
	e, ok := errors.AsType[*iam.Error](err)
	if !ok {
		e = foreign(ctx, req, err)
	}
	details := problem.New(e.Code, e.Message, req.id)
	if details.Code == iam.CodeInternal {
		req.logger.LogAttrs(ctx, slog.LevelError, "request failed",
			slog.String("request_id", req.id), slog.String("operation", req.operation), slog.Any("error", err))
		return &Problem{Details: problem.Internal(req.id)}
	}
	if details.Status == http.StatusForbidden {
		req.logRefusal(ctx, e)
	}
	p := &Problem{Details: details, Reason: e.Reason, more: maps.Clone(e.Detail)}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, FieldProblem{Pointer: f.Pointer, Code: f.Code, Detail: f.Message})
	}
	if !e.RetryAt.IsZero() {
		at := e.RetryAt.UTC()
		p.RetryAt, p.retryIn = &at, at.Sub(req.clock.Now())
	}
	return p
}

// logRefusal notes who was refused what (OWASP ASVS 5.0, 16.3.2): whoever looks
// for somebody trying doors finds them by the actor.
func (r *request) logRefusal(ctx context.Context, e *iam.Error) {
	c := r.caller
	attrs := []slog.Attr{
		slog.String("request_id", r.id), slog.String("operation", r.operation), slog.String("code", string(e.Code)),
		slog.String("tenant", string(c.Tenant)), slog.String("actor", string(c.User)), slog.String("client", c.IP),
	}
	if c.APIKey != "" {
		attrs = append(attrs, slog.String("api_key", string(c.APIKey)))
	}
	if c.Impersonator != nil {
		attrs = append(attrs, slog.String("impersonator", string(c.Impersonator.ID)))
	}
	for _, key := range []string{"missing_permission", "missing_permissions"} {
		if v, ok := e.Detail[key]; ok {
			attrs = append(attrs, slog.Any(key, v))
		}
	}
	r.logger.LogAttrs(ctx, slog.LevelInfo, "refused", attrs...)
}

// foreign classifies an error that no use case made on purpose.
func foreign(ctx context.Context, req *request, err error) *iam.Error {
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil && errors.Is(err, context.Canceled) {
		req.logger.LogAttrs(ctx, slog.LevelInfo, "request abandoned",
			slog.String("request_id", req.id), slog.String("operation", req.operation), slog.Any("error", err))
		return iam.Errorf(iam.CodeUnavailable, "The request was given up. Try again.").Because("given_up")
	}
	return iam.Wrap(err, iam.CodeInternal, "")
}

// writeProblem answers with the error, for handlers that huma does not run.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	problem.Write(w, r, p.Status, p.GetHeaders(), p)
}

// humaError makes what huma itself complains about one of our problems. Huma's
// own texts echo what was sent, passwords included: they are read for their
// kind and never passed on.
func humaError(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	c := context.Background()
	if ctx != nil {
		c = ctx.Context()
	}
	if len(errs) == 1 {
		if _, ok := errs[0].(huma.ErrorDetailer); !ok {
			return withHeaders(ctx, problemOf(c, errs[0]))
		}
	}
	switch status {
	case http.StatusRequestEntityTooLarge:
		return problemOf(c, tooLarge(maxJSON))
	case http.StatusUnsupportedMediaType:
		return problemOf(c, unsupported("application/json"))
	case http.StatusRequestTimeout:
		return problemOf(c, iam.Errorf(problem.CodeTimeout, "The request took too long to arrive. Try again."))
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		if len(errs) == 0 {
			return problemOf(c, iam.InvalidField("", "required", "Send a JSON object."))
		}
		return problemOf(c, iam.Invalid(fieldsOf(errs)))
	}
	return problemOf(c, errors.Join(errs...))
}

// withHeaders sets what else the answer needs: huma takes the headers of errors
// that handlers return, not of those that it makes.
func withHeaders(ctx huma.Context, p *Problem) *Problem {
	if ctx != nil {
		for k, v := range p.GetHeaders() {
			ctx.SetHeader(k, v[0])
		}
	}
	return p
}
