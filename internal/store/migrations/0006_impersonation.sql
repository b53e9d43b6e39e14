-- +goose Up
-- A session in which somebody is logged in as somebody else: who really sits
-- there, in which organization they act, and their own session, without which
-- it ends. The texts are empty in every other session.
ALTER TABLE sessions ADD COLUMN actor_id {{text}} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN actor_org {{text}} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN actor_session {{text}} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN reason {{text}} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN may_change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sessions_actor ON sessions (tenant_id, actor_id) WHERE actor_id <> '';
