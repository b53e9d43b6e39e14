package organizations

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// mayMove refuses to move an organization below itself, too deep, or out of the
// caller's part of the tree.
func mayMove(dir *authz.Directory, c *access.Caller, o *iam.Organization, to iam.OrgID) error {
	switch {
	case o.Parent == "":
		return iam.InvalidField("/parent_id", "root", "The root organization is the company itself and can't be moved.")
	case o.ID == c.Org:
		return iam.InvalidField("/parent_id", "own", "Where your own organization stands is decided by those above it.")
	case !dir.Within(to, c.Org):
		return iam.InvalidField("/parent_id", "unknown", "There is no such organization, or it is not below yours.")
	case dir.Within(to, o.ID):
		return iam.InvalidField("/parent_id", "below_itself", "An organization can't be moved below itself. Choose another place.")
	case dir.Depth(to)+dir.Height(o.ID) > MaxDepth:
		return tooDeep()
	}
	return nil
}

// shiftPortion is how many people mayShift looks at together.
const shiftPortion = 500

// mayShift refuses a move from below one organization to below another that
// changes the caller's own access, or gives or takes more than they hold: people
// who belong to an organization and those below it come and go with what is below
// (DESIGN.md 3.5; users.SetMembership keeps to the same rule).
func mayShift(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, from, to iam.OrgID) error {
	shift := shiftOf(dir.Between(from, dir.RootOrg), dir.Between(to, dir.RootOrg))
	for after, more := iam.UserID(""), true; more; {
		ids, err := tx.Reaching(ctx, c.Tenant, shift.other, after, shiftPortion)
		if err != nil || len(ids) == 0 {
			return err
		}
		people, err := tx.UsersByIDs(ctx, c.Tenant, ids)
		if err != nil {
			return err
		}
		for _, u := range people {
			if err := shift.may(dir, c, u); err != nil {
				return err
			}
		}
		after, more = ids[len(ids)-1], len(ids) == shiftPortion
	}
	return nil
}

// shift is what a move changes: the organizations that are above what is moved
// before or afterwards, and those that stay above it.
type shift struct{ other, same []iam.OrgID }

func shiftOf(before, after []iam.OrgID) (s shift) {
	for _, org := range before {
		if slices.Contains(after, org) {
			s.same = append(s.same, org)
		} else {
			s.other = append(s.other, org)
		}
	}
	for _, org := range after {
		if !slices.Contains(before, org) {
			s.other = append(s.other, org)
		}
	}
	return s
}

// may refuses when what u gets or loses by the move is the caller's own access, or
// more than the caller holds.
func (s shift) may(dir *authz.Directory, c *access.Caller, u *iam.User) error {
	if u.Type == iam.TypeTenantAdmin {
		return nil // acts everywhere, wherever things stand
	}
	changed := dir.Reach(u, s.other) &^ dir.Reach(u, s.same)
	if changed != 0 && c.IsSelf(u.ID) {
		return iam.Errorf(iam.CodeEscalation, "Moving it changes your own access. Ask another administrator.").Because("own_access")
	}
	return access.MayGrant(c.Holds(), changed)
}
