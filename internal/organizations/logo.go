package organizations

import (
	"context"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/pictures"
)

// SetLogo gives an organization a logo made from an uploaded picture; it needs
// organizations.manage.
func (s *Service) SetLogo(ctx context.Context, c *access.Caller, id iam.OrgID, picture io.Reader) (*View, error) {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if !dir.Within(id, c.Org) { // a picture of nothing need not be decoded
		return nil, iam.NotFound("organization")
	}
	key, err := pictures.Keep(ctx, s.Store, s.Pictures, s.Photos, c.Tenant, picture, "/logo")
	if err != nil {
		return nil, err
	}
	return s.setLogo(ctx, c, id, key)
}

// RemoveLogo takes the logo of an organization away: that of the one above
// counts then.
func (s *Service) RemoveLogo(ctx context.Context, c *access.Caller, id iam.OrgID) (*View, error) {
	return s.setLogo(ctx, c, id, "")
}

func (s *Service) setLogo(ctx context.Context, c *access.Caller, id iam.OrgID, key string) (*View, error) {
	return s.change(ctx, c, id, anyVersion, func(_ *authz.Directory, _, after *iam.Organization) error {
		after.LogoKey = key
		return nil
	})
}
