package sessions

import (
	"context"
	"crypto/sha256"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// nowhere is the answer to a credential that is good, of somebody who acts nowhere
// at present: as at sign-in, they are told why. Whoever is logged in as them goes
// back to themselves instead.
func (s *Service) nowhere(p *Principal, dir *authz.Directory) error {
	if len(p.User.Memberships) == 0 || p.Session != nil && p.Session.Actor != "" {
		return unauthenticated()
	}
	if p.Session != nil {
		p.Rules = dir.RulesOf(p.User, p.Session.Org, s.Limits())
	}
	if !s.alive(p, s.Clock.Now()) {
		return unauthenticated()
	}
	return iam.Errorf(iam.CodeOrganizationSuspended, "Your organization is suspended. Ask whoever manages it at %s.", p.Tenant.Name)
}

// stranded is whose a session is that may do nothing but end. It is not kept: to
// every other request its bearer is nobody who may act.
func (s *Service) stranded(ctx context.Context, token string) (*Principal, error) {
	p, hash := &Principal{usage: new(usage)}, sha256.Sum256([]byte(token))
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		err := s.credential(ctx, tx, p, token, hash[:])
		if err != nil || p.Session == nil {
			return err
		}
		if p.Tenant, err = tx.Tenant(ctx, p.Session.Tenant); err != nil {
			return err
		}
		p.User, err = tx.User(ctx, p.Session.Tenant, p.Session.User)
		return err
	})
	if iam.CodeOf(err) == iam.CodeNotFound || err == nil && (p.Session == nil || p.Session.Actor != "") {
		return nil, unauthenticated()
	}
	if err != nil {
		return nil, err
	}
	p.Caller = access.Caller{
		Tenant: p.Tenant.ID, User: p.User.ID, Name: p.User.FullName(), Type: p.User.Type, Org: p.Session.Org, Session: p.Session.ID, Actor: iam.ActorUser,
	}
	return p, nil
}
