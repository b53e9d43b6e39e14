package iam

import (
	"context"
	"time"
)

// ExceptionID names an exception from an allowlist of addresses.
type ExceptionID string

// PrefixException begins the ids of exceptions.
const PrefixException = "ipx"

// Setting is a value that an organization sets for itself and for those below.
type Setting[T any] struct {
	Value T `json:"value"`
	// Locked keeps those below from setting another value.
	Locked bool `json:"locked,omitempty"`
}

// Policy is what one organization sets. What is nil comes from the organization
// above, or from the installation.
type Policy struct {
	Org OrgID `json:"-"`
	// Idle ends sessions that were not used for so long; 0 never does.
	Idle *Setting[time.Duration] `json:"idle,omitempty"`
	// Lifetime is the longest a session lasts, used or not.
	Lifetime *Setting[time.Duration] `json:"lifetime,omitempty"`
	// PasswordLength is how many characters a password has at least.
	PasswordLength *Setting[int] `json:"password_length,omitempty"`
	// TemporaryPassword is how long a temporary password can be used.
	TemporaryPassword *Setting[time.Duration] `json:"temporary_password,omitempty"`
	// Impersonation tells whether administrators may log in as these people.
	Impersonation *Setting[bool] `json:"impersonation,omitempty"`
	// Allowlist is from where people may come.
	Allowlist *Setting[Allowlist] `json:"allowlist,omitempty"`
	UpdatedAt time.Time           `json:"-"`
	Version   int64               `json:"-"` // 1 while nothing was ever set
}

// Allowlist is from which addresses people may sign in and work.
type Allowlist struct {
	Enabled bool `json:"enabled"`
	// ExemptAdmins lets administrators in from anywhere.
	ExemptAdmins bool          `json:"exempt_admins,omitempty"`
	Rules        []AddressRule `json:"rules"`
}

// AddressRule lets some addresses in.
type AddressRule struct {
	// Addresses is one address, a network (RFC 4632) or "first-last", IPv4 or IPv6.
	Addresses string `json:"addresses"`
	Label     string `json:"label,omitempty"`
	Enabled   bool   `json:"enabled"`
}

// IPRefusal is what somebody was told a short code for, whose address no rule of
// an allowlist lets in.
type IPRefusal struct {
	Code     string
	User     UserID
	UserName string // filled by reads
	Org      OrgID  // where they wanted to act
	List     OrgID  // whose allowlist refused
	Address  string
	// Near is the rule that would have let the address in but is switched off, or "".
	Near string
	// Rules is how many rules of the list were on.
	Rules     int
	At        time.Time
	ExpiresAt time.Time
}

// IPException lets one address in until a time, whatever the allowlist says.
type IPException struct {
	ID          ExceptionID
	Org         OrgID  // in which it holds, and in those below
	User        UserID // "" for everybody there
	UserName    string // filled by reads
	Address     string
	Note        string
	Until       time.Time
	CreatedBy   UserID
	CreatedName string
	CreatedAt   time.Time
}

// LiveSession is as much of a session as a rehearsal of a policy looks at.
type LiveSession struct {
	ID         SessionID
	User       UserID
	Org        OrgID
	Address    string
	CreatedAt  time.Time
	LastUsedAt time.Time
	// Actor is who really sits there, when that is not User, and ActorOrg where
	// they act themselves.
	Actor    UserID
	ActorOrg OrgID
}

// PolicyStore keeps policies, refusals and exceptions.
type PolicyStore interface {
	// Policies returns those of all organizations that set anything.
	Policies(ctx context.Context, tenant TenantID) ([]*Policy, error)
	// Policy returns what an organization sets, which may be nothing.
	Policy(ctx context.Context, tenant TenantID, org OrgID) (*Policy, error)
	// SetPolicy replaces it where its version is still p.Version, and increments
	// that; else CodePreconditionFailed.
	SetPolicy(ctx context.Context, tenant TenantID, p *Policy) error
	InsertIPRefusal(ctx context.Context, tenant TenantID, r *IPRefusal) error
	// IPRefusal finds one by its code while it has not expired.
	IPRefusal(ctx context.Context, tenant TenantID, code string) (*IPRefusal, error)
	// IPRefusals returns those of a user that have not expired, latest first.
	IPRefusals(ctx context.Context, tenant TenantID, user UserID) ([]*IPRefusal, error)
	InsertIPException(ctx context.Context, tenant TenantID, e *IPException) error
	// IPExceptions returns those whose time is not over, the soonest over first.
	IPExceptions(ctx context.Context, tenant TenantID) ([]*IPException, error)
	DeleteIPException(ctx context.Context, tenant TenantID, id ExceptionID) error
	// LiveSessions returns the alive sessions of a tenant, and of the people who
	// have one their type and memberships, of whose roles only those among roles.
	LiveSessions(ctx context.Context, tenant TenantID, roles []RoleID) ([]LiveSession, map[UserID]*User, error)
}
