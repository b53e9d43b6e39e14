package store

import (
	"context"
	"database/sql"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// userIndexTx is the user index's view of a transaction; it implements
// userindex.Writer.
type userIndexTx struct {
	t         *tx
	lastChunk int64 // of the tenant whose index is locked
}

func (t *tx) userIndex() *userIndexTx { return &userIndexTx{t: t} }

// Pending implements userindex.Snapshot.
func (x *userIndexTx) Pending(ctx context.Context, tenant iam.TenantID) ([]userindex.Change, error) {
	var list []userindex.Change
	err := x.t.s.together(ctx, []lookup{pendingChanges(tenant, &list)})
	return list, err
}

// pendingChanges is the question for the changes that the index does not hold yet.
func pendingChanges(tenant iam.TenantID, list *[]userindex.Change) lookup {
	const query = "SELECT id, seq, kind FROM user_changes WHERE tenant_id = $1 ORDER BY id"
	return lookup{query, []any{string(tenant)}, func(row scanner) error {
		var c userindex.Change
		var kind string
		if err := row.Scan(&c.ID, &c.Seq, &kind); err != nil {
			return err
		}
		c.Kind = userindex.ChangeKind(kind)
		*list = append(*list, c)
		return nil
	}}
}

// Opening implements userindex.Snapshot.
func (x *userIndexTx) Opening(ctx context.Context, tenant iam.TenantID, keys []string, column string) (userindex.Opening, error) {
	o := userindex.Opening{Counts: make(map[string]int64, len(keys))}
	queries := []lookup{pendingChanges(tenant, &o.Pending)}
	for _, table := range []string{postingsTable, lastPostingsTable} {
		counts := "SELECT key, CAST(SUM(members) AS BIGINT) FROM " + table + " WHERE tenant_id = $1 AND key IN "
		queries = append(queries, lookupsIn(x.t.d, tenant, counts, " GROUP BY key", keys, func(row scanner) error {
			var key string
			var n int64
			err := row.Scan(&key, &n)
			o.Counts[key] += n
			return err
		})...)
	}
	if column != "" {
		queries = append(queries, lookupsIn(x.t.d, tenant, blocksOf(column), "", []int64{userindex.DirectoryBlock}, func(row scanner) error {
			var number int64
			return row.Scan(&number, &o.Directory)
		})...)
	}
	err := x.t.s.together(ctx, queries)
	return o, err
}

// Postings implements userindex.Snapshot.
func (x *userIndexTx) Postings(ctx context.Context, tenant iam.TenantID, keys []string, visit func(userindex.Posting) error) error {
	return eachIn(ctx, x.t, tenant, "SELECT key, chunk, bits FROM user_all_postings WHERE tenant_id = $1 AND key IN ", " ORDER BY key", keys,
		func(row scanner) error {
			var p userindex.Posting
			if err := row.Scan(&p.Key, &p.Chunk, (*sql.RawBytes)(&p.Bits)); err != nil {
				return err
			}
			return visit(p)
		})
}

// Blocks implements userindex.Snapshot.
func (x *userIndexTx) Blocks(ctx context.Context, tenant iam.TenantID, column string, blocks []int64, visit func(userindex.Block) error) error {
	return eachIn(ctx, x.t, tenant, blocksOf(column), "", blocks, func(row scanner) error {
		var b userindex.Block
		if err := row.Scan(&b.Number, &b.Values); err != nil {
			return err
		}
		return visit(b)
	})
}

// blocksOf are blocks of a column. There are two columns, so this makes two texts
// to keep prepared.
func blocksOf(column string) string {
	return "SELECT block, vals FROM user_sort_blocks WHERE tenant_id = $1 AND col = '" + column + "' AND block IN "
}

// Docs implements userindex.Snapshot.
func (x *userIndexTx) Docs(ctx context.Context, tenant iam.TenantID, seqs []int64) ([]userindex.UserDoc, error) {
	users, _, err := x.t.loadUsersBySeqs(ctx, tenant, seqs)
	if err != nil {
		return nil, err
	}
	docs := make([]userindex.UserDoc, len(users))
	for i, u := range users {
		docs[i] = userindex.UserDoc{Seq: u.Seq, Doc: userDoc(u)}
	}
	return docs, nil
}

// usersBySeqs calls scan for columns of those of the users that exist.
func (t *tx) usersBySeqs(ctx context.Context, columns string, tenant iam.TenantID, seqs []int64, scan func(scanner) error) error {
	return eachIn(ctx, t, tenant, columns+" FROM users u WHERE "+t.d.ownSeqs, "", seqs, scan)
}

// Texts implements userindex.Snapshot.
func (x *userIndexTx) Texts(ctx context.Context, tenant iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Text, error) {
	list := make([]userindex.Text, 0, len(seqs))
	err := x.t.usersBySeqs(ctx, positionSelect[by]+", first_name, last_name, nickname, email, member_of", tenant, seqs,
		func(row scanner) error {
			var text userindex.Text
			var u iam.User
			var memberOf string
			if err := row.Scan(&text.Seq, &text.Name, &text.LastSignIn, &u.FirstName, &u.LastName, &text.Nickname, &text.Email, &memberOf); err != nil {
				return err
			}
			text.FullName, text.Aliases = u.FullName(), aliasesIn(memberOf)
			list = append(list, text)
			return nil
		})
	return list, err
}

// positionSelect are the columns of a place in each order.
var positionSelect = map[userindex.SortBy]string{
	userindex.ByName:       "SELECT seq, name_key, 0",
	userindex.ByLastSignIn: "SELECT seq, '', last_sign_in_at / 1000000",
	userindex.ByCreation:   "SELECT seq, '', 0",
}

// Positions implements userindex.Snapshot.
func (x *userIndexTx) Positions(ctx context.Context, tenant iam.TenantID, by userindex.SortBy, seqs []int64) ([]userindex.Position, error) {
	list := make([]userindex.Position, 0, len(seqs))
	err := x.t.usersBySeqs(ctx, positionSelect[by], tenant, seqs, func(row scanner) error {
		return scanPosition(row, &list)
	})
	return list, err
}

func scanPosition(row scanner, list *[]userindex.Position) error {
	var p userindex.Position
	if err := row.Scan(&p.Seq, &p.Name, &p.LastSignIn); err != nil {
		return err
	}
	*list = append(*list, p)
	return nil
}

// Scan implements userindex.Snapshot.
func (x *userIndexTx) Scan(ctx context.Context, tenant iam.TenantID, sort userindex.Sort, after *userindex.Position, limit int) ([]userindex.Position, error) {
	query := scanTexts[scanKind{sort, after != nil}]
	args := []any{string(tenant), int64(limit)}
	if after != nil {
		switch sort.By {
		case userindex.ByName:
			args = append(args, after.Seq, after.Name)
		default:
			args = append(args, after.Seq)
		}
	}
	list := make([]userindex.Position, 0, limit)
	err := x.t.each(ctx, query, args, func(row scanner) error { return scanPosition(row, &list) })
	return list, err
}

// scanKind tells the statements of Scan apart.
type scanKind struct {
	sort  userindex.Sort
	after bool
}

// scanTexts are the statements of Scan, each in the order of one index of the
// table. $1 is the tenant, $2 the limit, $3 and $4 the position.
var scanTexts = func() map[scanKind]string {
	texts := map[scanKind]string{}
	keys := map[userindex.SortBy]string{userindex.ByName: "name_key", userindex.ByCreation: ""}
	for by, key := range keys {
		head := positionSelect[by] + " FROM users WHERE tenant_id = $1 AND "
		for _, desc := range []bool{false, true} {
			compare, direction := " > ", ""
			if desc {
				compare, direction = " < ", " DESC"
			}
			from, order := "seq"+compare+"$3", "seq"+direction
			if key != "" {
				from = "(" + key + ", seq)" + compare + "($4, $3)"
				order = key + direction + ", seq" + direction
			}
			tail := " ORDER BY " + order + " LIMIT $2"
			sort := userindex.Sort{By: by, Desc: desc}
			texts[scanKind{sort, false}] = head + "seq > 0" + tail
			texts[scanKind{sort, true}] = head + from + tail
		}
	}
	return texts
}()
