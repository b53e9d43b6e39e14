-- +goose Up
-- Events of who was logged in as somebody else, by whom they were: see auditbehalf.go.
CREATE TABLE audit_behalf (
  tenant_id {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  event_id  {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, user_id, event_id)
){{rowless}};
INSERT INTO audit_behalf (tenant_id, user_id, event_id)
SELECT tenant_id, substr(personal, 41, 31), id FROM audit_events
WHERE personal LIKE '[{"field":"on!_behalf!_of","after":{"id":"user!_%' ESCAPE '!';
