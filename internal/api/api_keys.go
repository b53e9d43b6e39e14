package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/iam"
)

// Keys are the use cases of API keys.
type Keys interface {
	List(ctx context.Context, c *access.Caller, f apikeys.Filter) (iam.List[*apikeys.View], error)
	Create(ctx context.Context, c *access.Caller, in apikeys.Create) (*apikeys.Created, error)
	Revoke(ctx context.Context, c *access.Caller, id iam.APIKeyID) error
}

// UserRef names a user.
type UserRef struct {
	ID   iam.UserID `json:"id"`
	Name string     `json:"name"`
}

// APIKey is a long-lived credential of a user, with some of their permissions.
type APIKey struct { //nolint:revive // the schema is called so
	ID          iam.APIKeyID     `json:"id"`
	Name        string           `json:"name"`
	Prefix      string           `json:"prefix" doc:"The beginning of the secret, to recognise it by"`
	User        UserRef          `json:"user"`
	Permissions []iam.Permission `json:"permissions"`
	ExpiresAt   *time.Time       `json:"expires_at"`
	LastUsedAt  *time.Time       `json:"last_used_at"`
	CreatedAt   time.Time        `json:"created_at"`
	State       iam.APIKeyState  `json:"state" enum:"active,expired,revoked"`
}

func apiKeyOf(v *apikeys.View) APIKey {
	return APIKey{
		ID: v.ID, Name: v.Name, Prefix: v.Prefix + "…", User: UserRef{v.User, v.UserName}, Permissions: same(v.Permissions),
		ExpiresAt: timeOrNull(v.ExpiresAt), LastUsedAt: timeOrNull(v.LastUsedAt), CreatedAt: v.CreatedAt.UTC(), State: v.State,
	}
}

type apiKeyListInput struct {
	User  iam.UserID      `query:"user_id" maxLength:"100" doc:"Whose keys; by default the caller's own and those of service users that the caller manages"`
	State iam.APIKeyState `query:"state" enum:"active,expired,revoked" doc:"Only keys in this state; all by default"`
	PageQuery
}

func (s *server) listAPIKeys(ctx context.Context, c *access.Caller, in *apiKeyListInput) (*listOutput[APIKey], error) {
	page, err := s.deps.APIKeys.List(ctx, c, apikeys.Filter{User: in.User, State: in.State, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return listOf(page, apiKeyOf), nil
}

// CreateAPIKeyRequest is what a new key is made of.
type CreateAPIKeyRequest struct {
	Name        string           `json:"name" maxLength:"100"`
	UserID      iam.UserID       `json:"user_id,omitempty" maxLength:"100" doc:"A service user; by default the caller"`
	Permissions []iam.Permission `json:"permissions" maxItems:"64" maxLength:"100"`
	ExpiresAt   *time.Time       `json:"expires_at,omitempty" nullable:"true" doc:"By default never"`
}

type createAPIKeyInput struct{ Body CreateAPIKeyRequest }

// APIKeyWithSecret is a new key and its secret, which is never shown again.
type APIKeyWithSecret struct { //nolint:revive // the schema is called so
	APIKey APIKey `json:"api_key"`
	Secret string `json:"secret" doc:"Shown this once"`
}

type createAPIKeyOutput struct{ Body APIKeyWithSecret }

func (s *server) createAPIKey(ctx context.Context, c *access.Caller, in *createAPIKeyInput) (*createAPIKeyOutput, error) {
	b := in.Body
	create := apikeys.Create{Name: b.Name, User: b.UserID, Permissions: b.Permissions}
	if b.ExpiresAt != nil {
		create.ExpiresAt = b.ExpiresAt.UTC()
	}
	made, err := s.deps.APIKeys.Create(ctx, c, create)
	if err != nil {
		return nil, err
	}
	return &createAPIKeyOutput{APIKeyWithSecret{APIKey: apiKeyOf(made.APIKey), Secret: made.Secret}}, nil
}

// KeyPath names a key in the address.
type KeyPath struct {
	ID iam.APIKeyID `path:"id" doc:"The key's id"`
}

func (s *server) revokeAPIKey(ctx context.Context, c *access.Caller, in *KeyPath) (*noOutput, error) {
	return nil, s.deps.APIKeys.Revoke(ctx, c, in.ID)
}

func exampleAPIKey() APIKey {
	expires := exampleTime.AddDate(1, 0, 0)
	return APIKey{
		ID: "key_01k9z6b2d4f6h8k0n2q4s6v8x0", Name: "Nightly report", Prefix: "rtn_8fKd29aL…", User: UserRef{exampleUserID, "Ada Okafor"},
		Permissions: []iam.Permission{iam.PermReportsRead}, ExpiresAt: &expires, CreatedAt: exampleTime, State: iam.APIKeyActive,
	}
}

func (s *server) apiKeyOperations() {
	expires := exampleTime.AddDate(1, 0, 0)
	register(s, operation{
		id: "list-api-keys", method: http.MethodGet, path: "/api-keys", tag: tagAPIKeys, guard: signedIn(),
		summary: "List API keys",
		description: "The caller's own keys, and with service_keys.manage those of the service users that the caller may see; newest first. " +
			"Those of another person need sessions.read, and that they may do no more than the caller.",
		errors:   []iam.Code{iam.CodeForbidden, iam.CodeEscalation, iam.CodeNotFound, iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(exampleAPIKey()),
	}, s.listAPIKeys)
	register(s, operation{
		id: "create-api-key", method: http.MethodPost, path: "/api-keys", tag: tagAPIKeys, guard: signedIn().personOnly(), status: http.StatusCreated, idempotent: true,
		summary: "Add an API key",
		description: "Makes a key for the caller (api_keys.manage) or for a service user (service_keys.manage). Its secret is shown in this answer and never again. " +
			"A key can have no permission that the caller doesn't hold, and what it may do never exceeds what its user may do at the time. " +
			"To add or change people, a key needs all that they may do: for agents what their user type grants, such as portals.agent_desktop.",
		errors:   []iam.Code{iam.CodeForbidden, iam.CodeEscalation, iam.CodeConflict, iam.CodeNotFound},
		request:  CreateAPIKeyRequest{Name: "Nightly report", Permissions: []iam.Permission{iam.PermReportsRead}, ExpiresAt: &expires},
		response: APIKeyWithSecret{APIKey: exampleAPIKey(), Secret: "rtn_8fKd29aLxT7vQmZc4pWnR6yHsB1eUjG3oXiNdEfA5k0"},
	}, s.createAPIKey)
	register(s, operation{
		id: "revoke-api-key", method: http.MethodDelete, path: "/api-keys/{id}", tag: tagAPIKeys, guard: signedIn().personOnly(),
		summary: "Revoke an API key",
		description: "Stops a key at once, for good: one's own, with service_keys.manage that of a service user, with sessions.revoke that of a person who may do no more than the caller. " +
			"It stays in the list as revoked.",
		errors: []iam.Code{iam.CodeForbidden, iam.CodeEscalation},
	}, s.revokeAPIKey)
}
