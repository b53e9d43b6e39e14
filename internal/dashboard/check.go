package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// checkTab brings a tab into the form it is kept in. Organizations and people
// out of the caller's sight are as good as none.
func (s *Service) checkTab(ctx context.Context, tx iam.Tx, m manager, t *iam.Tab, before reached) error {
	var v text.Checker
	v.Name("/title", &t.Title)
	if !slices.Contains(Icons, t.Icon) {
		v.Add("/icon", "unknown", "Choose one of the icons.")
	}
	ours, err := s.ours(ctx, tx)
	if err != nil {
		return err
	}
	s.checkPage(&v, &t.TabPage, ours)
	switch t.Audience {
	case iam.AudienceEverybody:
		t.People = nil
	case iam.AudienceChosen:
		if err := checkPeople(ctx, tx, m, &v, t, before); err != nil {
			return err
		}
	default:
		v.Add("/audience", "unknown", "Choose everybody or chosen.")
	}
	if t.AllOrgs {
		t.Orgs = nil
	} else {
		checkOrgs(m, &v, t)
	}
	return v.Err()
}

func checkOrgs(m manager, v *text.Checker, t *iam.Tab) {
	slices.SortFunc(t.Orgs, func(a, b iam.TabOrg) int { return strings.Compare(string(a.Org), string(b.Org)) })
	t.Orgs = slices.CompactFunc(t.Orgs, func(a, b iam.TabOrg) bool { return a.Org == b.Org })
	switch {
	case len(t.Orgs) == 0:
		v.Add("/organizations", "required", "Choose at least one organization, or all.")
	case len(t.Orgs) > MaxReach:
		v.Add("/organizations", "limit", fmt.Sprintf("Choose at most %d organizations, or one above them with those below.", MaxReach))
	}
	for i, o := range t.Orgs {
		below := m.dir.Orgs[o.Org] != nil && authz.Contains(m.dir.Subtree(t.Owner), o.Org)
		if !below || !m.sees(o.Org) {
			v.Add(fmt.Sprintf("/organizations/%d", i), "unknown", "There is no such organization, or it is not below that of the tab.")
			return
		}
	}
}

// reached are the people for whom a tab was before it is changed.
type reached struct {
	seen   []iam.UserID // by whoever changes it
	unseen []iam.UserID // who stay
}

// reached tells for whom a tab is. Who has gone elsewhere is left out.
func (m manager) reached(ctx context.Context, tx iam.Tx, t *iam.Tab) (reached, error) {
	var out reached
	people, err := tx.UsersByIDs(ctx, m.c.Tenant, t.People)
	for _, u := range people {
		switch {
		case m.dir.Visible(m.c, u):
			out.seen = append(out.seen, u.ID)
		case m.dir.Subject(u, t.Owner).Member: // from above
			out.unseen = append(out.unseen, u.ID)
		}
	}
	return out, err
}

// checkPeople checks whom the caller has chosen, and adds those whom they don't see.
func checkPeople(ctx context.Context, tx iam.Tx, m manager, v *text.Checker, t *iam.Tab, before reached) error {
	slices.Sort(t.People)
	t.People = slices.Compact(t.People)
	switch n := len(t.People) + len(before.unseen); {
	case n == 0:
		v.Add("/people", "required", "Choose at least one person.")
		return nil
	case n > MaxReach:
		v.Add("/people", "limit", fmt.Sprintf("Choose at most %d people.", MaxReach))
		return nil
	}
	list, err := tx.UsersByIDs(ctx, m.c.Tenant, t.People)
	if err != nil {
		return err
	}
	people := make(map[iam.UserID]*iam.User, len(list))
	for _, u := range list {
		people[u.ID] = u
	}
	orgs := m.within(t)
	for i, id := range t.People {
		switch u := people[id]; {
		case u == nil || !m.dir.Visible(m.c, u):
			v.Add(fmt.Sprintf("/people/%d", i), "unknown", "There is no such person, or they are not in your organizations.")
		case !slices.Contains(before.seen, id) && !m.hasDashboard(u, orgs):
			v.Add(fmt.Sprintf("/people/%d", i), "no_dashboard", m.name(u)+" has no dashboard in which to see it. Give them one of its tabs first, such as Home.")
		default:
			continue
		}
		break
	}
	t.People = append(t.People, before.unseen...)
	slices.Sort(t.People)
	return nil
}

// hasDashboard tells whether u has a dashboard in an organization of theirs, or in
// one of orgs, those of a tab, for which they act from above.
func (m manager) hasDashboard(u *iam.User, orgs []iam.OrgID) bool {
	has := func(org iam.OrgID) bool {
		return access.OpensDashboard(m.dir.Subject(u, org).Potential(), org == m.dir.RootOrg)
	}
	return slices.ContainsFunc(u.Memberships, func(s iam.Membership) bool {
		return has(s.Org) || s.IncludesDescendants && slices.ContainsFunc(orgs, has)
	})
}

// within are the organizations that a tab is for.
func (m manager) within(t *iam.Tab) []iam.OrgID {
	if t.AllOrgs {
		return m.dir.Subtree(t.Owner)
	}
	var orgs []iam.OrgID
	for _, o := range t.Orgs {
		if o.Descendants {
			orgs = append(orgs, m.dir.Subtree(o.Org)...)
		} else {
			orgs = append(orgs, o.Org)
		}
	}
	return orgs
}

// checkPage checks address and mode.
func (s *Service) checkPage(v *text.Checker, p *iam.TabPage, ours func(string) bool) {
	s.checkAddress(v, "/url", &p.URL, ours)
	if p.Mode != iam.TabFrame && p.Mode != iam.TabWindow {
		v.Add("/mode", "unknown", "Choose frame or window.")
	}
}

// ours tells which host names are the installation's own, in the transaction.
func (s *Service) ours(ctx context.Context, tx iam.Tx) (func(string) bool, error) {
	mine := map[string]bool{}
	tenants, err := tx.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	domains, err := tx.VerifiedDomains(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		for _, h := range t.Hosts {
			mine[h] = true
		}
	}
	for _, t := range tenants {
		// On this very machine other programs listen, too: ports tell them apart.
		if u, err := url.Parse(s.PublicURL(t)); err == nil && !loopback(u.Hostname()) {
			mine[strings.ToLower(u.Hostname())] = true
		}
	}
	for _, d := range domains {
		mine[d.Host] = true
	}
	return func(host string) bool { return mine[strings.ToLower(host)] }, nil
}
