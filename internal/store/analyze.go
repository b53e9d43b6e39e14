package store

import (
	"context"
	"sync/atomic"

	"github.com/retinue/retinue/internal/iam"
)

// importedTables are those that an import fills.
const importedTables = "users, memberships, user_postings, user_last_postings, audit_events"

// leastAnalyzed is the number of users below which plans don't matter.
const leastAnalyzed = 1000

// unseen is how many users this process has imported since PostgreSQL last looked
// at how large the tables are.
type unseen struct{ atomic.Int64 }

// analyzeGrown lets PostgreSQL look at the tables that an import has filled
// whenever there are twice as many users as at the last look. Its own look comes
// up to a minute later; until then it plans for the empty tables that it knows,
// and reads all of a tenant's rows where it should look up a few.
func (t *tx) analyzeGrown(ctx context.Context, users []*iam.User) error {
	if _, ok := t.s.(*pgSession); !ok {
		return nil
	}
	there := users[len(users)-1].Seq // about as many
	if n := t.store.unseen.Add(int64(len(users))); 2*n < max(there, 2*leastAnalyzed) {
		return nil
	}
	return t.analyzeImported(ctx)
}

// analyzeImported looks at a sample that is a tenth of PostgreSQL's usual one:
// its own look, a minute later, is as thorough as ever.
func (t *tx) analyzeImported(ctx context.Context) error {
	t.store.unseen.Store(0)
	if _, err := t.exec(ctx, "SET LOCAL default_statistics_target = 10"); err != nil {
		return err
	}
	_, err := t.exec(ctx, "ANALYZE "+importedTables)
	return err
}

// planForMany makes PostgreSQL look rows up by index for the rest of the
// transaction. Its checks of foreign keys would else read all of a small table,
// such as that of the roles, for each row that refers to it.
func (t *tx) planForMany(ctx context.Context) error {
	if _, ok := t.s.(*pgSession); !ok {
		return nil
	}
	_, err := t.exec(ctx, "SET LOCAL enable_seqscan = off")
	return err
}
