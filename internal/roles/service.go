// Package roles manages the roles of a tenant: the built-in ones, which nobody
// changes, and those the tenant makes for itself. A role belongs to the whole
// tenant, so it is changed by people who act in its root organization only.
package roles

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
}

// Service manages roles.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// View is a role as the caller sees it.
type View struct {
	*iam.Role
	Assignable bool // the caller may give it to people
	Editable   bool // the caller may change it
}

func set(r *iam.Role) access.Set { return access.SetOf(r.Permissions...) }

func view(c *access.Caller, r *iam.Role) *View {
	holds := c.Effective.Contains(set(r))
	return &View{
		Role:       r,
		Assignable: holds && c.Has(iam.PermRolesAssign),
		Editable:   holds && c.Has(iam.PermRolesManage) && c.InRoot && !r.System,
	}
}

// List returns all roles, system roles first, then by name; search narrows by
// name, code and description. Who doesn't act in the root organization sees how
// many of the people of their own part of the tree hold a role.
func (s *Service) List(ctx context.Context, c *access.Caller, search string) ([]*View, error) {
	if err := c.Require(iam.PermRolesRead); err != nil {
		return nil, err
	}
	words := fold.Words(search)
	out := []*View{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		all, err := tx.Roles(ctx, c.Tenant)
		if err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		found := []*iam.Role{}
		for _, r := range all {
			if r = access.Define(r); fold.HasWords(r.Name+" "+r.Code+" "+r.Description, words) {
				found = append(found, r)
				out = append(out, view(c, r))
			}
		}
		return countMembers(ctx, tx, c, dir, found...)
	})
	return out, err
}

// countMembers replaces the numbers of the tenant's members by those of whom the
// caller sees that they hold the role.
func countMembers(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, list ...*iam.Role) error {
	if c.InRoot || !slices.ContainsFunc(list, func(r *iam.Role) bool { return r.Members > 0 }) {
		return nil
	}
	scope := dir.Scope(c)
	// The index of users knows who holds a role, and who belongs where, but not who
	// holds it where.
	elsewhere, err := tx.UsersElsewhere(ctx, c.Tenant, scope)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Members == 0 {
			continue
		}
		if r.Members, err = tx.CountUsers(ctx, c.Tenant, iam.UserFilter{Role: r.ID, Orgs: scope}); err != nil {
			return err
		}
		for _, u := range elsewhere {
			if slices.Contains(u.RoleIDs(), r.ID) && !dir.SeesRole(c, u, r.ID) {
				r.Members--
			}
		}
	}
	return nil
}

// Get returns one role.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.RoleID) (*View, error) {
	if err := c.Require(iam.PermRolesRead); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		r, err := tx.Role(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		r = access.Define(r)
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		v = view(c, r)
		return countMembers(ctx, tx, c, dir, r)
	})
	return v, err
}

// Members returns one page of the people who hold the role and whom the caller
// may see, by name. It needs users.read as well as roles.read.
func (s *Service) Members(ctx context.Context, c *access.Caller, id iam.RoleID, p iam.Page) (iam.List[*personas.Person], error) {
	var out iam.List[*personas.Person]
	if err := c.Require(iam.PermRolesRead); err != nil {
		return out, err
	}
	if err := c.Require(iam.PermUsersRead); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		if _, err := tx.Role(ctx, c.Tenant, id); err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		f := iam.UserFilter{Role: id, Orgs: dir.Scope(c), Sort: iam.SortName, Page: p}
		if !c.InRoot {
			f.Keep = func(u *iam.User) bool { return dir.SeesRole(c, u, id) }
		}
		page, err := tx.ListUsers(ctx, c.Tenant, f)
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = personas.See(ctx, tx, dir, c, page.Items)
		return err
	})
	return out, err
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, r *iam.Role, changes audit.Changes) error {
	target := audit.Target{Type: "role", ID: string(r.ID), Name: r.Name}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
