package audit

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// view is what a caller sees of the log. In the root organization that is all of
// it. Below, it is what concerns the caller's organization and those below it;
// of who acted there from outside, it tells only that it was the company.
type view struct {
	caller *access.Caller
	dir    *authz.Directory
	// parts are the organizations whose people, and those of the ones below, the
	// caller knows; keep tells which events are not masked.
	parts []iam.OrgID
	keep  func(*iam.Event) bool
}

// viewOf narrows the filter to what the caller sees.
func viewOf(ctx context.Context, tx iam.Tx, c *access.Caller, f *iam.EventFilter) (*view, error) {
	v := &view{caller: c, parts: []iam.OrgID{c.Org}}
	if c.InRoot && len(f.Orgs) == 0 {
		return v, nil
	}
	var err error
	if v.dir, err = authz.Load(ctx, tx, c.Tenant); err != nil {
		return nil, err
	}
	org := c.Org
	if len(f.Orgs) > 0 {
		org = f.Orgs[0]
	}
	if v.dir.Orgs[org] == nil || !v.dir.Within(org, c.Org) {
		return nil, iam.InvalidField("/organization_id", "unknown", "There is no such organization.")
	}
	f.Orgs = v.dir.Subtree(org)
	if c.InRoot {
		return v, nil
	}
	// A search could find out the name of who acted from outside, letter by letter.
	f.TargetsOnly = true
	// Nor does it tell from where they did: see mask.
	f.KnownIn, f.Self = v.dir.Subtree(c.Org), c.User
	if known, err := v.known(ctx, tx, f.Actor); err != nil || !known {
		return nil, cmp.Or[error](err, iam.InvalidField("/actor_id", "unknown", "There is no such person."))
	}
	if known, err := v.known(ctx, tx, f.Involves); err != nil || !known {
		return nil, cmp.Or[error](err, iam.NotFound("user"))
	}
	return v, nil
}

// ownView is what somebody below the root sees of their own history: they know the
// people of every organization to which they belong. Whoever was logged in as them
// is named in all that they did then, wherever they belong.
func ownView(ctx context.Context, tx iam.Tx, c *access.Caller) (*view, error) {
	v := &view{caller: c, parts: []iam.OrgID{c.Org}}
	var err error
	if v.dir, err = authz.Load(ctx, tx, c.Tenant); err != nil {
		return nil, err
	}
	u, err := tx.User(ctx, c.Tenant, c.User)
	if err != nil {
		return nil, err
	}
	for i := range u.Memberships {
		v.parts = append(v.parts, u.Memberships[i].Org)
	}
	v.keep = func(e *iam.Event) bool {
		return strings.HasPrefix(e.Action, "impersonation.") && e.TargetID == string(c.User) ||
			slices.ContainsFunc(e.Changes, func(ch iam.Change) bool { return ch.Field == OnBehalfOf && personIn(ch.After) == string(c.User) })
	}
	return v, nil
}

// known tells whether the caller sees or saw somebody; of nobody (an empty id) it is true.
func (v *view) known(ctx context.Context, tx iam.Tx, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	who, err := v.people(ctx, tx, []iam.UserID{iam.UserID(id)})
	return who.seen[id] || !who.until[id].IsZero(), err
}

// acquaintance is whom a caller knows, by their ids.
type acquaintance struct {
	seen  map[string]bool
	until map[string]time.Time // when those left who had belonged to the caller's part
}

// at tells whether the caller may know of somebody in what happened at a time.
func (a *acquaintance) at(id string, at time.Time) bool {
	until := a.until[id]
	return id == "" || a.seen[id] || !until.IsZero() && !at.After(until)
}

// people tells which people the caller knows.
func (v *view) people(ctx context.Context, tx iam.Tx, ids []iam.UserID) (*acquaintance, error) {
	who := &acquaintance{seen: map[string]bool{}, until: map[string]time.Time{}}
	people, err := tx.UsersByIDs(ctx, v.caller.Tenant, ids)
	if err != nil {
		return who, err
	}
	for _, u := range people {
		who.seen[string(u.ID)] = v.caller.IsSelf(u.ID) || slices.ContainsFunc(u.Memberships, func(m iam.Membership) bool { return v.within(m.Org) })
	}
	gone, err := tx.TombstonesByIDs(ctx, v.caller.Tenant, ids)
	if err != nil {
		return who, err
	}
	for _, g := range gone {
		who.seen[string(g.ID)] = slices.ContainsFunc(g.Orgs, v.within)
	}
	past, err := tx.PastMemberships(ctx, v.caller.Tenant, ids)
	for _, p := range past {
		if id := string(p.User); v.within(p.Org) && p.LeftAt.After(who.until[id]) {
			who.until[id] = p.LeftAt
		}
	}
	return who, err
}

// within tells whether the caller knows the people of an organization.
func (v *view) within(org iam.OrgID) bool {
	return slices.ContainsFunc(v.parts, func(top iam.OrgID) bool { return v.dir.Within(org, top) })
}

// mask takes out of events below the root whoever is from outside, and from
// where they acted: who did it, as whom, to whom, and what it changed of them.
func (v *view) mask(ctx context.Context, tx iam.Tx, events []*iam.Event) error {
	if v.caller.InRoot {
		return nil
	}
	mentioned := map[iam.UserID]bool{}
	for _, e := range events {
		mentioned[iam.UserID(e.ActorID)] = true
		if e.TargetType == targetUser {
			mentioned[iam.UserID(e.TargetID)] = true
		}
		for _, c := range e.Changes {
			for _, value := range []any{c.Before, c.After} {
				if id := personIn(value); id != "" {
					mentioned[iam.UserID(id)] = true
				}
			}
		}
	}
	delete(mentioned, "")
	who, err := v.people(ctx, tx, slices.Sorted(maps.Keys(mentioned)))
	if err != nil {
		return err
	}
	for _, e := range events {
		v.maskEvent(e, who)
	}
	return nil
}

// maskEvent is mask for one event.
func (v *view) maskEvent(e *iam.Event, who *acquaintance) {
	e.Seq = 0 // else it tells how much happens in all of the company
	if v.keep != nil && v.keep(e) {
		return
	}
	company := v.dir.Orgs[v.dir.RootOrg].Name
	hidden := !who.at(e.ActorID, e.At) // who acted, and whose session it was
	strange := false                   // of whom it tells
	changes := slices.DeleteFunc(slices.Clone(e.Changes), func(c iam.Change) bool {
		outside := false
		for _, value := range []any{c.Before, c.After} {
			// Entries from before there were ids have a name alone.
			_, name := value.(string)
			id := personIn(value)
			outside = outside || !who.at(id, e.At) || name && id == "" && value != "" && c.Field == changeUser && hidden
		}
		strange = strange || outside && c.Field == changeUser
		return outside
	})
	if e.TargetType == targetUser {
		strange = !who.at(e.TargetID, e.At)
	}
	e.Changes = changes
	switch {
	case strange:
		e.TargetID, e.TargetName = "", company
		e.Changes = slices.DeleteFunc(changes, func(c iam.Change) bool { return c.Field != OnBehalfOf })
	case hidden && e.TargetType == targetSession:
		e.TargetID, e.TargetName = "", company
	}
	if !hidden {
		return
	}
	e.ActorID, e.ActorName, e.IP, e.UserAgent = "", company, "", ""
	if strings.HasPrefix(e.Reason, apiKeyReason) {
		e.Reason = ""
	}
}

// Targets that are people or belong to one, and the change that names somebody.
const (
	targetUser    = "user"
	targetSession = "session"
	changeUser    = "user"
)

// personIn is the id of the person that a value of a change is, as Person, Behalf
// or a mere id; "" for all else.
func personIn(value any) string {
	id, isText := value.(string)
	if m, ok := value.(map[string]any); ok {
		id, isText = m["id"].(string)
	}
	if !isText || !strings.HasPrefix(id, iam.PrefixUser+"_") || strings.ContainsAny(id, " \n") {
		return ""
	}
	return id
}
