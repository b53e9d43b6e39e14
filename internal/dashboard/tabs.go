package dashboard

import (
	"context"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// MaxTabs is how many custom tabs an organization can have of its own.
	MaxTabs = 50
	// MaxReach is for how many chosen organizations, and people, a tab can be.
	MaxReach = 200
)

// Icons are those that a tab can have, by the names that screens know.
var Icons = []string{
	"app", "home", "messages", "chart", "book", "plug", "prompt", "settings", "calendar", "users", "phone", "mail", "file", "folder",
	"map", "star", "heart", "bell", "card", "cart", "truck", "tool", "shield", "lifebuoy", "bulb", "rocket", "photo", "video", "database", "world",
}

// TabView is a custom tab as who manages it sees it.
type TabView struct {
	*iam.Tab
	OwnerName string
	OrgNames  map[iam.OrgID]string // of Orgs
	People    []Person             // the chosen ones
}

// Person is somebody, by name.
type Person struct {
	ID   iam.UserID
	Name string
}

// manager is what managing needs: the tree and how far the caller reaches.
type manager struct {
	dir *authz.Directory
	c   *access.Caller
}

func (m manager) sees(org iam.OrgID) bool {
	return m.dir.Orgs[org] != nil && (m.c.InRoot || authz.Contains(m.dir.Subtree(m.c.Org), org))
}

// manage runs fn for who may manage tabs.
func (s *Service) manage(ctx context.Context, c *access.Caller, run func(context.Context, func(iam.Tx) error) error, fn func(tx iam.Tx, m manager) error) error {
	if err := c.Require(iam.PermTabsManage); err != nil {
		return err
	}
	return run(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		return fn(tx, manager{dir, c})
	})
}

// CustomTabs returns the tabs that were made in the caller's organization and
// below it, in their order. It needs tabs.manage.
func (s *Service) CustomTabs(ctx context.Context, c *access.Caller) ([]*TabView, error) {
	out := []*TabView{}
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		list, err := tx.Tabs(ctx, c.Tenant)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(t *iam.Tab) bool { return !m.sees(t.Owner) })
		out, err = m.views(ctx, tx, list)
		return err
	})
	return out, err
}

// views adds names to tabs.
func (m manager) views(ctx context.Context, tx iam.Tx, list []*iam.Tab) ([]*TabView, error) {
	var ids []iam.UserID
	for _, t := range list {
		ids = append(ids, t.People...)
	}
	names, err := m.names(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*TabView, 0, len(list))
	for _, t := range list {
		v := &TabView{Tab: t, OwnerName: m.dir.Orgs[t.Owner].Name, OrgNames: map[iam.OrgID]string{}, People: []Person{}}
		for _, o := range t.Orgs {
			if org := m.dir.Orgs[o.Org]; org != nil {
				v.OrgNames[o.Org] = org.Name
			}
		}
		for _, id := range t.People {
			if name, seen := names[id]; seen {
				v.People = append(v.People, Person{id, name})
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// names returns the names of those people whom the caller sees, as far as the
// caller may know them: somebody who was chosen may belong elsewhere by now.
func (m manager) names(ctx context.Context, tx iam.Tx, ids []iam.UserID) (map[iam.UserID]string, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	people, err := tx.UsersByIDs(ctx, m.c.Tenant, ids)
	if err != nil {
		return nil, err
	}
	names := make(map[iam.UserID]string, len(people))
	for _, u := range people {
		if !m.dir.Visible(m.c, u) {
			continue
		}
		names[u.ID] = m.name(u)
	}
	return names, nil
}

// name is by which name the caller knows u.
func (m manager) name(u *iam.User) string {
	if persona, hidden := m.dir.PersonaFor(m.c, u); hidden {
		return persona.Name
	}
	return u.FullName()
}

// CustomTab returns one; CodeNotFound when the caller does not manage it.
func (s *Service) CustomTab(ctx context.Context, c *access.Caller, id iam.TabID) (*TabView, error) {
	var out *TabView
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		t, err := m.tab(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = m.view(ctx, tx, t)
		return err
	})
	return out, err
}

func (m manager) view(ctx context.Context, tx iam.Tx, t *iam.Tab) (*TabView, error) {
	list, err := m.views(ctx, tx, []*iam.Tab{t})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (m manager) tab(ctx context.Context, tx iam.Tx, id iam.TabID) (*iam.Tab, error) {
	t, err := tx.Tab(ctx, m.c.Tenant, id)
	if err == nil && !m.sees(t.Owner) {
		return nil, iam.NotFound("tab")
	}
	return t, err
}

// CreateTab adds a custom tab, behind all others, that belongs to the
// organization in which the caller acts. It needs tabs.manage.
func (s *Service) CreateTab(ctx context.Context, c *access.Caller, in iam.Tab) (*TabView, error) {
	var out *TabView
	err := s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		t := in
		t.Owner = c.Org
		if err := s.checkTab(ctx, tx, m, &t, reached{}); err != nil {
			return err
		}
		all, err := tx.Tabs(ctx, c.Tenant)
		if err != nil {
			return err
		}
		own := 0
		for _, other := range all {
			if other.Owner == t.Owner {
				own++
			}
		}
		if own >= MaxTabs {
			return iam.InvalidField("/title", "limit", fmt.Sprintf("The organization has %d custom tabs, as many as it can have. Delete one first.", MaxTabs))
		}
		if len(all) > 0 {
			t.Position = all[len(all)-1].Position + 1
		}
		t.ID = iam.TabID(s.IDs.NewID(iam.PrefixTab, tx.Now()))
		if err := tx.InsertTab(ctx, c.Tenant, &t); err != nil {
			return err
		}
		if err := s.record(ctx, tx, c, "tab.created", tabTarget(&t), tabChanges(&iam.Tab{}, &t)...); err != nil {
			return err
		}
		out, err = m.view(ctx, tx, &t)
		return err
	})
	return out, err
}

// UpdateTab changes a custom tab by fn, which gets a copy. It needs
// tabs.manage; CodePreconditionFailed when the version is not version any more.
func (s *Service) UpdateTab(ctx context.Context, c *access.Caller, id iam.TabID, version int64, fn func(*iam.Tab)) (*TabView, error) {
	var out *TabView
	err := s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		before, err := m.tab(ctx, tx, id)
		if err != nil {
			return err
		}
		after := *before
		after.Orgs = slices.Clone(before.Orgs)
		was, err := m.reached(ctx, tx, before)
		if err != nil {
			return err
		}
		after.People = slices.Clone(was.seen)
		fn(&after)
		after.Version = version
		if err := s.checkTab(ctx, tx, m, &after, was); err != nil {
			return err
		}
		if err := tx.UpdateTab(ctx, c.Tenant, &after); err != nil {
			return err
		}
		if err := s.record(ctx, tx, c, "tab.updated", tabTarget(&after), tabChanges(before, &after)...); err != nil {
			return err
		}
		out, err = m.view(ctx, tx, &after)
		return err
	})
	return out, err
}

// DeleteTab removes a custom tab. It needs tabs.manage; CodePreconditionFailed
// when it has changed since version.
func (s *Service) DeleteTab(ctx context.Context, c *access.Caller, id iam.TabID, version int64) error {
	return s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		t, err := m.tab(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.Version != version {
			return iam.Stale("tab")
		}
		if err := tx.DeleteTab(ctx, c.Tenant, id); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "tab.deleted", tabTarget(t), iam.Change{Field: "title", Before: t.Title})
	})
}

// OrderTabs puts the tabs that the caller manages into an order; it must name
// all of them. Those of others keep their places.
func (s *Service) OrderTabs(ctx context.Context, c *access.Caller, ids []iam.TabID) error {
	return s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		list, err := tx.Tabs(ctx, c.Tenant)
		if err != nil {
			return err
		}
		var mine []*iam.Tab
		var before []string
		for _, t := range list {
			if m.sees(t.Owner) {
				mine, before = append(mine, t), append(before, t.Title)
			}
		}
		titles := make([]string, 0, len(ids))
		for i, id := range ids {
			at := slices.IndexFunc(mine, func(t *iam.Tab) bool { return t.ID == id })
			if at < 0 || slices.Contains(ids[:i], id) || len(ids) != len(mine) {
				return iam.InvalidField("/ids", "not_all", "Name every tab once. Somebody may have added or deleted one: look again.")
			}
			titles = append(titles, mine[at].Title)
		}
		if len(ids) != len(mine) {
			return iam.InvalidField("/ids", "not_all", "Name every tab once. Somebody may have added or deleted one: look again.")
		}
		for i, id := range ids {
			if err := tx.MoveTab(ctx, c.Tenant, id, mine[i].Position); err != nil {
				return err
			}
		}
		if slices.Equal(before, titles) {
			return nil
		}
		return s.record(ctx, tx, c, "tabs.ordered", audit.Target{Type: "tab"}, iam.Change{Field: "order", Before: before, After: titles})
	})
}

func tabTarget(t *iam.Tab) audit.Target {
	return audit.Target{Type: "tab", ID: string(t.ID), Name: t.Title}
}

func tabChanges(before, after *iam.Tab) []iam.Change {
	var out audit.Changes
	out.Add("title", before.Title, after.Title)
	out.Add("icon", before.Icon, after.Icon)
	out.Add("url", before.URL, after.URL)
	out.Add("mode", string(before.Mode), string(after.Mode))
	out.Add("identify", before.Identify, after.Identify)
	out.Add("audience", string(before.Audience), string(after.Audience))
	out.Add("all_organizations", before.AllOrgs, after.AllOrgs)
	if !slices.Equal(before.Orgs, after.Orgs) {
		out.Add("organizations", before.Orgs, after.Orgs)
	}
	if !slices.Equal(before.People, after.People) {
		out.Add("people", before.People, after.People)
	}
	return out
}

// record appends an event in the transaction of what it tells of.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, target audit.Target, changes ...iam.Change) error {
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
