// Package store keeps the directory in a database: one SQL text for SQLite and
// PostgreSQL, a file an aggregate. dialect.go holds every difference between
// the engines, cursor.go pages through lists by keyset and binds each cursor to
// its tenant, migrations/ holds the schema. It implements the interfaces of package
// iam; the conformance suite in storetest runs against both engines.
package store
