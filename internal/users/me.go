package users

import (
	"context"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/pictures"
)

// UpdateSelf changes what everybody may change of their own: names, e-mail,
// phone, language, time zone and theme. Whoever calls has confirmed the
// password when the e-mail changes.
func (s *Service) UpdateSelf(ctx context.Context, c *access.Caller, p Patch) (*View, error) {
	p.Status, p.Roles, p.Permissions, p.ExternalID = nil, nil, nil, nil
	p.CustomFields, p.NoCustomFields = nil, false
	return s.change(ctx, c, c.User, func(_ iam.Tx, _ *authz.Directory, before, after *iam.User) error {
		if p.Version != before.Version {
			return iam.Stale("user")
		}
		if err := p.personal(c, before); err != nil {
			return err
		}
		p.apply(after)
		return iam.Invalid(Normalize(after))
	})
}

// SetPhoto gives a user a photo made from an uploaded picture: one's own, or
// with users.update another's.
func (s *Service) SetPhoto(ctx context.Context, c *access.Caller, id iam.UserID, picture io.Reader) (*View, error) {
	if err := mayTouchPhoto(c, id); err != nil {
		return nil, err
	}
	// Looked up first: a picture of nobody need not be decoded.
	if _, err := s.Get(ctx, c, id); err != nil {
		return nil, err
	}
	key, err := pictures.Keep(ctx, s.Store, s.Pictures, s.Photos, c.Tenant, picture, "/photo")
	if err != nil {
		return nil, err
	}
	return s.change(ctx, c, id, func(_ iam.Tx, _ *authz.Directory, _, after *iam.User) error {
		after.PhotoKey = key
		return nil
	})
}

// RemovePhoto takes a user's photo away.
func (s *Service) RemovePhoto(ctx context.Context, c *access.Caller, id iam.UserID) (*View, error) {
	if err := mayTouchPhoto(c, id); err != nil {
		return nil, err
	}
	return s.change(ctx, c, id, func(_ iam.Tx, _ *authz.Directory, _, after *iam.User) error {
		after.PhotoKey = ""
		return nil
	})
}

func mayTouchPhoto(c *access.Caller, id iam.UserID) error {
	if c.IsSelf(id) {
		return nil
	}
	return c.Require(iam.PermUsersUpdate)
}
