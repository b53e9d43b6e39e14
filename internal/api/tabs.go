package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
)

// TabOrganization is an organization that a custom tab is for.
type TabOrganization struct {
	ID          iam.OrgID `json:"id" maxLength:"100"`
	Descendants bool      `json:"descendants" doc:"And those below it"`
}

// NamedTabOrganization is TabOrganization with its name.
type NamedTabOrganization struct {
	ID          iam.OrgID `json:"id"`
	Name        string    `json:"name"`
	Descendants bool      `json:"descendants" doc:"And those below it"`
}

// CustomTab is a custom tab as who manages it sees it.
type CustomTab struct {
	ID               iam.TabID              `json:"id"`
	Title            string                 `json:"title"`
	Icon             string                 `json:"icon"`
	URL              string                 `json:"url" doc:"May hold {tenant}, {organization}, {organization_id}, {user_id} and {locale} behind the host name"`
	Mode             iam.TabMode            `json:"mode" enum:"frame,window"`
	Identify         bool                   `json:"identify" doc:"The page is told by a signed token who is looking"`
	Audience         iam.TabAudience        `json:"audience" enum:"everybody,chosen" doc:"Everybody with dashboard.custom_tabs, or the chosen people, whatever they hold"`
	People           []UserRef              `json:"people"`
	AllOrganizations bool                   `json:"all_organizations" doc:"For the owner and all below it"`
	Organizations    []NamedTabOrganization `json:"organizations"`
	Owner            OrganizationRef        `json:"owner" doc:"Where it was made: it reaches no further than what is below"`
	CreatedAt        time.Time              `json:"created_at"`
	UpdatedAt        time.Time              `json:"updated_at"`
	Version          int64                  `json:"version"`
}

func customTab(v *dashboard.TabView) CustomTab {
	return CustomTab{
		ID: v.ID, Title: v.Title, Icon: v.Icon, URL: v.URL, Mode: v.Mode, Identify: v.Identify, Audience: v.Audience,
		People:           mapped(v.People, func(p dashboard.Person) UserRef { return UserRef{p.ID, p.Name} }),
		AllOrganizations: v.AllOrgs,
		Organizations: mapped(v.Orgs, func(o iam.TabOrg) NamedTabOrganization {
			return NamedTabOrganization{ID: o.Org, Name: v.OrgNames[o.Org], Descendants: o.Descendants}
		}),
		Owner: OrganizationRef{ID: v.Owner, Name: v.OwnerName}, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Version: v.Version,
	}
}

type customTabOutput struct {
	ETagHeader
	Body CustomTab
}

func customTabAnswer(v *dashboard.TabView) *customTabOutput {
	return &customTabOutput{ETagHeader: tagged(v.Version), Body: customTab(v)}
}

// CustomTabs are the custom tabs with what is needed to make more of them.
type CustomTabs struct {
	Items   []CustomTab `json:"items"`
	Issuer  string      `json:"issuer" doc:"iss of the tokens that pages are given"`
	KeysURL string      `json:"keys_url" doc:"Where the keys are that check them (RFC 7517)"`
}

type customTabsOutput struct{ Body CustomTabs }

func (s *server) listTabs(ctx context.Context, c *access.Caller, _ *noInput) (*customTabsOutput, error) {
	list, err := s.deps.Dashboard.CustomTabs(ctx, c)
	if err != nil {
		return nil, err
	}
	issuer, err := s.deps.Dashboard.Issuer(ctx, c)
	if err != nil {
		return nil, err
	}
	return &customTabsOutput{CustomTabs{Items: mapped(list, customTab), Issuer: issuer.Issuer, KeysURL: issuer.KeysURL}}, nil
}

// CustomTabPath names a custom tab in the address.
type CustomTabPath struct {
	ID iam.TabID `path:"id" doc:"The tab's id"`
}

func (s *server) getTab(ctx context.Context, c *access.Caller, in *CustomTabPath) (*customTabOutput, error) {
	v, err := s.deps.Dashboard.CustomTab(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return customTabAnswer(v), nil
}

// CreateTabRequest is what a new custom tab is made of.
type CreateTabRequest struct {
	Title            string            `json:"title" maxLength:"100"`
	Icon             string            `json:"icon" maxLength:"40"`
	URL              string            `json:"url" maxLength:"4000"`
	Mode             iam.TabMode       `json:"mode" enum:"frame,window"`
	Identify         bool              `json:"identify,omitempty"`
	Audience         iam.TabAudience   `json:"audience" enum:"everybody,chosen"`
	People           []iam.UserID      `json:"people,omitempty" maxItems:"200" maxLength:"100"`
	AllOrganizations bool              `json:"all_organizations,omitempty"`
	Organizations    []TabOrganization `json:"organizations,omitempty" maxItems:"200"`
}

func tabOrgs(list []TabOrganization) []iam.TabOrg {
	return mapped(list, func(o TabOrganization) iam.TabOrg { return iam.TabOrg{Org: o.ID, Descendants: o.Descendants} })
}

type createTabInput struct{ Body CreateTabRequest }

type createTabOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body CustomTab
}

func (s *server) createTab(ctx context.Context, c *access.Caller, in *createTabInput) (*createTabOutput, error) {
	b := in.Body
	v, err := s.deps.Dashboard.CreateTab(ctx, c, iam.Tab{
		Title: b.Title, Icon: b.Icon, TabPage: iam.TabPage{URL: b.URL, Mode: b.Mode, Identify: b.Identify},
		Audience: b.Audience, People: b.People, AllOrgs: b.AllOrganizations, Orgs: tabOrgs(b.Organizations),
	})
	if err != nil {
		return nil, err
	}
	return &createTabOutput{Location: base + "/tabs/" + string(v.ID), ETagHeader: tagged(v.Version), Body: customTab(v)}, nil
}

// CustomTabPatch changes a custom tab.
type CustomTabPatch struct {
	Title            Optional[string]            `json:"title,omitzero" maxLength:"100"`
	Icon             Optional[string]            `json:"icon,omitzero" maxLength:"40"`
	URL              Optional[string]            `json:"url,omitzero" maxLength:"4000"`
	Mode             Optional[string]            `json:"mode,omitzero" maxLength:"20" doc:"frame or window"`
	Identify         Optional[bool]              `json:"identify,omitzero"`
	Audience         Optional[string]            `json:"audience,omitzero" maxLength:"20" doc:"everybody or chosen"`
	People           Optional[[]iam.UserID]      `json:"people,omitzero" maxItems:"200"`
	AllOrganizations Optional[bool]              `json:"all_organizations,omitzero"`
	Organizations    Optional[[]TabOrganization] `json:"organizations,omitzero" maxItems:"200"`
}

func (b CustomTabPatch) apply(t *iam.Tab) {
	put(b.Title, &t.Title)
	put(b.Icon, &t.Icon)
	put(b.URL, &t.URL)
	put(b.Identify, &t.Identify)
	put(b.People, &t.People)
	put(b.AllOrganizations, &t.AllOrgs)
	if b.Mode.Set {
		t.Mode = iam.TabMode(b.Mode.Value)
	}
	if b.Audience.Set {
		t.Audience = iam.TabAudience(b.Audience.Value)
	}
	if b.Organizations.Set {
		t.Orgs = tabOrgs(b.Organizations.Value)
	}
}

// put sets a field to what the patch says of it, if anything.
func put[T any](o Optional[T], field *T) {
	if o.Set {
		*field = o.Value
	}
}

type patchTabInput struct {
	CustomTabPath
	IfMatchHeader
	Body CustomTabPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchTab(ctx context.Context, c *access.Caller, in *patchTabInput) (*customTabOutput, error) {
	v, err := s.deps.Dashboard.UpdateTab(ctx, c, in.ID, in.version(), in.Body.apply)
	if err != nil {
		return nil, withCurrent(err, s.currentTab(ctx, c, in.ID))
	}
	return customTabAnswer(v), nil
}

func (s *server) currentTab(ctx context.Context, c *access.Caller, id iam.TabID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Dashboard.CustomTab(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return customTab(v), nil
	}
}

type deleteTabInput struct {
	CustomTabPath
	IfMatchHeader
}

func (s *server) deleteTab(ctx context.Context, c *access.Caller, in *deleteTabInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Dashboard.DeleteTab(ctx, c, in.ID, in.version()), s.currentTab(ctx, c, in.ID))
}

// TabOrder puts custom tabs into an order.
type TabOrder struct {
	IDs []iam.TabID `json:"ids" maxItems:"200" maxLength:"100" doc:"All tabs that the caller manages, each once"`
}

type orderTabsInput struct{ Body TabOrder }

func (s *server) orderTabs(ctx context.Context, c *access.Caller, in *orderTabsInput) (*noOutput, error) {
	return nil, s.deps.Dashboard.OrderTabs(ctx, c, in.Body.IDs)
}

func exampleCustomTab() CustomTab {
	return CustomTab{
		ID: exampleTabID, Title: "Orders", Icon: "cart", URL: "https://orders.northwind.example/?client={organization}", Mode: iam.TabFrame,
		Identify: true, Audience: iam.AudienceEverybody, People: []UserRef{}, AllOrganizations: true, Organizations: []NamedTabOrganization{},
		Owner: OrganizationRef{ID: exampleOrgID, Name: "Northwind"}, CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 1,
	}
}

// TabPerson is somebody for whom a custom tab can be.
type TabPerson struct {
	ID    iam.UserID `json:"id"`
	Name  string     `json:"name" doc:"First and last name, or the alias where the caller may know no more"`
	Email *string    `json:"email" doc:"null where the caller may not know it"`
}

type tabPeopleInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must be in name, nickname, alias or e-mail, as far as the caller sees them"`
	PageQuery
}

func (s *server) tabPeople(ctx context.Context, c *access.Caller, in *tabPeopleInput) (*listOutput[TabPerson], error) {
	page, err := s.deps.Dashboard.TabPeople(ctx, c, in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, func(p *personas.Person) TabPerson {
		return TabPerson{ID: p.ID, Name: cmp.Or(p.FullName, p.Name), Email: orNull(p.Email)}
	}), nil
}

func (s *server) tabOperations() {
	register(s, operation{
		id: "list-tabs", method: http.MethodGet, path: "/tabs", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "List custom tabs", description: "The custom tabs that were made in the caller's organization and below it, in their order. Not paged.",
		response: CustomTabs{Items: []CustomTab{exampleCustomTab()}, Issuer: "https://people.northwind.example", KeysURL: "https://people.northwind.example/.well-known/jwks.json"},
	}, s.listTabs)
	register(s, operation{
		id: "list-tab-people", method: http.MethodGet, path: "/tab-people", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "List people for custom tabs", description: "Those for whom a custom tab can be: the people of the organization in which the caller acts and of those below it, " +
			"for whoever manages tabs without managing users.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(TabPerson{ID: exampleOtherID, Name: "Jonas Weiß", Email: new("jonas@northwind.example")}),
	}, s.tabPeople)
	register(s, operation{
		id: "create-tab", method: http.MethodPost, path: "/tabs", tag: tagDashboard, guard: needs(iam.PermTabsManage), status: http.StatusCreated, idempotent: true,
		summary: "Add a custom tab", description: "Adds a tab to the dashboards of client organizations, behind all others. It belongs to the organization in which the caller acts.",
		request: CreateTabRequest{
			Title: "Orders", Icon: "cart", URL: "https://orders.northwind.example/?client={organization}", Mode: iam.TabFrame, Identify: true,
			Audience: iam.AudienceEverybody, AllOrganizations: true,
		},
		response: exampleCustomTab(),
	}, s.createTab)
	register(s, operation{
		id: "get-tab", method: http.MethodGet, path: "/tabs/{id}", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "Get a custom tab", description: "One custom tab, with the ETag that changes need.", response: exampleCustomTab(),
	}, s.getTab)
	register(s, operation{
		id: "update-tab", method: http.MethodPatch, path: "/tabs/{id}", tag: tagDashboard, guard: needs(iam.PermTabsManage), conditional: true,
		summary: "Change a custom tab", description: "Changes what is given and leaves the rest.",
		request:  CustomTabPatch{Title: Some("Orders and returns"), AllOrganizations: Some(false), Organizations: Some([]TabOrganization{{ID: exampleOrgID, Descendants: true}})},
		response: exampleCustomTab(),
	}, s.patchTab)
	register(s, operation{
		id: "delete-tab", method: http.MethodDelete, path: "/tabs/{id}", tag: tagDashboard, guard: needs(iam.PermTabsManage), conditional: true,
		summary: "Delete a custom tab", description: "Takes the tab away from all dashboards, at once.",
	}, s.deleteTab)
	register(s, operation{
		id: "order-tabs", method: http.MethodPut, path: "/tab-order", tag: tagDashboard, guard: needs(iam.PermTabsManage),
		summary: "Order the custom tabs", description: "Puts all tabs that the caller manages into an order. Tabs of others keep their places.",
		request: TabOrder{IDs: []iam.TabID{exampleTabID}},
	}, s.orderTabs)
}
