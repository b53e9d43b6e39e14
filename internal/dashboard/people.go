package dashboard

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
)

// TabPeople lists the people of the caller's organization and of those below it,
// for whom a custom tab can be, of a client those who have a dashboard, by the
// names that the caller may know; with the addresses when the caller sees those
// elsewhere, too. It needs tabs.manage.
func (s *Service) TabPeople(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*personas.Person], error) {
	var out iam.List[*personas.Person]
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		f := iam.UserFilter{Orgs: m.dir.Scope(c), Search: search, Page: p}
		if !c.InRoot { // few of the company's staff have one: looking for them would take long
			f.Keep = func(u *iam.User) bool { return m.hasDashboard(u, f.Orgs) }
		}
		page, err := people(ctx, tx, m.dir, c, f)
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		if out.Items, err = personas.See(ctx, tx, m.dir, c, page.Items); err != nil {
			return err
		}
		for _, p := range out.Items {
			if !seesAddresses(c) {
				p.Email = ""
			}
		}
		return nil
	})
	return out, err
}

// Team lists the active people of the organization in which the caller acts: all
// of those of whom Home shows the first. It needs dashboard.home.
func (s *Service) Team(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[Teammate], error) {
	var out iam.List[Teammate]
	if err := mayOpenHome(c); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		here := iam.UserFilter{Orgs: []iam.OrgID{c.Org}, Status: iam.StatusActive, Search: search, Page: p}
		page, err := people(ctx, tx, dir, c, here)
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = seen(ctx, tx, dir, c, page.Items)
		return err
	})
	return out, err
}

// people is a page of those whom f selects, but for programs. Who sees no
// directory finds them by what is shown, and by no address.
func people(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, f iam.UserFilter) (iam.List[*iam.User], error) {
	all := func(*iam.User) bool { return true }
	keep, finds := f.Keep, all
	if keep == nil {
		keep = all
	}
	if f.Search != "" && !seesAddresses(c) {
		var err error
		if finds, err = personas.NameFinder(dir, c, f.Search); err != nil {
			return iam.List[*iam.User]{}, err
		}
	}
	f.Keep = func(u *iam.User) bool { return u.Type != iam.TypeService && keep(u) && finds(u) }
	return personas.List(ctx, tx, dir, c, f)
}

// seesAddresses tells whether the caller sees the e-mail addresses of colleagues.
func seesAddresses(c *access.Caller) bool {
	return c.Has(iam.PermDirectoryRead) || c.Has(iam.PermUsersRead)
}
