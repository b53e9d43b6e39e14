package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// rebuildPortion is how many users are read and indexed at a time.
const rebuildPortion = 5000

// RebuildUserIndex makes the index behind a tenant's list of users anew from
// its users and says how many there are. It is one transaction: lists go on with
// the old index until it is done, and what is written meanwhile is folded in
// afterwards, as always.
func (s *Store) RebuildUserIndex(ctx context.Context, tenant iam.TenantID) (users int, err error) {
	err = s.write(ctx, func(t *tx) (err error) {
		users, err = t.rebuildUserIndex(ctx, tenant)
		return err
	})
	return users, err
}

func (t *tx) rebuildUserIndex(ctx context.Context, tenant iam.TenantID) (int, error) {
	if _, err := t.userIndex().Lock(ctx, tenant); err != nil {
		return 0, err
	}
	for _, table := range []string{postingsTable, lastPostingsTable, "user_sort_blocks", "user_changes"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE tenant_id = $1", string(tenant)); err != nil {
			return 0, err
		}
	}
	users, last := 0, int64(0)
	for {
		var l userLoad
		err := t.each(ctx, userColumnsSelect+" FROM users WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
			[]any{string(tenant), last, rebuildPortion}, l.scan)
		if err != nil || len(l.list) == 0 {
			return users, err
		}
		if err := t.loadTeams(ctx, tenant, &l); err != nil {
			return users, err
		}
		docs := make([]userindex.UserDoc, len(l.list))
		for i, u := range l.list {
			docs[i] = userindex.UserDoc{Seq: u.Seq, Doc: userDoc(u)}
		}
		if err := userindex.NewBatch(docs).Write(ctx, t.userIndex(), tenant); err != nil {
			return users, err
		}
		users, last = users+len(l.list), l.list[len(l.list)-1].Seq
	}
}
