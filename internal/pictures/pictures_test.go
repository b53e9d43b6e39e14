package pictures_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

type fixture struct {
	*tenanttest.Kit
	t     *testing.T
	made  *photo.Processor
	files *photo.DirStore
}

func each(t *testing.T, test func(*fixture)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		files, err := photo.NewDirStore(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = files.Close() })
		test(&fixture{Kit: tenanttest.In(t, db), t: t, made: photo.NewProcessor(1), files: files})
	})
}

// upload keeps the picture of a shade for a tenant.
func (f *fixture) upload(tenant iam.TenantID, shade uint8) string {
	f.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 40))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: shade}.Y
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		f.t.Fatal(err)
	}
	keys, err := pictures.Keep(f.t.Context(), f.Store, f.made, f.files, tenant, &data, "/photo")
	if err != nil {
		f.t.Fatal(err)
	}
	return keys
}

// give has a user have the picture, and drops the one that they had.
func (f *fixture) give(u *iam.User, keys string) {
	f.t.Helper()
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		after := *before
		after.PhotoKey = keys
		if err := tx.UpdateUser(ctx, f.Tenant.ID, before, &after); err != nil {
			return err
		}
		return pictures.Drop(ctx, tx, f.Tenant.ID, before.PhotoKey)
	})
}

func (f *fixture) sweep() {
	f.t.Helper()
	if more, err := pictures.Sweep(f.t.Context(), f.Store, f.files); more || err != nil {
		f.t.Fatal(more, err)
	}
}

// there fails unless both renditions are there, or neither.
func (f *fixture) there(what string, tenant iam.TenantID, keys string, want bool) {
	f.t.Helper()
	large, small := (&iam.User{PhotoKey: keys}).PhotoKeys()
	for _, key := range []string{large, small} {
		if _, _, err := f.files.Get(f.t.Context(), string(tenant), key); (err == nil) != want || err != nil && !errors.Is(err, photo.ErrNotFound) {
			f.t.Errorf("%s: %s is there: %v, want %t", what, key, err, want)
		}
	}
}

// Files go an hour after the last one who had the picture gave it up, and no
// others: not those of who still has it, nor another tenant's.
func TestFilesGoWithTheLast(t *testing.T) {
	each(t, func(f *fixture) {
		ann, bob, other := f.User(tenanttest.Person{Type: iam.TypeAgent}), f.User(tenanttest.Person{Type: iam.TypeAgent}), f.Other()
		keys := f.upload(f.Tenant.ID, 1)
		theirs := f.upload(other.Tenant.ID, 1)
		other.Write(func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, other.Tenant.ID, other.Admin.ID)
			if err != nil {
				return err
			}
			after := *before
			after.PhotoKey = theirs
			return tx.UpdateUser(ctx, other.Tenant.ID, before, &after)
		})
		f.give(ann, keys)
		f.give(bob, keys)
		for _, u := range []*iam.User{ann, bob} {
			f.there("somebody has it", f.Tenant.ID, keys, true)
			f.give(u, "")
			f.sweep()
			f.there("just given up", f.Tenant.ID, keys, true)
			f.Clock.Advance(2 * time.Hour)
			f.sweep()
		}
		f.there("nobody has it", f.Tenant.ID, keys, false)
		f.there("another tenant's", other.Tenant.ID, theirs, true)
		f.sweep()
	})
}

// What is being uploaded stays, although whoever had the same gives it up and it
// is to go at once. What no change comes to refer to goes.
func TestUploadsAreHeld(t *testing.T) {
	each(t, func(f *fixture) {
		ann, bob := f.User(tenanttest.Person{Type: iam.TypeAgent}), f.User(tenanttest.Person{Type: iam.TypeAgent})
		keys := f.upload(f.Tenant.ID, 1)
		f.give(ann, keys)
		f.Clock.Advance(2 * time.Hour)
		f.sweep()
		f.there("had for long", f.Tenant.ID, keys, true)

		again := f.upload(f.Tenant.ID, 1) // by bob, who has not got it yet
		f.give(ann, "")
		f.Write(func(ctx context.Context, tx iam.Tx) error { return pictures.DropAtOnce(ctx, tx, f.Tenant.ID, keys) })
		f.sweep()
		f.there("being uploaded", f.Tenant.ID, again, true)
		f.give(bob, again)
		f.Clock.Advance(2 * time.Hour)
		f.sweep()
		f.there("uploaded", f.Tenant.ID, again, true)

		failed := f.upload(f.Tenant.ID, 2)
		f.there("of a change that failed", f.Tenant.ID, failed, true)
		f.Clock.Advance(2 * time.Hour)
		f.sweep()
		f.there("of a change that failed", f.Tenant.ID, failed, false)
	})
}

// stubborn files can't be removed.
type stubborn struct {
	photo.Store
	tries int
}

func (s *stubborn) Delete(context.Context, string, string) error {
	s.tries++
	return errors.New("read-only")
}

// What can't be removed keeps nothing else from it, and is tried again later.
func TestRemovalIsTriedAgain(t *testing.T) {
	each(t, func(f *fixture) {
		keys := f.upload(f.Tenant.ID, 1)
		f.Write(func(ctx context.Context, tx iam.Tx) error { return pictures.Drop(ctx, tx, f.Tenant.ID, keys) })
		f.Clock.Advance(2 * time.Hour)
		s := &stubborn{Store: f.files}
		if _, err := pictures.Sweep(f.t.Context(), f.Store, s); err == nil || s.tries != 2 {
			f.t.Errorf("%v after %d tries", err, s.tries)
		}
		if _, err := pictures.Sweep(f.t.Context(), f.Store, s); err != nil || s.tries != 2 { // not at once
			f.t.Errorf("%v after %d tries", err, s.tries)
		}
		f.Clock.Advance(2 * time.Hour)
		f.sweep()
		f.there("at last", f.Tenant.ID, keys, false)
	})
}
