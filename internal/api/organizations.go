package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
)

// Organizations are the use cases of the tree inside a tenant.
type Organizations interface {
	Page(ctx context.Context, c *access.Caller, f organizations.Filter, p iam.Page) (iam.List[*organizations.View], error)
	Mine(ctx context.Context, c *access.Caller, search string, limit int) (list []*organizations.View, more bool, err error)
	Get(ctx context.Context, c *access.Caller, id iam.OrgID) (*organizations.View, error)
	Create(ctx context.Context, c *access.Caller, in organizations.Create) (*organizations.View, error)
	Update(ctx context.Context, c *access.Caller, id iam.OrgID, in organizations.Update) (*organizations.View, error)
	SetStatus(ctx context.Context, c *access.Caller, id iam.OrgID, status iam.Status) (*organizations.View, error)
	SetLogo(ctx context.Context, c *access.Caller, id iam.OrgID, picture io.Reader) (*organizations.View, error)
	RemoveLogo(ctx context.Context, c *access.Caller, id iam.OrgID) (*organizations.View, error)
	DeletionPreview(ctx context.Context, c *access.Caller, id iam.OrgID) (iam.OrgDeletion, error)
	Delete(ctx context.Context, c *access.Caller, id iam.OrgID, in organizations.Delete) error
}

// Organization is a node of the tree inside a tenant.
type Organization struct {
	ID           iam.OrgID  `json:"id"`
	Name         string     `json:"name"`
	ShortName    string     `json:"short_name"`
	ParentID     *iam.OrgID `json:"parent_id" doc:"null for the root, and where the caller may not see further up"`
	Path         []string   `json:"path" doc:"The names of the organizations above, the highest first, as far as the caller sees them"`
	IsRoot       bool       `json:"is_root"`
	Status       iam.Status `json:"status" enum:"active,suspended"`
	Stopped      bool       `json:"stopped_above" doc:"An organization above is suspended: nobody acts here, either"`
	Description  string     `json:"description"`
	MembersCount int64      `json:"members_count"`
	Locale       string     `json:"locale" doc:"The language of people who have chosen none: en, es, fr, de; empty is that of the organization above"`
	Timezone     string     `json:"timezone" doc:"The time zone of people who have chosen none, an IANA name; empty is that of the organization above"`
	Layout       iam.Layout `json:"layout" enum:",vertical,horizontal" doc:"How the dashboard is laid out; empty is as in the organization above"`
	Features     *[]string  `json:"features" nullable:"true" doc:"Codes of what it may have at all, of what its parent has; null is all of that"`

	Effective      OrganizationSettings   `json:"effective" doc:"What counts, with what comes from above"`
	AllowedActions []organizations.Action `json:"allowed_actions" enum:"edit,move,features,suspend,reactivate,delete" doc:"What the caller may do with it"`
	LogoURL        *string                `json:"logo_url" doc:"Its own logo"`
	CreatedAt      time.Time              `json:"created_at"`
	UpdatedAt      time.Time              `json:"updated_at"`
	Version        int64                  `json:"version"`
}

// OrganizationSettings are what counts for the people of an organization.
type OrganizationSettings struct {
	Locale    string     `json:"locale"`
	Timezone  string     `json:"timezone"`
	Layout    iam.Layout `json:"layout" enum:"vertical,horizontal"`
	LogoURL   *string    `json:"logo_url"`
	Features  []string   `json:"features" doc:"What it has"`
	Available []string   `json:"available_features" doc:"What its parent has, so that it may have it"`
}

func (s *server) organization(tenant iam.TenantID, v *organizations.View) Organization {
	logo, _ := s.photoURLs(tenant, v.LogoKey)
	above, _ := s.photoURLs(tenant, v.Effective.LogoKey)
	out := Organization{
		ID: v.ID, Name: v.Name, ShortName: v.ShortName, ParentID: orNull(v.Parent), Path: same(v.Path), IsRoot: v.IsRoot,
		Status: v.Status, Stopped: v.Stopped, Description: v.Description, MembersCount: v.Members,
		Locale: v.Locale, Timezone: v.Timezone, Layout: v.Layout, LogoURL: logo,
		Effective: OrganizationSettings{
			Locale: v.Effective.Locale, Timezone: v.Effective.Timezone, Layout: v.Effective.Layout, LogoURL: above,
			Features: same(v.Has), Available: same(v.Available),
		},
		AllowedActions: same(v.Allowed), CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Version: v.Version,
	}
	if v.Features != nil {
		out.Features = &v.Features
	}
	return out
}

// OrganizationPath names an organization in the address.
type OrganizationPath struct {
	ID iam.OrgID `path:"id" doc:"The organization's id"`
}

type organizationOutput struct {
	ETagHeader
	Body Organization
}

func (s *server) organizationAnswer(c *access.Caller, v *organizations.View, err error) (*organizationOutput, error) {
	if err != nil {
		return nil, err
	}
	return &organizationOutput{ETagHeader: tagged(v.Version), Body: s.organization(c.Tenant, v)}, nil
}

type organizationsInput struct {
	Search  string    `query:"search" maxLength:"200" doc:"Part of a name, short name or description; case and accents don't matter"`
	Parent  iam.OrgID `query:"parent_id" maxLength:"100" doc:"Right below this organization"`
	Outside iam.OrgID `query:"outside" maxLength:"100" doc:"Without this organization and those below it, such as where it can be moved"`
	Limit   int       `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many at most"`
	Cursor  string    `query:"cursor" maxLength:"200" doc:"next_cursor of the page before; empty for the first page"`
}

func (s *server) listOrganizations(ctx context.Context, c *access.Caller, in *organizationsInput) (*listOutput[Organization], error) {
	page, err := s.deps.Organizations.Page(ctx, c,
		organizations.Filter{Search: in.Search, Parent: in.Parent, Outside: in.Outside}, iam.Page{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return listOf(page, func(v *organizations.View) Organization { return s.organization(c.Tenant, v) }), nil
}

func (s *server) getOrganization(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationOutput, error) {
	v, err := s.deps.Organizations.Get(ctx, c, in.ID)
	return s.organizationAnswer(c, v, err)
}

// CreateOrganizationRequest is what a new organization is made of.
type CreateOrganizationRequest struct {
	Name        string    `json:"name" maxLength:"100"`
	ShortName   string    `json:"short_name,omitempty" maxLength:"64" doc:"By default made from the name"`
	ParentID    iam.OrgID `json:"parent_id,omitempty" maxLength:"100" doc:"By default the organization in which the caller acts"`
	Description string    `json:"description,omitempty" maxLength:"500"`
	OrganizationInfo
}

// OrganizationInfo is what an organization sets for its people.
type OrganizationInfo struct {
	Locale   string     `json:"locale,omitempty" enum:",en,es,fr,de"`
	Timezone string     `json:"timezone,omitempty" maxLength:"64" doc:"IANA name such as Europe/Berlin"`
	Layout   iam.Layout `json:"layout,omitempty" enum:",vertical,horizontal"`
	Features *[]string  `json:"features,omitempty" maxItems:"50" doc:"Codes, see GET /organization-features; absent is all that the parent has"`
}

type createOrganizationInput struct{ Body CreateOrganizationRequest }

type createOrganizationOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body Organization
}

func (s *server) createOrganization(ctx context.Context, c *access.Caller, in *createOrganizationInput) (*createOrganizationOutput, error) {
	b := in.Body
	v, err := s.deps.Organizations.Create(ctx, c, organizations.Create{
		Name: b.Name, ShortName: b.ShortName, Parent: b.ParentID, Description: b.Description,
		Locale: b.Locale, Timezone: b.Timezone, Layout: b.Layout, Features: deref(b.Features),
	})
	if err != nil {
		return nil, err
	}
	return &createOrganizationOutput{Location: base + "/organizations/" + string(v.ID), ETagHeader: tagged(v.Version), Body: s.organization(c.Tenant, v)}, nil
}

// deref is nil for nil, and never nil for a list that was given.
func deref(list *[]string) []string {
	if list == nil {
		return nil
	}
	return same(*list)
}

// OrganizationPatch changes an organization.
type OrganizationPatch struct {
	Name        Optional[string]     `json:"name,omitzero" maxLength:"100"`
	Description Optional[string]     `json:"description,omitzero" maxLength:"500"`
	ParentID    Optional[iam.OrgID]  `json:"parent_id,omitzero" maxLength:"100" doc:"Moves it, with everything below it"`
	Locale      Optional[string]     `json:"locale,omitzero" maxLength:"10" doc:"en, es, fr, de; empty is that of the organization above"`
	Timezone    Optional[string]     `json:"timezone,omitzero" maxLength:"64"`
	Layout      Optional[iam.Layout] `json:"layout,omitzero" maxLength:"20" doc:"vertical, horizontal; empty is as in the organization above"`
	Features    Optional[[]string]   `json:"features,omitzero" maxItems:"50" doc:"null gives it all that its parent has"`
}

type patchOrganizationInput struct {
	OrganizationPath
	IfMatchHeader
	Body OrganizationPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchOrganization(ctx context.Context, c *access.Caller, in *patchOrganizationInput) (*organizationOutput, error) {
	b := in.Body
	patch := organizations.Update{
		Name: b.Name.Ptr(), Description: b.Description.Ptr(), Parent: b.ParentID.Ptr(), Locale: b.Locale.Ptr(), Timezone: b.Timezone.Ptr(),
		Layout: b.Layout.Ptr(), Version: in.version(),
	}
	if b.Features.Set {
		patch.Features = new([]string)
		if !b.Features.Null {
			*patch.Features = same(b.Features.Value)
		}
	}
	v, err := s.deps.Organizations.Update(ctx, c, in.ID, patch)
	if err != nil {
		return nil, withCurrent(err, s.currentOrganization(ctx, c, in.ID))
	}
	return s.organizationAnswer(c, v, nil)
}

func (s *server) currentOrganization(ctx context.Context, c *access.Caller, id iam.OrgID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Organizations.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return s.organization(c.Tenant, v), nil
	}
}

func exampleOrganization() Organization {
	return Organization{
		ID: "org_01k9z3rc9d6e2w5q8t1y4u7i0p", Name: "Fabrikam", ShortName: "fabrikam", ParentID: new(exampleOrgID), Status: iam.StatusActive,
		Path: []string{"Northwind"}, Description: "Client since 2024", MembersCount: 12, Locale: "de", Features: &[]string{"conversations", "analytics"},
		Effective: OrganizationSettings{
			Locale: "de", Timezone: "Europe/Berlin", Layout: iam.LayoutVertical, Features: []string{"conversations", "analytics"},
			Available: access.FeatureCodes(access.All),
		},
		AllowedActions: []organizations.Action{organizations.ActionEdit, organizations.ActionMove, organizations.ActionFeatures, organizations.ActionSuspend, organizations.ActionDelete},
		CreatedAt:      exampleTime, UpdatedAt: exampleTime, Version: 1,
	}
}

func (s *server) organizationOperations() {
	register(s, operation{
		id: "list-organizations", method: http.MethodGet, path: "/organizations", tag: tagOrganizations, guard: needs(iam.PermOrganizationsRead),
		summary: "List organizations", description: "The organization in which the caller acts and those below it, as the tree reads: each, then what is below it, by name. With search, those that are found.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor, iam.CodeNotFound},
		response: exampleList(exampleOrganization()),
	}, s.listOrganizations)
	register(s, operation{
		id: "create-organization", method: http.MethodPost, path: "/organizations", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage), status: http.StatusCreated, idempotent: true,
		summary: "Add an organization", description: "Adds an organization below another one, such as a client of an agency. What it does not set comes from above.",
		errors:   []iam.Code{iam.CodeConflict},
		request:  CreateOrganizationRequest{Name: "Fabrikam", Description: "Client since 2024"},
		response: exampleOrganization(),
	}, s.createOrganization)
	register(s, operation{
		id: "get-organization", method: http.MethodGet, path: "/organizations/{id}", tag: tagOrganizations, guard: needs(iam.PermOrganizationsRead),
		summary: "Get an organization", description: "One organization, with the ETag that changes need.", response: exampleOrganization(),
	}, s.getOrganization)
	register(s, operation{
		id: "update-organization", method: http.MethodPatch, path: "/organizations/{id}", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage), conditional: true,
		summary: "Change an organization", description: "Changes what is given and leaves the rest. A new parent moves it with everything below it. Which features it may have is decided by those above it.",
		errors:  []iam.Code{iam.CodeConflict, iam.CodeEscalation},
		request: OrganizationPatch{Name: Some("Fabrikam Ltd")}, response: exampleOrganization(),
	}, s.patchOrganization)
	s.organizationActionOperations()
	s.passwordRulesOperations()
}
