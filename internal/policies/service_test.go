package policies

import (
	"context"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// What comes from an organization out of the caller's sight comes from the company,
// as far as they learn: not from where, and not from which addresses others work.
// covers E-11
func TestPoliciesFromOutOfSight(t *testing.T) {
	k := tenanttest.New(t)
	s := New(Deps{Store: k.Store, IDs: k.IDs})
	reseller := k.Org("Secret Reseller", "")
	client := k.Org("Client", reseller)
	set := func(p *iam.Policy) {
		t.Helper()
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.Policy(ctx, k.Tenant.ID, p.Org)
			if err != nil {
				return err
			}
			p.Version = before.Version
			tx.AccessChanged(k.Tenant.ID)
			return tx.SetPolicy(ctx, k.Tenant.ID, p)
		})
	}
	set(&iam.Policy{
		Org: reseller, Idle: &iam.Setting[time.Duration]{Value: time.Hour, Locked: true},
		Allowlist: &iam.Setting[iam.Allowlist]{Value: iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{{Addresses: "198.51.100.7", Label: "Another client", Enabled: true}}}},
	})
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Permissions: []iam.Permission{iam.PermPoliciesManage}}))
	v, err := s.Get(t.Context(), boss, client)
	if err != nil {
		t.Fatal(err)
	}
	company := k.Tenant.Name
	if id, name := v.Origin(v.Effective.Idle.Source); id != "" || name != company || v.sees(reseller) {
		t.Errorf("a client is told of %q, %q", id, name)
	}
	for _, l := range []iam.Allowlist{v.Effective.Allowlist.Value, v.Inherited.Allowlist.Value} {
		if !l.Enabled || len(l.Rules) != 0 || v.Hidden != 1 {
			t.Errorf("a client is shown %+v, and that %d are hidden", l, v.Hidden)
		}
	}
	if id, name := v.Origin(""); id != "" || name != "" {
		t.Errorf("the installation is %q, %q", id, name)
	}
	_, err = s.Set(t.Context(), boss, &iam.Policy{Org: client, Idle: &iam.Setting[time.Duration]{Value: 2 * time.Hour}, Version: v.Own.Version}, true)
	if f := tenanttest.FieldsOf(err); len(f) != 1 || f[0].Message != "This is locked by "+company+"." {
		t.Errorf("the refusal is %v", f)
	}
	v, err = s.Get(t.Context(), k.Caller(k.Admin), client)
	if err != nil {
		t.Fatal(err)
	}
	if id, name := v.Origin(v.Effective.Idle.Source); id != reseller || name != "Secret Reseller" || v.Hidden != 0 || len(v.Inherited.Allowlist.Value.Rules) != 1 {
		t.Errorf("the company is told of %q, %q", id, name)
	}
}
