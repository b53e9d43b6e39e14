package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
)

// Dashboard are the use cases of the client dashboard.
type Dashboard interface {
	Get(ctx context.Context, c *access.Caller) (*dashboard.View, error)
	Open(ctx context.Context, c *access.Caller, id string) (*dashboard.Entry, error)
	Identify(ctx context.Context, c *access.Caller, id string) (*dashboard.Identity, error)
	Home(ctx context.Context, c *access.Caller) (*dashboard.HomeView, error)
	Team(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[dashboard.Teammate], error)
	Issuer(ctx context.Context, c *access.Caller) (dashboard.Issuer, error)

	CustomTabs(ctx context.Context, c *access.Caller) ([]*dashboard.TabView, error)
	TabPeople(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*personas.Person], error)
	CustomTab(ctx context.Context, c *access.Caller, id iam.TabID) (*dashboard.TabView, error)
	CreateTab(ctx context.Context, c *access.Caller, in iam.Tab) (*dashboard.TabView, error)
	UpdateTab(ctx context.Context, c *access.Caller, id iam.TabID, version int64, fn func(*iam.Tab)) (*dashboard.TabView, error)
	DeleteTab(ctx context.Context, c *access.Caller, id iam.TabID, version int64) error
	OrderTabs(ctx context.Context, c *access.Caller, ids []iam.TabID) error

	Apps(ctx context.Context, c *access.Caller, org iam.OrgID) ([]*dashboard.AppView, error)
	App(ctx context.Context, c *access.Caller, org iam.OrgID, tab string) (*dashboard.AppView, error)
	SetApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, page iam.TabPage, version int64) (*dashboard.AppView, error)
	InheritApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, version int64) (*dashboard.AppView, error)

	Announcements(ctx context.Context, c *access.Caller, p iam.Page) (iam.List[dashboard.AnnouncementView], error)
	Announcement(ctx context.Context, c *access.Caller, id iam.AnnouncementID) (*dashboard.AnnouncementView, error)
	Announce(ctx context.Context, c *access.Caller, org iam.OrgID, title, body string) (*dashboard.AnnouncementView, error)
	UpdateAnnouncement(ctx context.Context, c *access.Caller, id iam.AnnouncementID, version int64, title, body *string) (*dashboard.AnnouncementView, error)
	DeleteAnnouncement(ctx context.Context, c *access.Caller, id iam.AnnouncementID, version int64) error
}

// DashboardTab is a tab of the caller's dashboard.
type DashboardTab struct {
	ID       string         `json:"id" doc:"home, conversations, …, or the id of a custom tab"`
	Kind     dashboard.Kind `json:"kind" enum:"page,app,custom" doc:"page: the product's own; app: a built-in tab that opens an app of the agency; custom: made by the agency"`
	Title    string         `json:"title"`
	Icon     string         `json:"icon"`
	URL      *string        `json:"url" doc:"What opens; null for the product's own pages"`
	Mode     *iam.TabMode   `json:"mode" enum:"frame,window" doc:"Inside the dashboard or in a window of its own; null for the product's own pages"`
	Identify bool           `json:"identify" doc:"The page is told by a signed token who is looking"`
}

func dashboardTab(e dashboard.Entry) DashboardTab {
	return DashboardTab{ID: e.ID, Kind: e.Kind, Title: e.Title, Icon: e.Icon, URL: orNull(e.Page.URL), Mode: orNull(e.Page.Mode), Identify: e.Page.Identify}
}

// DashboardView is the caller's dashboard where they act.
type DashboardView struct {
	Tabs   []DashboardTab `json:"tabs" doc:"Those that the caller may use, in order"`
	Layout iam.Layout     `json:"layout" enum:"vertical,horizontal" doc:"Tabs at the side, or above the page"`
}

type dashboardOutput struct{ Body DashboardView }

func (s *server) getDashboard(ctx context.Context, c *access.Caller, _ *noInput) (*dashboardOutput, error) {
	v, err := s.deps.Dashboard.Get(ctx, c)
	if err != nil {
		return nil, err
	}
	return &dashboardOutput{DashboardView{Tabs: mapped(v.Tabs, dashboardTab), Layout: v.Layout}}, nil
}

// DashboardTabPath names a tab of the caller's dashboard in the address.
type DashboardTabPath struct {
	ID string `path:"id" doc:"home, conversations, …, or the id of a custom tab"`
}

type dashboardTabOutput struct{ Body DashboardTab }

func (s *server) getDashboardTab(ctx context.Context, c *access.Caller, in *DashboardTabPath) (*dashboardTabOutput, error) {
	e, err := s.deps.Dashboard.Open(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &dashboardTabOutput{dashboardTab(*e)}, nil
}

// TabToken tells the page of one tab who is looking.
type TabToken struct {
	Token     string    `json:"token" doc:"A signed JSON Web Token (RFC 7519)"`
	Audience  string    `json:"audience" doc:"The origin that it is for: give it to nobody else"`
	ExpiresAt time.Time `json:"expires_at"`
}

type tabTokenOutput struct{ Body TabToken }

func (s *server) createTabToken(ctx context.Context, c *access.Caller, in *DashboardTabPath) (*tabTokenOutput, error) {
	t, err := s.deps.Dashboard.Identify(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &tabTokenOutput{TabToken{Token: t.Token, Audience: t.Audience, ExpiresAt: t.ExpiresAt.UTC()}}, nil
}

// Teammate is somebody of the caller's organization.
type Teammate struct {
	ID            iam.UserID   `json:"id"`
	Name          string       `json:"name" doc:"By which they go here: the alias, else the nickname, else first and last name"`
	PhotoThumbURL *string      `json:"photo_thumb_url"`
	Presence      iam.Presence `json:"presence" enum:"online,away,offline" doc:"Whether they are there"`
	RunsIt        bool         `json:"runs_it" doc:"Holds Org Admin here"`
}

// News is an announcement as those see it whom it is for.
type News struct {
	ID          iam.AnnouncementID `json:"id"`
	Title       string             `json:"title"`
	Body        string             `json:"body"`
	PublishedAt time.Time          `json:"published_at"`
}

// HomeAgent is an AI agent as the people see it to whose organization it is assigned.
type HomeAgent struct {
	ID    iam.AgentID    `json:"id"`
	Name  string         `json:"name"`
	State iam.AgentState `json:"state" enum:"active,paused"`
}

// DashboardHome is what the Home tab shows.
type DashboardHome struct {
	Team        []Teammate  `json:"team" doc:"The first active people of the organization, by name"`
	TeamTotal   int64       `json:"team_total"`
	News        []News      `json:"news" doc:"The latest announcements to this organization, newest first"`
	Agents      []HomeAgent `json:"agents" doc:"The first AI agents that are assigned to this organization, by name"`
	AgentsTotal int         `json:"agents_total"`
}

type dashboardHomeOutput struct{ Body DashboardHome }

func (s *server) dashboardHome(ctx context.Context, c *access.Caller, _ *noInput) (*dashboardHomeOutput, error) {
	v, err := s.deps.Dashboard.Home(ctx, c)
	if err != nil {
		return nil, err
	}
	return &dashboardHomeOutput{DashboardHome{
		Team:      mapped(v.Team, s.teammate(c)),
		TeamTotal: v.TeamTotal,
		News: mapped(v.News, func(a *iam.Announcement) News {
			return News{ID: a.ID, Title: a.Title, Body: a.Body, PublishedAt: a.PublishedAt.UTC()}
		}),
		Agents:      mapped(v.Agents, func(a *iam.Agent) HomeAgent { return HomeAgent{a.ID, a.Name, a.State} }),
		AgentsTotal: v.AgentsTotal,
	}}, nil
}

func (s *server) teammate(c *access.Caller) func(dashboard.Teammate) Teammate {
	return func(t dashboard.Teammate) Teammate {
		_, thumb := s.photoURLs(c.Tenant, t.PhotoKey)
		return Teammate{ID: t.ID, Name: t.Name, PhotoThumbURL: thumb, Presence: t.Presence, RunsIt: t.RunsIt}
	}
}

type dashboardTeamInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must be in a name, as far as the caller knows it"`
	PageQuery
}

func (s *server) dashboardTeam(ctx context.Context, c *access.Caller, in *dashboardTeamInput) (*listOutput[Teammate], error) {
	page, err := s.deps.Dashboard.Team(ctx, c, in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, s.teammate(c)), nil
}

const exampleTabID iam.TabID = "tab_01k9z7h2j4m6p8r0t2v4x6z8a0"

func exampleDashboardTab() DashboardTab {
	return DashboardTab{
		ID: string(exampleTabID), Kind: dashboard.KindCustom, Title: "Orders", Icon: "cart", URL: new("https://orders.northwind.example/"),
		Mode: new(iam.TabFrame), Identify: true,
	}
}

func (s *server) dashboardOperations() {
	home := DashboardTab{ID: dashboard.Home, Kind: dashboard.KindPage, Title: "Home", Icon: "home"}
	register(s, operation{
		id: "get-dashboard", method: http.MethodGet, path: "/dashboard", tag: tagDashboard, guard: signedIn(),
		summary: "My dashboard", description: "The tabs that the caller may use in the organization in which they act.",
		errors: []iam.Code{iam.CodeForbidden}, response: DashboardView{Tabs: []DashboardTab{home, exampleDashboardTab()}, Layout: iam.LayoutVertical},
	}, s.getDashboard)
	register(s, operation{
		id: "get-dashboard-home", method: http.MethodGet, path: "/dashboard/home", tag: tagDashboard, guard: needs(iam.PermDashboardHome),
		summary: "My home", description: "What the Home tab shows: who is on the team, which AI agents are assigned, and what is new.",
		response: DashboardHome{
			Team: []Teammate{{ID: exampleUserID, Name: "Ada Okafor", Presence: iam.PresenceOnline, RunsIt: true}}, TeamTotal: 1,
			News:   []News{{ID: exampleAnnouncementID, Title: "New opening hours", Body: "From Monday on we answer until 8 p.m.", PublishedAt: exampleTime}},
			Agents: []HomeAgent{{exampleAgentID, "Returns desk", iam.AgentActive}}, AgentsTotal: 1,
		},
	}, s.dashboardHome)
	register(s, operation{
		id: "list-dashboard-team", method: http.MethodGet, path: "/dashboard/team", tag: tagDashboard, guard: needs(iam.PermDashboardHome),
		summary: "My team", description: "All active people of the organization in which the caller acts, by name: the Home tab shows the first of them.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(Teammate{ID: exampleUserID, Name: "Ada Okafor", Presence: iam.PresenceOnline, RunsIt: true}),
	}, s.dashboardTeam)
	register(s, operation{
		id: "get-dashboard-tab", method: http.MethodGet, path: "/dashboard/tabs/{id}", tag: tagDashboard, guard: signedIn(),
		summary: "Open a tab", description: "One tab of the caller's dashboard: forbidden when it is not for them, and not found when there is none where they act.",
		errors: []iam.Code{iam.CodeForbidden}, response: exampleDashboardTab(),
	}, s.getDashboardTab)
	register(s, operation{
		id: "create-dashboard-tab-token", method: http.MethodPost, path: "/dashboard/tabs/{id}/token", tag: tagDashboard, guard: signedIn().personOnly(), status: http.StatusOK, harmless: true,
		summary:     "Tell a tab's page who is looking",
		description: "Signs a token for the page of a tab: who is looking, in which organization, with which permissions. It works for five minutes, and for the origin of the page only. The keys that check it are at /.well-known/jwks.json.",
		errors:      []iam.Code{iam.CodeConflict},
		response:    TabToken{Token: "eyJhbGciOiJFUzI1NiIsImtpZCI6IuKApiJ9.eyJzdWIiOiJ1c2VyX-KApiJ9.c2lnbmF0dXJl", Audience: "https://orders.northwind.example", ExpiresAt: exampleTime},
	}, s.createTabToken)
}
