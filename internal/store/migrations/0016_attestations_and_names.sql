-- +goose Up
-- When a key first signed a file that is kept: its public half stays published
-- for years after that. 0 for never. Which of the present keys did is not known.
ALTER TABLE signing_keys ADD COLUMN attested_at BIGINT NOT NULL DEFAULT 0;
UPDATE signing_keys SET attested_at = active_at;

-- Up to which place in the chain events may have the name of somebody among the
-- changes that are under the hash itself: see docs/adr/0009.
ALTER TABLE audit_heads ADD COLUMN open_until BIGINT NOT NULL DEFAULT 0;
UPDATE audit_heads SET open_until = seq +
  (SELECT COUNT(*) FROM audit_events e WHERE e.tenant_id = audit_heads.tenant_id AND e.seq IS NULL);
INSERT INTO audit_heads (tenant_id, seq, hash, open_until)
SELECT tenant_id, 0, {{zeros}}, COUNT(*) FROM audit_events
WHERE tenant_id NOT IN (SELECT tenant_id FROM audit_heads) GROUP BY tenant_id;
