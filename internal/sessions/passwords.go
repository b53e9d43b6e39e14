package sessions

import (
	"cmp"
	"context"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
)

// CheckPassword refuses with CodeInvalid and the field pointer when a person
// may not choose pw.
func (s *Service) CheckPassword(pw, pointer string, t *iam.Tenant, u *iam.User) error {
	return s.checkPassword(*s.Policy, pw, pointer, t, u)
}

// CheckPasswordFor is CheckPassword by the policies of the organizations that u
// belongs to: the longest length that one of them asks for. t may be nil.
func (s *Service) CheckPasswordFor(ctx context.Context, tenant iam.TenantID, pw, pointer string, t *iam.Tenant, u *iam.User) error {
	least, err := s.LeastPassword(ctx, tenant, u)
	if err != nil {
		return err
	}
	policy := *s.Policy
	policy.MinLength = least
	return s.checkPassword(policy, pw, pointer, t, u)
}

// LeastPassword is how many characters a password of u must have, by the
// policies of the organizations that u belongs to.
func (s *Service) LeastPassword(ctx context.Context, tenant iam.TenantID, u *iam.User) (int, error) {
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return cmp.Or(LeastPasswordFor(dir, u), s.Policy.MinLength, password.DefaultMinLength), nil
}

// LeastPasswordFor is LeastPassword by a directory; 0 when u belongs to no
// organization.
func LeastPasswordFor(dir *authz.Directory, u *iam.User) int {
	least := 0
	for i := range u.Memberships {
		least = max(least, dir.Rules(u.Memberships[i].Org, access.Limits{}).PasswordLength.Value)
	}
	return least
}

func (s *Service) checkPassword(policy password.Policy, pw, pointer string, t *iam.Tenant, u *iam.User) error {
	about := password.Context{Email: u.Email, Names: []string{u.FirstName, u.LastName, u.Nickname}, Words: []string{"retinue"}}
	if t != nil {
		about.Words = append(about.Words, t.Name, t.ShortName)
	}
	var fields []iam.Field
	for _, p := range policy.Check(pw, about) {
		fields = append(fields, iam.Field{Pointer: pointer, Code: p.Code, Message: p.Message})
	}
	return iam.Invalid(fields)
}

// ChangePassword sets a new password of the caller's own. The current one is
// asked for unless it is a temporary one that must be changed, which the caller
// has typed a moment ago; what is given is checked in any case. All other sessions
// end.
func (s *Service) ChangePassword(ctx context.Context, p *Principal, c *access.Caller, current, next string) error {
	if p.Session == nil {
		return iam.Errorf(iam.CodeForbidden, "A password is changed by its owner, signed in to the console.").Because("people_only")
	}
	if err := c.Personally(); err != nil {
		return err
	}
	if !p.User.MustChangePassword || current != "" {
		if err := s.confirm(ctx, p, c, audit.PasswordChanged, current); err != nil {
			return err
		}
	}
	if err := s.CheckPasswordFor(ctx, p.Tenant.ID, next, "/new_password", p.Tenant, p.User); err != nil {
		return err
	}
	if same, _, err := s.Hasher.Verify(ctx, p.User.PasswordHash, next); err != nil || same {
		if err != nil {
			return err
		}
		return iam.InvalidField("/new_password", "password_unchanged", "Choose a password that is not the one you have now.")
	}
	hash, err := s.Hasher.Hash(ctx, next)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, c.Tenant, c.User)
		if err != nil {
			return err
		}
		if u.PasswordHash != p.User.PasswordHash {
			return iam.Errorf(iam.CodeConflict, "The password was changed a moment ago. Sign in again.").Because("password_just_changed")
		}
		after := *u
		if err := s.setPassword(ctx, tx, p.Tenant, u, &after, hash, c.Session); err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, audit.PasswordChanged, audit.At(dir, c.Org, u)))
	})
}

// confirm asks for the caller's password once more, throttled like a sign-in. A
// wrong one is logged as a failure of the action.
func (s *Service) confirm(ctx context.Context, p *Principal, c *access.Caller, action, current string) error {
	try := &attempt{
		tenant: p.Tenant, emailKey: p.User.EmailKey, user: p.User, action: action, signedIn: true,
		guard: newGuard(p.Tenant.ID, p.User.EmailKey, c.IP), from: Client{IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID},
	}
	leave, err := s.takeTurn(ctx, try, false)
	if err != nil {
		return err
	}
	defer leave()
	if len(current) > password.MaxBytes {
		current = ""
	}
	ok, _, err := s.verify(ctx, p.User, current)
	if err != nil || ok {
		return err
	}
	return s.refuse(ctx, try, "wrong_password", true, iam.InvalidField("/current_password", "wrong", "This is not your current password."))
}

// ConfirmPassword checks the caller's own password before a change that only
// they may make; CodeInvalid with "/current_password" when it is wrong.
func (s *Service) ConfirmPassword(ctx context.Context, p *Principal, c *access.Caller, current string) error {
	if err := c.Personally(); err != nil {
		return err
	}
	return s.confirm(ctx, p, c, audit.PasswordConfirmed, current)
}

// setPassword writes after with a password that its owner chose, ends the user's
// sessions but keep, and tells them by mail.
func (s *Service) setPassword(ctx context.Context, tx iam.Tx, t *iam.Tenant, before, after *iam.User, hash string, keep iam.SessionID) error {
	after.PasswordHash, after.MustChangePassword = hash, false
	after.PasswordExpiresAt, after.PasswordChangedAt = time.Time{}, tx.Now()
	if err := tx.UpdateUser(ctx, t.ID, before, after); err != nil {
		return err
	}
	if _, err := tx.EndSessions(ctx, t.ID, after.ID, keep); err != nil {
		return err
	}
	tx.AccessChanged(t.ID)
	return s.Mailer.Enqueue(ctx, tx, t, after, "password_changed", nil)
}
