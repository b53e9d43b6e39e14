package reviews

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// fromAbove begins the position of a list that goes through the people from
// above; what follows is the last one's id.
const fromAbove = "above:"

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
		var rows []*iam.ReviewRow
		if after, ok := strings.CutPrefix(r.Position, fromAbove); ok {
			rows, err = reaching(ctx, tx, tenant, dir, r, iam.UserID(after))
		} else {
			rows, err = members(ctx, tx, tenant, dir, r)
		}
		if err != nil {
			return err
		}
		if err := tx.AddReviewRows(ctx, tenant, id, rows); err != nil {
			return err
		}
		r.LeaseUntil, more = tx.Now().Add(lease), r.Position != ""
		if !more {
			r.State, r.LeaseUntil = iam.ReviewOpen, time.Time{}
		}
		return tx.UpdateReview(ctx, tenant, r)
	})
	return more, err
}

// members makes rows of a portion of the members, and moves the position: to
// those from above when there are no more.
func members(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, r *iam.Review) ([]*iam.ReviewRow, error) {
	orgs := scope(dir, r)
	page, err := tx.ListUsers(ctx, tenant, iam.UserFilter{Orgs: orgs, Sort: iam.SortName, Page: iam.Page{Limit: portion, Cursor: r.Position}})
	if err != nil {
		return nil, err
	}
	r.Position = page.Next
	if page.Next == "" && len(above(dir, r)) > 0 {
		r.Position = fromAbove
	}
	return rowsFrom(ctx, tx, tenant, dir, r, page.Items, false, func(m *iam.Membership) bool { return slices.Contains(orgs, m.Org) })
}

// reaching makes rows of a portion of the people whose membership further up
// includes the organization, and moves the position.
func reaching(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, r *iam.Review, after iam.UserID) ([]*iam.ReviewRow, error) {
	orgs := above(dir, r)
	ids, err := tx.Reaching(ctx, tenant, orgs, after, portion)
	if err != nil {
		return nil, err
	}
	list, err := tx.UsersByIDs(ctx, tenant, ids)
	if err != nil {
		return nil, err
	}
	r.Position = ""
	if len(ids) == portion {
		r.Position = fromAbove + string(ids[portion-1])
	}
	slices.SortFunc(list, func(a, b *iam.User) int {
		return strings.Compare(fold.SortKey(a.FullName())+" "+string(a.ID), fold.SortKey(b.FullName())+" "+string(b.ID))
	})
	return rowsFrom(ctx, tx, tenant, dir, r, list, true, func(m *iam.Membership) bool {
		return m.IncludesDescendants && slices.Contains(orgs, m.Org)
	})
}

// rowsFrom makes a row of each membership that is to be listed.
func rowsFrom(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, r *iam.Review, list []*iam.User, up bool,
	listed func(*iam.Membership) bool,
) ([]*iam.ReviewRow, error) {
	l, err := look(ctx, tx, tenant, dir, r, list)
	if err != nil {
		return nil, err
	}
	var rows []*iam.ReviewRow
	for _, u := range list {
		for i := range u.Memberships {
			m := &u.Memberships[i]
			if !listed(m) || r.Rows >= MaxRows {
				continue
			}
			r.Rows++
			row := &iam.ReviewRow{N: r.Rows, User: u.ID, Org: m.Org, Above: up, OrgName: dir.OrgName(m.Org), FullName: u.FullName(), Email: u.Email, Type: u.Type}
			l.fill(row, u)
			rows = append(rows, row)
		}
	}
	return rows, nil
}
