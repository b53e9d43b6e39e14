package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

const tabColumns = "id, org_id, title, icon, url, mode, audience, identify, all_orgs, position, created_at, updated_at, version"

func scanTab(row scanner) (*iam.Tab, error) {
	v := &iam.Tab{}
	var identify, all, position, created, updated int64
	err := row.Scan(&v.ID, &v.Owner, &v.Title, &v.Icon, &v.URL, &v.Mode, &v.Audience, &identify, &all, &position, &created, &updated, &v.Version)
	v.Identify, v.AllOrgs, v.Position = identify > 0, all > 0, int(position)
	v.CreatedAt, v.UpdatedAt = fromMicros(created), fromMicros(updated)
	return v, err
}

// Tabs implements iam.DashboardStore.
func (t *tx) Tabs(ctx context.Context, tenant iam.TenantID) ([]*iam.Tab, error) {
	list, err := many(ctx, t, scanTab, "SELECT "+tabColumns+" FROM dashboard_tabs WHERE tenant_id = $1 ORDER BY position, id", string(tenant))
	if err != nil {
		return nil, err
	}
	byID := make(map[iam.TabID]*iam.Tab, len(list))
	for _, v := range list {
		byID[v.ID] = v
	}
	return list, t.tabReach(ctx, tenant, "", byID)
}

// tabGoes is the condition that a tab x goes with the organizations sub: it was
// made in one of them, or is for them and for no other.
const tabGoes = `(x.org_id IN (SELECT id FROM sub) OR x.all_orgs = 0
		           AND EXISTS (SELECT 1 FROM dashboard_tab_orgs o WHERE o.tenant_id = x.tenant_id AND o.tab_id = x.id)
		           AND NOT EXISTS (SELECT 1 FROM dashboard_tab_orgs o WHERE o.tenant_id = x.tenant_id AND o.tab_id = x.id
		               AND o.org_id NOT IN (SELECT id FROM sub)))`

// TabsOnlyBelow implements iam.DashboardStore.
func (t *tx) TabsOnlyBelow(ctx context.Context, tenant iam.TenantID, id iam.OrgID) ([]*iam.Tab, error) {
	return many(ctx, t, scanTab, subtree+"SELECT "+tabColumns+" FROM dashboard_tabs x WHERE x.tenant_id = $1 AND "+tabGoes+" ORDER BY position, id",
		string(tenant), string(id))
}

// Tab implements iam.DashboardStore.
func (t *tx) Tab(ctx context.Context, tenant iam.TenantID, id iam.TabID) (*iam.Tab, error) {
	v, err := one(ctx, t, "tab", scanTab, "SELECT "+tabColumns+" FROM dashboard_tabs WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	return v, t.tabReach(ctx, tenant, id, map[iam.TabID]*iam.Tab{id: v})
}

// tabReach fills in for which organizations and people tabs are: one tab, or
// all with only "".
func (t *tx) tabReach(ctx context.Context, tenant iam.TenantID, only iam.TabID, byID map[iam.TabID]*iam.Tab) error {
	where, args := " WHERE tenant_id = $1", []any{string(tenant)}
	if only != "" {
		where, args = where+" AND tab_id = $2", append(args, string(only))
	}
	err := t.each(ctx, "SELECT tab_id, org_id, descendants FROM dashboard_tab_orgs"+where+" ORDER BY tab_id, org_id", args, func(row scanner) error {
		var id iam.TabID
		var o iam.TabOrg
		var descendants int64
		if err := row.Scan(&id, &o.Org, &descendants); err != nil {
			return err
		}
		o.Descendants = descendants > 0
		if v := byID[id]; v != nil {
			v.Orgs = append(v.Orgs, o)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.each(ctx, "SELECT tab_id, user_id FROM dashboard_tab_people"+where+" ORDER BY tab_id, user_id", args, func(row scanner) error {
		var id iam.TabID
		var user iam.UserID
		if err := row.Scan(&id, &user); err != nil {
			return err
		}
		if v := byID[id]; v != nil {
			v.People = append(v.People, user)
		}
		return nil
	})
}

// InsertTab implements iam.DashboardStore.
func (t *tx) InsertTab(ctx context.Context, tenant iam.TenantID, v *iam.Tab) error {
	v.CreatedAt, v.UpdatedAt, v.Version = t.now, t.now, 1
	_, err := t.exec(ctx, "INSERT INTO dashboard_tabs (tenant_id, "+tabColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		string(tenant), string(v.ID), string(v.Owner), v.Title, v.Icon, v.URL, string(v.Mode), string(v.Audience), number(v.Identify), number(v.AllOrgs),
		int64(v.Position), micros(t.now), micros(t.now), v.Version)
	if err != nil {
		return t.refused(err, iam.NotFound("organization"))
	}
	return t.insertTabReach(ctx, tenant, v)
}

func (t *tx) insertTabReach(ctx context.Context, tenant iam.TenantID, v *iam.Tab) error {
	var orgs, users []any
	for _, o := range v.Orgs {
		orgs = append(orgs, string(tenant), string(v.ID), string(o.Org), number(o.Descendants))
	}
	for _, u := range v.People {
		users = append(users, string(tenant), string(v.ID), string(u))
	}
	if err := t.insertRows(ctx, "INSERT INTO dashboard_tab_orgs (tenant_id, tab_id, org_id, descendants)", 4, orgs); err != nil {
		return t.refused(err, iam.NotFound("organization"))
	}
	return t.refused(t.insertRows(ctx, "INSERT INTO dashboard_tab_people (tenant_id, tab_id, user_id)", 3, users), iam.NotFound("user"))
}

// UpdateTab implements iam.DashboardStore.
func (t *tx) UpdateTab(ctx context.Context, tenant iam.TenantID, v *iam.Tab) error {
	n, err := t.exec(ctx, "UPDATE dashboard_tabs SET title = $1, icon = $2, url = $3, mode = $4, audience = $5, identify = $6, all_orgs = $7,"+
		" position = $8, updated_at = $9, version = version + 1 WHERE tenant_id = $10 AND id = $11 AND version = $12",
		v.Title, v.Icon, v.URL, string(v.Mode), string(v.Audience), number(v.Identify), number(v.AllOrgs), int64(v.Position), micros(t.now),
		string(tenant), string(v.ID), v.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM dashboard_tabs WHERE tenant_id = $1 AND id = $2", string(tenant), string(v.ID))
		if err != nil {
			return err
		}
		return stale(exists, "tab")
	}
	for _, table := range []string{"dashboard_tab_orgs", "dashboard_tab_people"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE tenant_id = $1 AND tab_id = $2", string(tenant), string(v.ID)); err != nil {
			return err
		}
	}
	v.UpdatedAt, v.Version = t.now, v.Version+1
	return t.insertTabReach(ctx, tenant, v)
}

// MoveTab implements iam.DashboardStore.
func (t *tx) MoveTab(ctx context.Context, tenant iam.TenantID, id iam.TabID, position int) error {
	n, err := t.exec(ctx, "UPDATE dashboard_tabs SET position = $1 WHERE tenant_id = $2 AND id = $3", int64(position), string(tenant), string(id))
	return gone(n, err, "tab")
}

// DeleteTab implements iam.DashboardStore.
func (t *tx) DeleteTab(ctx context.Context, tenant iam.TenantID, id iam.TabID) error {
	n, err := t.exec(ctx, "DELETE FROM dashboard_tabs WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	return gone(n, err, "tab")
}

// gone is CodeNotFound when a statement met no row.
func gone(n int64, err error, what string) error {
	if err == nil && n == 0 {
		return iam.NotFound(what)
	}
	return err
}
