package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
)

// Sessions are the use cases of signing in and of one's sessions.
type Sessions interface {
	ResolveTenant(ctx context.Context, host, shortName string) (*iam.Tenant, error)
	SignIn(ctx context.Context, in sessions.SignIn) (*sessions.SignedIn, error)
	OpenFor(ctx context.Context, t *iam.Tenant, u *iam.User, from sessions.Client) (*sessions.SignedIn, error)
	SignOut(ctx context.Context, c *access.Caller) error
	SwitchOrganization(ctx context.Context, c *access.Caller, org iam.OrgID) error
	List(ctx context.Context, c *access.Caller, user iam.UserID) ([]sessions.View, error)
	End(ctx context.Context, c *access.Caller, user iam.UserID, id iam.SessionID) error
	EndAll(ctx context.Context, c *access.Caller, user iam.UserID) (int, error)
	Impersonate(ctx context.Context, c *access.Caller, in sessions.Impersonation, from sessions.Client) (*sessions.SignedIn, error)
	AllowChanges(ctx context.Context, p *sessions.Principal, c *access.Caller) error
	EndImpersonation(ctx context.Context, token string, from sessions.Client) error
	ChangePassword(ctx context.Context, p *sessions.Principal, c *access.Caller, current, next string) error
	ConfirmPassword(ctx context.Context, p *sessions.Principal, c *access.Caller, current string) error
	Present(ctx context.Context, token string) (*sessions.Principal, error)
	LeastPassword(ctx context.Context, tenant iam.TenantID, u *iam.User) (int, error)
	RequestReset(ctx context.Context, host, tenant, email string, from sessions.Client) error
	LookUpReset(ctx context.Context, token string) (*sessions.ResetOffer, error)
	ConfirmReset(ctx context.Context, token, next string, from sessions.Client) error
}

// TenantSummary is a tenant as people see it when they sign in.
type TenantSummary struct {
	ID        iam.TenantID `json:"id,omitempty"`
	Name      string       `json:"name"`
	ShortName string       `json:"short_name"`
	Color     string       `json:"color" doc:"#rrggbb, the accent of the console"`
	LogoURL   *string      `json:"logo_url"`
}

// OrganizationRef names an organization.
type OrganizationRef struct {
	ID   iam.OrgID `json:"id"`
	Name string    `json:"name"`
}

// CurrentOrganization is where the caller acts.
type CurrentOrganization struct {
	ID       iam.OrgID  `json:"id"`
	Name     string     `json:"name"`
	IsRoot   bool       `json:"is_root"`
	LogoURL  *string    `json:"logo_url" doc:"Its own logo or the nearest one above; null leaves the tenant's"`
	Layout   iam.Layout `json:"layout" enum:"vertical,horizontal" doc:"How the dashboard is laid out"`
	Locale   string     `json:"locale" doc:"The language of people who have chosen none, or empty"`
	Timezone string     `json:"timezone" doc:"The time zone of people who have chosen none, or empty"`
}

// Portal is a place people work in.
type Portal struct {
	ID   string `json:"id" enum:"tenant_admin,operations,agent_desktop,analytics,dashboard"`
	Name string `json:"name"`
}

// SessionUser is the caller's own user, as much as every screen needs of it.
type SessionUser struct {
	ID            iam.UserID   `json:"id"`
	FirstName     string       `json:"first_name"`
	LastName      string       `json:"last_name"`
	FullName      string       `json:"full_name"`
	Nickname      string       `json:"nickname"`
	Email         string       `json:"email"`
	UserType      iam.UserType `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,client,service"`
	PhotoURL      *string      `json:"photo_url"`
	PhotoThumbURL *string      `json:"photo_thumb_url"`
	Locale        string       `json:"locale" doc:"What the user has chosen, or empty"`
	Timezone      string       `json:"timezone" doc:"What the user has chosen, or empty"`
	Theme         string       `json:"theme"`

	// What counts wherever the user acts.
	EffectiveLocale   string `json:"effective_locale" doc:"The language of the user's screens and mails: the chosen one, else that of the home organization; empty where neither is set"`
	EffectiveTimezone string `json:"effective_timezone" doc:"The same for the time zone"`
}

// Features are what this installation has.
type Features struct {
	Outbox bool `json:"outbox" doc:"Mails are kept for the outbox page, because no SMTP server is set"`
}

// Session is who is calling, where, and what they may do. With an API key, its
// id is the key's.
type Session struct {
	ID                 string              `json:"id"`
	User               SessionUser         `json:"user"`
	Tenant             TenantSummary       `json:"tenant"`
	Brand              Brand               `json:"brand" doc:"How the organization in which the caller acts shows itself"`
	Organization       CurrentOrganization `json:"organization"`
	Organizations      []OrganizationRef   `json:"organizations" doc:"Those that the user is a member of"`
	ActsBelow          bool                `json:"acts_below" doc:"The user may act in organizations below these, too: see GET /me/organizations"`
	Portals            []Portal            `json:"portals"`
	HomePortal         string              `json:"home_portal" doc:"The portal to land in; empty when none is open"`
	Permissions        []iam.Permission    `json:"permissions" doc:"What is allowed here, by all that grants and limits it"`
	MustChangePassword bool                `json:"must_change_password" doc:"Nothing but a new password is allowed"`
	PasswordMinLength  int                 `json:"password_min_length" doc:"How many characters a new password of the caller's must have"`
	CreatedAt          time.Time           `json:"created_at"`
	ExpiresAt          *time.Time          `json:"expires_at" doc:"null for an API key that does not expire"`
	Features           Features            `json:"features"`

	// Impersonation is by itself, for what follows has to be the last.
	Impersonation Nullable[Impersonation] `json:"impersonation" doc:"null unless somebody is logged in as the user"`

	// These are the last: getSession writes them anew for every answer.
	IdleExpiresAt   *time.Time `json:"idle_expires_at" doc:"When the session ends unless it is used; null when it does not, and for an API key"`
	IdleSecondsLeft *int64     `json:"idle_seconds_left" doc:"The same in seconds from now, for clients whose clock is wrong"`
}

func (s *server) tenantSummary(t *iam.Tenant) TenantSummary {
	out := TenantSummary{ID: t.ID, Name: t.Name, ShortName: t.ShortName, Color: t.Color}
	if t.LogoKey != "" {
		out.LogoURL = new(s.deps.PhotoURL(t.ID, t.LogoKey))
	}
	return out
}

// photoURLs are null without a photo. A user has the keys of the large and the
// small rendition, with a blank between them.
func (s *server) photoURLs(tenant iam.TenantID, keys string) (full, thumb *string) {
	if keys == "" {
		return nil, nil
	}
	large, small, found := strings.Cut(keys, " ")
	if !found {
		small = large
	}
	return new(s.deps.PhotoURL(tenant, large)), new(s.deps.PhotoURL(tenant, small))
}

// session maps a principal. Somebody who has to set a new password first is
// told of nothing that they may do.
func (s *server) session(ctx context.Context, p *sessions.Principal) *Session {
	u := p.User
	out := &Session{
		User: SessionUser{
			ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, FullName: u.FullName(), Nickname: u.Nickname,
			Email: u.Email, UserType: u.Type, Locale: u.Locale, Timezone: u.Timezone, Theme: u.Theme,
			EffectiveLocale: p.Personal.Locale, EffectiveTimezone: p.Personal.Timezone,
		},
		Tenant:       s.tenantSummary(p.Tenant),
		Brand:        s.brand(ctx, p.Tenant, p.Org.ID),
		Organization: s.currentPlace(p),
		Organizations: mapped(p.Orgs, func(o *iam.Organization) OrganizationRef {
			return OrganizationRef{ID: o.ID, Name: o.Name}
		}),
		ActsBelow:          p.Wider,
		MustChangePassword: p.MustChangePassword(),
		PasswordMinLength:  s.leastPassword(ctx, p),
		Features:           Features{Outbox: s.deps.Outbox},
	}
	out.User.PhotoURL, out.User.PhotoThumbURL = s.photoURLs(p.Tenant.ID, u.PhotoKey)
	var effective access.Set
	if !out.MustChangePassword {
		effective = p.Caller.Effective
	}
	out.Permissions = effective.Permissions()
	out.HomePortal = access.Home(u.Type, effective, p.Caller.InRoot)
	out.Portals = mapped(access.Portals(effective, p.Caller.InRoot), func(a access.Portal) Portal { return Portal{ID: a.ID, Name: a.Name} })
	if p.Session != nil {
		out.ID, out.CreatedAt, out.ExpiresAt = string(p.Session.ID), p.Session.CreatedAt.UTC(), timeOrNull(p.Ends())
	} else {
		out.ID, out.CreatedAt, out.ExpiresAt = string(p.APIKey.ID), p.APIKey.CreatedAt.UTC(), timeOrNull(p.APIKey.ExpiresAt)
	}
	out.Impersonation = s.impersonation(p)
	out.IdleExpiresAt, out.IdleSecondsLeft = s.idle(p)
	return out
}

// leastPassword is for screens: setting a password checks it anyway. The policies
// that are read here were there a moment ago, when p was.
func (s *server) leastPassword(ctx context.Context, p *sessions.Principal) int {
	least, err := s.deps.Sessions.LeastPassword(ctx, p.Tenant.ID, p.User)
	if err != nil {
		s.deps.Logger.WarnContext(ctx, "no password policy", "error", err)
		return password.DefaultMinLength
	}
	return least
}

func (s *server) currentPlace(p *sessions.Principal) CurrentOrganization {
	logo, _ := s.photoURLs(p.Tenant.ID, p.Settings.LogoKey)
	return CurrentOrganization{
		ID: p.Org.ID, Name: p.Org.Name, IsRoot: p.Org.Parent == "", LogoURL: logo,
		Layout: p.Settings.Layout, Locale: p.Settings.Locale, Timezone: p.Settings.Timezone,
	}
}

// getSession answers from bytes that are made once for each loading of the
// caller's access: every page and every other program asks this all the time.
func (s *server) getSession(w http.ResponseWriter, r *http.Request) {
	p := requestOf(r.Context()).principal
	view := p.View.Load()
	if view == nil {
		whole := s.session(r.Context(), p)
		whole.IdleExpiresAt, whole.IdleSecondsLeft = nil, nil
		b, err := json.Marshal(whole)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		b = bytes.TrimSuffix(b, []byte(idleNone))
		view = &b
		p.View.Store(view)
	}
	body := s.appendIdle(slices.Clip(*view), p)
	h := w.Header()
	h["Content-Type"] = jsonHeader
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	_, _ = w.Write(body)
}

var jsonHeader = []string{typeJSON}

// SignInRequest is what a person types to sign in.
type SignInRequest struct {
	Tenant   string `json:"tenant,omitempty" maxLength:"100" doc:"The tenant's short name; not needed where the host name tells, or there is one tenant"`
	Email    string `json:"email" maxLength:"320"`
	Password string `json:"password" maxLength:"4096" format:"password"`
}

type signInInput struct{ Body SignInRequest }

type sessionOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      *Session
}

func (s *server) signIn(ctx context.Context, _ *access.Caller, in *signInInput) (*sessionOutput, error) {
	req := requestOf(ctx)
	from := req.device()
	done, err := s.deps.Sessions.SignIn(ctx, sessions.SignIn{
		Tenant: in.Body.Tenant, Host: from.Host, Email: in.Body.Email, Password: in.Body.Password, From: from,
	})
	if err != nil {
		return nil, err
	}
	if err := s.deps.Sessions.EndImpersonation(ctx, req.asToken, from); err != nil {
		return nil, err
	}
	return s.signedIn(ctx, req, done), nil
}

// device is the one at the other end, with the session it brought, which ends
// when a new one is opened, and the host name by which it came.
func (r *request) device() sessions.Client {
	c := clientOf(r.caller)
	c.Host, c.Token = hostOnly(r.host), r.cookie
	return c
}

func (s *server) signedIn(ctx context.Context, req *request, done *sessions.SignedIn) *sessionOutput {
	return &sessionOutput{
		SetCookie: ownCookies(req, sessionCookie(req, done.Token, done.Session.ExpiresAt)),
		Body:      s.session(ctx, done.Principal),
	}
}

type noInput struct{}

type noOutput struct{}

type signOutOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (s *server) signOut(ctx context.Context, c *access.Caller, _ *noInput) (*signOutOutput, error) {
	req := requestOf(ctx)
	if c.Impersonator != nil {
		if err := s.deps.Sessions.EndImpersonation(ctx, req.asToken, clientOf(c)); err != nil {
			return nil, err
		}
		own := *c
		own.User, own.Name, own.Session, own.Impersonator = c.Impersonator.ID, c.Impersonator.Name, req.principal.Session.ActorSession, nil
		c = &own
	}
	if err := s.deps.Sessions.SignOut(ctx, c); err != nil {
		return nil, err
	}
	return &signOutOutput{SetCookie: ownCookies(req, noCookie(req))}, nil
}

// clientOf is the device at the other end.
func clientOf(c *access.Caller) sessions.Client {
	return sessions.Client{IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID}
}

// hostOnly is the Host header without its port.
func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

func (s *server) sessionOperations() {
	s.impersonationOperations()
	s.policyOperations()
	register(s, operation{
		id: "create-session", method: http.MethodPost, path: "/session", tag: tagSession, guard: public(), status: http.StatusOK,
		summary: "Sign in",
		description: "Opens a session and sets its cookie. A wrong combination answers the same, and takes the same time, whether or not there is such an account. " +
			"With a temporary password, must_change_password is true and nothing but PUT /me/password and DELETE /session works until it is changed.",
		errors: []iam.Code{
			iam.CodeInvalidCredentials, iam.CodePasswordExpired, iam.CodeTenantSuspended, iam.CodeAccountSuspended,
			iam.CodeOrganizationSuspended, iam.CodeNoOrganization, iam.CodeIPRefused, iam.CodeThrottled,
		},
		request:  SignInRequest{Tenant: "northwind", Email: "ada@northwind.example", Password: "correct horse battery staple"},
		response: exampleSession(),
	}, s.signIn)
	registerRaw[noInput, struct{ Body Session }](s, operation{
		id: "get-session", method: http.MethodGet, path: "/session", tag: tagSession, guard: signedIn(),
		summary:     "Who am I",
		description: "Says who is calling, where, and what they may do. Works with an API key, too: then the permissions are those of the key, and the id is the key's.",
		response:    exampleSession(),
	}, s.getSession)
	register(s, operation{
		id: "delete-session", method: http.MethodDelete, path: "/session", tag: tagSession, guard: signedIn().personOnly().evenUnsettled().evenStranded(), harmless: true,
		summary: "Sign out", description: "Ends the session that the request came with, and takes its cookie away. Who is logged in as somebody else ends both sessions.",
	}, s.signOut)
}
