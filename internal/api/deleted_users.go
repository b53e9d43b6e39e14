package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// DeletedUser is somebody who was deleted, as the caller may see them.
type DeletedUser struct {
	ID             iam.UserID          `json:"id"`
	FullName       string              `json:"full_name" doc:"A pseudonym once the person was erased"`
	Email          string              `json:"email" doc:"Free for a new account; empty once the person was erased"`
	UserType       iam.UserType        `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,client,service"`
	Organizations  []OrganizationRef   `json:"organizations" doc:"To which they belonged, as far as the caller sees them"`
	DeletedAt      time.Time           `json:"deleted_at"`
	DeletedBy      Nullable[DeletedBy] `json:"deleted_by" doc:"Null when it was the operator of the server"`
	ErasedAt       *time.Time          `json:"erased_at"`
	AllowedActions []users.Action      `json:"allowed_actions" enum:"invite_again,erase" doc:"What the caller may do about them"`
}

// DeletedBy is who deleted somebody.
type DeletedBy struct {
	ID   iam.UserID `json:"id" doc:"Empty for somebody of the company whom the caller does not see"`
	Name string     `json:"name"`
}

func deletedUser(d *users.Departed) DeletedUser {
	out := DeletedUser{
		ID: d.ID, FullName: d.FullName, Email: d.Email, UserType: d.Type, DeletedAt: d.DeletedAt.UTC(), ErasedAt: timeOrNull(d.ErasedAt),
		Organizations:  mapped(d.Orgs, func(o *iam.Organization) OrganizationRef { return OrganizationRef{o.ID, o.Name} }),
		AllowedActions: same(d.Allowed),
	}
	if d.ByName != "" {
		out.DeletedBy.Value = &DeletedBy{d.DeletedBy, d.ByName}
	}
	return out
}

type deletedUsersInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must be in name or e-mail"`
	PageQuery
}

func (s *server) listDeletedUsers(ctx context.Context, c *access.Caller, in *deletedUsersInput) (*listOutput[DeletedUser], error) {
	page, err := s.deps.Users.ListDeleted(ctx, c, in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, deletedUser), nil
}

type deletedUserOutput struct{ Body DeletedUser }

func (s *server) getDeletedUser(ctx context.Context, c *access.Caller, in *UserPath) (*deletedUserOutput, error) {
	d, err := s.deps.Users.GetDeleted(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &deletedUserOutput{deletedUser(d)}, nil
}

func exampleDeletedUser() DeletedUser {
	return DeletedUser{
		ID: exampleOtherID, FullName: "Jonas Weiß", Email: "jonas@northwind.example", UserType: iam.TypeAgent,
		Organizations: []OrganizationRef{{exampleOrgID, "Northwind"}}, DeletedAt: exampleTime,
		DeletedBy: Nullable[DeletedBy]{&DeletedBy{exampleUserID, "Ada Okafor"}}, AllowedActions: []users.Action{users.ActionInviteAgain, users.ActionErase},
	}
}

func (s *server) deletedUserOperations() {
	register(s, operation{
		id: "list-deleted-users", method: http.MethodGet, path: "/deleted-users", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "List deleted users",
		description: "Who was deleted, the last first. Acting in a client organization, it is those who belonged to that organization and those below it; " +
			"who deleted them from outside is then shown as the company. Their history is under /users/{id}/history still, and their address is free.",
		errors: []iam.Code{iam.CodeInvalidCursor}, response: exampleList(exampleDeletedUser()),
	}, s.listDeletedUsers)
	register(s, operation{
		id: "get-deleted-user", method: http.MethodGet, path: "/deleted-users/{id}", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "Get a deleted user", description: "What remains of somebody who was deleted.", response: exampleDeletedUser(),
	}, s.getDeletedUser)
}
