-- +goose Up
-- AI agents of a tenant, and the organizations that each is assigned to.
CREATE TABLE agents (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  name        {{text}} NOT NULL,
  name_key    {{text}} NOT NULL, -- folded: what is unique in the tenant
  description {{text}} NOT NULL,
  external_id {{text}}, -- what the bot builder calls it; NULL for none
  state       {{text}} NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agents_name ON agents (tenant_id, name_key);
CREATE UNIQUE INDEX agents_external_id ON agents (tenant_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE agent_orgs (
  tenant_id {{text}} NOT NULL,
  agent_id  {{text}} NOT NULL,
  org_id    {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, org_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX agent_orgs_org ON agent_orgs (tenant_id, org_id);
