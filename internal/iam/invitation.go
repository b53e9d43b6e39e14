package iam

import (
	"context"
	"time"
)

// InvitationID names an invitation; it is not the secret of its link.
type InvitationID string

// PrefixInvitation begins the ids of invitations.
const PrefixInvitation = "inv"

// InvitationState is how far an invitation is.
type InvitationState string

// The states of an invitation. A pending one whose time is over counts as
// expired, whether or not that has been written down.
const (
	InvitationPending  InvitationState = "pending"
	InvitationAccepted InvitationState = "accepted"
	InvitationExpired  InvitationState = "expired"
	InvitationDeleted  InvitationState = "deleted"
)

// Invitation asks the owner of an address to join an organization.
type Invitation struct {
	ID       InvitationID
	Tenant   TenantID
	Org      OrgID
	Email    string
	EmailKey string
	// User is the person from whose row it was sent: the link signs that person
	// in, and nobody else. "" when an address was invited.
	User        UserID
	Type        UserType
	Roles       []RoleID
	Permissions []Permission
	Teams       []TeamID
	Locale      string
	State       InvitationState
	// TokenHash is that of the link in the latest mail; nil when no link works.
	TokenHash   []byte
	Mail        MailID // the latest mail
	InvitedBy   UserID
	InvitedName string
	CreatedAt   time.Time
	SentAt      time.Time // the latest
	TimesSent   int
	ExpiresAt   time.Time
	AcceptedAt  time.Time
	AcceptedBy  UserID

	// What became of the latest mail; filled by reads.
	MailState   MailState
	MailError   string
	MailProblem MailProblem
}

// StateAt is the state at a time.
func (i *Invitation) StateAt(now time.Time) InvitationState {
	if i.State == InvitationPending && !now.Before(i.ExpiresAt) {
		return InvitationExpired
	}
	return i.State
}

// PendingInvitation is as much of one as deciding about an address takes.
type PendingInvitation struct {
	ID        InvitationID
	ExpiresAt time.Time
}

// InvitationFilter selects invitations. Zero fields do not filter.
type InvitationFilter struct {
	// Below restricts to an organization and those below it.
	Below  OrgID
	State  InvitationState
	Role   RoleID // that it gives
	Search string // a part of the address
	Page   Page
}

// InvitationStore keeps invitations.
type InvitationStore interface {
	// InsertInvitations adds many at once. CodeConflict with pointer "/email"
	// when one of the addresses has a pending invitation to the organization.
	InsertInvitations(ctx context.Context, tenant TenantID, list []*Invitation) error
	// PendingInvitations returns those to the organization that are pending or
	// whose time is over, by e-mail key.
	PendingInvitations(ctx context.Context, tenant TenantID, org OrgID, emailKeys []string) (map[string]PendingInvitation, error)
	Invitation(ctx context.Context, tenant TenantID, id InvitationID) (*Invitation, error)
	// InvitationForUpdate reads it and keeps other writers of it out.
	InvitationForUpdate(ctx context.Context, tenant TenantID, id InvitationID) (*Invitation, error)
	// InvitationByToken finds one by the hash of its link, in whatever state; the
	// token is what proves the tenant here.
	InvitationByToken(ctx context.Context, hash []byte) (*Invitation, error)
	// UseInvitation marks a pending, unexpired one as accepted by a user;
	// CodeNotFound otherwise. Of two at once, one succeeds.
	UseInvitation(ctx context.Context, tenant TenantID, hash []byte, by UserID) error
	// PersonInvitations returns the pending ones that were sent from a person's row.
	// Deleting the person, or the organization, ends them, and takes their mails
	// back that were not sent yet.
	PersonInvitations(ctx context.Context, tenant TenantID, id UserID) ([]*Invitation, error)
	// UpdateInvitation writes address, state, token, mail, and when and how often it was
	// sent and until when it works.
	UpdateInvitation(ctx context.Context, tenant TenantID, i *Invitation) error
	// CountInvitations counts those that the filter selects, at most as many as
	// most; its page does not matter.
	CountInvitations(ctx context.Context, tenant TenantID, f InvitationFilter, most int) (int, error)
	// Invitations returns one page, the newest first.
	Invitations(ctx context.Context, tenant TenantID, f InvitationFilter) (List[*Invitation], error)
}
