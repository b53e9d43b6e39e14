package iam

import (
	"context"
	"time"
)

// LoosePicture is a picture that perhaps nobody has.
type LoosePicture struct {
	Tenant TenantID
	Keys   string // as User.PhotoKey has them
}

// PictureStore knows which pictures are somebody's. Keys tell content: a picture
// is kept once, whoever has it.
type PictureStore interface {
	// PhotoInUse tells whether a user, a team or an organization has the picture.
	PhotoInUse(ctx context.Context, tenant TenantID, photoKey string) (bool, error)
	// HoldPicture keeps a picture from being removed before a time: somebody is
	// about to have it.
	HoldPicture(ctx context.Context, tenant TenantID, photoKey string, until time.Time) error
	// LoosenPicture says that perhaps nobody has a picture any more, and that it may
	// be removed at a time.
	LoosenPicture(ctx context.Context, tenant TenantID, photoKey string, due time.Time) error
	// LoosePictures returns up to limit pictures of all tenants that may be removed
	// now, unless somebody has them, and keeps whoever is about to have one waiting
	// until the transaction ends.
	LoosePictures(ctx context.Context, limit int) ([]LoosePicture, error)
	// SettlePicture forgets that a picture is loose.
	SettlePicture(ctx context.Context, tenant TenantID, photoKey string) error
}
