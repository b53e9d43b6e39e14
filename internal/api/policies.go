package api

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/policies"
)

// Policies are the use cases of what organizations ask of their people.
type Policies interface {
	Get(ctx context.Context, c *access.Caller, org iam.OrgID) (*policies.View, error)
	Set(ctx context.Context, c *access.Caller, p *iam.Policy, confirmSelf bool) (*policies.View, error)
	Rehearse(ctx context.Context, c *access.Caller, p *iam.Policy) (*policies.Rehearsal, error)
	Lookup(ctx context.Context, c *access.Caller, code string) (*policies.Refusal, error)
	Except(ctx context.Context, c *access.Caller, in policies.Grant) (*policies.Exception, error)
	Exceptions(ctx context.Context, c *access.Caller) ([]policies.Exception, error)
	Revoke(ctx context.Context, c *access.Caller, id iam.ExceptionID, confirmSelf bool) error
}

// PolicyOrigin is where a value comes from.
type PolicyOrigin struct {
	OrganizationID *iam.OrgID `json:"organization_id" doc:"null: the installation, or an organization out of the caller's sight"`
	Name           string     `json:"name" doc:"Of the organization, or of the company for one out of the caller's sight; empty for the installation"`
	Locked         bool       `json:"locked" doc:"Nobody below may set another value"`
}

// PolicyInt is a number that holds in an organization.
type PolicyInt struct {
	Own       *int64       `json:"own" doc:"What the organization sets itself; null when it inherits"`
	OwnLocked bool         `json:"own_locked"`
	Effective int64        `json:"effective"`
	From      PolicyOrigin `json:"from"`
	Inherited int64        `json:"inherited" doc:"What holds when it sets nothing"`
	Above     PolicyOrigin `json:"above" doc:"Where that comes from; when it is locked, the organization can't set another"`
	Most      *int64       `json:"most" doc:"Of times, the longest that the installation lets any organization have; null is without such a limit"`
}

// PolicyBool is a yes or no that holds in an organization.
type PolicyBool struct {
	Own       *bool        `json:"own"`
	OwnLocked bool         `json:"own_locked"`
	Effective bool         `json:"effective"`
	From      PolicyOrigin `json:"from"`
	Inherited bool         `json:"inherited"`
	Above     PolicyOrigin `json:"above"`
}

// AddressRule lets some addresses in.
type AddressRule struct {
	Addresses string `json:"addresses" maxLength:"100" doc:"An address, a network in CIDR notation, or first-last; IPv4 or IPv6"`
	Label     string `json:"label,omitempty" maxLength:"400"`
	Enabled   bool   `json:"enabled"`
}

// Allowlist is from which addresses people may sign in and work.
type Allowlist struct {
	Enabled      bool          `json:"enabled"`
	ExemptAdmins bool          `json:"exempt_admins,omitempty" doc:"Tenant admins, and who holds the role Admin or Org Admin, may come from anywhere"`
	Rules        []AddressRule `json:"rules" maxItems:"1000"`
}

// PolicyAllowlist is the allowlist that holds in an organization.
type PolicyAllowlist struct {
	Own       Nullable[Allowlist] `json:"own"`
	OwnLocked bool                `json:"own_locked"`
	Effective Allowlist           `json:"effective"`
	From      PolicyOrigin        `json:"from"`
	Inherited Allowlist           `json:"inherited" doc:"Without rules when they are those of an organization out of the caller's sight"`
	Hidden    int                 `json:"inherited_hidden" doc:"How many of its rules are on and not shown"`
	Above     PolicyOrigin        `json:"above"`
}

// Policy is what holds in an organization, and where each value comes from.
type Policy struct {
	OrganizationID    iam.OrgID       `json:"organization_id"`
	IdleMinutes       PolicyInt       `json:"idle_minutes" doc:"Ends sessions that were not used for so long; 0 never does"`
	LifetimeMinutes   PolicyInt       `json:"lifetime_minutes" doc:"The longest a session lasts"`
	PasswordLength    PolicyInt       `json:"password_length" doc:"Characters that a password has at least"`
	TemporaryPassword PolicyInt       `json:"temporary_password_hours" doc:"How long a temporary password can be used"`
	LogInAs           PolicyBool      `json:"log_in_as_allowed" doc:"Whether administrators may log in as these people"`
	Allowlist         PolicyAllowlist `json:"allowlist"`
	YourAddress       string          `json:"your_address" doc:"Where this request came from"`
	UpdatedAt         *time.Time      `json:"updated_at"`
	Version           int64           `json:"version"`
}

// origin says where a value comes from; locked is where it can't be changed below.
func origin(v *policies.View, source, lockedBy iam.OrgID) PolicyOrigin {
	id, name := v.Origin(source)
	return PolicyOrigin{OrganizationID: orNull(id), Name: name, Locked: lockedBy != ""}
}

func policyInt[T ~int | ~int64](v *policies.View, own *iam.Setting[T], eff, inh access.Resolved[T], unit T) PolicyInt {
	out := PolicyInt{
		Effective: int64(eff.Value / unit), From: origin(v, eff.Source, eff.LockedBy),
		Inherited: int64(inh.Value / unit), Above: origin(v, inh.Source, inh.LockedBy),
	}
	if own != nil {
		out.Own, out.OwnLocked = new(int64(own.Value/unit)), own.Locked
	}
	return out
}

func allowlistOf(l iam.Allowlist) Allowlist {
	return Allowlist{Enabled: l.Enabled, ExemptAdmins: l.ExemptAdmins, Rules: mapped(l.Rules, func(r iam.AddressRule) AddressRule { return AddressRule(r) })}
}

func policyOf(c *access.Caller, v *policies.View) Policy {
	own, eff, inh := v.Own, v.Effective, v.Inherited
	out := Policy{
		OrganizationID:    v.Org.ID,
		IdleMinutes:       policyInt(v, own.Idle, eff.Idle, inh.Idle, time.Minute),
		LifetimeMinutes:   policyInt(v, own.Lifetime, eff.Lifetime, inh.Lifetime, time.Minute),
		PasswordLength:    policyInt(v, own.PasswordLength, eff.PasswordLength, inh.PasswordLength, 1),
		TemporaryPassword: policyInt(v, own.TemporaryPassword, eff.TemporaryPassword, inh.TemporaryPassword, time.Hour),
		LogInAs: PolicyBool{
			Effective: eff.Impersonation.Value, From: origin(v, eff.Impersonation.Source, eff.Impersonation.LockedBy),
			Inherited: inh.Impersonation.Value, Above: origin(v, inh.Impersonation.Source, inh.Impersonation.LockedBy),
		},
		Allowlist: PolicyAllowlist{
			Effective: allowlistOf(eff.Allowlist.Value), From: origin(v, eff.Allowlist.Source, eff.Allowlist.LockedBy),
			Inherited: allowlistOf(inh.Allowlist.Value), Hidden: v.Hidden, Above: origin(v, inh.Allowlist.Source, inh.Allowlist.LockedBy),
		},
		YourAddress: c.IP, UpdatedAt: timeOrNull(own.UpdatedAt), Version: own.Version,
	}
	out.IdleMinutes.Most, out.LifetimeMinutes.Most = most(v.Limits.Idle), most(v.Limits.Lifetime)
	if s := own.Impersonation; s != nil {
		out.LogInAs.Own, out.LogInAs.OwnLocked = new(s.Value), s.Locked
	}
	if s := own.Allowlist; s != nil {
		out.Allowlist.Own.Value, out.Allowlist.OwnLocked = new(allowlistOf(s.Value)), s.Locked
	}
	return out
}

// most is a limit of the installation, where 0 is none.
func most(limit time.Duration) *int64 {
	if limit <= 0 {
		return nil
	}
	return new(int64(limit / time.Minute))
}

// SetInt sets a number for an organization.
type SetInt struct {
	Value  int64 `json:"value" minimum:"0" maximum:"1000000"`
	Locked bool  `json:"locked,omitempty" doc:"Nobody below may set another value"`
}

// SetBool sets a yes or no for an organization.
type SetBool struct {
	Value  bool `json:"value"`
	Locked bool `json:"locked,omitempty"`
}

// SetAllowlist sets the allowlist of an organization.
type SetAllowlist struct {
	Value  Allowlist `json:"value"`
	Locked bool      `json:"locked,omitempty"`
}

// PolicySettings are all that an organization sets itself; what is left out or
// null it inherits.
type PolicySettings struct {
	IdleMinutes       *SetInt       `json:"idle_minutes,omitempty" doc:"5 to 480, or 0 to switch it off"`
	LifetimeMinutes   *SetInt       `json:"lifetime_minutes,omitempty" doc:"5 to 525600"`
	PasswordLength    *SetInt       `json:"password_length,omitempty" doc:"8 to 64"`
	TemporaryPassword *SetInt       `json:"temporary_password_hours,omitempty" doc:"1 to 720"`
	LogInAs           *SetBool      `json:"log_in_as_allowed,omitempty"`
	Allowlist         *SetAllowlist `json:"allowlist,omitempty"`
}

func settingInt[T ~int | ~int64](s *SetInt, unit T) *iam.Setting[T] {
	if s == nil {
		return nil
	}
	return &iam.Setting[T]{Value: T(s.Value) * unit, Locked: s.Locked}
}

func (b *PolicySettings) policy(org iam.OrgID) *iam.Policy {
	p := &iam.Policy{
		Org: org, Idle: settingInt(b.IdleMinutes, time.Minute), Lifetime: settingInt(b.LifetimeMinutes, time.Minute),
		PasswordLength: settingInt(b.PasswordLength, 1), TemporaryPassword: settingInt(b.TemporaryPassword, time.Hour),
	}
	if b.LogInAs != nil {
		p.Impersonation = &iam.Setting[bool]{Value: b.LogInAs.Value, Locked: b.LogInAs.Locked}
	}
	if b.Allowlist != nil {
		v := b.Allowlist.Value
		p.Allowlist = &iam.Setting[iam.Allowlist]{Locked: b.Allowlist.Locked, Value: iam.Allowlist{
			Enabled: v.Enabled, ExemptAdmins: v.ExemptAdmins, Rules: mapped(v.Rules, func(r AddressRule) iam.AddressRule { return iam.AddressRule(r) }),
		}}
	}
	return p
}
