package reviews

import (
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// looked is what rows are made of.
type looked struct {
	dir    *authz.Directory
	review *iam.Review
	now    time.Time
	uses   map[iam.UserID][]iam.PermissionUse
}

func look(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, r *iam.Review, list []*iam.User) (*looked, error) {
	l := &looked{dir: dir, review: r, now: tx.Now(), uses: map[iam.UserID][]iam.PermissionUse{}}
	ids := make([]iam.UserID, 0, len(list))
	for _, u := range list {
		ids = append(ids, u.ID)
	}
	uses, err := tx.PermissionUses(ctx, tenant, ids, l.now.Add(-Watched).Unix()/int64(day/time.Second))
	for _, u := range uses {
		l.uses[u.User] = append(l.uses[u.User], u)
	}
	return l, err
}

// there tells whether u still has the membership of a row, and it still reaches
// the organization reviewed.
func (l *looked) there(u *iam.User, row *iam.ReviewRow) bool {
	m := u.Membership(row.Org)
	return m != nil && (!row.Above || l.reaches(m, l.review.Org))
}

// listed tells whether the review lists the members of an organization.
func (l *looked) listed(org iam.OrgID) bool {
	return org == l.review.Org || l.review.Below && l.dir.Within(org, l.review.Org)
}

// teamRoles are the roles in teams of the reviewed organizations that count by
// the membership in org: those there, and those where it is the nearest that
// reaches.
func (l *looked) teamRoles(u *iam.User, org iam.OrgID) []iam.TeamHold {
	var out []iam.TeamHold
	for _, h := range u.Teams {
		if l.dir.Roles[h.Role] != nil && l.listed(h.Org) && l.carrier(u, h.Org) == org {
			out = append(out, h)
		}
	}
	return out
}

// carrier is where the membership is by which u acts in org; "" for none.
func (l *looked) carrier(u *iam.User, org iam.OrgID) iam.OrgID {
	if u.Membership(org) != nil {
		return org
	}
	for _, a := range l.dir.Ancestors(org) {
		if m := u.Membership(a); m != nil && m.IncludesDescendants {
			return a
		}
	}
	return ""
}

// fill writes into a row what u holds now by the row's membership.
func (l *looked) fill(row *iam.ReviewRow, u *iam.User) {
	m := u.Membership(row.Org)
	row.Status, row.LastSignInAt, row.MemberSince, row.Grants = u.Status, u.LastSignInAt, m.CreatedAt, l.fingerprint(u, row.Org)
	row.Held = iam.ReviewHeld{
		Roles: []iam.ReviewRole{}, Permissions: append([]iam.Permission{}, m.Permissions...), Descendants: m.IncludesDescendants,
		IdleRoles: []iam.RoleID{}, Idle: []iam.Permission{}, OnlyOrg: !row.Above && len(u.Memberships) == 1, WatchedDays: l.watched(m.CreatedAt, m.Org),
	}
	if row.Above {
		row.Held.WatchedDays = l.watched(m.CreatedAt, m.Org, l.review.Org)
	}
	l.unused(row, u)
	l.suggest(&row.Held, u, m)
	l.fillTeams(&row.Held, u, m)
}

// unused writes what u holds and has not used. Of access from above that is what
// it allows in the reviewed organization and was not used there.
func (l *looked) unused(row *iam.ReviewRow, u *iam.User) {
	m := u.Membership(row.Org)
	org, used := row.Org, l.used(u.ID, func(o iam.OrgID) bool { return l.reaches(m, o) })
	if row.Above {
		org, used = l.review.Org, l.used(u.ID, l.listed)
	}
	held := l.dir.Subject(u, org).Potential()
	for _, h := range l.teamRoles(u, row.Org) {
		held |= l.dir.Subject(u, h.Org).Potential()
	}
	row.Held.Unused = (access.Counted(held) &^ used).Permissions()
}

// suggest writes which roles and direct permissions could go: those of which
// nothing was used wherever the membership reaches.
func (l *looked) suggest(held *iam.ReviewHeld, u *iam.User, m *iam.Membership) {
	used := l.used(u.ID, func(o iam.OrgID) bool { return l.reaches(m, o) })
	may := l.dir.Subject(u, m.Org).Potential()
	ripe := held.WatchedDays >= suggestAfter
	for _, id := range m.Roles {
		role := l.dir.Roles[id]
		if role == nil {
			continue
		}
		held.Roles = append(held.Roles, iam.ReviewRole{ID: id, Name: role.Name})
		if ripe && idle(role, may, used) {
			held.IdleRoles = append(held.IdleRoles, id)
		}
	}
	for _, p := range m.Permissions {
		if ripe && access.SetOf(p)&access.Counted(may)&^used != 0 {
			held.Idle = append(held.Idle, p)
		}
	}
}

// fillTeams writes the roles in teams, and those of which nothing was used in the
// team's organization.
func (l *looked) fillTeams(held *iam.ReviewHeld, u *iam.User, m *iam.Membership) {
	for _, h := range l.teamRoles(u, m.Org) {
		role := l.dir.Roles[h.Role]
		held.Teams = append(held.Teams, iam.ReviewTeamRole{Team: h.Team, TeamName: h.TeamName, Role: h.Role, Name: role.Name})
		used := l.used(u.ID, func(o iam.OrgID) bool { return o == h.Org })
		if l.watched(h.JoinedAt, h.Org) >= suggestAfter && idle(role, l.dir.Subject(u, h.Org).Potential(), used) {
			held.IdleTeams = append(held.IdleTeams, h.Team)
		}
	}
}

// idle tells whether nothing of what a role gives to one who may do so much was
// used. Of a role that also gives what others count, such as answering chats,
// that is not known.
func idle(role *iam.Role, may, used access.Set) bool {
	gives := access.SetOf(role.Permissions...) & may
	return gives != 0 && gives&^access.Counted(may) == 0 && gives&used == 0
}

// reaches tells whether a membership counts in org.
func (l *looked) reaches(m *iam.Membership, org iam.OrgID) bool {
	return org == m.Org || m.IncludesDescendants && l.dir.Within(org, m.Org)
}

// used is what somebody has used in some organizations.
func (l *looked) used(id iam.UserID, in func(iam.OrgID) bool) access.Set {
	var used access.Set
	for _, u := range l.uses[id] {
		if in(u.Org) {
			used |= access.SetOf(u.Permission)
		}
	}
	return access.Used(used)
}

// watched is for how many days the uses of a member in some organizations are
// known, at most 90. Nobody did anything there before they were: a membership
// brought along from elsewhere may be older.
func (l *looked) watched(member time.Time, orgs ...iam.OrgID) int {
	since := l.review.UsedSince // zero for never
	if since.IsZero() {
		return 0
	}
	from := l.now.Add(-Watched)
	starts := []time.Time{since, member}
	for _, org := range orgs {
		if o := l.dir.Orgs[org]; o != nil {
			starts = append(starts, o.CreatedAt)
		}
	}
	for _, start := range starts {
		if start.After(from) {
			from = start
		}
	}
	return int(l.now.Sub(from) / day)
}

// fingerprint differs when what u holds by the membership in org does.
func (l *looked) fingerprint(u *iam.User, org iam.OrgID) string {
	return l.dir.Grants(&iam.User{Type: u.Type, Memberships: []iam.Membership{*u.Membership(org)}, Teams: l.teamRoles(u, org)})
}

// scope is which organizations' members a review lists.
func scope(dir *authz.Directory, r *iam.Review) []iam.OrgID {
	if r.Below {
		return dir.Subtree(r.Org)
	}
	return []iam.OrgID{r.Org}
}

// above are the organizations further up whose memberships a review lists when
// they reach down: those from which it was started, and below.
func above(dir *authz.Directory, r *iam.Review) []iam.OrgID {
	return slices.DeleteFunc(dir.Ancestors(r.Org), func(o iam.OrgID) bool { return !dir.Within(o, r.Top) })
}

// visible tells whether the caller sees who belongs to an organization further
// up. Lists of users show no more: whoever belongs to the caller's organization,
// or to one below it.
func visible(dir *authz.Directory, c *access.Caller, org iam.OrgID) bool {
	return c.InRoot || dir.Within(org, c.Org)
}

// seen are the organizations whose rows from above the caller sees; nil for all.
func seen(dir *authz.Directory, c *access.Caller, r *iam.Review) []iam.OrgID {
	if c.InRoot {
		return nil
	}
	return slices.DeleteFunc(dir.Ancestors(r.Org), func(o iam.OrgID) bool { return !visible(dir, c, o) })
}

// sees tells whether the caller sees a row of a review in their part of the tree.
func sees(dir *authz.Directory, c *access.Caller, row *iam.ReviewRow) bool {
	return !row.Above || visible(dir, c, row.Org)
}
