package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

func scanTabApp(row scanner) (*iam.TabApp, error) {
	v := &iam.TabApp{}
	var identify, own, updated int64
	err := row.Scan(&v.Org, &v.Tab, &v.URL, &v.Mode, &identify, &own, &updated, &v.Version)
	v.Identify, v.Own, v.UpdatedAt = identify > 0, own > 0, fromMicros(updated)
	return v, err
}

// TabApps implements iam.DashboardStore.
func (t *tx) TabApps(ctx context.Context, tenant iam.TenantID) ([]*iam.TabApp, error) {
	return many(ctx, t, scanTabApp,
		"SELECT org_id, tab, url, mode, identify, own, updated_at, version FROM dashboard_apps WHERE tenant_id = $1 ORDER BY org_id, tab", string(tenant))
}

// SetTabApp implements iam.DashboardStore.
func (t *tx) SetTabApp(ctx context.Context, tenant iam.TenantID, a *iam.TabApp) error {
	a.UpdatedAt = t.now
	return t.saveVersioned(ctx, "tab", &a.Version,
		"INSERT INTO dashboard_apps (tenant_id, org_id, tab, url, mode, identify, own, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1)"+
			" ON CONFLICT (tenant_id, org_id, tab) DO UPDATE SET url = excluded.url, mode = excluded.mode, identify = excluded.identify, own = excluded.own,"+
			" updated_at = excluded.updated_at, version = excluded.version WHERE dashboard_apps.version = $9",
		string(tenant), string(a.Org), a.Tab, a.URL, string(a.Mode), number(a.Identify), number(a.Own), micros(t.now))
}

const announcementColumns = "id, org_id, title, body, author_id, author, published_at, updated_at, version"

func scanAnnouncement(row scanner) (*iam.Announcement, error) {
	v := &iam.Announcement{}
	var published, updated int64
	err := row.Scan(&v.ID, &v.Org, &v.Title, &v.Body, &v.AuthorID, &v.Author, &published, &updated, &v.Version)
	v.PublishedAt, v.UpdatedAt = fromMicros(published), fromMicros(updated)
	return v, err
}

// Announcements implements iam.DashboardStore. Which ones they are is read from
// the index; those that are not among them are not read.
func (t *tx) Announcements(ctx context.Context, tenant iam.TenantID, orgs []iam.OrgID, limit int) ([]*iam.Announcement, error) {
	a := &arguments{values: []any{string(tenant)}}
	const latest = " ORDER BY published_at DESC, id DESC"
	return many(ctx, t, scanAnnouncement, "SELECT "+announcementColumns+" FROM announcements WHERE tenant_id = $1 AND id IN ("+
		"SELECT id FROM announcements WHERE tenant_id = $1 AND org_id"+t.oneOf(a, texts(orgs))+latest+" LIMIT "+a.add(int64(limit))+")"+latest, a.values...)
}

// AnnouncementsBelow implements iam.DashboardStore. Ids grow with the time at
// which announcements are published.
func (t *tx) AnnouncementsBelow(ctx context.Context, tenant iam.TenantID, below iam.OrgID, p iam.Page) (iam.List[*iam.Announcement], error) {
	c := where(tenant)
	if below != "" {
		c.below(below)
	}
	return newestFirst(ctx, t, newListID(tenant, "announcements", string(below)), c, "SELECT "+announcementColumns+" FROM announcements", p,
		scanAnnouncement, func(a *iam.Announcement) string { return string(a.ID) })
}

// Announcement implements iam.DashboardStore.
func (t *tx) Announcement(ctx context.Context, tenant iam.TenantID, id iam.AnnouncementID) (*iam.Announcement, error) {
	return one(ctx, t, "announcement", scanAnnouncement, "SELECT "+announcementColumns+" FROM announcements WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
}

// InsertAnnouncement implements iam.DashboardStore.
func (t *tx) InsertAnnouncement(ctx context.Context, tenant iam.TenantID, a *iam.Announcement) error {
	a.UpdatedAt, a.Version = t.now, 1
	_, err := t.exec(ctx, "INSERT INTO announcements (tenant_id, "+announcementColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		string(tenant), string(a.ID), string(a.Org), a.Title, a.Body, string(a.AuthorID), a.Author, micros(a.PublishedAt), micros(t.now), a.Version)
	return t.refused(err, iam.NotFound("organization"))
}

// UpdateAnnouncement implements iam.DashboardStore.
func (t *tx) UpdateAnnouncement(ctx context.Context, tenant iam.TenantID, a *iam.Announcement) error {
	n, err := t.exec(ctx, "UPDATE announcements SET title = $1, body = $2, updated_at = $3, version = version + 1 WHERE tenant_id = $4 AND id = $5 AND version = $6",
		a.Title, a.Body, micros(t.now), string(tenant), string(a.ID), a.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM announcements WHERE tenant_id = $1 AND id = $2", string(tenant), string(a.ID))
		if err != nil {
			return err
		}
		return stale(exists, "announcement")
	}
	a.UpdatedAt, a.Version = t.now, a.Version+1
	return nil
}

// DeleteAnnouncement implements iam.DashboardStore.
func (t *tx) DeleteAnnouncement(ctx context.Context, tenant iam.TenantID, id iam.AnnouncementID) error {
	n, err := t.exec(ctx, "DELETE FROM announcements WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	return gone(n, err, "announcement")
}
