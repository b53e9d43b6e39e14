package sessions

import (
	"context"

	"github.com/retinue/retinue/internal/access"
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

// Somewhere tells whether p may do something in any organization in which they
// may act: where the session stands, in those of their memberships, or below
// these. allows is asked with what they may do in one; inRoot is the tenant's root.
// It is for what does not say where it acts, such as the address of a page.
func (s *Service) Somewhere(ctx context.Context, p *Principal, allows func(effective access.Set, inRoot bool) bool) (bool, error) {
	if allows(p.Caller.Effective, p.Caller.InRoot) {
		return true, nil
	}
	if p.Actor != nil || p.APIKey != nil {
		return false, nil // these act in one place
	}
	dir, err := s.Directories.Get(ctx, p.Tenant.ID)
	if err != nil {
		return false, err
	}
	orgs := make([]iam.OrgID, len(p.Orgs))
	for i, o := range p.Orgs {
		orgs[i] = o.ID
		if allows(dir.Subject(p.User, o.ID).Effective(), o.ID == dir.RootOrg) {
			return true, nil
		}
	}
	return p.Wider && allows(dir.Reach(p.User, orgs), false), nil
}
