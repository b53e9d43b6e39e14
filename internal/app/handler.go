package app

import (
	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/web"
)

// newHandler assembles everything that answers requests.
func (s *server) newHandler(metrics *web.Metrics) *web.Server {
	rest := api.New(api.Deps{
		Authenticator: s.sessions, Sessions: s.sessions, Users: s.users, Roles: s.roles,
		Organizations: s.organizations, Teams: s.teams, Agents: s.agents, Fields: s.fields, Privacy: s.privacy, Reviews: s.reviews, APIKeys: s.apiKeys, Audit: s.audit, Mails: s.mailbox, MailTexts: s.mailbox, Invitations: s.invitations, Tenants: s.tenants, Imports: s.imports, Exports: s.exports,
		Dashboard: s.dashboard, Branding: s.branding,
		Replays: api.StoreReplays(s.store),
		Clock:   s.Clock, Logger: s.log, ClientIP: web.ClientIP, Secure: web.Secure, PhotoURL: photoURL,
		Policies: s.policies,
		Outbox:   s.settings.SMTPHost == "", Version: s.Version,
	})
	return web.New(web.Deps{
		API: rest, Console: console.Files(), NoncePlaceholder: console.NoncePlaceholder, MayOpen: s.mayOpen,
		Hosts: s.services, OpenTab: s.openTab,
		Photos: s.photos, TenantOf: s.tenantOf, WithRequestID: api.WithRequestID,
		TrustedProxy: s.settings.TrustedProxies.Contains, Metrics: metrics, MayReadMetrics: s.settings.MetricsAllow.Contains,
		MetricsToken: string(s.settings.metricsToken), MetricsElsewhere: s.settings.MetricsListen != "",
		Ready: s.ready, Logger: s.log, LogRequests: web.LogRequests(s.settings.LogRequests), Extra: s.testingRoutes(),
	})
}
