package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
	"github.com/retinue/retinue/internal/sessions"
)

// OwnOrganization is one in which the caller may act.
type OwnOrganization struct {
	ID      iam.OrgID `json:"id"`
	Name    string    `json:"name"`
	Path    []string  `json:"path" doc:"The names of the organizations above in which the caller acts, too, the highest first"`
	IsRoot  bool      `json:"is_root"`
	LogoURL *string   `json:"logo_url"`
}

// OwnOrganizations are some of those in which the caller may act.
type OwnOrganizations struct {
	Items []OwnOrganization `json:"items"`
	More  bool              `json:"more" doc:"There are others: search for them"`
}

type ownOrganizationsInput struct {
	Search string `query:"search" maxLength:"200" doc:"Part of a name or short name; case and accents don't matter"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most"`
}

type ownOrganizationsOutput struct{ Body OwnOrganizations }

func (s *server) ownOrganizations(ctx context.Context, c *access.Caller, in *ownOrganizationsInput) (*ownOrganizationsOutput, error) {
	list, more, err := s.deps.Organizations.Mine(ctx, c, in.Search, in.Limit)
	if err != nil {
		return nil, err
	}
	return &ownOrganizationsOutput{OwnOrganizations{More: more, Items: mapped(list, func(v *organizations.View) OwnOrganization {
		_, logo := s.photoURLs(c.Tenant, v.Effective.LogoKey)
		return OwnOrganization{ID: v.ID, Name: v.Name, Path: same(v.Path), IsRoot: v.IsRoot, LogoURL: logo}
	})}}, nil
}

// SwitchRequest says where to act.
type SwitchRequest struct {
	OrganizationID iam.OrgID `json:"organization_id" maxLength:"100"`
}

type switchInput struct{ Body SwitchRequest }

type switchOutput struct{ Body *Session }

func (s *server) switchOrganization(ctx context.Context, c *access.Caller, in *switchInput) (*switchOutput, error) {
	if err := s.deps.Sessions.SwitchOrganization(ctx, c, in.Body.OrganizationID); err != nil {
		return nil, err
	}
	p, err := s.deps.Authenticator.AuthenticateRequest(ctx, sessions.Request{
		Token: requestOf(ctx).token, Org: in.Body.OrganizationID, From: clientOf(c),
	})
	if err != nil {
		return nil, err
	}
	return &switchOutput{s.session(ctx, p)}, nil
}

func (s *server) switchOperations() {
	register(s, operation{
		id: "list-my-organizations", method: http.MethodGet, path: "/me/organizations", tag: tagSelf, guard: signedIn(),
		summary: "Where I may act", description: "Organizations in which the caller may act: those they belong to, and what is below where their membership includes that. " +
			"A request acts in the one that its header " + OrganizationHeader + " names, and otherwise in the session's own.",
		response: OwnOrganizations{Items: []OwnOrganization{{ID: exampleOrgID, Name: "Northwind", Path: []string{}, IsRoot: true}}},
	}, s.ownOrganizations)
	register(s, operation{
		id: "switch-organization", method: http.MethodPut, path: "/session/organization", tag: tagSession, guard: signedIn().personOnly(), harmless: true,
		summary: "Switch the organization", description: "Sets where the session acts when a request does not say, as new tabs of a browser do. Tabs that name their organization stay where they are. " +
			"Who is logged in as somebody else switches the session in which they are, and none of that person's own.",
		request: SwitchRequest{OrganizationID: exampleOrgID}, response: exampleSession(),
	}, s.switchOrganization)
}
