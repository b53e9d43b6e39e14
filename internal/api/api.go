package api

import (
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// Deps are the use cases behind the API and what it has to know of the server
// that it is part of.
type Deps struct {
	Authenticator Authenticator
	Sessions      Sessions
	Users         Users
	Roles         Roles
	Organizations Organizations
	Teams         Teams
	Agents        Agents
	Fields        Fields
	Privacy       Privacy
	Reviews       Reviews
	APIKeys       Keys
	Policies      Policies
	Audit         Audit
	Mails         Outbox
	Invitations   Invitations
	MailTexts     MailTexts
	Tenants       Tenants
	Imports       Imports
	Exports       Exports
	Replays       Replays
	Dashboard     Dashboard
	Branding      Branding

	Clock  clock.Clock
	Logger *slog.Logger
	// ClientIP is the address of the client, past trusted proxies; by itself
	// that of the connection.
	ClientIP func(*http.Request) string
	// Secure tells whether the client came over https, past trusted proxies.
	Secure func(*http.Request) bool
	// PhotoURL is where a photo or logo is found, by tenant and blob key.
	PhotoURL func(tenant iam.TenantID, key string) string
	// Outbox tells whether mails are kept for the console because no SMTP
	// server is set.
	Outbox bool
	// Version of the program, as the document tells it.
	Version string
}

func (d *Deps) complete() {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.ClientIP == nil {
		d.ClientIP = func(r *http.Request) string {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				return ""
			}
			return host
		}
	}
	if d.Secure == nil {
		d.Secure = func(r *http.Request) bool { return r.TLS != nil }
	}
	if d.PhotoURL == nil {
		d.PhotoURL = func(_ iam.TenantID, key string) string { return "/photos/" + key }
	}
	if d.Version == "" {
		d.Version = "dev"
	}
}

// setUp sets what huma keeps in package variables, once.
var setUp = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = humaError
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		if status == 0 { // asked for its type
			return &Problem{}
		}
		return humaError(nil, status, msg, errs...)
	}
})

// New assembles the handlers of /api: the operations of /api/v1, the OpenAPI
// document at /api/openapi.json and its page at /api/docs. It panics when an
// operation does not declare who may use it.
func New(d Deps) http.Handler { return build(d).mux }

func build(d Deps) *server {
	setUp()
	d.complete()
	s := &server{deps: d, mux: http.NewServeMux(), crossSite: http.NewCrossOriginProtection(), refused: map[string]bool{}}
	s.config = config(d.Version, newSchemas())
	s.huma = huma.NewAPI(s.config, adapter(refused))
	s.operations()
	s.document()
	s.mux.HandleFunc("/", s.nothing)
	return s
}

// operations adds all there are, in the order of the document.
func (s *server) operations() {
	for _, add := range []func(){
		s.sessionOperations, s.setupOperations, s.passwordOperations, s.selfOperations, s.selfSessionOperations,
		s.userOperations, s.userActionOperations, s.deletionOperations, s.deletedUserOperations, s.privacyOperations, s.userPhotoOperations, s.userAccessOperations, s.userSessionOperations, s.customFieldOperations,
		s.importOperations, s.exportOperations, s.roleOperations, s.organizationOperations, s.switchOperations, s.membershipOperations, s.teamOperations, s.agentOperations, s.apiKeyOperations,
		s.dashboardOperations, s.tabOperations, s.tabAppOperations, s.brandingOperations,
		s.auditOperations, s.reviewOperations, s.outboxOperations, s.invitationOperations, s.mailTextOperations,
	} {
		add()
	}
}
