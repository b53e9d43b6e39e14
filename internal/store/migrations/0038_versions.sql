-- +goose Up
-- Versions of what two admins can change at once. What an organization gave up to have
-- what is above or built in again stays as a row that is not its own, so that its
-- version goes on.
ALTER TABLE mail_settings ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE mail_templates ADD COLUMN own BIGINT NOT NULL DEFAULT 1;
ALTER TABLE mail_templates ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE dashboard_apps ADD COLUMN own BIGINT NOT NULL DEFAULT 1;
ALTER TABLE dashboard_apps ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
