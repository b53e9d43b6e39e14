package users_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// covers D-10
func TestResetPassword(t *testing.T) {
	f := setup(t)
	u := f.mustCreate(users.Create{Type: iam.TypeAgent})
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertSession(ctx, &iam.Session{
			ID: "sess_1", Tenant: f.Tenant.ID, User: u.ID, Org: f.Root, TokenHash: []byte("x"), CreatedAt: tx.Now(), LastUsedAt: tx.Now(),
			ExpiresAt: tx.Now().AddDate(0, 0, 1),
		})
	})
	v, err := f.s.ResetPassword(t.Context(), f.admin, u.ID, false)
	if err != nil || v.Password == "" || !v.MustChangePassword || v.PasswordHash == u.PasswordHash || v.WorkingKeys != 0 {
		t.Fatalf("%v %+v", err, v)
	}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.SessionsOf(ctx, f.Tenant.ID, u.ID)
		if len(list) != 0 {
			t.Error("sessions must stop")
		}
		return err
	})
}

// A new password can be used at once. covers D-10
func TestResetPasswordEndsTheWait(t *testing.T) {
	f := setup(t)
	u, other := f.mustCreate(users.Create{Type: iam.TypeAgent}), f.mustCreate(users.Create{Type: iam.TypeAgent})
	key := func(u *users.View) string {
		h := sha256.Sum256([]byte(u.EmailKey))
		return "pair:" + hex.EncodeToString(h[:16]) + ":192.0.2.7"
	}
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		for _, k := range []string{key(u), key(other), "address:192.0.2.7"} {
			if err := tx.SetThrottle(ctx, f.Tenant.ID, k, iam.Throttle{Failures: 9, First: tx.Now(), Until: tx.Now().Add(time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	})
	if _, err := f.s.ResetPassword(t.Context(), f.admin, u.ID, false); err != nil {
		t.Fatal(err)
	}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		left, err := tx.Throttles(ctx, f.Tenant.ID, []string{key(u), key(other), "address:192.0.2.7"})
		if _, still := left[key(u)]; still || len(left) != 2 {
			t.Errorf("left are %+v", left)
		}
		return err
	})
}

// Keys outlive a password unless the caller says otherwise, and the answer tells.
// covers D-10
func TestResetPasswordAndKeys(t *testing.T) {
	f := setup(t)
	u, other := f.mustCreate(users.Create{Type: iam.TypeAgent}), f.Other()
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		for name, k := range map[string]iam.APIKey{
			"one": {User: u.ID}, "two": {User: u.ID}, "ended": {User: u.ID, ExpiresAt: tx.Now()}, "mine": {User: f.Admin.ID}, "theirs": {User: other.Admin.ID, Tenant: other.Tenant.ID},
		} {
			k.ID, k.Name, k.SecretHash, k.CreatedAt = iam.APIKeyID("key_"+name), name, []byte(name), tx.Now()
			if k.Tenant == "" {
				k.Tenant = f.Tenant.ID
			}
			if err := tx.InsertAPIKey(ctx, &k); err != nil {
				return err
			}
		}
		return nil
	})
	working := func(k *tenanttest.Kit, id iam.UserID) (n int) {
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			list, err := tx.APIKeys(ctx, k.Tenant.ID, iam.APIKeyFilter{User: id, State: iam.APIKeyActive})
			n = len(list.Items)
			return err
		})
		return n
	}
	v, err := f.s.ResetPassword(t.Context(), f.admin, u.ID, false)
	if err != nil || v.WorkingKeys != 2 || working(f.Kit, u.ID) != 2 {
		t.Fatalf("%+v, %v: %d keys work", v, err, working(f.Kit, u.ID))
	}
	out, err := f.s.Bulk(t.Context(), f.admin, users.Bulk{Action: users.ActionResetPassword, IDs: []iam.UserID{u.ID}})
	if err != nil || out[0].WorkingKeys != 2 || out[0].TemporaryPassword == "" {
		t.Fatalf("%+v, %v", out, err)
	}
	v, err = f.s.ResetPassword(t.Context(), f.admin, u.ID, true)
	if err != nil || v.WorkingKeys != 0 || working(f.Kit, u.ID) != 0 {
		t.Fatalf("%+v, %v: %d keys work", v, err, working(f.Kit, u.ID))
	}
	if n := len(f.Events("api_key.revoked")); n != 2 {
		t.Errorf("%d events", n)
	}
	if working(f.Kit, f.Admin.ID) != 1 || working(other, other.Admin.ID) != 1 {
		t.Error("keys of somebody else stopped")
	}
}
