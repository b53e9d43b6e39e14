package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

const reviewRowColumns = "n, user_id, org_id, above, org_name, full_name, email, user_type, status, last_sign_in_at, member_since, has_unused, held, grants," +
	" decision, take, decided_by, decided_name, decided_at, result, problem, problem_code, done_at"

var reviewRowTable = newBulkTable("INSERT INTO access_review_rows (tenant_id, review_id, "+reviewRowColumns+")", iam.NotFound("access review"))

func scanReviewRow(row scanner) (*iam.ReviewRow, error) {
	r := &iam.ReviewRow{}
	var above, signedIn, member, unused, decided, done int64
	var held, take []byte
	err := row.Scan(&r.N, &r.User, &r.Org, &above, &r.OrgName, &r.FullName, &r.Email, &r.Type, &r.Status, &signedIn, &member, &unused, &held, &r.Grants,
		&r.Decision, &take, &r.DecidedBy, &r.DecidedName, &decided, &r.Result, &r.Problem, &r.ProblemCode, &done)
	if err != nil {
		return nil, err
	}
	r.Above = above != 0
	r.LastSignInAt, r.MemberSince, r.DecidedAt, r.DoneAt = fromMicros(signedIn), fromMicros(member), fromMicros(decided), fromMicros(done)
	if err := json.Unmarshal(held, &r.Held); err != nil {
		return nil, fmt.Errorf("row %d of a review: %w", r.N, err)
	}
	if err := json.Unmarshal(take, &r.Take); err != nil {
		return nil, fmt.Errorf("row %d of a review: %w", r.N, err)
	}
	return r, nil
}

// reviewJSON is what the account of a row holds and is to lose, as the database
// keeps it.
func reviewJSON(r *iam.ReviewRow) (held, take string, err error) {
	h, errHeld := json.Marshal(r.Held)
	t, errTake := json.Marshal(r.Take)
	return string(h), string(t), errors.Join(errHeld, errTake)
}

// AddReviewRows implements iam.ReviewStore.
func (t *tx) AddReviewRows(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, rows []*iam.ReviewRow) error {
	parts := make([][2]string, len(rows))
	for i, r := range rows {
		var err error
		if parts[i][0], parts[i][1], err = reviewJSON(r); err != nil {
			return err
		}
	}
	return t.insertBulk(ctx, reviewRowTable, len(rows), func(i int, v []any) {
		r, held, take := rows[i], parts[i][0], parts[i][1]
		copy(v, []any{
			string(tenant), string(id), r.N, string(r.User), string(r.Org), number(r.Above), r.OrgName, r.FullName, r.Email, string(r.Type), string(r.Status),
			micros(r.LastSignInAt), micros(r.MemberSince), number(len(r.Held.Unused) > 0), held, r.Grants, string(r.Decision), take,
			string(r.DecidedBy), r.DecidedName, micros(r.DecidedAt), string(r.Result), r.Problem, r.ProblemCode, micros(r.DoneAt),
		})
	})
}

// UpdateReviewRow implements iam.ReviewStore.
func (t *tx) UpdateReviewRow(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, r *iam.ReviewRow) error {
	held, take, err := reviewJSON(r)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `
		UPDATE access_review_rows SET status = $1, last_sign_in_at = $2, has_unused = $3, held = $4, grants = $5, decision = $6, take = $7,
		       decided_by = $8, decided_name = $9, decided_at = $10, result = $11, problem = $12, problem_code = $13, done_at = $14
		WHERE tenant_id = $15 AND review_id = $16 AND n = $17`,
		string(r.Status), micros(r.LastSignInAt), number(len(r.Held.Unused) > 0), held, r.Grants, string(r.Decision), take,
		string(r.DecidedBy), r.DecidedName, micros(r.DecidedAt), string(r.Result), r.Problem, r.ProblemCode, micros(r.DoneAt), string(tenant), string(id), r.N)
	if err == nil && n == 0 {
		return iam.NotFound("row of the review")
	}
	return err
}

const reviewRowSelect = "SELECT " + reviewRowColumns + " FROM access_review_rows WHERE "

// ReviewRow implements iam.ReviewStore.
func (t *tx) ReviewRow(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, n int64) (*iam.ReviewRow, error) {
	return one(ctx, t, "row of the review", scanReviewRow, reviewRowSelect+"tenant_id = $1 AND review_id = $2 AND n = $3"+t.d.forUpdate,
		string(tenant), string(id), n)
}

// reviewRowsOf selects the rows of a review that somebody sees: from is that of
// the filter.
func reviewRowsOf(tenant iam.TenantID, id iam.ReviewID, from []iam.OrgID) *condition {
	c := where(tenant)
	c.and("review_id = ", string(id), "")
	switch {
	case from == nil:
	case len(from) == 0:
		c.text += " AND above = 0"
	default:
		list := placeholders(len(c.args)+1, len(from))
		for _, org := range from {
			c.args = append(c.args, string(org))
		}
		c.text += " AND (above = 0 OR org_id IN " + list + ")"
	}
	return c
}

// ReviewRows implements iam.ReviewStore.
func (t *tx) ReviewRows(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, f iam.ReviewRowFilter) (iam.List[*iam.ReviewRow], error) {
	c := reviewRowsOf(tenant, id, f.From)
	if f.Undecided {
		c.and("decision = ", "", "")
	}
	if f.Decision != "" {
		c.and("decision = ", string(f.Decision), "")
	}
	if f.Unused {
		c.and("has_unused = ", int64(1), "")
	}
	if f.Above {
		c.and("above = ", int64(1), "")
	}
	if f.Result != "" {
		c.and("result = ", string(f.Result), "")
	}
	return keysetList[*iam.ReviewRow]{
		id: newListID(tenant, "review rows", string(id), strconv.FormatBool(f.Undecided), string(f.Decision), strconv.FormatBool(f.Unused),
			strconv.FormatBool(f.Above), string(f.Result), strconv.FormatBool(f.From == nil), strings.Join(texts(f.From), " ")), kinds: "i",
		position: func(r *iam.ReviewRow) []any { return []any{r.N} },
		fetch: func(pos []any, back bool, limit int) ([]*iam.ReviewRow, error) {
			page, order := condition{c.text, append([]any(nil), c.args...)}, " ORDER BY n LIMIT "
			switch {
			case pos == nil:
			case back:
				page.and("n < ", pos[0], "")
				order = " ORDER BY n DESC LIMIT "
			default:
				page.and("n > ", pos[0], "")
			}
			page.args = append(page.args, limit)
			return many(ctx, t, scanReviewRow, reviewRowSelect+page.text+order+"$"+strconv.Itoa(len(page.args)), page.args...)
		},
	}.page(f.Page)
}

// PendingReviewRows implements iam.ReviewStore.
func (t *tx) PendingReviewRows(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, limit int) ([]*iam.ReviewRow, error) {
	return many(ctx, t, scanReviewRow, reviewRowSelect+"tenant_id = $1 AND review_id = $2 AND result = '' ORDER BY n LIMIT $3",
		string(tenant), string(id), limit)
}

// CountReviewRows implements iam.ReviewStore.
func (t *tx) CountReviewRows(ctx context.Context, tenant iam.TenantID, id iam.ReviewID, from []iam.OrgID) (iam.ReviewCounts, error) {
	var c iam.ReviewCounts
	rows := reviewRowsOf(tenant, id, from)
	err := t.row(ctx, "access review", `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN decision = '' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN decision = 'keep' THEN 1 ELSE 0 END), 0),
		       COALESCE(SUM(CASE WHEN decision = 'reduce' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN decision = 'remove' THEN 1 ELSE 0 END), 0),
		       COALESCE(SUM(has_unused), 0), COALESCE(SUM(CASE WHEN result <> '' THEN 1 ELSE 0 END), 0), COALESCE(SUM(above), 0),
		       COALESCE(SUM(CASE WHEN decision IN ('reduce', 'remove') THEN above ELSE 0 END), 0)
		FROM access_review_rows WHERE `+rows.text,
		rows.args, &c.Total, &c.Undecided, &c.Keep, &c.Reduce, &c.Remove, &c.Unused, &c.Done, &c.Above, &c.AboveChanged)
	return c, err
}
