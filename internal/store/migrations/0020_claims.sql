-- +goose Up
-- Organizations claim domains without seeing whether another one does: who
-- verifies it first has it (domains_verified).
DROP INDEX domains_claim;
CREATE UNIQUE INDEX domains_claim ON domains (tenant_id, org_id, host);
{{lean_audit}}
