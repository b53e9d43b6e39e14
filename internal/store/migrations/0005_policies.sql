-- +goose Up
-- What organizations set for themselves and those below them.
CREATE TABLE policies (
  tenant_id  {{text}} NOT NULL,
  org_id     {{text}} NOT NULL,
  settings   {{text}} NOT NULL, -- JSON
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, org_id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);

-- What a short code that somebody was told stands for. A code is no secret: it
-- only finds its row, for who may manage policies.
CREATE TABLE ip_refusals (
  tenant_id  {{text}} NOT NULL,
  code       {{text}} NOT NULL,
  user_id    {{text}} NOT NULL,
  org_id     {{text}} NOT NULL,
  list_org   {{text}} NOT NULL,
  address    {{text}} NOT NULL,
  near       {{text}} NOT NULL,
  rules      BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, list_org) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ip_refusals_user ON ip_refusals (tenant_id, user_id, expires_at);
CREATE INDEX ip_refusals_org ON ip_refusals (tenant_id, org_id);
CREATE INDEX ip_refusals_list ON ip_refusals (tenant_id, list_org);
CREATE INDEX ip_refusals_expiry ON ip_refusals (expires_at);

CREATE TABLE ip_exceptions (
  tenant_id    {{text}} NOT NULL,
  id           {{text}} NOT NULL,
  org_id       {{text}} NOT NULL,
  user_id      {{text}}, -- NULL: everybody in the organization
  address      {{text}} NOT NULL,
  note         {{text}} NOT NULL,
  until_at     BIGINT NOT NULL,
  created_by   {{text}} NOT NULL,
  created_name {{text}} NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ip_exceptions_org ON ip_exceptions (tenant_id, org_id);
CREATE INDEX ip_exceptions_user ON ip_exceptions (tenant_id, user_id);
CREATE INDEX ip_exceptions_until ON ip_exceptions (until_at);
