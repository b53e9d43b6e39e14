package roles

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/text"
)

const (
	// MaxRoles is how many roles a tenant can have: they are listed at once.
	MaxRoles = 500
	maxCode  = 64
	// idPrefix begins the ids of roles; no code does, so that a reference to a
	// role by "id or code" can never be mistaken.
	idPrefix = iam.PrefixRole + "_"
)

var codePattern = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// Create is what a new role is made of.
type Create struct {
	Name        string
	Code        string // "": made from the name
	Description string
	Scope       iam.Scope // "": organization
	Permissions []iam.Permission
	CopyFrom    string // id or code of a role whose permissions it starts with when none are given
}

// Update changes a role; nil fields stay as they are.
type Update struct {
	Name, Description *string
	Permissions       *[]iam.Permission
	// Code and Scope are refused with CodeImmutable when they differ.
	Code  *string
	Scope *iam.Scope
	// Version is what the caller saw: CodePreconditionFailed when the role has
	// changed since.
	Version int64
}

// mayManage refuses who may not change roles at all.
func mayManage(c *access.Caller) error {
	if err := c.Require(iam.PermRolesManage); err != nil {
		return err
	}
	return c.ForCompany("Roles")
}

// Create adds a custom role. It needs roles.manage; CodeEscalation when the role
// would hold a permission that the caller doesn't, CodeConflict with "/name" or
// "/code" when taken.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*View, error) {
	if err := mayManage(c); err != nil {
		return nil, err
	}
	r := &iam.Role{Name: in.Name, Code: strings.TrimSpace(in.Code), Description: in.Description, Scope: in.Scope}
	if r.Scope == "" {
		r.Scope = iam.ScopeOrganization
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		all, err := tx.Roles(ctx, c.Tenant)
		if err != nil {
			return err
		}
		if r.Permissions, err = starting(all, in); err != nil {
			return err
		}
		if err := check(r, in.Code != ""); err != nil {
			return err
		}
		if err := s.place(all, r); err != nil {
			return err
		}
		if err := access.MayGrant(c.Effective, set(r)); err != nil {
			return err
		}
		r.ID = iam.RoleID(s.IDs.NewID(iam.PrefixRole, tx.Now()))
		if err := tx.InsertRole(ctx, c.Tenant, r); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		v = view(c, r)
		return s.record(ctx, tx, c, "role.created", r, differences(&iam.Role{}, r))
	})
	return v, err
}

// starting are the permissions that a new role begins with.
func starting(all []*iam.Role, in Create) ([]iam.Permission, error) {
	if in.CopyFrom == "" {
		return in.Permissions, nil
	}
	for _, r := range all {
		if string(r.ID) == in.CopyFrom || r.Code == in.CopyFrom {
			if len(in.Permissions) > 0 {
				return in.Permissions, nil
			}
			return access.Define(r).Permissions, nil
		}
	}
	return nil, iam.InvalidField("/copy_from", "unknown", "There is no such role.")
}

// check brings the role into the form it is kept in and refuses what is wrong.
func check(r *iam.Role, withCode bool) error {
	var v text.Checker
	v.Name("/name", &r.Name)
	v.Description("/description", &r.Description)
	if withCode {
		switch {
		case len(r.Code) > maxCode:
			v.Add("/code", "too_long", fmt.Sprintf("The code can have at most %d characters.", maxCode))
		case !codePattern.MatchString(r.Code):
			v.Add("/code", "invalid_code", "Use lower-case letters, digits and single underscores between them, such as night_shift.")
		case strings.HasPrefix(r.Code, idPrefix):
			v.Add("/code", "invalid_code", "A code can't begin with role_, as ids of roles do.")
		}
	}
	if r.Scope != iam.ScopeOrganization && r.Scope != iam.ScopeTeam {
		v.Add("/scope", "unknown", "Choose organization or team.")
	}
	for i, p := range r.Permissions {
		if !access.Known(p) {
			v.Add(fmt.Sprintf("/permissions/%d", i), "unknown", "There is no such permission.")
			break
		}
	}
	if len(r.Permissions) == 0 {
		v.Add("/permissions", "required", "Choose at least one permission.")
	}
	if err := v.Err(); err != nil {
		return err
	}
	// In catalogue order and each once.
	r.Permissions = set(r).Permissions()
	return nil
}

// place finds the new role a code that is free, and refuses names and codes
// that are not.
func (s *Service) place(all []*iam.Role, r *iam.Role) error {
	if len(all) >= MaxRoles {
		return iam.InvalidField("/name", "limit", fmt.Sprintf("There are %d roles already, as many as there can be. Delete one that nobody holds.", MaxRoles))
	}
	if err := nameFree(all, r); err != nil {
		return err
	}
	taken := func(code string) bool {
		return slices.ContainsFunc(all, func(o *iam.Role) bool { return o.Code == code })
	}
	if r.Code != "" {
		if taken(r.Code) {
			return conflict("/code", "This code is taken. Choose another one.")
		}
		return nil
	}
	base := text.Slug(r.Name, "_", maxCode)
	for strings.HasPrefix(base, idPrefix) {
		base = base[len(idPrefix):]
	}
	if base == "" {
		base = "custom" // a name in a script that has no Latin letters
	}
	r.Code = text.Unique(base, "_", maxCode, taken)
	return nil
}

// nameFree refuses a name that another role has: two roles with one name would
// be mistaken for each other.
func nameFree(all []*iam.Role, r *iam.Role) error {
	name := fold.Text(r.Name)
	for _, o := range all {
		if o.ID != r.ID && fold.Text(access.Define(o).Name) == name {
			return conflict("/name", "Another role has this name. Choose another one.")
		}
	}
	return nil
}

func conflict(pointer, message string) error {
	e := iam.Errorf(iam.CodeConflict, "%s", message)
	e.Fields = []iam.Field{{Pointer: pointer, Code: "taken", Message: message}}
	return e
}

// custom reads a role that is to be changed: CodeLocked when it is built in,
// CodePreconditionFailed when it is not the version that the caller saw, and
// CodeEscalation when it holds more than the caller does.
func custom(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.RoleID, version int64) (*iam.Role, error) {
	r, err := tx.Role(ctx, c.Tenant, id)
	if err != nil {
		return nil, err
	}
	if r.System {
		return nil, iam.Errorf(iam.CodeLocked, "The role “%s” is built in and can't be changed. Copy it into a role of your own.", access.Define(r).Name)
	}
	if r.Version != version {
		return nil, iam.Stale("role")
	}
	if err := access.MayGrant(c.Effective, set(r)); err != nil {
		more := set(r) &^ c.Effective
		return nil, iam.Wrap(err, iam.CodeEscalation, "This role holds more than you do. Ask somebody who holds that, too.").Because("role_holds_more").
			With("missing_permissions", more.Permissions())
	}
	return r, nil
}

// Update changes a custom role, for everybody who holds it from the next request
// on. It needs roles.manage; CodeEscalation when the role holds or would hold a
// permission that the caller doesn't, or when the caller's own access would
// change; CodeImmutable for code and scope.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.RoleID, in Update) (*View, error) {
	if err := mayManage(c); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		before, err := custom(ctx, tx, c, id, in.Version)
		if err != nil {
			return err
		}
		after, err := in.apply(before)
		if err != nil {
			return err
		}
		if err := access.MayGrant(c.Effective, set(after)); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, c, before, after); err != nil {
			return err
		}
		v = view(c, after)
		changes := differences(before, after)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateRole(ctx, c.Tenant, after); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		if set(before) != set(after) {
			if err := notices.NoteRole(ctx, tx, c.Tenant, after.ID, before.Permissions); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, c, "role.updated", after, changes)
	})
	return v, err
}

// apply returns the changed role.
func (in *Update) apply(before *iam.Role) (*iam.Role, error) {
	after := *before
	if in.Code != nil && *in.Code != before.Code {
		return nil, immutable("/code", "The code of a role never changes. Create another role instead.")
	}
	if in.Scope != nil && *in.Scope != before.Scope {
		return nil, immutable("/scope", "The scope of a role never changes. Create another role instead.")
	}
	if in.Name != nil {
		after.Name = *in.Name
	}
	if in.Description != nil {
		after.Description = *in.Description
	}
	if in.Permissions != nil {
		after.Permissions = *in.Permissions
	}
	return &after, check(&after, false)
}

func immutable(pointer, message string) error {
	e := iam.Errorf(iam.CodeImmutable, "%s", message)
	e.Fields = []iam.Field{{Pointer: pointer, Code: "immutable", Message: message}}
	return e
}

// settle checks the change against the other roles and the caller's own access.
func (s *Service) settle(ctx context.Context, tx iam.Tx, c *access.Caller, before, after *iam.Role) error {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return err
	}
	all := make([]*iam.Role, 0, len(dir.Roles))
	for _, r := range dir.Roles {
		all = append(all, r)
	}
	if err := nameFree(all, after); err != nil {
		return err
	}
	if c.User == "" || set(before) == set(after) {
		return nil
	}
	u, err := tx.User(ctx, c.Tenant, c.User)
	if err != nil {
		return err
	}
	was := access.Compile(all)
	for i, r := range all {
		if r.ID == after.ID {
			all[i] = after
		}
	}
	if err := mayChangeHolders(ctx, tx, dir, c, before); err != nil {
		return err
	}
	becomes := access.Compile(all)
	var places []iam.OrgID
	for i := range u.Memberships {
		places = append(places, u.Memberships[i].Org)
	}
	for i := range u.Teams {
		places = append(places, u.Teams[i].Org)
	}
	for _, org := range places {
		above := dir.Ancestors(org)
		if access.SubjectOf(u, org, above, was).Potential() != access.SubjectOf(u, org, above, becomes).Potential() {
			return iam.Errorf(iam.CodeEscalation, "You hold this role yourself, and nobody changes their own access. Ask another administrator.").Because("own_access")
		}
	}
	return nil
}

// Delete removes a custom role. It needs roles.manage; CodeInUse while somebody
// holds it or a pending invitation gives it, with holders_count and
// invitations_count and, for who may see them, the first of each.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.RoleID, version int64) error {
	if err := mayManage(c); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		r, err := custom(ctx, tx, c, id, version)
		if err != nil {
			return err
		}
		if err := s.inUse(ctx, tx, c, r); err != nil {
			return err
		}
		if err := tx.DeleteRole(ctx, c.Tenant, id); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		return s.record(ctx, tx, c, "role.deleted", r, differences(r, &iam.Role{}))
	})
}

// differences are what an audit event tells of a change.
func differences(before, after *iam.Role) audit.Changes {
	var ch audit.Changes
	ch.Add("name", before.Name, after.Name)
	ch.Add("code", before.Code, after.Code)
	ch.Add("description", before.Description, after.Description)
	ch.Add("scope", before.Scope, after.Scope)
	if set(before) != set(after) {
		ch.Add("permissions", before.Permissions, after.Permissions)
	}
	return ch
}
