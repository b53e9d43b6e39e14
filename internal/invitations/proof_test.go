package invitations

import (
	"context"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/tenanttest"
)

// Whoever has taken the address of somebody else keeps nothing of what that one is
// invited to: the link asks for a new password, and ends the sessions and keys of
// before. Once the address was shown to be theirs, no link asks for that again.
// covers E-03
func TestWhoHadTheAddressBefore(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		sister := k.Org("Sister", "")
		puppet := k.User(tenanttest.Person{Type: iam.TypeMember, Org: sister, Unproven: true})
		hash, err := k.s.Hasher.Hash(t.Context(), "known to mallory alone")
		if err != nil {
			t.Fatal(err)
		}
		key := &iam.APIKey{ID: "key_1", Tenant: k.Tenant.ID, User: puppet.ID, Name: "Old", Prefix: "rtn_old", SecretHash: []byte("x"), CreatedBy: puppet.ID, CreatedAt: k.Clock.Now()}
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, k.Tenant.ID, puppet.ID)
			if err != nil {
				return err
			}
			after := *before
			after.PasswordHash = hash
			if err := tx.UpdateUser(ctx, k.Tenant.ID, before, &after); err != nil {
				return err
			}
			return tx.InsertAPIKey(ctx, key)
		})
		old, err := k.sessions.OpenFor(t.Context(), k.Tenant, k.read(puppet.ID), sessions.Client{IP: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		k.invite(k.admin, Create{Org: k.client, Access: []string{"org_admin"}, Addresses: []string{puppet.Email}})
		token := k.token(puppet.Email)
		if o, err := k.s.Lookup(t.Context(), token, ""); err != nil || !o.NeedsPassword() {
			t.Fatalf("offer = %+v, %v", o, err)
		}
		_, err = k.accept(token, Accept{})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/password")
		done := k.accepted(token, Accept{Password: chosen})
		if done.Principal.Org.ID != k.client || !done.Principal.Caller.Has(iam.PermUsersCreate) {
			t.Errorf("principal = %+v", done.Principal.Caller)
		}
		if _, err := k.sessions.Authenticate(t.Context(), old.Token); iam.CodeOf(err) != iam.CodeUnauthenticated {
			t.Errorf("a session of before: %v", err)
		}
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.APIKey(ctx, k.Tenant.ID, key.ID)
			if err == nil && got.StateAt(k.Clock.Now()) != iam.APIKeyRevoked {
				t.Errorf("a key of before is %s", got.StateAt(k.Clock.Now()))
			}
			return err
		})
		u := k.read(puppet.ID)
		if u.PasswordHash == hash || !u.EmailProvenAt.Equal(k.Clock.Now().Truncate(time.Microsecond)) {
			t.Errorf("%+v", u)
		}
		third := k.Org("Third", "")
		k.invite(k.admin, Create{Org: third, Access: []string{"analytics"}, Addresses: []string{puppet.Email}})
		k.accepted(k.token(puppet.Email), Accept{})
	})
}

// What a new person's link was sent to is theirs.
func TestLinksProveTheAddress(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
		k.invite(boss, Create{Org: k.client, Addresses: []string{"maria@client.example"}})
		p := k.accepted(k.token("maria@client.example"), maria).Principal
		if k.read(p.User.ID).EmailProvenAt.IsZero() {
			t.Error("the address is not shown to be theirs")
		}
	})
}

func (k *kit) read(id iam.UserID) (u *iam.User) {
	k.t.Helper()
	k.Read(func(ctx context.Context, tx iam.Tx) (err error) {
		u, err = tx.User(ctx, k.Tenant.ID, id)
		return err
	})
	return u
}

// A password is changed because somebody may have read too much: what they had from
// the mails of before lets nobody in any more who does not know the new one.
// covers A-08 E-04
func TestLinksFromBeforeThePassword(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		const to = "maria@client.example"
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{to}})
		u := k.accepted(k.token(to), maria).Principal.User
		other := k.Org("Other", "")
		k.invite(k.admin, Create{Org: other, Addresses: []string{to}})
		token := k.token(to)
		if o, err := k.s.Lookup(t.Context(), token, ""); err != nil || o.NeedsPassword() {
			t.Fatalf("%+v, %v", o, err)
		}
		k.Clock.Advance(time.Minute)
		k.Change(u.ID, func(u *iam.User) {
			u.PasswordHash, u.PasswordChangedAt, u.MustChangePassword = "another", k.Clock.Now(), true
		})
		outdated := func(err error) {
			t.Helper()
			if f := tenanttest.FieldsOf(err); len(f) != 1 || f[0].Code != "outdated_link" {
				t.Fatal(err)
			}
		}
		for _, signedIn := range []iam.UserID{"", k.admin.User} {
			_, err := k.s.Lookup(t.Context(), token, signedIn)
			outdated(err)
		}
		_, err := k.accept(token, Accept{Password: "whatever I should like it to be"})
		outdated(err)
		// Whoever is signed in knows the password, and needs no other proof.
		if o, err := k.s.Lookup(t.Context(), token, u.ID); err != nil || !o.NeedsPassword() {
			t.Fatalf("%+v, %v", o, err)
		}
		mine := Accept{Password: "whatever I should like it to be", SignedIn: u.ID}
		if in := k.accepted(token, mine); in.Principal.User.ID != u.ID || in.Principal.User.MustChangePassword {
			t.Errorf("%+v", in.Principal.User)
		}
		// Sent again, it is as good as ever.
		k.Clock.Advance(time.Minute)
		third := k.Org("Third", "")
		k.invite(k.admin, Create{Org: third, Addresses: []string{to}})
		if in := k.accepted(k.token(to), Accept{}); in.Principal.Org.ID != third {
			t.Errorf("%+v", in.Principal.Org)
		}
	})
}
