package access

import (
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// What holds where nobody sets anything.
const (
	DefaultPasswordLength    = 12
	DefaultTemporaryPassword = 7 * 24 * time.Hour // NIST SP 800-63B-4, 3.1.1.1: initial secrets are short-lived
)

// Limits are the installation's: what holds where nobody sets anything, and what
// nobody can exceed.
type Limits struct {
	Idle     time.Duration // 0: none
	Lifetime time.Duration
}

// Resolved is a value that holds in an organization, and where it comes from.
type Resolved[T any] struct {
	Value T
	// Source is the organization that sets it; "" is the installation.
	Source iam.OrgID
	// LockedBy is the organization that lets nobody below it set another; "" is none.
	LockedBy iam.OrgID
}

// Rules are all values that hold in an organization.
type Rules struct {
	Idle              Resolved[time.Duration] // 0: never
	Lifetime          Resolved[time.Duration]
	PasswordLength    Resolved[int]
	TemporaryPassword Resolved[time.Duration]
	Impersonation     Resolved[bool]
	Allowlist         Resolved[iam.Allowlist]
}

// ResolvePolicies works out what holds in an organization from what is set along
// the way to it: chain begins at the root and ends with the organization's own
// policy; nil is an organization that sets nothing. The nearest value counts,
// unless one further up is locked.
func ResolvePolicies(chain []*iam.Policy, l Limits) Rules {
	r := Rules{
		Idle:              resolve(chain, l.Idle, func(p *iam.Policy) *iam.Setting[time.Duration] { return p.Idle }),
		Lifetime:          resolve(chain, l.Lifetime, func(p *iam.Policy) *iam.Setting[time.Duration] { return p.Lifetime }),
		PasswordLength:    resolve(chain, DefaultPasswordLength, func(p *iam.Policy) *iam.Setting[int] { return p.PasswordLength }),
		TemporaryPassword: resolve(chain, DefaultTemporaryPassword, func(p *iam.Policy) *iam.Setting[time.Duration] { return p.TemporaryPassword }),
		Impersonation:     resolve(chain, true, func(p *iam.Policy) *iam.Setting[bool] { return p.Impersonation }),
		Allowlist:         resolve(chain, iam.Allowlist{}, func(p *iam.Policy) *iam.Setting[iam.Allowlist] { return p.Allowlist }),
	}
	r.Idle.bound(l.Idle)
	r.Lifetime.bound(l.Lifetime)
	return r
}

func resolve[T any](chain []*iam.Policy, by T, get func(*iam.Policy) *iam.Setting[T]) Resolved[T] {
	r := Resolved[T]{Value: by}
	for _, p := range chain {
		if p == nil {
			continue
		}
		s := get(p)
		if s == nil {
			continue
		}
		r.Value, r.Source = s.Value, p.Org
		if s.Locked {
			r.LockedBy = p.Org
			break
		}
	}
	return r
}

// bound keeps a time within the installation's, where 0 is endless.
func (r *Resolved[T]) bound(limit time.Duration) {
	v, ok := any(&r.Value).(*time.Duration)
	if ok && shorter(limit, *v) {
		*v, r.Source = limit, ""
	}
}

// shorter tells whether a is less than b, where 0 is endless.
func shorter(a, b time.Duration) bool { return a > 0 && (b <= 0 || a < b) }

// Strictest is what holds for somebody who several organizations' rules bind: of
// each value the one that allows the least. Its allowlist is the first one's:
// where people may come from depends on where they act.
func Strictest(first Rules, others ...Rules) Rules {
	out := first
	for _, r := range others {
		if shorter(r.Idle.Value, out.Idle.Value) {
			out.Idle = r.Idle
		}
		if shorter(r.Lifetime.Value, out.Lifetime.Value) {
			out.Lifetime = r.Lifetime
		}
		if r.PasswordLength.Value > out.PasswordLength.Value {
			out.PasswordLength = r.PasswordLength
		}
		if shorter(r.TemporaryPassword.Value, out.TemporaryPassword.Value) {
			out.TemporaryPassword = r.TemporaryPassword
		}
		if !r.Impersonation.Value && out.Impersonation.Value {
			out.Impersonation = r.Impersonation
		}
	}
	return out
}

// Ends tells when a session ends by itself that was made and last used at these
// times; zero is never.
func (r *Rules) Ends(created, used time.Time) (idle, absolute time.Time) {
	if r.Idle.Value > 0 {
		idle = used.Add(r.Idle.Value)
	}
	if r.Lifetime.Value > 0 {
		absolute = created.Add(r.Lifetime.Value)
	}
	return idle, absolute
}

// IsAdmin tells whether an allowlist that exempts administrators of an
// organization exempts u: a tenant admin, or who holds the role Admin or Org Admin
// there, or above it with descendants included.
func IsAdmin(u *iam.User, org iam.OrgID, ancestors []iam.OrgID) bool {
	if u.Type == iam.TypeTenantAdmin {
		return true
	}
	if m := u.Membership(org); m != nil && Runs(m) {
		return true
	}
	for _, a := range ancestors {
		if m := u.Membership(a); m != nil && m.IncludesDescendants && Runs(m) {
			return true
		}
	}
	return false
}

// Runs tells whether its holder runs the organization of a membership: it has one
// of AdminRoles.
func Runs(m *iam.Membership) bool {
	for _, r := range m.Roles {
		if r == RoleAdmin || r == RoleOrgAdmin {
			return true
		}
	}
	return false
}

// AdminRoles are the roles of those who run an organization.
func AdminRoles() []iam.RoleID { return []iam.RoleID{RoleAdmin, RoleOrgAdmin} }
