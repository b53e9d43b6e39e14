package authz

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// LoadWith is Load as if a role still allowed what it did before a change.
func LoadWith(ctx context.Context, tx iam.Tx, tenant iam.TenantID, role iam.RoleID, permissions []iam.Permission) (*Directory, error) {
	d, err := Load(ctx, tx, tenant)
	if err != nil || d.Roles[role] == nil {
		return d, err
	}
	earlier := *d.Roles[role]
	earlier.Permissions = permissions
	d.Roles[role] = &earlier
	d.compiled[role] = access.Role{Name: earlier.Name, Set: access.SetOf(permissions...)}
	return d, nil
}
