-- +goose Up
-- Why exports and imports ended, and why a decision of a review was refused, as a
-- code beside the English text; '' in those from before.
ALTER TABLE exports ADD COLUMN failed_code {{text}} NOT NULL DEFAULT '';
ALTER TABLE user_imports ADD COLUMN failed_code {{text}} NOT NULL DEFAULT '';
ALTER TABLE access_review_rows ADD COLUMN problem_code {{text}} NOT NULL DEFAULT '';
