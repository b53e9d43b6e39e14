-- +goose Up
-- Counts up with every change of a tenant's roles, organizations and policies,
-- so that a process which has read them knows whether they still hold.
CREATE TABLE directory_versions (
  tenant_id {{text}} PRIMARY KEY REFERENCES tenants (id),
  version   BIGINT NOT NULL
);
