package authz

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// Present refuses with CodeUnauthenticated a caller whose session or key has ended,
// or who was suspended or deleted, since their request was let in: it may have
// taken long to arrive. Whatever leaves something to get in by asks for it in its
// transaction, before it changes anything: from then on the caller's user is kept,
// so that what ends their access comes before all of this or after.
func Present(ctx context.Context, tx iam.Tx, c *access.Caller) error {
	err := present(ctx, tx, c)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return iam.Errorf(iam.CodeUnauthenticated, "Sign in to go on.")
	}
	return err
}

func present(ctx context.Context, tx iam.Tx, c *access.Caller) error {
	if c.User == "" {
		return nil // the operator and the system have no credential to lose
	}
	u, err := tx.UserForShare(ctx, c.Tenant, c.User)
	if err != nil {
		return err
	}
	if u.Status != iam.StatusActive {
		return iam.NotFound("user")
	}
	if c.APIKey != "" {
		k, err := tx.APIKey(ctx, c.Tenant, c.APIKey)
		if err == nil && k.StateAt(tx.Now()) != iam.APIKeyActive {
			err = iam.NotFound("API key")
		}
		return err
	}
	if c.Session == "" {
		return nil
	}
	se, err := tx.AliveSession(ctx, c.Tenant, c.Session)
	if err != nil || se.Actor == "" {
		return err
	}
	_, err = tx.AliveSession(ctx, c.Tenant, se.ActorSession)
	return err
}
