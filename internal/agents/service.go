// Package agents keeps the tenant's AI agents and to which organizations each is
// assigned. Who acts in the root organization sees and changes all of them. Who
// acts in another sees those that are assigned there or below, and changes
// nothing but the assignments there and below. Bots is the word of the
// permissions for them; people of the type agent are no AI agents.
package agents

import (
	"context"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// The limits of AI agents: all of a tenant are listed at once, each with what it
// is assigned to. External ids are counted in characters.
const (
	MaxAgents   = 1000
	MaxAssigned = 500
	MaxExternal = 100
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
	// Directories knows the trees of tenants.
	Directories *authz.Cache
}

// Service keeps AI agents.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// View is an AI agent as the caller sees it.
type View struct {
	*iam.Agent
	// Assigned are the organizations that it is assigned to and the caller sees.
	Assigned   []*iam.Organization
	Manageable bool // the caller may change and delete it
	Assignable bool // the caller may change Assigned
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

// covers tells whether an organization is the caller's or below it.
func (s *scope) covers(org iam.OrgID) bool { return s.orgs == nil || authz.Contains(s.orgs, org) }

// sees tells whether the caller may see an agent.
func (s *scope) sees(a *iam.Agent) bool {
	return s.orgs == nil || slices.ContainsFunc(a.Orgs, s.covers)
}

func (s *scope) view(a *iam.Agent) *View {
	may := s.c.Has(iam.PermBotsManage)
	v := &View{Agent: a, Manageable: may && s.c.InRoot, Assignable: may, Assigned: []*iam.Organization{}}
	for _, id := range a.Orgs {
		if o := s.dir.Orgs[id]; o != nil && s.covers(id) {
			v.Assigned = append(v.Assigned, o)
		}
	}
	slices.SortFunc(v.Assigned, func(a, b *iam.Organization) int {
		return strings.Compare(fold.SortKey(a.Name)+string(a.ID), fold.SortKey(b.Name)+string(b.ID))
	})
	return v
}

// List returns the AI agents that the caller may see, by name; search narrows by
// name, description and external id. It needs bots.read.
func (s *Service) List(ctx context.Context, c *access.Caller, search string) ([]*View, error) {
	if err := c.Require(iam.PermBotsRead); err != nil {
		return nil, err
	}
	words := fold.Words(search)
	out := []*View{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		sc, err := s.scope(ctx, tx, c)
		if err != nil {
			return err
		}
		all, err := tx.Agents(ctx, c.Tenant)
		if err != nil {
			return err
		}
		for _, a := range all {
			if sc.sees(a) && fold.HasWords(a.Name+" "+a.Description+" "+a.ExternalID, words) {
				out = append(out, sc.view(a))
			}
		}
		return nil
	})
	return out, err
}

// Get returns one AI agent; CodeNotFound when the caller may not see it. It
// needs bots.read.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.AgentID) (*View, error) {
	if err := c.Require(iam.PermBotsRead); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		sc, a, err := s.visible(ctx, tx, c, id)
		if err == nil {
			v = sc.view(a)
		}
		return err
	})
	return v, err
}

// Place is an organization to which an AI agent can be assigned.
type Place struct {
	*iam.Organization
	Path []string // the names of those above that the caller sees, the highest first
}

// Organizations returns up to limit of those to which the caller may assign AI
// agents, as the tree reads, of those that search finds; more tells that there
// are others. It needs bots.manage. What another node changed can be a second old.
func (s *Service) Organizations(ctx context.Context, c *access.Caller, search string, limit int) (list []Place, more bool, err error) {
	if err := c.Require(iam.PermBotsManage); err != nil {
		return nil, false, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, false, err
	}
	seen := func(org iam.OrgID) bool { return dir.Within(org, c.Org) }
	found, more := dir.FindSome(search, limit, seen)
	list = make([]Place, len(found))
	for i, o := range found {
		list[i] = Place{o, dir.Path(o.ID, seen)}
	}
	return list, more, nil
}

// visible reads an agent that the caller may see.
func (s *Service) visible(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.AgentID) (*scope, *iam.Agent, error) {
	sc, err := s.scope(ctx, tx, c)
	if err != nil {
		return nil, nil, err
	}
	a, err := tx.Agent(ctx, c.Tenant, id)
	if err != nil {
		return nil, nil, err
	}
	if !sc.sees(a) {
		return nil, nil, iam.NotFound("AI agent")
	}
	return sc, a, nil
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, a *iam.Agent, changes ...iam.Change) error {
	target := audit.Target{Type: "agent", ID: string(a.ID), Name: a.Name}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
