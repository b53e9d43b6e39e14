-- +goose Up
-- Events are found by where they came from and by the request that made them.
-- Those of an import have neither, so that it writes no more than it did.
CREATE INDEX audit_events_ip ON audit_events (tenant_id, ip, id) WHERE ip <> '';
CREATE INDEX audit_events_request ON audit_events (tenant_id, request_id, id) WHERE request_id <> '';

-- Those who were deleted are listed, the last first: to the company all of them,
-- to the administrators of an organization those who belonged to it. The address
-- is kept until the person is erased, so that they can be invited again.
ALTER TABLE user_tombstones ADD COLUMN email {{text}} NOT NULL DEFAULT '';
CREATE INDEX user_tombstones_deleted ON user_tombstones (tenant_id, deleted_at, id);
CREATE TABLE user_tombstone_orgs (
  tenant_id {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  org_id    {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, user_id, org_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES user_tombstones (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX user_tombstone_orgs_org ON user_tombstone_orgs (tenant_id, org_id, user_id);
-- Of those who were deleted before, the log tells it as far as it tells of organizations.
INSERT INTO user_tombstone_orgs (tenant_id, user_id, org_id)
SELECT DISTINCT t.tenant_id, t.id, o.id
FROM user_tombstones t
JOIN audit_events e ON e.tenant_id = t.tenant_id AND e.target_id = t.id AND e.action = 'user.deleted'
JOIN organizations o ON o.tenant_id = e.tenant_id AND o.id = e.org_id;

-- The order in which teams are listed, cut so that a cursor can hold it.
CREATE INDEX teams_list ON teams (tenant_id, substr(name_key, 1, 50), id);
