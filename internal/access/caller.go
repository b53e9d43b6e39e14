package access

import "github.com/retinue/retinue/internal/iam"

// Caller is who is asking: a person with a session, a program with an API key,
// or the operator on the command line. It is made once a request.
type Caller struct {
	Tenant iam.TenantID
	User   iam.UserID
	Name   string
	Type   iam.UserType
	// Org is where the caller acts; InRoot when that is the tenant's root.
	Org    iam.OrgID
	InRoot bool
	// Effective is what the caller may do in Org.
	Effective Set
	// Dormant is what the caller holds, too, but the organization may not have.
	Dormant Set

	Session iam.SessionID // with a session
	APIKey  iam.APIKeyID  // with an API key
	Actor   iam.ActorType

	// Uses collects the permissions that are asked for and allowed; nil does not.
	Uses *Uses

	// Impersonator is who really sits there, when that is not User; else nil.
	Impersonator *Impersonator

	IP        string
	UserAgent string
	RequestID string
}

// Operator is the caller behind a command on the server: it may do everything
// in the tenant and is audited as the operator.
func Operator(tenant iam.TenantID, root iam.OrgID) *Caller {
	return &Caller{Tenant: tenant, Name: "operator", Org: root, InRoot: true, Effective: All, Actor: iam.ActorOperator}
}

// Vouches tells whether addresses that the caller gives to people count as theirs
// without another proof: who may give every access needs no detour to take it.
func (c *Caller) Vouches() bool {
	return c.Type == iam.TypeTenantAdmin && c.Actor != iam.ActorAPIKey || c.InRoot && c.Effective == All
}

// Has tells whether the caller may do p.
func (c *Caller) Has(p iam.Permission) bool { return c.Effective.Has(p) }

// Require refuses with CodeForbidden, naming the permission, when the caller
// may not do p. What it allows counts as used.
func (c *Caller) Require(p iam.Permission) error {
	if i, ok := position[p]; ok && c.Effective&(1<<i) != 0 {
		if c.Uses != nil {
			c.Uses.Mark(1 << i)
		}
		return nil
	}
	return iam.Errorf(iam.CodeForbidden, "You need the permission “%s” for this. Ask an administrator.", Label(p)).
		With("missing_permission", p)
}

// ForCompany refuses with CodeForbidden who does not act in the root organization
// where something belongs to the whole company; what is a sentence's beginning,
// such as "Roles".
func (c *Caller) ForCompany(what string) error {
	if c.InRoot {
		return nil
	}
	return iam.Errorf(iam.CodeForbidden, "%s belong to the whole company. Ask an administrator of the company.", what).Because("company_only")
}

// Label is how people call a permission: its group and what it allows.
func Label(p iam.Permission) string {
	i, ok := position[p]
	if !ok {
		return string(p)
	}
	return catalogue[i].Group + ": " + catalogue[i].Label
}

// Holds is everything that the caller may give to others: what is allowed, and
// what would be if the organization had all features.
func (c *Caller) Holds() Set { return c.Effective | c.Dormant }

// IsSelf tells whether id is the caller's own user.
func (c *Caller) IsSelf(id iam.UserID) bool { return c.User != "" && c.User == id }

// InPerson tells whether id is the caller's own user and no program with a key of
// theirs: a key holds a part of what its owner does, and acts on the owner as on
// anybody else.
func (c *Caller) InPerson(id iam.UserID) bool { return c.IsSelf(id) && c.Actor != iam.ActorAPIKey }
