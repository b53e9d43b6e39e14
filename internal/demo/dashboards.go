package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
)

// Dashboards are the use cases behind what clients see.
type Dashboards struct {
	Dashboard *dashboard.Service
	Branding  *branding.Service
}

// dress gives the clients' dashboards their looks, tabs and news.
func (b *builder) dress() {
	at := b.founded().Add(6 * time.Hour)
	for i, client := range b.company.Clients {
		b.then(at.Add(time.Duration(4*i)*time.Minute), func(ctx context.Context) error {
			email := "help@" + client.Domain
			_, err := b.Branding.Update(ctx, b.admin, b.orgs[client.Slug], branding.Update{Name: &client.Name, Color: &client.BrandColor, SupportEmail: &email})
			return err
		})
	}
	b.then(at.Add(time.Hour), func(ctx context.Context) error {
		page := func(tab, url string) error {
			_, err := b.Dashboard.SetApp(ctx, b.admin, b.tenant.RootOrg, tab, iam.TabPage{URL: url, Mode: iam.TabFrame, Identify: true}, 0)
			return err
		}
		host := "https://apps." + b.company.Domain
		if err := page("conversations", host+"/inbox?client={organization}"); err != nil {
			return err
		}
		return page("analytics", host+"/figures?client={organization}")
	})
	b.then(at.Add(26*time.Hour), b.tabs)
	for _, n := range []struct {
		ago         time.Duration
		org         string
		title, body string
	}{
		{9 * 24 * time.Hour, "", "Answers in the evening, too", "From Monday on our people take over from the assistant until 10 p.m."},
		{2 * 24 * time.Hour, "brightdesk", "Returns are answered by the assistant", "It knows the new returns policy. Look at the transcripts and tell us what it gets wrong."},
	} {
		b.then(b.now.Add(-n.ago), func(ctx context.Context) error {
			org := b.tenant.RootOrg
			if n.org != "" {
				org = b.orgs[n.org]
			}
			_, err := b.Dashboard.Announce(ctx, b.admin, org, n.title, n.body)
			return err
		})
	}
}

// tabs makes the custom tabs: one for every client, one for one of them.
func (b *builder) tabs(ctx context.Context) error {
	_, err := b.Dashboard.CreateTab(ctx, b.admin, iam.Tab{
		Title: "Tickets", Icon: "lifebuoy", Audience: iam.AudienceEverybody, AllOrgs: true,
		TabPage: iam.TabPage{URL: "https://tickets." + b.company.Domain + "/?client={organization}", Mode: iam.TabWindow, Identify: true},
	})
	if err != nil {
		return err
	}
	_, err = b.Dashboard.CreateTab(ctx, b.admin, iam.Tab{
		Title: "Orders", Icon: "cart", Audience: iam.AudienceEverybody, Orgs: []iam.TabOrg{{Org: b.orgs["brightdesk"], Descendants: true}},
		TabPage: iam.TabPage{URL: "https://orders.brightdesk.example/", Mode: iam.TabFrame, Identify: true},
	})
	return err
}
