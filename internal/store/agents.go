package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

const agentSelect = "SELECT a.id, a.name, a.description, COALESCE(a.external_id, ''), a.state, a.created_at, a.updated_at, a.version FROM agents a "

var errAssignedUnknown = iam.InvalidField("/organization_ids", "unknown", "Choose organizations that exist.")

func scanAgent(row scanner) (*iam.Agent, error) {
	a := &iam.Agent{}
	var created, updated int64
	err := row.Scan(&a.ID, &a.Name, &a.Description, &a.ExternalID, &a.State, &created, &updated, &a.Version)
	a.CreatedAt, a.UpdatedAt = fromMicros(created), fromMicros(updated)
	return a, err
}

// InsertAgent implements iam.AgentStore.
func (t *tx) InsertAgent(ctx context.Context, tenant iam.TenantID, a *iam.Agent) error {
	a.CreatedAt, a.UpdatedAt, a.Version = t.now, t.now, 1
	_, err := t.exec(ctx, "INSERT INTO agents (tenant_id, id, name, name_key, description, external_id, state, created_at, updated_at, version)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		string(tenant), string(a.ID), a.Name, fold.Text(a.Name), a.Description, nullable(a.ExternalID), string(a.State), micros(t.now), micros(t.now), a.Version)
	if err != nil {
		return t.refused(err, nil)
	}
	return t.insertAgentOrgs(ctx, tenant, a)
}

func (t *tx) insertAgentOrgs(ctx context.Context, tenant iam.TenantID, a *iam.Agent) error {
	slices.Sort(a.Orgs)
	args := make([]any, 0, 3*len(a.Orgs))
	for _, o := range a.Orgs {
		args = append(args, string(tenant), string(a.ID), string(o))
	}
	return t.refused(t.insertRows(ctx, "INSERT INTO agent_orgs (tenant_id, agent_id, org_id)", 3, args), errAssignedUnknown)
}

// UpdateAgent implements iam.AgentStore.
func (t *tx) UpdateAgent(ctx context.Context, tenant iam.TenantID, a *iam.Agent) error {
	n, err := t.exec(ctx, `
		UPDATE agents SET name = $1, name_key = $2, description = $3, external_id = $4, state = $5, updated_at = $6, version = version + 1
		WHERE tenant_id = $7 AND id = $8 AND version = $9`,
		a.Name, fold.Text(a.Name), a.Description, nullable(a.ExternalID), string(a.State), micros(t.now), string(tenant), string(a.ID), a.Version)
	if err != nil {
		return t.refused(err, nil)
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM agents WHERE tenant_id = $1 AND id = $2", string(tenant), string(a.ID))
		if err != nil {
			return err
		}
		return stale(exists, "AI agent")
	}
	a.UpdatedAt, a.Version = t.now, a.Version+1
	if _, err := t.exec(ctx, "DELETE FROM agent_orgs WHERE tenant_id = $1 AND agent_id = $2", string(tenant), string(a.ID)); err != nil {
		return err
	}
	return t.insertAgentOrgs(ctx, tenant, a)
}

// DeleteAgent implements iam.AgentStore: the assignments go with the row.
func (t *tx) DeleteAgent(ctx context.Context, tenant iam.TenantID, id iam.AgentID) error {
	n, err := t.exec(ctx, "DELETE FROM agents WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	return gone(n, err, "AI agent")
}

// Agent implements iam.AgentStore.
func (t *tx) Agent(ctx context.Context, tenant iam.TenantID, id iam.AgentID) (*iam.Agent, error) {
	a, err := one(ctx, t, "AI agent", scanAgent, agentSelect+"WHERE a.tenant_id = $1 AND a.id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	return a, t.loadAgentOrgs(ctx, tenant, []*iam.Agent{a})
}

// Agents implements iam.AgentStore.
func (t *tx) Agents(ctx context.Context, tenant iam.TenantID) ([]*iam.Agent, error) {
	list, err := many(ctx, t, scanAgent, agentSelect+"WHERE a.tenant_id = $1", string(tenant))
	if err != nil {
		return nil, err
	}
	return agentsByName(list), t.loadAgentOrgs(ctx, tenant, list)
}

// OrgAgents implements iam.AgentStore.
func (t *tx) OrgAgents(ctx context.Context, tenant iam.TenantID, org iam.OrgID) ([]*iam.Agent, error) {
	list, err := many(ctx, t, scanAgent, agentSelect+
		"JOIN agent_orgs o ON o.tenant_id = a.tenant_id AND o.agent_id = a.id WHERE o.tenant_id = $1 AND o.org_id = $2", string(tenant), string(org))
	return agentsByName(list), err
}

// UnassignBelow implements iam.AgentStore. The agents are locked first, so that
// what is returned is what goes.
func (t *tx) UnassignBelow(ctx context.Context, tenant iam.TenantID, org iam.OrgID) ([]*iam.Agent, error) {
	const assigned = "(SELECT o.agent_id FROM agent_orgs o JOIN sub ON sub.id = o.org_id WHERE o.tenant_id = $1)"
	list, err := many(ctx, t, scanAgent, subtree+agentSelect+"WHERE a.tenant_id = $1 AND a.id IN "+assigned+t.d.forUpdate, string(tenant), string(org))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := t.loadAgentOrgs(ctx, tenant, list); err != nil {
		return nil, err
	}
	if _, err := t.exec(ctx, subtree+"UPDATE agents SET updated_at = $3, version = version + 1 WHERE tenant_id = $1 AND id IN "+assigned,
		string(tenant), string(org), micros(t.now)); err != nil {
		return nil, err
	}
	_, err = t.exec(ctx, subtree+"DELETE FROM agent_orgs WHERE tenant_id = $1 AND org_id IN (SELECT id FROM sub)", string(tenant), string(org))
	return agentsByName(list), err
}

// loadAgentOrgs fills in what the agents are assigned to.
func (t *tx) loadAgentOrgs(ctx context.Context, tenant iam.TenantID, list []*iam.Agent) error {
	byID, ids := make(map[string]*iam.Agent, len(list)), make([]string, 0, len(list))
	for _, a := range list {
		byID[string(a.ID)], ids = a, append(ids, string(a.ID))
	}
	return eachIn(ctx, t, tenant, "SELECT agent_id, org_id FROM agent_orgs WHERE tenant_id = $1 AND agent_id IN ", " ORDER BY agent_id, org_id", ids,
		func(row scanner) error {
			var agent, org string
			err := row.Scan(&agent, &org)
			if a := byID[agent]; a != nil {
				a.Orgs = append(a.Orgs, iam.OrgID(org))
			}
			return err
		})
}

// agentsByName sorts agents as people look for them.
func agentsByName(list []*iam.Agent) []*iam.Agent {
	keys := make(map[iam.AgentID]string, len(list))
	for _, a := range list {
		keys[a.ID] = fold.SortKey(a.Name)
	}
	slices.SortFunc(list, func(a, b *iam.Agent) int { return cmp.Or(cmp.Compare(keys[a.ID], keys[b.ID]), cmp.Compare(a.ID, b.ID)) })
	return list
}
