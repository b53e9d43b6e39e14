-- +goose Up
-- Invitations, mail by organization, texts of mails, and notices of changed access.

CREATE TABLE invitations (
  tenant_id    {{text}} NOT NULL,
  id           {{text}} NOT NULL,
  org_id       {{text}} NOT NULL,
  email        {{text}} NOT NULL,
  email_key    {{text}} NOT NULL,
  user_id      {{text}} NOT NULL, -- whose row it was sent from; '' for an address
  user_type    {{text}} NOT NULL,
  role_ids     {{text}} NOT NULL, -- separated by spaces, as are the permissions
  permissions  {{text}} NOT NULL,
  team_ids     {{text}} NOT NULL,
  locale       {{text}} NOT NULL,
  state        {{text}} NOT NULL, -- pending, accepted, expired, deleted
  token_hash   {{bytes}},         -- NULL: no link works
  mail_id      {{text}} NOT NULL, -- the latest mail
  invited_by   {{text}} NOT NULL,
  invited_name {{text}} NOT NULL,
  created_at   BIGINT NOT NULL,
  sent_at      BIGINT NOT NULL,
  times_sent   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  accepted_at  BIGINT NOT NULL,
  accepted_by  {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash) WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX invitations_pending ON invitations (tenant_id, email_key, org_id) WHERE state = 'pending';
CREATE INDEX invitations_state ON invitations (tenant_id, state, id);
CREATE INDEX invitations_org ON invitations (tenant_id, org_id, id);

-- The organization a mail is about; '' is the company itself.
ALTER TABLE mails ADD COLUMN org_id {{text}} NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN from_name {{text}} NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN reply_to {{text}} NOT NULL DEFAULT '';
CREATE INDEX mails_org ON mails (tenant_id, org_id, id);
CREATE INDEX mails_failed ON mails (tenant_id, id) WHERE state = 'failed';

-- What differs from the organization above; the tenant's own row is its root's.
CREATE TABLE mail_settings (
  tenant_id   {{text}} NOT NULL,
  org_id      {{text}} NOT NULL,
  sender_name {{text}} NOT NULL,
  reply_to    {{text}} NOT NULL,
  notices_off BIGINT NOT NULL, -- of the root: nobody is told of changed access
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, org_id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE mail_templates (
  tenant_id  {{text}} NOT NULL REFERENCES tenants (id),
  kind       {{text}} NOT NULL,
  locale     {{text}} NOT NULL,
  subject    {{text}} NOT NULL,
  body       {{text}} NOT NULL,
  button     {{text}} NOT NULL,
  note       {{text}} NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, kind, locale)
);

-- Whose access has changed, and what it was before the first change.
CREATE TABLE access_notices (
  tenant_id     {{text}} NOT NULL,
  user_id       {{text}} NOT NULL,
  access_before {{text}} NOT NULL, -- JSON
  due_at        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX access_notices_due ON access_notices (due_at);

-- Which role has changed, and what it allowed before: its holders are noted in
-- the background, portion by portion.
CREATE TABLE role_notices (
  tenant_id   {{text}} NOT NULL,
  role_id     {{text}} NOT NULL,
  permissions {{text}} NOT NULL,
  next_page   {{text}} NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, role_id),
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE
);
