package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/iam"
)

// Branding are the use cases of brands and domains.
type Branding interface {
	For(ctx context.Context, t *iam.Tenant, org iam.OrgID) (branding.Look, error)
	Host(ctx context.Context, host string) (branding.Place, bool, error)
	Get(ctx context.Context, c *access.Caller, org iam.OrgID) (*branding.View, error)
	Update(ctx context.Context, c *access.Caller, org iam.OrgID, in branding.Update) (*branding.View, error)
	SetLogo(ctx context.Context, c *access.Caller, org iam.OrgID, picture io.Reader) (*branding.View, error)
	RemoveLogo(ctx context.Context, c *access.Caller, org iam.OrgID) (*branding.View, error)
	Domains(ctx context.Context, c *access.Caller) ([]branding.DomainView, error)
	AddDomain(ctx context.Context, c *access.Caller, org iam.OrgID, host string) (*branding.DomainView, error)
	Verify(ctx context.Context, c *access.Caller, id iam.DomainID) (*branding.DomainView, error)
	RemoveDomain(ctx context.Context, c *access.Caller, id iam.DomainID) error
}

// Brand is how an organization appears, with all that it inherits.
type Brand struct {
	Name         string  `json:"name"`
	Color        string  `json:"color" doc:"#rrggbb"`
	LogoURL      *string `json:"logo_url"`
	SupportEmail string  `json:"support_email"`
	SupportURL   string  `json:"support_url"`
	PoweredBy    bool    `json:"powered_by" doc:"The product is named"`
}

func brandOf(t iam.TenantID, l branding.Look) Brand {
	return Brand{Name: l.Name, Color: l.Color, LogoURL: logoURL(t, l.LogoKey), SupportEmail: l.SupportEmail, SupportURL: l.SupportURL, PoweredBy: l.PoweredBy}
}

// logoURL is where package web serves a logo, to anybody: keys are hashes.
func logoURL(t iam.TenantID, key string) *string {
	if key == "" {
		return nil
	}
	return new(branding.LogoPath(t, key))
}

// brand is how an organization appears. Signing in must not fail for it.
func (s *server) brand(ctx context.Context, t *iam.Tenant, org iam.OrgID) Brand {
	l, err := s.deps.Branding.For(ctx, t, org)
	if err != nil {
		s.deps.Logger.WarnContext(ctx, "no brand", "error", err)
		l = branding.Look{Name: t.Name, Color: t.Color, PoweredBy: true}
	}
	return brandOf(t.ID, l)
}

// hostBrand is the brand of a tenant as its host name says: that of an
// organization on the organization's own domain.
func (s *server) hostBrand(ctx context.Context, t *iam.Tenant, host string) Brand {
	org := t.RootOrg
	if place, ok, err := s.deps.Branding.Host(ctx, host); err == nil && ok && place.Tenant == t.ID && place.Org != "" {
		org = place.Org
	}
	return s.brand(ctx, t, org)
}

// OwnBrand is what an organization sets itself; what is empty is inherited.
type OwnBrand struct {
	Name         string        `json:"name"`
	Color        string        `json:"color"`
	LogoURL      *string       `json:"logo_url"`
	SupportEmail string        `json:"support_email"`
	SupportURL   string        `json:"support_url"`
	PoweredBy    iam.PoweredBy `json:"powered_by" enum:",show,hide"`
}

// OrganizationBrand is the brand of an organization and where it comes from.
type OrganizationBrand struct {
	Organization OrganizationRef `json:"organization"`
	Own          OwnBrand        `json:"own"`
	Inherited    Brand           `json:"inherited" doc:"What holds where the organization sets nothing"`
	Effective    Brand           `json:"effective"`
	Version      int64           `json:"version"`
}

type organizationBrandOutput struct {
	ETagHeader
	Body OrganizationBrand
}

func organizationBrand(t iam.TenantID, v *branding.View) *organizationBrandOutput {
	o := v.Own
	return &organizationBrandOutput{ETagHeader: tagged(shownVersion(o.Version)), Body: OrganizationBrand{
		Organization: OrganizationRef{ID: o.Org, Name: v.OrgName},
		Own: OwnBrand{
			Name: o.Name, Color: o.Color, LogoURL: logoURL(t, o.LogoKey), SupportEmail: o.SupportEmail, SupportURL: o.SupportURL, PoweredBy: o.PoweredBy,
		},
		Inherited: brandOf(t, v.Inherited), Effective: brandOf(t, v.Effective), Version: shownVersion(o.Version),
	}}
}

func (s *server) getBranding(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationBrandOutput, error) {
	v, err := s.deps.Branding.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return organizationBrand(c.Tenant, v), nil
}

// BrandPatch changes the brand of an organization; what is empty is inherited.
type BrandPatch struct {
	Name         Optional[string] `json:"name,omitzero" maxLength:"100"`
	Color        Optional[string] `json:"color,omitzero" maxLength:"20" doc:"#rrggbb"`
	SupportEmail Optional[string] `json:"support_email,omitzero" maxLength:"254"`
	SupportURL   Optional[string] `json:"support_url,omitzero" maxLength:"500" doc:"https"`
	PoweredBy    Optional[string] `json:"powered_by,omitzero" maxLength:"10" doc:"show, hide, or empty"`
}

type patchBrandingInput struct {
	OrganizationPath
	IfMatchHeader
	Body BrandPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchBranding(ctx context.Context, c *access.Caller, in *patchBrandingInput) (*organizationBrandOutput, error) {
	b := in.Body
	update := branding.Update{Name: b.Name.Ptr(), Color: b.Color.Ptr(), SupportEmail: b.SupportEmail.Ptr(), SupportURL: b.SupportURL.Ptr(), Version: storedVersion(in.version())}
	if b.PoweredBy.Set {
		update.PoweredBy = new(iam.PoweredBy(b.PoweredBy.Value))
	}
	v, err := s.deps.Branding.Update(ctx, c, in.ID, update)
	if err != nil {
		return nil, withCurrent(err, func() (any, error) {
			now, err := s.deps.Branding.Get(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			return organizationBrand(c.Tenant, now).Body, nil
		})
	}
	return organizationBrand(c.Tenant, v), nil
}

func (s *server) putBrandLogo(w http.ResponseWriter, r *http.Request) {
	c := requestOf(r.Context()).caller
	picture, _, err := upload(w, r, "logo", maxPhoto)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	v, err := s.deps.Branding.SetLogo(r.Context(), c, iam.OrgID(r.PathValue("id")), picture)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	out := organizationBrand(c.Tenant, v)
	w.Header().Set("ETag", out.ETag)
	writeJSON(w, r, http.StatusOK, out.Body)
}

func (s *server) deleteBrandLogo(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationBrandOutput, error) {
	v, err := s.deps.Branding.RemoveLogo(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return organizationBrand(c.Tenant, v), nil
}

// Domain is a host name under which an organization is reached, or the claim to
// one.
type Domain struct {
	ID           iam.DomainID    `json:"id"`
	Host         string          `json:"host"`
	Organization OrganizationRef `json:"organization"`
	State        string          `json:"state" enum:"pending,verified,failing" doc:"failing: it still serves, but its proof is gone"`
	Problem      string          `json:"problem" enum:",no_record,wrong_value,no_answer,taken,private_host" doc:"What the last check found"`
	RecordName   string          `json:"record_name" doc:"Either a TXT record of this name with the value, which is looked for every day and is to be left there, …"`
	Path         string          `json:"path" doc:"… or a file at this path of http://<host> that holds the value proves the domain; once the host leads here, the server answers there itself"`
	Value        string          `json:"value"`
	CheckedAt    *time.Time      `json:"checked_at"`
	VerifiedAt   *time.Time      `json:"verified_at"`
	FailingAt    *time.Time      `json:"failing_at" doc:"After a week of it the domain stops to serve; those who manage branding get a mail before"`
	ExpiresAt    *time.Time      `json:"expires_at" doc:"When the claim is dropped"`
	CreatedAt    time.Time       `json:"created_at"`
	CreatedBy    string          `json:"created_by"`
}

func domain(v branding.DomainView) Domain {
	challenge := branding.ChallengeOf(v.Domain)
	out := Domain{
		ID: v.ID, Host: v.Host, Organization: OrganizationRef{ID: v.Org, Name: v.OrgName}, State: "pending", Problem: v.Problem,
		RecordName: challenge.RecordName, Path: challenge.Path, Value: challenge.Value,
		CheckedAt: timeOrNull(v.CheckedAt), VerifiedAt: timeOrNull(v.VerifiedAt), FailingAt: timeOrNull(v.FailingAt),
		ExpiresAt: timeOrNull(v.ExpiresAt), CreatedAt: v.CreatedAt.UTC(), CreatedBy: v.CreatedName,
	}
	if !v.VerifiedAt.IsZero() {
		out.State = "verified"
		if !v.FailingAt.IsZero() {
			out.State = "failing"
		}
	}
	return out
}

type domainOutput struct{ Body Domain }

func (s *server) listDomains(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Domain], error) {
	list, err := s.deps.Branding.Domains(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, domain), nil
}

// AddDomainRequest claims a host name.
type AddDomainRequest struct {
	Host           string    `json:"host" maxLength:"300" doc:"Without https:// and without a path"`
	OrganizationID iam.OrgID `json:"organization_id,omitempty" maxLength:"100" doc:"By default that in which the caller acts"`
}

type addDomainInput struct{ Body AddDomainRequest }

func (s *server) addDomain(ctx context.Context, c *access.Caller, in *addDomainInput) (*domainOutput, error) {
	org := in.Body.OrganizationID
	if org == "" {
		org = c.Org
	}
	v, err := s.deps.Branding.AddDomain(ctx, c, org, in.Body.Host)
	if err != nil {
		return nil, err
	}
	return &domainOutput{domain(*v)}, nil
}

// DomainPath names a domain in the address.
type DomainPath struct {
	ID iam.DomainID `path:"id" doc:"The domain's id"`
}

func (s *server) verifyDomain(ctx context.Context, c *access.Caller, in *DomainPath) (*domainOutput, error) {
	v, err := s.deps.Branding.Verify(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &domainOutput{domain(*v)}, nil
}

func (s *server) deleteDomain(ctx context.Context, c *access.Caller, in *DomainPath) (*noOutput, error) {
	return nil, s.deps.Branding.RemoveDomain(ctx, c, in.ID)
}

func exampleBrand() Brand {
	return Brand{Name: "Northwind Care", Color: "#3056d3", SupportEmail: "help@northwind.example", PoweredBy: true}
}

func exampleDomain() Domain {
	expires := exampleTime.AddDate(0, 0, 7)
	v := branding.DomainView{OrgName: "Fabrikam", Domain: &iam.Domain{
		ID: "dom_01k9z9e4g6j8m0p2r4t6v8x0z2", Org: exampleOrgID, Host: "help.fabrikam.example", Token: "q1W2e3R4t5Y6u7I8o9P0a1S2d3F",
		CreatedBy: "Ada Okafor", CreatedAt: exampleTime, ExpiresAt: expires,
	}}
	return domain(v)
}

func (s *server) brandingOperations() {
	response := OrganizationBrand{
		Organization: OrganizationRef{ID: exampleOrgID, Name: "Northwind"}, Own: OwnBrand{Name: "Northwind Care", SupportEmail: "help@northwind.example"},
		Inherited: Brand{Name: "Northwind", Color: "#3056d3", PoweredBy: true}, Effective: exampleBrand(), Version: 2,
	}
	register(s, operation{
		id: "get-branding", method: http.MethodGet, path: "/organizations/{id}/branding", tag: tagBranding, guard: needs(iam.PermBrandingManage),
		summary: "Get a brand", description: "How an organization shows itself: what it sets, what it inherits, and what both make.", response: response,
	}, s.getBranding)
	register(s, operation{
		id: "update-branding", method: http.MethodPatch, path: "/organizations/{id}/branding", tag: tagBranding, guard: needs(iam.PermBrandingManage), conditional: true,
		summary: "Change a brand", description: "Changes what is given and leaves the rest; what is emptied is inherited from the organization above.",
		request: BrandPatch{Name: Some("Northwind Care"), Color: Some("#3056d3")}, response: response,
	}, s.patchBranding)
	registerRaw[OrganizationPath, organizationBrandOutput](s, operation{
		id: "set-logo", method: http.MethodPut, path: "/organizations/{id}/branding/logo", tag: tagBranding, guard: needs(iam.PermBrandingManage),
		summary:     "Set the logo",
		description: "The picture (JPEG, PNG, GIF or WebP, at most 10 MB) is scaled to fit 640 × 200 pixels and encoded anew as PNG. Send it as the body, or in the field logo of a form. Anybody can see it: sign-in pages and mails show it.",
		streams:     true, maxBody: maxPhoto, accepts: []string{typeMultipart, typeAnyImage, typeBinary}, uploads: true, field: "logo", response: response,
	}, s.putBrandLogo)
	register(s, operation{
		id: "delete-logo", method: http.MethodDelete, path: "/organizations/{id}/branding/logo", tag: tagBranding, guard: needs(iam.PermBrandingManage),
		summary: "Remove the logo", description: "The logo of the organization above is shown again.", response: response,
	}, s.deleteBrandLogo)
	register(s, operation{
		id: "list-domains", method: http.MethodGet, path: "/domains", tag: tagBranding, guard: needs(iam.PermBrandingManage),
		summary: "List domains", description: "The custom domains of the caller's organization and those below it, and the claims to some. Not paged.",
		response: Items[Domain]{[]Domain{exampleDomain()}},
	}, s.listDomains)
	register(s, operation{
		id: "add-domain", method: http.MethodPost, path: "/domains", tag: tagBranding, guard: needs(iam.PermBrandingManage), status: http.StatusCreated, idempotent: true,
		summary: "Add a domain", description: "Claims a host name for an organization. It serves nobody before it is verified; a claim is dropped after a week.",
		request: AddDomainRequest{Host: "help.fabrikam.example"}, response: exampleDomain(),
	}, s.addDomain)
	register(s, operation{
		id: "verify-domain", method: http.MethodPost, path: "/domains/{id}/verify", tag: tagBranding, guard: needs(iam.PermBrandingManage), status: http.StatusOK,
		summary: "Verify a domain", description: "Looks for the TXT record or the file that proves the domain, also behind a redirect to the same address by https. When it is there, the domain serves from then on; problem says what was found otherwise.",
		errors: []iam.Code{iam.CodeThrottled}, response: exampleDomain(),
	}, s.verifyDomain)
	register(s, operation{
		id: "delete-domain", method: http.MethodDelete, path: "/domains/{id}", tag: tagBranding, guard: needs(iam.PermBrandingManage),
		summary: "Remove a domain", description: "It stops to serve at once, and is free for everybody.",
	}, s.deleteDomain)
}
