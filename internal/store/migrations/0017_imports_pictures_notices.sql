-- +goose Up
-- The organization in which whoever started an import acted; '' in those from
-- before, which belong to the company itself.
ALTER TABLE user_imports ADD COLUMN org_id {{text}} NOT NULL DEFAULT '';

-- Whether anybody still has a photo.
CREATE INDEX users_photo ON users (tenant_id, photo_key) WHERE photo_key <> '';

-- Organizations that were moved, or may have other features since: their people
-- have yet to be told. The texts are as they were before.
CREATE TABLE org_notices (
  tenant_id  {{text}} NOT NULL,
  org_id     {{text}} NOT NULL,
  parent_id  {{text}} NOT NULL,
  features   {{text}} NOT NULL,
  next_page  {{text}} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, org_id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);

-- Changing the widget's settings has a permission of its own since, which the
-- checkbox "Settings" comes with. Whoever had all that it came with has it still.
UPDATE memberships SET permissions = TRIM(CASE
  WHEN ' ' || permissions || ' ' LIKE '% bots.read bots.manage %'
  THEN REPLACE(' ' || permissions || ' ', ' bots.manage ', ' bots.manage bots.configure ')
  ELSE REPLACE(' ' || permissions || ' ', ' bots.read ', ' bots.read bots.configure ') END)
WHERE ' ' || permissions || ' ' LIKE '% dashboard.settings %' AND ' ' || permissions || ' ' LIKE '% bots.read %'
  AND ' ' || permissions || ' ' NOT LIKE '% bots.configure %';
UPDATE invitations SET permissions = TRIM(CASE
  WHEN ' ' || permissions || ' ' LIKE '% bots.read bots.manage %'
  THEN REPLACE(' ' || permissions || ' ', ' bots.manage ', ' bots.manage bots.configure ')
  ELSE REPLACE(' ' || permissions || ' ', ' bots.read ', ' bots.read bots.configure ') END)
WHERE ' ' || permissions || ' ' LIKE '% dashboard.settings %' AND ' ' || permissions || ' ' LIKE '% bots.read %'
  AND ' ' || permissions || ' ' NOT LIKE '% bots.configure %';
UPDATE roles SET permissions = TRIM(CASE
  WHEN ' ' || permissions || ' ' LIKE '% bots.read bots.manage %'
  THEN REPLACE(' ' || permissions || ' ', ' bots.manage ', ' bots.manage bots.configure ')
  ELSE REPLACE(' ' || permissions || ' ', ' bots.read ', ' bots.read bots.configure ') END)
WHERE ' ' || permissions || ' ' LIKE '% dashboard.settings %' AND ' ' || permissions || ' ' LIKE '% bots.read %'
  AND ' ' || permissions || ' ' NOT LIKE '% bots.configure %' AND is_system = 0;
