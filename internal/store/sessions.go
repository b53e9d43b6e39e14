package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const sessionColumns = "id, tenant_id, user_id, org_id, token_hash, ip, user_agent, created_at, last_used_at, expires_at, ended_at," +
	" actor_id, actor_org, actor_session, reason, may_change"

// scanner is a row of a query.
func scanSession(row scanner) (*iam.Session, error) {
	s := &iam.Session{}
	var created, used, expires, ended, mayChange int64
	err := row.Scan(&s.ID, &s.Tenant, &s.User, &s.Org, &s.TokenHash, &s.IP, &s.UserAgent, &created, &used, &expires, &ended,
		&s.Actor, &s.ActorOrg, &s.ActorSession, &s.Reason, &mayChange)
	s.MayChange = mayChange != 0
	s.CreatedAt, s.LastUsedAt = fromMicros(created), fromMicros(used)
	s.ExpiresAt, s.EndedAt = fromMicros(expires), fromMicros(ended)
	return s, err
}

// InsertSession implements iam.SessionStore.
func (t *tx) InsertSession(ctx context.Context, s *iam.Session) error {
	return t.s.later(ctx, t.refusing(iam.NotFound("user")), "INSERT INTO sessions ("+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"+
		" $12, $13, $14, $15, $16)", string(s.ID), string(s.Tenant), string(s.User), string(s.Org), s.TokenHash, s.IP, s.UserAgent,
		micros(s.CreatedAt), micros(s.LastUsedAt), micros(s.ExpiresAt), micros(s.EndedAt),
		string(s.Actor), string(s.ActorOrg), string(s.ActorSession), s.Reason, number(s.MayChange))
}

// SessionByToken implements iam.SessionStore.
func (t *tx) SessionByToken(ctx context.Context, hash []byte) (*iam.Session, error) {
	return one(ctx, t, "session", scanSession, "SELECT "+sessionColumns+
		" FROM sessions WHERE token_hash = $1 AND ended_at = 0 AND expires_at > $2", hash, micros(t.now))
}

// AliveSession implements iam.SessionStore.
func (t *tx) AliveSession(ctx context.Context, tenant iam.TenantID, id iam.SessionID) (*iam.Session, error) {
	return one(ctx, t, "session", scanSession, "SELECT "+sessionColumns+
		" FROM sessions WHERE id = $1 AND tenant_id = $2 AND ended_at = 0 AND expires_at > $3", string(id), string(tenant), micros(t.now))
}

// AllowChanges implements iam.SessionStore.
func (t *tx) AllowChanges(ctx context.Context, tenant iam.TenantID, id iam.SessionID) error {
	n, err := t.exec(ctx, "UPDATE sessions SET may_change = 1 WHERE id = $1 AND tenant_id = $2 AND actor_id <> ''"+
		" AND ended_at = 0 AND expires_at > $3", string(id), string(tenant), micros(t.now))
	if err == nil && n == 0 {
		return iam.NotFound("session")
	}
	return err
}

// one reads the one row of a query; what names the thing when there is none.
func one[T any](ctx context.Context, t *tx, what string, scan func(scanner) (*T, error), query string, args ...any) (*T, error) {
	found, err := many(ctx, t, scan, query, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, iam.NotFound(what)
	}
	return found[0], nil
}

// many reads all rows of a query.
func many[T any](ctx context.Context, t *tx, scan func(scanner) (*T, error), query string, args ...any) ([]*T, error) {
	found := []*T{}
	err := t.each(ctx, query, args, func(row scanner) error {
		v, err := scan(row)
		found = append(found, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// SessionsOf implements iam.SessionStore.
func (t *tx) SessionsOf(ctx context.Context, tenant iam.TenantID, user iam.UserID) ([]*iam.Session, error) {
	return many(ctx, t, scanSession, "SELECT "+sessionColumns+
		" FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND ended_at = 0 AND expires_at > $3"+
		" ORDER BY last_used_at DESC, id DESC", string(tenant), string(user), micros(t.now))
}

// SetSessionOrg implements iam.SessionStore.
func (t *tx) SetSessionOrg(ctx context.Context, tenant iam.TenantID, user iam.UserID, id iam.SessionID, org iam.OrgID) (bool, error) {
	const alive = "id = $1 AND tenant_id = $2 AND user_id = $3 AND ended_at = 0 AND expires_at > $4"
	args := []any{string(id), string(tenant), string(user), micros(t.now), string(org)}
	n, err := t.exec(ctx, "UPDATE sessions SET org_id = $5 WHERE "+alive+" AND org_id <> $5", args...)
	if err != nil || n > 0 {
		return n > 0, t.refused(err, iam.NotFound("organization"))
	}
	exists, err := t.has(ctx, "SELECT 1 FROM sessions WHERE "+alive, args[:4]...)
	if err == nil && !exists {
		err = iam.NotFound("session")
	}
	return false, err
}

// EndSession implements iam.SessionStore.
func (t *tx) EndSession(ctx context.Context, tenant iam.TenantID, user iam.UserID, id iam.SessionID) error {
	n, err := t.exec(ctx, "UPDATE sessions SET ended_at = $1 WHERE id = $2 AND tenant_id = $3 AND user_id = $4"+
		" AND ended_at = 0 AND expires_at > $1", micros(t.now), string(id), string(tenant), string(user))
	if err == nil && n == 0 {
		return iam.NotFound("session")
	}
	return err
}

// EndSessions implements iam.SessionStore.
func (t *tx) EndSessions(ctx context.Context, tenant iam.TenantID, user iam.UserID, except iam.SessionID) (int, error) {
	n, err := t.exec(ctx, "UPDATE sessions SET ended_at = $1 WHERE tenant_id = $2 AND user_id = $3 AND id <> $4"+
		" AND ended_at = 0 AND expires_at > $1", micros(t.now), string(tenant), string(user), string(except))
	return int(n), err
}

// TouchSessions implements iam.SessionStore. A use earlier than the recorded
// one, as another node may know it, changes nothing.
func (t *tx) TouchSessions(ctx context.Context, used map[iam.SessionID]time.Time) error {
	return touch(ctx, t, "sessions", used)
}

// touch sets last_used_at of many rows, in the order of their ids: two nodes
// that touch the same rows then rarely wait for each other crosswise.
func touch[ID ~string](ctx context.Context, t *tx, table string, used map[ID]time.Time) error {
	ids := slices.Sorted(maps.Keys(used))
	return bulks(ids, func(ids []ID) error {
		args := make([]any, 0, 2*len(ids))
		for _, id := range ids {
			args = append(args, string(id), micros(used[id]))
		}
		_, err := t.exec(ctx, "UPDATE "+table+" SET last_used_at = v.column2 FROM (VALUES "+
			tuples(len(ids), 1, "CAST(% AS text)", "CAST(% AS bigint)")+
			") AS v WHERE id = v.column1 AND last_used_at < v.column2", args...)
		return err
	})
}

// PurgeSessions implements iam.SessionStore.
func (t *tx) PurgeSessions(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, "DELETE FROM sessions WHERE expires_at < $1 OR (ended_at > 0 AND ended_at < $1)", micros(before))
	return err
}
