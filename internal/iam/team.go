package iam

import (
	"context"
	"time"
)

// TeamID names a team.
type TeamID string

// PrefixTeam begins the ids of teams.
const PrefixTeam = "team"

// Team is a group of users of an organization who take chats together.
type Team struct {
	ID          TeamID
	Org         OrgID   // whose team it is; never changes
	Serves      []OrgID // further organizations that it works for, sorted
	Name        string  // unique in the organization, but for case and accents
	Description string
	PhotoKey    string // blob keys of the large and the small rendition, or ""
	Members     int64  // filled by reads
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int64
}

// TeamFilter selects teams.
type TeamFilter struct {
	Search string // words, each in the name or the description
	// Orgs restricts to teams of any of these organizations, and unless Own to
	// those that work for one; nil does not.
	Orgs []OrgID
	Own  bool
	Page Page
}

// TeamHold is a user in a team, with the role held there.
type TeamHold struct {
	Team     TeamID
	TeamName string // filled by reads
	Org      OrgID  // the team's organization; filled by reads
	Role     RoleID // of scope team, or ""
	Lead     bool
	JoinedAt time.Time
}

// TeamHold returns the user's place in a team, or nil.
func (u *User) TeamHold(team TeamID) *TeamHold {
	for i := range u.Teams {
		if u.Teams[i].Team == team {
			return &u.Teams[i]
		}
	}
	return nil
}

// TeamStore keeps teams and who is in them. It keeps the counters of roles and
// the user index in step, in the same transaction.
type TeamStore interface {
	// InsertTeam adds a team without members. CodeConflict with pointer "/name"
	// when another team of the organization has the name.
	InsertTeam(ctx context.Context, tenant TenantID, t *Team) error
	// UpdateTeam writes name, description, photo and the organizations served
	// where version is still t.Version, and increments it; else
	// CodePreconditionFailed.
	UpdateTeam(ctx context.Context, tenant TenantID, t *Team) error
	// DeleteTeam removes the team and takes everybody out of it first.
	DeleteTeam(ctx context.Context, tenant TenantID, id TeamID) error
	Team(ctx context.Context, tenant TenantID, id TeamID) (*Team, error)
	// Teams returns one page of the teams, by name.
	Teams(ctx context.Context, tenant TenantID, f TeamFilter) (List[*Team], error)
	// TeamsByIDs returns those that exist, by name.
	TeamsByIDs(ctx context.Context, tenant TenantID, ids []TeamID) ([]*Team, error)
	// CountTeams counts those of an organization itself.
	CountTeams(ctx context.Context, tenant TenantID, org OrgID) (int64, error)
	// TeamMembers returns everybody in a team, in no order.
	TeamMembers(ctx context.Context, tenant TenantID, id TeamID) ([]*User, error)
	// PutTeamMember puts a user into a team, or changes the role and the lead of
	// one who is in it. before is what UserForUpdate returned in this
	// transaction; its Teams are changed to what they become.
	PutTeamMember(ctx context.Context, tenant TenantID, before *User, h TeamHold) error
	// RemoveTeamMember takes a user out of a team; CodeNotFound when they are
	// not in it.
	RemoveTeamMember(ctx context.Context, tenant TenantID, before *User, team TeamID) error
}
