package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// AccessSource is one way by which a permission was granted.
type AccessSource struct {
	Kind         access.SourceKind `json:"kind" enum:"type,role,direct,inherited,team"`
	Name         string            `json:"name" doc:"The user type or the role; empty for what was granted directly"`
	RoleID       iam.RoleID        `json:"role_id,omitempty"`
	Team         string            `json:"team,omitempty" doc:"The team in which the role is held, with the kind team"`
	Organization string            `json:"organization,omitempty" doc:"Where it is held"`
}

// AccessPermission says whether a permission is effective, and why.
type AccessPermission struct {
	ID        iam.Permission  `json:"id"`
	Label     string          `json:"label"`
	Group     string          `json:"group"`
	ReadOnly  bool            `json:"read_only"`
	Effective bool            `json:"effective"`
	Sources   []AccessSource  `json:"sources" doc:"Everything that grants it"`
	BlockedBy *access.Blocker `json:"blocked_by" enum:"ceiling,feature,suspended,no_membership,organization_suspended" doc:"What stops it although it is granted; null when it is effective or nothing grants it"`
}

// Access is everything that a user may do in an organization, and why.
type Access struct {
	UserID       iam.UserID         `json:"user_id"`
	UserType     iam.UserType       `json:"user_type"`
	Organization OrganizationRef    `json:"organization"`
	Permissions  []AccessPermission `json:"permissions" doc:"The whole catalogue, in its order"`
}

type accessOutput struct{ Body Access }

type userAccessInput struct {
	UserPath
	OrgID iam.OrgID `query:"organization_id" maxLength:"100" doc:"What counts in this organization, the one in which the caller acts or one below it; by default where the user acts"`
}

func (s *server) accessOf(ctx context.Context, c *access.Caller, id iam.UserID, in iam.OrgID) (*accessOutput, error) {
	v, org, list, err := s.deps.Users.Access(ctx, c, id, in)
	if err != nil {
		return nil, err
	}
	return &accessOutput{Access{
		UserID: v.ID, UserType: v.Type, Organization: OrganizationRef{org.ID, org.Name}, Permissions: mapped(list, accessPermission),
	}}, nil
}

func accessPermission(e users.Explained) AccessPermission {
	out := AccessPermission{
		ID: e.ID, Label: e.Label, Group: e.Group, ReadOnly: e.ReadOnly, Effective: e.Effective,
		Sources: mapped(e.Sources, func(g access.Grant) AccessSource {
			return AccessSource{Kind: g.Kind, Name: g.Name, RoleID: g.Role, Team: g.Team, Organization: e.OrgNames[g.Org]}
		}),
	}
	if e.BlockedBy != "" && e.BlockedBy != access.BlockedNotGranted {
		out.BlockedBy = &e.BlockedBy
	}
	return out
}

func (s *server) userAccess(ctx context.Context, c *access.Caller, in *userAccessInput) (*accessOutput, error) {
	return s.accessOf(ctx, c, in.ID, in.OrgID)
}

func (s *server) myAccess(ctx context.Context, c *access.Caller, _ *noInput) (*accessOutput, error) {
	return s.accessOf(ctx, c, c.User, "")
}

func (s *server) userAccessOperations() {
	example := Access{
		UserID: exampleUserID, UserType: iam.TypeSupervisor, Organization: OrganizationRef{exampleOrgID, "Northwind"},
		Permissions: []AccessPermission{{
			ID: iam.PermConversationsMonitor, Label: "Monitor conversations", Group: "Conversations", ReadOnly: true, Effective: true,
			Sources: []AccessSource{{Kind: access.SourceType, Name: "supervisor", Organization: "Northwind"}},
		}},
	}
	register(s, operation{
		id: "get-user-access", method: http.MethodGet, path: "/users/{id}/access", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "What a user may do", description: "Every permission of the catalogue: whether it is effective in an organization, what grants it and what stops it.",
		response: example,
	}, s.userAccess)
	register(s, operation{
		id: "get-my-access", method: http.MethodGet, path: "/me/access", tag: tagSelf, guard: signedIn(),
		summary: "What I may do", description: "Every permission of the catalogue: whether it is effective for the caller, what grants it and what stops it.",
		response: example,
	}, s.myAccess)
}
