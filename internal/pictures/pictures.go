// Package pictures keeps photos and logos from when they are uploaded until
// nobody has them any more.
//
// The files of a picture lie outside of the database, and are shared by all of a
// tenant who have the same. So nobody removes them who gives one up: that they
// did is noted in the transaction in which they do, and Sweep removes files that
// nobody has. Whoever uploads a picture holds it before its files are written, so
// that they stay until the transaction has committed that refers to them; and if
// it never does, they are swept as well.
package pictures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

const (
	// held is how long an upload may take from its hold to its commit.
	held = time.Hour
	// kept is how long the files of a picture stay that nobody has: a backup that
	// began before has rows that name them.
	kept = time.Hour
	// portion is how many pictures are removed at a time.
	portion = 50
)

// Keep makes and keeps the two renditions of an uploaded picture, and returns
// their keys as iam.User has them. A picture that is refused is an error about the
// field: CodeInvalid, CodeTooLarge or CodeUnsupportedMediaType.
func Keep(ctx context.Context, st iam.Store, made *photo.Processor, files photo.Store, tenant iam.TenantID, picture io.Reader, field string) (string, error) {
	p, err := made.Process(ctx, picture, nil)
	if err != nil {
		return "", refused(err, field)
	}
	keys := p.Large.Key() + " " + p.Small.Key()
	if err := st.Write(ctx, func(tx iam.Tx) error { return tx.HoldPicture(ctx, tenant, keys, tx.Now().Add(held)) }); err != nil {
		return "", err
	}
	for _, r := range []photo.Rendition{p.Large, p.Small} {
		if err := files.Put(ctx, string(tenant), r.Key(), r.Data, r.ContentType); err != nil {
			return "", err
		}
	}
	return keys, nil
}

// Busy is what a caller reads whose upload has no room beside the others, when err
// says so; it is any other err itself.
func Busy(err error) error {
	if errors.Is(err, photo.ErrBusy) {
		return iam.Wrap(err, iam.CodeUnavailable, "Too many pictures are being uploaded at the moment. Try again in a minute.").Because("too_many_uploads")
	}
	return err
}

// refused is what a caller reads when their picture is refused.
func refused(err error, field string) error {
	e, ok := errors.AsType[*photo.Error](err)
	if !ok {
		return Busy(err)
	}
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

// Drop notes, in the transaction of what no longer refers to a picture, that
// perhaps nobody has it any more; "" is no picture.
func Drop(ctx context.Context, tx iam.Tx, tenant iam.TenantID, keys string) error {
	return drop(ctx, tx, tenant, keys, kept)
}

// DropAtOnce is Drop of what the next Sweep shall remove.
func DropAtOnce(ctx context.Context, tx iam.Tx, tenant iam.TenantID, keys string) error {
	return drop(ctx, tx, tenant, keys, 0)
}

func drop(ctx context.Context, tx iam.Tx, tenant iam.TenantID, keys string, in time.Duration) error {
	if keys == "" {
		return nil
	}
	return tx.LoosenPicture(ctx, tenant, keys, tx.Now().Add(in))
}

// Sweep removes the files of a portion of the pictures that nobody has. It is a
// background job.
func Sweep(ctx context.Context, st iam.Store, files photo.Store) (more bool, err error) {
	var failed []error
	err = st.Write(ctx, func(tx iam.Tx) error {
		failed = nil
		list, err := tx.LoosePictures(ctx, portion)
		if err != nil {
			return err
		}
		more = len(list) == portion
		for _, p := range list {
			used, err := tx.PhotoInUse(ctx, p.Tenant, p.Keys)
			if err != nil {
				return err
			}
			if !used {
				// While this holds the row, nobody writes the files anew.
				if err := remove(ctx, files, p); err != nil {
					failed = append(failed, fmt.Errorf("remove a picture of %s: %w", p.Tenant, err))
					if err := tx.LoosenPicture(ctx, p.Tenant, p.Keys, tx.Now().Add(kept)); err != nil {
						return err
					}
					continue
				}
			}
			if err := tx.SettlePicture(ctx, p.Tenant, p.Keys); err != nil {
				return err
			}
		}
		return nil
	})
	return more && err == nil, errors.Join(append(failed, err)...)
}

func remove(ctx context.Context, files photo.Store, p iam.LoosePicture) error {
	large, small := (&iam.User{PhotoKey: p.Keys}).PhotoKeys()
	var failed []error
	for _, key := range []string{large, small} {
		if key != "" {
			failed = append(failed, files.Delete(ctx, string(p.Tenant), key))
		}
	}
	return errors.Join(failed...)
}
