package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
	"github.com/retinue/retinue/internal/roles"
)

// Roles are the use cases of roles.
type Roles interface {
	List(ctx context.Context, c *access.Caller, search string) ([]*roles.View, error)
	Get(ctx context.Context, c *access.Caller, id iam.RoleID) (*roles.View, error)
	Create(ctx context.Context, c *access.Caller, in roles.Create) (*roles.View, error)
	Update(ctx context.Context, c *access.Caller, id iam.RoleID, in roles.Update) (*roles.View, error)
	Delete(ctx context.Context, c *access.Caller, id iam.RoleID, version int64) error
	Members(ctx context.Context, c *access.Caller, id iam.RoleID, p iam.Page) (iam.List[*personas.Person], error)
}

// Permission is an entry of the catalogue: one thing that can be allowed.
type Permission struct {
	ID          iam.Permission `json:"id"`
	Group       string         `json:"group"`
	Label       string         `json:"label"`
	Description string         `json:"description"`
	ReadOnly    bool           `json:"read_only" doc:"It changes nothing: viewers and analysts may hold it"`
}

// Role is a named set of permissions.
type Role struct {
	ID           iam.RoleID       `json:"id"`
	Code         string           `json:"code" doc:"Never changes"`
	Name         string           `json:"name"`
	Description  string           `json:"description"`
	Scope        iam.Scope        `json:"scope" enum:"organization,team" doc:"Never changes"`
	System       bool             `json:"system" doc:"Built in and locked"`
	Permissions  []iam.Permission `json:"permissions"`
	MembersCount int64            `json:"members_count"`
	CreatedAt    *time.Time       `json:"created_at" doc:"null for built-in roles that came with the program"`
	UpdatedAt    *time.Time       `json:"updated_at"`
	Version      int64            `json:"version"`
	Assignable   bool             `json:"assignable" doc:"The caller may give it to people"`
	Editable     bool             `json:"editable" doc:"The caller may change it"`
}

func roleOf(v *roles.View) Role {
	return Role{
		ID: v.ID, Code: v.Code, Name: v.Name, Description: v.Description, Scope: v.Scope, System: v.System,
		Permissions: same(v.Permissions), MembersCount: v.Members, CreatedAt: timeOrNull(v.CreatedAt), UpdatedAt: timeOrNull(v.UpdatedAt),
		Version: v.Version, Assignable: v.Assignable, Editable: v.Editable,
	}
}

// RolePath names a role in the address.
type RolePath struct {
	ID iam.RoleID `path:"id" doc:"The role's id"`
}

type roleOutput struct {
	ETagHeader
	Body Role
}

type roleListInput struct {
	Search string `query:"search" maxLength:"200" doc:"In name, code or description"`
}

func (s *server) listRoles(ctx context.Context, c *access.Caller, in *roleListInput) (*itemsOutput[Role], error) {
	list, err := s.deps.Roles.List(ctx, c, in.Search)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, roleOf), nil
}

func (s *server) getRole(ctx context.Context, c *access.Caller, in *RolePath) (*roleOutput, error) {
	v, err := s.deps.Roles.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &roleOutput{ETagHeader: tagged(v.Version), Body: roleOf(v)}, nil
}

// CreateRoleRequest is what a new role is made of.
type CreateRoleRequest struct {
	Name        string           `json:"name" maxLength:"100"`
	Code        string           `json:"code,omitempty" maxLength:"64" doc:"By default made from the name; never changes"`
	Description string           `json:"description,omitempty" maxLength:"500"`
	Scope       iam.Scope        `json:"scope,omitempty" enum:"organization,team" doc:"organization by default; never changes"`
	Permissions []iam.Permission `json:"permissions,omitempty" maxItems:"64" maxLength:"100" doc:"At least one, here or by copy_from"`
	CopyFrom    string           `json:"copy_from,omitempty" maxLength:"100" doc:"Id or code of a role whose permissions it starts with when none are given"`
}

type createRoleInput struct{ Body CreateRoleRequest }

type createRoleOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body Role
}

func (s *server) createRole(ctx context.Context, c *access.Caller, in *createRoleInput) (*createRoleOutput, error) {
	b := in.Body
	v, err := s.deps.Roles.Create(ctx, c, roles.Create{
		Name: b.Name, Code: b.Code, Description: b.Description, Scope: b.Scope, Permissions: b.Permissions, CopyFrom: b.CopyFrom,
	})
	if err != nil {
		return nil, err
	}
	return &createRoleOutput{Location: base + "/roles/" + string(v.ID), ETagHeader: tagged(v.Version), Body: roleOf(v)}, nil
}

// RolePatch changes a role.
type RolePatch struct {
	Name        Optional[string]           `json:"name,omitzero" maxLength:"100"`
	Description Optional[string]           `json:"description,omitzero" maxLength:"500"`
	Permissions Optional[[]iam.Permission] `json:"permissions,omitzero" maxItems:"64" doc:"All of them from now on"`
	Code        Optional[string]           `json:"code,omitzero" maxLength:"64" doc:"Can't be changed: another value is refused with the code immutable"`
	Scope       Optional[iam.Scope]        `json:"scope,omitzero" doc:"Can't be changed: another value is refused with the code immutable"`
}

type patchRoleInput struct {
	RolePath
	IfMatchHeader
	Body RolePatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchRole(ctx context.Context, c *access.Caller, in *patchRoleInput) (*roleOutput, error) {
	b := in.Body
	v, err := s.deps.Roles.Update(ctx, c, in.ID, roles.Update{
		Name: b.Name.Ptr(), Description: b.Description.Ptr(), Permissions: b.Permissions.Ptr(),
		Code: b.Code.Ptr(), Scope: b.Scope.Ptr(), Version: in.version(),
	})
	if err != nil {
		return nil, withCurrent(err, s.currentRole(ctx, c, in.ID))
	}
	return &roleOutput{ETagHeader: tagged(v.Version), Body: roleOf(v)}, nil
}

func (s *server) currentRole(ctx context.Context, c *access.Caller, id iam.RoleID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Roles.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return roleOf(v), nil
	}
}

type deleteRoleInput struct {
	RolePath
	IfMatchHeader
}

func (s *server) deleteRole(ctx context.Context, c *access.Caller, in *deleteRoleInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Roles.Delete(ctx, c, in.ID, in.version()), s.currentRole(ctx, c, in.ID))
}

type roleMembersInput struct {
	RolePath
	PageQuery
}

func (s *server) roleMembers(ctx context.Context, c *access.Caller, in *roleMembersInput) (*listOutput[Colleague], error) {
	page, err := s.deps.Roles.Members(ctx, c, in.ID, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, func(p *personas.Person) Colleague { return s.colleague(c.Tenant, p) }), nil
}

func (s *server) permissions(context.Context, *access.Caller, *noInput) (*itemsOutput[Permission], error) {
	return itemsOf(access.Catalogue(), func(e access.Entry) Permission {
		return Permission{ID: e.ID, Group: e.Group, Label: e.Label, Description: e.Description, ReadOnly: e.ReadOnly}
	}), nil
}

func exampleRole() Role {
	return Role{
		ID: exampleRoleID, Code: "night_shift", Name: "Night shift", Description: "Takes over at ten.", Scope: iam.ScopeOrganization,
		Permissions: []iam.Permission{iam.PermConversationsRead, iam.PermConversationsTransfer}, MembersCount: 4,
		CreatedAt: &exampleTime, UpdatedAt: &exampleTime, Version: 2, Assignable: true, Editable: true,
	}
}

func (s *server) roleOperations() {
	register(s, operation{
		id: "list-permissions", method: http.MethodGet, path: "/permissions", tag: tagRoles, guard: signedIn(),
		summary: "List permissions", description: "Everything that can be allowed, grouped, in the order of screens. The same in every tenant.",
		response: Items[Permission]{[]Permission{{iam.PermUsersRead, "Users", "See users", "The list of users, their profiles and what each may do.", true}}},
	}, s.permissions)
	register(s, operation{
		id: "list-roles", method: http.MethodGet, path: "/roles", tag: tagRoles, guard: needs(iam.PermRolesRead),
		summary: "List roles", description: "All roles: the built-in ones first, then those of the tenant, by name. There are at most 500, so the list is not paged.",
		errors: []iam.Code{iam.CodeInvalid}, response: Items[Role]{[]Role{exampleRole()}},
	}, s.listRoles)
	register(s, operation{
		id: "create-role", method: http.MethodPost, path: "/roles", tag: tagRoles, guard: needs(iam.PermRolesManage), status: http.StatusCreated, idempotent: true,
		summary: "Add a role", description: "Adds a custom role with at least one permission. Nobody can put into a role what they don't hold themselves.",
		errors:   []iam.Code{iam.CodeConflict, iam.CodeEscalation},
		request:  CreateRoleRequest{Name: "Night shift", Description: "Takes over at ten.", Permissions: []iam.Permission{iam.PermConversationsRead, iam.PermConversationsTransfer}},
		response: exampleRole(),
	}, s.createRole)
	register(s, operation{
		id: "get-role", method: http.MethodGet, path: "/roles/{id}", tag: tagRoles, guard: needs(iam.PermRolesRead),
		summary: "Get a role", description: "One role, with the ETag that changes need.", response: exampleRole(),
	}, s.getRole)
	register(s, operation{
		id: "update-role", method: http.MethodPatch, path: "/roles/{id}", tag: tagRoles, guard: needs(iam.PermRolesManage), conditional: true,
		summary: "Change a role", description: "Changes a custom role, for everybody who holds it from their next request on. Code and scope never change; built-in roles are locked.",
		errors:  []iam.Code{iam.CodeConflict, iam.CodeEscalation, iam.CodeLocked, iam.CodeImmutable},
		request: RolePatch{Description: Some("Takes over at eleven.")}, response: exampleRole(),
	}, s.patchRole)
	register(s, operation{
		id: "delete-role", method: http.MethodDelete, path: "/roles/{id}", tag: tagRoles, guard: needs(iam.PermRolesManage), conditional: true,
		summary: "Delete a role", description: "Removes a custom role that nobody holds and no pending invitation gives. Else the answer is in_use, with holders_count and the first holders, and invitations_count (counted up to 1000) and the first invitations.",
		errors: []iam.Code{iam.CodeInUse, iam.CodeLocked, iam.CodeEscalation},
	}, s.deleteRole)
	register(s, operation{
		id: "list-role-members", method: http.MethodGet, path: "/roles/{id}/members", tag: tagRoles, guard: needs(iam.PermRolesRead),
		summary: "Who holds a role", description: "The people who hold the role, by name. Needs users.read, too.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor, iam.CodeForbidden},
		response: exampleList(exampleColleague()),
	}, s.roleMembers)
}
