package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
	"github.com/retinue/retinue/internal/sessions"
)

// Authenticator tells who the bearer of a session token or an API key is:
// CodeUnauthenticated when nobody.
type Authenticator interface {
	AuthenticateRequest(ctx context.Context, r sessions.Request) (*sessions.Principal, error)
}

// OrganizationHeader names the organization in which a request acts, so that
// each tab of a browser, and each program, keeps its own.
const OrganizationHeader = "Retinue-Organization"

// ActivityHeader says with the value "none" that no person caused the request: it
// does not keep a session from being idle.
const ActivityHeader = "Retinue-Activity"

// organizationQuery names the organization in the address of a download, which a
// browser fetches by a link, without headers.
const organizationQuery = "organization"

// actingIn is the organization that a request names. What has to work wherever
// one acts, such as signing out, takes none.
func actingIn(op *operation, r *http.Request) (iam.OrgID, error) {
	name := r.Header.Get(OrganizationHeader)
	if name == "" && op.linked() {
		name = r.URL.Query().Get(organizationQuery)
	}
	if name == "" || op.guard.unsettled {
		return "", nil
	}
	const longest = 100
	if len(name) > longest || !cleanText(name) {
		return "", iam.Errorf(iam.CodeNotMember, "You don't belong to this organization.")
	}
	return iam.OrgID(name), nil
}

// The names of the session cookie. Browsers accept the first over https only,
// for the whole host and with no wider domain (RFC 6265bis, 4.1.3.2). The second
// is for plain http on a loopback address.
const (
	cookieSecure   = "__Host-retinue"
	cookieLoopback = "retinue_session"
)

// admit decides whether the request gets to the operation at all: who is
// calling, from where, and with which permission.
func (s *server) admit(op *operation, r *http.Request, req *request) error {
	bearer := false
	if op.guard.kind != guardPublic {
		var err error
		if bearer, err = s.authenticate(op, r, req); err != nil {
			return err
		}
	}
	if !bearer {
		// A browser adds its cookies to whatever another site makes it send.
		if err := s.crossSite.Check(r); err != nil {
			return iam.Errorf(problem.CodeCrossOrigin, "This request came from another site.")
		}
	}
	switch p := req.principal; {
	case p == nil:
		return nil
	case mayChange(op, r, req.caller) != nil:
		return mayChange(op, r, req.caller)
	case p.MustChangePassword() && !op.guard.unsettled:
		return iam.Errorf(iam.CodePasswordChangeRequired, "Set a new password before anything else.")
	case op.guard.person && p.Session == nil:
		return iam.Errorf(iam.CodeForbidden, "This is for people who are signed in, not for API keys.").Because("people_only")
	case op.guard.kind == guardPermission:
		return req.caller.Require(op.guard.permission)
	}
	return nil
}

// authenticate finds out who is calling, and whether by an API key.
func (s *server) authenticate(op *operation, r *http.Request, req *request) (bearer bool, err error) {
	token, bearer := bearerToken(r)
	if bearer && !strings.HasPrefix(token, sessions.KeyPrefix) {
		// A session token works in its cookie only.
		return true, iam.Errorf(iam.CodeUnauthenticated, "This is not an API key. They begin with %s.", sessions.KeyPrefix)
	}
	if !bearer {
		if token = cmp.Or(req.asToken, req.cookie); token == "" {
			return false, nobody()
		}
	}
	org, err := actingIn(op, r)
	if err != nil {
		return bearer, err
	}
	asked := sessions.Request{Token: token, Org: org, From: clientOf(req.caller), Background: r.Header.Get(ActivityHeader) == "none", Leaving: op.guard.leaving}
	var p *sessions.Principal
	if bearer {
		p, err = s.deps.Authenticator.AuthenticateRequest(r.Context(), asked)
	} else {
		p, err = Browser(s.deps.Authenticator, r, req.secure, asked)
	}
	if err != nil {
		return bearer, err
	}
	caller := p.Caller // shared between requests: completed in a copy
	caller.IP, caller.UserAgent, caller.RequestID = req.caller.IP, req.caller.UserAgent, req.id
	req.principal, req.caller, req.token = p, &caller, token
	return bearer, nil
}

// Browser tells who sent a request, by the cookies of their browser: whoever they
// are logged in as, where such a session lies over their own. It is the one way to
// find that out, for the API and for the pages beside it; asked.Token is not looked
// at. CodeUnauthenticated for nobody, CodeImpersonationEnded when the time as
// somebody else is over, and the codes of AuthenticateRequest.
func Browser(a Authenticator, r *http.Request, secure bool, asked sessions.Request) (*sessions.Principal, error) {
	if asked.Token = asToken(r, secure); asked.Token == "" {
		if asked.Token = SessionToken(r, secure); asked.Token == "" {
			return nil, nobody()
		}
		return a.AuthenticateRequest(r.Context(), asked)
	}
	p, err := a.AuthenticateRequest(r.Context(), asked)
	if err == nil && p.Actor == nil {
		err = nobody() // a key, or a session of one's own, in the wrong cookie
	}
	if err != nil {
		return nil, ended(err)
	}
	return p, nil
}

func nobody() error { return iam.Errorf(iam.CodeUnauthenticated, "Sign in to go on.") }

// ClientOf is the device that sent a request from the address.
func ClientOf(r *http.Request, ip string) sessions.Client {
	id, _ := r.Context().Value(requestIDKey).(string)
	return sessions.Client{IP: ip, UserAgent: userAgent(r), RequestID: id}
}

// bearerToken returns what the Authorization header carries (RFC 6750), if it
// is there at all.
func bearerToken(r *http.Request) (string, bool) {
	h := r.Header.Get("Authorization")
	if h == "" {
		return "", false
	}
	const scheme = "bearer "
	if len(h) <= len(scheme) || !strings.EqualFold(h[:len(scheme)], scheme) {
		return "", true
	}
	return strings.TrimSpace(h[len(scheme):]), true
}

// SessionToken returns the session token in the request's cookie, "" without
// one; secure tells whether the client came over https. An API key does not work
// there.
func SessionToken(r *http.Request, secure bool) string {
	c, err := r.Cookie(cookieName(secure))
	if err != nil || strings.HasPrefix(c.Value, sessions.KeyPrefix) {
		return ""
	}
	return c.Value
}

func cookieName(secure bool) string {
	if secure {
		return cookieSecure
	}
	return cookieLoopback
}

// sessionCookie hands a session to the browser until it ends by itself.
func sessionCookie(req *request, token string, expires time.Time) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure but for plain http on loopback
		Name: cookieName(req.secure), Value: token, Path: "/", Expires: expires.UTC(),
		HttpOnly: true, Secure: req.secure, SameSite: http.SameSiteLaxMode,
	}
}

// noCookie takes it away.
func noCookie(req *request) *http.Cookie {
	c := sessionCookie(req, "", time.Unix(0, 0)) //nolint:gosec // secured there
	c.MaxAge = -1
	return c
}
