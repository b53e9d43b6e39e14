package access

import (
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Subject is what the engine has to know of a user in one organization.
type Subject struct {
	Type   iam.UserType
	Status iam.Status
	Org    iam.OrgID
	// Grants are the roles and direct permissions that count here.
	Grants []Grant
	// Features are what the organization may have at all; All where nothing is
	// taken away.
	Features Set
	// Stopped is set while the organization, or one above it, is suspended: nobody
	// acts there.
	Stopped bool
	// Member is false when there is no membership here and none above that
	// includes descendants: then nothing is granted, not even the baseline.
	Member bool
}

// SourceKind says by which way a permission was granted.
type SourceKind string

// The ways to be granted a permission.
const (
	SourceType      SourceKind = "type"
	SourceRole      SourceKind = "role"
	SourceDirect    SourceKind = "direct"
	SourceInherited SourceKind = "inherited"
	SourceTeam      SourceKind = "team"
)

// Grant is a set of permissions and where it comes from.
type Grant struct {
	Kind SourceKind // SourceRole, SourceDirect, SourceTeam; SourceInherited for the first two from above
	Role iam.RoleID // with a role
	Name string     // the role's name, for people
	Org  iam.OrgID  // where it is held
	Team string     // the team's name, with SourceTeam
	Set  Set
}

// Blocker says what stopped a permission.
type Blocker string

// What can stop a permission that was or was not granted.
const (
	BlockedNotGranted   Blocker = "not_granted"
	BlockedNoMembership Blocker = "no_membership"
	BlockedSuspended    Blocker = "suspended"
	BlockedCeiling      Blocker = "ceiling"
	BlockedFeature      Blocker = "feature"
	BlockedOrganization Blocker = "organization_suspended"
)

// Granted is everything that is granted, before ceiling and features.
func (s *Subject) Granted() Set {
	if !s.Member {
		return 0
	}
	granted := Baseline(s.Type)
	for _, g := range s.Grants {
		granted |= g.Set
	}
	return granted
}

// Effective compiles what the subject may do. A suspended user may do nothing,
// nor may anybody in a suspended organization.
func (s *Subject) Effective() Set {
	if s.Status != iam.StatusActive || s.Stopped {
		return 0
	}
	return s.Potential()
}

// Potential is what the subject could do if active.
func (s *Subject) Potential() Set {
	return s.Holds() & s.Features
}

// Holds is what the subject has been given within the ceiling, whether or not
// the organization may have it. It is what "holds more than" compares.
func (s *Subject) Holds() Set { return s.Granted() & Ceiling(s.Type) }

// Dormant is what the subject holds but the organization may not have. It allows
// nothing; who holds it may give it, to be there when the organization gets it.
func (s *Subject) Dormant() Set {
	return s.Holds() &^ s.Features
}

// Explanation says why a permission is or isn't effective.
type Explanation struct {
	Permission iam.Permission
	Effective  bool
	Sources    []Grant // what granted it, if anything did
	BlockedBy  Blocker // "" when effective
}

// Explain says why p is or isn't effective. It agrees with Effective.
func (s *Subject) Explain(p iam.Permission) Explanation {
	e := Explanation{Permission: p, Sources: []Grant{}}
	if s.Member {
		if b := Baseline(s.Type); b.Has(p) {
			e.Sources = append(e.Sources, Grant{Kind: SourceType, Name: string(s.Type), Org: s.Org, Set: b})
		}
		for _, g := range s.Grants {
			if g.Set.Has(p) {
				e.Sources = append(e.Sources, g)
			}
		}
	}
	switch {
	case !s.Member:
		e.BlockedBy = BlockedNoMembership
	case len(e.Sources) == 0:
		e.BlockedBy = BlockedNotGranted
	case !Ceiling(s.Type).Has(p):
		e.BlockedBy = BlockedCeiling
	case !s.Features.Has(p):
		e.BlockedBy = BlockedFeature
	case s.Stopped:
		e.BlockedBy = BlockedOrganization
	case s.Status != iam.StatusActive:
		e.BlockedBy = BlockedSuspended
	default:
		e.Effective = true
	}
	return e
}

// Role is a role as the engine needs it, its permissions compiled once.
type Role struct {
	Name string
	Set  Set
}

// Compile compiles the definitions of roles.
func Compile(roles []*iam.Role) map[iam.RoleID]Role {
	out := make(map[iam.RoleID]Role, len(roles))
	for _, r := range roles {
		out[r.ID] = Role{r.Name, SetOf(r.Permissions...)}
	}
	return out
}

// SubjectOf builds the subject of a user in an organization from the user's
// memberships and teams. ancestors are the organizations above org, nearest first.
func SubjectOf(u *iam.User, org iam.OrgID, ancestors []iam.OrgID, roles map[iam.RoleID]Role) *Subject {
	s := &Subject{Type: u.Type, Status: u.Status, Org: org, Features: All}
	add := func(m *iam.Membership, inherited bool) {
		s.Member = true
		s.Grants = slices.Grow(s.Grants, len(m.Roles)+1)
		for _, id := range m.Roles {
			if r, ok := roles[id]; ok {
				s.Grants = append(s.Grants, grant(SourceRole, id, r.Name, m.Org, r.Set, inherited))
			}
		}
		if len(m.Permissions) > 0 {
			s.Grants = append(s.Grants, grant(SourceDirect, "", "", m.Org, SetOf(m.Permissions...), inherited))
		}
	}
	if m := u.Membership(org); m != nil {
		add(m, false)
	}
	for _, a := range ancestors {
		if m := u.Membership(a); m != nil && m.IncludesDescendants {
			add(m, true)
		}
	}
	for i := range u.Teams {
		h := &u.Teams[i]
		if r, ok := roles[h.Role]; ok && h.Org == org {
			g := grant(SourceTeam, h.Role, r.Name, org, r.Set, false)
			g.Team = h.TeamName
			s.Grants = append(s.Grants, g)
		}
	}
	return s
}

func grant(kind SourceKind, id iam.RoleID, name string, org iam.OrgID, set Set, inherited bool) Grant {
	if inherited {
		kind = SourceInherited
	}
	return Grant{Kind: kind, Role: id, Name: name, Org: org, Set: set}
}
