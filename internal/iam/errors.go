package iam

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Code classifies an Error. One table in package problem maps codes to HTTP.
type Code string

// The codes the product answers with.
const (
	CodeInvalid                Code = "invalid"
	CodeInvalidCursor          Code = "invalid_cursor"
	CodeUnauthenticated        Code = "unauthenticated"
	CodeInvalidCredentials     Code = "invalid_credentials"
	CodeForbidden              Code = "forbidden"
	CodeEscalation             Code = "escalation"
	CodeLastAdmin              Code = "last_admin"
	CodeLocked                 Code = "locked"
	CodePasswordChangeRequired Code = "password_change_required"
	CodeAccountSuspended       Code = "account_suspended"
	CodeTenantSuspended        Code = "tenant_suspended"
	CodePasswordExpired        Code = "password_expired"
	CodeNoOrganization         Code = "no_organization"
	CodeNotMember              Code = "not_a_member"
	CodeOrganizationSuspended  Code = "organization_suspended"
	CodeIPRefused              Code = "ip_refused"
	CodeReadOnly               Code = "read_only"
	CodeImpersonating          Code = "impersonating"
	CodeImpersonationEnded     Code = "impersonation_ended"
	CodeConfirmSelf            Code = "confirm_self"
	CodeThrottled              Code = "throttled"
	CodeNotFound               Code = "not_found"
	CodeConflict               Code = "conflict"
	CodePreconditionFailed     Code = "precondition_failed"
	CodePreconditionRequired   Code = "precondition_required"
	CodeImmutable              Code = "immutable"
	CodeInUse                  Code = "in_use"
	CodeTooLarge               Code = "too_large"
	CodeUnsupportedMediaType   Code = "unsupported_media_type"
	CodeUnavailable            Code = "unavailable"
	CodeInternal               Code = "internal"
)

// Field is one thing wrong with one field of the input.
type Field struct {
	// Pointer is a JSON pointer (RFC 6901) to the field, such as "/email".
	Pointer string
	// Code classifies the problem: "required", "too_long", "taken", ….
	Code string
	// Message says what to do, in plain English.
	Message string
}

// Error is the only error type that use cases answer with on purpose. Its
// message and fields are safe to show to the caller; its cause is for the log.
type Error struct {
	Code    Code
	Message string
	// Reason tells apart what has one code, for programs that have words of their
	// own; "" where the code says it all. docs/openapi.json lists all there are.
	Reason string
	Fields []Field
	// Detail carries what some codes add to the answer: who holds a role that
	// is in use, the current state when a precondition failed, when to retry.
	Detail map[string]any
	// RetryAt is set with CodeThrottled.
	RetryAt time.Time
	cause   error
}

// Error implements error.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Errorf makes an Error with a code and a message for the caller.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error that hides cause from the caller and keeps it for the log.
func Wrap(cause error, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), cause: cause}
}

// With adds a detail to the answer and returns the error.
func (e *Error) With(key string, value any) *Error {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	e.Detail[key] = value
	return e
}

// Because sets the reason and returns the error.
func (e *Error) Because(reason string) *Error {
	e.Reason = reason
	return e
}

// Ended is an Error that ends something in the background: its reason is kept with
// what it ended, and no answer has it.
func Ended(reason, format string, args ...any) *Error {
	return Errorf(CodeForbidden, format, args...).Because(reason)
}

// Kept is what is kept of an error that ended something: the reason, or what is
// wrong with the first field, or the code, and the same for people.
func (e *Error) Kept() (code, message string) {
	code, message = e.Reason, e.Message
	if len(e.Fields) > 0 {
		code, message = cmp.Or(code, e.Fields[0].Code), e.Fields[0].Message
	}
	return cmp.Or(code, string(e.Code)), message
}

// NotFound says that there is no such thing, or none that the caller may see:
// the two are never told apart.
func NotFound(what string) *Error { return Errorf(CodeNotFound, "There is no such %s.", what) }

// Stale says that a thing is not in the version any more that the caller saw.
func Stale(what string) *Error {
	return Errorf(CodePreconditionFailed, "Somebody changed this %s in the meantime. Look at it again, then repeat what you wanted to change.", what)
}

const needAttention = "Some fields need attention."

// InvalidField is an Error about one field.
func InvalidField(pointer, code, message string) *Error {
	return &Error{Code: CodeInvalid, Message: needAttention, Fields: []Field{{pointer, code, message}}}
}

// Invalid is an Error about fields; nil when there are none.
func Invalid(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: needAttention, Fields: fields}
}

// CodeOf returns the code of err: "" for nil, CodeInternal for a foreign error.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// MessageOf returns what of err may be shown to a caller.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return "Something went wrong on the server."
}
