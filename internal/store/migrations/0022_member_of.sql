-- +goose Up
-- A user's row carries what memberships and membership_roles hold of it, so that
-- a page of users is read without them: see memberof.go and docs/adr/0020. The
-- tables stay what is referred to and searched by.
ALTER TABLE users ADD COLUMN member_of {{text}} NOT NULL DEFAULT '';
UPDATE users SET member_of = COALESCE((
  SELECT string_agg(
    m.org_id || '|' || m.includes_descendants || '|' || m.created_at || '|' || m.permissions || '|' ||
      COALESCE((SELECT string_agg(r.role_id, ' ' ORDER BY r.role_id) FROM membership_roles r
                WHERE r.tenant_id = m.tenant_id AND r.user_id = m.user_id AND r.org_id = m.org_id), '') || '|' ||
      REPLACE(REPLACE(REPLACE(m.alias, '%', '%25'), '|', '%7C'), ',', '%2C'),
    ',' ORDER BY m.org_id)
  FROM memberships m WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id), '');
