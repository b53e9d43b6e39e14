-- +goose Up
-- Why a mail was not taken, as a code beside the text; '' in those from before,
-- but for the one text that was always the same.
ALTER TABLE mails ADD COLUMN problem_code {{text}} NOT NULL DEFAULT '';
UPDATE mails SET problem_code = 'expired' WHERE last_error = 'its link has expired';
UPDATE mails SET last_error = SUBSTR(last_error, 7) WHERE last_error LIKE 'mail: %';
