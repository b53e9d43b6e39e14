package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

var (
	userTable           = newBulkTable(userInsert[:len(userInsert)-1]+", seq)", 1, iam.NotFound("tenant"))
	membershipTable     = newBulkTable(membershipInsert, 64, errUnknownOrg)
	membershipRoleTable = newBulkTable(membershipRoleInsert, 64, errUnknownRole)
)

// InsertUsers implements iam.UserStore. The users go into the index at once,
// without a detour over user_changes.
func (t *tx) InsertUsers(ctx context.Context, tenant iam.TenantID, users []*iam.User, events []*iam.Event) error {
	if len(users) == 0 {
		return nil
	}
	if len(events) != len(users) {
		return errors.New("store: an import needs one event per user")
	}
	if err := t.planForMany(ctx); err != nil {
		return err
	}
	if err := t.giveSeqs(ctx, users); err != nil {
		return err
	}
	d := deltas{}
	docs := make([]userindex.UserDoc, len(users))
	for i, u := range users {
		t.born(u)
		d.user(u, 1)
		docs[i] = userindex.UserDoc{Seq: u.Seq, Doc: userDoc(u)}
	}
	if err := t.insertUserRows(ctx, tenant, users); err != nil {
		return err
	}
	if err := t.addDeltas(ctx, tenant, d); err != nil {
		return err
	}
	if err := userindex.AddBatch(ctx, t.userIndex(), tenant, docs); err != nil {
		return err
	}
	if err := t.insertSealed(ctx, tenant, events); err != nil {
		return err
	}
	return t.analyzeGrown(ctx, users)
}

// giveSeqs sets Seq of new users, ascending.
func (t *tx) giveSeqs(ctx context.Context, users []*iam.User) error {
	i := 0
	return t.each(ctx, t.d.newSeqs, []any{int64(len(users))}, func(rows *sql.Rows) error {
		i++
		return rows.Scan(&users[i-1].Seq)
	})
}

// insertUserRows adds the rows of users, their memberships and their roles.
func (t *tx) insertUserRows(ctx context.Context, tenant iam.TenantID, users []*iam.User) error {
	if err := t.insertBulk(ctx, userTable, len(users), func(i int, values []any) {
		userValues(values[:0], tenant, users[i])
		values[userColumns] = users[i].Seq
	}); err != nil {
		return err
	}
	type held struct {
		user *iam.User
		in   *iam.Membership
		role iam.RoleID
	}
	var members, roles []held
	for _, u := range users {
		for i := range u.Memberships {
			m := &u.Memberships[i]
			members = append(members, held{user: u, in: m})
			for _, r := range m.Roles {
				roles = append(roles, held{user: u, in: m, role: r})
			}
		}
	}
	if err := t.insertBulk(ctx, membershipTable, len(members), func(i int, values []any) {
		membershipValues(values[:0], tenant, members[i].user.ID, members[i].in)
	}); err != nil {
		return err
	}
	return t.insertBulk(ctx, membershipRoleTable, len(roles), func(i int, values []any) {
		h := roles[i]
		values[0], values[1], values[2], values[3] = string(tenant), string(h.user.ID), string(h.in.Org), string(h.role)
	})
}
