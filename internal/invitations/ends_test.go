package invitations

import (
	"context"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// deleteUser deletes somebody as the use cases do.
func (k *kit) deleteUser(id iam.UserID) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		now, err := tx.UserForUpdate(ctx, k.Tenant.ID, id)
		if err != nil {
			return err
		}
		tx.AccessChanged(k.Tenant.ID)
		return tx.DeleteUser(ctx, k.Tenant.ID, now, "x")
	})
}

// Somebody who was invited from their row and then deleted can be invited by
// their address at once: the earlier invitation ends with them. covers E-07
func TestInvitingAnInvitedPersonWhoWasDeleted(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
		if _, err := k.s.InvitePerson(t.Context(), k.admin, u.ID, ""); err != nil {
			t.Fatal(err)
		}
		k.deleteUser(u.ID)
		if v := k.list(iam.InvitationFilter{}); len(v) != 1 || v[0].State != iam.InvitationDeleted || v[0].MailState != iam.MailCancelled {
			t.Errorf("the earlier one is %+v", v[0])
		}
		if got := k.invite(k.admin, Create{Org: k.client, Addresses: []string{u.Email}}); got[0] != Sent {
			t.Fatalf("invited by address: %v", got)
		}
		if again := k.accepted(k.token(u.Email), maria).Principal.User; again.ID == u.ID {
			t.Error("the deleted person came back")
		}
	})
}

// Mails of invitations that were not sent yet go with their organization.
func TestInvitationsOfADeletedOrganization(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{"maria@client.example"}})
		k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, k.Tenant.ID, k.client) })
		if m := k.mails("maria@client.example")[0]; m.State != iam.MailCancelled || m.Text != "" {
			t.Errorf("the mail is %+v", m)
		}
	})
}

// policy sets what an organization asks for.
func (k *kit) policy(p *iam.Policy) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		tx.AccessChanged(k.Tenant.ID)
		return tx.SetPolicy(ctx, k.Tenant.ID, p)
	})
}

// office is a policy that lets people work from one network only.
func office(org iam.OrgID, exempt bool) *iam.Policy {
	return &iam.Policy{Org: org, Version: 1, Allowlist: &iam.Setting[iam.Allowlist]{Value: iam.Allowlist{
		Enabled: true, ExemptAdmins: exempt, Rules: []iam.AddressRule{{Addresses: "192.0.2.0/24", Enabled: true}},
	}}}
}

// The password that an invited person chooses satisfies the organization that
// they come into.
func TestPasswordOfTheInvitingOrganization(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	k.policy(&iam.Policy{Org: k.client, Version: 1, PasswordLength: &iam.Setting[int]{Value: 20}})
	k.invite(k.admin, Create{Org: k.client, Addresses: []string{"maria@client.example"}})
	token := k.token("maria@client.example")
	if o, err := k.s.Lookup(t.Context(), token, ""); err != nil || o.Least != 20 {
		t.Fatalf("offer = %+v, %v", o, err)
	}
	short := maria
	short.Password = "plum jacket seven" // 17 characters
	_, err := k.accept(token, short)
	tenanttest.Refused(t, err, iam.CodeInvalid, "/password")
	k.accepted(token, maria)
}

// Who could not work from where they are does not use the link up.
func TestAcceptedFromARefusedAddress(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		k.policy(office(k.client, false))
		u := k.User(tenanttest.Person{Type: iam.TypeAgent})
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{"maria@client.example", u.Email}})
		from := func(address, to string) (*sessions.SignedIn, error) {
			return k.s.Accept(t.Context(), k.token(to), maria, sessions.Client{IP: address})
		}
		for _, to := range []string{"maria@client.example", u.Email} {
			_, err := from("198.51.100.7", to)
			tenanttest.Refused(t, err, iam.CodeIPRefused, "")
			if code := strings.Contains(err.Error(), "code"); code != (to == u.Email) {
				t.Errorf("%s is told %v", to, err)
			}
			done, err := from("192.0.2.9", to)
			if err != nil || done.Principal.Org.ID != k.client {
				t.Errorf("%s from the office: %+v, %v", to, done, err)
			}
		}
	})
}

// An administrator whom the list exempts comes in from anywhere.
func TestAcceptedByWhoIsExempt(t *testing.T) {
	k := newKit(t, storetest.SQLite(t))
	k.policy(office(k.client, true))
	k.invite(k.admin, Create{Org: k.client, Roles: []string{string(access.RoleOrgAdmin)}, Addresses: []string{"maria@client.example"}})
	if _, err := k.s.Accept(t.Context(), k.token("maria@client.example"), maria, sessions.Client{IP: "198.51.100.7"}); err != nil {
		t.Error(err)
	}
}
