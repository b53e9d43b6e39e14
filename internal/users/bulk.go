package users

import (
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// MaxBulk is how many users one bulk action takes.
const MaxBulk = 200

// Bulk is something to be done with many users.
type Bulk struct {
	Action Action
	IDs    []iam.UserID
	// Heir is for ActionDelete.
	Heir iam.UserID
	// RevokeKeys is for ActionResetPassword: their API keys stop, too.
	RevokeKeys bool
	// Roles is for ActionChangeRoles.
	Roles RoleChange
	// Org is for ActionInvite: where the link leads; "" is where each of them belongs.
	Org iam.OrgID
}

// Result is what became of one user of a bulk action.
type Result struct {
	ID       iam.UserID
	FullName string
	Err      error // nil when it was done
	// With ActionResetPassword: the password and until when it can be used, and how
	// many API keys of theirs go on working.
	TemporaryPassword string
	PasswordExpiresAt time.Time
	WorkingKeys       int
	// Unchanged tells with ActionChangeRoles that they had it so already.
	Unchanged bool
}

// Bulk does the same with many users, each for itself: what can't be done with
// one does not keep the others from it.
func (s *Service) Bulk(ctx context.Context, c *access.Caller, in Bulk) ([]Result, error) {
	if len(in.IDs) == 0 || len(in.IDs) > MaxBulk {
		return nil, iam.InvalidField("/ids", "length", "Choose 1 to 200 people.")
	}
	if !slices.Contains([]Action{ActionSuspend, ActionReactivate, ActionDelete, ActionResetPassword, ActionChangeRoles, ActionInvite}, in.Action) {
		return nil, iam.InvalidField("/action", "unknown", "The action is suspend, reactivate, delete, reset_password, change_roles or invite.")
	}
	if err := in.fits(); err != nil {
		return nil, err
	}
	if err := s.resolves(ctx, c, &in); err != nil {
		return nil, err
	}
	out := make([]Result, 0, len(in.IDs))
	seen := map[iam.UserID]bool{}
	for _, id := range in.IDs {
		if seen[id] {
			continue
		}
		seen[id] = true
		r := Result{ID: id}
		if v, err := s.Get(ctx, c, id); err == nil {
			r.FullName = v.FullName()
		}
		s.do(ctx, c, in, &r)
		// What a person may not or can't do is a result; a broken server is not.
		if r.Err != nil && iam.CodeOf(r.Err) == iam.CodeInternal {
			return nil, r.Err
		}
		out = append(out, r)
	}
	return out, nil
}

// resolves refuses roles and organizations that there aren't, for all people at once.
func (s *Service) resolves(ctx context.Context, c *access.Caller, in *Bulk) error {
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return err
	}
	if in.Action == ActionChangeRoles {
		_, err = in.Roles.resolve(dir, c)
	} else if in.Org != "" && !dir.Within(in.Org, c.Org) {
		err = iam.Invalid([]iam.Field{unknownOrg})
	}
	return err
}

// fits refuses what is for another action: whoever sends it means that one.
func (in *Bulk) fits() error {
	for _, of := range []struct {
		action Action
		given  bool
		field  string
	}{
		{ActionDelete, in.Heir != "", "/hand_over_to"},
		{ActionResetPassword, in.RevokeKeys, "/revoke_api_keys"},
		{ActionChangeRoles, len(in.Roles.Add) > 0, "/add_role_ids"},
		{ActionChangeRoles, len(in.Roles.Remove) > 0, "/remove_role_ids"},
	} {
		if of.given && of.action != in.Action {
			return iam.InvalidField(of.field, "not_allowed", "This is for the action "+string(of.action)+" alone.")
		}
	}
	if (in.Org != "" || in.Roles.Org != "") && in.Action != ActionChangeRoles && in.Action != ActionInvite {
		return iam.InvalidField("/organization_id", "not_allowed", "This is for the actions change_roles and invite alone.")
	}
	return nil
}

// do does a bulk action with one user.
func (s *Service) do(ctx context.Context, c *access.Caller, in Bulk, r *Result) {
	switch in.Action {
	case ActionSuspend:
		_, r.Err = s.SetStatus(ctx, c, r.ID, iam.StatusSuspended)
	case ActionReactivate:
		_, r.Err = s.SetStatus(ctx, c, r.ID, iam.StatusActive)
	case ActionDelete:
		r.Err = s.Delete(ctx, c, r.ID, 0, in.Heir)
	case ActionResetPassword:
		var made *Reset
		if made, r.Err = s.ResetPassword(ctx, c, r.ID, in.RevokeKeys); r.Err == nil {
			r.TemporaryPassword, r.PasswordExpiresAt, r.WorkingKeys = made.Password, made.PasswordExpiresAt, made.WorkingKeys
		}
	case ActionChangeRoles:
		var changed bool
		changed, r.Err = s.ChangeRoles(ctx, c, r.ID, in.Roles)
		r.Unchanged = r.Err == nil && !changed
	case ActionInvite:
		r.Err = s.Inviter.Invite(ctx, c, r.ID, in.Org)
	}
}
