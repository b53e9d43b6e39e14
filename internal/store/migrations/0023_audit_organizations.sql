-- +goose Up
-- Which organization an event concerns, so that its own administrators can read
-- of it. Events from before have none: the company's administrators read them.
ALTER TABLE audit_events ADD COLUMN org_id {{text}} NOT NULL DEFAULT '';
CREATE INDEX audit_events_org ON audit_events (tenant_id, org_id, id) WHERE org_id <> '';
