package iam

import (
	"context"
	"time"
)

type (
	// TabID names a custom tab of the client dashboard.
	TabID string
	// AnnouncementID names a note to the people of an organization.
	AnnouncementID string
)

// The prefixes of the ids of what the client dashboard consists of.
const (
	PrefixTab          = "tab"
	PrefixAnnouncement = "note"
)

// TabMode says where the page of a tab opens.
type TabMode string

// The modes of a tab.
const (
	TabFrame  TabMode = "frame"  // inside the dashboard
	TabWindow TabMode = "window" // in a window of its own
)

// TabAudience says who sees a custom tab, of those whose organization has it.
type TabAudience string

// The audiences of a custom tab.
const (
	// AudienceEverybody is everybody with PermDashboardCustomTabs.
	AudienceEverybody TabAudience = "everybody"
	// AudienceChosen is the people in Tab.People, whatever they may do else.
	AudienceChosen TabAudience = "chosen"
)

// TabPage is an external page and how it is opened.
type TabPage struct {
	// URL is https, or http on this machine; it may hold variables in braces.
	URL  string
	Mode TabMode
	// Identify tells the page by a signed token who is looking.
	Identify bool
}

// TabOrg is an organization that a custom tab is for.
type TabOrg struct {
	Org         OrgID
	Descendants bool // and those below it
}

// Tab is a custom tab of the client dashboard.
type Tab struct {
	ID TabID
	// Owner is the organization in which it was made: the tab reaches it and
	// what is below, and nobody outside manages it.
	Owner OrgID
	Title string
	Icon  string
	TabPage

	Audience TabAudience
	People   []UserID // with AudienceChosen
	AllOrgs  bool     // all that Owner reaches; else Orgs
	Orgs     []TabOrg

	Position  int
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// TabApp is the external app behind a built-in tab, in an organization and in
// those below that say nothing else.
type TabApp struct {
	Org OrgID
	Tab string // home, conversations, …
	// TabPage with an empty URL takes away what is set further up.
	TabPage

	// Own is false where the organization said something once and now takes what is
	// set further up.
	Own       bool
	UpdatedAt time.Time
	Version   int64 // 0 where it never said anything
}

// Announcement is a note to the people of an organization and of those below.
type Announcement struct {
	ID          AnnouncementID
	Org         OrgID
	Title       string
	Body        string
	AuthorID    UserID // "" of some from before this was kept
	Author      string // as they were called then
	PublishedAt time.Time
	UpdatedAt   time.Time
	Version     int64
}

// DashboardStore keeps what the client dashboard consists of. A tenant has few
// enough tabs and apps to list them at once.
type DashboardStore interface {
	// Tabs returns all custom tabs in their order.
	Tabs(ctx context.Context, tenant TenantID) ([]*Tab, error)
	Tab(ctx context.Context, tenant TenantID, id TabID) (*Tab, error)
	InsertTab(ctx context.Context, tenant TenantID, t *Tab) error
	// UpdateTab writes everything but owner and creation where version is still
	// t.Version, and increments it; else CodePreconditionFailed.
	UpdateTab(ctx context.Context, tenant TenantID, t *Tab) error
	// MoveTab sets the position alone.
	MoveTab(ctx context.Context, tenant TenantID, id TabID, position int) error
	// TabsOnlyBelow returns the tabs that are of no use without an organization and
	// what is below it: those made there, and those for nobody else. Their Orgs and
	// People are not filled in.
	TabsOnlyBelow(ctx context.Context, tenant TenantID, id OrgID) ([]*Tab, error)
	DeleteTab(ctx context.Context, tenant TenantID, id TabID) error

	// TabApps returns the apps of built-in tabs, of all organizations.
	TabApps(ctx context.Context, tenant TenantID) ([]*TabApp, error)
	// SetTabApp replaces what an organization says of a tab, whose version is that of
	// a, which it raises, or else answers CodePreconditionFailed; CodeNotFound when
	// there is no such organization.
	SetTabApp(ctx context.Context, tenant TenantID, a *TabApp) error

	// Announcements returns the latest of the organizations, newest first.
	Announcements(ctx context.Context, tenant TenantID, orgs []OrgID, limit int) ([]*Announcement, error)
	// AnnouncementsBelow returns one page of those of an organization and of all
	// below it, newest first; "" is of the whole tenant.
	AnnouncementsBelow(ctx context.Context, tenant TenantID, below OrgID, p Page) (List[*Announcement], error)
	Announcement(ctx context.Context, tenant TenantID, id AnnouncementID) (*Announcement, error)
	InsertAnnouncement(ctx context.Context, tenant TenantID, a *Announcement) error
	// UpdateAnnouncement writes title and body where version is still a.Version,
	// and increments it; else CodePreconditionFailed.
	UpdateAnnouncement(ctx context.Context, tenant TenantID, a *Announcement) error
	DeleteAnnouncement(ctx context.Context, tenant TenantID, id AnnouncementID) error
}
