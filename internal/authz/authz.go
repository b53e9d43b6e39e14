// Package authz feeds the decision engine: it reads what the engine has to
// know of a user from the store.
package authz

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// Directory is what of a tenant the decisions about its users depend on: the
// definitions of roles, the tree of organizations and their policies.
type Directory struct {
	Roles   map[iam.RoleID]*iam.Role
	Orgs    map[iam.OrgID]*iam.Organization
	RootOrg iam.OrgID
	// Fields are the tenant's custom fields in their order. They decide nothing,
	// but whoever reads or writes users needs them, and they change as rarely.
	Fields []*iam.CustomField

	policySet

	compiled map[iam.RoleID]access.Role
	byShort  map[string]iam.OrgID // by short name, in small letters
	children map[iam.OrgID][]iam.OrgID
	stopped  map[iam.OrgID]bool // it or one above it is suspended
	features map[iam.OrgID]access.Set
	ordered  []*iam.Organization // as the tree reads
	settings map[iam.OrgID]iam.OrgSettings

	names *foldedNames
}

// Load reads the tenant's roles, organizations, policies and custom fields. It is cheap while
// nothing of them changes: then what an earlier transaction read still holds. The
// directory is shared and must not be changed.
func Load(ctx context.Context, tx iam.Tx, tenant iam.TenantID) (*Directory, error) {
	d, err := tx.Remember(ctx, tenant, func() (any, error) { return read(ctx, tx, tenant) })
	if err != nil {
		return nil, err
	}
	return d.(*Directory), nil //nolint:forcetypeassert // nothing else is remembered
}

func read(ctx context.Context, tx iam.Tx, tenant iam.TenantID) (*Directory, error) {
	roles, err := tx.Roles(ctx, tenant)
	if err != nil {
		return nil, err
	}
	orgs, err := tx.Orgs(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for i, r := range roles {
		roles[i] = access.Define(r)
	}
	d := &Directory{
		Roles:    make(map[iam.RoleID]*iam.Role, len(roles)),
		Orgs:     make(map[iam.OrgID]*iam.Organization, len(orgs)),
		compiled: access.Compile(roles),
		byShort:  make(map[string]iam.OrgID, len(orgs)),
		children: map[iam.OrgID][]iam.OrgID{},
		stopped:  map[iam.OrgID]bool{},
		features: make(map[iam.OrgID]access.Set, len(orgs)),
		ordered:  orgs,
		names:    new(foldedNames),
		settings: make(map[iam.OrgID]iam.OrgSettings, len(orgs)),
	}
	for _, r := range roles {
		d.Roles[r.ID] = r
	}
	if err := d.loadPolicies(ctx, tx, tenant); err != nil {
		return nil, err
	}
	if d.Fields, err = tx.CustomFields(ctx, tenant); err != nil {
		return nil, err
	}
	for _, o := range orgs {
		d.Orgs[o.ID] = o
		d.byShort[strings.ToLower(o.ShortName)] = o.ID
		d.children[o.Parent] = append(d.children[o.Parent], o.ID)
		if o.Parent == "" {
			d.RootOrg = o.ID
			d.features[o.Parent] = access.All
		}
		// Orgs returns what is above before what is below.
		if o.Status != iam.StatusActive || d.stopped[o.Parent] {
			d.stopped[o.ID] = true
		}
		d.features[o.ID] = d.features[o.Parent] & access.FeatureSet(o.Features)
		d.settings[o.ID] = inherited(o.OrgSettings, d.settings[o.Parent])
	}
	return d, nil
}

// Ancestors returns the organizations above org, nearest first.
func (d *Directory) Ancestors(org iam.OrgID) []iam.OrgID {
	return d.appendAncestors(make([]iam.OrgID, 0, 8), org)
}

func (d *Directory) appendAncestors(out []iam.OrgID, org iam.OrgID) []iam.OrgID {
	for o := d.Orgs[org]; o != nil && o.Parent != "" && len(out) <= len(d.Orgs); o = d.Orgs[o.Parent] {
		out = append(out, o.Parent)
	}
	return out
}

// Subtree returns org and all organizations below it.
func (d *Directory) Subtree(org iam.OrgID) []iam.OrgID {
	out := []iam.OrgID{org}
	for i := 0; i < len(out); i++ {
		out = append(out, d.children[out[i]]...)
	}
	return out
}

// Role finds a role by its id or its code; nil when there is none.
func (d *Directory) Role(idOrCode string) *iam.Role {
	if r := d.Roles[iam.RoleID(idOrCode)]; r != nil {
		return r
	}
	for _, r := range d.Roles {
		if r.Code == idOrCode {
			return r
		}
	}
	return nil
}

// OrgByName finds an organization by its id or its short name; "" when there
// is none.
func (d *Directory) OrgByName(idOrShortName string) iam.OrgID {
	if o := d.Orgs[iam.OrgID(idOrShortName)]; o != nil {
		return o.ID
	}
	return d.byShort[strings.ToLower(idOrShortName)]
}

// Scope is which organizations' members a caller may see: nil for all of the
// tenant when acting in its root, else the caller's organization and below.
func (d *Directory) Scope(c *access.Caller) []iam.OrgID {
	if c.InRoot {
		return nil
	}
	return d.Subtree(c.Org)
}

// Subject is what the engine has to know of u in org.
func (d *Directory) Subject(u *iam.User, org iam.OrgID) *access.Subject {
	var few [8]iam.OrgID // on the stack: this is asked at every check
	s := access.SubjectOf(u, org, d.appendAncestors(few[:0], org), d.compiled)
	s.Features, s.Stopped = d.Features(org), d.stopped[org]
	return s
}

// Reach is what u holds below organizations by those of their memberships there
// that include what is below.
func (d *Directory) Reach(u *iam.User, orgs []iam.OrgID) access.Set {
	return access.SubjectOf(u, "", orgs, d.compiled).Holds()
}

// Active tells whether people may act in org: it exists, and neither it nor any
// organization above it is suspended.
func (d *Directory) Active(org iam.OrgID) bool { return d.Orgs[org] != nil && !d.stopped[org] }

// MayActIn refuses with CodeNotMember unless u belongs to org, or to one above it
// with descendants included, and with CodeOrganizationSuspended when nobody acts
// there at present.
func (d *Directory) MayActIn(u *iam.User, org iam.OrgID) error {
	if d.Orgs[org] == nil || !d.Subject(u, org).Member {
		return iam.Errorf(iam.CodeNotMember, "You don't belong to this organization. Switch to one of yours.")
	}
	if !d.Active(org) {
		return iam.Errorf(iam.CodeOrganizationSuspended, "This organization is suspended. Switch to another one, or ask whoever manages it.")
	}
	return nil
}

// HomeOrg is where u acts after sign-in: the root organization when u is a
// member there, else the first membership in an organization that is not
// suspended; "" when there is none.
func (d *Directory) HomeOrg(u *iam.User) iam.OrgID {
	if u.Membership(d.RootOrg) != nil && d.Active(d.RootOrg) {
		return d.RootOrg
	}
	for i := range u.Memberships {
		if d.Active(u.Memberships[i].Org) {
			return u.Memberships[i].Org
		}
	}
	return ""
}

// HoldsAdmin tells whether u holds the role Admin in the root organization.
func (d *Directory) HoldsAdmin(u *iam.User) bool {
	m := u.Membership(d.RootOrg)
	return m != nil && slices.Contains(m.Roles, access.RoleAdmin)
}

// Grants is a fingerprint of everything that decides what u may do but for
// the status: it differs when access does.
func (d *Directory) Grants(u *iam.User) string {
	var b strings.Builder
	for i := range u.Memberships {
		m := &u.Memberships[i]
		fmt.Fprintf(&b, "%s %t %q %q;", m.Org, m.IncludesDescendants, m.Roles, m.Permissions)
	}
	for i := range u.Teams {
		fmt.Fprintf(&b, "%s %q;", u.Teams[i].Team, u.Teams[i].Role)
	}
	return b.String()
}

// PersonaOf is how u looks in an organization: see iam.User.PersonaIn.
func (d *Directory) PersonaOf(u *iam.User, org iam.OrgID) iam.Persona {
	return u.PersonaIn(org, d.RootOrg, d.Within)
}

// PersonaFor is how u looks to the caller, who sees no more than that when
// hidden: u has an alias where the caller acts, and the caller is neither u nor
// somebody who may read users.
func (d *Directory) PersonaFor(c *access.Caller, u *iam.User) (p iam.Persona, hidden bool) {
	p = d.PersonaOf(u, c.Org)
	return p, p.Alias && !c.IsSelf(u.ID) && !c.Has(iam.PermUsersRead)
}

// Visible tells whether the caller may see u at all: u is a member of an
// organization in the caller's scope, or the caller.
func (d *Directory) Visible(c *access.Caller, u *iam.User) bool {
	if c.InRoot || c.IsSelf(u.ID) {
		return true
	}
	for i := range u.Memberships {
		if d.Within(u.Memberships[i].Org, c.Org) {
			return true
		}
	}
	return false
}

// Remembers tells whether the caller may know of somebody who was deleted: they
// belonged to an organization in the caller's scope.
func (d *Directory) Remembers(c *access.Caller, g *iam.Tombstone) bool {
	return c.InRoot || slices.ContainsFunc(g.Orgs, func(org iam.OrgID) bool { return d.Within(org, c.Org) })
}

// SeesRole tells whether the caller sees that u holds a role: in an organization
// or a team in the caller's scope, or as themselves.
func (d *Directory) SeesRole(c *access.Caller, u *iam.User, role iam.RoleID) bool {
	sees := func(org iam.OrgID) bool { return c.InRoot || c.IsSelf(u.ID) || d.Within(org, c.Org) }
	for i := range u.Memberships {
		if m := &u.Memberships[i]; slices.Contains(m.Roles, role) && sees(m.Org) {
			return true
		}
	}
	return slices.ContainsFunc(u.Teams, func(h iam.TeamHold) bool { return h.Role == role && sees(h.Org) })
}

// SeesTeam tells whether the caller sees a team: it is one of an organization in
// the caller's scope, or works for one.
func (d *Directory) SeesTeam(c *access.Caller, t *iam.Team) bool {
	within := func(org iam.OrgID) bool { return d.Within(org, c.Org) }
	return c.InRoot || within(t.Org) || slices.ContainsFunc(t.Serves, within)
}

// MayActOn refuses with CodeEscalation when u belongs to an organization outside
// of the caller's part of the tree, or may do something in any that the caller
// may not. The caller's access there is what it has where it acts: memberships
// that include descendants give it below, too.
func (d *Directory) MayActOn(c *access.Caller, u *iam.User) error {
	if c.Actor == iam.ActorOperator {
		return nil
	}
	// This comes first: what u may do where the caller sees nothing is not told.
	for i := range u.Memberships {
		if !d.Within(u.Memberships[i].Org, c.Org) {
			return iam.Errorf(iam.CodeEscalation, "This person also belongs to an organization outside of yours. Ask somebody who manages both.").Because("belongs_elsewhere")
		}
	}
	for i := range u.Teams { // one may be of an organization below a membership
		if h := &u.Teams[i]; h.Role != "" {
			if err := access.MayActOn(c.Holds(), d.Subject(u, h.Org).Holds()); err != nil {
				return err
			}
		}
	}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		if err := access.MayActOn(c.Holds(), d.Subject(u, m.Org).Holds()); err != nil {
			return err
		}
	}
	return nil
}

// Contains tells whether org is one of orgs.
func Contains(orgs []iam.OrgID, org iam.OrgID) bool {
	return slices.Contains(orgs, org)
}
