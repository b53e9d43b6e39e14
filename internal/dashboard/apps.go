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
		chain := append([]iam.OrgID{org}, m.dir.Ancestors(org)...)
		for _, b := range builtIn {
			if b.Own {
				continue
			}
			v := &AppView{Tab: b.ID}
			if a := effective(apps, []iam.OrgID{org}, b.ID); a != nil {
				v.Own = &a.TabPage
			}
			if a := effective(apps, chain, b.ID); a != nil && a.URL != "" {
				v.Effective = &a.TabPage
				if m.sees(a.Org) {
					v.From, v.FromName = a.Org, m.dir.Orgs[a.Org].Name
				}
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// SetApp points a built-in tab of an organization, and of those below that say
// nothing else, at an app; with an empty URL it takes the tab away. It needs
// tabs.manage.
func (s *Service) SetApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, page iam.TabPage) error {
	return s.changeApp(ctx, c, org, tab, func(tx iam.Tx, _ *iam.TabApp) (*iam.TabApp, error) {
		after := &iam.TabApp{Org: org, Tab: tab, TabPage: page}
		if page.URL == "" {
			after.TabPage = iam.TabPage{Mode: iam.TabFrame}
			return after, tx.SetTabApp(ctx, c.Tenant, after)
		}
		ours, err := s.ours(ctx, tx)
		if err != nil {
			return nil, err
		}
		var v text.Checker
		s.checkPage(&v, &after.TabPage, ours)
		if err := v.Err(); err != nil {
			return nil, err
		}
		return after, tx.SetTabApp(ctx, c.Tenant, after)
	})
}

// InheritApp removes what an organization itself says of a built-in tab. It
// needs tabs.manage; nothing happens when it says nothing.
func (s *Service) InheritApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string) error {
	return s.changeApp(ctx, c, org, tab, func(tx iam.Tx, before *iam.TabApp) (*iam.TabApp, error) {
		if before == nil {
			return nil, nil
		}
		return nil, tx.DeleteTabApp(ctx, c.Tenant, org, tab)
	})
}

// changeApp runs change in a transaction with its event.
func (s *Service) changeApp(ctx context.Context, c *access.Caller, org iam.OrgID, tab string, change func(tx iam.Tx, before *iam.TabApp) (*iam.TabApp, error)) error {
	return s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		if !m.sees(org) {
			return iam.NotFound("organization")
		}
		i := slices.IndexFunc(builtIn, func(b BuiltIn) bool { return b.ID == tab && !b.Own })
		if i < 0 {
			return iam.NotFound("tab")
		}
		apps, err := tx.TabApps(ctx, c.Tenant)
		if err != nil {
			return err
		}
		before := effective(apps, []iam.OrgID{org}, tab)
		after, err := change(tx, before)
		if err != nil {
			return err
		}
		var changes audit.Changes
		changes.Add("url", urlOf(before), urlOf(after))
		changes.Add("mode", modeOf(before), modeOf(after))
		changes.Add("identify", before != nil && before.Identify, after != nil && after.Identify)
		if len(changes) == 0 {
			return nil
		}
		target := audit.Target{Type: "organization", ID: string(org), Name: m.dir.Orgs[org].Name, Org: org}
		changes = append(changes, iam.Change{Field: "tab", After: builtIn[i].Title})
		return s.record(ctx, tx, c, "tab_app.updated", target, changes...)
	})
}

func urlOf(a *iam.TabApp) string {
	if a == nil {
		return ""
	}
	return a.URL
}

func modeOf(a *iam.TabApp) string {
	if a == nil || a.URL == "" {
		return ""
	}
	return string(a.Mode)
}
