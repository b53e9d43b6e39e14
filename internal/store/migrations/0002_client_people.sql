-- +goose Up
-- The role of whoever runs a client organization, in tenants made before it.
INSERT INTO roles (tenant_id, id, code, name, description, scope, is_system, permissions, created_at, updated_at, version)
SELECT t.id, 'role_org_admin', 'org_admin', 'Org Admin', '', 'organization', 1, '', t.created_at, t.created_at, 1
FROM tenants t;
