package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// Lock implements userindex.Writer.
func (x *userIndexTx) Lock(ctx context.Context, tenant iam.TenantID) (version int64, err error) {
	err = x.t.row(ctx, "tenant", `
		INSERT INTO user_index_state (tenant_id, version) VALUES ($1, 1)
		ON CONFLICT (tenant_id) DO UPDATE SET version = user_index_state.version + 1
		RETURNING version, last_chunk`, []any{string(tenant)}, &version, &x.lastChunk)
	return version, err
}

// OldDocs implements userindex.Writer.
func (x *userIndexTx) OldDocs(ctx context.Context, tenant iam.TenantID, changes []int64) (map[int64][]byte, error) {
	docs := make(map[int64][]byte, len(changes))
	err := eachIn(ctx, x.t, tenant, "SELECT id, old_doc FROM user_changes WHERE tenant_id = $1 AND id IN ", "", changes,
		func(row scanner) error {
			var id int64
			var doc []byte
			err := row.Scan(&id, &doc)
			docs[id] = doc
			return err
		})
	return docs, err
}

// DeleteChanges implements userindex.Writer.
func (x *userIndexTx) DeleteChanges(ctx context.Context, tenant iam.TenantID, changes []int64) error {
	return bulks(changes, func(part []int64) error {
		args := []any{string(tenant)}
		for _, id := range part {
			args = append(args, id)
		}
		_, err := x.t.exec(ctx, "DELETE FROM user_changes WHERE tenant_id = $1 AND id IN ("+params(len(part), 2)+")", args...)
		return err
	})
}

// ChunkPostings implements userindex.Writer.
func (x *userIndexTx) ChunkPostings(ctx context.Context, tenant iam.TenantID, chunk int64, keys []string, visit func(userindex.Posting) error) error {
	table, err := x.postingsOf(ctx, tenant, chunk)
	if err != nil {
		return err
	}
	return bulks(keys, func(part []string) error {
		return x.t.each(ctx, "SELECT key, bits FROM "+table+" WHERE tenant_id = $1 AND chunk = $2 AND key IN ("+params(len(part), 3)+")",
			chunkArgs(tenant, chunk, part), func(row scanner) error {
				p := userindex.Posting{Chunk: chunk}
				if err := row.Scan(&p.Key, (*sql.RawBytes)(&p.Bits)); err != nil {
					return err
				}
				return visit(p)
			})
	})
}

func chunkArgs(tenant iam.TenantID, chunk int64, keys []string) []any {
	args := make([]any, 0, 2+len(keys))
	args = append(args, string(tenant), chunk)
	for _, key := range keys {
		args = append(args, key)
	}
	return args
}

// PutPostings implements userindex.Writer.
func (x *userIndexTx) PutPostings(ctx context.Context, tenant iam.TenantID, postings []userindex.Posting) error {
	kept := map[int64][]userindex.Posting{}
	gone := map[int64][]string{}
	for _, p := range postings {
		if len(p.Bits) == 0 {
			gone[p.Chunk] = append(gone[p.Chunk], p.Key)
		} else {
			kept[p.Chunk] = append(kept[p.Chunk], p)
		}
	}
	for chunk, keys := range gone {
		table, err := x.postingsOf(ctx, tenant, chunk)
		if err != nil {
			return err
		}
		if err := bulks(keys, func(part []string) error {
			_, err := x.t.exec(ctx, "DELETE FROM "+table+" WHERE tenant_id = $1 AND chunk = $2 AND key IN ("+params(len(part), 3)+")",
				chunkArgs(tenant, chunk, part)...)
			return err
		}); err != nil {
			return err
		}
	}
	return x.writePostings(ctx, tenant, kept, " DO UPDATE SET members = excluded.members, bits = excluded.bits")
}

// AppendPostings implements userindex.Writer.
func (x *userIndexTx) AppendPostings(ctx context.Context, tenant iam.TenantID, postings []userindex.Posting) error {
	byChunk := map[int64][]userindex.Posting{}
	for _, p := range postings {
		byChunk[p.Chunk] = append(byChunk[p.Chunk], p)
	}
	// SQLite takes what || makes for text.
	return x.writePostings(ctx, tenant, byChunk, x.t.d.ddl.Replace(" DO UPDATE SET members = p.members + excluded.members,"+
		" bits = CAST(p.bits || excluded.bits AS {{bytes}})"))
}

// maxPostings is how many postings PostgreSQL is given at once, as arrays.
const maxPostings = 4096

const (
	postingArrays = " AS p (tenant_id, chunk, key, members, bits)" +
		" SELECT $1, $2, n.key, n.members, n.bits FROM unnest($3::TEXT[], $4::BIGINT[], $5::BYTEA[]) AS n (key, members, bits)"
	postingConflict = " ON CONFLICT (tenant_id, key, chunk)"
)

// writePostings inserts postings by their chunks; conflict tells what to do where
// there is one, p, already.
func (x *userIndexTx) writePostings(ctx context.Context, tenant iam.TenantID, byChunk map[int64][]userindex.Posting, conflict string) error {
	for _, chunk := range slices.Sorted(maps.Keys(byChunk)) { // a later chunk sends those of the last one away
		table, err := x.postingsOf(ctx, tenant, chunk)
		if err != nil {
			return err
		}
		if x.t.d.arrays {
			err = x.writeArrays(ctx, table, tenant, byChunk[chunk], conflict)
		} else {
			err = bulks(byChunk[chunk], func(part []userindex.Posting) error {
				args := make([]any, 0, 2+3*len(part))
				args = append(args, string(tenant), chunk)
				for _, p := range part {
					args = append(args, p.Key, p.Members, p.Bits)
				}
				_, err := x.t.exec(ctx, x.t.d.insertMany+table+postingTuples[len(part)]+postingConflict+conflict, args...)
				return err
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeArrays is writePostings on PostgreSQL, for one chunk.
func (x *userIndexTx) writeArrays(ctx context.Context, table string, tenant iam.TenantID, rows []userindex.Posting, conflict string) error {
	for part := range slices.Chunk(rows, maxPostings) {
		keys, members, bits := make([]string, len(part)), make([]int64, len(part)), make([][]byte, len(part))
		for i, p := range part {
			keys[i], members[i], bits[i] = p.Key, p.Members, p.Bits
		}
		if _, err := x.t.exec(ctx, x.t.d.insertMany+table+postingArrays+postingConflict+conflict, string(tenant), part[0].Chunk, keys, members, bits); err != nil {
			return err
		}
	}
	return nil
}

// postingTuples are the rows of an INSERT by their number.
var postingTuples = func() map[int]string {
	texts := map[int]string{}
	for n := 1; n <= maxBulk; n *= 2 {
		texts[n] = " AS p (tenant_id, chunk, key, members, bits) VALUES " + tuples(n, 3, "$1, $2, %", "%", "%")
	}
	return texts
}()

// PutBlocks implements userindex.Writer.
func (x *userIndexTx) PutBlocks(ctx context.Context, tenant iam.TenantID, column string, blocks []userindex.Block) error {
	for _, b := range blocks {
		if _, err := x.t.exec(ctx, `
			INSERT INTO user_sort_blocks (tenant_id, col, block, vals) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant_id, col, block) DO UPDATE SET vals = excluded.vals`,
			string(tenant), column, b.Number, b.Values); err != nil {
			return err
		}
	}
	return nil
}
