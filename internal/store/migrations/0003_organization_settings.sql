-- +goose Up
-- What an organization sets for its people; '' comes from the one above.
ALTER TABLE organizations ADD COLUMN locale {{text}} NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN timezone {{text}} NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN layout {{text}} NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN logo_key {{text}} NOT NULL DEFAULT '';
-- Codes separated by spaces; '*' is everything that the organization above has.
ALTER TABLE organizations ADD COLUMN features {{text}} NOT NULL DEFAULT '*';
