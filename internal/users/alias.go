package users

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// SetAlias sets by which name a user goes in an organization; "" is their own.
// Everybody sets their own; that of others needs users.update and is refused with
// CodeEscalation when they hold more in the caller's part of the tree. CodeNotFound
// where the user does not belong, CodePreconditionFailed when the user is not in
// that version any more.
func (s *Service) SetAlias(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, alias string, version int64) (*MembershipView, error) {
	if !c.IsSelf(id) {
		if err := c.Require(iam.PermUsersUpdate); err != nil {
			return nil, err
		}
	}
	check := &checker{}
	check.text("/alias", "alias", &alias, iam.MaxAlias, false)
	if err := iam.Invalid(check.fields); err != nil {
		return nil, err
	}
	v, err := s.changeBy(ctx, c, id, here, func(_ iam.Tx, dir *authz.Directory, before, after *iam.User) error {
		switch {
		case before.Membership(org) == nil, !c.IsSelf(id) && !dir.Within(org, c.Org):
			return iam.NotFound("membership")
		case version != before.Version:
			return iam.Stale("user")
		}
		after.Memberships = slices.Clone(before.Memberships)
		after.Membership(org).Alias = alias
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.membershipOf(ctx, c, v, org)
}

// aliases lists those of a user for the audit log.
func aliases(dir *authz.Directory, u *iam.User) []string {
	out := []string{}
	for i := range u.Memberships {
		if m := &u.Memberships[i]; m.Alias != "" {
			out = append(out, m.Alias+" ("+dir.OrgName(m.Org)+")")
		}
	}
	slices.Sort(out)
	return out
}
