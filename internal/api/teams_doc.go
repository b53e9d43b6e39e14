package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

const exampleTeamID iam.TeamID = "team_01k9z7d2f4h6j8m0p2r4t6v8x0"

func exampleTeam() Team {
	return Team{
		ID: exampleTeamID, Name: "Night shift", Description: "Chats from 22 to 6 o'clock", Organization: OrganizationRef{exampleOrgID, "Northwind"},
		Serves: []OrganizationRef{{"org_01k9z3rc9d6e2w5q8t1y4u7i0p", "Fabrikam"}}, MembersCount: 7, Manageable: true,
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 2,
	}
}

func exampleTeamMember() TeamMember {
	return TeamMember{
		UserID: exampleUserID, Name: "Ada Okafor", FullName: new("Ada Okafor"), Email: new("ada@northwind.example"), Presence: iam.PresenceOnline, Status: iam.StatusActive,
		Role: Nullable[RoleRef]{&RoleRef{exampleRoleID, "team_reports", "Team reports"}}, Lead: true, JoinedAt: exampleTime,
	}
}

func (s *server) teamOperations() {
	read, manage := needs(iam.PermTeamsRead), needs(iam.PermTeamsManage)
	register(s, operation{
		id: "list-teams", method: http.MethodGet, path: "/teams", tag: tagTeams, guard: read,
		summary: "List teams", description: "The teams of the organization in which the caller acts and of those below it, and the teams that serve one of them; by name.",
		errors:   []iam.Code{iam.CodeInvalidCursor, iam.CodeNotFound},
		response: exampleList(exampleTeam()),
	}, s.listTeams)
	register(s, operation{
		id: "create-team", method: http.MethodPost, path: "/teams", tag: tagTeams, guard: manage, status: http.StatusCreated, idempotent: true,
		summary: "Add a team", description: "Adds a team without members to an organization.", errors: []iam.Code{iam.CodeConflict},
		request: CreateTeamRequest{Name: "Night shift", Description: "Chats from 22 to 6 o'clock"}, response: exampleTeam(),
	}, s.createTeam)
	register(s, operation{
		id: "get-team", method: http.MethodGet, path: "/teams/{id}", tag: tagTeams, guard: read,
		summary: "Get a team", description: "One team, with the ETag that changes need.", response: exampleTeam(),
	}, s.getTeam)
	register(s, operation{
		id: "update-team", method: http.MethodPatch, path: "/teams/{id}", tag: tagTeams, guard: manage, conditional: true,
		summary: "Change a team", description: "Changes name, description and the organizations that the team serves.", errors: []iam.Code{iam.CodeConflict, iam.CodeForbidden},
		request: TeamPatch{Name: Some("Nights")}, response: exampleTeam(),
	}, s.patchTeam)
	register(s, operation{
		id: "delete-team", method: http.MethodDelete, path: "/teams/{id}", tag: tagTeams, guard: manage, conditional: true,
		summary: "Delete a team", description: "Removes a team. Its people stay, without the roles that they held in it.", errors: []iam.Code{iam.CodeEscalation},
	}, s.deleteTeam)
	photo := photoUpload(operation{
		id: "set-team-photo", path: "/teams/{id}/photo", tag: tagTeams, guard: manage,
		summary: "Set a team's avatar", description: "The picture (JPEG, PNG, GIF or WebP, at most 10 MB) is cropped to a square, scaled and encoded anew. Send it as the body, or in the field photo of a form.",
	})
	photo.response = exampleTeam()
	registerRaw[TeamPath, teamOutput](s, photo, s.putTeamPhoto)
	register(s, operation{
		id: "delete-team-photo", method: http.MethodDelete, path: "/teams/{id}/photo", tag: tagTeams, guard: manage,
		summary: "Remove a team's avatar", description: "Takes the avatar away; initials are shown instead.", response: exampleTeam(),
	}, func(ctx context.Context, c *access.Caller, in *TeamPath) (*teamOutput, error) {
		v, err := s.deps.Teams.RemovePhoto(ctx, c, in.ID)
		return s.teamAnswer(c, v, err)
	})
	s.teamMemberOperations()
}

func (s *server) teamMemberOperations() {
	manage := needs(iam.PermTeamsManage)
	register(s, operation{
		id: "list-team-members", method: http.MethodGet, path: "/teams/{id}/members", tag: tagTeams, guard: needs(iam.PermTeamsRead),
		summary: "List a team's members", description: "Those of the team whom the caller may see, by name.", errors: []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(exampleTeamMember()),
	}, s.listTeamMembers)
	register(s, operation{
		id: "put-team-member", method: http.MethodPut, path: "/teams/{id}/members/{user_id}", tag: tagTeams, guard: manage,
		summary: "Add to a team", description: "Puts somebody who belongs to the team's organization into the team, or changes what they are there. A team role gives what it holds in the team's organization; " +
			"giving or taking one needs roles.assign, and everything that the role holds.",
		errors: []iam.Code{iam.CodeEscalation}, request: TeamPlace{RoleID: Some(exampleRoleID), Lead: Some(true)}, response: exampleTeamMember(),
	}, s.putTeamMember)
	register(s, operation{
		id: "delete-team-member", method: http.MethodDelete, path: "/teams/{id}/members/{user_id}", tag: tagTeams, guard: manage,
		summary: "Remove from a team", description: "Takes somebody out of a team, with the role they held in it.", errors: []iam.Code{iam.CodeEscalation},
	}, s.removeTeamMember)
}
