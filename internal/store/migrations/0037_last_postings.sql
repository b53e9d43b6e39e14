-- +goose Up
-- The postings of each tenant's last chunk, which is where new people come: see
-- lastpostings.go.
CREATE TABLE user_last_postings (
  tenant_id {{text}} NOT NULL,
  key       {{text}} NOT NULL,
  chunk     BIGINT NOT NULL,
  members   BIGINT NOT NULL,
  bits      {{bytes}} NOT NULL,
  PRIMARY KEY (tenant_id, key, chunk)
){{rowless}};
{{last_postings}}
ALTER TABLE user_index_state ADD COLUMN last_chunk BIGINT NOT NULL DEFAULT 0;
UPDATE user_index_state SET last_chunk =
  COALESCE((SELECT MAX(p.chunk) FROM user_postings p WHERE p.tenant_id = user_index_state.tenant_id), 0);
INSERT INTO user_last_postings (tenant_id, key, chunk, members, bits)
SELECT p.tenant_id, p.key, p.chunk, p.members, p.bits
FROM user_index_state s JOIN user_postings p ON p.tenant_id = s.tenant_id AND p.chunk = s.last_chunk;
DELETE FROM user_postings
WHERE chunk = (SELECT s.last_chunk FROM user_index_state s WHERE s.tenant_id = user_postings.tenant_id);
CREATE VIEW user_all_postings AS
SELECT tenant_id, key, chunk, members, bits FROM user_postings
UNION ALL
SELECT tenant_id, key, chunk, members, bits FROM user_last_postings;
