package iam

import (
	"context"
	"slices"
	"time"
)

// Presence tells whether somebody is there.
type Presence string

// The presences.
const (
	PresenceOnline  Presence = "online"
	PresenceAway    Presence = "away"
	PresenceOffline Presence = "offline"
)

// Presences are all, in the order in which screens offer them.
var Presences = []Presence{PresenceOnline, PresenceAway, PresenceOffline}

// Valid tells whether p is one of the presences.
func (p Presence) Valid() bool { return slices.Contains(Presences, p) }

// PresenceWindow is how long somebody counts as being there after they last did
// something.
const PresenceWindow = 5 * time.Minute

// Attendance is what decides whether somebody is there.
type Attendance struct {
	Chosen Presence // by the person; online by default
	// Until is until when one of their own sessions shows them to be there, unless
	// they do something more: PresenceWindow from its last use, or its end. Zero
	// without one.
	Until time.Time
}

// Shown is what others see at a time of somebody of a status: what the person
// has chosen while they are there, and offline otherwise.
func (a Attendance) Shown(status Status, now time.Time) Presence {
	if status != StatusActive || !now.Before(a.Until) || !a.Chosen.Valid() {
		return PresenceOffline
	}
	return a.Chosen
}

// PersonaStore keeps what people show of themselves.
type PersonaStore interface {
	// Attendance returns that of each of the users. Whom it does not know, or who
	// never did anything, has none.
	Attendance(ctx context.Context, tenant TenantID, ids []UserID) (map[UserID]Attendance, error)
	// SetPresence writes what a person has chosen: the version of the user stays.
	// CodeNotFound without the user.
	SetPresence(ctx context.Context, tenant TenantID, id UserID, p Presence) error
	// AnyAlias tells whether somebody has an alias in one of the organizations.
	AnyAlias(ctx context.Context, tenant TenantID, orgs []OrgID) (bool, error)
}
