package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

const tombstoneSelect = "SELECT g.id, g.full_name, g.email, g.user_type, g.deleted_at, g.deleted_by, g.erased_at FROM user_tombstones g WHERE g.tenant_id = $1"

// tombstonePortion is how many tombstones are looked at in one query of a search.
const tombstonePortion = 500

func scanTombstone(row scanner) (*iam.Tombstone, error) {
	g := &iam.Tombstone{}
	var deleted, erased int64
	err := row.Scan(&g.ID, &g.FullName, &g.Email, &g.Type, &deleted, &g.DeletedBy, &erased)
	g.DeletedAt, g.ErasedAt = fromMicros(deleted), fromMicros(erased)
	return g, err
}

// insertTombstone leaves what remains of a user who is deleted.
func (t *tx) insertTombstone(ctx context.Context, tenant iam.TenantID, u *iam.User, by string) error {
	if _, err := t.exec(ctx, `
		INSERT INTO user_tombstones (tenant_id, id, full_name, email, user_type, deleted_at, deleted_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(tenant), string(u.ID), u.FullName(), u.Email, string(u.Type), micros(t.now), by); err != nil {
		return err
	}
	args := make([]any, 0, 3*len(u.Memberships))
	for i := range u.Memberships {
		args = append(args, string(tenant), string(u.ID), string(u.Memberships[i].Org))
	}
	return t.insertRows(ctx, "INSERT INTO user_tombstone_orgs (tenant_id, user_id, org_id)", 3, args)
}

// Tombstone implements iam.PrivacyStore.
func (t *tx) Tombstone(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.Tombstone, error) {
	g, err := one(ctx, t, "user", scanTombstone, tombstoneSelect+" AND g.id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	return g, t.fillTombstones(ctx, tenant, g)
}

// TombstonesByIDs implements iam.PrivacyStore.
func (t *tx) TombstonesByIDs(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) ([]*iam.Tombstone, error) {
	var list []*iam.Tombstone
	err := eachIn(ctx, t, tenant, tombstoneSelect+" AND g.id IN ", "", texts(ids), func(row scanner) error {
		g, err := scanTombstone(row)
		list = append(list, g)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, t.fillTombstones(ctx, tenant, list...)
}

// fillTombstones adds the organizations to which people belonged.
func (t *tx) fillTombstones(ctx context.Context, tenant iam.TenantID, list ...*iam.Tombstone) error {
	byID, ids := make(map[string]*iam.Tombstone, len(list)), make([]string, len(list))
	for i, g := range list {
		ids[i] = string(g.ID)
		byID[ids[i]] = g
	}
	return eachIn(ctx, t, tenant, "SELECT user_id, org_id FROM user_tombstone_orgs WHERE tenant_id = $1 AND user_id IN ", " ORDER BY user_id, org_id", ids,
		func(row scanner) error {
			var id, org string
			err := row.Scan(&id, &org)
			if g := byID[id]; g != nil {
				g.Orgs = append(g.Orgs, iam.OrgID(org))
			}
			return err
		})
}

// Tombstones implements iam.PrivacyStore.
func (t *tx) Tombstones(ctx context.Context, tenant iam.TenantID, f iam.TombstoneFilter) (iam.List[*iam.Tombstone], error) {
	words := fold.Words(f.Search)
	list := keysetList[*iam.Tombstone]{
		id:    newListID(tenant, "tombstones", strings.Join(words, " "), scopeID(f.Orgs)),
		kinds: "is",
		fetch: func(pos []any, back bool, limit int) ([]*iam.Tombstone, error) {
			return t.matchingTombstones(ctx, tenant, f, words, pos, back, limit)
		},
		position: tombstonePosition,
	}
	page, err := list.page(f.Page)
	if err != nil {
		return page, err
	}
	return page, t.fillTombstones(ctx, tenant, page.Items...)
}

func tombstonePosition(g *iam.Tombstone) []any { return []any{micros(g.DeletedAt), string(g.ID)} }

// matchingTombstones returns the next ones in a direction: those who were deleted
// last come first. What is searched for is looked for here, portion by portion,
// for no engine folds texts as package fold does.
func (t *tx) matchingTombstones(ctx context.Context, tenant iam.TenantID, f iam.TombstoneFilter, words []string, pos []any, back bool, limit int) ([]*iam.Tombstone, error) {
	var found []*iam.Tombstone
	portion := limit
	if len(words) > 0 {
		portion = tombstonePortion
	}
	for {
		a := &arguments{values: []any{string(tenant)}}
		query := tombstoneSelect
		if f.Orgs != nil {
			query += " AND EXISTS (SELECT 1 FROM user_tombstone_orgs o WHERE o.tenant_id = g.tenant_id AND o.user_id = g.id AND o.org_id" + t.oneOf(a, texts(f.Orgs)) + ")"
		}
		compare, direction := " < ", " DESC"
		if back {
			compare, direction = " > ", ""
		}
		if pos != nil {
			query += " AND (g.deleted_at, g.id)" + compare + "(" + a.add(pos[0]) + ", " + a.add(pos[1]) + ")"
		}
		query += " ORDER BY g.deleted_at" + direction + ", g.id" + direction + " LIMIT " + a.add(int64(portion))
		rows, err := many(ctx, t, scanTombstone, query, a.values...)
		if err != nil {
			return nil, err
		}
		for _, g := range rows {
			if fold.HasWords(g.FullName+" "+g.Email, words) {
				found = append(found, g)
			}
		}
		if len(found) >= limit || len(rows) < portion {
			return found[:min(len(found), limit)], nil
		}
		pos = tombstonePosition(rows[len(rows)-1])
	}
}
