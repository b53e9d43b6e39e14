-- +goose Up
-- What a tenant keeps of its users beside what the product keeps (docs/adr/0012).
CREATE TABLE custom_fields (
  tenant_id  {{text}} NOT NULL REFERENCES tenants (id),
  id         {{text}} NOT NULL,
  key        {{text}} NOT NULL,
  label      {{text}} NOT NULL,
  kind       {{text}} NOT NULL, -- text, number, choice, date, boolean
  required   BIGINT NOT NULL,
  in_table   BIGINT NOT NULL,
  choices    {{text}} NOT NULL, -- JSON: value and label of each, in order
  position   BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT NOT NULL, -- 0 while it is there; then it stays until no user has a value
  version    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX custom_fields_key ON custom_fields (tenant_id, key) WHERE deleted_at = 0;
CREATE INDEX custom_fields_deleted ON custom_fields (deleted_at) WHERE deleted_at > 0;

-- JSON: values by the id of the field; '' for none.
ALTER TABLE users ADD COLUMN custom_values {{text}} NOT NULL DEFAULT '';
