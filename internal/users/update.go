package users

import (
	"context"
	"reflect"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/pictures"
)

// Patch changes a user; nil fields stay as they are.
type Patch struct {
	Type                                       *iam.UserType // refused with CodeImmutable when it differs
	FirstName, LastName, Nickname, Email       *string
	Phone, ExternalID, Timezone, Locale, Theme *string
	Status                                     *iam.Status
	Roles                                      *[]string
	Permissions                                *[]iam.Permission
	IncludesDescendants                        *bool
	// CustomFields are values of custom fields, by key, nil for none; those that
	// it does not name stay.
	CustomFields map[string]any
	// NoCustomFields takes all values away.
	NoCustomFields bool
	// Version is what the caller saw: CodePreconditionFailed when the user has
	// changed since.
	Version int64
}

func (p *Patch) apply(u *iam.User) {
	for _, f := range []struct {
		to   *string
		from *string
	}{
		{&u.FirstName, p.FirstName},
		{&u.LastName, p.LastName},
		{&u.Nickname, p.Nickname},
		{&u.Email, p.Email},
		{&u.Phone, p.Phone},
		{&u.ExternalID, p.ExternalID},
		{&u.Timezone, p.Timezone},
		{&u.Locale, p.Locale},
		{&u.Theme, p.Theme},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
}

// personal refuses somebody who is logged in as somebody else a new e-mail: who
// reads it can have a new password sent.
func (p *Patch) personal(c *access.Caller, u *iam.User) error {
	if !p.moves(u) {
		return nil
	}
	return c.Personally()
}

// others is personal where people change others: one's own e-mail is changed by
// UpdateSelf alone, which a stolen session or a key does not get past.
func (p *Patch) others(c *access.Caller, u *iam.User) error {
	if err := p.personal(c, u); err != nil || !p.moves(u) || !c.IsSelf(u.ID) {
		return err
	}
	const message = "Change your own e-mail address in your account, with your current password."
	err := iam.Errorf(iam.CodeEscalation, message).Because("own_email")
	err.Fields = []iam.Field{{Pointer: "/email", Code: "own_email", Message: message}}
	return err
}

// moves tells whether the patch changes the e-mail of u.
func (p *Patch) moves(u *iam.User) bool { return p.Email != nil && *p.Email != u.Email }

// keeps refuses another user type than the user has.
func (p *Patch) keeps(u *iam.User) error {
	if p.Type == nil || *p.Type == u.Type {
		return nil
	}
	err := iam.Errorf(iam.CodeImmutable, "The user type can't be changed. Give this account another e-mail address or delete it, then add the person again.")
	err.Fields = []iam.Field{{Pointer: "/user_type", Code: "immutable", Message: "The user type can't be changed."}}
	return err
}

// Update changes a user. It needs users.update, for the status users.suspend,
// for roles and permissions roles.assign; CodeImmutable for the user type. Of
// somebody who belongs beyond the caller's sight, too, what they hold in it can be
// changed, and nothing else.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.UserID, p Patch) (*View, error) {
	if err := c.Require(iam.PermUsersUpdate); err != nil {
		return nil, err
	}
	may := anywhere
	if p.accessOnly() {
		may = here
	}
	return s.changeBy(ctx, c, id, may, func(_ iam.Tx, dir *authz.Directory, before, after *iam.User) error {
		if p.Version != before.Version {
			return iam.Stale("user")
		}
		if err := p.keeps(before); err != nil {
			return err
		}
		if err := p.others(c, before); err != nil {
			return err
		}
		p.apply(after)
		if p.NoCustomFields {
			p.CustomFields = fields.None(dir.Fields)
		}
		if err := iam.Invalid(append(Normalize(after), fields.Apply(dir.Fields, after, p.CustomFields)...)); err != nil {
			return err
		}
		if p.Status != nil && *p.Status != before.Status {
			if !p.Status.Valid() {
				return iam.InvalidField("/status", "unknown", "The status is active or suspended.")
			}
			if err := c.Require(iam.PermUsersSuspend); err != nil {
				return err
			}
			after.Status = *p.Status
		}
		return s.reassign(dir, c, after, p)
	})
}

// accessOnly tells whether the patch changes nothing but roles and permissions.
func (p *Patch) accessOnly() bool {
	rest := *p
	rest.Version, rest.Roles, rest.Permissions, rest.IncludesDescendants = 0, nil, nil, nil
	return reflect.ValueOf(rest).IsZero()
}

// reassign applies the roles and permissions of a patch to the membership in
// the organization where the caller acts, or else the user's only one.
func (s *Service) reassign(dir *authz.Directory, c *access.Caller, u *iam.User, p Patch) error {
	if p.Roles == nil && p.Permissions == nil && p.IncludesDescendants == nil {
		return nil
	}
	u.Memberships = append([]iam.Membership(nil), u.Memberships...)
	m := assignable(c, u)
	if m == nil {
		return severalPlaces()
	}
	if err := assign(dir, c, m, p.Roles, p.Permissions); err != nil {
		return err
	}
	wide := m.IncludesDescendants
	if p.IncludesDescendants != nil {
		m.IncludesDescendants = *p.IncludesDescendants
	}
	return reach(dir, c, u, m, wide)
}

// severalPlaces is for who belongs to several organizations, and none of them is
// where the caller acts.
func severalPlaces() error {
	return iam.InvalidField("/role_ids", "no_membership", "This person has roles in several organizations; change them there.")
}

// change runs fn on a copy of the user, checks the rules that hold for every
// change, and writes what fn made of it with its audit event.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.UserID, fn changer) (*View, error) {
	return s.changeBy(ctx, c, id, anywhere, fn)
}

// changer changes after, a copy of before.
type changer func(tx iam.Tx, dir *authz.Directory, before, after *iam.User) error

// changeBy is change by somebody with the power that the rule asks for.
func (s *Service) changeBy(ctx context.Context, c *access.Caller, id iam.UserID, may rule, fn changer) (v *View, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		v, err = s.changeIn(ctx, tx, c, id, may, fn)
		return err
	})
	return v, err
}

// changeIn is changeBy in a transaction of the caller's.
func (s *Service) changeIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, may rule, fn changer) (*View, error) {
	dir, before, err := authz.InSightForUpdate(ctx, tx, c, id)
	if err != nil {
		return nil, err
	}
	after := *before
	if err := fn(tx, dir, before, &after); err != nil {
		return nil, err
	}
	here, elsewhere := told(dir, c, before, &after)
	if len(here)+len(elsewhere) == 0 {
		v := view(dir, c, before)
		return v, attend(ctx, tx, c.Tenant, v)
	}
	if err := s.keepsRules(ctx, tx, dir, c, may, before, &after); err != nil {
		return nil, err
	}
	if before.EmailKey != after.EmailKey {
		after.EmailProvenAt = time.Time{}
		if c.Vouches() {
			after.EmailProvenAt = tx.Now()
		}
	}
	after.UpdatedAt = tx.Now()
	if err := tx.UpdateUser(ctx, c.Tenant, before, &after); err != nil {
		return nil, err
	}
	if before.Status != after.Status && after.Status == iam.StatusSuspended {
		if _, err := tx.EndSessions(ctx, c.Tenant, id, ""); err != nil {
			return nil, err
		}
	}
	tx.AccessChanged(c.Tenant)
	if err := s.moved(ctx, tx, c, before, &after); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, c, dir, before, &after); err != nil {
		return nil, err
	}
	if before.PhotoKey != after.PhotoKey {
		if err := pictures.Drop(ctx, tx, c.Tenant, before.PhotoKey); err != nil {
			return nil, err
		}
	}
	v := view(dir, c, &after)
	if err := attend(ctx, tx, c.Tenant, v); err != nil {
		return nil, err
	}
	return v, s.recordChange(ctx, tx, c, dir, before, &after, here, elsewhere)
}

// moved tells the address that somebody had that it is not theirs any more:
// whoever has taken an account over changes that first.
func (s *Service) moved(ctx context.Context, tx iam.Tx, c *access.Caller, before, after *iam.User) error {
	if before.EmailKey == after.EmailKey || before.Email == "" {
		return nil
	}
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return err
	}
	return s.Mailer.Enqueue(ctx, tx, t, before, "email_changed", nil)
}

// keepsRules refuses changes of one's own access, of people who may do more,
// and those that would leave nobody in charge. A key's owner is somebody who may
// do more, too, unless the key holds all that they do.
func (s *Service) keepsRules(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, may rule, before, after *iam.User) error {
	if c.IsSelf(before.ID) && (before.Status != after.Status || dir.Grants(before) != dir.Grants(after)) {
		return iam.Errorf(iam.CodeEscalation, "You can't change your own access. Ask another administrator.").Because("own_access")
	}
	if !c.InPerson(before.ID) {
		if err := may(dir, c, before); err != nil {
			return err
		}
	}
	return s.adminRemains(ctx, tx, dir, c, before, after)
}

// adminRemains refuses with CodeLastAdmin when before is the last active
// tenant admin, or the last holder of the role Admin, and after no longer is.
// after is nil when the user is to be deleted.
func (s *Service) adminRemains(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, before, after *iam.User) error {
	if err := orgAdminRemains(ctx, tx, dir, c, before, after); err != nil {
		return err
	}
	gone := after == nil || after.Status != iam.StatusActive
	losesType := before.Status == iam.StatusActive && before.Type == iam.TypeTenantAdmin && gone
	losesRole := before.Status == iam.StatusActive && dir.HoldsAdmin(before) && (gone || !dir.HoldsAdmin(after))
	if !losesType && !losesRole {
		return nil
	}
	if err := tx.LockAdmins(ctx, c.Tenant); err != nil {
		return err
	}
	byType, byRole, err := tx.OtherActiveAdmins(ctx, c.Tenant, before.ID)
	if err != nil {
		return err
	}
	if losesType && !byType {
		return iam.Errorf(iam.CodeLastAdmin, "%s is the last active tenant admin. Make somebody else a tenant admin first.", before.FullName()).Because("last_tenant_admin")
	}
	if losesRole && !byRole {
		return iam.Errorf(iam.CodeLastAdmin, "%s is the last one who holds the role Admin. Give it to somebody else first.", before.FullName()).Because("last_role_admin")
	}
	return nil
}

// tell sees to it that a person whose access has changed is told.
func (s *Service) tell(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, before, after *iam.User) error {
	if dir.Grants(before) == dir.Grants(after) || after.Status != iam.StatusActive {
		return nil
	}
	return notices.Note(ctx, tx, c.Tenant, dir, before)
}
