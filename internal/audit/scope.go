package audit

import (
	"cmp"
	"context"
	"slices"
	"strings"

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
}

// viewOf narrows the filter to what the caller sees.
func viewOf(ctx context.Context, tx iam.Tx, c *access.Caller, f *iam.EventFilter) (*view, error) {
	v := &view{caller: c}
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

// known tells whether the caller sees somebody; of nobody (an empty id) it is true.
func (v *view) known(ctx context.Context, tx iam.Tx, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	seen, err := v.seen(ctx, tx, []iam.UserID{iam.UserID(id)})
	return seen[id], err
}

// seen tells which people the caller sees.
func (v *view) seen(ctx context.Context, tx iam.Tx, ids []iam.UserID) (map[string]bool, error) {
	people, err := tx.UsersByIDs(ctx, v.caller.Tenant, ids)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, u := range people {
		seen[string(u.ID)] = v.dir.Visible(v.caller, u)
	}
	if len(people) == len(ids) {
		return seen, nil
	}
	gone, err := tx.TombstonesByIDs(ctx, v.caller.Tenant, ids)
	for _, g := range gone {
		seen[string(g.ID)] = v.dir.Remembers(v.caller, g)
	}
	return seen, err
}

// mask takes out of events below the root who acted from outside, and from where.
func (v *view) mask(ctx context.Context, tx iam.Tx, events []*iam.Event) error {
	if v.caller.InRoot {
		return nil
	}
	var ids []iam.UserID
	for _, e := range events {
		if id := iam.UserID(e.ActorID); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	seen, err := v.seen(ctx, tx, ids)
	if err != nil {
		return err
	}
	company := v.dir.Orgs[v.dir.RootOrg].Name
	for _, e := range events {
		if e.ActorID == "" || seen[e.ActorID] {
			continue
		}
		e.ActorID, e.ActorName, e.IP, e.UserAgent = "", company, "", ""
		if strings.HasPrefix(e.Reason, apiKeyReason) {
			e.Reason = ""
		}
	}
	return nil
}
