package authz

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// InSight reads a user whom the caller may see, and the directory that says so. It
// answers CodeNotFound for everybody else, whether they exist or not.
func InSight(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID) (*Directory, *iam.User, error) {
	return inSight(ctx, tx, c, func() (*iam.User, error) { return tx.User(ctx, c.Tenant, id) })
}

// InSightForUpdate is InSight for a change in tx: nobody else changes the user until its end.
func InSightForUpdate(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID) (*Directory, *iam.User, error) {
	return inSight(ctx, tx, c, func() (*iam.User, error) { return tx.UserForUpdate(ctx, c.Tenant, id) })
}

func inSight(ctx context.Context, tx iam.Tx, c *access.Caller, get func() (*iam.User, error)) (*Directory, *iam.User, error) {
	d, err := Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	u, err := get()
	if err != nil {
		return nil, nil, err
	}
	if !d.Visible(c, u) {
		return nil, nil, iam.NotFound("user")
	}
	return d, u, nil
}

// Seen tells which of the people, or of those who were people, the caller sees.
func (d *Directory) Seen(ctx context.Context, tx iam.Tx, c *access.Caller, ids ...iam.UserID) (map[iam.UserID]bool, error) {
	seen := make(map[iam.UserID]bool, len(ids))
	if c.InRoot {
		for _, id := range ids {
			seen[id] = true
		}
		return seen, nil
	}
	people, err := tx.UsersByIDs(ctx, c.Tenant, ids)
	if err != nil {
		return nil, err
	}
	for _, u := range people {
		seen[u.ID] = d.Visible(c, u)
	}
	gone, err := tx.TombstonesByIDs(ctx, c.Tenant, ids)
	for _, g := range gone {
		seen[g.ID] = d.Remembers(c, g)
	}
	return seen, err
}
