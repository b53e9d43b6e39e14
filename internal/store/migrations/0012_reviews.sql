-- +goose Up
-- Which permissions people use, and reviews of what they may do.

-- The last day (days since 1970 UTC) on which somebody used a permission.
CREATE TABLE permission_uses (
  tenant_id  {{text}} NOT NULL,
  user_id    {{text}} NOT NULL,
  org_id     {{text}} NOT NULL,
  permission {{text}} NOT NULL,
  day        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, org_id, permission),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX permission_uses_org ON permission_uses (tenant_id, org_id);

-- Since which day uses are recorded.
CREATE TABLE permission_uses_since (
  tenant_id {{text}} NOT NULL PRIMARY KEY REFERENCES tenants (id),
  day       BIGINT NOT NULL
){{rowless}};

CREATE TABLE access_reviews (
  tenant_id     {{text}} NOT NULL,
  id            {{text}} NOT NULL,
  org_id        {{text}} NOT NULL,
  below         BIGINT NOT NULL,
  name          {{text}} NOT NULL,
  state         {{text}} NOT NULL, -- preparing, open, finishing, finished, cancelled
  due_at        BIGINT NOT NULL,
  repeat_months BIGINT NOT NULL, -- 0: never
  next_due_at   BIGINT NOT NULL, -- of the review that shall follow; 0 once there is one
  reminded_at   BIGINT NOT NULL,
  used_since    BIGINT NOT NULL, -- since when uses were recorded when it began; 0 for never
  row_count     BIGINT NOT NULL,
  position      {{text}} NOT NULL, -- how far the list is while it is made: a cursor of the users
  created_by    {{text}} NOT NULL,
  created_name  {{text}} NOT NULL,
  created_at    BIGINT NOT NULL,
  finished_by   {{text}} NOT NULL,
  finished_name {{text}} NOT NULL,
  finished_at   BIGINT NOT NULL,
  finish_org    {{text}} NOT NULL, -- where whoever finishes it acts
  granted       {{text}} NOT NULL, -- what whoever finishes it may do
  report_sha256 {{text}} NOT NULL,
  lease_until   BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, org_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX access_reviews_org ON access_reviews (tenant_id, org_id);
CREATE INDEX access_reviews_work ON access_reviews (lease_until) WHERE state IN ('preparing', 'finishing');
CREATE INDEX access_reviews_next ON access_reviews (next_due_at) WHERE next_due_at > 0;

-- One account in one organization as it was when the review began, or when it
-- was last decided upon. Accounts and organizations may be gone since.
CREATE TABLE access_review_rows (
  tenant_id       {{text}} NOT NULL,
  review_id       {{text}} NOT NULL,
  n               BIGINT NOT NULL,
  user_id         {{text}} NOT NULL,
  org_id          {{text}} NOT NULL,
  org_name        {{text}} NOT NULL,
  full_name       {{text}} NOT NULL,
  email           {{text}} NOT NULL,
  user_type       {{text}} NOT NULL,
  status          {{text}} NOT NULL,
  last_sign_in_at BIGINT NOT NULL,
  member_since    BIGINT NOT NULL,
  has_unused      BIGINT NOT NULL,
  held            {{text}} NOT NULL, -- JSON: roles, permissions, what is unused and what could go
  grants          {{text}} NOT NULL, -- fingerprint: another one means that access has changed
  decision        {{text}} NOT NULL, -- '', keep, reduce, remove
  take            {{text}} NOT NULL, -- JSON: the roles and permissions that reduce takes away
  decided_by      {{text}} NOT NULL,
  decided_name    {{text}} NOT NULL,
  decided_at      BIGINT NOT NULL,
  result          {{text}} NOT NULL, -- '', kept, reduced, removed, deleted, undecided, changed, gone, refused
  problem         {{text}} NOT NULL, -- why it was refused
  done_at         BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, review_id, n),
  FOREIGN KEY (tenant_id, review_id) REFERENCES access_reviews (tenant_id, id) ON DELETE CASCADE
){{rowless}};
CREATE INDEX access_review_rows_decision ON access_review_rows (tenant_id, review_id, decision, n);
CREATE INDEX access_review_rows_user ON access_review_rows (tenant_id, user_id);
