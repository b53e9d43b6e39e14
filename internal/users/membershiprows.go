package users

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
)

// MembershipRow is a membership as a list of all of them has it.
type MembershipRow struct {
	*MembershipView
	// Organization is where, and Path the names of the organizations from the one in which
	// the caller acts down to it.
	Organization *iam.Organization
	Path         []string
}

// ListMemberships returns the memberships of a page of users, as List would
// give it, in the organizations that the filter means and the caller may see.
func (s *Service) ListMemberships(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*MembershipRow], error) {
	var out iam.List[*MembershipRow]
	page, err := s.List(ctx, c, f, role)
	if err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	out.Next, out.Prev = page.Next, page.Prev
	meant := func(org iam.OrgID) bool {
		switch {
		case f.Org == "":
			return dir.Within(org, c.Org)
		case f.Below:
			return dir.Within(org, f.Org)
		}
		return org == f.Org
	}
	for _, v := range page.Items {
		for i := range v.Memberships {
			m := &v.Memberships[i]
			o := dir.Orgs[m.Org]
			if o == nil || !meant(m.Org) {
				continue
			}
			row := &MembershipRow{MembershipView: membershipView(dir, v, m), Organization: o, Path: []string{o.Name}}
			for at := o; at.ID != c.Org && dir.Orgs[at.Parent] != nil; {
				at = dir.Orgs[at.Parent]
				row.Path = append([]string{at.Name}, row.Path...)
			}
			out.Items = append(out.Items, row)
		}
	}
	return out, nil
}

// Count says how many users List would list in all, where that is known without
// reading them: not of a search, nor of a role where the caller sees only some of
// those who hold it.
func (s *Service) Count(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (n int64, known bool, err error) {
	if err := c.Require(iam.PermUsersRead); err != nil || f.Search != "" || role != "" && !c.InRoot {
		return 0, false, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return 0, false, err
	}
	f = byIDs(f)
	if role != "" {
		r := dir.Role(role)
		if r == nil {
			return 0, true, nil
		}
		f.Role = r.ID
	}
	if f.Orgs, err = scopeOf(dir, c, f); err != nil {
		return 0, false, err
	}
	var possible bool
	if f.Fields, possible, err = fields.Match(dir.Fields, f.Fields); err != nil || !possible {
		return 0, err == nil, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		if seen, err := seesTeam(ctx, tx, dir, c, f.Team); err != nil || !seen {
			return err
		}
		n, err = tx.CountUsers(ctx, c.Tenant, f)
		return err
	})
	return n, err == nil, err
}

// CountMemberships is Count for ListMemberships: known of whole organizations.
func (s *Service) CountMemberships(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (n int64, known bool, err error) {
	if err := c.Require(iam.PermUsersRead); err != nil || f.Search != "" || f.Status != "" || f.Type != "" || f.Team != "" || f.Email != "" || f.ExternalID != "" || len(f.Fields) > 0 || role != "" {
		return 0, false, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return 0, false, err
	}
	orgs, err := scopeOf(dir, c, f)
	if err != nil {
		return 0, false, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		members, err := tx.OrgMembers(ctx, c.Tenant)
		if orgs == nil {
			for _, m := range members {
				n += m
			}
		}
		for _, o := range orgs {
			n += members[o]
		}
		return err
	})
	return n, err == nil, err
}
