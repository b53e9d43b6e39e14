package invitations

import (
	"context"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// inviter is by which name those who are invited to an organization know who
// invites them: by the alias there, or the name that is given.
func inviter(ctx context.Context, tx iam.Tx, dir *authz.Directory, tenant iam.TenantID, org iam.OrgID, by iam.UserID, name string) (string, error) {
	if by == "" {
		return name, nil // the operator
	}
	u, err := tx.User(ctx, tenant, by)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return name, nil
	}
	if err != nil {
		return "", err
	}
	if p := dir.PersonaOf(u, org); p.Alias {
		return p.Name, nil
	}
	return name, nil
}
