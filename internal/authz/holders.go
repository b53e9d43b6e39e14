package authz

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// maxHolders is how many people are told of what concerns an organization.
const maxHolders = 50

// Holders returns the active people, up to 50, who have a permission in an
// organization: by a role, granted directly, or as tenant admins, there or
// further up. They are who mails about the organization go to.
func Holders(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *Directory, org iam.OrgID, p iam.Permission) ([]*iam.User, error) {
	chain := append([]iam.OrgID{org}, dir.Ancestors(org)...)
	direct, err := tx.Grantees(ctx, tenant, chain, p)
	if err != nil {
		return nil, err
	}
	candidates, err := tx.UsersByIDs(ctx, tenant, direct)
	if err != nil {
		return nil, err
	}
	filters := []iam.UserFilter{{Type: iam.TypeTenantAdmin}}
	for _, role := range dir.Roles {
		if slices.Contains(role.Permissions, p) {
			filters = append(filters, iam.UserFilter{Role: role.ID})
		}
	}
	for _, f := range filters {
		f.Orgs, f.Status, f.Page = chain, iam.StatusActive, iam.Page{Limit: maxHolders}
		page, err := tx.ListUsers(ctx, tenant, f)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, page.Items...)
	}
	var out []*iam.User
	seen := map[iam.UserID]bool{}
	for _, u := range candidates {
		if seen[u.ID] || len(out) >= maxHolders || u.Type == iam.TypeService || !dir.Subject(u, org).Effective().Has(p) {
			continue
		}
		seen[u.ID] = true
		out = append(out, u)
	}
	return out, nil
}
