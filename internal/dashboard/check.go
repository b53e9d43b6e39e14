package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// checkTab brings a tab into the form it is kept in. Organizations and people
// out of the caller's sight are as good as none.
func (s *Service) checkTab(ctx context.Context, tx iam.Tx, m manager, t *iam.Tab) error {
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
		if err := checkPeople(ctx, tx, m, &v, t); err != nil {
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

func checkPeople(ctx context.Context, tx iam.Tx, m manager, v *text.Checker, t *iam.Tab) error {
	slices.Sort(t.People)
	t.People = slices.Compact(t.People)
	switch {
	case len(t.People) == 0:
		v.Add("/people", "required", "Choose at least one person.")
		return nil
	case len(t.People) > MaxReach:
		v.Add("/people", "limit", fmt.Sprintf("Choose at most %d people.", MaxReach))
		return nil
	}
	names, err := m.names(ctx, tx, t.People)
	if err != nil {
		return err
	}
	for i, id := range t.People {
		if _, seen := names[id]; !seen {
			v.Add(fmt.Sprintf("/people/%d", i), "unknown", "There is no such person, or they are not in your organizations.")
			break
		}
	}
	return nil
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
