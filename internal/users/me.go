package users

import (
	"context"
	"errors"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
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
	key, err := StorePicture(ctx, s.Pictures, s.Photos, c.Tenant, picture, "/photo")
	if err != nil {
		return nil, err
	}
	return s.change(ctx, c, id, func(_ iam.Tx, _ *authz.Directory, _, after *iam.User) error {
		after.PhotoKey = key
		return nil
	})
}

// StorePicture makes and keeps the two renditions of an uploaded picture, and
// returns their keys as iam.User has them. A picture that is refused is an error
// about the field.
func StorePicture(ctx context.Context, pictures *photo.Processor, store photo.Store, tenant iam.TenantID, picture io.Reader, field string) (string, error) {
	p, err := pictures.Process(ctx, picture, nil)
	if err != nil {
		return "", pictureError(err, field)
	}
	for _, r := range []photo.Rendition{p.Large, p.Small} {
		if err := store.Put(ctx, string(tenant), r.Key(), r.Data, r.ContentType); err != nil {
			return "", err
		}
	}
	return p.Large.Key() + " " + p.Small.Key(), nil
}

// DropPicture removes the renditions of a picture, after the commit of what no
// longer refers to it, unless somebody else in the tenant has the same: keys tell
// content. What can't be removed now stays, and does no harm.
func DropPicture(ctx context.Context, st iam.Store, pictures photo.Store, tenant iam.TenantID, keys string) {
	large, small := (&iam.User{PhotoKey: keys}).PhotoKeys()
	if large == "" {
		return
	}
	used := true
	err := st.Read(ctx, func(tx iam.Tx) (err error) {
		used, err = tx.PhotoInUse(ctx, tenant, keys)
		return err
	})
	if err != nil || used {
		return
	}
	for _, key := range []string{large, small} {
		if key != "" {
			_ = pictures.Delete(ctx, string(tenant), key)
		}
	}
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

// pictureError is what a caller reads when their picture is refused.
func pictureError(err error, field string) error {
	if e, ok := errors.AsType[*photo.Error](err); ok {
		code := iam.CodeInvalid
		switch e.Code {
		case photo.CodeTooLarge:
			code = iam.CodeTooLarge
		case photo.CodeType:
			code = iam.CodeUnsupportedMediaType
		}
		out := iam.Wrap(err, code, "%s", e.Message)
		out.Fields = []iam.Field{{Pointer: field, Code: e.Code, Message: e.Message}}
		return out
	}
	return err
}
