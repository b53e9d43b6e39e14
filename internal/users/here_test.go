package users_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/users"
)

// A picture goes with the last who has it, and is kept while somebody else has
// the same.
func TestPicturesGo(t *testing.T) {
	f := setup(t)
	one, two := f.mustCreate(users.Create{Type: iam.TypeAgent}), f.mustCreate(users.Create{Type: iam.TypeAgent})
	set := func(id iam.UserID, picture *bytes.Buffer) string {
		v, err := f.s.SetPhoto(t.Context(), f.admin, id, picture)
		if err != nil {
			t.Fatal(err)
		}
		return v.PhotoKey
	}
	there := func(keys string) bool {
		large, small := (&iam.User{PhotoKey: keys}).PhotoKeys()
		_, _, err := f.s.Photos.Get(t.Context(), string(f.Tenant.ID), large)
		_, _, err2 := f.s.Photos.Get(t.Context(), string(f.Tenant.ID), small)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%v, %v", err, err2)
		}
		return err == nil
	}
	shared := set(one.User.ID, picture(t))
	if set(two.User.ID, picture(t)) != shared || !there(shared) {
		t.Fatal("the same picture has another name")
	}
	var other bytes.Buffer
	white := image.NewGray(image.Rect(0, 0, 20, 20))
	for i := range white.Pix {
		white.Pix[i] = 0xff
	}
	if err := png.Encode(&other, white); err != nil {
		t.Fatal(err)
	}
	replaced := set(one.User.ID, &other)
	if replaced == shared || !there(shared) || !there(replaced) {
		t.Error("what somebody else has is gone")
	}
	sweep := func() {
		f.Clock.Advance(2 * time.Hour)
		if _, err := pictures.Sweep(t.Context(), f.Store, f.s.Photos); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	if !there(shared) || !there(replaced) {
		t.Error("what somebody has is gone")
	}
	if err := f.s.Delete(t.Context(), f.admin, two.User.ID, 0, ""); err != nil {
		t.Fatal(err)
	}
	if sweep(); there(shared) {
		t.Error("the photo of somebody deleted is there")
	}
	if _, err := f.s.RemovePhoto(t.Context(), f.admin, one.User.ID); err != nil {
		t.Fatal(err)
	}
	if sweep(); there(replaced) {
		t.Error("a removed photo is there")
	}
}

// What role_ids change is one membership: that where the caller acts. Roles held
// elsewhere are not among those to be edited.
func TestRolesOfTheActingOrganization(t *testing.T) {
	f := setup(t)
	client := f.Org("Client", "")
	u := f.mustCreate(users.Create{Type: iam.TypeAgent, Roles: []string{"agent"}})
	if _, err := f.s.SetMembership(t.Context(), f.admin, u.User.ID, client, users.SetMembership{Roles: &[]string{"supervisor"}, Version: u.Version}); err != nil {
		t.Fatal(err)
	}
	here := func(org iam.OrgID) []string {
		c := *f.admin
		c.Org, c.InRoot = org, org == f.Root
		v, err := f.s.Get(t.Context(), &c, u.User.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Here == nil {
			return nil
		}
		out := []string{v.Here.Org.Name}
		for _, r := range v.Here.Roles {
			out = append(out, r.Code)
		}
		return out
	}
	if got := here(f.Root); !slices.Equal(got, []string{"Acme", "agent"}) {
		t.Errorf("in the root: %q", got)
	}
	if got := here(client); !slices.Equal(got, []string{"Client", "supervisor"}) {
		t.Errorf("in the client: %q", got)
	}
	sister := f.Org("Sister", "")
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.Tenant.ID, u.User.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Memberships = []iam.Membership{*before.Membership(client), {Org: sister}}
		return tx.UpdateUser(ctx, f.Tenant.ID, before, &after)
	})
	if got := here(f.Root); got != nil {
		t.Errorf("of somebody who belongs to two others: %q", got)
	}
}

// Staff who work in client organizations, too, are made so where they are added
// or edited, by somebody who may give what they hold there.
func TestReachIsSetWithTheUser(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent, Roles: []string{"agent"}, IncludesDescendants: true})
	if !u.Here.IncludesDescendants {
		t.Fatal("it was not set")
	}
	v, err := f.s.Update(t.Context(), f.admin, u.User.ID, users.Patch{Version: u.Version, IncludesDescendants: new(false)})
	if err != nil || v.Here.IncludesDescendants || len(v.Here.Roles) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	weak := f.CallerWith(iam.PermUsersRead, iam.PermUsersUpdate)
	_, err = f.s.Update(t.Context(), weak, u.User.ID, users.Patch{Version: v.Version, IncludesDescendants: new(true)})
	f.wantCode(err, iam.CodeForbidden)
	boss := f.mustCreate(users.Create{Type: iam.TypeTenantAdmin})
	_, err = f.s.Update(t.Context(), f.admin, boss.User.ID, users.Patch{Version: boss.Version, IncludesDescendants: new(false)})
	f.wantCode(err, iam.CodeInvalid)
}
