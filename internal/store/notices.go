package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// AddAccessNotice implements iam.NoticeStore.
func (t *tx) AddAccessNotice(ctx context.Context, n *iam.AccessNotice) error {
	_, err := t.exec(ctx, "INSERT INTO access_notices (tenant_id, user_id, access_before, due_at) VALUES ($1, $2, $3, $4)"+
		" ON CONFLICT (tenant_id, user_id) DO NOTHING", string(n.Tenant), string(n.User), n.Before, micros(n.DueAt))
	return t.refused(err, iam.NotFound("user"))
}

func scanAccessNotice(row scanner) (*iam.AccessNotice, error) {
	n := &iam.AccessNotice{}
	var due int64
	err := row.Scan(&n.Tenant, &n.User, &n.Before, &due)
	n.DueAt = fromMicros(due)
	return n, err
}

// TakeAccessNotices implements iam.NoticeStore. Several nodes may take at once:
// rows that another one is taking are passed over.
func (t *tx) TakeAccessNotices(ctx context.Context, n int) ([]*iam.AccessNotice, error) {
	due, err := many(ctx, t, scanAccessNotice, "SELECT tenant_id, user_id, access_before, due_at FROM access_notices WHERE due_at <= $1"+
		" ORDER BY due_at LIMIT $2"+t.d.skipLocked, micros(t.now), n)
	if err != nil {
		return nil, err
	}
	for _, n := range due {
		if _, err := t.exec(ctx, "DELETE FROM access_notices WHERE tenant_id = $1 AND user_id = $2", string(n.Tenant), string(n.User)); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// AddRoleNotice implements iam.NoticeStore.
func (t *tx) AddRoleNotice(ctx context.Context, n *iam.RoleNotice) error {
	_, err := t.exec(ctx, "INSERT INTO role_notices (tenant_id, role_id, permissions, next_page, created_at) VALUES ($1, $2, $3, $4, $5)"+
		" ON CONFLICT (tenant_id, role_id) DO NOTHING", string(n.Tenant), string(n.Role), joinPermissions(n.Permissions), n.Next, micros(t.now))
	return t.refused(err, iam.NotFound("role"))
}

func scanRoleNotice(row scanner) (*iam.RoleNotice, error) {
	n := &iam.RoleNotice{}
	var permissions string
	err := row.Scan(&n.Tenant, &n.Role, &permissions, &n.Next)
	n.Permissions = splitPermissions(permissions)
	return n, err
}

// RoleNoticeForUpdate implements iam.NoticeStore.
func (t *tx) RoleNoticeForUpdate(ctx context.Context) (*iam.RoleNotice, error) {
	list, err := many(ctx, t, scanRoleNotice, "SELECT tenant_id, role_id, permissions, next_page FROM role_notices ORDER BY created_at LIMIT 1"+t.d.skipLocked)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// AdvanceRoleNotice implements iam.NoticeStore.
func (t *tx) AdvanceRoleNotice(ctx context.Context, n *iam.RoleNotice) error {
	if n.Next == "" {
		_, err := t.exec(ctx, "DELETE FROM role_notices WHERE tenant_id = $1 AND role_id = $2", string(n.Tenant), string(n.Role))
		return err
	}
	_, err := t.exec(ctx, "UPDATE role_notices SET next_page = $3 WHERE tenant_id = $1 AND role_id = $2", string(n.Tenant), string(n.Role), n.Next)
	return err
}

// AddOrgNotice implements iam.NoticeStore.
func (t *tx) AddOrgNotice(ctx context.Context, n *iam.OrgNotice) error {
	_, err := t.exec(ctx, "INSERT INTO org_notices (tenant_id, org_id, parent_id, features, next_page, created_at) VALUES ($1, $2, $3, $4, $5, $6)"+
		" ON CONFLICT (tenant_id, org_id) DO NOTHING", string(n.Tenant), string(n.Org), string(n.Parent), joinFeatures(n.Features), n.Next, micros(t.now))
	return t.refused(err, iam.NotFound("organization"))
}

func scanOrgNotice(row scanner) (*iam.OrgNotice, error) {
	n := &iam.OrgNotice{}
	var features string
	err := row.Scan(&n.Tenant, &n.Org, &n.Parent, &features, &n.Next)
	n.Features = splitFeatures(features)
	return n, err
}

// OrgNoticeForUpdate implements iam.NoticeStore.
func (t *tx) OrgNoticeForUpdate(ctx context.Context) (*iam.OrgNotice, error) {
	list, err := many(ctx, t, scanOrgNotice, "SELECT tenant_id, org_id, parent_id, features, next_page FROM org_notices ORDER BY created_at LIMIT 1"+t.d.skipLocked)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// AdvanceOrgNotice implements iam.NoticeStore.
func (t *tx) AdvanceOrgNotice(ctx context.Context, n *iam.OrgNotice) error {
	if n.Next == "" {
		_, err := t.exec(ctx, "DELETE FROM org_notices WHERE tenant_id = $1 AND org_id = $2", string(n.Tenant), string(n.Org))
		return err
	}
	_, err := t.exec(ctx, "UPDATE org_notices SET next_page = $3 WHERE tenant_id = $1 AND org_id = $2", string(n.Tenant), string(n.Org), n.Next)
	return err
}
