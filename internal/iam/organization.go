package iam

import (
	"context"
	"strings"
)

// Layout is how the dashboard of an organization is laid out.
type Layout string

// The layouts of a dashboard; "" leaves it to the organization above, and is
// vertical at the root.
const (
	LayoutVertical   Layout = "vertical"
	LayoutHorizontal Layout = "horizontal"
)

// Valid tells whether l is a layout, or left to the organization above.
func (l Layout) Valid() bool { return l == "" || l == LayoutVertical || l == LayoutHorizontal }

// OrgSettings is what an organization sets for its people. What is empty comes
// from the organization above.
type OrgSettings struct {
	Locale   string // of people who have chosen none: en, es, fr, de
	Timezone string // of people who have chosen none: IANA name
	Layout   Layout
	// LogoKey holds the blob keys of the large and the small rendition, or "".
	LogoKey string
	// Features are the codes of what the organization may have at all, of what
	// its parent has; nil is all of that. See package access.
	Features []string
}

// LogoKeys returns the blob keys of the large and the small rendition of the
// logo, "" when there is none.
func (s *OrgSettings) LogoKeys() (large, small string) {
	large, small, _ = strings.Cut(s.LogoKey, " ")
	return large, small
}

// OrgDeletion is what goes when an organization is deleted with everything
// below it.
type OrgDeletion struct {
	Organizations int64 // below it, without itself
	Members       int64 // people who belong there or below
	Homeless      int64 // those of them who belong nowhere else: they are deleted
	Sessions      int64 // alive ones of people who go
	APIKeys       int64 // of people who go
	Domains       int64 // verified host names that stop leading there
	Claims        int64 // host names that were added there and are not verified
	Teams         int64
	Tabs          int64 // custom tabs that were made there, or are for nobody else
	Announcements int64
	Invitations   int64 // that are still open
	Agents        int64 // AI agents that are assigned there or below: they stay
	ReviewsKept   int64 // access reviews that are over: they stay, with the root
	ReviewsEnded  int64 // access reviews that are not
}

// OrgTreeStore changes parts of the tree and asks about them.
type OrgTreeStore interface {
	// OrgMembers returns how many people belong to each organization that has any.
	OrgMembers(ctx context.Context, tenant TenantID) (map[OrgID]int64, error)
	// OrgDeletion counts what goes with an organization and what is below it.
	OrgDeletion(ctx context.Context, tenant TenantID, id OrgID) (OrgDeletion, error)
	// MembersBelow returns up to limit people who belong to an organization or to
	// one below it, by id, after the given one.
	MembersBelow(ctx context.Context, tenant TenantID, id OrgID, after UserID, limit int) ([]UserID, error)
	// LockTree makes transactions that change the shape of the tree, or who runs
	// an organization, wait for each other.
	LockTree(ctx context.Context, tenant TenantID) error
	// OtherOrgAdmins tells whether an active holder of the roles Org Admin or
	// Admin in the organization itself, other than except, exists.
	OtherOrgAdmins(ctx context.Context, tenant TenantID, org OrgID, except UserID) (bool, error)
}
