package authz

import (
	"maps"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// WithRole is the directory as if a role allowed something else, such as what it
// did before a change.
func (d *Directory) WithRole(id iam.RoleID, permissions []iam.Permission) *Directory {
	r := d.Roles[id]
	if r == nil {
		return d
	}
	other, role := *d, *r
	role.Permissions = permissions
	other.Roles, other.compiled = maps.Clone(d.Roles), maps.Clone(d.compiled)
	other.Roles[id] = &role
	other.compiled[id] = access.Role{Name: role.Name, Set: access.SetOf(permissions...)}
	return &other
}

// WithOrg is the directory as if an organization stood below another one, or had
// other features, such as before a change.
func (d *Directory) WithOrg(id, parent iam.OrgID, features []string) *Directory {
	o := d.Orgs[id]
	if o == nil {
		return d
	}
	other, org := *d, *o
	org.Parent, org.Features = parent, features
	other.Orgs, other.features = maps.Clone(d.Orgs), maps.Clone(d.features)
	other.Orgs[id] = &org
	for _, below := range d.Subtree(id) { // what is above first
		b := other.Orgs[below]
		other.features[below] = other.features[b.Parent] & access.FeatureSet(b.Features)
	}
	return &other
}

// WithPolicy is the directory as if p counted: what a rehearsal asks for.
func (d *Directory) WithPolicy(p *iam.Policy) *Directory {
	other := *d
	other.policies, other.lists = maps.Clone(d.policies), maps.Clone(d.lists)
	other.set(p)
	return &other
}

// WithoutException is the directory as if there were no such exception.
func (d *Directory) WithoutException(id iam.ExceptionID) *Directory {
	other := *d
	other.exceptions = slices.DeleteFunc(slices.Clone(d.exceptions), func(e *iam.IPException) bool { return e.ID == id })
	return &other
}
