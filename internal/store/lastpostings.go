package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// The postings of a tenant are in two tables. New people all come into the last chunk,
// and under each of its keys: in one table with the others, ordered by key and then by
// chunk, a portion of an import would change a row here and there in nearly all of it.
// So those of the last chunk are in a small table of their own, and go to the others
// once the next chunk begins. Who reads takes both, by way of user_all_postings.
const (
	postingsTable     = "user_postings"
	lastPostingsTable = "user_last_postings"
)

// postingsOf is the table for the postings of a chunk. The index's lock is held.
func (x *userIndexTx) postingsOf(ctx context.Context, tenant iam.TenantID, chunk int64) (string, error) {
	if chunk < x.lastChunk {
		return postingsTable, nil
	}
	if chunk == x.lastChunk {
		return lastPostingsTable, nil
	}
	for _, query := range []string{
		x.t.d.insertMany + "user_postings (tenant_id, key, chunk, members, bits)" +
			" SELECT tenant_id, key, chunk, members, bits FROM user_last_postings WHERE tenant_id = $1 ORDER BY key",
		"DELETE FROM user_last_postings WHERE tenant_id = $1",
	} {
		if _, err := x.t.exec(ctx, query, string(tenant)); err != nil {
			return "", err
		}
	}
	if _, err := x.t.exec(ctx, "UPDATE user_index_state SET last_chunk = $2 WHERE tenant_id = $1", string(tenant), chunk); err != nil {
		return "", err
	}
	x.lastChunk = chunk
	return lastPostingsTable, nil
}
