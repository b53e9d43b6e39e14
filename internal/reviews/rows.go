package reviews

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/teams"
)

// Block is why a row can only be kept.
type Block string

// The reasons why a row can only be kept.
const (
	BlockNone       Block = ""
	BlockSelf       Block = "self"
	BlockMoreAccess Block = "more_access"
	BlockLastAdmin  Block = "last_admin"
	BlockGone       Block = "gone" // the account is not there any more
	// BlockTenantAdmin is for the rows from above of those who act in all
	// organizations by their type.
	BlockTenantAdmin Block = "tenant_admin"
)

// Row is a row as the caller sees it.
type Row struct {
	*iam.ReviewRow
	Blocked Block
	// Changed tells that access is another than the row says.
	Changed bool
}

// Rows returns one page of the rows of a review. What rows say of an open review
// is compared with what is the case.
func (s *Service) Rows(ctx context.Context, c *access.Caller, id iam.ReviewID, f iam.ReviewRowFilter) (iam.List[*Row], error) {
	var out iam.List[*Row]
	if err := c.Require(iam.PermReviewsManage); err != nil {
		return out, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		r, err := tx.Review(ctx, c.Tenant, id)
		if err == nil {
			err = within(dir, c, r)
		}
		if err != nil {
			return err
		}
		f.From = seen(dir, c, r)
		page, err := tx.ReviewRows(ctx, c.Tenant, id, f)
		if err != nil {
			return err
		}
		out.Next, out.Prev = page.Next, page.Prev
		out.Items, err = rowsOf(ctx, tx, dir, c, r, page.Items)
		return err
	})
	return out, err
}

func rowsOf(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Review, rows []*iam.ReviewRow) ([]*Row, error) {
	out := make([]*Row, 0, len(rows))
	if r.State != iam.ReviewOpen {
		for _, row := range rows {
			out = append(out, &Row{ReviewRow: row})
		}
		return out, nil
	}
	now, err := present(ctx, tx, c.Tenant, rows)
	if err != nil {
		return nil, err
	}
	l := &looked{dir: dir, review: r}
	for _, row := range rows {
		v := &Row{ReviewRow: row}
		u := now[row.User]
		if v.Blocked, err = l.blocked(ctx, tx, c, u, row); err != nil {
			return nil, err
		}
		v.Changed = v.Blocked != BlockGone && l.fingerprint(u, row.Org) != row.Grants
		out = append(out, v)
	}
	return out, nil
}

// present are the users of rows as they are now.
func present(ctx context.Context, tx iam.Tx, tenant iam.TenantID, rows []*iam.ReviewRow) (map[iam.UserID]*iam.User, error) {
	var ids []iam.UserID
	for _, row := range rows {
		if !slices.Contains(ids, row.User) {
			ids = append(ids, row.User)
		}
	}
	list, err := tx.UsersByIDs(ctx, tenant, ids)
	out := make(map[iam.UserID]*iam.User, len(list))
	for _, u := range list {
		out[u.ID] = u
	}
	return out, err
}

// blocked says why the caller can only keep what u has by a row.
func (l *looked) blocked(ctx context.Context, tx iam.Tx, c *access.Caller, u *iam.User, row *iam.ReviewRow) (Block, error) {
	switch {
	case u == nil || !l.there(u, row):
		return BlockGone, nil
	case c.IsSelf(u.ID):
		return BlockSelf, nil
	case l.dir.MayActBelow(c, u) != nil:
		return BlockMoreAccess, nil //nolint:nilerr // the refusal is what was asked for
	case row.Above && u.Type == iam.TypeTenantAdmin:
		return BlockTenantAdmin, nil
	}
	last, err := lastAdmin(ctx, tx, l.dir, c, u, row.Org)
	if last {
		return BlockLastAdmin, err
	}
	return BlockNone, err
}

// lastAdmin tells whether nobody else is in charge of the tenant or, for those
// who don't act further up, of org.
func lastAdmin(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, u *iam.User, org iam.OrgID) (bool, error) {
	if u.Status != iam.StatusActive {
		return false, nil
	}
	if org == dir.RootOrg {
		if u.Type != iam.TypeTenantAdmin && !dir.HoldsAdmin(u) {
			return false, nil
		}
		byType, byRole, err := tx.OtherActiveAdmins(ctx, c.Tenant, u.ID)
		return u.Type == iam.TypeTenantAdmin && !byType || dir.HoldsAdmin(u) && !byRole, err
	}
	runs := slices.ContainsFunc(u.Membership(org).Roles, func(id iam.RoleID) bool { return slices.Contains(access.AdminRoles(), id) })
	if !runs || org != c.Org {
		return false, nil
	}
	others, err := tx.OtherOrgAdmins(ctx, c.Tenant, org, u.ID)
	return !others, err
}

// Decide is what shall become of a row. Without Roles, Permissions and Teams a
// reduction takes away what is suggested.
type Decide struct {
	Decision    iam.ReviewDecision
	Roles       *[]iam.RoleID
	Permissions *[]iam.Permission
	Teams       *[]iam.TeamID // whose roles are taken away
}

// MaxBulk is how many rows one call decides on.
const MaxBulk = 200

// Decided is what became of one row of a bulk decision.
type Decided struct {
	N   int64
	Err error
}

// Decide decides on one row; it can be changed until the review is finished.
// Anything but keeping needs roles.assign, taking roles in teams away also
// teams.manage, and removing somebody who belongs nowhere else needs
// users.delete: that deletes the account. Removing somebody whose access comes
// from above leaves the membership there and ends what it includes.
func (s *Service) Decide(ctx context.Context, c *access.Caller, id iam.ReviewID, n int64, in Decide) (*Row, error) {
	var out *Row
	err := s.change(ctx, c, id, func(tx iam.Tx, dir *authz.Directory, r *iam.Review) (err error) {
		out, err = decide(ctx, tx, dir, c, r, n, in)
		return err
	})
	return out, err
}

// DecideMany makes the same decision on many rows, each for itself.
func (s *Service) DecideMany(ctx context.Context, c *access.Caller, id iam.ReviewID, rows []int64, in Decide) ([]Decided, error) {
	if len(rows) == 0 || len(rows) > MaxBulk {
		return nil, iam.InvalidField("/rows", "length", "Choose 1 to 200 rows.")
	}
	var out []Decided
	err := s.change(ctx, c, id, func(tx iam.Tx, dir *authz.Directory, r *iam.Review) error {
		out = nil
		for _, n := range rows {
			_, err := decide(ctx, tx, dir, c, r, n, in)
			if err != nil && iam.CodeOf(err) == iam.CodeInternal {
				return err
			}
			out = append(out, Decided{n, err})
		}
		return nil
	})
	return out, err
}

func decide(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Review, n int64, in Decide) (*Row, error) {
	row, err := tx.ReviewRow(ctx, c.Tenant, r.ID, n)
	if err != nil {
		return nil, err
	}
	if !sees(dir, c, row) {
		return nil, iam.NotFound("row of the review")
	}
	now, err := present(ctx, tx, c.Tenant, []*iam.ReviewRow{row})
	if err != nil {
		return nil, err
	}
	u := now[row.User]
	l := &looked{dir: dir, review: r}
	block, err := l.blocked(ctx, tx, c, u, row)
	if err != nil {
		return nil, err
	}
	if block != BlockGone {
		if l, err = look(ctx, tx, c.Tenant, dir, r, []*iam.User{u}); err != nil {
			return nil, err
		}
		l.fill(row, u) // decisions are made on what is there now
	}
	if in.Decision == iam.DecisionReduce || in.Decision == iam.DecisionRemove {
		if err := mayTake(c, block, in.Decision, row); err != nil {
			return nil, err
		}
	}
	if err := in.apply(row); err != nil {
		return nil, err
	}
	for _, t := range row.Take.Teams {
		if err := teams.MayTakeRole(dir, c, u, t.Role); err != nil {
			return nil, err
		}
	}
	row.DecidedBy, row.DecidedName, row.DecidedAt = c.User, c.Name, tx.Now()
	return &Row{ReviewRow: row, Blocked: block}, tx.UpdateReviewRow(ctx, c.Tenant, r.ID, row)
}

// mayTake refuses a decision that could not be applied.
func mayTake(c *access.Caller, block Block, d iam.ReviewDecision, row *iam.ReviewRow) error {
	switch block {
	case BlockSelf:
		return iam.Errorf(iam.CodeEscalation, "Nobody decides on their own access. Another reviewer has to.").Because("own_access")
	case BlockMoreAccess:
		return iam.Errorf(iam.CodeEscalation, "%s may do more than you. Somebody with as much access has to decide.", row.FullName).Because("holds_more")
	case BlockLastAdmin:
		return iam.Errorf(iam.CodeLastAdmin, "%s is the last one in charge. Put somebody else in charge first.", row.FullName).Because("last_in_charge")
	case BlockGone:
		return iam.Errorf(iam.CodeConflict, "%s does not belong to the organization any more. There is nothing to take away.", row.FullName).Because("not_there_any_more")
	case BlockTenantAdmin:
		return iam.Errorf(iam.CodeConflict, "%s is a tenant admin and acts in every organization. No review takes that away.", row.FullName).Because("acts_everywhere")
	case BlockNone:
	}
	if err := c.Require(iam.PermRolesAssign); err != nil || d != iam.DecisionRemove || !row.Held.OnlyOrg {
		return err
	}
	return c.Require(iam.PermUsersDelete)
}

// apply writes the decision into the row.
func (in *Decide) apply(row *iam.ReviewRow) error {
	row.Decision, row.Take = in.Decision, iam.ReviewTake{Roles: []iam.ReviewRole{}, Permissions: []iam.Permission{}}
	switch in.Decision {
	case iam.DecisionKeep, iam.DecisionRemove, iam.DecisionNone:
		return nil
	case iam.DecisionReduce:
	default:
		return iam.InvalidField("/decision", "unknown", "The decision is keep, reduce, remove, or empty for none.")
	}
	roles, permissions, inTeams := row.Held.IdleRoles, row.Held.Idle, row.Held.IdleTeams
	suggested := in.Roles == nil && in.Permissions == nil && in.Teams == nil
	if !suggested {
		roles, permissions, inTeams = nil, nil, nil
	}
	if in.Roles != nil {
		roles = *in.Roles
	}
	if in.Permissions != nil {
		permissions = *in.Permissions
	}
	if in.Teams != nil {
		inTeams = *in.Teams
	}
	for _, held := range row.Held.Roles {
		if slices.Contains(roles, held.ID) {
			row.Take.Roles = append(row.Take.Roles, held)
		}
	}
	for _, p := range row.Held.Permissions {
		if slices.Contains(permissions, p) {
			row.Take.Permissions = append(row.Take.Permissions, p)
		}
	}
	for _, t := range row.Held.Teams {
		if slices.Contains(inTeams, t.Team) {
			row.Take.Teams = append(row.Take.Teams, t)
		}
	}
	if len(row.Take.Roles)+len(row.Take.Permissions)+len(row.Take.Teams) == 0 {
		if suggested {
			return iam.InvalidField("/role_ids", "nothing_suggested", "Nothing is suggested here. Choose the roles or permissions to take away.")
		}
		return iam.InvalidField("/role_ids", "required", "Choose the roles or permissions to take away.")
	}
	return nil
}
