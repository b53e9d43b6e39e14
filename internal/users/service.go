package users

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/personas"
	"github.com/retinue/retinue/internal/photo"
)

// Passwords checks what people choose and asks for what they have: package
// sessions does both.
type Passwords interface {
	CheckPasswordFor(ctx context.Context, tenant iam.TenantID, pw, pointer string, t *iam.Tenant, u *iam.User) error
}

// Mailer puts a mail into the outbox in the transaction of what it tells of.
type Mailer interface {
	Enqueue(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error
}

// Inviter sends somebody of the directory a link that signs them in, which leads to
// org or, for "", to where they belong.
type Inviter interface {
	Invite(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) error
}

// Deps are what the service works with.
type Deps struct {
	Store       iam.Store
	IDs         iam.IDs
	Directories *authz.Cache
	Hasher      *password.Hasher
	Passwords   Passwords
	Photos      photo.Store
	Pictures    *photo.Processor
	Mailer      Mailer
	Inviter     Inviter
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service manages users.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d}
}

// Action is something that can be done with a user.
type Action string

// The actions on a user.
const (
	ActionEdit          Action = "edit"
	ActionResetPassword Action = "reset_password"
	ActionSuspend       Action = "suspend"
	ActionReactivate    Action = "reactivate"
	ActionDelete        Action = "delete"
	ActionInvite        Action = "invite"
	ActionLogInAs       Action = "log_in_as"
	// ActionChangeRoles is for many at once, by whoever may assign roles; in no View's Allowed.
	ActionChangeRoles Action = "change_roles"
)

// View is a user as the caller sees it.
type View struct {
	*iam.User
	Roles   []*iam.Role // held anywhere, in the caller's scope
	Orgs    []*iam.Organization
	Teams   []iam.TeamHold // of organizations in the caller's scope
	Allowed []Action       // what the caller may do with this user
	// Presence tells whether the person is there.
	Presence iam.Presence
	// Custom are the values of custom fields, by key, with the type of their kind.
	Custom map[string]any
	// Here is the membership that a change of roles and permissions is about;
	// nil when there is none: see Patch.
	Here *MembershipHere
	// In is the organization as whose member they are in a list: that of the filter,
	// else where the caller acts, else the first of theirs below it. nil elsewhere.
	In *iam.Organization
}

// MembershipHere is what a user holds where the caller can change it.
type MembershipHere struct {
	Org         *iam.Organization
	Roles       []*iam.Role
	Permissions []iam.Permission
	// IncludesDescendants says that it counts in what is below, too.
	IncludesDescendants bool
}

// view adds to u what the caller may know and do. Memberships outside of the
// caller's scope are not shown.
func view(dir *authz.Directory, c *access.Caller, u *iam.User) *View {
	scope := dir.Scope(c)
	v := &View{User: u, Roles: []*iam.Role{}, Orgs: orgsInSight(dir, scope, c, u), Allowed: []Action{}}
	seen := map[iam.RoleID]bool{}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		if scope != nil && !c.IsSelf(u.ID) && !authz.Contains(scope, m.Org) {
			continue
		}
		for _, id := range m.Roles {
			if r := dir.Roles[id]; r != nil && !seen[id] {
				seen[id] = true
				v.Roles = append(v.Roles, r)
			}
		}
	}
	for _, h := range u.Teams {
		if scope == nil || c.IsSelf(u.ID) || authz.Contains(scope, h.Org) {
			v.Teams = append(v.Teams, h)
		}
	}
	v.Custom = fields.Values(dir.Fields, u)
	v.Allowed = allowed(dir, c, u)
	if m := assignable(c, u); m != nil && dir.Orgs[m.Org] != nil {
		v.Here = &MembershipHere{Org: dir.Orgs[m.Org], Roles: []*iam.Role{}, Permissions: m.Permissions, IncludesDescendants: m.IncludesDescendants}
		for _, id := range m.Roles {
			if r := dir.Roles[id]; r != nil {
				v.Here.Roles = append(v.Here.Roles, r)
			}
		}
	}
	return v
}

// assignable is the membership whose roles and permissions a change of a user is
// about: that in the organization where the caller acts, or else the only one;
// nil when it is neither.
func assignable(c *access.Caller, u *iam.User) *iam.Membership {
	if m := u.Membership(c.Org); m != nil || len(u.Memberships) != 1 {
		return m
	}
	return &u.Memberships[0]
}

func allowed(dir *authz.Directory, c *access.Caller, u *iam.User) []Action {
	out := []Action{}
	self := c.IsSelf(u.ID)
	if !c.InPerson(u.ID) && dir.MayActOn(c, u) != nil {
		return out
	}
	if c.Has(iam.PermUsersUpdate) {
		out = append(out, ActionEdit)
	}
	if self {
		return out
	}
	if c.Has(iam.PermUsersResetPassword) && u.Type != iam.TypeService {
		out = append(out, ActionResetPassword)
	}
	if c.Has(iam.PermUsersSuspend) {
		if u.Status == iam.StatusActive {
			out = append(out, ActionSuspend)
		} else {
			out = append(out, ActionReactivate)
		}
	}
	if c.Has(iam.PermUsersDelete) {
		out = append(out, ActionDelete)
	}
	if c.Has(iam.PermUsersInvite) && u.Status == iam.StatusActive && u.Type != iam.TypeService && u.Type != iam.TypeClient {
		out = append(out, ActionInvite)
	}
	if c.Has(iam.PermUsersImpersonate) && c.Impersonator == nil && u.Status == iam.StatusActive &&
		u.Type != iam.TypeService && u.Type != iam.TypeClient && c.Actor == iam.ActorUser && letsIn(dir, u) {
		out = append(out, ActionLogInAs)
	}
	return out
}

// letsIn tells whether u acts anywhere, and no policy that binds them there keeps
// others from logging in as them. One that binds them elsewhere alone is asked when
// it is tried.
func letsIn(dir *authz.Directory, u *iam.User) bool {
	home := dir.HomeOrg(u)
	return home != "" && dir.RulesOf(u, home, access.Limits{}).Impersonation.Value
}

// List returns one page of the users the caller may see. role is an id or a
// code. A role there isn't gives an empty page.
func (s *Service) List(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*View], error) {
	return s.list(ctx, c, f, role, attend)
}

// list is List; fill is what else is read of a page.
func (s *Service) list(ctx context.Context, c *access.Caller, f iam.UserFilter, role string,
	fill func(context.Context, iam.Tx, iam.TenantID, ...*View) error,
) (iam.List[*View], error) {
	var out iam.List[*View]
	if err := c.Require(iam.PermUsersRead); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	f = byIDs(f)
	if role != "" {
		r := dir.Role(role)
		if r == nil {
			return iam.List[*View]{Items: []*View{}}, nil
		}
		f.Role = r.ID
	}
	if f.Orgs, err = scopeOf(dir, c, f); err != nil {
		return out, err
	}
	if f.Keep, err = keeper(dir, c, f); err != nil {
		return out, err
	}
	var possible bool
	if f.Fields, possible, err = fields.Match(dir.Fields, f.Fields); err != nil || !possible {
		return iam.List[*View]{Items: []*View{}}, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		out.Items = []*View{}
		if seen, err := seesTeam(ctx, tx, dir, c, f.Team); err != nil || !seen {
			return err
		}
		page, err := tx.ListUsers(ctx, c.Tenant, f)
		if err != nil {
			return err
		}
		out.Next, out.Prev, out.Items = page.Next, page.Prev, make([]*View, 0, len(page.Items))
		for _, u := range page.Items {
			v := view(dir, c, u)
			v.In = listedIn(dir, v, cmp.Or(f.Org, c.Org))
			out.Items = append(out.Items, v)
		}
		return fill(ctx, tx, c.Tenant, out.Items...)
	})
	return out, err
}

// listedIn is the organization as whose member somebody is in a list of what is in
// and below top.
func listedIn(dir *authz.Directory, v *View, top iam.OrgID) *iam.Organization {
	var below *iam.Organization
	for _, o := range v.Orgs {
		switch {
		case o.ID == top:
			return o
		case below == nil && dir.Within(o.ID, top):
			below = o
		}
	}
	return below
}

// byIDs writes the external id of a filter as ids are kept, and lets the search
// find by one, too: whoever may read users sees their ids.
func byIDs(f iam.UserFilter) iam.UserFilter {
	f.ExternalID = norm.NFC.String(f.ExternalID)
	f.AlsoID = norm.NFC.String(strings.TrimSpace(f.Search))
	return f
}

// keeper leaves out who is in the caller's sight, but was found by what is not: a
// role or an alias in another organization. nil leaves out nobody.
func keeper(dir *authz.Directory, c *access.Caller, f iam.UserFilter) (func(*iam.User) bool, error) {
	if c.InRoot || f.Search == "" && f.Role == "" {
		return nil, nil //nolint:nilnil // nil leaves out nobody
	}
	finds, err := personas.Finder(dir, c, f.Search)
	return func(u *iam.User) bool {
		named := f.AlsoID != "" && u.ExternalID == f.AlsoID
		return (finds(u) || named) && (f.Role == "" || dir.SeesRole(c, u, f.Role))
	}, err
}

// seesTeam tells whether the caller may know who is in the team of a filter; "" is
// no team.
func seesTeam(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, id iam.TeamID) (bool, error) {
	if c.InRoot || id == "" {
		return true, nil
	}
	t, err := tx.Team(ctx, c.Tenant, id)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return false, nil
	}
	return err == nil && dir.SeesTeam(c, t), err
}

// scopeOf is whose members a filter means: of one organization, of it and those
// below, or of all that the caller may see.
func scopeOf(dir *authz.Directory, c *access.Caller, f iam.UserFilter) ([]iam.OrgID, error) {
	switch {
	case f.Org == "":
		return dir.Scope(c), nil
	case !dir.Within(f.Org, c.Org):
		return nil, iam.NotFound("organization")
	case f.Below:
		return dir.Subtree(f.Org), nil
	}
	return []iam.OrgID{f.Org}, nil
}

// Stats counts the users of the tenant; it is for callers who may see all.
func (s *Service) Stats(ctx context.Context, c *access.Caller) (iam.UserStats, error) {
	var st iam.UserStats
	if err := c.Require(iam.PermUsersRead); err != nil {
		return st, err
	}
	if !c.InRoot {
		return s.statsBelow(ctx, c)
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		st, err = tx.UserStats(ctx, c.Tenant)
		return err
	})
	return st, err
}

// statsBelow counts the people of the caller's part of the tree.
func (s *Service) statsBelow(ctx context.Context, c *access.Caller) (iam.UserStats, error) {
	var st iam.UserStats
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return st, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		f := iam.UserFilter{Orgs: dir.Scope(c)}
		if st.Total, err = tx.CountUsers(ctx, c.Tenant, f); err != nil {
			return err
		}
		f.Status = iam.StatusActive
		if st.Active, err = tx.CountUsers(ctx, c.Tenant, f); err != nil {
			return err
		}
		st.Suspended = st.Total - st.Active
		return nil
	})
	return st, err
}

// Get returns one user; CodeNotFound when the caller may not see it.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.UserID) (*View, error) {
	if !c.IsSelf(id) {
		if err := c.Require(iam.PermUsersRead); err != nil {
			return nil, err
		}
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	var v *View
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		u, err := tx.User(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		if !dir.Visible(c, u) {
			return iam.NotFound("user")
		}
		v = view(dir, c, u)
		return attend(ctx, tx, c.Tenant, v)
	})
	return v, err
}

// Colleagues lists the active people of the caller's organization and below, as
// the caller may see them.
func (s *Service) Colleagues(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*personas.Person], error) {
	var out iam.List[*personas.Person]
	if err := c.Require(iam.PermDirectoryRead); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		page, err := personas.List(ctx, tx, dir, c, iam.UserFilter{Search: search, Status: iam.StatusActive, Orgs: dir.Scope(c), Page: p})
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = personas.See(ctx, tx, dir, c, page.Items)
		return err
	})
	return out, err
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, u audit.Target, changes ...iam.Change) error {
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, u, changes...))
}
