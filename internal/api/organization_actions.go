package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
)

func (s *server) setOrganizationStatus(status iam.Status) handler[OrganizationPath, organizationOutput] {
	return func(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationOutput, error) {
		v, err := s.deps.Organizations.SetStatus(ctx, c, in.ID, status)
		return s.organizationAnswer(c, v, err)
	}
}

func (s *server) putOrganizationLogo(w http.ResponseWriter, r *http.Request) {
	c := requestOf(r.Context()).caller
	picture, _, err := upload(w, r, "logo", maxPhoto)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	v, err := s.deps.Organizations.SetLogo(r.Context(), c, iam.OrgID(r.PathValue("id")), picture)
	out, err := s.organizationAnswer(c, v, err)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("ETag", out.ETag)
	writeJSON(w, r, http.StatusOK, out.Body)
}

func (s *server) removeLogo(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationOutput, error) {
	v, err := s.deps.Organizations.RemoveLogo(ctx, c, in.ID)
	return s.organizationAnswer(c, v, err)
}

// OrganizationDeletion is what goes with an organization.
type OrganizationDeletion struct {
	Organizations int64 `json:"organizations" doc:"Organizations below it"`
	Members       int64 `json:"members" doc:"People who belong there or below; most keep their account"`
	People        int64 `json:"people" doc:"Those of them who belong nowhere else: their accounts are deleted"`
	Sessions      int64 `json:"sessions" doc:"Where those people are signed in"`
	APIKeys       int64 `json:"api_keys" doc:"API keys of those people"`
	Domains       int64 `json:"domains" doc:"Verified domains that stop leading there"`
	Claims        int64 `json:"unverified_domains" doc:"Domains that were added there and are not verified yet"`
	Teams         int64 `json:"teams"`
	Tabs          int64 `json:"tabs" doc:"Custom tabs that were made there or below, or are for nobody else"`
	Announcements int64 `json:"announcements"`
	Invitations   int64 `json:"invitations" doc:"Open ones, whose links stop working"`
	Agents        int64 `json:"agents" doc:"AI agents that are assigned there or below: they stay"`
	ReviewsKept   int64 `json:"reviews_kept" doc:"Access reviews that are finished or cancelled: they stay, with their reports, and the company's own people alone see them"`
	ReviewsEnded  int64 `json:"reviews_ended" doc:"Access reviews that are still going on"`
}

type organizationDeletionOutput struct{ Body OrganizationDeletion }

func (s *server) organizationDeletion(ctx context.Context, c *access.Caller, in *OrganizationPath) (*organizationDeletionOutput, error) {
	d, err := s.deps.Organizations.DeletionPreview(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &organizationDeletionOutput{OrganizationDeletion{
		Organizations: d.Organizations, Members: d.Members, People: d.Homeless, Sessions: d.Sessions, APIKeys: d.APIKeys,
		Domains: d.Domains, Claims: d.Claims, Teams: d.Teams, Tabs: d.Tabs, Announcements: d.Announcements, Invitations: d.Invitations,
		Agents: d.Agents, ReviewsKept: d.ReviewsKept, ReviewsEnded: d.ReviewsEnded,
	}}, nil
}

type deleteOrganizationInput struct {
	OrganizationPath
	IfMatchHeader
	Organizations int64 `query:"organizations" minimum:"0" default:"0" doc:"How many organizations below it go, too: as the preview says"`
	People        int64 `query:"people" minimum:"0" default:"0" doc:"How many people are deleted because they belong nowhere else: as the preview says"`
}

func (s *server) deleteOrganization(ctx context.Context, c *access.Caller, in *deleteOrganizationInput) (*noOutput, error) {
	err := s.deps.Organizations.Delete(ctx, c, in.ID, organizations.Delete{Version: in.version(), Organizations: in.Organizations, People: in.People})
	return nil, withCurrent(err, s.currentOrganization(ctx, c, in.ID))
}

// Feature is something that an organization has or does not have at all.
type Feature struct {
	Code        string           `json:"code"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Permissions []iam.Permission `json:"permissions" doc:"What nobody may do without it, whatever they are granted"`
}

func feature(f access.Feature) Feature {
	return Feature{f.Code, f.Name, f.Description, f.Set.Permissions()}
}

func (s *server) listFeatures(context.Context, *access.Caller, *noInput) (*itemsOutput[Feature], error) {
	return itemsOf(access.Features(), feature), nil
}

func (s *server) organizationActionOperations() {
	change := func(id, method, path, summary, description string) operation {
		return operation{
			id: id, method: method, path: "/organizations/{id}" + path, tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage),
			summary: summary, description: description, response: exampleOrganization(),
		}
	}
	stop := change("suspend-organization", http.MethodPost, "/suspend", "Suspend an organization",
		"From the next request on, nobody acts in it nor in what is below it. Its people keep their accounts, and work on where else they belong.")
	stop.errors = []iam.Code{iam.CodeInUse}
	register(s, stop, s.setOrganizationStatus(iam.StatusSuspended))
	start := change("reactivate-organization", http.MethodPost, "/reactivate", "Reactivate an organization", "Lets its people act in it again.")
	start.errors = stop.errors
	register(s, start, s.setOrganizationStatus(iam.StatusActive))
	logo := photoUpload(change("set-organization-logo", http.MethodPut, "/logo", "Set an organization's logo",
		"The picture is cropped to a square, scaled and encoded anew. Send it as the body, or in the field logo of a form."))
	logo.field, logo.response = "logo", exampleOrganization()
	registerRaw[OrganizationPath, organizationOutput](s, logo, s.putOrganizationLogo)
	register(s, change("delete-organization-logo", http.MethodDelete, "/logo", "Remove an organization's logo",
		"Takes the logo away: that of the organization above is shown instead."), s.removeLogo)
	register(s, operation{
		id: "preview-organization-deletion", method: http.MethodGet, path: "/organizations/{id}/deletion", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage),
		summary: "What goes with an organization", description: "What DELETE would delete now, and what it keeps. It takes both numbers as a confirmation.",
		response: OrganizationDeletion{Organizations: 2, Members: 14, People: 12, Sessions: 3, APIKeys: 1, Domains: 1, Teams: 2, Agents: 3, ReviewsKept: 1},
	}, s.organizationDeletion)
	register(s, operation{
		id: "delete-organization", method: http.MethodDelete, path: "/organizations/{id}", tag: tagOrganizations, guard: needs(iam.PermOrganizationsManage), conditional: true,
		summary: "Delete an organization", description: "Removes an organization with everything below it. People who belong nowhere else are deleted; the others lose this membership. " +
			"The numbers must be those of the preview, so that nothing goes that nobody looked at. The root stays.",
		errors: []iam.Code{iam.CodeInUse, iam.CodeEscalation},
	}, s.deleteOrganization)
	register(s, operation{
		id: "list-organization-features", method: http.MethodGet, path: "/organization-features", tag: tagOrganizations, guard: needs(iam.PermOrganizationsRead),
		summary: "List features", description: "What an organization has or does not have at all, whatever its people are granted.",
		response: Items[Feature]{[]Feature{feature(access.Features()[0])}},
	}, s.listFeatures)
}
