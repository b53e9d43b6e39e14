package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/agents"
	"github.com/retinue/retinue/internal/iam"
)

// Agents are the use cases of AI agents.
type Agents interface {
	List(ctx context.Context, c *access.Caller, search string) ([]*agents.View, error)
	Get(ctx context.Context, c *access.Caller, id iam.AgentID) (*agents.View, error)
	Create(ctx context.Context, c *access.Caller, in agents.Create) (*agents.View, error)
	Update(ctx context.Context, c *access.Caller, id iam.AgentID, in agents.Update) (*agents.View, error)
	Delete(ctx context.Context, c *access.Caller, id iam.AgentID, version int64) error
	Assign(ctx context.Context, c *access.Caller, id iam.AgentID, orgs []iam.OrgID, version int64) (*agents.View, error)
	Organizations(ctx context.Context, c *access.Caller, search string, limit int) (list []agents.Place, more bool, err error)
}

// Agent is an AI agent of the tenant.
type Agent struct {
	ID            iam.AgentID       `json:"id"`
	Name          string            `json:"name"`
	Description   string            `json:"description"`
	ExternalID    string            `json:"external_id" doc:"What the bot builder calls it; empty for none"`
	State         iam.AgentState    `json:"state" enum:"active,paused"`
	Organizations []OrganizationRef `json:"organizations" doc:"Those that it is assigned to, as far as the caller sees them, by name"`
	Manageable    bool              `json:"manageable" doc:"Whether the caller may change and delete it"`
	Assignable    bool              `json:"assignable" doc:"Whether the caller may change to which of these organizations it is assigned"`
	CreatedAt     time.Time         `json:"created_at"`
	UpdatedAt     time.Time         `json:"updated_at"`
	Version       int64             `json:"version"`
}

func organizationRef(o *iam.Organization) OrganizationRef { return OrganizationRef{o.ID, o.Name} }

func agentOf(v *agents.View) Agent {
	return Agent{
		ID: v.ID, Name: v.Name, Description: v.Description, ExternalID: v.ExternalID, State: v.State,
		Organizations: mapped(v.Assigned, organizationRef), Manageable: v.Manageable, Assignable: v.Assignable,
		CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Version: v.Version,
	}
}

type agentListInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must be in name, description or external id"`
}

func (s *server) listAgents(ctx context.Context, c *access.Caller, in *agentListInput) (*itemsOutput[Agent], error) {
	list, err := s.deps.Agents.List(ctx, c, in.Search)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, agentOf), nil
}

// AgentOrganization is one to which the caller may assign AI agents.
type AgentOrganization struct {
	ID   iam.OrgID `json:"id"`
	Name string    `json:"name"`
	Path []string  `json:"path" doc:"The names of the organizations above, the highest first, as far as the caller sees them"`
}

// AgentOrganizations are some of those to which the caller may assign AI agents.
type AgentOrganizations struct {
	Items []AgentOrganization `json:"items"`
	More  bool                `json:"more" doc:"There are others: search for them"`
}

type agentOrganizationsInput struct {
	Search string `query:"search" maxLength:"200" doc:"Part of a name or short name; case and accents don't matter"`
	Limit  int    `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many at most"`
}

type agentOrganizationsOutput struct{ Body AgentOrganizations }

func (s *server) listAgentOrganizations(ctx context.Context, c *access.Caller, in *agentOrganizationsInput) (*agentOrganizationsOutput, error) {
	list, more, err := s.deps.Agents.Organizations(ctx, c, in.Search, in.Limit)
	if err != nil {
		return nil, err
	}
	return &agentOrganizationsOutput{AgentOrganizations{More: more, Items: mapped(list, func(p agents.Place) AgentOrganization {
		return AgentOrganization{p.ID, p.Name, same(p.Path)}
	})}}, nil
}

// AgentPath names an AI agent in the address.
type AgentPath struct {
	ID iam.AgentID `path:"id" doc:"The AI agent's id"`
}

type agentOutput struct {
	ETagHeader
	Body Agent
}

func agentAnswer(v *agents.View, err error) (*agentOutput, error) {
	if err != nil {
		return nil, err
	}
	return &agentOutput{ETagHeader: tagged(v.Version), Body: agentOf(v)}, nil
}

func (s *server) getAgent(ctx context.Context, c *access.Caller, in *AgentPath) (*agentOutput, error) {
	return agentAnswer(s.deps.Agents.Get(ctx, c, in.ID))
}

// CreateAgentRequest is what a new AI agent is made of.
type CreateAgentRequest struct {
	Name            string         `json:"name" maxLength:"100"`
	Description     string         `json:"description,omitempty" maxLength:"500"`
	ExternalID      string         `json:"external_id,omitempty" maxLength:"100" doc:"What the bot builder calls it; no two AI agents share one"`
	State           iam.AgentState `json:"state,omitempty" enum:"active,paused" doc:"By default active"`
	OrganizationIDs []iam.OrgID    `json:"organization_ids,omitempty" maxItems:"500" maxLength:"100" doc:"To which organizations it is assigned at once"`
}

type createAgentInput struct{ Body CreateAgentRequest }

type createAgentOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body Agent
}

func (s *server) createAgent(ctx context.Context, c *access.Caller, in *createAgentInput) (*createAgentOutput, error) {
	b := in.Body
	v, err := s.deps.Agents.Create(ctx, c, agents.Create{
		Name: b.Name, Description: b.Description, ExternalID: b.ExternalID, State: b.State, Orgs: b.OrganizationIDs,
	})
	if err != nil {
		return nil, err
	}
	return &createAgentOutput{Location: base + "/agents/" + string(v.ID), ETagHeader: tagged(v.Version), Body: agentOf(v)}, nil
}

// AgentPatch changes an AI agent.
type AgentPatch struct {
	Name        Optional[string]         `json:"name,omitzero" maxLength:"100"`
	Description Optional[string]         `json:"description,omitzero" maxLength:"500"`
	ExternalID  Optional[string]         `json:"external_id,omitzero" maxLength:"100"`
	State       Optional[iam.AgentState] `json:"state,omitzero" enum:"active,paused"`
}

type patchAgentInput struct {
	AgentPath
	IfMatchHeader
	Body AgentPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchAgent(ctx context.Context, c *access.Caller, in *patchAgentInput) (*agentOutput, error) {
	v, err := s.deps.Agents.Update(ctx, c, in.ID, agents.Update{
		Name: in.Body.Name.Ptr(), Description: in.Body.Description.Ptr(), ExternalID: in.Body.ExternalID.Ptr(), State: in.Body.State.Ptr(), Version: in.version(),
	})
	return agentAnswer(v, withCurrent(err, s.currentAgent(ctx, c, in.ID)))
}

func (s *server) currentAgent(ctx context.Context, c *access.Caller, id iam.AgentID) func() (any, error) {
	return func() (any, error) {
		v, err := s.deps.Agents.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return agentOf(v), nil
	}
}

// AgentAssignments are the organizations to which an AI agent is assigned.
type AgentAssignments struct {
	OrganizationIDs []iam.OrgID `json:"organization_ids" maxItems:"500" maxLength:"100"`
}

type putAgentAssignmentsInput struct {
	AgentPath
	IfMatchHeader
	Body AgentAssignments
}

func (s *server) putAgentAssignments(ctx context.Context, c *access.Caller, in *putAgentAssignmentsInput) (*agentOutput, error) {
	v, err := s.deps.Agents.Assign(ctx, c, in.ID, in.Body.OrganizationIDs, in.version())
	return agentAnswer(v, withCurrent(err, s.currentAgent(ctx, c, in.ID)))
}

type deleteAgentInput struct {
	AgentPath
	IfMatchHeader
}

func (s *server) deleteAgent(ctx context.Context, c *access.Caller, in *deleteAgentInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Agents.Delete(ctx, c, in.ID, in.version()), s.currentAgent(ctx, c, in.ID))
}

const exampleAgentID iam.AgentID = "agent_01k9z7p1q3r5s7t9v1w3x5y7z9"

func exampleAgent() Agent {
	return Agent{
		ID: exampleAgentID, Name: "Returns desk", Description: "Answers questions about returns and refunds", ExternalID: "bot-4711", State: iam.AgentActive,
		Organizations: []OrganizationRef{{"org_01k9z3rc9d6e2w5q8t1y4u7i0p", "Fabrikam"}}, Manageable: true, Assignable: true,
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 2,
	}
}

func (s *server) agentOperations() {
	read, manage := needs(iam.PermBotsRead), needs(iam.PermBotsManage)
	register(s, operation{
		id: "list-agents", method: http.MethodGet, path: "/agents", tag: tagAgents, guard: read,
		summary: "List AI agents", description: "All of the company for who acts in its root organization; for others those that are assigned to the organization in which they act or to one below it. By name, not paged.",
		response: Items[Agent]{[]Agent{exampleAgent()}},
	}, s.listAgents)
	register(s, operation{
		id: "create-agent", method: http.MethodPost, path: "/agents", tag: tagAgents, guard: manage, status: http.StatusCreated, idempotent: true,
		summary: "Add an AI agent", description: "Adds an AI agent to the company's list. It needs acting in the root organization.", errors: []iam.Code{iam.CodeConflict},
		request:  CreateAgentRequest{Name: "Returns desk", ExternalID: "bot-4711", OrganizationIDs: []iam.OrgID{"org_01k9z3rc9d6e2w5q8t1y4u7i0p"}},
		response: exampleAgent(),
	}, s.createAgent)
	register(s, operation{
		id: "get-agent", method: http.MethodGet, path: "/agents/{id}", tag: tagAgents, guard: read,
		summary: "Get an AI agent", description: "One AI agent, with the ETag that changes need.", response: exampleAgent(),
	}, s.getAgent)
	register(s, operation{
		id: "update-agent", method: http.MethodPatch, path: "/agents/{id}", tag: tagAgents, guard: manage, conditional: true,
		summary: "Change an AI agent", description: "Changes name, description, external id and state. It needs acting in the root organization.", errors: []iam.Code{iam.CodeConflict},
		request: AgentPatch{State: Some(iam.AgentPaused)}, response: exampleAgent(),
	}, s.patchAgent)
	register(s, operation{
		id: "delete-agent", method: http.MethodDelete, path: "/agents/{id}", tag: tagAgents, guard: manage, conditional: true,
		summary: "Delete an AI agent", description: "Removes an AI agent with its assignments. It needs acting in the root organization.",
	}, s.deleteAgent)
	register(s, operation{
		id: "put-agent-assignments", method: http.MethodPut, path: "/agents/{id}/organizations", tag: tagAgents, guard: manage, conditional: true,
		summary: "Assign an AI agent", description: "Sets to which organizations the AI agent is assigned, of the one in which the caller acts and those below it. What it is assigned to elsewhere stays. " +
			"Who does not act in the root organization no longer sees an AI agent of which they leave nothing.",
		request: AgentAssignments{[]iam.OrgID{"org_01k9z3rc9d6e2w5q8t1y4u7i0p"}}, response: exampleAgent(),
	}, s.putAgentAssignments)
	register(s, operation{
		id: "list-agent-organizations", method: http.MethodGet, path: "/agent-organizations", tag: tagAgents, guard: manage,
		summary: "Where AI agents can be assigned", description: "The organizations to which the caller may assign AI agents, in the order of the tree. With search, those that are found.",
		errors: []iam.Code{iam.CodeInvalid},
		response: AgentOrganizations{Items: []AgentOrganization{
			{exampleOrgID, "Northwind", []string{}}, {"org_01k9z3rc9d6e2w5q8t1y4u7i0p", "Fabrikam", []string{"Northwind"}},
		}},
	}, s.listAgentOrganizations)
}
