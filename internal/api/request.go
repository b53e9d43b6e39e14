package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

type contextKey int

const (
	requestKey contextKey = iota
	requestIDKey
)

// request is what is known of one request while it is answered.
type request struct {
	id        string
	operation string
	logger    *slog.Logger
	clock     clock.Clock
	secure    bool // came over https
	host      string
	// principal is nil for public operations.
	principal *sessions.Principal
	// caller is never nil: anonymous for public operations.
	caller *access.Caller
	// cookie is the session token that a browser brought, looked at or not.
	cookie string
	// token is the secret that the caller proved themselves with.
	token string
	// asToken is that of a session in which a browser is logged in as somebody
	// else; "" without one.
	asToken string
}

// requestOf returns the request that ctx belongs to.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return r
	}
	return &request{logger: slog.Default(), clock: clock.System{}, caller: &access.Caller{Actor: iam.ActorNobody}}
}

// WithRequestID gives ctx the id under which this package logs and answers.
// Without one it makes its own.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey, id)
}

// NewRequestID makes an id for a request: 130 random bits in base32.
func NewRequestID() string { return "req_" + strings.ToLower(rand.Text()) }

// begin makes what is known of a request before anything is checked.
func (s *server) begin(w http.ResponseWriter, r *http.Request, operation string) (*http.Request, *request) {
	id, _ := r.Context().Value(requestIDKey).(string)
	if id == "" {
		id = NewRequestID()
		w.Header().Set("X-Request-ID", id)
	}
	req := &request{
		id: id, operation: operation, logger: s.deps.Logger, clock: s.deps.Clock, secure: s.deps.Secure(r), host: r.Host, asToken: asToken(r, s.deps.Secure(r)),
		caller: &access.Caller{
			Actor: iam.ActorNobody, IP: s.deps.ClientIP(r), UserAgent: userAgent(r), RequestID: id,
		},
	}
	req.cookie = SessionToken(r, req.secure)
	return r.WithContext(context.WithValue(r.Context(), requestKey, req)), req
}

// userAgent is the header as text of at most 400 bytes that can be stored and
// shown anywhere.
func userAgent(r *http.Request) string {
	ua := r.UserAgent()
	const longest = 400
	if len(ua) > longest {
		ua = ua[:longest]
	}
	for i := range len(ua) {
		if ua[i] < 0x20 || ua[i] >= 0x7f {
			return strings.Map(func(c rune) rune {
				if unicode.IsPrint(c) && c != unicode.ReplacementChar {
					return c
				}
				return -1
			}, strings.ToValidUTF8(ua, ""))
		}
	}
	return ua
}

// parseQuery refuses what net/url drops silently: broken escapes and ";".
func parseQuery(raw string) (url.Values, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, iam.InvalidField("", "malformed", "The query of the address is malformed.")
	}
	return q, nil
}
