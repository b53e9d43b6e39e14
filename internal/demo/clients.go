package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/organizations"
)

// clientSettings are what the company has set for its clients, by slug.
var clientSettings = map[string]organizations.Update{
	"brightdesk":        {Timezone: new("Europe/London"), Layout: new(iam.LayoutHorizontal)},
	"marrow-and-mint":   {Locale: new("en"), Features: &[]string{"conversations", "analytics", "knowledge", "settings", "agent_desktop", "teams"}},
	"volta-nord":        {Locale: new("de"), Timezone: new("Europe/Berlin")},
	"pebblepath-travel": {Locale: new("es"), Timezone: new("Europe/Madrid"), Layout: new(iam.LayoutHorizontal)},
}

// furnish sets what the company's clients have of their own, and opens the
// regional office of one of them, in which nobody works yet.
func (b *builder) furnish() {
	at := b.founded().Add(85 * time.Minute)
	for i, client := range b.company.Clients {
		b.then(at.Add(time.Duration(i)*time.Minute), func(ctx context.Context) error {
			in := clientSettings[client.Slug]
			in.Version = 1
			_, err := b.Organizations.Update(ctx, b.admin, b.orgs[client.Slug], in)
			return err
		})
	}
	b.then(b.now.Add(-26*time.Hour), func(ctx context.Context) error {
		_, err := b.Organizations.Create(ctx, b.admin, organizations.Create{
			Name: "Volta Nord Hamburg", Parent: b.orgs["volta-nord"], Description: "The office that opens in spring.",
		})
		return err
	})
}
