-- +goose Up
-- How a member is called where they belong; '' when by their own name.
ALTER TABLE memberships ADD COLUMN alias {{text}} NOT NULL DEFAULT '';
CREATE INDEX memberships_alias ON memberships (tenant_id, user_id, org_id) WHERE alias <> '';

-- What people have chosen to be: who has no row is online while they are there.
CREATE TABLE user_presence (
  tenant_id {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  presence  {{text}} NOT NULL, -- online, away, offline
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
){{rowless}};
