-- +goose Up
-- Teams: users of an organization who take chats together.
CREATE TABLE teams (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  org_id      {{text}} NOT NULL,
  name        {{text}} NOT NULL,
  name_key    {{text}} NOT NULL, -- folded: what is unique in the organization
  description {{text}} NOT NULL,
  photo_key   {{text}} NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id)
);
CREATE UNIQUE INDEX teams_name ON teams (tenant_id, org_id, name_key);

CREATE TABLE team_orgs (
  tenant_id {{text}} NOT NULL,
  team_id   {{text}} NOT NULL,
  org_id    {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, team_id, org_id),
  FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX team_orgs_org ON team_orgs (tenant_id, org_id);

CREATE TABLE team_members (
  tenant_id  {{text}} NOT NULL,
  user_id    {{text}} NOT NULL,
  team_id    {{text}} NOT NULL,
  role_id    {{text}},
  is_lead    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, team_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
){{rowless}};
CREATE INDEX team_members_team ON team_members (tenant_id, team_id, user_id);
CREATE INDEX team_members_role ON team_members (tenant_id, role_id) WHERE role_id IS NOT NULL;
