// Package audit is the log of what happened in a tenant: who did what to whom,
// from where, and what it was before. Use cases record events in the
// transaction of the change; a background job seals them into a hash chain.
package audit

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Target is what an event is about.
type Target struct {
	Type string // "user", "role", "session", "organization", "api_key", "tenant", "import", "export"
	ID   string
	Name string
	// Org is the organization that it belongs to; "" where that is the one in which
	// the caller acts.
	Org iam.OrgID
}

// Actions of signing in, which are recorded whether it worked or not.
const (
	SessionCreated    = "session.created"
	SessionEnded      = "session.ended"
	PasswordChanged   = "user.password_changed"
	PasswordConfirmed = "user.password_confirmed" // fails only: a success is the change that follows
)

// User is the target of an event about a user. Of somebody of several
// organizations the event belongs to where it happened, so that none of them
// reads of the others. Where that may be one to which they do not belong, it is At.
func User(u *iam.User) Target {
	t := Target{Type: "user", ID: string(u.ID), Name: u.FullName()}
	if len(u.Memberships) == 1 {
		t.Org = u.Memberships[0].Org
	}
	return t
}

// At is the target of an event about a user that happened in org. The event
// belongs there only if they do, or to an organization below: the company's people
// act in organizations that are not to read who they are, and what is theirs stays
// with the company.
func At(dir *authz.Directory, org iam.OrgID, u *iam.User) Target { return Change(dir, org, u, u) }

// Change is At of a change of a user, which may be one of where they belong.
func Change(dir *authz.Directory, org iam.OrgID, before, after *iam.User) Target {
	t := User(after)
	if t.Org != "" && t.Org == User(before).Org {
		return t
	}
	t.Org = dir.RootOrg
	if belongs(dir, org, before) || belongs(dir, org, after) {
		t.Org = org
	}
	return t
}

func belongs(dir *authz.Directory, org iam.OrgID, u *iam.User) bool {
	return slices.ContainsFunc(u.Memberships, func(m iam.Membership) bool { return dir.Within(m.Org, org) })
}

// New makes a successful event of the caller.
func New(ids iam.IDs, now time.Time, c *access.Caller, action string, target Target, changes ...iam.Change) *iam.Event {
	e := &iam.Event{
		ID: iam.EventID(ids.NewID(iam.PrefixEvent, now)), At: now, Action: action, Outcome: iam.OutcomeSuccess,
		ActorType: c.Actor, ActorID: string(c.User), ActorName: c.Name,
		TargetType: target.Type, TargetID: target.ID, TargetName: target.Name, Org: cmp.Or(target.Org, c.Org),
		Changes: changes, IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID,
	}
	if c.Impersonator != nil {
		e.ActorID, e.ActorName = string(c.Impersonator.ID), c.Impersonator.Name
		e.Changes = append([]iam.Change{{Field: OnBehalfOf, After: Behalf{string(c.User), c.Name}}}, changes...)
	}
	if c.Actor == iam.ActorAPIKey {
		e.Reason = apiKeyReason + string(c.APIKey)
	}
	return e
}

// apiKeyReason begins the reason of what was done with an API key; its id follows.
const apiKeyReason = "api_key:"

// OnBehalfOf is the change in which an event says as whom the actor was logged
// in; its After is a Behalf.
const OnBehalfOf = "on_behalf_of"

// Behalf is the person as whom somebody was logged in.
type Behalf struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Person is somebody in a change. It is of those that are erased with the
// person, whom it is found by the id for.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Failed makes an event of something that was tried and refused; reason is a
// code, never what was typed.
func Failed(ids iam.IDs, now time.Time, c *access.Caller, action string, target Target, reason string) *iam.Event {
	e := New(ids, now, c, action, target)
	e.Outcome, e.Reason = iam.OutcomeFailure, reason
	return e
}

// Changes collects the fields that differ.
type Changes []iam.Change

// Add notes the field when before and after differ.
func (c *Changes) Add(field string, before, after any) {
	if !reflect.DeepEqual(before, after) {
		*c = append(*c, iam.Change{Field: field, Before: before, After: after})
	}
}
