-- +goose Up
-- What imports and sign-ins write without anybody reading it: see docs/adr/0024.
--
-- Users in the order of their last sign-in come from the user index alone.
DROP INDEX users_last_sign_in;

-- A membership has its roles in its row, as it has its permissions: ids in order,
-- separated by spaces. runs is 1 where one of them is to run the organization.
ALTER TABLE memberships ADD COLUMN roles {{text}} NOT NULL DEFAULT '';
ALTER TABLE memberships ADD COLUMN runs BIGINT NOT NULL DEFAULT 0;
UPDATE memberships SET
  roles = COALESCE((SELECT string_agg(r.role_id, ' ' ORDER BY r.role_id) FROM membership_roles r
    WHERE r.tenant_id = memberships.tenant_id AND r.user_id = memberships.user_id AND r.org_id = memberships.org_id), ''),
  runs = CASE WHEN EXISTS (SELECT 1 FROM membership_roles r
    WHERE r.tenant_id = memberships.tenant_id AND r.user_id = memberships.user_id AND r.org_id = memberships.org_id
      AND r.role_id IN ('role_admin', 'role_org_admin')) THEN 1 ELSE 0 END;
CREATE INDEX memberships_runs ON memberships (tenant_id, org_id, user_id) WHERE runs = 1;
DROP TABLE membership_roles;
