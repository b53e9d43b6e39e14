// Package dashboard is what the people of a client organization see: built-in
// tabs that each open an external app of the agency until there is a page of
// the product's own, custom tabs, and announcements. The server decides which
// tabs there are for whom; a tab that is not for somebody can't be opened by
// its address either.
package dashboard

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tokens"
)

// Deps are what the service works with.
type Deps struct {
	Store  iam.Store
	IDs    iam.IDs
	Tokens *tokens.Service
	// PublicURL returns the address under which people reach a tenant's console,
	// without a slash at the end.
	PublicURL func(*iam.Tenant) string
}

// Service answers for the dashboard and manages what is in it.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// BuiltIn is a tab that the product knows.
type BuiltIn struct {
	ID         string
	Title      string
	Icon       string
	Permission iam.Permission
	// Own is set when the product has a page for it.
	Own bool
}

// Home is the id of the tab that every dashboard begins with.
const Home = "home"

var builtIn = []BuiltIn{
	{Home, "Home", "home", iam.PermDashboardHome, true},
	{"conversations", "Conversations", "messages", iam.PermDashboardConversations, false},
	{"analytics", "Analytics", "chart", iam.PermDashboardAnalytics, false},
	{"knowledge", "Knowledge Base", "book", iam.PermDashboardKnowledge, false},
	{"channels", "Channels", "plug", iam.PermDashboardChannels, false},
	{"prompt", "Prompt", "prompt", iam.PermDashboardPrompt, false},
	{"settings", "Settings", "settings", iam.PermDashboardSettings, false},
}

func builtInTab(id string) *BuiltIn {
	for i := range builtIn {
		if builtIn[i].ID == id {
			return &builtIn[i]
		}
	}
	return nil
}

// Kind says what is behind a tab.
type Kind string

// The kinds of tab.
const (
	KindPage   Kind = "page"   // the product's own
	KindApp    Kind = "app"    // a built-in tab that opens an app of the agency
	KindCustom Kind = "custom" // made by the agency
)

// Entry is a tab as somebody has it.
type Entry struct {
	ID    string
	Kind  Kind
	Title string // of built-in tabs in English: screens have their own words
	Icon  string
	Page  iam.TabPage // of apps and custom tabs, with its variables filled in
}

// requireOpen refuses who has no dashboard where they act.
func requireOpen(c *access.Caller) error {
	if access.OpensDashboard(c.Effective, c.InRoot) {
		return nil
	}
	if c.InRoot {
		return iam.Errorf(iam.CodeForbidden, "The company itself has no dashboard. Switch to one of its client organizations.").Because("no_dashboard")
	}
	return c.Require(iam.PermPortalDashboard)
}

// View is somebody's dashboard.
type View struct {
	Tabs   []Entry // those that they may use, in order
	Layout iam.Layout
}

// Get returns the dashboard of the caller where they act. CodeForbidden for who
// has none there.
func (s *Service) Get(ctx context.Context, c *access.Caller) (*View, error) {
	if err := requireOpen(c); err != nil {
		return nil, err
	}
	out := &View{Tabs: []Entry{}}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		v, err := s.look(ctx, tx, c)
		if err != nil {
			return err
		}
		out.Layout = v.settings.Layout
		for i := range builtIn {
			if e := v.builtIn(&builtIn[i]); e != nil && c.Has(builtIn[i].Permission) {
				out.Tabs = append(out.Tabs, *e)
			}
		}
		for _, t := range v.tabs {
			if v.reaches(t) && v.mayOpen(c.Silent(), t) == nil { // to list it is not to use it
				out.Tabs = append(out.Tabs, v.custom(t))
			}
		}
		return nil
	})
	return out, err
}

// Open returns one tab of the caller: CodeNotFound when there is none of that
// name where they act, CodeForbidden when it is not for them.
func (s *Service) Open(ctx context.Context, c *access.Caller, id string) (*Entry, error) {
	if c.InRoot {
		return nil, iam.NotFound("tab")
	}
	if err := requireOpen(c); err != nil {
		return nil, err
	}
	var out *Entry
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = s.open(ctx, tx, c, id)
		return err
	})
	return out, err
}

func (s *Service) open(ctx context.Context, tx iam.Tx, c *access.Caller, id string) (*Entry, error) {
	v, err := s.look(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	if b := builtInTab(id); b != nil {
		if err := c.Require(b.Permission); err != nil {
			return nil, err
		}
		if e := v.builtIn(b); e != nil {
			return e, nil
		}
		return nil, iam.NotFound("tab")
	}
	for _, t := range v.tabs {
		if string(t.ID) == id && v.reaches(t) {
			if err := v.mayOpen(c, t); err != nil {
				return nil, err
			}
			e := v.custom(t)
			return &e, nil
		}
	}
	return nil, iam.NotFound("tab")
}

// mayOpen refuses who a custom tab is not for. Chosen people need no permission
// beside: the tab is granted to them singly. But what an organization may not
// have at all, nobody has there.
func (v *sight) mayOpen(c *access.Caller, t *iam.Tab) error {
	if !v.customTabs {
		return iam.Errorf(iam.CodeForbidden, "There are no custom tabs in this organization.").Because("no_custom_tabs")
	}
	if t.Audience == iam.AudienceEverybody {
		return c.Require(iam.PermDashboardCustomTabs)
	}
	if c.User != "" && slices.Contains(t.People, c.User) {
		return nil
	}
	return iam.Errorf(iam.CodeForbidden, "This tab is for chosen people. Ask whoever made it.").Because("chosen_people")
}

// sight is what there is in the organization in which somebody acts.
type sight struct {
	chain  []iam.OrgID // the organization and those above it, nearest first
	tabs   []*iam.Tab
	apps   []*iam.TabApp
	values map[string]string // of variables

	settings   iam.OrgSettings
	customTabs bool // the organization may have some
}

func (s *Service) look(ctx context.Context, tx iam.Tx, c *access.Caller) (*sight, error) {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	v := &sight{
		chain: append([]iam.OrgID{c.Org}, dir.Ancestors(c.Org)...), settings: dir.Settings(c.Org),
		customTabs: dir.Features(c.Org).Has(iam.PermDashboardCustomTabs),
	}
	if v.tabs, err = tx.Tabs(ctx, c.Tenant); err != nil {
		return nil, err
	}
	if v.apps, err = tx.TabApps(ctx, c.Tenant); err != nil {
		return nil, err
	}
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	v.values = map[string]string{
		"tenant": t.ShortName, "organization": dir.Orgs[c.Org].ShortName, "organization_id": string(c.Org), "user_id": string(c.User), "locale": v.settings.Locale,
	}
	if c.User != "" {
		u, err := tx.User(ctx, c.Tenant, c.User)
		if err != nil {
			return nil, err
		}
		v.values["locale"] = dir.SettingsOf(u).Locale
	}
	return v, nil
}

// builtIn is a built-in tab with what it opens here; nil when that is nothing.
func (v *sight) builtIn(b *BuiltIn) *Entry {
	if b.Own {
		return &Entry{ID: b.ID, Kind: KindPage, Title: b.Title, Icon: b.Icon}
	}
	if a := effective(v.apps, v.chain, b.ID); a != nil && a.URL != "" {
		return &Entry{ID: b.ID, Kind: KindApp, Title: b.Title, Icon: b.Icon, Page: v.filled(a.TabPage)}
	}
	return nil
}

// effective is what the nearest organization of the chain says of a tab; nil
// when none does.
func effective(apps []*iam.TabApp, chain []iam.OrgID, tab string) *iam.TabApp {
	for _, org := range chain {
		if a := appOf(apps, org, tab); a != nil && a.Own {
			return a
		}
	}
	return nil
}

// appOf is what an organization says of a tab, or said once; nil when it never said
// anything.
func appOf(apps []*iam.TabApp, org iam.OrgID, tab string) *iam.TabApp {
	i := slices.IndexFunc(apps, func(a *iam.TabApp) bool { return a.Org == org && a.Tab == tab })
	if i < 0 {
		return nil
	}
	return apps[i]
}

func (v *sight) custom(t *iam.Tab) Entry {
	return Entry{ID: string(t.ID), Kind: KindCustom, Title: t.Title, Icon: t.Icon, Page: v.filled(t.TabPage)}
}

// reaches tells whether a custom tab is for the organization. It never reaches
// beyond what is below its owner.
func (v *sight) reaches(t *iam.Tab) bool {
	if !slices.Contains(v.chain, t.Owner) {
		return false
	}
	if t.AllOrgs {
		return true
	}
	for _, o := range t.Orgs {
		if i := slices.Index(v.chain, o.Org); i == 0 || i > 0 && o.Descendants {
			return true
		}
	}
	return false
}

func (v *sight) filled(p iam.TabPage) iam.TabPage {
	p.URL = fill(p.URL, v.values)
	return p
}
