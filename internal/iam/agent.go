package iam

import (
	"context"
	"time"
)

// AgentID names an AI agent.
type AgentID string

// PrefixAgent begins the ids of AI agents.
const PrefixAgent = "agent"

// AgentState tells whether an AI agent answers.
type AgentState string

// The states of an AI agent.
const (
	AgentActive AgentState = "active"
	AgentPaused AgentState = "paused"
)

// Valid tells whether s is a state of an AI agent.
func (s AgentState) Valid() bool { return s == AgentActive || s == AgentPaused }

// Agent is an AI agent (a bot) of the tenant. It is no user: people of type
// TypeAgent answer chats themselves.
type Agent struct {
	ID          AgentID
	Name        string // unique in the tenant, but for case and accents
	Description string
	ExternalID  string // what the bot builder calls it, unique in the tenant; "" for none
	State       AgentState
	Orgs        []OrgID // organizations that it is assigned to, sorted
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int64
}

// AgentStore keeps AI agents and the organizations they are assigned to.
type AgentStore interface {
	// InsertAgent adds an agent with its assignments. CodeConflict with pointer
	// "/name" or "/external_id" when another agent of the tenant has it,
	// CodeInvalid with "/organization_ids" when there is no such organization.
	InsertAgent(ctx context.Context, tenant TenantID, a *Agent) error
	// UpdateAgent writes all that can change, assignments too, where version is
	// still a.Version, and increments it; else CodePreconditionFailed. Otherwise
	// as InsertAgent.
	UpdateAgent(ctx context.Context, tenant TenantID, a *Agent) error
	// DeleteAgent removes an agent and its assignments.
	DeleteAgent(ctx context.Context, tenant TenantID, id AgentID) error
	Agent(ctx context.Context, tenant TenantID, id AgentID) (*Agent, error)
	// Agents returns all agents of the tenant by name.
	Agents(ctx context.Context, tenant TenantID) ([]*Agent, error)
	// OrgAgents returns the agents that are assigned to one organization itself,
	// by name and without Orgs.
	OrgAgents(ctx context.Context, tenant TenantID, org OrgID) ([]*Agent, error)
	// UnassignBelow takes all agents away from an organization and from those
	// below it, and returns them, by name, as they were before.
	UnassignBelow(ctx context.Context, tenant TenantID, org OrgID) ([]*Agent, error)
}
