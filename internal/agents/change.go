package agents

import (
	"context"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// Create is what a new AI agent is made of.
type Create struct {
	Name, Description, ExternalID string
	State                         iam.AgentState // "": active
	Orgs                          []iam.OrgID    // that it is assigned to at once
}

// Create adds an AI agent. It needs bots.manage and acting in the root
// organization; CodeConflict with "/name" or "/external_id" when another agent
// has it.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*View, error) {
	if err := c.Require(iam.PermBotsManage); err != nil {
		return nil, err
	}
	if err := c.ForCompany("AI agents"); err != nil {
		return nil, err
	}
	a := &iam.Agent{Name: in.Name, Description: in.Description, ExternalID: in.ExternalID, State: in.State, Orgs: in.Orgs}
	if a.State == "" {
		a.State = iam.AgentActive
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, err := s.scope(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := sc.check(a); err != nil {
			return err
		}
		all, err := tx.Agents(ctx, c.Tenant)
		if err != nil {
			return err
		}
		if len(all) >= MaxAgents {
			return iam.InvalidField("/name", "limit", fmt.Sprintf("There are %d AI agents already, as many as there can be. Delete one that nobody needs.", MaxAgents))
		}
		a.ID = iam.AgentID(s.IDs.NewID(iam.PrefixAgent, tx.Now()))
		if err := tx.InsertAgent(ctx, c.Tenant, a); err != nil {
			return err
		}
		v = sc.view(a)
		return s.record(ctx, tx, c, "agent.created", a, sc.differences(&iam.Agent{}, a)...)
	})
	return v, err
}

// Update changes an AI agent; nil fields stay as they are.
type Update struct {
	Name, Description, ExternalID *string
	State                         *iam.AgentState
	// Version is what the caller saw: CodePreconditionFailed when the agent has
	// changed since.
	Version int64
}

// Update changes what an AI agent is. It needs bots.manage and acting in the
// root organization.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.AgentID, in Update) (*View, error) {
	return s.change(ctx, c, id, in.Version, "agent.updated", func(_ *scope, a *iam.Agent) error {
		if err := c.ForCompany("AI agents"); err != nil {
			return err
		}
		set(&a.Name, in.Name)
		set(&a.Description, in.Description)
		set(&a.ExternalID, in.ExternalID)
		set(&a.State, in.State)
		return nil
	})
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Assign makes orgs all the organizations, of those that the caller acts in or
// above, to which an AI agent is assigned; those elsewhere stay. It needs
// bots.manage.
func (s *Service) Assign(ctx context.Context, c *access.Caller, id iam.AgentID, orgs []iam.OrgID, version int64) (*View, error) {
	return s.change(ctx, c, id, version, "agent.assignments_changed", func(sc *scope, a *iam.Agent) error {
		elsewhere := slices.DeleteFunc(slices.Clone(a.Orgs), sc.covers)
		if err := sc.known(orgs); err != nil {
			return err
		}
		a.Orgs = slices.Concat(elsewhere, orgs)
		return nil
	})
}

// known refuses organizations that there are none of, as far as the caller sees.
func (s *scope) known(orgs []iam.OrgID) error {
	var v text.Checker
	for i, id := range orgs {
		if s.dir.Orgs[id] == nil || !s.covers(id) {
			v.Add(fmt.Sprintf("/organization_ids/%d", i), "unknown", "There is no such organization, or it is not below yours.")
		}
	}
	return v.Err()
}

// check brings an agent into the form it is kept in.
func (s *scope) check(a *iam.Agent) error {
	var v text.Checker
	v.Name("/name", &a.Name)
	v.Description("/description", &a.Description)
	v.Line("/external_id", "external ID", &a.ExternalID, MaxExternal)
	if !a.State.Valid() {
		v.Add("/state", "unknown", "Choose active or paused.")
	}
	for i, id := range a.Orgs {
		if s.dir.Orgs[id] == nil {
			v.Add(fmt.Sprintf("/organization_ids/%d", i), "unknown", "There is no such organization.")
		}
	}
	a.Orgs = slices.Clone(a.Orgs)
	slices.Sort(a.Orgs)
	a.Orgs = slices.Compact(a.Orgs)
	if len(a.Orgs) > MaxAssigned {
		v.Add("/organization_ids", "too_many", fmt.Sprintf("An AI agent can be assigned to at most %d organizations.", MaxAssigned))
	}
	return v.Err()
}

// change runs fn on a copy of an agent and writes what it made of it.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.AgentID, version int64, action string,
	fn func(*scope, *iam.Agent) error,
) (*View, error) {
	if err := c.Require(iam.PermBotsManage); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, before, err := s.visible(ctx, tx, c, id)
		if err != nil {
			return err
		}
		after := *before
		if err := fn(sc, &after); err != nil {
			return err
		}
		if version != before.Version {
			return iam.Stale("AI agent")
		}
		if err := sc.check(&after); err != nil {
			return err
		}
		v = sc.view(&after)
		changes := sc.differences(before, &after)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateAgent(ctx, c.Tenant, &after); err != nil {
			return err
		}
		v = sc.view(&after)
		return s.record(ctx, tx, c, action, &after, changes...)
	})
	return v, err
}

// Delete removes an AI agent with its assignments. It needs bots.manage and
// acting in the root organization.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.AgentID, version int64) error {
	if err := c.Require(iam.PermBotsManage); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, a, err := s.visible(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if err := c.ForCompany("AI agents"); err != nil {
			return err
		}
		if version != a.Version {
			return iam.Stale("AI agent")
		}
		if err := tx.DeleteAgent(ctx, c.Tenant, id); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "agent.deleted", a, sc.differences(a, &iam.Agent{})...)
	})
}

// differences are what an audit event tells of a change. It names organizations
// of the caller's part of the tree only: whoever reads their own history must
// not learn of others by it.
func (s *scope) differences(before, after *iam.Agent) audit.Changes {
	names := func(ids []iam.OrgID) []string {
		out := []string{}
		for _, id := range ids {
			if o := s.dir.Orgs[id]; o != nil && s.covers(id) {
				out = append(out, o.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	var ch audit.Changes
	ch.Add("name", before.Name, after.Name)
	ch.Add("description", before.Description, after.Description)
	ch.Add("external_id", before.ExternalID, after.ExternalID)
	ch.Add("state", string(before.State), string(after.State))
	if !slices.Equal(before.Orgs, after.Orgs) { // two organizations can have one name
		ch = append(ch, iam.Change{Field: "organizations", Before: names(before.Orgs), After: names(after.Orgs)})
	}
	return ch
}
