package users

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Explained is one permission of a user with where it came from.
type Explained struct {
	access.Entry
	access.Explanation
	OrgNames map[iam.OrgID]string
}

// Access explains every permission of the catalogue for a user: one's own, or
// with users.read that of somebody one may see. It is what counts in org, which
// is in the caller's sight or one of their own, else CodeNotFound; "" is where
// that person acts.
func (s *Service) Access(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*View, *iam.Organization, []Explained, error) {
	v, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, nil, nil, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, nil, nil, err
	}
	switch {
	case org != "":
		if !dir.Within(org, c.Org) && (!c.IsSelf(id) || v.Membership(org) == nil) {
			return nil, nil, nil, iam.NotFound("organization")
		}
	case c.IsSelf(id) || !c.InRoot:
		org = c.Org
	default:
		org = dir.HomeOrg(v.User)
	}
	subject := dir.Subject(v.User, org)
	names := map[iam.OrgID]string{}
	for oid, o := range dir.Orgs {
		names[oid] = o.Name
	}
	var out []Explained
	for _, e := range access.Catalogue() {
		x := subject.Explain(e.ID)
		if !c.IsSelf(id) {
			x.Sources = inSight(dir, c, x.Sources)
		}
		out = append(out, Explained{e, x, names})
	}
	o := dir.Orgs[org]
	if o == nil {
		return nil, nil, nil, iam.NotFound("organization")
	}
	return v, o, out, nil
}

// inSight are grants as the caller may know them: those from organizations out of
// their sight are one from the company, which does not tell what is held there.
func inSight(dir *authz.Directory, c *access.Caller, grants []access.Grant) []access.Grant {
	out := make([]access.Grant, 0, len(grants))
	elsewhere := false
	for _, g := range grants {
		switch {
		case g.Org == "" || dir.Within(g.Org, c.Org):
			out = append(out, g)
		case !elsewhere:
			elsewhere = true
			out = append(out, access.Grant{Kind: access.SourceInherited, Org: dir.RootOrg, Set: g.Set})
		}
	}
	return out
}
