-- +goose Up
-- On PostgreSQL a reference costs a question for each row: whoever adds memberships
-- asks once for all of their organizations. See docs/adr/0024.
SELECT 1;
{{lean_members}}
