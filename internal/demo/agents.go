package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/agents"
	"github.com/retinue/retinue/internal/iam"
)

// engage lists the company's AI agents and assigns them to clients.
func (b *builder) engage() {
	at := b.founded().Add(5 * time.Hour)
	for i, a := range b.company.Agents {
		b.then(at.Add(time.Duration(11*i)*time.Minute), func(ctx context.Context) error {
			in := agents.Create{Name: a.Name, Description: a.Description, ExternalID: a.ExternalID, State: iam.AgentState(a.State)}
			for _, client := range a.Clients {
				in.Orgs = append(in.Orgs, b.orgs[client])
			}
			_, err := b.Agents.Create(ctx, b.admin, in)
			return err
		})
	}
}
