package reviews

import (
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// prepare adds one portion to the list of a review and tells whether there is more.
func (s *Service) prepare(ctx context.Context, tenant iam.TenantID, id iam.ReviewID) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		more = false
		r, err := tx.ReviewForUpdate(ctx, tenant, id)
		if err != nil || r.State != iam.ReviewPreparing {
			return err
		}
		dir, err := authz.Load(ctx, tx, tenant)
		if err != nil {
			return err
		}
		orgs := scope(dir, r.Org, r.Below)
		page, err := tx.ListUsers(ctx, tenant, iam.UserFilter{Orgs: orgs, Sort: iam.SortName, Page: iam.Page{Limit: portion, Cursor: r.Position}})
		if err != nil {
			return err
		}
		l, err := look(ctx, tx, tenant, dir, r.UsedSince, page.Items)
		if err != nil {
			return err
		}
		var rows []*iam.ReviewRow
		for _, u := range page.Items {
			for i := range u.Memberships {
				if slices.Contains(orgs, u.Memberships[i].Org) && r.Rows < MaxRows {
					r.Rows++
					row := &iam.ReviewRow{N: r.Rows, User: u.ID, Org: u.Memberships[i].Org, OrgName: u.Memberships[i].OrgName, FullName: u.FullName(), Email: u.Email, Type: u.Type}
					l.fill(row, u)
					rows = append(rows, row)
				}
			}
		}
		if err := tx.AddReviewRows(ctx, tenant, id, rows); err != nil {
			return err
		}
		r.Position, r.LeaseUntil, more = page.Next, tx.Now().Add(lease), page.Next != ""
		if !more {
			r.State, r.LeaseUntil = iam.ReviewOpen, time.Time{}
		}
		return tx.UpdateReview(ctx, tenant, r)
	})
	return more, err
}

// looked is what rows are made of.
type looked struct {
	dir   *authz.Directory
	now   time.Time
	since time.Time // since when uses are recorded; zero for never
	uses  map[iam.UserID][]iam.PermissionUse
}

func look(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, since time.Time, list []*iam.User) (*looked, error) {
	l := &looked{dir: dir, now: tx.Now(), since: since, uses: map[iam.UserID][]iam.PermissionUse{}}
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

// fill writes into a row what u holds now in the row's organization.
func (l *looked) fill(row *iam.ReviewRow, u *iam.User) {
	m := u.Membership(row.Org)
	row.Status, row.LastSignInAt, row.MemberSince, row.Grants = u.Status, u.LastSignInAt, m.CreatedAt, l.fingerprint(u, row.Org)
	held := iam.ReviewHeld{
		Roles: []iam.ReviewRole{}, Permissions: append([]iam.Permission{}, m.Permissions...), Descendants: m.IncludesDescendants,
		IdleRoles: []iam.RoleID{}, Idle: []iam.Permission{}, OnlyOrg: len(u.Memberships) == 1,
	}
	used := access.Used(l.used(u.ID, m))
	effective := l.dir.Subject(u, row.Org).Potential()
	counted := access.Counted(effective)
	held.Unused = (counted &^ used).Permissions()
	held.WatchedDays = l.watched(m.CreatedAt)
	ripe := held.WatchedDays >= suggestAfter
	for _, id := range m.Roles {
		role := l.dir.Roles[id]
		if role == nil {
			continue
		}
		held.Roles = append(held.Roles, iam.ReviewRole{ID: id, Name: role.Name})
		gives := access.SetOf(role.Permissions...) & counted
		if ripe && gives != 0 && gives&used == 0 {
			held.IdleRoles = append(held.IdleRoles, id)
		}
	}
	for _, p := range m.Permissions {
		if ripe && access.SetOf(p)&counted&^used != 0 {
			held.Idle = append(held.Idle, p)
		}
	}
	row.Held = held
}

// used is what a member has used in the organization, and below it where the
// membership reaches there.
func (l *looked) used(id iam.UserID, m *iam.Membership) access.Set {
	var used access.Set
	for _, u := range l.uses[id] {
		if u.Org == m.Org || m.IncludesDescendants && l.dir.Within(u.Org, m.Org) {
			used |= access.SetOf(u.Permission)
		}
	}
	return used
}

// watched is for how many days the uses of a member are known, at most 90.
func (l *looked) watched(member time.Time) int {
	if l.since.IsZero() {
		return 0
	}
	from := l.now.Add(-Watched)
	if l.since.After(from) {
		from = l.since
	}
	if member.After(from) {
		from = member
	}
	return int(l.now.Sub(from) / day)
}

// fingerprint differs when what u holds in org does.
func (l *looked) fingerprint(u *iam.User, org iam.OrgID) string {
	only := iam.User{Type: u.Type, Memberships: []iam.Membership{*u.Membership(org)}}
	for i := range u.Teams {
		if u.Teams[i].Org == org && u.Teams[i].Role != "" {
			only.Teams = append(only.Teams, u.Teams[i])
		}
	}
	return l.dir.Grants(&only)
}
