package iam

import "context"

// Belonging is a kind of thing that people own.
type Belonging string

// What people own. Their own API keys act as them and end with them; the rest
// can be handed over.
const (
	OwnsAPIKeys     Belonging = "api_keys"
	OwnsServiceKeys Belonging = "service_keys" // working keys of service users that they made
	OwnsTeamLeads   Belonging = "teams_led"
	OwnsInvitations Belonging = "invitations" // pending ones that they sent
	OwnsImports     Belonging = "imports"     // unfinished ones that they started
)

// Belongings are things of one kind that a person owns.
type Belongings struct {
	Kind  Belonging
	Names []string // of each, by name
}

// BelongingStore finds and moves what people own. orgs restricts it to what is in
// these organizations, a service key where its user is; nil does not. People's own
// API keys are nowhere, and always there.
type BelongingStore interface {
	// Belongings returns what a user owns, without kinds of which there is nothing.
	Belongings(ctx context.Context, tenant TenantID, id UserID, orgs []OrgID) ([]Belongings, error)
	// HandOver makes to the owner of the service keys, invitations and imports of
	// from. Teams are led by members: see PutTeamMember.
	HandOver(ctx context.Context, tenant TenantID, from, to *User, orgs []OrgID) error
	// EndBelongings revokes the service keys, deletes the invitations and cancels
	// the imports of a user.
	EndBelongings(ctx context.Context, tenant TenantID, id UserID, orgs []OrgID) error
}
