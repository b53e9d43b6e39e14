package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

var roleSelect = "SELECT r.id, r.code, r.name, r.description, r.scope, r.is_system, r.permissions, r.created_at, r.updated_at, r.version, " +
	memberCount(counterRole, "r") + " FROM roles r WHERE r.tenant_id = $1"

// InsertRole implements iam.RoleStore.
func (t *tx) InsertRole(ctx context.Context, tenant iam.TenantID, r *iam.Role) error {
	r.CreatedAt, r.UpdatedAt, r.Version = t.now, t.now, 1
	_, err := t.exec(ctx, `
		INSERT INTO roles (tenant_id, id, code, name, description, scope, is_system, permissions, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(tenant), string(r.ID), r.Code, r.Name, r.Description, string(r.Scope), number(r.System), joinPermissions(r.Permissions),
		micros(t.now), micros(t.now), r.Version)
	if err != nil {
		return t.refused(err, iam.NotFound("tenant"))
	}
	return t.directoryChanged(ctx, tenant)
}

// UpdateRole implements iam.RoleStore.
func (t *tx) UpdateRole(ctx context.Context, tenant iam.TenantID, r *iam.Role) error {
	n, err := t.exec(ctx, `
		UPDATE roles SET name = $1, description = $2, permissions = $3, updated_at = $4, version = version + 1
		WHERE tenant_id = $5 AND id = $6 AND version = $7 AND is_system = 0`,
		r.Name, r.Description, joinPermissions(r.Permissions), micros(t.now), string(tenant), string(r.ID), r.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		if err := t.customRole(ctx, tenant, r.ID); err != nil {
			return err
		}
		return stale(true, "role")
	}
	r.UpdatedAt, r.Version = t.now, r.Version+1
	return t.directoryChanged(ctx, tenant)
}

// customRole answers CodeNotFound when there is no such role and CodeImmutable
// when it is built in. It keeps other writers of the role out.
func (t *tx) customRole(ctx context.Context, tenant iam.TenantID, id iam.RoleID) error {
	var system int64
	if err := t.row(ctx, "role", "SELECT is_system FROM roles WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		[]any{string(tenant), string(id)}, &system); err != nil {
		return err
	}
	if system != 0 {
		return iam.Errorf(iam.CodeImmutable, "This role is built in and can't be changed. Copy it into a role of your own.")
	}
	return nil
}

// DeleteRole implements iam.RoleStore.
func (t *tx) DeleteRole(ctx context.Context, tenant iam.TenantID, id iam.RoleID) error {
	if err := t.customRole(ctx, tenant, id); err != nil {
		return err
	}
	inUse := iam.Errorf(iam.CodeInUse, "Somebody holds this role. Take it away from them first.")
	// Whoever gives it to somebody keeps it until the count tells of them: see keep.
	var holders int64
	if err := t.row(ctx, "role", "SELECT "+memberCount(counterRole, "r")+" FROM roles r WHERE tenant_id = $1 AND id = $2",
		[]any{string(tenant), string(id)}, &holders); err != nil {
		return err
	}
	if holders != 0 {
		return inUse
	}
	held, err := t.has(ctx, "SELECT 1 FROM team_members WHERE tenant_id = $1 AND role_id = $2 LIMIT 1", string(tenant), string(id))
	if err != nil {
		return err
	}
	if held {
		return inUse
	}
	_, err = t.exec(ctx, "DELETE FROM roles WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	if err != nil {
		return t.refused(err, inUse)
	}
	return t.directoryChanged(ctx, tenant)
}

// Role implements iam.RoleStore.
func (t *tx) Role(ctx context.Context, tenant iam.TenantID, id iam.RoleID) (*iam.Role, error) {
	list, err := t.roles(ctx, roleSelect+" AND r.id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, iam.NotFound("role")
	}
	return list[0], nil
}

// Roles implements iam.RoleStore.
func (t *tx) Roles(ctx context.Context, tenant iam.TenantID) ([]*iam.Role, error) {
	list, err := t.roles(ctx, roleSelect, string(tenant))
	if err != nil {
		return nil, err
	}
	keys := make(map[iam.RoleID]string, len(list))
	for _, r := range list {
		keys[r.ID] = fold.SortKey(r.Name)
	}
	slices.SortFunc(list, func(a, b *iam.Role) int {
		return cmp.Or(cmp.Compare(number(b.System), number(a.System)), cmp.Compare(keys[a.ID], keys[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (t *tx) roles(ctx context.Context, query string, args ...any) ([]*iam.Role, error) {
	var list []*iam.Role
	err := t.each(ctx, query, args, func(row scanner) error {
		var r iam.Role
		var id, scope, permissions string
		var system, created, updated int64
		if err := row.Scan(&id, &r.Code, &r.Name, &r.Description, &scope, &system, &permissions, &created, &updated, &r.Version, &r.Members); err != nil {
			return err
		}
		r.ID, r.Scope, r.System, r.Permissions = iam.RoleID(id), iam.Scope(scope), system != 0, splitPermissions(permissions)
		r.CreatedAt, r.UpdatedAt = fromMicros(created), fromMicros(updated)
		list = append(list, &r)
		return nil
	})
	return list, err
}
