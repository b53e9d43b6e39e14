package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// MembershipFacts is what somebody holds in an organization.
type MembershipFacts struct {
	UserID              iam.UserID       `json:"user_id"`
	Organization        OrganizationRef  `json:"organization"`
	IncludesDescendants bool             `json:"includes_descendants" doc:"It counts in all organizations below, too"`
	Roles               []RoleRef        `json:"roles"`
	Permissions         []iam.Permission `json:"permissions" doc:"Granted directly, beside type and roles"`
	Access              []string         `json:"access" doc:"The checkboxes that are ticked: all that they give is held"`
	Teams               []TeamRef        `json:"teams" doc:"Those of the organization, which end with the membership"`
	Alias               string           `json:"alias" doc:"By which name the user goes in the organization; empty for their own"`
	CreatedAt           time.Time        `json:"created_at"`
}

// Membership is a user in an organization.
type Membership struct {
	MembershipFacts
	Path           []string                 `json:"path" doc:"The names of the organizations above, the highest first, as far as the caller sees them"`
	AllowedActions []users.MembershipAction `json:"allowed_actions" enum:"edit,remove" doc:"What the caller may do with it"`
}

func membershipFacts(m *users.MembershipView) MembershipFacts {
	return MembershipFacts{
		UserID: m.User.ID, Organization: OrganizationRef{m.Org, m.OrgName}, IncludesDescendants: m.IncludesDescendants,
		Roles:       mapped(m.Roles, func(r *iam.Role) RoleRef { return RoleRef{r.ID, r.Code, r.Name} }),
		Permissions: same(m.Permissions), Access: same(m.Options), Teams: mapped(m.Teams, teamRef), Alias: m.Alias, CreatedAt: m.CreatedAt.UTC(),
	}
}

func membership(m *users.MembershipView) Membership {
	return Membership{MembershipFacts: membershipFacts(m), Path: same(m.Above), AllowedActions: same(m.Allowed)}
}

// MembershipPath names a user's membership in the address.
type MembershipPath struct {
	ID    iam.UserID `path:"id" doc:"The user's id"`
	OrgID iam.OrgID  `path:"organization_id" doc:"The organization's id"`
}

type membershipOutput struct {
	ETagHeader
	Body Membership
}

func membershipAnswer(m *users.MembershipView, err error) (*membershipOutput, error) {
	if err != nil {
		return nil, err
	}
	return &membershipOutput{ETagHeader: tagged(m.User.Version), Body: membership(m)}, nil
}

type membershipsInput struct {
	UserPath
	OrgID iam.OrgID `query:"organization_id" maxLength:"100" doc:"In this organization and those below it; by default the one in which the caller acts"`
}

func (s *server) listMemberships(ctx context.Context, c *access.Caller, in *membershipsInput) (*itemsOutput[Membership], error) {
	_, list, err := s.deps.Users.Memberships(ctx, c, in.ID, in.OrgID)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, membership), nil
}

func (s *server) getMembership(ctx context.Context, c *access.Caller, in *MembershipPath) (*membershipOutput, error) {
	return membershipAnswer(s.deps.Users.Membership(ctx, c, in.ID, in.OrgID))
}

// MembershipRequest is what a membership becomes. What is absent stays as it is,
// and is empty in a new one.
type MembershipRequest struct {
	RoleIDs             *[]string         `json:"role_ids,omitempty" maxItems:"50" doc:"Ids or codes of roles"`
	Permissions         *[]iam.Permission `json:"permissions,omitempty" maxItems:"64" doc:"Granted directly, beside type and roles"`
	IncludesDescendants *bool             `json:"includes_descendants,omitempty"`
	Access              *[]string         `json:"access,omitempty" maxItems:"20" doc:"The checkboxes to be ticked, see GET /access-options; all others are unticked. What no checkbox gives stays"`
}

type putMembershipInput struct {
	MembershipPath
	IfMatchHeader
	Body MembershipRequest
}

func (s *server) putMembership(ctx context.Context, c *access.Caller, in *putMembershipInput) (*membershipOutput, error) {
	b := in.Body
	m, err := s.deps.Users.SetMembership(ctx, c, in.ID, in.OrgID, users.SetMembership{
		Roles: b.RoleIDs, Permissions: b.Permissions, IncludesDescendants: b.IncludesDescendants, Access: b.Access, Version: in.version(),
	})
	return membershipAnswer(m, withCurrent(err, s.currentUser(ctx, c, in.ID)))
}

type deleteMembershipInput struct {
	MembershipPath
	IfMatchHeader
}

func (s *server) deleteMembership(ctx context.Context, c *access.Caller, in *deleteMembershipInput) (*noOutput, error) {
	err := s.deps.Users.RemoveMembership(ctx, c, in.ID, in.OrgID, in.version())
	return nil, withCurrent(err, s.currentUser(ctx, c, in.ID))
}

func exampleMembership() Membership {
	return Membership{
		MembershipFacts: MembershipFacts{
			UserID: exampleUserID, Organization: OrganizationRef{exampleOrgID, "Northwind"}, Roles: []RoleRef{},
			Permissions: []iam.Permission{iam.PermDashboardHome}, Access: []string{"home"}, Teams: []TeamRef{}, CreatedAt: exampleTime,
		},
		Path: []string{}, AllowedActions: []users.MembershipAction{users.MembershipEdit, users.MembershipRemove},
	}
}

func (s *server) membershipOperations() {
	const tag = "A change of the user is a change of the memberships: the ETag is the user's."
	register(s, operation{
		id: "list-memberships", method: http.MethodGet, path: "/users/{id}/memberships", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "Where a user belongs", description: "The user's memberships in an organization and in those below it, as far as the caller sees them.",
		response: Items[Membership]{[]Membership{exampleMembership()}},
	}, s.listMemberships)
	register(s, operation{
		id: "get-membership", method: http.MethodGet, path: "/users/{id}/memberships/{organization_id}", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "Get a membership", description: "What a user holds in one organization. " + tag, response: exampleMembership(),
	}, s.getMembership)
	register(s, operation{
		id: "set-membership", method: http.MethodPut, path: "/users/{id}/memberships/{organization_id}", tag: tagUsers, guard: needs(iam.PermRolesAssign), conditional: true,
		summary: "Set a membership", description: "Puts a user into an organization, or changes what they hold there. Nobody gives or takes what they don't hold themselves, nor changes their own access. " + tag,
		errors:  []iam.Code{iam.CodeEscalation, iam.CodeLastAdmin},
		request: MembershipRequest{Access: &[]string{"home", "conversations"}}, response: exampleMembership(),
	}, s.putMembership)
	register(s, operation{
		id: "delete-membership", method: http.MethodDelete, path: "/users/{id}/memberships/{organization_id}", tag: tagUsers, guard: needs(iam.PermRolesAssign), conditional: true,
		summary: "Remove a membership", description: "Takes a user out of an organization and its teams, and leaves their other memberships alone. The only membership stays: delete the user instead. " + tag,
		errors: []iam.Code{iam.CodeEscalation, iam.CodeLastAdmin, iam.CodeInUse},
	}, s.deleteMembership)
	s.accessOptionOperations()
}
