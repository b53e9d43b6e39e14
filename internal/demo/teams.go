package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/teams"
)

// gather makes the teams when the company began, and puts people into them soon
// after each has joined.
func (b *builder) gather() {
	places := map[string]iam.TeamID{} // by organization and code
	at := b.founded().Add(4 * time.Hour)
	for i, t := range b.company.Teams {
		b.then(at.Add(time.Duration(7*i)*time.Minute), func(ctx context.Context) error {
			in := teams.Create{Name: t.Name, Org: b.orgs[t.Organization]}
			if t.Organization == b.company.Slug && i == 0 {
				for _, client := range b.company.Clients {
					in.Serves = append(in.Serves, b.orgs[client.Slug])
				}
			}
			made, err := b.Teams.Create(ctx, b.admin, in)
			if err == nil {
				places[t.Organization+" "+t.Code] = made.ID
			}
			return err
		})
	}
	for i := range b.company.People {
		e := &b.company.People[i]
		for j, code := range e.Teams {
			joined := b.now.Add(-e.CreatedAgo).Add(time.Duration(50+j) * time.Minute)
			b.then(joined, func(ctx context.Context) error {
				return b.joinTeam(ctx, e, places[e.Organization+" "+code], j == 0)
			})
		}
	}
}

// joinTeam puts the employee into a team; in their first one they hold their
// team role, and lead it if they lead any.
func (b *builder) joinTeam(ctx context.Context, e *people.Employee, team iam.TeamID, first bool) error {
	in := teams.Place{}
	if first {
		lead := e.TeamLead
		in.Lead = &lead
		role, err := b.teamRole(ctx, e)
		if err != nil {
			return err
		}
		if role != "" {
			in.Role = &role
		}
	}
	_, err := b.Teams.Put(ctx, b.admin, team, b.users[e.Email].ID, in)
	return err
}

// teamRole is the role of scope team that the employee holds; empty for none.
func (b *builder) teamRole(ctx context.Context, e *people.Employee) (iam.RoleID, error) {
	for _, code := range e.Roles {
		if can, custom := b.custom[code]; !custom || can {
			continue
		}
		list, err := b.Roles.List(ctx, b.admin, "")
		if err != nil {
			return "", err
		}
		for _, r := range list {
			if r.Code == code {
				return r.ID, nil
			}
		}
	}
	return "", nil
}
