-- +goose Up
-- A review that is over outlives its organization: org_id is then the root, whose
-- people alone see it, and these are the id and the last name of what was
-- reviewed. '' while that is there.
ALTER TABLE access_reviews ADD COLUMN former_org {{text}} NOT NULL DEFAULT '';
ALTER TABLE access_reviews ADD COLUMN former_name {{text}} NOT NULL DEFAULT '';
