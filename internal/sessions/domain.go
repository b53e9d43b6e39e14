package sessions

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// domainOrg is the organization whose verified domain a host name is; "" when it
// is none's of the tenant.
func (s *Service) domainOrg(ctx context.Context, tenant iam.TenantID, host string) (org iam.OrgID, err error) {
	if host == "" {
		return "", nil
	}
	err = s.Store.ReadEach(ctx, func(tx iam.Tx) error {
		list, err := tx.Domains(ctx, tenant)
		for _, d := range list {
			if !d.VerifiedAt.IsZero() && strings.EqualFold(d.Host, host) {
				org = d.Org
			}
		}
		return err
	})
	return org, err
}
