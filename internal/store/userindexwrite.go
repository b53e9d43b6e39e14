package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// Lock implements userindex.Writer.
func (x userIndexTx) Lock(ctx context.Context, tenant iam.TenantID) (version int64, err error) {
	err = x.t.row(ctx, "tenant", `
		INSERT INTO user_index_state (tenant_id, version) VALUES ($1, 1)
		ON CONFLICT (tenant_id) DO UPDATE SET version = user_index_state.version + 1
		RETURNING version`, []any{string(tenant)}, &version)
	return version, err
}

// OldDocs implements userindex.Writer.
func (x userIndexTx) OldDocs(ctx context.Context, tenant iam.TenantID, changes []int64) (map[int64][]byte, error) {
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
func (x userIndexTx) DeleteChanges(ctx context.Context, tenant iam.TenantID, changes []int64) error {
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
func (x userIndexTx) ChunkPostings(ctx context.Context, tenant iam.TenantID, chunk int64, keys []string, visit func(userindex.Posting) error) error {
	return bulks(keys, func(part []string) error {
		return x.t.each(ctx, "SELECT key, bits FROM user_postings WHERE tenant_id = $1 AND chunk = $2 AND key IN ("+params(len(part), 3)+")",
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
func (x userIndexTx) PutPostings(ctx context.Context, tenant iam.TenantID, postings []userindex.Posting) error {
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
		if err := bulks(keys, func(part []string) error {
			_, err := x.t.exec(ctx, "DELETE FROM user_postings WHERE tenant_id = $1 AND chunk = $2 AND key IN ("+params(len(part), 3)+")",
				chunkArgs(tenant, chunk, part)...)
			return err
		}); err != nil {
			return err
		}
	}
	for _, rows := range kept {
		if err := x.writePostings(ctx, tenant, rows, " DO UPDATE SET members = excluded.members, bits = excluded.bits"); err != nil {
			return err
		}
	}
	return nil
}

// AppendPostings implements userindex.Writer.
func (x userIndexTx) AppendPostings(ctx context.Context, tenant iam.TenantID, postings []userindex.Posting) error {
	byChunk := map[int64][]userindex.Posting{}
	for _, p := range postings {
		byChunk[p.Chunk] = append(byChunk[p.Chunk], p)
	}
	// SQLite takes what || makes for text.
	conflict := x.t.d.ddl.Replace(" DO UPDATE SET members = user_postings.members + excluded.members," +
		" bits = CAST(user_postings.bits || excluded.bits AS {{bytes}})")
	for _, rows := range byChunk {
		if err := x.writePostings(ctx, tenant, rows, conflict); err != nil {
			return err
		}
	}
	return nil
}

// maxPostings is how many postings PostgreSQL is given at once, as arrays.
const maxPostings = 4096

const postingArrays = "INSERT INTO user_postings (tenant_id, chunk, key, members, bits)" +
	" SELECT $1, $2, p.key, p.members, p.bits FROM unnest($3::TEXT[], $4::BIGINT[], $5::BYTEA[]) AS p (key, members, bits)" +
	" ON CONFLICT (tenant_id, key, chunk)"

// writePostings inserts postings of one chunk; conflict tells what to do where
// there is one already.
func (x userIndexTx) writePostings(ctx context.Context, tenant iam.TenantID, rows []userindex.Posting, conflict string) error {
	if x.t.d.arrays {
		for part := range slices.Chunk(rows, maxPostings) {
			keys, members, bits := make([]string, len(part)), make([]int64, len(part)), make([][]byte, len(part))
			for i, p := range part {
				keys[i], members[i], bits[i] = p.Key, p.Members, p.Bits
			}
			if _, err := x.t.exec(ctx, postingArrays+conflict, string(tenant), part[0].Chunk, keys, members, bits); err != nil {
				return err
			}
		}
		return nil
	}
	return bulks(rows, func(part []userindex.Posting) error {
		args := make([]any, 0, 2+3*len(part))
		args = append(args, string(tenant), part[0].Chunk)
		for _, p := range part {
			args = append(args, p.Key, p.Members, p.Bits)
		}
		_, err := x.t.exec(ctx, postingInserts[len(part)]+conflict, args...)
		return err
	})
}

// postingInserts are the statements of writePostings by their number of rows.
var postingInserts = func() map[int]string {
	texts := map[int]string{}
	for n := 1; n <= maxBulk; n *= 2 {
		texts[n] = "INSERT INTO user_postings (tenant_id, chunk, key, members, bits) VALUES " + tuples(n, 3, "$1, $2, %", "%", "%") +
			" ON CONFLICT (tenant_id, key, chunk)"
	}
	return texts
}()

// PutBlocks implements userindex.Writer.
func (x userIndexTx) PutBlocks(ctx context.Context, tenant iam.TenantID, column string, blocks []userindex.Block) error {
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
