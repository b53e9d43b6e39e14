package dashboard

import (
	"context"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
)

const (
	teamShown   = 12
	newsShown   = 5
	agentsShown = 24
)

// HomeView is what the Home tab shows.
type HomeView struct {
	// Team are the first of the active people of the organization, by name.
	Team      []Teammate
	TeamTotal int64
	News      []*iam.Announcement // newest first
	// Agents are the first of the AI agents that are assigned to the
	// organization, by name.
	Agents      []*iam.Agent
	AgentsTotal int
}

// Teammate is somebody of the organization.
type Teammate struct {
	*personas.Person
	// RunsIt is set for who holds Org Admin here.
	RunsIt bool
}

// mayOpenHome refuses who has no Home tab where they act.
func mayOpenHome(c *access.Caller) error {
	if err := requireOpen(c); err != nil {
		return err
	}
	return c.Require(iam.PermDashboardHome)
}

// Home returns what the Home tab shows. It needs dashboard.home.
func (s *Service) Home(ctx context.Context, c *access.Caller) (*HomeView, error) {
	if err := mayOpenHome(c); err != nil {
		return nil, err
	}
	out := &HomeView{Team: []Teammate{}}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		here := iam.UserFilter{Orgs: []iam.OrgID{c.Org}, Status: iam.StatusActive, Page: iam.Page{Limit: iam.DefaultPageSize}}
		list, err := tx.ListUsers(ctx, c.Tenant, here)
		if err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if out.Team, err = teammates(ctx, tx, dir, c, list.Items); err != nil {
			return err
		}
		if out.TeamTotal, err = tx.CountUsers(ctx, c.Tenant, iam.UserFilter{Orgs: here.Orgs, Status: here.Status}); err != nil {
			return err
		}
		programs, err := tx.CountUsers(ctx, c.Tenant, iam.UserFilter{Orgs: here.Orgs, Status: here.Status, Type: iam.TypeService})
		if err != nil {
			return err
		}
		out.TeamTotal -= programs
		agents, err := tx.OrgAgents(ctx, c.Tenant, c.Org)
		if err != nil {
			return err
		}
		out.Agents, out.AgentsTotal = agents[:min(len(agents), agentsShown)], len(agents)
		out.News, err = tx.Announcements(ctx, c.Tenant, append([]iam.OrgID{c.Org}, dir.Ancestors(c.Org)...), newsShown)
		return err
	})
	return out, err
}

// teammates are the first of the people, by the names that they go by here.
func teammates(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, list []*iam.User) ([]Teammate, error) {
	list = slices.DeleteFunc(list, func(u *iam.User) bool { return u.Type == iam.TypeService }) // programs are no colleagues
	slices.SortStableFunc(list, func(a, b *iam.User) int {
		return strings.Compare(fold.SortKey(dir.PersonaOf(a, c.Org).Name), fold.SortKey(dir.PersonaOf(b, c.Org).Name))
	})
	return seen(ctx, tx, dir, c, list[:min(len(list), teamShown)])
}

// seen are people as the caller may see them, in the same order.
func seen(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, list []*iam.User) ([]Teammate, error) {
	people, err := personas.See(ctx, tx, dir, c, list)
	if err != nil {
		return nil, err
	}
	out := make([]Teammate, len(list))
	for i, u := range list {
		out[i] = Teammate{people[i], runs(u, c.Org)}
	}
	return out, nil
}

// runs tells whether somebody holds Org Admin in an organization.
func runs(u *iam.User, org iam.OrgID) bool {
	m := u.Membership(org)
	return m != nil && slices.Contains(m.Roles, access.RoleOrgAdmin)
}
