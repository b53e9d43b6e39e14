package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

const orgSelect = "SELECT o.id, COALESCE(o.parent_id, ''), o.short_name, o.name, o.description, o.status, o.created_at, o.updated_at, o.version, " +
	"o.locale, o.timezone, o.layout, o.logo_key, o.features FROM organizations o WHERE o.tenant_id = $1"

// InsertOrg implements iam.OrgStore.
func (t *tx) InsertOrg(ctx context.Context, tenant iam.TenantID, o *iam.Organization) error {
	o.CreatedAt, o.UpdatedAt, o.Version = t.now, t.now, 1
	_, err := t.exec(ctx, `
		INSERT INTO organizations (tenant_id, id, parent_id, short_name, name, description, status, created_at, updated_at, version,
			locale, timezone, layout, logo_key, features)
		VALUES ($1, $2, NULLIF($3, ''), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		string(tenant), string(o.ID), string(o.Parent), o.ShortName, o.Name, o.Description, string(o.Status),
		micros(t.now), micros(t.now), o.Version, o.Locale, o.Timezone, string(o.Layout), o.LogoKey, joinFeatures(o.Features))
	noParent := iam.NotFound("tenant")
	if o.Parent != "" {
		noParent = iam.InvalidField("/parent", "unknown", "Choose an organization that exists.")
	}
	if err != nil {
		return t.refused(err, noParent)
	}
	return t.directoryChanged(ctx, tenant)
}

// UpdateOrg implements iam.OrgStore.
func (t *tx) UpdateOrg(ctx context.Context, tenant iam.TenantID, o *iam.Organization) error {
	n, err := t.exec(ctx, `
		UPDATE organizations SET short_name = $1, name = $2, description = $3, status = $4, updated_at = $5, version = version + 1,
			parent_id = NULLIF($9, ''), locale = $10, timezone = $11, layout = $12, logo_key = $13, features = $14
		WHERE tenant_id = $6 AND id = $7 AND version = $8`,
		o.ShortName, o.Name, o.Description, string(o.Status), micros(t.now), string(tenant), string(o.ID), o.Version,
		string(o.Parent), o.Locale, o.Timezone, string(o.Layout), o.LogoKey, joinFeatures(o.Features))
	if err != nil {
		return t.refused(err, iam.InvalidField("/parent", "unknown", "Choose an organization that exists."))
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM organizations WHERE tenant_id = $1 AND id = $2", string(tenant), string(o.ID))
		if err != nil {
			return err
		}
		return stale(exists, "organization")
	}
	o.UpdatedAt, o.Version = t.now, o.Version+1
	return t.directoryChanged(ctx, tenant)
}

// DeleteOrg implements iam.OrgStore. Nobody belongs to the organization then.
// Sessions that act there are of people who belong elsewhere, too: they stay, and
// package sessions finds out where they act.
func (t *tx) DeleteOrg(ctx context.Context, tenant iam.TenantID, id iam.OrgID) error {
	var root, children int64
	if err := t.row(ctx, "organization", `
		SELECT CASE WHEN parent_id IS NULL THEN 1 ELSE 0 END,
		       CASE WHEN EXISTS (SELECT 1 FROM organizations c WHERE c.tenant_id = o.tenant_id AND c.parent_id = o.id) THEN 1 ELSE 0 END
		FROM organizations o WHERE tenant_id = $1 AND id = $2`+t.d.forUpdate,
		[]any{string(tenant), string(id)}, &root, &children); err != nil {
		return err
	}
	switch {
	case root > 0:
		return iam.Errorf(iam.CodeInUse, "The root organization is the company itself and can't be deleted.")
	case children > 0:
		return iam.Errorf(iam.CodeInUse, "This organization has organizations below it. Delete those first.")
	}
	// Whoever adds a member keeps it until the members are there to be seen: see keep.
	members, err := t.has(ctx, "SELECT 1 FROM memberships WHERE tenant_id = $1 AND org_id = $2 LIMIT 1", string(tenant), string(id))
	if err != nil {
		return err
	}
	if members {
		return iam.Errorf(iam.CodeInUse, "This organization has members. Remove them first.")
	}
	if _, err := t.exec(ctx, `
		UPDATE sessions SET org_id = (SELECT o.parent_id FROM organizations o WHERE o.tenant_id = $1 AND o.id = $2)
		WHERE tenant_id = $1 AND org_id = $2`, string(tenant), string(id)); err != nil {
		return err
	}
	t.AccessChanged(tenant)
	if err := t.endInvitations(ctx, tenant, "tenant_id = $1 AND org_id = $2 AND state = 'pending'", []any{string(tenant), string(id)}); err != nil {
		return err
	}
	// Who belonged to it is then one of those above: somebody must remember them.
	if _, err := t.exec(ctx, `
		INSERT INTO user_tombstone_orgs (tenant_id, user_id, org_id)
		SELECT g.tenant_id, g.user_id, o.parent_id FROM user_tombstone_orgs g
		JOIN organizations o ON o.tenant_id = g.tenant_id AND o.id = g.org_id
		WHERE g.tenant_id = $1 AND g.org_id = $2 ON CONFLICT DO NOTHING`, string(tenant), string(id)); err != nil {
		return err
	}
	if err := t.liftPast(ctx, tenant, id); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM organizations WHERE tenant_id = $1 AND id = $2", string(tenant), string(id)); err != nil {
		return err
	}
	return t.directoryChanged(ctx, tenant)
}

// Org implements iam.OrgStore.
func (t *tx) Org(ctx context.Context, tenant iam.TenantID, id iam.OrgID) (*iam.Organization, error) {
	list, err := t.orgs(ctx, orgSelect+" AND o.id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, iam.NotFound("organization")
	}
	return list[0], nil
}

// Orgs implements iam.OrgStore: every organization, and right after it those
// below it, siblings by name.
func (t *tx) Orgs(ctx context.Context, tenant iam.TenantID) ([]*iam.Organization, error) {
	list, err := t.orgs(ctx, orgSelect, string(tenant))
	if err != nil {
		return nil, err
	}
	keys := make(map[iam.OrgID]string, len(list))
	for _, o := range list {
		keys[o.ID] = fold.SortKey(o.Name)
	}
	slices.SortFunc(list, func(a, b *iam.Organization) int {
		return cmp.Or(cmp.Compare(keys[a.ID], keys[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	children := map[iam.OrgID][]*iam.Organization{}
	for _, o := range list {
		children[o.Parent] = append(children[o.Parent], o)
	}
	ordered := make([]*iam.Organization, 0, len(list))
	var walk func(parent iam.OrgID)
	walk = func(parent iam.OrgID) {
		for _, o := range children[parent] {
			ordered = append(ordered, o)
			walk(o.ID)
		}
	}
	walk("")
	return ordered, nil
}

func (t *tx) orgs(ctx context.Context, query string, args ...any) ([]*iam.Organization, error) {
	var list []*iam.Organization
	err := t.each(ctx, query, args, func(row scanner) error {
		var o iam.Organization
		var id, parent, status, features string
		var created, updated int64
		if err := row.Scan(&id, &parent, &o.ShortName, &o.Name, &o.Description, &status, &created, &updated, &o.Version,
			&o.Locale, &o.Timezone, &o.Layout, &o.LogoKey, &features); err != nil {
			return err
		}
		o.ID, o.Parent, o.Status = iam.OrgID(id), iam.OrgID(parent), iam.Status(status)
		o.CreatedAt, o.UpdatedAt, o.Features = fromMicros(created), fromMicros(updated), splitFeatures(features)
		list = append(list, &o)
		return nil
	})
	return list, err
}
