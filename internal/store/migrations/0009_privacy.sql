-- +goose Up
-- What of an audit event is about people can be erased: see docs/adr/0009.
ALTER TABLE audit_events ADD COLUMN personal {{text}} NOT NULL DEFAULT ''; -- JSON: the changes that are
ALTER TABLE audit_events ADD COLUMN salts {{bytes}};                       -- NULL in events from before this
ALTER TABLE audit_events ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;      -- 1: the actor's part, 2: the target's
ALTER TABLE audit_events ADD COLUMN digests {{bytes}};                     -- of the parts that were erased

ALTER TABLE user_tombstones ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;
