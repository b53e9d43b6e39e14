package sessions

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// Present is who is signed in with a browser, or was let in there before rules
// about addresses refused them; CodeUnauthenticated when nobody is. It is no use
// of the session, is recorded nowhere and allows nothing.
func (s *Service) Present(ctx context.Context, token string) (*Principal, error) {
	return s.find(ctx, token, "", s.Clock.Now())
}

// Admit refuses with CodeIPRefused when u could not work in an organization from
// where they are: before they join it, or when they do. Somebody who has an
// account gets a code by which an administrator finds out why.
func (s *Service) Admit(ctx context.Context, tenant iam.TenantID, u *iam.User, org iam.OrgID, from Client) error {
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return err
	}
	g := dir.Gate(u, org)
	ok, near := g.Allows(from.IP, s.Clock.Now())
	switch {
	case ok:
		return nil
	case u.ID == "":
		return iam.Errorf(iam.CodeIPRefused, "You can't work from the address %s. Open the link where you may, or ask whoever invited you.", from.IP).
			With("address", from.IP)
	}
	return s.refuseAddress(ctx, tenant, u, &g, near, from)
}
