package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

func (s *server) setStatus(status iam.Status) handler[UserPath, userOutput] {
	return func(ctx context.Context, c *access.Caller, in *UserPath) (*userOutput, error) {
		v, err := s.deps.Users.SetStatus(ctx, c, in.ID, status)
		if err != nil {
			return nil, err
		}
		return s.userAnswer(c, v), nil
	}
}

type resetPasswordInput struct {
	UserPath
	RevokeAPIKeys bool `query:"revoke_api_keys" doc:"Their API keys stop, too, for good; by default they go on working"`
}

// PasswordReset is a user, the temporary password that was made for them, which is
// never shown again, and what of theirs goes on working.
type PasswordReset struct {
	User              User      `json:"user"`
	TemporaryPassword string    `json:"temporary_password" doc:"Shown this once"`
	PasswordExpiresAt time.Time `json:"password_expires_at" doc:"Until when the temporary password can be used"`
	WorkingAPIKeys    int       `json:"working_api_keys" doc:"How many API keys of theirs go on working"`
}

type resetPasswordOutput struct {
	ETagHeader
	Body PasswordReset
}

func (s *server) resetPassword(ctx context.Context, c *access.Caller, in *resetPasswordInput) (*resetPasswordOutput, error) {
	r, err := s.deps.Users.ResetPassword(ctx, c, in.ID, in.RevokeAPIKeys)
	if err != nil {
		return nil, err
	}
	return &resetPasswordOutput{ETagHeader: tagged(r.Version), Body: PasswordReset{s.user(c.Tenant, r.View), r.Password, r.PasswordExpiresAt.UTC(), r.WorkingKeys}}, nil
}

// BulkRequest does the same with many users.
type BulkRequest struct {
	Action users.Action `json:"action" enum:"suspend,reactivate,delete,reset_password,change_roles,invite"`
	IDs    []iam.UserID `json:"ids" minItems:"1" maxItems:"200" maxLength:"100"`
	// HandOverTo takes over what the deleted people own.
	HandOverTo iam.UserID `json:"hand_over_to,omitempty" maxLength:"100" doc:"With delete: who takes over what the people own; by default it ends"`
	// RevokeAPIKeys stops the API keys of those whose passwords are reset.
	RevokeAPIKeys bool `json:"revoke_api_keys,omitempty" doc:"With reset_password: their API keys stop, too, for good; by default they go on working"`
	// OrganizationID, AddRoleIDs and RemoveRoleIDs say which roles change where;
	// OrganizationID also where invitations lead.
	OrganizationID iam.OrgID `json:"organization_id,omitempty" maxLength:"100" doc:"With change_roles: where the roles are held; by default where the caller acts, or else in the person's only organization. With invite: where the link leads; by default where the caller acts, or else the person's first organization"`
	AddRoleIDs     []string  `json:"add_role_ids,omitempty" maxItems:"50" maxLength:"100" doc:"With change_roles: roles to be held from now on, by id or code"`
	RemoveRoleIDs  []string  `json:"remove_role_ids,omitempty" maxItems:"50" maxLength:"100" doc:"With change_roles: roles to be held no more, by id or code"`
}

// BulkError says why something could not be done with one user.
type BulkError struct {
	Code               iam.Code         `json:"code"`
	Detail             string           `json:"detail"`
	Reason             string           `json:"reason,omitempty" doc:"Tells apart what has one code, as in every problem"`
	Errors             []FieldProblem   `json:"errors,omitempty" doc:"With invalid: what is wrong with which field"`
	MissingPermission  iam.Permission   `json:"missing_permission,omitempty" doc:"With forbidden: what it needs"`
	MissingPermissions []iam.Permission `json:"missing_permissions,omitempty" doc:"With escalation: what the caller lacks"`
}

// bulkErrorOf says of one thing what a problem would say of a whole request; nil
// when it was done.
func bulkErrorOf(ctx context.Context, err error) *BulkError {
	if err == nil {
		return nil
	}
	p := problemOf(ctx, err)
	out := &BulkError{Code: p.Code, Detail: p.Detail, Reason: p.Reason, Errors: p.Errors}
	out.MissingPermission, _ = p.more["missing_permission"].(iam.Permission)
	out.MissingPermissions, _ = p.more["missing_permissions"].([]iam.Permission)
	return out
}

// BulkResult is what became of one user.
type BulkResult struct {
	ID                iam.UserID `json:"id"`
	FullName          string     `json:"full_name" doc:"Empty when there is no such person any more"`
	OK                bool       `json:"ok"`
	Error             *BulkError `json:"error,omitempty"`
	TemporaryPassword string     `json:"temporary_password,omitempty" doc:"With reset_password; shown this once"`
	PasswordExpiresAt *time.Time `json:"password_expires_at,omitempty" doc:"With reset_password: until when the temporary password can be used"`
	WorkingAPIKeys    int        `json:"working_api_keys,omitempty" doc:"With reset_password: how many API keys of theirs go on working"`
	Unchanged         bool       `json:"unchanged,omitempty" doc:"With change_roles: their roles were so already"`
}

// BulkResponse tells of each user in the order in which they were given.
type BulkResponse struct {
	Results []BulkResult `json:"results"`
}

type bulkInput struct{ Body BulkRequest }

type bulkOutput struct{ Body BulkResponse }

// bulkNeeds are the permissions behind the actions.
var bulkNeeds = map[users.Action]iam.Permission{
	users.ActionSuspend: iam.PermUsersSuspend, users.ActionReactivate: iam.PermUsersSuspend,
	users.ActionDelete: iam.PermUsersDelete, users.ActionResetPassword: iam.PermUsersResetPassword,
	users.ActionChangeRoles: iam.PermRolesAssign, users.ActionInvite: iam.PermUsersInvite,
}

func (s *server) bulk(ctx context.Context, c *access.Caller, in *bulkInput) (*bulkOutput, error) {
	if p, ok := bulkNeeds[in.Body.Action]; ok {
		if err := c.Require(p); err != nil {
			return nil, err
		}
	}
	b := in.Body
	results, err := s.deps.Users.Bulk(ctx, c, users.Bulk{
		Action: b.Action, IDs: b.IDs, Heir: b.HandOverTo, RevokeKeys: b.RevokeAPIKeys, Org: b.OrganizationID,
		Roles: users.RoleChange{Org: b.OrganizationID, Add: b.AddRoleIDs, Remove: b.RemoveRoleIDs},
	})
	if err != nil {
		return nil, err
	}
	return &bulkOutput{BulkResponse{mapped(results, func(r users.Result) BulkResult {
		return BulkResult{
			ID: r.ID, FullName: r.FullName, OK: r.Err == nil, Error: bulkErrorOf(ctx, r.Err),
			TemporaryPassword: r.TemporaryPassword, PasswordExpiresAt: timeOrNull(r.PasswordExpiresAt), WorkingAPIKeys: r.WorkingKeys, Unchanged: r.Unchanged,
		}
	})}}, nil
}

type exportUsersInput struct {
	LinkQuery
	Format string `query:"format" enum:"csv,ndjson" default:"csv"`
	UserQuery
}

func (s *server) exportUsers(ctx context.Context, c *access.Caller, in *exportUsersInput) (*huma.StreamResponse, error) {
	own, err := s.deps.Fields.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return s.streamed(exports.Spec{Tenant: c.Tenant, Kind: iam.ExportUsers, Format: iam.ExportFormat(in.Format), Fields: own}, "users", func(write func(any) error) error { //nolint:contextcheck // huma hands it the request
		return s.deps.Users.Export(ctx, c, in.filter(), in.Role, in.Format, func(v *users.View) error { return write(v) })
	}), nil
}

func (s *server) userActionOperations() {
	status := func(id, verb, summary, description string, to iam.Status) {
		register(s, operation{
			id: id, method: http.MethodPost, path: "/users/{id}/" + verb, tag: tagUsers, guard: needs(iam.PermUsersSuspend),
			summary: summary, description: description,
			errors: []iam.Code{iam.CodeEscalation, iam.CodeLastAdmin}, response: exampleUser(),
		}, s.setStatus(to))
	}
	status("suspend-user", "suspend", "Suspend a user", "The person can't sign in to any portal; open sessions and keys stop at once. It is no error when they are suspended already.", iam.StatusSuspended)
	status("reactivate-user", "reactivate", "Reactivate a user", "The person can sign in again, with the password they had.", iam.StatusActive)
	register(s, operation{
		id: "reset-user-password", method: http.MethodPost, path: "/users/{id}/reset-password", tag: tagUsers, guard: needs(iam.PermUsersResetPassword), idempotent: true,
		summary:     "Reset a password",
		description: "Makes a new temporary password, shown in this answer and never again. The old one and all sessions stop at once, with revoke_api_keys the person's API keys, too; the new one must be changed at sign-in.",
		errors:      []iam.Code{iam.CodeEscalation, iam.CodeInvalid},
		response:    PasswordReset{User: exampleUser(), TemporaryPassword: "tidy-Marble-42-canoe", PasswordExpiresAt: examplePasswordEnd, WorkingAPIKeys: 1},
	}, s.resetPassword)
	register(s, operation{
		id: "bulk-users", method: http.MethodPost, path: "/users/bulk", tag: tagUsers, guard: needs(iam.PermUsersRead), idempotent: true,
		summary:     "Do the same with many users",
		description: "Suspends, reactivates, deletes, invites, resets the passwords or changes the roles of up to 200 users, each for itself: what can't be done with one does not keep the others from it. Needs the permission of the action, too.",
		errors:      []iam.Code{iam.CodeForbidden, iam.CodeInvalid},
		request:     BulkRequest{Action: users.ActionSuspend, IDs: []iam.UserID{exampleUserID, exampleOtherID}},
		response: BulkResponse{Results: []BulkResult{
			{ID: exampleUserID, FullName: "Ada Okafor", OK: true},
			{ID: exampleOtherID, FullName: "Jonas Weiß", Error: &BulkError{Code: iam.CodeLastAdmin, Detail: "Jonas Weiß is the last active tenant admin. Make somebody else a tenant admin first.", Reason: "last_tenant_admin"}},
		}},
	}, s.bulk)
	register(s, exporting(operation{
		id: "export-users", method: http.MethodGet, path: "/users/export", tag: tagUsers, guard: needs(iam.PermUsersExport),
		summary: "Export users",
		description: "All users that the filters select, as a file: CSV with the columns of an import, or NDJSON, one user a line, as the list answers. In CSV, organization and roles are those of the organization that the filter names, " +
			"else of the one in which the caller acts, else of the person's first below it; cells that a spreadsheet would run as a formula begin with an apostrophe. Exporting is audited.",
		errors: []iam.Code{iam.CodeInvalid, iam.CodeNotFound},
	}, exampleUserFile(), exampleUser()), s.exportUsers)
}
