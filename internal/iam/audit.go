package iam

import "time"

// ActorType says what kind of thing did something.
type ActorType string

// The kinds of actor.
const (
	ActorUser     ActorType = "user"
	ActorAPIKey   ActorType = "api_key"
	ActorSystem   ActorType = "system"
	ActorOperator ActorType = "operator" // the command line on the server
	ActorNobody   ActorType = "anonymous"
)

// Outcome says whether what was tried was done.
type Outcome string

// The outcomes of an audited action.
const (
	OutcomeSuccess Outcome = "success"
	OutcomeFailure Outcome = "failure"
)

// Change is one field of an audited change. Secrets never appear here.
type Change struct {
	Field  string `json:"field"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

// Event is one entry of a tenant's audit log. It is written in the transaction
// of the change it tells of, and sealed into the tenant's hash chain (Seq,
// Prev, Hash) by a background job within about a second.
type Event struct {
	ID      EventID
	At      time.Time
	Action  string // such as "user.updated"
	Outcome Outcome
	Reason  string // why it failed, a code

	ActorType ActorType
	ActorID   string
	ActorName string

	TargetType string // user, role, session, …
	TargetID   string
	TargetName string

	// Org is the organization that it concerns, whose own administrators may read
	// of it; "" in events from before there was this field.
	Org OrgID

	Changes   []Change
	IP        string
	UserAgent string
	RequestID string

	Seq  int64  // position in the chain; 0 while not sealed
	Hash []byte // SHA-256 over the event and the hash before it
}

// EventFilter selects audit events. Zero fields do not filter.
type EventFilter struct {
	Action   string
	Actor    string
	Target   string
	Involves string // actor, target or as whom the actor was logged in
	Outcome  Outcome
	IP       string // as events have it: see netip.Addr.String
	// KnownIn and Self tell of whom the caller may know: by an actor, their address,
	// a target and its name no events are selected but those of members of these
	// organizations, past and deleted ones too as far as they belonged there then, of
	// Self, and of nobody at all. nil are everybody's.
	KnownIn   []OrgID
	Self      UserID
	RequestID string
	Search    string // in actor and target names, exact words or their beginnings
	// TargetsOnly searches in the names of targets alone.
	TargetsOnly bool
	// Orgs are those whose events are selected; nil are those of all, and events
	// of none. A cursor holds for as long as the first is the same.
	Orgs     []OrgID
	From, To time.Time
	Page     Page
}
