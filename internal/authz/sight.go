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
