-- +goose Up
-- One text for both engines; what stands in double braces is filled in by
-- dialect.go. Times are microseconds since 1970
-- UTC, 0 for never. Every key of a tenant's row begins with the tenant, so that
-- neither engine can hold a reference from one tenant to another.

CREATE TABLE installation (
  id          BIGINT PRIMARY KEY CHECK (id = 1),
  setup_token {{bytes}}
);

CREATE TABLE tenants (
  id         {{text}} PRIMARY KEY,
  short_name {{text}} NOT NULL UNIQUE,
  name       {{text}} NOT NULL,
  color      {{text}} NOT NULL,
  logo_key   {{text}} NOT NULL,
  status     {{text}} NOT NULL,
  root_org   {{text}} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);

CREATE TABLE tenant_hosts (
  host      {{text}} PRIMARY KEY,
  tenant_id {{text}} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE INDEX tenant_hosts_tenant ON tenant_hosts (tenant_id);

CREATE TABLE organizations (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  parent_id   {{text}},
  short_name  {{text}} NOT NULL,
  name        {{text}} NOT NULL,
  description {{text}} NOT NULL,
  status      {{text}} NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES organizations (tenant_id, id)
);
CREATE UNIQUE INDEX organizations_short_name ON organizations (tenant_id, short_name);
CREATE INDEX organizations_parent ON organizations (tenant_id, parent_id);

CREATE TABLE roles (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  code        {{text}} NOT NULL,
  name        {{text}} NOT NULL,
  description {{text}} NOT NULL,
  scope       {{text}} NOT NULL,
  is_system   BIGINT NOT NULL,
  permissions {{text}} NOT NULL, -- ids separated by spaces
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX roles_code ON roles (tenant_id, code);

CREATE TABLE users (
  seq                  {{identity}},
  tenant_id            {{text}} NOT NULL REFERENCES tenants (id),
  id                   {{text}} NOT NULL,
  user_type            {{text}} NOT NULL,
  status               {{text}} NOT NULL,
  first_name           {{text}} NOT NULL,
  last_name            {{text}} NOT NULL,
  nickname             {{text}} NOT NULL,
  name_key             {{text}} NOT NULL, -- folded full name: the order of the list
  email                {{text}} NOT NULL,
  email_key            {{text}} NOT NULL, -- folded: what is unique
  phone                {{text}} NOT NULL,
  external_id          {{text}},
  timezone             {{text}} NOT NULL,
  locale               {{text}} NOT NULL,
  theme                {{text}} NOT NULL,
  photo_key            {{text}} NOT NULL,
  password_hash        {{text}} NOT NULL,
  must_change_password BIGINT NOT NULL,
  password_expires_at  BIGINT NOT NULL,
  password_changed_at  BIGINT NOT NULL,
  last_sign_in_at      BIGINT NOT NULL,
  created_at           BIGINT NOT NULL,
  updated_at           BIGINT NOT NULL,
  version              BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_id ON users (tenant_id, id);
CREATE UNIQUE INDEX users_email ON users (tenant_id, email_key);
CREATE UNIQUE INDEX users_external_id ON users (tenant_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_name ON users (tenant_id, name_key, seq);
CREATE INDEX users_last_sign_in ON users (tenant_id, last_sign_in_at, seq);
CREATE INDEX users_seq ON users (tenant_id, seq);
CREATE INDEX users_admins ON users (tenant_id, id) WHERE user_type = 'tenant_admin';

CREATE TABLE user_tombstones (
  tenant_id  {{text}} NOT NULL REFERENCES tenants (id),
  id         {{text}} NOT NULL,
  full_name  {{text}} NOT NULL,
  user_type  {{text}} NOT NULL,
  deleted_at BIGINT NOT NULL,
  deleted_by {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE memberships (
  tenant_id            {{text}} NOT NULL,
  user_id              {{text}} NOT NULL,
  org_id               {{text}} NOT NULL,
  includes_descendants BIGINT NOT NULL,
  permissions          {{text}} NOT NULL, -- granted directly, separated by spaces
  created_at           BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, org_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id)
){{rowless}};

CREATE INDEX memberships_org ON memberships (tenant_id, org_id, user_id);

CREATE TABLE membership_roles (
  tenant_id {{text}} NOT NULL,
  user_id   {{text}} NOT NULL,
  org_id    {{text}} NOT NULL,
  role_id   {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, user_id, org_id, role_id),
  FOREIGN KEY (tenant_id, user_id, org_id) REFERENCES memberships (tenant_id, user_id, org_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
){{rowless}};
CREATE INDEX membership_roles_role ON membership_roles (tenant_id, role_id, user_id);

-- Counters: readers add the deltas that are not folded yet, so that two writers
-- of a tenant never wait for one row.
CREATE TABLE counters (
  tenant_id {{text}} NOT NULL REFERENCES tenants (id),
  name      {{text}} NOT NULL, -- users.active, users.suspended, role:<id>, org:<id>
  value     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
CREATE TABLE counter_deltas (
  id        {{identity}},
  tenant_id {{text}} NOT NULL REFERENCES tenants (id),
  name      {{text}} NOT NULL,
  delta     BIGINT NOT NULL
);
CREATE INDEX counter_deltas_tenant ON counter_deltas (tenant_id, name, delta);

-- The user index: see package userindex.
CREATE TABLE user_postings (
  tenant_id {{text}} NOT NULL,
  key       {{text}} NOT NULL,
  chunk     BIGINT NOT NULL,
  members   BIGINT NOT NULL, -- how many users bits holds
  bits      {{bytes}} NOT NULL,
  PRIMARY KEY (tenant_id, key, chunk)
){{rowless}};
CREATE TABLE user_sort_blocks (
  tenant_id {{text}} NOT NULL,
  col       {{text}} NOT NULL,
  block     BIGINT NOT NULL, -- -1: the directory of the column
  vals      {{bytes}} NOT NULL,
  PRIMARY KEY (tenant_id, col, block)
);
CREATE TABLE user_changes (
  id        {{identity}},
  tenant_id {{text}} NOT NULL,
  seq       BIGINT NOT NULL,
  kind      {{text}} NOT NULL,
  old_doc   {{bytes}}
);
CREATE INDEX user_changes_tenant ON user_changes (tenant_id, id);
CREATE TABLE user_index_state (
  tenant_id {{text}} PRIMARY KEY REFERENCES tenants (id),
  version   BIGINT NOT NULL
);

CREATE TABLE sessions (
  id           {{text}} PRIMARY KEY,
  tenant_id    {{text}} NOT NULL,
  user_id      {{text}} NOT NULL,
  org_id       {{text}} NOT NULL,
  token_hash   {{bytes}} NOT NULL UNIQUE,
  ip           {{text}} NOT NULL,
  user_agent   {{text}} NOT NULL,
  created_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id)
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_org ON sessions (tenant_id, org_id);

CREATE TABLE api_keys (
  id           {{text}} PRIMARY KEY,
  tenant_id    {{text}} NOT NULL,
  user_id      {{text}} NOT NULL,
  name         {{text}} NOT NULL,
  prefix       {{text}} NOT NULL,
  secret_hash  {{bytes}} NOT NULL UNIQUE,
  permissions  {{text}} NOT NULL,
  created_by   {{text}} NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  revoked_at   BIGINT NOT NULL,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX api_keys_user ON api_keys (tenant_id, user_id);

CREATE TABLE password_resets (
  token_hash {{bytes}} PRIMARY KEY,
  tenant_id  {{text}} NOT NULL,
  user_id    {{text}} NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX password_resets_user ON password_resets (tenant_id, user_id);

CREATE TABLE throttles (
  tenant_id {{text}} NOT NULL,
  key       {{text}} NOT NULL,
  failures  BIGINT NOT NULL,
  first_at  BIGINT NOT NULL,
  until_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX throttles_first ON throttles (first_at);

-- The audit log is append-only: an event's row is inserted once; sealing fills
-- seq, prev_hash and hash once and nothing else ever updates it.
CREATE TABLE audit_events (
  tenant_id   {{text}} NOT NULL REFERENCES tenants (id),
  id          {{text}} NOT NULL,
  at          BIGINT NOT NULL,
  action      {{text}} NOT NULL,
  outcome     {{text}} NOT NULL,
  reason      {{text}} NOT NULL,
  actor_type  {{text}} NOT NULL,
  actor_id    {{text}} NOT NULL,
  actor_name  {{text}} NOT NULL,
  target_type {{text}} NOT NULL,
  target_id   {{text}} NOT NULL,
  target_name {{text}} NOT NULL,
  changes     {{text}} NOT NULL, -- JSON
  ip          {{text}} NOT NULL,
  user_agent  {{text}} NOT NULL,
  request_id  {{text}} NOT NULL,
  seq         BIGINT,
  hash        {{bytes}},
  PRIMARY KEY (tenant_id, id)
){{rowless}};
CREATE UNIQUE INDEX audit_events_seq ON audit_events (tenant_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_events_unsealed ON audit_events (tenant_id, id) WHERE seq IS NULL;
CREATE INDEX audit_events_target ON audit_events (tenant_id, target_id, id);
CREATE INDEX audit_events_actor ON audit_events (tenant_id, actor_id, id);
CREATE INDEX audit_events_action ON audit_events (tenant_id, action, id);

CREATE TABLE audit_heads (
  tenant_id {{text}} PRIMARY KEY REFERENCES tenants (id),
  seq       BIGINT NOT NULL,
  hash      {{bytes}} NOT NULL
);

CREATE TABLE mails (
  id              {{text}} PRIMARY KEY,
  tenant_id       {{text}} NOT NULL REFERENCES tenants (id),
  kind            {{text}} NOT NULL,
  recipient       {{text}} NOT NULL,
  subject         {{text}} NOT NULL,
  body_text       {{text}} NOT NULL,
  body_html       {{text}} NOT NULL,
  state           {{text}} NOT NULL,
  attempts        BIGINT NOT NULL,
  last_error      {{text}} NOT NULL,
  created_at      BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL
);
CREATE INDEX mails_tenant ON mails (tenant_id, id);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'queued';

CREATE TABLE replays (
  tenant_id    {{text}} NOT NULL,
  key          {{text}} NOT NULL,
  request_hash {{bytes}} NOT NULL,
  status       BIGINT NOT NULL,
  header       {{bytes}},
  body         {{bytes}},
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX replays_created ON replays (created_at);

CREATE TABLE user_imports (
  tenant_id     {{text}} NOT NULL REFERENCES tenants (id),
  id            {{text}} NOT NULL,
  file_name     {{text}} NOT NULL,
  file_key      {{text}} NOT NULL,
  state         {{text}} NOT NULL,
  rows_total    BIGINT NOT NULL,
  rows_checked  BIGINT NOT NULL,
  rows_valid    BIGINT NOT NULL,
  rows_invalid  BIGINT NOT NULL,
  rows_done     BIGINT NOT NULL,
  created       BIGINT NOT NULL,
  skipped       BIGINT NOT NULL,
  failed_reason {{text}} NOT NULL,
  created_by    {{text}} NOT NULL,
  created_name  {{text}} NOT NULL,
  granted       {{text}} NOT NULL, -- what whoever started it was allowed to
  created_at    BIGINT NOT NULL,
  finished_at   BIGINT NOT NULL,
  lease_until   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX user_imports_open ON user_imports (lease_until) WHERE state IN ('checking', 'running');

CREATE TABLE user_import_rows (
  tenant_id {{text}} NOT NULL,
  import_id {{text}} NOT NULL,
  line      BIGINT NOT NULL,
  field     {{text}} NOT NULL,
  code      {{text}} NOT NULL,
  message   {{text}} NOT NULL,
  action    {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, import_id, line, field),
  FOREIGN KEY (tenant_id, import_id) REFERENCES user_imports (tenant_id, id) ON DELETE CASCADE
);
{{external}}
