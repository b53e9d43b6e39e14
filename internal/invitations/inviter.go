package invitations

import (
	"context"

	"github.com/retinue/retinue/internal/access"
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

// hideInviters puts into views, for those who have invited and whom the caller does
// not see, the alias by which they are known there, or else the company.
func hideInviters(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, views []*View) error {
	var ids []iam.UserID
	for _, v := range views {
		ids = append(ids, v.InvitedBy)
	}
	seen, err := dir.Seen(ctx, tx, c, ids...)
	if err != nil {
		return err
	}
	for _, v := range views {
		if v.InvitedBy == "" || seen[v.InvitedBy] {
			continue
		}
		company := dir.OrgName(dir.RootOrg)
		name, err := inviter(ctx, tx, dir, c.Tenant, v.Invitation.Org, v.InvitedBy, company)
		if err != nil {
			return err
		}
		hidden := *v.Invitation
		hidden.InvitedBy, hidden.InvitedName = "", name
		v.Invitation = &hidden
	}
	return nil
}
