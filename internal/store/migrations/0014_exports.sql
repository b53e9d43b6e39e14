-- +goose Up
-- Files that are made of lists in the background. An export goes with the person
-- who asked for it and with the organization that it covers.

CREATE TABLE exports (
  tenant_id     {{text}} NOT NULL,
  id            {{text}} NOT NULL,
  org_id        {{text}} NOT NULL,
  kind          {{text}} NOT NULL, -- users, invitations, memberships, audit
  format        {{text}} NOT NULL, -- csv, ndjson
  column_names  {{text}} NOT NULL, -- with spaces between them; empty for all
  filters       {{text}} NOT NULL, -- JSON
  state         {{text}} NOT NULL, -- queued, running, ready, failed, cancelled
  rows_total    BIGINT NOT NULL, -- -1: not known
  rows_done     BIGINT NOT NULL,
  size          BIGINT NOT NULL, -- bytes
  position      {{text}} NOT NULL, -- where the list goes on
  attempt       BIGINT NOT NULL,
  failed_reason {{text}} NOT NULL,
  created_by    {{text}} NOT NULL,
  created_name  {{text}} NOT NULL,
  api_key       {{text}} NOT NULL,
  granted       {{text}} NOT NULL, -- what whoever asked for it was allowed to
  created_at    BIGINT NOT NULL,
  finished_at   BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL, -- 0 while it is not over
  lease_until   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX exports_owner ON exports (tenant_id, created_by);
CREATE INDEX exports_org ON exports (tenant_id, org_id);
CREATE INDEX exports_open ON exports (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX exports_over ON exports (expires_at) WHERE expires_at > 0;
