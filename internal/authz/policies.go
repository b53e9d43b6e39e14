package authz

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// policySet is what organizations set, and which exceptions there are.
type policySet struct {
	policies   map[iam.OrgID]*iam.Policy
	lists      map[iam.OrgID]*access.Allowlist
	exceptions []*iam.IPException
}

// loadPolicies reads what organizations set and which exceptions there are.
func (d *Directory) loadPolicies(ctx context.Context, tx iam.Tx, tenant iam.TenantID) error {
	list, err := tx.Policies(ctx, tenant)
	if err != nil {
		return err
	}
	d.policies, d.lists = make(map[iam.OrgID]*iam.Policy, len(list)), map[iam.OrgID]*access.Allowlist{}
	for _, p := range list {
		d.set(p)
	}
	d.exceptions, err = tx.IPExceptions(ctx, tenant)
	return err
}

func (d *Directory) set(p *iam.Policy) {
	d.policies[p.Org] = p
	delete(d.lists, p.Org)
	if p.Allowlist != nil {
		d.lists[p.Org] = access.CompileAllowlist(p.Allowlist.Value)
	}
}

// Rules are the values that hold in org, and where they come from.
func (d *Directory) Rules(org iam.OrgID, l access.Limits) access.Rules {
	if len(d.policies) == 0 {
		return access.ResolvePolicies(nil, l)
	}
	above := d.Ancestors(org)
	chain := make([]*iam.Policy, 0, len(above)+1)
	for _, a := range slices.Backward(above) {
		chain = append(chain, d.policies[a])
	}
	return access.ResolvePolicies(append(chain, d.policies[org]), l)
}

// RulesOf are the values that bind u who acts in org: of each, the strictest of
// that organization and of those that u is a member of, so that nobody escapes
// one by switching to another. The allowlist is that of org alone.
func (d *Directory) RulesOf(u *iam.User, org iam.OrgID, l access.Limits) access.Rules {
	r := d.Rules(org, l)
	if len(d.policies) == 0 {
		return r
	}
	for i := range u.Memberships {
		if o := u.Memberships[i].Org; o != org && d.Orgs[o] != nil {
			r = access.Strictest(r, d.Rules(o, l))
		}
	}
	return r
}

// Gate is from where somebody may act in an organization.
type Gate struct {
	List *access.Allowlist // nil: from anywhere
	// Org is where they act, Source the organization whose list it is.
	Org, Source iam.OrgID
	exceptions  []*iam.IPException
}

// Gate returns from where u may act in org.
func (d *Directory) Gate(u *iam.User, org iam.OrgID) Gate {
	g := Gate{Org: org}
	if len(d.lists) == 0 {
		return g
	}
	source := d.Rules(org, access.Limits{}).Allowlist.Source
	list := d.lists[source]
	if list == nil || !list.Enabled {
		return g
	}
	above := d.Ancestors(org)
	if list.ExemptAdmins && access.IsAdmin(u, org, above) {
		return g
	}
	g.List, g.Source = list, source
	for _, e := range d.exceptions {
		if (e.User == "" || e.User == u.ID) && (e.Org == org || Contains(above, e.Org)) {
			g.exceptions = append(g.exceptions, e)
		}
	}
	return g
}

// Allows tells whether the gate lets the address in at a time, and if not, which
// rule would have but is switched off.
func (g *Gate) Allows(address string, now time.Time) (ok bool, near *iam.AddressRule) {
	if g.List == nil {
		return true, nil
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false, nil
	}
	a = a.Unmap().WithZone("")
	if ok, near = g.List.Allows(a); ok {
		return true, nil
	}
	for _, e := range g.exceptions {
		if x, err := netip.ParseAddr(e.Address); err == nil && x == a && now.Before(e.Until) {
			return true, nil
		}
	}
	return false, near
}
