package store

import (
	"context"
	"errors"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

var (
	userTable       = newBulkTable(userInsert[:len(userInsert)-1]+", seq)", iam.NotFound("tenant"))
	membershipTable = newBulkTable(membershipInsert, nil)
)

// InsertUsers implements iam.UserStore. The users go into the index at once,
// without a detour over user_changes.
func (t *tx) InsertUsers(ctx context.Context, tenant iam.TenantID, users []*iam.User, events []*iam.Event, turn func() error) error {
	if len(users) == 0 {
		return turn()
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
	for _, u := range users {
		t.born(u)
		d.user(u, 1)
	}
	// The rows keep the database busy; meanwhile this process has a core for what
	// comes after them.
	prepared := prepareUsers(users, events)
	err := t.insertUserRows(ctx, tenant, users)
	p := <-prepared
	if err == nil {
		err = p.err
	}
	if err != nil {
		return err
	}
	if err := t.addDeltas(ctx, tenant, d); err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	if err := p.batch.Write(ctx, t.userIndex(), tenant); err != nil {
		return err
	}
	if err := t.insertSealed(ctx, tenant, events, p.rows); err != nil {
		return err
	}
	return t.analyzeGrown(ctx, users)
}

// preparedUsers is what of new users is written after their rows.
type preparedUsers struct {
	batch *userindex.Batch
	rows  []*eventRow
	err   error
}

// prepareUsers works in the background and sends its result once. It only reads
// users and events.
func prepareUsers(users []*iam.User, events []*iam.Event) <-chan preparedUsers {
	done := make(chan preparedUsers, 1)
	go func() {
		docs := make([]userindex.UserDoc, len(users))
		for i, u := range users {
			docs[i] = userindex.UserDoc{Seq: u.Seq, Doc: userDoc(u)}
		}
		p := preparedUsers{batch: userindex.NewBatch(docs)}
		p.rows, p.err = newEventRows(events)
		done <- p
	}()
	return done
}

// giveSeqs sets Seq of new users, ascending.
func (t *tx) giveSeqs(ctx context.Context, users []*iam.User) error {
	i := 0
	return t.each(ctx, t.d.newSeqs, []any{int64(len(users))}, func(row scanner) error {
		i++
		return row.Scan(&users[i-1].Seq)
	})
}

// insertUserRows adds the rows of users and their memberships.
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
	}
	var members []held
	lists := make([][]iam.Membership, len(users))
	for n, u := range users {
		lists[n] = u.Memberships
		for i := range u.Memberships {
			members = append(members, held{user: u, in: &u.Memberships[i]})
		}
	}
	if err := t.keep(ctx, tenant, namedBy(lists...)); err != nil {
		return err
	}
	return t.insertBulk(ctx, membershipTable, len(members), func(i int, values []any) {
		membershipValues(values[:0], tenant, members[i].user.ID, members[i].in)
	})
}
