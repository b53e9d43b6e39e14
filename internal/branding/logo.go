package branding

import (
	"context"
	"errors"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// Logo returns a picture that a brand shows, to anybody; photo.ErrNotFound for
// every other picture, such as the photos of people.
func (s *Service) Logo(ctx context.Context, tenant iam.TenantID, key string) (content []byte, contentType string, err error) {
	content, contentType, err = s.Logos.Get(ctx, string(tenant), key)
	if !errors.Is(err, photo.ErrNotFound) || !iam.ValidID(iam.PrefixTenant, string(tenant)) {
		return content, contentType, err
	}
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return nil, "", err
	}
	for _, o := range dir.Orgs {
		if large, small := o.LogoKeys(); key != "" && (key == large || key == small) {
			return s.Photos.Get(ctx, string(tenant), key)
		}
	}
	return nil, "", photo.ErrNotFound
}
