-- +goose Up
-- Where people belonged, and until when: what they did there, and what was done
-- to them, is told under their names to those who administer it. Rows outlive
-- the person, as the log does.
CREATE TABLE past_memberships (
  tenant_id {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  org_id    {{text}} NOT NULL,
  left_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, org_id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX past_memberships_org ON past_memberships (tenant_id, org_id);
