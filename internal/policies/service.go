package policies

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
	// Limits are the installation's.
	Limits access.Limits
	// Flush writes down when sessions were last used, before a rehearsal looks.
	Flush func(context.Context) error
}

// Service manages policies.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service {
	if d.Flush == nil {
		d.Flush = func(context.Context) error { return nil }
	}
	return &Service{Deps: d}
}

// View is the policy of an organization: what it sets itself, what holds there,
// and what would hold if it set nothing.
type View struct {
	Org       *iam.Organization
	Own       *iam.Policy
	Effective access.Rules
	Inherited access.Rules
	// Limits are the installation's, which no organization exceeds.
	Limits access.Limits
	// Hidden is how many rules of the inherited allowlist are on and left out, here and
	// in Effective: those of an organization out of the caller's sight.
	Hidden int

	names   map[iam.OrgID]string // of the organizations in the caller's sight that it names
	company string
}

// sees tells whether the caller may know of an organization from which a value comes.
func (v *View) sees(org iam.OrgID) bool { return v.names[org] != "" }

// hide takes the rules of an organization out of sight from a list: they tell where
// others work. It returns how many of them are on.
func (v *View) hide(l *access.Resolved[iam.Allowlist]) (on int) {
	if l.Source == "" || v.sees(l.Source) {
		return 0
	}
	for _, r := range l.Value.Rules {
		if r.Enabled {
			on++
		}
	}
	l.Value.Rules = nil
	return on
}

// Origin is where a value comes from, as the caller may know it: an organization
// that is out of their sight is the company, without an id; "" is the installation.
func (v *View) Origin(source iam.OrgID) (id iam.OrgID, name string) {
	switch {
	case source == "":
		return "", ""
	case v.sees(source):
		return source, v.names[source]
	}
	return "", v.company
}

// Get returns the policy of an organization that the caller may manage: their own
// or one below it, else CodeNotFound.
func (s *Service) Get(ctx context.Context, c *access.Caller, org iam.OrgID) (*View, error) {
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		v, _, err = s.view(ctx, tx, c, org)
		return err
	})
	return v, err
}

// reach finds an organization whose policy the caller may manage.
func reach(ctx context.Context, tx iam.Tx, c *access.Caller, org iam.OrgID) (*authz.Directory, error) {
	if err := c.Require(iam.PermPoliciesManage); err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if dir.Orgs[org] == nil || !authz.Contains(dir.Subtree(c.Org), org) {
		return nil, iam.NotFound("organization")
	}
	return dir, nil
}

func (s *Service) view(ctx context.Context, tx iam.Tx, c *access.Caller, org iam.OrgID) (*View, *authz.Directory, error) {
	dir, err := reach(ctx, tx, c, org)
	if err != nil {
		return nil, nil, err
	}
	own, err := tx.Policy(ctx, c.Tenant, org)
	if err != nil {
		return nil, nil, err
	}
	return s.viewOf(c, dir, own), dir, nil
}

func (s *Service) viewOf(c *access.Caller, dir *authz.Directory, own *iam.Policy) *View {
	v := &View{Org: dir.Orgs[own.Org], Own: own, Limits: s.Limits, names: map[iam.OrgID]string{}, company: dir.OrgName(dir.RootOrg)}
	v.Effective = dir.Rules(own.Org, s.Limits)
	v.Inherited = access.ResolvePolicies(nil, s.Limits)
	if v.Org.Parent != "" {
		v.Inherited = dir.Rules(v.Org.Parent, s.Limits)
	}
	for _, o := range append(dir.Ancestors(own.Org), own.Org) {
		if dir.Within(o, c.Org) {
			v.names[o] = dir.OrgName(o)
		}
	}
	v.hide(&v.Effective.Allowlist)
	v.Hidden = v.hide(&v.Inherited.Allowlist)
	return v
}

// Set replaces what an organization sets. p.Version is what the caller saw:
// CodePreconditionFailed when it has changed since. CodeLocked for a value that
// an organization above locks. When the caller's own session would not survive
// it, CodeConfirmSelf, unless confirmSelf says that this is meant.
func (s *Service) Set(ctx context.Context, c *access.Caller, p *iam.Policy, confirmSelf bool) (*View, error) {
	var out *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		before, dir, err := s.view(ctx, tx, c, p.Org)
		if err != nil {
			return err
		}
		if err := normalize(p, before.Own); err != nil {
			return err
		}
		if err := unlocked(before, p); err != nil {
			return err
		}
		self, err := s.self(ctx, tx, c, dir, dir.WithPolicy(p))
		if err != nil {
			return err
		}
		if self.out() && !confirmSelf {
			return iam.Errorf(iam.CodeConfirmSelf, "%s Confirm that you mean it.", self.sentence())
		}
		next := *p
		if err := tx.SetPolicy(ctx, c.Tenant, &next); err != nil {
			return err
		}
		out = s.viewOf(c, dir.WithPolicy(&next), &next)
		target := audit.Target{Type: "organization", ID: string(p.Org), Name: out.Org.Name, Org: p.Org}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "policy.updated", target, diff(before.Own, &next)...))
	})
	return out, err
}

// unlocked refuses a value where an organization above lets nobody set one. What
// stays as it was is no change: it counts again when the lock goes.
func unlocked(v *View, p *iam.Policy) error {
	var fields []iam.Field
	check := func(pointer string, by iam.OrgID, same bool) {
		if by != "" && !same {
			_, name := v.Origin(by)
			fields = append(fields, iam.Field{Pointer: pointer, Code: "locked", Message: "This is locked by " + name + "."})
		}
	}
	in := &v.Inherited
	check("/idle_minutes", in.Idle.LockedBy, sameSetting(v.Own.Idle, p.Idle))
	check("/lifetime_minutes", in.Lifetime.LockedBy, sameSetting(v.Own.Lifetime, p.Lifetime))
	check("/password_length", in.PasswordLength.LockedBy, sameSetting(v.Own.PasswordLength, p.PasswordLength))
	check("/temporary_password_hours", in.TemporaryPassword.LockedBy, sameSetting(v.Own.TemporaryPassword, p.TemporaryPassword))
	check("/log_in_as_allowed", in.Impersonation.LockedBy, sameSetting(v.Own.Impersonation, p.Impersonation))
	check("/allowlist", in.Allowlist.LockedBy, sameList(v.Own.Allowlist, p.Allowlist))
	if len(fields) == 0 {
		return nil
	}
	e := iam.Errorf(iam.CodeLocked, "%s", fields[0].Message).Because("locked_above")
	e.Fields = fields
	return e
}
