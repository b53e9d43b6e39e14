package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// MembershipPatch changes how a user looks in an organization (RFC 7396): what
// is absent stays, null empties.
type MembershipPatch struct {
	Alias Optional[string] `json:"alias,omitzero" maxLength:"60" doc:"By which name the user goes in the organization; null or empty for their own"`
}

// UserAlias is by which name a user goes in an organization.
type UserAlias struct {
	Organization OrganizationRef `json:"organization"`
	Alias        string          `json:"alias"`
}

type patchMembershipInput struct {
	MembershipPath
	IfMatchHeader
	Body MembershipPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchMembership(ctx context.Context, c *access.Caller, in *patchMembershipInput) (*membershipOutput, error) {
	return s.setAlias(ctx, c, in.ID, in.OrgID, in.Body, in.version())
}

// setAlias answers with the membership; a patch of nothing changes nothing.
func (s *server) setAlias(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, b MembershipPatch, version int64) (*membershipOutput, error) {
	if !b.Alias.Set {
		return membershipAnswer(s.deps.Users.Membership(ctx, c, id, org))
	}
	m, err := s.deps.Users.SetAlias(ctx, c, id, org, b.Alias.Value, version)
	return membershipAnswer(m, withCurrent(err, s.currentUser(ctx, c, id)))
}

func (s *server) listMyMemberships(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Membership], error) {
	return s.listMemberships(ctx, c, &membershipsInput{UserPath: UserPath{ID: c.User}})
}

// OwnMembershipPath names one of the caller's memberships in the address.
type OwnMembershipPath struct {
	OrgID iam.OrgID `path:"organization_id" doc:"The organization's id"`
}

type patchMyMembershipInput struct {
	OwnMembershipPath
	IfMatchHeader
	Body MembershipPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchMyMembership(ctx context.Context, c *access.Caller, in *patchMyMembershipInput) (*membershipOutput, error) {
	return s.setAlias(ctx, c, c.User, in.OrgID, in.Body, in.version())
}

func (s *server) aliasOperations() {
	request, response := MembershipPatch{Alias: Some("Anna from Support")}, exampleMembership()
	response.Alias = "Anna from Support"
	register(s, operation{
		id: "update-membership", method: http.MethodPatch, path: "/users/{id}/memberships/{organization_id}", tag: tagUsers, guard: needs(iam.PermUsersUpdate), conditional: true,
		summary:     "Set an alias",
		description: "Sets by which name a user goes in an organization. Those who see no more of people than how they look then read neither name nor e-mail there. The ETag is the user's.",
		errors:      []iam.Code{iam.CodeEscalation},
		request:     request, response: response,
	}, s.patchMembership)
	register(s, operation{
		id: "list-my-memberships", method: http.MethodGet, path: "/me/memberships", tag: tagSelf, guard: signedIn(),
		summary: "Where I belong", description: "The caller's own memberships, with the alias in each.", response: Items[Membership]{[]Membership{response}},
	}, s.listMyMemberships)
	register(s, operation{
		id: "update-my-membership", method: http.MethodPatch, path: "/me/memberships/{organization_id}", tag: tagSelf, guard: signedIn().personOnly(), conditional: true,
		summary: "Set my alias", description: "Sets by which name the caller goes in an organization of theirs. The ETag is that of GET /me.",
		request: request, response: response,
	}, s.patchMyMembership)
}
