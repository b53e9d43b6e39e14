package iam

import (
	"context"
	"strings"
	"time"
)

// Tombstone is what remains of a user who was deleted.
type Tombstone struct {
	ID        UserID
	FullName  string // the pseudonym once the person was erased
	Email     string // "" once the person was erased, and of those deleted before it was kept
	Type      UserType
	Orgs      []OrgID // to which they belonged, sorted; in the place of one that is deleted the one above
	DeletedAt time.Time
	DeletedBy UserID    // "" for the operator
	ErasedAt  time.Time // zero: the name is still known
}

// TombstoneFilter selects tombstones.
type TombstoneFilter struct {
	Search string // words, each in the name or the address
	// Orgs restricts to those who belonged to any of these; nil does not.
	Orgs []OrgID
	Page Page
}

// Pseudonym is what an erased person is called from then on. It is made of the
// id, which tells nothing about the person, so it is the same everywhere.
func Pseudonym(id string) string {
	const shown = 6
	if len(id) < shown {
		return "Erased person"
	}
	return "Erased person " + strings.ToUpper(id[len(id)-shown:])
}

// PrivacyStore finds and erases what is known of a person.
type PrivacyStore interface {
	Tombstone(ctx context.Context, tenant TenantID, id UserID) (*Tombstone, error)
	// TombstonesByIDs returns those that exist, in no order.
	TombstonesByIDs(ctx context.Context, tenant TenantID, ids []UserID) ([]*Tombstone, error)
	// Tombstones returns one page, those who were deleted last first.
	Tombstones(ctx context.Context, tenant TenantID, f TombstoneFilter) (List[*Tombstone], error)
	// MailsTo returns the mails to an address without their texts, newest first.
	MailsTo(ctx context.Context, tenant TenantID, address string) ([]*Mail, error)
	// PersonalRecords returns what refers to a person in any table beside their
	// profile, what belongs to it, mails and events, by what it is. There are no
	// secrets in it.
	PersonalRecords(ctx context.Context, tenant TenantID, id UserID, address string) (map[string][]map[string]any, error)
	// ErasePerson replaces the name of a deleted person, and the address that
	// they had, by the pseudonym wherever they are kept but in the hashes of the
	// audit chain, which still verifies. "" is no address. It seals what is not
	// sealed yet, and says how many events it changed.
	ErasePerson(ctx context.Context, tenant TenantID, id UserID, address string) (int, error)
}
