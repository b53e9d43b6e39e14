-- +goose Up
-- What imports gain by on PostgreSQL alone: see dialect.go.
SELECT 1;
{{lean}}
