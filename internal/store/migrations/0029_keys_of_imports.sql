-- +goose Up
-- The API key by which an import was uploaded or started; '' for a person's own.
ALTER TABLE user_imports ADD COLUMN api_key_id {{text}} NOT NULL DEFAULT '';
