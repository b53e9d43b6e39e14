package dashboard

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// AppView says what a built-in tab opens in an organization.
type AppView struct {
	Tab string
	// Own is what the organization itself says; nil when that is nothing. An
	// empty URL takes away what is set further up.
	Own *iam.TabPage
	// Effective is what holds; nil when the tab is not shown.
	Effective *iam.TabPage
	// From is the organization that Effective comes from, by name where the
	// caller may see it.
	From     iam.OrgID
	FromName string
	Version  int64 // of Own; 0 where the organization never said anything
}

// Apps returns what the built-in tabs open in an organization. It needs
// tabs.manage; CodeNotFound for an organization outside of the caller's.
func (s *Service) Apps(ctx context.Context, c *access.Caller, org iam.OrgID) ([]*AppView, error) {
	out := []*AppView{}
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		if !m.sees(org) {
			return iam.NotFound("organization")
		}
		apps, err := tx.TabApps(ctx, c.Tenant)
		if err != nil {
			return err
		}
		for _, b := range builtIn {
			if !b.Own {
				out = append(out, appView(m, apps, org, b.ID))
			}
		}
		return nil
	})
	return out, err
}

// App returns what one built-in tab opens, as Apps does; CodeNotFound for a tab that
// there isn't, too.
func (s *Service) App(ctx context.Context, c *access.Caller, org iam.OrgID, tab string) (*AppView, error) {
	all, err := s.Apps(ctx, c, org)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(v *AppView) bool { return v.Tab == tab })
	if i < 0 {
		return nil, iam.NotFound("tab")
	}
	return all[i], nil
}

func appView(m manager, apps []*iam.TabApp, org iam.OrgID, tab string) *AppView {
	v := &AppView{Tab: tab}
	if a := appOf(apps, org, tab); a != nil {
		if v.Version = a.Version; a.Own {
			v.Own = &a.TabPage
		}
	}
	chain := append([]iam.OrgID{org}, m.dir.Ancestors(org)...)
	if a := effective(apps, chain, tab); a != nil && a.URL != "" {
		v.Effective = &a.TabPage
		if m.sees(a.Org) {
			v.From, v.FromName = a.Org, m.dir.Orgs[a.Org].Name
		}
	}
	return v
}

// SetApp points a built-in tab of an organization, and of those below that say
// nothing else, at an app; with an empty URL it takes the tab away. It needs
// tabs.manage. The version is what the caller saw: CodePreconditionFailed when it
// has changed since.
func (s *Service) SetApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, page iam.TabPage, version int64) (*AppView, error) {
	if page.URL == "" {
		page = iam.TabPage{Mode: iam.TabFrame}
	}
	return s.changeApp(ctx, c, &iam.TabApp{Org: org, Tab: tab, TabPage: page, Own: true, Version: version})
}

// InheritApp removes what an organization itself says of a built-in tab, of the
// version that the caller saw. It needs tabs.manage; nothing happens when it says
// nothing.
func (s *Service) InheritApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, version int64) (*AppView, error) {
	return s.changeApp(ctx, c, &iam.TabApp{Org: org, Tab: tab, TabPage: iam.TabPage{Mode: iam.TabFrame}, Version: version})
}

// changeApp has an organization say after, in a transaction with its event.
func (s *Service) changeApp(ctx context.Context, c *access.Caller, after *iam.TabApp) (out *AppView, err error) {
	err = s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		if !m.sees(after.Org) {
			return iam.NotFound("organization")
		}
		i := slices.IndexFunc(builtIn, func(b BuiltIn) bool { return b.ID == after.Tab && !b.Own })
		if i < 0 {
			return iam.NotFound("tab")
		}
		if err := s.checkApp(ctx, tx, after); err != nil {
			return err
		}
		apps, err := tx.TabApps(ctx, c.Tenant)
		if err != nil {
			return err
		}
		before := appOf(apps, after.Org, after.Tab)
		if before == nil {
			before = &iam.TabApp{TabPage: iam.TabPage{Mode: iam.TabFrame}}
		}
		if before.Version != after.Version {
			return iam.Stale("tab")
		}
		if before.Own != after.Own || before.TabPage != after.TabPage {
			if err := tx.SetTabApp(ctx, c.Tenant, after); err != nil {
				return err
			}
			if apps, err = tx.TabApps(ctx, c.Tenant); err != nil {
				return err
			}
		}
		out = appView(m, apps, after.Org, after.Tab)
		changes := appChanges(before, after)
		if len(changes) == 0 {
			return nil
		}
		target := audit.Target{Type: "organization", ID: string(after.Org), Name: m.dir.Orgs[after.Org].Name, Org: after.Org}
		changes = append(changes, iam.Change{Field: "tab", After: builtIn[i].Title})
		return s.record(ctx, tx, c, "tab_app.updated", target, changes...)
	})
	return out, err
}

// checkApp is CodeInvalid for a page that can't be shown.
func (s *Service) checkApp(ctx context.Context, tx iam.Tx, a *iam.TabApp) error {
	if a.URL == "" {
		return nil
	}
	ours, err := s.ours(ctx, tx)
	if err != nil {
		return err
	}
	var v text.Checker
	s.checkPage(&v, &a.TabPage, ours)
	return v.Err()
}

func appChanges(before, after *iam.TabApp) audit.Changes {
	var changes audit.Changes
	changes.Add("inherited", !before.Own, !after.Own)
	changes.Add("url", before.URL, after.URL)
	changes.Add("mode", modeOf(before), modeOf(after))
	changes.Add("identify", before.Identify, after.Identify)
	return changes
}

func modeOf(a *iam.TabApp) string {
	if a.URL == "" {
		return ""
	}
	return string(a.Mode)
}
