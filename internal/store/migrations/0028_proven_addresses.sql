-- +goose Up
-- When it was shown that an address is the person's; 0 as long as it was not.
-- Those from before count as shown, in their first microsecond.
ALTER TABLE users ADD COLUMN email_proven_at BIGINT NOT NULL DEFAULT 1;
