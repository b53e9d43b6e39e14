package sessions

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// SwitchOrganization makes org the one in which the caller's session acts where
// a request names none, as new tabs of a browser do. Tabs that name one stay
// where they are. CodeNotMember and CodeOrganizationSuspended as from
// AuthenticateIn.
func (s *Service) SwitchOrganization(ctx context.Context, c *access.Caller, org iam.OrgID) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, c.Tenant, c.User)
		if err != nil {
			return err
		}
		if err := dir.MayActIn(u, org); err != nil {
			return err
		}
		changed, err := tx.SetSessionOrg(ctx, c.Tenant, c.User, c.Session, org)
		if err != nil || !changed {
			return err
		}
		tx.AccessChanged(c.Tenant)
		target := audit.Target{Type: "organization", ID: string(org), Name: dir.Orgs[org].Name, Org: org}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "session.switched", target))
	})
}
