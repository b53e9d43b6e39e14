package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/web"
)

// hostNameOf is the host name of an address; "" when it has none.
func hostNameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Serves implements web.Hosts.
func (v *services) Serves(ctx context.Context, host string) (bool, error) {
	return v.branding.Serves(ctx, host)
}

// DomainProof implements web.Hosts.
func (v *services) DomainProof(ctx context.Context, host, token string) (string, error) {
	return v.branding.Answer(ctx, host, token)
}

// Logo implements web.Hosts.
func (v *services) Logo(ctx context.Context, tenant iam.TenantID, key string) (content []byte, contentType string, err error) {
	return v.branding.Logo(ctx, tenant, key)
}

// KeySet implements web.Hosts.
func (v *services) KeySet(ctx context.Context, host string, tenant iam.TenantID) ([]byte, error) {
	if tenant == "" {
		t, err := v.sessions.ResolveTenant(ctx, host, "")
		if err != nil {
			return nil, err
		}
		if t == nil {
			return nil, iam.NotFound("tenant")
		}
		tenant = t.ID
	}
	if !iam.ValidID(iam.PrefixTenant, string(tenant)) {
		return nil, iam.NotFound("tenant")
	}
	set, err := v.tokens.KeySet(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return json.Marshal(set)
}

// openTab opens a tab of the dashboard of whoever sent the request, or of whom
// they are logged in as, in the organization that they name.
func (v *services) openTab(r *http.Request, org iam.OrgID, tab string) (*web.TabPage, error) {
	from := api.ClientOf(r, web.ClientIP(r))
	p, err := api.Browser(v.sessions, r, web.Secure(r), sessions.Request{Org: org, From: from})
	if err != nil {
		return nil, err
	}
	if p.MustChangePassword() {
		return nil, iam.Errorf(iam.CodePasswordChangeRequired, "Set a new password first.")
	}
	c := p.Caller
	c.IP, c.UserAgent, c.RequestID = from.IP, from.UserAgent, from.RequestID
	e, err := v.dashboard.Open(r.Context(), &c, tab)
	if err != nil {
		return nil, err
	}
	if e.Page.URL == "" {
		return nil, iam.NotFound("tab")
	}
	out := &web.TabPage{
		Tab: e.ID, Title: e.Title, URL: e.Page.URL, Origin: dashboard.Origin(e.Page.URL),
		Window: e.Page.Mode == iam.TabWindow, Identify: e.Page.Identify,
	}
	if out.Window && out.Identify {
		identity, err := v.dashboard.Identify(r.Context(), &c, tab)
		if err != nil {
			return nil, err
		}
		out.Token = identity.Token
	}
	return out, nil
}
