package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// aliasesAtClients are the names by which people of the company go at clients,
// and one who works on chats under another name.
var aliasesAtClients = []struct {
	ago                 time.Duration
	email, org, goingBy string
}{
	{38 * 24 * time.Hour, "mateo.herrera@kestrellane.example", "brightdesk", "Matt from Orders"},
	{37 * 24 * time.Hour, "mateo.herrera@kestrellane.example", "pebblepath-travel", "Mateo de Viajes"},
	{9 * 24 * time.Hour, "lea.moreau@kestrellane.example", "volta-nord", "Lena Sommer"},
	{75 * time.Hour, "callum.macleod@brightdesk.example", "brightdesk", "Cal at Brightdesk"},
}

// chosen is what people have set themselves to; the others are online.
var chosen = map[string]iam.Presence{
	"mateo.herrera@kestrellane.example":    iam.PresenceAway,
	"hannah.pemberton@brightdesk.example":  iam.PresenceOnline,
	"callum.macleod@brightdesk.example":    iam.PresenceAway,
	"tamsin.entwistle@brightdesk.example":  iam.PresenceOnline,
	"priya.subramaniam@brightdesk.example": iam.PresenceOffline,
}

// appear gives people their aliases, and some of them something to do right now.
func (b *builder) appear() {
	for _, a := range aliasesAtClients {
		b.then(b.now.Add(-a.ago), func(ctx context.Context) error {
			v, err := b.Users.Get(ctx, b.admin, b.users[a.email].ID)
			if err != nil {
				return err
			}
			_, err = b.Users.SetAlias(ctx, b.admin, v.ID, b.orgs[a.org], a.goingBy, v.Version)
			return err
		})
	}
	b.then(b.now.Add(-time.Second), func(ctx context.Context) error {
		return b.Store.Write(ctx, func(tx iam.Tx) error {
			active := map[iam.SessionID]time.Time{}
			for email, presence := range chosen {
				id := b.users[email].ID
				if err := tx.SetPresence(ctx, b.tenant.ID, id, presence); err != nil {
					return err
				}
				open, err := tx.SessionsOf(ctx, b.tenant.ID, id)
				if err != nil {
					return err
				}
				if len(open) > 0 {
					active[open[0].ID] = tx.Now()
				}
			}
			return tx.TouchSessions(ctx, active)
		})
	})
}
