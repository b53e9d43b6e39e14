-- +goose Up
-- What the people of client organizations see: brands and domains, the tabs of
-- their dashboard, notes to them, and the keys that sign what embedded pages
-- are told.

CREATE TABLE brands (
  tenant_id     {{text}} NOT NULL,
  org_id        {{text}} NOT NULL,
  name          {{text}} NOT NULL, -- '' here and below: as further up
  color         {{text}} NOT NULL,
  logo_key      {{text}} NOT NULL,
  support_email {{text}} NOT NULL,
  support_url   {{text}} NOT NULL,
  powered_by    {{text}} NOT NULL, -- show, hide
  updated_at    BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, org_id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);

-- A host name that is not verified may be claimed by several tenants at once;
-- one that is belongs to one.
CREATE TABLE domains (
  tenant_id   {{text}} NOT NULL,
  id          {{text}} NOT NULL,
  org_id      {{text}} NOT NULL,
  host        {{text}} NOT NULL,
  token       {{text}} NOT NULL, -- public: it stands in DNS
  created_at  BIGINT NOT NULL,
  created_by  {{text}} NOT NULL,
  verified_at BIGINT NOT NULL,
  checked_at  BIGINT NOT NULL,
  failing_at  BIGINT NOT NULL, -- since when checks of a verified one fail
  problem     {{text}} NOT NULL, -- what the last check found, a code
  expires_at  BIGINT NOT NULL, -- of the claim; 0 once verified
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX domains_claim ON domains (tenant_id, host);
CREATE UNIQUE INDEX domains_verified ON domains (host) WHERE verified_at > 0;
CREATE INDEX domains_expiry ON domains (expires_at) WHERE expires_at > 0;
CREATE INDEX domains_org ON domains (tenant_id, org_id);

CREATE TABLE dashboard_tabs (
  tenant_id  {{text}} NOT NULL,
  id         {{text}} NOT NULL,
  org_id     {{text}} NOT NULL, -- where it was made: it reaches no further than what is below
  title      {{text}} NOT NULL,
  icon       {{text}} NOT NULL,
  url        {{text}} NOT NULL,
  mode       {{text}} NOT NULL, -- frame, window
  audience   {{text}} NOT NULL, -- everybody, chosen
  identify   BIGINT NOT NULL, -- the page is told who is looking
  all_orgs   BIGINT NOT NULL,
  position   BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX dashboard_tabs_org ON dashboard_tabs (tenant_id, org_id);
CREATE TABLE dashboard_tab_orgs (
  tenant_id   {{text}} NOT NULL,
  tab_id      {{text}} NOT NULL,
  org_id      {{text}} NOT NULL,
  descendants BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, tab_id, org_id),
  FOREIGN KEY (tenant_id, tab_id) REFERENCES dashboard_tabs (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX dashboard_tab_orgs_org ON dashboard_tab_orgs (tenant_id, org_id);
CREATE TABLE dashboard_tab_people (
  tenant_id {{text}} NOT NULL,
  tab_id    {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, tab_id, user_id),
  FOREIGN KEY (tenant_id, tab_id) REFERENCES dashboard_tabs (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX dashboard_tab_people_user ON dashboard_tab_people (tenant_id, user_id);

-- Which app a built-in tab opens in an organization and below.
CREATE TABLE dashboard_apps (
  tenant_id  {{text}} NOT NULL,
  org_id     {{text}} NOT NULL,
  tab        {{text}} NOT NULL,
  url        {{text}} NOT NULL, -- '': none, whatever is set further up
  mode       {{text}} NOT NULL,
  identify   BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, org_id, tab),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE announcements (
  tenant_id    {{text}} NOT NULL,
  id           {{text}} NOT NULL,
  org_id       {{text}} NOT NULL, -- it is for this organization and those below
  title        {{text}} NOT NULL,
  body         {{text}} NOT NULL,
  author       {{text}} NOT NULL,
  published_at BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX announcements_org ON announcements (tenant_id, org_id, published_at);

CREATE TABLE signing_keys (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  algorithm   {{text}} NOT NULL,
  public_key  {{bytes}} NOT NULL, -- PKIX, DER
  private_key {{bytes}} NOT NULL, -- PKCS #8, sealed with the server's secret
  created_at  BIGINT NOT NULL,
  active_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
