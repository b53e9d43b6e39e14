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
