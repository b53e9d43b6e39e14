package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// AccessOption is one of the checkboxes by which people of client organizations
// are given access.
type AccessOption struct {
	ID               string           `json:"id"`
	Name             string           `json:"name"`
	Description      string           `json:"description" doc:"What it opens"`
	RoleID           iam.RoleID       `json:"role_id,omitempty" doc:"The role that it is"`
	Permissions      []iam.Permission `json:"permissions" doc:"What it grants directly"`
	Grantable        bool             `json:"grantable" doc:"The caller holds all that it gives, and so may give it"`
	BlockedByType    []iam.Permission `json:"blocked_by_type" doc:"What of it people of user_type can't have, whatever they are given"`
	BlockedByFeature []iam.Permission `json:"blocked_by_feature" doc:"What of it counts for nobody in the organization, which does not have the feature"`
}

func accessOption(o users.OptionView) AccessOption {
	return AccessOption{
		ID: o.ID, Name: o.Name, Description: o.Description, RoleID: o.Role, Permissions: same(o.Permissions),
		Grantable: o.Grantable, BlockedByType: same(o.ByType), BlockedByFeature: same(o.ByFeature),
	}
}

type accessOptionsInput struct {
	OrgID    iam.OrgID    `query:"organization_id" maxLength:"100" doc:"As they work in this organization; by default the one in which the caller acts"`
	UserType iam.UserType `query:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,service" doc:"As they work for people of this type; by default one that can have everything"`
}

func (s *server) accessOptions(ctx context.Context, c *access.Caller, in *accessOptionsInput) (*itemsOutput[AccessOption], error) {
	list, err := s.deps.Users.Options(ctx, c, in.OrgID, in.UserType)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, accessOption), nil
}

// OrganizationUserType is a user type that people of an organization can have.
type OrganizationUserType struct {
	UserType   iam.UserType `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member"`
	Assignable bool         `json:"assignable" doc:"The caller holds what comes with it, and so may add people of it"`
}

func (s *server) organizationUserTypes(ctx context.Context, c *access.Caller, in *OrganizationPath) (*itemsOutput[OrganizationUserType], error) {
	list, err := s.deps.Users.Types(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, func(t users.TypeView) OrganizationUserType { return OrganizationUserType{t.Type, t.Assignable} }), nil
}

func (s *server) accessOptionOperations() {
	home := access.Options()[1]
	register(s, operation{
		id: "list-access-options", method: http.MethodGet, path: "/access-options", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "List the access checkboxes",
		description: "The checkboxes by which people of client organizations are given access, what each opens, and what of it would have no effect: " +
			"because the organization does not have the feature, or the user type may only read.",
		errors:   []iam.Code{iam.CodeNotFound},
		response: Items[AccessOption]{[]AccessOption{accessOption(users.OptionView{Option: home, Grantable: true})}},
	}, s.accessOptions)
	register(s, operation{
		id: "list-organization-user-types", method: http.MethodGet, path: "/organizations/{id}/user-types", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary:     "List the user types of an organization",
		description: "The user types that new people of an organization can have, and whether the caller may add people of each.",
		response:    Items[OrganizationUserType]{[]OrganizationUserType{{iam.TypeMember, true}, {iam.TypeSupervisor, false}}},
	}, s.organizationUserTypes)
}
