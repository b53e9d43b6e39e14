package users

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

// Create is what a new user is made of.
type Create struct {
	FirstName, LastName, Nickname, Email string
	Phone, ExternalID, Timezone, Locale  string
	Type                                 iam.UserType
	Roles                                []string // ids or codes
	Permissions                          []iam.Permission
	Org                                  iam.OrgID // "" for where the caller acts
	// IncludesDescendants lets the user act in what is below, too.
	IncludesDescendants bool
	// Access are checkboxes to be ticked besides, by id: see access.Options.
	Access []string
	// CustomFields are values of custom fields, by key, with the type of their
	// kind; see fields.Apply.
	CustomFields map[string]any
	// Password, when given, is a temporary one that the caller chose; when not,
	// the server makes one.
	Password string
}

// Created is a new user and the temporary password, which is never shown again.
type Created struct {
	User              *View
	TemporaryPassword string // "" when the caller gave one, and for service users
}

// Create adds a user. It needs users.create, and roles.assign when roles or
// permissions are given; CodeEscalation when the caller doesn't hold what the
// new user would, CodeConflict with "/email" or "/external_id" when taken.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*Created, error) {
	if err := c.Require(iam.PermUsersCreate); err != nil {
		return nil, err
	}
	if in.Type == "" && s.ofClient(ctx, c, in.Org) {
		in.Type = iam.TypeMember
	}
	u := &iam.User{
		Type: in.Type, Status: iam.StatusActive, FirstName: in.FirstName, LastName: in.LastName, Nickname: in.Nickname,
		Email: in.Email, Phone: in.Phone, ExternalID: in.ExternalID, Timezone: in.Timezone, Locale: in.Locale, Version: 1,
	}
	if err := s.checkNew(ctx, c, u, in); err != nil {
		return nil, err
	}
	secret, err := s.firstPassword(ctx, c, u, in)
	if err != nil {
		return nil, err
	}
	out := &Created{TemporaryPassword: secret}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if err := authz.Present(ctx, tx, c); err != nil {
			return err
		}
		if err := s.place(dir, c, u, in); err != nil {
			return err
		}
		now := tx.Now()
		u.ID = iam.UserID(s.IDs.NewID(iam.PrefixUser, now))
		u.CreatedAt, u.UpdatedAt = now, now
		u.Memberships[0].CreatedAt = now
		if c.Vouches() {
			u.EmailProvenAt = now
		}
		if u.MustChangePassword {
			u.PasswordExpiresAt = sessions.TemporaryUntilFor(dir, u, now)
		}
		if err := tx.InsertUser(ctx, c.Tenant, u); err != nil {
			return err
		}
		out.User = view(dir, c, u)
		out.User.Presence = iam.PresenceOffline
		return s.record(ctx, tx, c, "user.created", audit.User(u), Told(dir, u)...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// checkNew brings a new user into the form it is kept in, and refuses what is
// wrong with it.
func (s *Service) checkNew(ctx context.Context, c *access.Caller, u *iam.User, in Create) error {
	problems := Normalize(u)
	if in.Type == "" {
		problems = append(problems, iam.Field{Pointer: "/user_type", Code: "required", Message: "Choose a user type."})
	} else if !in.Type.Valid() || in.Type == iam.TypeClient {
		problems = append(problems, iam.Field{Pointer: "/user_type", Code: "unknown", Message: "Choose a user type."})
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if in.Org != "" && !dir.Within(in.Org, c.Org) {
		problems = append(problems, unknownOrg) // before what it asks of passwords can be told
	}
	if in.CustomFields == nil {
		in.CustomFields = map[string]any{} // what is required is missing then
	}
	return iam.Invalid(append(problems, fields.Apply(dir.Fields, u, in.CustomFields)...))
}

// unknownOrg is what is wrong with an organization out of the caller's sight.
var unknownOrg = iam.Field{Pointer: "/organization_id", Code: "unknown", Message: "There is no such organization, or it is not below yours."}

// ofClient tells whether a new user is one of a client organization, not of the
// company itself.
func (s *Service) ofClient(ctx context.Context, c *access.Caller, org iam.OrgID) bool {
	if !c.InRoot || org == "" {
		return !c.InRoot
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	return err == nil && org != dir.RootOrg
}

// ServiceHasNoPassword says why a password of a service user is refused.
const ServiceHasNoPassword = "A service user has no password. Create an API key for it."

// firstPassword sets the hash of the password the user starts with and returns
// it when the server made it. Service users have keys instead.
func (s *Service) firstPassword(ctx context.Context, c *access.Caller, u *iam.User, in Create) (made string, err error) {
	if u.Type == iam.TypeService {
		if in.Password != "" {
			return "", iam.InvalidField("/password", "not_allowed", ServiceHasNoPassword)
		}
		return "", nil
	}
	to := *u
	to.Memberships = []iam.Membership{{Org: cmp.Or(in.Org, c.Org)}}
	u.MustChangePassword = true
	if in.Password == "" {
		dir, err := s.Directories.Get(ctx, c.Tenant)
		if err != nil {
			return "", err
		}
		made, u.PasswordHash, err = s.temporaryPassword(sessions.LeastPasswordFor(dir, &to))
		return made, err
	}
	if err := s.Passwords.CheckPasswordFor(ctx, c.Tenant, in.Password, "/password", nil, &to); err != nil {
		return "", err
	}
	u.PasswordHash, err = s.Hasher.Hash(ctx, in.Password)
	return "", err
}

// PasswordRules is how many characters a password of the people of an organization
// must have at least, for whoever adds them. It needs users.create.
func (s *Service) PasswordRules(ctx context.Context, c *access.Caller, org iam.OrgID) (least int, err error) {
	if err := c.Require(iam.PermUsersCreate); err != nil {
		return 0, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return 0, err
	}
	if !dir.Within(org, c.Org) {
		return 0, iam.NotFound("organization")
	}
	return sessions.LeastPasswordFor(dir, &iam.User{Memberships: []iam.Membership{{Org: org}}}), nil
}

// place gives the new user its membership, after checking that the caller may
// grant what comes with it.
func (s *Service) place(dir *authz.Directory, c *access.Caller, u *iam.User, in Create) error {
	org := cmp.Or(in.Org, c.Org)
	if !dir.Within(org, c.Org) {
		return iam.Invalid([]iam.Field{unknownOrg})
	}
	if !fits(dir, u.Type, org) {
		return iam.InvalidField("/user_type", "not_allowed", "A tenant admin belongs to the company itself, not to a client organization.")
	}
	m := iam.Membership{Org: org, IncludesDescendants: u.Type == iam.TypeTenantAdmin}
	roles, permissions := &in.Roles, &in.Permissions
	if len(in.Access) > 0 {
		var err error
		if roles, permissions, err = ticked(&m, roles, permissions, in.Access); err != nil {
			return err
		}
	}
	if err := assign(dir, c, &m, roles, permissions); err != nil {
		return err
	}
	if wide := m.IncludesDescendants; in.IncludesDescendants {
		m.IncludesDescendants = true
		if err := reach(dir, c, u, &m, wide); err != nil {
			return err
		}
	}
	u.Memberships = []iam.Membership{m}
	return access.MayGrant(c.Holds(), access.Baseline(u.Type)&access.Ceiling(u.Type))
}

// assign replaces the roles and the direct permissions of a membership, those
// that are not nil. What is added must be held by the caller, and what is taken
// away, too: who holds less can't undo what somebody above has given.
func assign(dir *authz.Directory, c *access.Caller, m *iam.Membership, roles *[]string, perms *[]iam.Permission) error {
	before := *m
	if roles != nil {
		m.Roles = nil
		for i, ref := range *roles {
			r, err := held(dir, ref, pointer("/role_ids", i))
			if err != nil {
				return err
			}
			if !slices.Contains(m.Roles, r.ID) {
				m.Roles = append(m.Roles, r.ID)
			}
		}
	}
	if perms != nil {
		m.Permissions = nil
		for i, p := range *perms {
			if !access.Known(p) {
				return iam.InvalidField(pointer("/permissions", i), "unknown", "There is no such permission.")
			}
			if !slices.Contains(m.Permissions, p) {
				m.Permissions = append(m.Permissions, p)
			}
		}
	}
	return mayAssign(dir, c, &before, m)
}

// mayAssign refuses with CodeEscalation a caller who does not hold what was given or
// taken when before became m, and with CodeForbidden one who may assign nothing.
func mayAssign(dir *authz.Directory, c *access.Caller, before, m *iam.Membership) error {
	changedRoles := changed(before.Roles, m.Roles)
	changedPermissions := changed(before.Permissions, m.Permissions)
	if len(changedRoles) == 0 && len(changedPermissions) == 0 {
		return nil
	}
	if err := c.Require(iam.PermRolesAssign); err != nil {
		return err
	}
	return access.MayGrant(c.Holds(), rolesSet(dir, changedRoles)|access.SetOf(changedPermissions...))
}

// changed returns what is in one of the two but not in both.
func changed[T comparable](before, after []T) []T {
	var out []T
	for _, x := range before {
		if !slices.Contains(after, x) {
			out = append(out, x)
		}
	}
	for _, x := range after {
		if !slices.Contains(before, x) {
			out = append(out, x)
		}
	}
	return out
}

// rolesSet is what the roles give.
func rolesSet(dir *authz.Directory, ids []iam.RoleID) access.Set {
	var set access.Set
	for _, id := range ids {
		if r := dir.Roles[id]; r != nil {
			set |= access.SetOf(r.Permissions...)
		}
	}
	return set
}

func pointer(base string, i int) string { return base + "/" + strconv.Itoa(i) }
