package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

// The names of the cookie of a session in which somebody is logged in as
// somebody else. It lies over the session cookie, which stays as it is.
const (
	asCookieSecure   = "__Host-retinue-as"
	asCookieLoopback = "retinue_as"
)

func asCookieName(secure bool) string {
	if secure {
		return asCookieSecure
	}
	return asCookieLoopback
}

// asToken is the token of a session in which the browser is logged in as somebody
// else; "" without one.
func asToken(r *http.Request, secure bool) string {
	c, err := r.Cookie(asCookieName(secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// asCookie hands such a session to the browser. It outlives the session on
// purpose: when that has ended, requests are refused until the person goes back,
// so that nothing meant to be done as one person is done as another.
func asCookie(req *request, token string) *http.Cookie {
	c := sessionCookie(req, token, time.Time{}) //nolint:gosec // secured there
	c.Name = asCookieName(req.secure)
	return c
}

// noAsCookie takes it away.
func noAsCookie(req *request) *http.Cookie {
	c := asCookie(req, "") //nolint:gosec // secured there
	c.MaxAge = -1
	return c
}

// ownCookies are the cookie of one's own session and, where another lies over
// it, the one that takes that away.
func ownCookies(req *request, own *http.Cookie) []http.Cookie {
	out := []http.Cookie{*own}
	if req.asToken != "" {
		out = append(out, *noAsCookie(req))
	}
	return out
}

// ended says that the time as somebody else is over.
func ended(err error) error {
	if iam.CodeOf(err) != iam.CodeUnauthenticated {
		return err
	}
	return iam.Errorf(iam.CodeImpersonationEnded, "You are no longer logged in as somebody else. Go back to your own session.")
}

// mayChange refuses what changes something, for who is logged in as somebody else
// only to look.
func mayChange(op *operation, r *http.Request, c *access.Caller) error {
	if c.Impersonator == nil || c.Impersonator.MayChange || op.harmless || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	return iam.Errorf(iam.CodeReadOnly, "You are logged in as %s to look only. Allow changes first.", c.Name)
}

// Impersonation is that somebody is logged in as somebody else.
type Impersonation struct {
	By          PersonRef `json:"by" doc:"Who really sits there"`
	Reason      string    `json:"reason"`
	MayChange   bool      `json:"may_change" doc:"false: everything that changes something is refused with read_only"`
	ExpiresAt   time.Time `json:"expires_at"`
	SecondsLeft int64     `json:"seconds_left"`
}

// PersonRef names a person.
type PersonRef struct {
	ID       iam.UserID `json:"id"`
	FullName string     `json:"full_name"`
}

func (s *server) impersonation(p *sessions.Principal) Nullable[Impersonation] {
	var out Nullable[Impersonation]
	if p.Actor != nil {
		out.Value = &Impersonation{
			By: PersonRef{p.Actor.ID, p.Actor.FullName()}, Reason: p.Session.Reason, MayChange: p.Session.MayChange,
			ExpiresAt: p.Session.ExpiresAt.UTC(), SecondsLeft: int64(p.Session.ExpiresAt.Sub(s.deps.Clock.Now()) / time.Second),
		}
	}
	return out
}

// ImpersonationRequest says why somebody logs in as somebody else, and where.
type ImpersonationRequest struct {
	Reason         string    `json:"reason" maxLength:"400" doc:"Kept in the audit log, where the person can read it; at most 200 characters"`
	OrganizationID iam.OrgID `json:"organization_id,omitempty" maxLength:"100" doc:"In which organization of the user, the one in which the caller acts or one below it; by default the one in which the user acts after sign-in"`
}

type impersonateInput struct {
	UserPath
	Body ImpersonationRequest
}

func (s *server) impersonate(ctx context.Context, c *access.Caller, in *impersonateInput) (*sessionOutput, error) {
	done, err := s.deps.Sessions.Impersonate(ctx, c, sessions.Impersonation{User: in.ID, Org: in.Body.OrganizationID, Reason: in.Body.Reason}, clientOf(c))
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: []http.Cookie{*asCookie(requestOf(ctx), done.Token)}, Body: s.session(ctx, done.Principal)}, nil
}

func (s *server) allowChanges(ctx context.Context, c *access.Caller, _ *noInput) (*noOutput, error) {
	return nil, s.deps.Sessions.AllowChanges(ctx, requestOf(ctx).principal, c)
}

func (s *server) endImpersonation(ctx context.Context, c *access.Caller, _ *noInput) (*signOutOutput, error) {
	req := requestOf(ctx)
	if err := s.deps.Sessions.EndImpersonation(ctx, req.asToken, clientOf(c)); err != nil {
		return nil, err
	}
	return &signOutOutput{SetCookie: []http.Cookie{*noAsCookie(req)}}, nil
}

func (s *server) impersonationOperations() {
	register(s, operation{
		id: "log-in-as", method: http.MethodPost, path: "/users/{id}/impersonation", tag: tagUsers, guard: needs(iam.PermUsersImpersonate).personOnly(), status: http.StatusOK,
		summary: "Log in as a user",
		description: "Opens a session of half an hour in which the caller sees what the user sees, and sets its cookie over the caller's own. At first it only looks: " +
			"whatever changes something is refused with read_only. Nobody logs in as somebody who may do more, from within such a session, or where a policy forbids it; " +
			"passwords, e-mail addresses, sessions and keys stay out of reach. Both names are in the audit log, and the user's history tells of it.",
		errors:  []iam.Code{iam.CodeEscalation, iam.CodeConflict, iam.CodeImpersonating},
		request: ImpersonationRequest{Reason: "Check the set-up before inviting"}, response: exampleSession(),
	}, s.impersonate)
	register(s, operation{
		id: "allow-changes", method: http.MethodPost, path: "/session/impersonation/changes", tag: tagSession, guard: signedIn().personOnly(), harmless: true,
		summary: "Allow changes while logged in as somebody else", description: "From now on the session may change what both people may change. This is logged on its own.",
		errors: []iam.Code{iam.CodeConflict},
	}, s.allowChanges)
	register(s, operation{
		id: "end-impersonation", method: http.MethodDelete, path: "/session/impersonation", tag: tagSession, guard: public(),
		summary: "Go back to one's own session", description: "Ends the session in which the browser is logged in as somebody else, if there is one, and takes its cookie away. The caller's own session goes on.",
	}, s.endImpersonation)
}
