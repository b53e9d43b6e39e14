package users

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// PresenceView is whether the caller is there: what they have chosen, and what
// others see.
type PresenceView struct{ Chosen, Shown iam.Presence }

// Presence tells the caller's own.
func (s *Service) Presence(ctx context.Context, c *access.Caller) (*PresenceView, error) {
	var v *PresenceView
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		v, err = presence(ctx, tx, c)
		return err
	})
	return v, err
}

// SetPresence sets the caller's own; it needs no permission, and is the one
// change that leaves no audit event (docs/adr/0014). CodeImpersonating for who is
// logged in as somebody else: that would be a lie.
func (s *Service) SetPresence(ctx context.Context, c *access.Caller, p iam.Presence) (*PresenceView, error) {
	if !p.Valid() {
		return nil, iam.InvalidField("/presence", "unknown", "Choose online, away or offline.")
	}
	if c.Impersonator != nil {
		return nil, iam.Errorf(iam.CodeImpersonating, "You are logged in as %s. Whether they are online is theirs to say.", c.Name)
	}
	var v *PresenceView
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		err := tx.SetPresence(ctx, c.Tenant, c.User, p)
		if err == nil {
			v, err = presence(ctx, tx, c)
		}
		return err
	})
	return v, err
}

func presence(ctx context.Context, tx iam.Tx, c *access.Caller) (*PresenceView, error) {
	found, err := tx.Attendance(ctx, c.Tenant, []iam.UserID{c.User})
	if err != nil {
		return nil, err
	}
	a := found[c.User]
	return &PresenceView{Chosen: a.Chosen, Shown: a.Shown(iam.StatusActive, tx.Now())}, nil // who calls is active
}

// attend fills in whether people are there.
func attend(ctx context.Context, tx iam.Tx, tenant iam.TenantID, views ...*View) error {
	ids := make([]iam.UserID, len(views))
	for i, v := range views {
		ids[i] = v.ID
	}
	there, err := tx.Attendance(ctx, tenant, ids)
	for _, v := range views {
		v.Presence = there[v.ID].Shown(v.Status, tx.Now())
	}
	return err
}
