package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// UserPatch changes a user (RFC 7396): what is absent stays, null empties.
type UserPatch struct {
	FirstName    Optional[string]           `json:"first_name,omitzero" maxLength:"100"`
	LastName     Optional[string]           `json:"last_name,omitzero" maxLength:"100"`
	Nickname     Optional[string]           `json:"nickname,omitzero" maxLength:"100"`
	Email        Optional[string]           `json:"email,omitzero" maxLength:"254"`
	Phone        Optional[string]           `json:"phone,omitzero" maxLength:"40"`
	ExternalID   Optional[string]           `json:"external_id,omitzero" maxLength:"200"`
	Timezone     Optional[string]           `json:"timezone,omitzero" maxLength:"64"`
	Locale       Optional[string]           `json:"locale,omitzero" maxLength:"10"`
	Status       Optional[iam.Status]       `json:"status,omitzero" enum:"active,suspended" doc:"Needs users.suspend"`
	RoleIDs      Optional[[]string]         `json:"role_ids,omitzero" maxItems:"50" doc:"All roles held from now on in the organization of here, by id or code; needs roles.assign"`
	Permissions  Optional[[]iam.Permission] `json:"permissions,omitzero" maxItems:"64" doc:"All direct permissions from now on in the organization of here; needs roles.assign"`
	Below        Optional[bool]             `json:"includes_descendants,omitzero" doc:"Whether that counts in everything below the organization of here, too; needs roles.assign"`
	CustomFields Optional[FieldPatch]       `json:"custom_fields,omitzero" doc:"Values of custom fields to change, by their keys; null takes one away. Required ones must be there afterwards"`
	UserType     Optional[iam.UserType]     `json:"user_type,omitzero" doc:"Can't be changed: another value is refused with the code immutable"`
}

func (p *UserPatch) patch(version int64) users.Patch {
	return users.Patch{
		FirstName: p.FirstName.Ptr(), LastName: p.LastName.Ptr(), Nickname: p.Nickname.Ptr(), Email: p.Email.Ptr(),
		Phone: p.Phone.Ptr(), ExternalID: p.ExternalID.Ptr(), Timezone: p.Timezone.Ptr(), Locale: p.Locale.Ptr(),
		Type: p.UserType.Ptr(), Status: p.Status.Ptr(), Roles: p.RoleIDs.Ptr(), Permissions: p.Permissions.Ptr(), IncludesDescendants: p.Below.Ptr(),
		CustomFields: p.CustomFields.Value, NoCustomFields: p.CustomFields.Null, Version: version,
	}
}

type patchUserInput struct {
	UserPath
	IfMatchHeader
	Body UserPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchUser(ctx context.Context, c *access.Caller, in *patchUserInput) (*userOutput, error) {
	v, err := s.deps.Users.Update(ctx, c, in.ID, in.Body.patch(in.version()))
	if err != nil {
		return nil, withCurrent(err, s.currentUser(ctx, c, in.ID))
	}
	return s.userAnswer(c, v), nil
}

func (s *server) currentUser(ctx context.Context, c *access.Caller, id iam.UserID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Users.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return s.user(c.Tenant, v), nil
	}
}

type deleteUserInput struct {
	UserPath
	IfMatchHeader
	HandOverTo iam.UserID `query:"hand_over_to" maxLength:"100" doc:"Who takes over what the person owns; by default it ends"`
}

func (s *server) deleteUser(ctx context.Context, c *access.Caller, in *deleteUserInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Users.Delete(ctx, c, in.ID, in.version(), in.HandOverTo), s.currentUser(ctx, c, in.ID))
}

func (s *server) userChangeOperations() {
	register(s, operation{
		id: "update-user", method: http.MethodPatch, path: "/users/{id}", tag: tagUsers, guard: needs(iam.PermUsersUpdate), conditional: true,
		summary: "Change a user",
		description: "Changes what is given and leaves the rest. Roles and permissions are those in the organization where the caller acts. " +
			"Nobody changes their own access or somebody who may do more than they do, and the last administrator stays. The user type can't be changed. " +
			"One's own e-mail is changed by update-me, with the current password; a key changes its owner only when it holds all that they do.",
		errors: []iam.Code{iam.CodeConflict, iam.CodeEscalation, iam.CodeLastAdmin, iam.CodeImmutable},
		request: UserPatch{
			Phone: Some("+44 20 7946 0018"), Nickname: Optional[string]{Set: true, Null: true}, RoleIDs: Some([]string{"supervisor"}),
			CustomFields: Some(FieldPatch{"department": "quality", "desk": nil}),
		},
		response: exampleUser(),
	}, s.patchUser)
	register(s, operation{
		id: "delete-user", method: http.MethodDelete, path: "/users/{id}", tag: tagUsers, guard: needs(iam.PermUsersDelete), conditional: true,
		summary: "Delete a user",
		description: "Removes a person for good: sessions and keys stop, the e-mail is free again. What they wrote stays, attributed to them. " +
			"What they own goes to the person named by hand_over_to, or ends; preview-user-deletion tells what that is.",
		errors: []iam.Code{iam.CodeEscalation, iam.CodeLastAdmin, iam.CodeInvalid},
	}, s.deleteUser)
}
