// Package teams manages the teams of organizations: who is in them, with which
// role. Callers see the teams of the organization they act in and below, and
// those that serve it; they change only the former.
package teams

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
	"github.com/retinue/retinue/internal/photo"
)

// The limits of teams: how many an organization has, so that none takes the room
// of another, and how many people: a team that is deleted lets all of them go in
// one transaction.
const (
	MaxTeams   = 5000
	MaxMembers = 2000
	maxServes  = 200
)

// Deps are what the service works with.
type Deps struct {
	Store    iam.Store
	IDs      iam.IDs
	Photos   photo.Store
	Pictures *photo.Processor
}

// Service manages teams.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// View is a team as the caller sees it.
type View struct {
	*iam.Team
	OrgName string
	// Served are the organizations that the team works for and the caller sees.
	Served     []*iam.Organization
	Manageable bool // the caller may change it
}

// scope is what of the tree a caller sees; the directory knows the rest.
type scope struct {
	dir  *authz.Directory
	c    *access.Caller
	orgs []iam.OrgID // nil for all
}

func (s *Service) scope(ctx context.Context, tx iam.Tx, c *access.Caller) (*scope, error) {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	return &scope{dir, c, dir.Scope(c)}, nil
}

// owns tells whether an organization is one in which the caller may change things.
func (s *scope) owns(org iam.OrgID) bool { return s.orgs == nil || authz.Contains(s.orgs, org) }

func (s *scope) view(t *iam.Team) *View {
	v := &View{Team: t, Manageable: s.owns(t.Org) && s.c.Has(iam.PermTeamsManage), Served: []*iam.Organization{}}
	if o := s.dir.Orgs[t.Org]; o != nil {
		v.OrgName = o.Name
	}
	for _, id := range t.Serves {
		if o := s.dir.Orgs[id]; o != nil && s.owns(id) {
			v.Served = append(v.Served, o)
		}
	}
	return v
}

// Filter says which teams a list has.
type Filter struct {
	Search string
	Org    iam.OrgID // of this organization itself; "" is all that the caller sees
	// Manageable leaves out those that the caller can't change.
	Manageable bool
	Page       iam.Page
}

// List returns one page of the teams that the caller may see, by name; search
// narrows by name and description. It needs teams.read. CodeNotFound for an
// organization that the caller does not see.
func (s *Service) List(ctx context.Context, c *access.Caller, f Filter) (iam.List[*View], error) {
	var out iam.List[*View]
	if err := c.Require(iam.PermTeamsRead); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		sc, err := s.scope(ctx, tx, c)
		if err != nil {
			return err
		}
		out.Items = []*View{}
		wanted := iam.TeamFilter{Search: f.Search, Orgs: sc.orgs, Own: f.Manageable, Page: f.Page}
		switch {
		case f.Org != "" && !sc.dir.Within(f.Org, c.Org):
			return iam.NotFound("organization")
		case f.Org != "":
			wanted.Orgs, wanted.Own = []iam.OrgID{f.Org}, true
		}
		if f.Manageable && !c.Has(iam.PermTeamsManage) {
			return nil
		}
		page, err := tx.Teams(ctx, c.Tenant, wanted)
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		for _, t := range page.Items {
			if err := sc.countMembers(ctx, tx, t); err != nil {
				return err
			}
			out.Items = append(out.Items, sc.view(t))
		}
		return nil
	})
	return out, err
}

// Get returns one team; CodeNotFound when the caller may not see it.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.TeamID) (*View, error) {
	if err := c.Require(iam.PermTeamsRead); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		sc, t, err := s.visible(ctx, tx, c, id)
		if err != nil {
			return err
		}
		v = sc.view(t)
		return sc.countMembers(ctx, tx, t)
	})
	return v, err
}

// countMembers replaces the number of the members of a team that belongs to
// another organization by that of those whom the caller may see.
func (s *scope) countMembers(ctx context.Context, tx iam.Tx, t *iam.Team) (err error) {
	if s.owns(t.Org) {
		return nil
	}
	t.Members, err = tx.CountUsers(ctx, s.c.Tenant, iam.UserFilter{Team: t.ID, Orgs: s.orgs})
	return err
}

// visible reads a team that the caller may see.
func (s *Service) visible(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.TeamID) (*scope, *iam.Team, error) {
	sc, err := s.scope(ctx, tx, c)
	if err != nil {
		return nil, nil, err
	}
	t, err := tx.Team(ctx, c.Tenant, id)
	if err != nil {
		return nil, nil, err
	}
	if !sc.dir.SeesTeam(c, t) {
		return nil, nil, iam.NotFound("team")
	}
	return sc, t, nil
}

// manageable reads a team that the caller may change.
func (s *Service) manageable(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.TeamID) (*scope, *iam.Team, error) {
	sc, t, err := s.visible(ctx, tx, c, id)
	if err != nil {
		return nil, nil, err
	}
	if !sc.owns(t.Org) {
		return nil, nil, iam.Errorf(iam.CodeForbidden, "This team works for your organization, but belongs to another one. Ask somebody there to change it.").Because("team_elsewhere")
	}
	return sc, t, nil
}

// Member is a user in a team, as the caller sees them.
type Member struct {
	*personas.Person
	Hold iam.TeamHold
	Role *iam.Role // held in the team, or nil
}

// Members returns one page of the people of a team whom the caller may see, by
// name. It needs teams.read.
func (s *Service) Members(ctx context.Context, c *access.Caller, id iam.TeamID, search string, p iam.Page) (iam.List[*Member], error) {
	var out iam.List[*Member]
	if err := c.Require(iam.PermTeamsRead); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		sc, _, err := s.visible(ctx, tx, c, id)
		if err != nil {
			return err
		}
		page, err := personas.List(ctx, tx, sc.dir, c, iam.UserFilter{Search: search, Team: id, Orgs: sc.orgs, Page: p})
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = members(ctx, tx, sc, id, page.Items...)
		return err
	})
	return out, err
}

func member(ctx context.Context, tx iam.Tx, sc *scope, u *iam.User, id iam.TeamID) (*Member, error) {
	list, err := members(ctx, tx, sc, id, u)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// members are people of a team as the caller sees them.
func members(ctx context.Context, tx iam.Tx, sc *scope, id iam.TeamID, list ...*iam.User) ([]*Member, error) {
	people, err := personas.See(ctx, tx, sc.dir, sc.c, list)
	if err != nil {
		return nil, err
	}
	out := make([]*Member, len(list))
	for i, u := range list {
		out[i] = &Member{Person: people[i]}
		if h := u.TeamHold(id); h != nil {
			out[i].Hold, out[i].Role = *h, sc.dir.Roles[h.Role]
		}
	}
	return out, nil
}

// record appends an event about a team that was before and is after in the
// transaction. It belongs to the organization of the team unless it tells of others
// for which the team works, or worked: then to the one where the caller acts, to
// whose part of the tree all that differences names belongs.
func (s *Service) record(ctx context.Context, tx iam.Tx, sc *scope, action string, before, after *iam.Team, changes ...iam.Change) error {
	target := audit.Target{Type: "team", ID: string(after.ID), Name: after.Name, Org: after.Org}
	for _, served := range slices.Concat(before.Serves, after.Serves) {
		if sc.owns(served) && !sc.dir.Within(served, after.Org) {
			target.Org = sc.c.Org
		}
	}
	return tx.AppendEvents(ctx, sc.c.Tenant, audit.New(s.IDs, tx.Now(), sc.c, action, target, changes...))
}
