package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/teams"
)

// Teams are the use cases of teams.
type Teams interface {
	List(ctx context.Context, c *access.Caller, f teams.Filter) (iam.List[*teams.View], error)
	Get(ctx context.Context, c *access.Caller, id iam.TeamID) (*teams.View, error)
	Create(ctx context.Context, c *access.Caller, in teams.Create) (*teams.View, error)
	Update(ctx context.Context, c *access.Caller, id iam.TeamID, in teams.Update) (*teams.View, error)
	Delete(ctx context.Context, c *access.Caller, id iam.TeamID, version int64) error
	SetPhoto(ctx context.Context, c *access.Caller, id iam.TeamID, picture io.Reader) (*teams.View, error)
	RemovePhoto(ctx context.Context, c *access.Caller, id iam.TeamID) (*teams.View, error)
	Members(ctx context.Context, c *access.Caller, id iam.TeamID, search string, p iam.Page) (iam.List[*teams.Member], error)
	Put(ctx context.Context, c *access.Caller, id iam.TeamID, user iam.UserID, in teams.Place) (*teams.Member, error)
	Remove(ctx context.Context, c *access.Caller, id iam.TeamID, user iam.UserID) error
}

// Team is a group of users of an organization who take chats together.
type Team struct {
	ID            iam.TeamID        `json:"id"`
	Name          string            `json:"name"`
	Description   string            `json:"description"`
	Organization  OrganizationRef   `json:"organization" doc:"Whose team it is"`
	Serves        []OrganizationRef `json:"serves" doc:"Further organizations that it works for, as far as the caller sees them"`
	PhotoURL      *string           `json:"photo_url"`
	PhotoThumbURL *string           `json:"photo_thumb_url"`
	MembersCount  int64             `json:"members_count"`
	Manageable    bool              `json:"manageable" doc:"Whether the caller may change it"`
	CreatedAt     time.Time         `json:"created_at"`
	UpdatedAt     time.Time         `json:"updated_at"`
	Version       int64             `json:"version"`
}

func (s *server) team(tenant iam.TenantID, v *teams.View) Team {
	out := Team{
		ID: v.ID, Name: v.Name, Description: v.Description, Organization: OrganizationRef{v.Org, v.OrgName},
		Serves:       mapped(v.Served, func(o *iam.Organization) OrganizationRef { return OrganizationRef{o.ID, o.Name} }),
		MembersCount: v.Members, Manageable: v.Manageable, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Version: v.Version,
	}
	out.PhotoURL, out.PhotoThumbURL = s.photoURLs(tenant, v.PhotoKey)
	return out
}

// TeamMember is a user in a team.
type TeamMember struct {
	UserID        iam.UserID        `json:"user_id"`
	Name          string            `json:"name" doc:"By which they go where the caller acts"`
	FullName      *string           `json:"full_name" doc:"null for who sees the alias alone: those without users.read"`
	Email         *string           `json:"email" doc:"null as full_name is"`
	Presence      iam.Presence      `json:"presence" enum:"online,away,offline" doc:"Whether they are there"`
	Status        iam.Status        `json:"status" enum:"active,suspended"`
	PhotoThumbURL *string           `json:"photo_thumb_url"`
	Role          Nullable[RoleRef] `json:"role" doc:"Held in the team; null for none"`
	Lead          bool              `json:"lead" doc:"Whether they lead the team"`
	JoinedAt      time.Time         `json:"joined_at"`
}

func (s *server) teamMember(tenant iam.TenantID, m *teams.Member) TeamMember {
	out := TeamMember{
		UserID: m.ID, Name: m.Name, FullName: orNull(m.FullName), Email: orNull(m.Email), Presence: m.Presence,
		Status: m.Status, Lead: m.Hold.Lead, JoinedAt: m.Hold.JoinedAt.UTC(),
	}
	if m.Role != nil {
		out.Role.Value = &RoleRef{m.Role.ID, m.Role.Code, m.Role.Name}
	}
	_, out.PhotoThumbURL = s.photoURLs(tenant, m.PhotoKey)
	return out
}

type teamListInput struct {
	Search     string    `query:"search" maxLength:"200" doc:"Words that must be in name or description"`
	Org        iam.OrgID `query:"organization_id" maxLength:"100" doc:"Teams of this organization itself"`
	Manageable bool      `query:"manageable" doc:"Only those that the caller may change"`
	PageQuery
}

func (s *server) listTeams(ctx context.Context, c *access.Caller, in *teamListInput) (*listOutput[Team], error) {
	page, err := s.deps.Teams.List(ctx, c, teams.Filter{Search: in.Search, Org: in.Org, Manageable: in.Manageable, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return listOf(page, func(v *teams.View) Team { return s.team(c.Tenant, v) }), nil
}

// TeamPath names a team in the address.
type TeamPath struct {
	ID iam.TeamID `path:"id" doc:"The team's id"`
}

type teamOutput struct {
	ETagHeader
	Body Team
}

func (s *server) teamAnswer(c *access.Caller, v *teams.View, err error) (*teamOutput, error) {
	if err != nil {
		return nil, err
	}
	return &teamOutput{ETagHeader: tagged(v.Version), Body: s.team(c.Tenant, v)}, nil
}

func (s *server) getTeam(ctx context.Context, c *access.Caller, in *TeamPath) (*teamOutput, error) {
	v, err := s.deps.Teams.Get(ctx, c, in.ID)
	return s.teamAnswer(c, v, err)
}

// CreateTeamRequest is what a new team is made of.
type CreateTeamRequest struct {
	Name           string      `json:"name" maxLength:"100"`
	Description    string      `json:"description,omitempty" maxLength:"500"`
	OrganizationID iam.OrgID   `json:"organization_id,omitempty" maxLength:"100" doc:"By default the one in which the caller acts; can't be changed later"`
	Serves         []iam.OrgID `json:"serves,omitempty" maxItems:"200" maxLength:"100" doc:"Ids of further organizations that it works for"`
}

type createTeamInput struct{ Body CreateTeamRequest }

type createTeamOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body Team
}

func (s *server) createTeam(ctx context.Context, c *access.Caller, in *createTeamInput) (*createTeamOutput, error) {
	b := in.Body
	v, err := s.deps.Teams.Create(ctx, c, teams.Create{Name: b.Name, Description: b.Description, Org: b.OrganizationID, Serves: b.Serves})
	if err != nil {
		return nil, err
	}
	return &createTeamOutput{Location: base + "/teams/" + string(v.ID), ETagHeader: tagged(v.Version), Body: s.team(c.Tenant, v)}, nil
}

// TeamPatch changes a team.
type TeamPatch struct {
	Name        Optional[string]      `json:"name,omitzero" maxLength:"100"`
	Description Optional[string]      `json:"description,omitzero" maxLength:"500"`
	Serves      Optional[[]iam.OrgID] `json:"serves,omitzero" maxItems:"200" maxLength:"100"`
}

type patchTeamInput struct {
	TeamPath
	IfMatchHeader
	Body TeamPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchTeam(ctx context.Context, c *access.Caller, in *patchTeamInput) (*teamOutput, error) {
	v, err := s.deps.Teams.Update(ctx, c, in.ID, teams.Update{
		Name: in.Body.Name.Ptr(), Description: in.Body.Description.Ptr(), Serves: in.Body.Serves.Ptr(), Version: in.version(),
	})
	if err != nil {
		return nil, withCurrent(err, s.currentTeam(ctx, c, in.ID))
	}
	return s.teamAnswer(c, v, nil)
}

func (s *server) currentTeam(ctx context.Context, c *access.Caller, id iam.TeamID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Teams.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return s.team(c.Tenant, v), nil
	}
}

type deleteTeamInput struct {
	TeamPath
	IfMatchHeader
}

func (s *server) deleteTeam(ctx context.Context, c *access.Caller, in *deleteTeamInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Teams.Delete(ctx, c, in.ID, in.version()), s.currentTeam(ctx, c, in.ID))
}

type teamMembersInput struct {
	TeamPath
	Search string `query:"search" maxLength:"200" doc:"As in the list of users"`
	PageQuery
}

func (s *server) listTeamMembers(ctx context.Context, c *access.Caller, in *teamMembersInput) (*listOutput[TeamMember], error) {
	page, err := s.deps.Teams.Members(ctx, c, in.ID, in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, func(m *teams.Member) TeamMember { return s.teamMember(c.Tenant, m) }), nil
}

// TeamMemberPath names a user in a team in the address.
type TeamMemberPath struct {
	ID   iam.TeamID `path:"id" doc:"The team's id"`
	User iam.UserID `path:"user_id" doc:"The user's id"`
}

// TeamPlace is what somebody is to be in a team.
type TeamPlace struct {
	RoleID Optional[iam.RoleID] `json:"role_id,omitzero" maxLength:"100" doc:"A role of scope team, or empty for none; left out, it stays"`
	Lead   Optional[bool]       `json:"lead,omitzero" doc:"Whether they lead the team; left out, it stays"`
}

type putTeamMemberInput struct {
	TeamMemberPath
	Body TeamPlace
}

type teamMemberOutput struct{ Body TeamMember }

func (s *server) putTeamMember(ctx context.Context, c *access.Caller, in *putTeamMemberInput) (*teamMemberOutput, error) {
	m, err := s.deps.Teams.Put(ctx, c, in.ID, in.User, teams.Place{Role: in.Body.RoleID.Ptr(), Lead: in.Body.Lead.Ptr()})
	if err != nil {
		return nil, err
	}
	return &teamMemberOutput{s.teamMember(c.Tenant, m)}, nil
}

func (s *server) removeTeamMember(ctx context.Context, c *access.Caller, in *TeamMemberPath) (*noOutput, error) {
	return nil, s.deps.Teams.Remove(ctx, c, in.ID, in.User)
}

func (s *server) putTeamPhoto(w http.ResponseWriter, r *http.Request) {
	c := requestOf(r.Context()).caller
	picture, _, err := upload(w, r, "photo", maxPhoto)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	v, err := s.deps.Teams.SetPhoto(r.Context(), c, iam.TeamID(r.PathValue("id")), picture)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("ETag", tagged(v.Version).ETag)
	writeJSON(w, r, http.StatusOK, s.team(c.Tenant, v))
}
