-- +goose Up
-- The organization in which whoever started an import acted; '' in those from
-- before, which belong to the company itself.
ALTER TABLE user_imports ADD COLUMN org_id {{text}} NOT NULL DEFAULT '';
