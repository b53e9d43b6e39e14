// Package organizations manages the tree of organizations inside a tenant: the
// company itself is the root, its clients and sub-companies are below it.
// Callers see and change the organization they act in and what is below it.
package organizations

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// The limits of a tree. It is read at once with every decision.
const (
	MaxOrganizations = 2000
	MaxDepth         = 10 // the root is 1
)

const maxShortName = 40

var shortNamePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
}

// Service manages organizations.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// View is an organization as the caller sees it: its parent is "" when that is
// out of the caller's sight.
type View struct {
	*iam.Organization
	IsRoot bool
}

func view(o *iam.Organization, scope []iam.OrgID) *View {
	v := &View{Organization: o, IsRoot: o.Parent == ""}
	if scope != nil && o.Parent != "" && !authz.Contains(scope, o.Parent) {
		hidden := *o
		hidden.Parent = ""
		v.Organization = &hidden
	}
	return v
}

// List returns the organizations that the caller may see, as the tree reads:
// each, then what is below it, by name.
func (s *Service) List(ctx context.Context, c *access.Caller) ([]*View, error) {
	if err := c.Require(iam.PermOrganizationsRead); err != nil {
		return nil, err
	}
	out := []*View{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		all, scope, err := tree(ctx, tx, c)
		if err != nil {
			return err
		}
		for _, o := range all {
			if visible(o.ID, scope) {
				out = append(out, view(o, scope))
			}
		}
		return nil
	})
	return out, err
}

// Get returns one organization; CodeNotFound when the caller may not see it.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.OrgID) (*View, error) {
	if err := c.Require(iam.PermOrganizationsRead); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		all, scope, err := tree(ctx, tx, c)
		if err != nil {
			return err
		}
		o := find(all, id)
		if o == nil || !visible(id, scope) {
			return iam.NotFound("organization")
		}
		v = view(o, scope)
		return nil
	})
	return v, err
}

// tree reads all organizations and which of them the caller may see; nil means
// all.
func tree(ctx context.Context, tx iam.Tx, c *access.Caller) (all []*iam.Organization, scope []iam.OrgID, err error) {
	if all, err = tx.Orgs(ctx, c.Tenant); err != nil || c.InRoot {
		return all, nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	return all, dir.Scope(c), nil
}

func visible(id iam.OrgID, scope []iam.OrgID) bool {
	return scope == nil || authz.Contains(scope, id)
}

func find(all []*iam.Organization, id iam.OrgID) *iam.Organization {
	for _, o := range all {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// Create is what a new organization is made of.
type Create struct {
	Name        string
	ShortName   string    // "": made from the name
	Parent      iam.OrgID // "": where the caller acts
	Description string
}

// Create adds an organization. It needs organizations.manage; CodeInvalid with
// "/parent_id" when the parent is none that the caller may see, CodeConflict
// with "/short_name" when taken.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*View, error) {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return nil, err
	}
	o := &iam.Organization{
		Parent: in.Parent, Name: in.Name, ShortName: strings.TrimSpace(in.ShortName), Description: in.Description,
		Status: iam.StatusActive,
	}
	if o.Parent == "" {
		o.Parent = c.Org
	}
	if err := check(o); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		all, scope, err := tree(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := place(all, scope, o); err != nil {
			return err
		}
		o.ID = iam.OrgID(s.IDs.NewID(iam.PrefixOrg, tx.Now()))
		if err := tx.InsertOrg(ctx, c.Tenant, o); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		v = view(o, scope)
		return s.record(ctx, tx, c, "organization.created", o, differences(&iam.Organization{}, o, all))
	})
	return v, err
}

// check brings the organization into the form it is kept in.
func check(o *iam.Organization) error {
	var v text.Checker
	v.Name("/name", &o.Name)
	v.Description("/description", &o.Description)
	if o.ShortName != "" && (len(o.ShortName) > maxShortName || !shortNamePattern.MatchString(o.ShortName)) {
		v.Add("/short_name", "invalid_short_name",
			fmt.Sprintf("Use lower-case letters, digits and single hyphens between them, at most %d.", maxShortName))
	}
	return v.Err()
}

// place finds out whether the new organization fits into the tree, and gives it
// a short name that is free when it has none.
func place(all []*iam.Organization, scope []iam.OrgID, o *iam.Organization) error {
	if find(all, o.Parent) == nil || !visible(o.Parent, scope) {
		return iam.InvalidField("/parent_id", "unknown", "There is no such organization, or it is not below yours.")
	}
	if len(all) >= MaxOrganizations {
		return iam.InvalidField("/name", "limit", fmt.Sprintf("There are %d organizations already, as many as there can be.", MaxOrganizations))
	}
	if depth(all, o.Parent) >= MaxDepth {
		return iam.InvalidField("/parent_id", "too_deep", fmt.Sprintf("Organizations can be nested %d deep. Choose a parent further up.", MaxDepth))
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(all, func(x *iam.Organization) bool { return x.ShortName == name })
	}
	if o.ShortName == "" {
		base := text.Slug(o.Name, "-", maxShortName)
		if base == "" {
			base = "organization" // a name in a script that has no Latin letters
		}
		o.ShortName = text.Unique(base, "-", maxShortName, taken)
		return nil
	}
	if taken(o.ShortName) {
		const message = "This short name is taken. Choose another one."
		e := iam.Errorf(iam.CodeConflict, message)
		e.Fields = []iam.Field{{Pointer: "/short_name", Code: "taken", Message: message}}
		return e
	}
	return nil
}

// depth is how far below the tenant an organization is; the root is 1.
func depth(all []*iam.Organization, id iam.OrgID) int {
	n := 0
	for o := find(all, id); o != nil && n <= len(all); o = find(all, o.Parent) {
		n++
	}
	return n
}

// Update changes an organization; nil fields stay as they are.
type Update struct {
	Name, Description *string
	// Version is what the caller saw: CodePreconditionFailed when the
	// organization has changed since.
	Version int64
}

// Update changes an organization. It needs organizations.manage.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.OrgID, in Update) (*View, error) {
	var v *View
	err := s.change(ctx, c, id, in.Version, func(tx iam.Tx, all []*iam.Organization, scope []iam.OrgID, before *iam.Organization) error {
		after := *before
		if in.Name != nil {
			after.Name = *in.Name
		}
		if in.Description != nil {
			after.Description = *in.Description
		}
		if err := check(&after); err != nil {
			return err
		}
		v = view(&after, scope)
		changes := differences(before, &after, all)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateOrg(ctx, c.Tenant, &after); err != nil {
			return err
		}
		v = view(&after, scope)
		return s.record(ctx, tx, c, "organization.updated", &after, changes)
	})
	return v, err
}

// Delete removes an organization. It needs organizations.manage; CodeInUse while
// it has members or organizations below it, and for the root.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.OrgID, version int64) error {
	return s.change(ctx, c, id, version, func(tx iam.Tx, all []*iam.Organization, _ []iam.OrgID, o *iam.Organization) error {
		if err := tx.DeleteOrg(ctx, c.Tenant, id); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "organization.deleted", o, differences(o, &iam.Organization{}, all))
	})
}

// change runs fn on an organization that the caller may change, in the version
// that the caller saw, and makes cached access stale.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.OrgID, version int64,
	fn func(tx iam.Tx, all []*iam.Organization, scope []iam.OrgID, o *iam.Organization) error,
) error {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		all, scope, err := tree(ctx, tx, c)
		if err != nil {
			return err
		}
		o := find(all, id)
		if o == nil || !visible(id, scope) {
			return iam.NotFound("organization")
		}
		if o.Version != version {
			return iam.Errorf(iam.CodePreconditionFailed,
				"Somebody changed this organization in the meantime. Look at it again, then repeat what you wanted to change.")
		}
		tx.AccessChanged(c.Tenant)
		return fn(tx, all, scope, o)
	})
}

// differences are what an audit event tells of a change.
func differences(before, after *iam.Organization, all []*iam.Organization) audit.Changes {
	parent := func(o *iam.Organization) string {
		if p := find(all, o.Parent); p != nil {
			return p.Name
		}
		return ""
	}
	var ch audit.Changes
	ch.Add("name", before.Name, after.Name)
	ch.Add("short_name", before.ShortName, after.ShortName)
	ch.Add("description", before.Description, after.Description)
	ch.Add("parent", parent(before), parent(after))
	return ch
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, o *iam.Organization, changes audit.Changes) error {
	target := audit.Target{Type: "organization", ID: string(o.ID), Name: o.Name}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
