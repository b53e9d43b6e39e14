package users

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// The actions on somebody who was deleted.
const (
	ActionInviteAgain Action = "invite_again"
	ActionErase       Action = "erase"
)

// Departed is somebody who was deleted, as the caller sees them.
type Departed struct {
	*iam.Tombstone
	Orgs    []*iam.Organization // to which they belonged, in the caller's scope
	ByName  string              // who deleted them; that of the company for who is out of sight, "" for the operator
	Allowed []Action
}

// ListDeleted returns one page of the people who were deleted, the last first: in
// the root organization all of them, below it those who belonged to where the
// caller acts and what is below. It needs users.read.
func (s *Service) ListDeleted(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*Departed], error) {
	var out iam.List[*Departed]
	if err := c.Require(iam.PermUsersRead); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		page, err := tx.Tombstones(ctx, c.Tenant, iam.TombstoneFilter{Search: search, Orgs: dir.Scope(c), Page: p})
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = departed(ctx, tx, dir, c, page.Items...)
		return err
	})
	return out, err
}

// GetDeleted returns somebody who was deleted; CodeNotFound when the caller may
// not know of them. It needs users.read.
func (s *Service) GetDeleted(ctx context.Context, c *access.Caller, id iam.UserID) (*Departed, error) {
	if err := c.Require(iam.PermUsersRead); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var d *Departed
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		g, err := tx.Tombstone(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		if !dir.Remembers(c, g) {
			return iam.NotFound("user")
		}
		list, err := departed(ctx, tx, dir, c, g)
		if err == nil {
			d = list[0]
		}
		return err
	})
	return d, err
}

// departed adds to tombstones what the caller may know and do.
func departed(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, list ...*iam.Tombstone) ([]*Departed, error) {
	ids := make([]iam.UserID, 0, len(list))
	for _, g := range list {
		if g.DeletedBy != "" {
			ids = append(ids, g.DeletedBy)
		}
	}
	names, err := namesFor(ctx, tx, dir, c, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Departed, len(list))
	for i, g := range list {
		d := &Departed{Tombstone: g, Orgs: []*iam.Organization{}, Allowed: []Action{}}
		for _, id := range g.Orgs {
			if o := dir.Orgs[id]; o != nil && dir.Within(id, c.Org) {
				d.Orgs = append(d.Orgs, o)
			}
		}
		if g.DeletedBy != "" {
			var seen bool
			if d.ByName, seen = names[g.DeletedBy]; !seen {
				masked := *g
				masked.DeletedBy = ""
				d.Tombstone, d.ByName = &masked, dir.OrgName(dir.RootOrg)
			}
		}
		person := g.Type != iam.TypeService && g.Type != iam.TypeClient
		if person && g.Email != "" && g.ErasedAt.IsZero() && c.Has(iam.PermUsersInvite) {
			d.Allowed = append(d.Allowed, ActionInviteAgain)
		}
		// A tombstone is the company's to erase: see package privacy.
		if g.ErasedAt.IsZero() && c.InRoot && c.Has(iam.PermUsersErase) {
			d.Allowed = append(d.Allowed, ActionErase)
		}
		out[i] = d
	}
	return out, nil
}

// namesFor are the names of people, be they deleted or not, of whom the caller
// may know.
func namesFor(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, ids []iam.UserID) (map[iam.UserID]string, error) {
	names := map[iam.UserID]string{}
	there, err := tx.UsersByIDs(ctx, c.Tenant, ids)
	if err != nil {
		return nil, err
	}
	for _, u := range there {
		if dir.Visible(c, u) {
			names[u.ID] = u.FullName()
		}
	}
	gone, err := tx.TombstonesByIDs(ctx, c.Tenant, ids)
	for _, g := range gone {
		if dir.Remembers(c, g) {
			names[g.ID] = g.FullName
		}
	}
	return names, err
}
