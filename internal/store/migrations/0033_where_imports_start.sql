-- +goose Up
-- From where an import was started, for the events of what it does; '' when it is over.
ALTER TABLE user_imports ADD COLUMN started_ip {{text}} NOT NULL DEFAULT '';
ALTER TABLE user_imports ADD COLUMN started_agent {{text}} NOT NULL DEFAULT '';
ALTER TABLE user_imports ADD COLUMN started_request {{text}} NOT NULL DEFAULT '';
