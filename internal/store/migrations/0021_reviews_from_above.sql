-- +goose Up
-- People whose membership further up includes an organization are in its reviews.

-- The organization from which a review was started: access from further up is
-- not in it. '' of reviews that began before and list members only.
ALTER TABLE access_reviews ADD COLUMN top_org {{text}} NOT NULL DEFAULT '';

-- 1: org_id is above the organization reviewed, and its membership reaches down.
ALTER TABLE access_review_rows ADD COLUMN above BIGINT NOT NULL DEFAULT 0;

CREATE INDEX memberships_reach ON memberships (tenant_id, org_id, user_id) WHERE includes_descendants = 1;
