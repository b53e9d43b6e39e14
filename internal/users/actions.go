package users

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/sessions"
)

// SetStatus suspends or reactivates a user; it needs users.suspend. Suspending
// ends all sessions, and keys stop, before it returns.
func (s *Service) SetStatus(ctx context.Context, c *access.Caller, id iam.UserID, status iam.Status) (*View, error) {
	if err := c.Require(iam.PermUsersSuspend); err != nil {
		return nil, err
	}
	return s.change(ctx, c, id, func(_ iam.Tx, _ *authz.Directory, _, after *iam.User) error {
		after.Status = status
		return nil
	})
}

// Reset is what a new temporary password comes to.
type Reset struct {
	*View
	Password string
	// WorkingKeys is how many API keys of theirs go on working.
	WorkingKeys int
}

// ResetPassword gives a user a new temporary password; it needs
// users.reset_password. The old one and all sessions stop, with keys the API keys,
// too.
func (s *Service) ResetPassword(ctx context.Context, c *access.Caller, id iam.UserID, keys bool) (*Reset, error) {
	if err := c.Require(iam.PermUsersResetPassword); err != nil {
		return nil, err
	}
	if c.IsSelf(id) {
		return nil, iam.Errorf(iam.CodeEscalation, "Change your own password in your account instead.").Because("own_password")
	}
	if err := c.Personally(); err != nil {
		return nil, err
	}
	out := &Reset{}
	var err error
	out.View, err = s.change(ctx, c, id, func(tx iam.Tx, dir *authz.Directory, before, after *iam.User) error {
		if before.Type == iam.TypeService {
			return iam.Errorf(iam.CodeInvalid, "A service user has no password. Create an API key for it.").Because("service_user")
		}
		if err := authz.Present(ctx, tx, c); err != nil {
			return err
		}
		made, hash, err := s.temporaryPassword(sessions.LeastPasswordFor(dir, before))
		if err != nil {
			return err
		}
		out.Password, after.PasswordHash, after.MustChangePassword = made, hash, true
		after.PasswordExpiresAt, after.PasswordChangedAt = sessions.TemporaryUntilFor(dir, after, tx.Now()), tx.Now()
		if _, err := tx.EndSessions(ctx, c.Tenant, id, ""); err != nil {
			return err
		}
		t, err := tx.Tenant(ctx, c.Tenant)
		if err != nil {
			return err
		}
		if err := sessions.ForgetFailures(ctx, tx, c.Tenant, before.EmailKey); err != nil {
			return err
		}
		if out.WorkingKeys, err = s.keysLeft(ctx, tx, c, id, keys); err != nil {
			return err
		}
		return s.Mailer.Enqueue(ctx, tx, t, after, "temporary_password_reset", map[string]string{"Expires": after.PasswordExpiresAt.Format(time.RFC3339)})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// temporaryPassword makes a password of at least so many characters, and its hash.
func (s *Service) temporaryPassword(least int) (made, hash string, err error) {
	if made, err = password.Generate(s.Random, least); err != nil {
		return "", "", err
	}
	hash, err = s.Hasher.HashGenerated(made)
	return made, hash, err
}

// keysLeft tells how many keys of a user go on working, after they were revoked
// when that is asked for.
func (s *Service) keysLeft(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, revoke bool) (int, error) {
	if revoke {
		_, err := apikeys.RevokeAll(ctx, tx, s.IDs, c, id)
		return 0, err
	}
	working, err := apikeys.Working(ctx, tx, c.Tenant, id)
	return len(working), err
}

// Delete removes a user for good, and frees the e-mail; what they did stays
// attributed to them. It needs users.delete. version is what the caller saw, or
// 0 when that does not matter. What they own goes to heir, or ends when that is
// "".
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.UserID, version int64, heir iam.UserID) error {
	if err := c.Require(iam.PermUsersDelete); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error { return s.delete(ctx, tx, c, id, version, heir) })
}

// DeleteIn is Delete in a transaction of the caller's, whatever the version.
func (s *Service) DeleteIn(ctx context.Context, tx iam.Tx, c *access.Caller, id, heir iam.UserID) error {
	if err := c.Require(iam.PermUsersDelete); err != nil {
		return err
	}
	return s.delete(ctx, tx, c, id, 0, heir)
}

func (s *Service) delete(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, version int64, heir iam.UserID) error {
	dir, u, err := s.mayDelete(ctx, tx, c, id)
	if err != nil {
		return err
	}
	if version != 0 && version != u.Version {
		return iam.Stale("user")
	}
	settled, err := s.settle(ctx, tx, c, dir, u, heir)
	if err != nil {
		return err
	}
	if err := tx.DeleteUser(ctx, c.Tenant, u, string(c.User)); err != nil {
		return err
	}
	if err := pictures.Drop(ctx, tx, c.Tenant, u.PhotoKey); err != nil {
		return err
	}
	tx.AccessChanged(c.Tenant)
	target := audit.User(u)
	if len(settled.elsewhere) > 0 {
		// What they had at other clients is not for the log of theirs.
		above := audit.Target{Type: target.Type, ID: target.ID, Name: target.Name, Org: c.Org}
		if err := s.record(ctx, tx, c, "user.updated", above, settled.elsewhere...); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, c, "user.deleted", target, append(diff(u, &iam.User{}, dir), settled.here...)...)
}

// nothingElse is for lists that show less of people.
func nothingElse(context.Context, iam.Tx, iam.TenantID, ...*View) error { return nil }

// Export calls fn with every user the filter selects, page by page, so that
// memory stays bounded; it needs users.export. The export itself is audited, once
// it is known that there is one.
func (s *Service) Export(ctx context.Context, c *access.Caller, f iam.UserFilter, role, format string, fn func(*View) error) error {
	if err := c.Require(iam.PermUsersExport); err != nil {
		return err
	}
	f.Page = iam.Page{Limit: iam.MaxPageSize}
	fill := attend
	if format == string(iam.FormatCSV) { // which has no column for it
		fill = nothingElse
	}
	page, err := s.list(ctx, c, f, role, fill)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		target := audit.Target{Type: "export", Name: "users"}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "users.exported", target, iam.Change{Field: "format", After: format}))
	})
	if err != nil {
		return err
	}
	for {
		for _, v := range page.Items {
			if err := fn(v); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.Page.Cursor = page.Next
		if page, err = s.list(ctx, c, f, role, fill); err != nil {
			return err
		}
	}
}
