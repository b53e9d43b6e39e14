package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// taken says what to tell when a unique key is violated. PostgreSQL names the
// key, SQLite its columns. The answer never tells who has the value.
var taken = func() map[string]iam.Field {
	m := map[string]iam.Field{}
	for _, k := range []struct{ constraint, columns, pointer, message string }{
		{
			"tenants_short_name_key", "tenants.short_name", "/short_name",
			"This short name is taken. Choose another one.",
		},
		{
			"tenant_hosts_pkey", "tenant_hosts.host", "/hosts",
			"One of these host names belongs to a tenant already. Remove it there first.",
		},
		{
			"organizations_short_name", "organizations.tenant_id, organizations.short_name", "/short_name",
			"This short name is taken. Choose another one.",
		},
		{
			"roles_code", "roles.tenant_id, roles.code", "/code",
			"This code is taken. Choose another one.",
		},
		{
			"custom_fields_key", "custom_fields.tenant_id, custom_fields.key", "/key",
			"Another field has this key. Choose another one.",
		},
		{
			"teams_name", "teams.tenant_id, teams.org_id, teams.name_key", "/name",
			"Another team of this organization has this name. Choose another one.",
		},
		{
			"agents_name", "agents.tenant_id, agents.name_key", "/name",
			"Another AI agent has this name. Choose another one.",
		},
		{
			"agents_external_id", "agents.tenant_id, agents.external_id", "/external_id",
			"Another AI agent has this external ID. Choose another one.",
		},
		{
			"users_email", "users.tenant_id, users.email_key", "/email",
			"This e-mail is taken. Use another one, or edit the user who has it.",
		},
		{
			"invitations_pending", "invitations.tenant_id, invitations.email_key, invitations.org_id", "/email",
			"This address was invited a moment ago.",
		},
		{
			"users_external_id", "users.tenant_id, users.external_id", "/external_id",
			"This external id is taken. Use another one, or edit the user who has it.",
		},
		{
			"domains_claim", "domains.tenant_id, domains.org_id, domains.host", "/host",
			"You have added this domain already.",
		},
		{
			"domains_verified", "domains.host", "/host",
			"This domain is in use already. Whoever uses it has to remove it first.",
		},
	} {
		f := iam.Field{Pointer: k.pointer, Code: "taken", Message: k.message}
		m[k.constraint], m[k.columns] = f, f
	}
	return m
}()

// refused turns a violated key into the product's error: a unique one into
// CodeConflict, a foreign one into what the statement at hand means by it, or
// itself when foreign is nil. PostgreSQL has given the transaction up by then.
func (t *tx) refused(err error, foreign *iam.Error) error {
	if err == nil {
		return nil
	}
	switch kind, name := t.d.violation(err); kind {
	case uniqueViolation:
		if f, ok := taken[name]; ok {
			e := iam.Wrap(err, iam.CodeConflict, "%s", f.Message)
			e.Fields = []iam.Field{f}
			return e
		}
	case foreignViolation:
		if foreign != nil {
			return foreign
		}
	}
	return err
}

// refusing is refused for session.later.
func (t *tx) refusing(foreign *iam.Error) func(error) error {
	return func(err error) error { return t.refused(err, foreign) }
}

// missing is for session.later where a subquery has to find a thing, and NULL stands
// for that there is no such.
func (t *tx) missing(what string) func(error) error {
	return func(err error) error {
		if kind, _ := t.d.violation(err); kind == missingViolation {
			return iam.NotFound(what)
		}
		return err
	}
}

// stale says why a statement that was bound to a version changed no row:
// CodeNotFound when exists finds none, else CodePreconditionFailed.
func stale(exists bool, what string) error {
	if !exists {
		return iam.NotFound(what)
	}
	return iam.Stale(what)
}

// saveVersioned runs an INSERT that replaces the row of the same key where this has the
// version of its last parameter, *version, which is 0 where there is none yet. Then it
// raises *version. A row of another version is CodePreconditionFailed, and an
// organization that there isn't CodeNotFound.
func (t *tx) saveVersioned(ctx context.Context, what string, version *int64, upsert string, args ...any) error {
	n, err := t.exec(ctx, upsert, append(args, *version)...)
	if err != nil {
		return t.refused(err, iam.NotFound("organization"))
	}
	if n == 0 {
		return iam.Stale(what)
	}
	*version++
	return nil
}
