package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
)

// Organizations are the use cases of the tree inside a tenant.
type Organizations interface {
	List(ctx context.Context, c *access.Caller) ([]*organizations.View, error)
	Get(ctx context.Context, c *access.Caller, id iam.OrgID) (*organizations.View, error)
	Create(ctx context.Context, c *access.Caller, in organizations.Create) (*organizations.View, error)
	Update(ctx context.Context, c *access.Caller, id iam.OrgID, in organizations.Update) (*organizations.View, error)
	Delete(ctx context.Context, c *access.Caller, id iam.OrgID, version int64) error
}

// Organization is a node of the tree inside a tenant.
type Organization struct {
	ID           iam.OrgID  `json:"id"`
	Name         string     `json:"name"`
	ShortName    string     `json:"short_name"`
	ParentID     *iam.OrgID `json:"parent_id" doc:"null for the root, and where the caller may not see further up"`
	IsRoot       bool       `json:"is_root"`
	Status       iam.Status `json:"status" enum:"active,suspended"`
	Description  string     `json:"description"`
	MembersCount int64      `json:"members_count"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Version      int64      `json:"version"`
}

func organizationFrom(v *organizations.View) Organization {
	return Organization{
		ID: v.ID, Name: v.Name, ShortName: v.ShortName, ParentID: orNull(v.Parent), IsRoot: v.IsRoot, Status: v.Status,
		Description: v.Description, MembersCount: v.Members, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Version: v.Version,
	}
}

// OrganizationPath names an organization in the address.
type OrganizationPath struct {
	ID iam.OrgID `path:"id" doc:"The organization's id"`
}

type organizationOutput struct {
	ETagHeader
	Body Organization
}

func organizationAnswer(v *organizations.View) *organizationOutput {
	return &organizationOutput{ETagHeader: tagged(v.Version), Body: organizationFrom(v)}
}

func (s *server) listOrganizations(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Organization], error) {
	list, err := s.deps.Organizations.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, organizationFrom), nil
}

func (s *server) getOrganization(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationOutput, error) {
	v, err := s.deps.Organizations.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return organizationAnswer(v), nil
}

// CreateOrganizationRequest is what a new organization is made of.
type CreateOrganizationRequest struct {
	Name        string    `json:"name" maxLength:"100"`
	ShortName   string    `json:"short_name,omitempty" maxLength:"64" doc:"By itself made from the name"`
	ParentID    iam.OrgID `json:"parent_id,omitempty" maxLength:"100" doc:"By itself the organization in which the caller acts"`
	Description string    `json:"description,omitempty" maxLength:"500"`
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
	})
	if err != nil {
		return nil, err
	}
	return &createOrganizationOutput{Location: base + "/organizations/" + string(v.ID), ETagHeader: tagged(v.Version), Body: organizationFrom(v)}, nil
}

// OrganizationPatch changes an organization.
type OrganizationPatch struct {
	Name        Optional[string] `json:"name,omitzero" maxLength:"100"`
	Description Optional[string] `json:"description,omitzero" maxLength:"500"`
}

type patchOrganizationInput struct {
	OrganizationPath
	IfMatchHeader
	Body OrganizationPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchOrganization(ctx context.Context, c *access.Caller, in *patchOrganizationInput) (*organizationOutput, error) {
	v, err := s.deps.Organizations.Update(ctx, c, in.ID, organizations.Update{
		Name: in.Body.Name.Ptr(), Description: in.Body.Description.Ptr(), Version: in.version(),
	})
	if err != nil {
		return nil, withCurrent(err, s.currentOrganization(ctx, c, in.ID))
	}
	return organizationAnswer(v), nil
}

func (s *server) currentOrganization(ctx context.Context, c *access.Caller, id iam.OrgID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Organizations.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return organizationFrom(v), nil
	}
}

type deleteOrganizationInput struct {
	OrganizationPath
	IfMatchHeader
}

func (s *server) deleteOrganization(ctx context.Context, c *access.Caller, in *deleteOrganizationInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Organizations.Delete(ctx, c, in.ID, in.version()), s.currentOrganization(ctx, c, in.ID))
}

func exampleOrganization() Organization {
	return Organization{
		ID: "org_01k9z3rc9d6e2w5q8t1y4u7i0p", Name: "Fabrikam", ShortName: "fabrikam", ParentID: new(exampleOrgID), Status: iam.StatusActive,
		Description: "Client since 2024", MembersCount: 12, CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 1,
	}
}

func (s *server) organizationOperations() {
	register(s, operation{
		id: "list-organizations", method: http.MethodGet, path: "/organizations", tag: tagOrganizations, guard: needs(iam.PermOrganizationsRead),
		summary: "List organizations", description: "The organization in which the caller acts and those below it, as the tree reads: each, then what is below it, by name. Not paged.",
		response: Items[Organization]{[]Organization{exampleOrganization()}},
	}, s.listOrganizations)
	register(s, operation{
		id: "create-organization", method: http.MethodPost, path: "/organizations", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage), status: http.StatusCreated, idempotent: true,
		summary: "Add an organization", description: "Adds an organization below another one, such as a client of an agency.",
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
		summary: "Change an organization", description: "Changes name and description.",
		errors:  []iam.Code{iam.CodeConflict},
		request: OrganizationPatch{Name: Some("Fabrikam Ltd")}, response: exampleOrganization(),
	}, s.patchOrganization)
	register(s, operation{
		id: "delete-organization", method: http.MethodDelete, path: "/organizations/{id}", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage), conditional: true,
		summary: "Delete an organization", description: "Removes an organization that has no members and nothing below it. The root stays.",
		errors: []iam.Code{iam.CodeInUse},
	}, s.deleteOrganization)
}
