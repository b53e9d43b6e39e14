package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
)

// TabPage is an external page and how it opens.
type TabPage struct {
	URL      string      `json:"url" maxLength:"4000" doc:"Empty: the tab is taken away, whatever is set further up"`
	Mode     iam.TabMode `json:"mode" enum:"frame,window"`
	Identify bool        `json:"identify" doc:"The page is told by a signed token who is looking"`
}

// TabApp says what a built-in tab opens in an organization.
type TabApp struct {
	Tab       string                    `json:"tab" enum:"conversations,analytics,knowledge,channels,prompt,settings"`
	Own       Nullable[TabPage]         `json:"own" doc:"What the organization itself says; null when it takes what is set further up"`
	Effective Nullable[TabPage]         `json:"effective" doc:"What holds; null when the tab is not shown"`
	From      Nullable[OrganizationRef] `json:"from" doc:"Where that is set; null when it is not, or out of sight"`
	Version   int64                     `json:"version" doc:"Of what the organization itself says"`
}

func tabPage(p *iam.TabPage) Nullable[TabPage] {
	if p == nil {
		return Nullable[TabPage]{}
	}
	return Nullable[TabPage]{&TabPage{URL: p.URL, Mode: p.Mode, Identify: p.Identify}}
}

func tabApp(v *dashboard.AppView) TabApp {
	out := TabApp{Tab: v.Tab, Own: tabPage(v.Own), Effective: tabPage(v.Effective), Version: shownVersion(v.Version)}
	if v.From != "" {
		out.From.Value = &OrganizationRef{ID: v.From, Name: v.FromName}
	}
	return out
}

type tabAppOutput struct {
	ETagHeader
	Body TabApp
}

func tabAppAnswer(v *dashboard.AppView) *tabAppOutput {
	return &tabAppOutput{ETagHeader: tagged(shownVersion(v.Version)), Body: tabApp(v)}
}

func (s *server) listTabApps(ctx context.Context, c *access.Caller, in *OrganizationPath) (*itemsOutput[TabApp], error) {
	list, err := s.deps.Dashboard.Apps(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, tabApp), nil
}

// TabAppPath names a built-in tab of an organization in the address.
type TabAppPath struct {
	OrganizationPath
	Tab string `path:"tab" doc:"conversations, analytics, knowledge, channels, prompt or settings"`
}

func (s *server) getTabApp(ctx context.Context, c *access.Caller, in *TabAppPath) (*tabAppOutput, error) {
	v, err := s.deps.Dashboard.App(ctx, c, in.ID, in.Tab)
	if err != nil {
		return nil, err
	}
	return tabAppAnswer(v), nil
}

type putTabAppInput struct {
	TabAppPath
	IfMatchHeader
	Body TabPage
}

func (s *server) putTabApp(ctx context.Context, c *access.Caller, in *putTabAppInput) (*tabAppOutput, error) {
	b := in.Body
	v, err := s.deps.Dashboard.SetApp(ctx, c, in.ID, in.Tab, iam.TabPage{URL: b.URL, Mode: b.Mode, Identify: b.Identify}, storedVersion(in.version()))
	if err != nil {
		return nil, withCurrent(err, s.currentTabApp(ctx, c, &in.TabAppPath))
	}
	return tabAppAnswer(v), nil
}

type deleteTabAppInput struct {
	TabAppPath
	IfMatchHeader
}

func (s *server) deleteTabApp(ctx context.Context, c *access.Caller, in *deleteTabAppInput) (*tabAppOutput, error) {
	v, err := s.deps.Dashboard.InheritApp(ctx, c, in.ID, in.Tab, storedVersion(in.version()))
	if err != nil {
		return nil, withCurrent(err, s.currentTabApp(ctx, c, &in.TabAppPath))
	}
	return tabAppAnswer(v), nil
}

func (s *server) currentTabApp(ctx context.Context, c *access.Caller, in *TabAppPath) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Dashboard.App(ctx, c, in.ID, in.Tab)
		if err != nil {
			return nil, err
		}
		return tabApp(v), nil
	}
}

// Announcement is a note to the people of an organization and of those below.
type Announcement struct {
	ID           iam.AnnouncementID `json:"id"`
	Organization OrganizationRef    `json:"organization"`
	Title        string             `json:"title"`
	Body         string             `json:"body"`
	Author       string             `json:"author"`
	PublishedAt  time.Time          `json:"published_at"`
	Version      int64              `json:"version"`
}

func announcement(v dashboard.AnnouncementView) Announcement {
	return Announcement{
		ID: v.ID, Organization: OrganizationRef{ID: v.Org, Name: v.OrgName}, Title: v.Title, Body: v.Body, Author: v.Author,
		PublishedAt: v.PublishedAt.UTC(), Version: v.Version,
	}
}

type announcementOutput struct {
	ETagHeader
	Body Announcement
}

func announcementAnswer(v *dashboard.AnnouncementView) *announcementOutput {
	return &announcementOutput{ETagHeader: tagged(v.Version), Body: announcement(*v)}
}

type announcementListInput struct{ PageQuery }

func (s *server) listAnnouncements(ctx context.Context, c *access.Caller, in *announcementListInput) (*listOutput[Announcement], error) {
	page, err := s.deps.Dashboard.Announcements(ctx, c, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, announcement), nil
}

// CreateAnnouncementRequest is what an announcement is made of.
type CreateAnnouncementRequest struct {
	OrganizationID iam.OrgID `json:"organization_id,omitempty" maxLength:"100" doc:"It is for this organization and those below; by default that in which the caller acts"`
	Title          string    `json:"title" maxLength:"100"`
	Body           string    `json:"body,omitempty" maxLength:"600"`
}

type createAnnouncementInput struct{ Body CreateAnnouncementRequest }

type createAnnouncementOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body Announcement
}

func (s *server) createAnnouncement(ctx context.Context, c *access.Caller, in *createAnnouncementInput) (*createAnnouncementOutput, error) {
	org := in.Body.OrganizationID
	if org == "" {
		org = c.Org
	}
	v, err := s.deps.Dashboard.Announce(ctx, c, org, in.Body.Title, in.Body.Body)
	if err != nil {
		return nil, err
	}
	return &createAnnouncementOutput{Location: base + "/announcements/" + string(v.ID), ETagHeader: tagged(v.Version), Body: announcement(*v)}, nil
}

// AnnouncementPath names an announcement in the address.
type AnnouncementPath struct {
	ID iam.AnnouncementID `path:"id" doc:"The announcement's id"`
}

// AnnouncementPatch changes an announcement.
type AnnouncementPatch struct {
	Title Optional[string] `json:"title,omitzero" maxLength:"100"`
	Body  Optional[string] `json:"body,omitzero" maxLength:"600"`
}

type patchAnnouncementInput struct {
	AnnouncementPath
	IfMatchHeader
	Body AnnouncementPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchAnnouncement(ctx context.Context, c *access.Caller, in *patchAnnouncementInput) (*announcementOutput, error) {
	v, err := s.deps.Dashboard.UpdateAnnouncement(ctx, c, in.ID, in.version(), in.Body.Title.Ptr(), in.Body.Body.Ptr())
	if err != nil {
		return nil, withCurrent(err, s.currentAnnouncement(ctx, c, in.ID))
	}
	return announcementAnswer(v), nil
}

func (s *server) currentAnnouncement(ctx context.Context, c *access.Caller, id iam.AnnouncementID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Dashboard.Announcement(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return announcement(*v), nil
	}
}

type deleteAnnouncementInput struct {
	AnnouncementPath
	IfMatchHeader
}

func (s *server) deleteAnnouncement(ctx context.Context, c *access.Caller, in *deleteAnnouncementInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Dashboard.DeleteAnnouncement(ctx, c, in.ID, in.version()), s.currentAnnouncement(ctx, c, in.ID))
}

const exampleAnnouncementID iam.AnnouncementID = "note_01k9z8c3e5g7j9m1p3r5t7v9x1"

func exampleAnnouncement() Announcement {
	return Announcement{
		ID: exampleAnnouncementID, Organization: OrganizationRef{ID: exampleOrgID, Name: "Northwind"}, Title: "New opening hours",
		Body: "From Monday on we answer until 8 p.m.", Author: "Ada Okafor", PublishedAt: exampleTime, Version: 1,
	}
}

func (s *server) tabAppOperations() {
	page := TabPage{URL: "https://inbox.northwind.example/?client={organization}", Mode: iam.TabFrame, Identify: true}
	app := TabApp{
		Tab: "conversations", Own: Nullable[TabPage]{&page}, Effective: Nullable[TabPage]{&page},
		From: Nullable[OrganizationRef]{&OrganizationRef{ID: exampleOrgID, Name: "Northwind"}}, Version: 2,
	}
	inherited := app
	inherited.Own.Value = nil
	inherited.Version = 3
	register(s, operation{
		id: "list-tab-apps", method: http.MethodGet, path: "/organizations/{id}/tab-apps", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "What the built-in tabs open", description: "For each built-in tab, which app it opens in an organization, and where that is set. A tab that opens nothing is not shown.",
		response: Items[TabApp]{[]TabApp{app}},
	}, s.listTabApps)
	register(s, operation{
		id: "get-tab-app", method: http.MethodGet, path: "/organizations/{id}/tab-apps/{tab}", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "What a built-in tab opens", description: "Which app a built-in tab opens in an organization, and where that is set.", response: app,
	}, s.getTabApp)
	register(s, operation{
		id: "set-tab-app", method: http.MethodPut, path: "/organizations/{id}/tab-apps/{tab}", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		conditional: true, status: http.StatusOK,
		summary: "Point a built-in tab at an app", description: "In the organization and in those below it that say nothing else.", request: page, response: app,
	}, s.putTabApp)
	register(s, operation{
		id: "delete-tab-app", method: http.MethodDelete, path: "/organizations/{id}/tab-apps/{tab}", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		conditional: true, status: http.StatusOK,
		summary: "Take the app that is set further up", description: "Removes what the organization itself says of a built-in tab.", response: inherited,
	}, s.deleteTabApp)
	register(s, operation{
		id: "list-announcements", method: http.MethodGet, path: "/announcements", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "List announcements", description: "Those to the caller's organization and those below it, newest first. Home shows the latest five that are for the organization where somebody acts.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(exampleAnnouncement()),
	}, s.listAnnouncements)
	register(s, operation{
		id: "create-announcement", method: http.MethodPost, path: "/announcements", tag: tagDashboard, guard: needs(iam.PermTabsManage), status: http.StatusCreated, idempotent: true,
		summary: "Announce something", description: "Shows a note on the Home of an organization's people, and of those below it.",
		request: CreateAnnouncementRequest{Title: "New opening hours", Body: "From Monday on we answer until 8 p.m."}, response: exampleAnnouncement(),
	}, s.createAnnouncement)
	register(s, operation{
		id: "update-announcement", method: http.MethodPatch, path: "/announcements/{id}", tag: tagDashboard, guard: needs(iam.PermTabsManage), conditional: true,
		summary: "Change an announcement", description: "Changes what is given and leaves the rest.",
		request: AnnouncementPatch{Title: Some("Longer opening hours")}, response: exampleAnnouncement(),
	}, s.patchAnnouncement)
	register(s, operation{
		id: "delete-announcement", method: http.MethodDelete, path: "/announcements/{id}", tag: tagDashboard, guard: needs(iam.PermTabsManage), conditional: true,
		summary: "Delete an announcement", description: "Takes the note away from everybody's Home.",
	}, s.deleteAnnouncement)
}
