package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

func scanPolicy(row scanner) (*iam.Policy, error) {
	p := &iam.Policy{}
	var settings string
	var updated int64
	if err := row.Scan(&p.Org, &settings, &updated, &p.Version); err != nil {
		return p, err
	}
	p.UpdatedAt = fromMicros(updated)
	if err := json.Unmarshal([]byte(settings), p); err != nil {
		return p, fmt.Errorf("read the policy of %s: %w", p.Org, err)
	}
	return p, nil
}

// Policies implements iam.PolicyStore.
func (t *tx) Policies(ctx context.Context, tenant iam.TenantID) ([]*iam.Policy, error) {
	return many(ctx, t, scanPolicy, "SELECT org_id, settings, updated_at, version FROM policies WHERE tenant_id = $1 ORDER BY org_id", string(tenant))
}

// Policy implements iam.PolicyStore.
func (t *tx) Policy(ctx context.Context, tenant iam.TenantID, org iam.OrgID) (*iam.Policy, error) {
	return one(ctx, t, "organization", scanPolicy, "SELECT o.id, COALESCE(p.settings, '{}'), COALESCE(p.updated_at, 0), COALESCE(p.version, 1)"+
		" FROM organizations o LEFT JOIN policies p ON p.tenant_id = o.tenant_id AND p.org_id = o.id"+
		" WHERE o.tenant_id = $1 AND o.id = $2", string(tenant), string(org))
}

// SetPolicy implements iam.PolicyStore.
func (t *tx) SetPolicy(ctx context.Context, tenant iam.TenantID, p *iam.Policy) error {
	before, err := t.Policy(ctx, tenant, p.Org)
	if err != nil {
		return err
	}
	if before.Version != p.Version {
		return stale(true, "policy")
	}
	settings, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode the policy of %s: %w", p.Org, err)
	}
	// Of two who set the first policy at once, the second finds a version.
	if err := t.saveVersioned(ctx, "policy", &p.Version, "INSERT INTO policies (tenant_id, org_id, settings, updated_at, version) VALUES ($1, $2, $3, $4, $5 + 1)"+
		" ON CONFLICT (tenant_id, org_id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at, version = excluded.version"+
		" WHERE policies.version = $5", string(tenant), string(p.Org), string(settings), micros(t.now)); err != nil {
		return err
	}
	p.UpdatedAt = t.now
	t.AccessChanged(tenant)
	return t.directoryChanged(ctx, tenant)
}

// InsertIPRefusal implements iam.PolicyStore.
func (t *tx) InsertIPRefusal(ctx context.Context, tenant iam.TenantID, r *iam.IPRefusal) error {
	_, err := t.exec(ctx, "INSERT INTO ip_refusals (tenant_id, code, user_id, org_id, list_org, address, near, rules, at, expires_at)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", string(tenant), r.Code, string(r.User), string(r.Org), string(r.List),
		r.Address, r.Near, r.Rules, micros(r.At), micros(r.ExpiresAt))
	return t.refused(err, iam.NotFound("user"))
}

const selectRefusals = "SELECT r.code, r.user_id, u.first_name, u.last_name, r.org_id, r.list_org, r.address, r.near, r.rules, r.at, r.expires_at" +
	" FROM ip_refusals r JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id WHERE r.tenant_id = $1 AND r.expires_at > $2"

func scanRefusal(row scanner) (*iam.IPRefusal, error) {
	r := &iam.IPRefusal{}
	var u iam.User
	var at, expires int64
	err := row.Scan(&r.Code, &r.User, &u.FirstName, &u.LastName, &r.Org, &r.List, &r.Address, &r.Near, &r.Rules, &at, &expires)
	r.UserName, r.At, r.ExpiresAt = u.FullName(), fromMicros(at), fromMicros(expires)
	return r, err
}

// IPRefusal implements iam.PolicyStore.
func (t *tx) IPRefusal(ctx context.Context, tenant iam.TenantID, code string) (*iam.IPRefusal, error) {
	return one(ctx, t, "code", scanRefusal, selectRefusals+" AND r.code = $3", string(tenant), micros(t.now), code)
}

// IPRefusals implements iam.PolicyStore.
func (t *tx) IPRefusals(ctx context.Context, tenant iam.TenantID, user iam.UserID) ([]*iam.IPRefusal, error) {
	return many(ctx, t, scanRefusal, selectRefusals+" AND r.user_id = $3 ORDER BY r.at DESC, r.code", string(tenant), micros(t.now), string(user))
}

// InsertIPException implements iam.PolicyStore.
func (t *tx) InsertIPException(ctx context.Context, tenant iam.TenantID, e *iam.IPException) error {
	_, err := t.exec(ctx, "INSERT INTO ip_exceptions (tenant_id, id, org_id, user_id, address, note, until_at, created_by, created_name, created_at)"+
		" VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7, $8, $9, $10)", string(tenant), string(e.ID), string(e.Org), string(e.User),
		e.Address, e.Note, micros(e.Until), string(e.CreatedBy), e.CreatedName, micros(e.CreatedAt))
	if err := t.refused(err, iam.NotFound("user")); err != nil {
		return err
	}
	t.AccessChanged(tenant)
	return t.directoryChanged(ctx, tenant)
}

func scanException(row scanner) (*iam.IPException, error) {
	e := &iam.IPException{}
	var u iam.User
	var until, created int64
	err := row.Scan(&e.ID, &e.Org, &e.User, &u.FirstName, &u.LastName, &e.Address, &e.Note, &until, &e.CreatedBy, &e.CreatedName, &created)
	e.UserName, e.Until, e.CreatedAt = u.FullName(), fromMicros(until), fromMicros(created)
	return e, err
}

// IPExceptions implements iam.PolicyStore.
func (t *tx) IPExceptions(ctx context.Context, tenant iam.TenantID) ([]*iam.IPException, error) {
	return many(ctx, t, scanException, "SELECT e.id, e.org_id, COALESCE(e.user_id, ''), COALESCE(u.first_name, ''), COALESCE(u.last_name, ''),"+
		" e.address, e.note, e.until_at, e.created_by, e.created_name, e.created_at FROM ip_exceptions e"+
		" LEFT JOIN users u ON u.tenant_id = e.tenant_id AND u.id = e.user_id"+
		" WHERE e.tenant_id = $1 AND e.until_at > $2 ORDER BY e.until_at, e.id", string(tenant), micros(t.now))
}

// DeleteIPException implements iam.PolicyStore.
func (t *tx) DeleteIPException(ctx context.Context, tenant iam.TenantID, id iam.ExceptionID) error {
	n, err := t.exec(ctx, "DELETE FROM ip_exceptions WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return iam.NotFound("exception")
	}
	t.AccessChanged(tenant)
	return t.directoryChanged(ctx, tenant)
}

// LiveSessions implements iam.PolicyStore. Two plain walks, put together here,
// take a hundred thousand sessions in about a second.
func (t *tx) LiveSessions(ctx context.Context, tenant iam.TenantID, roles []iam.RoleID) ([]iam.LiveSession, map[iam.UserID]*iam.User, error) {
	const alive = "tenant_id = $1 AND ended_at = 0 AND expires_at > $2"
	var list []iam.LiveSession
	users := map[iam.UserID]*iam.User{}
	args := []any{string(tenant), micros(t.now)}
	err := t.each(ctx, "SELECT id, user_id, org_id, ip, created_at, last_used_at, actor_id, actor_org FROM sessions WHERE "+alive, args, func(row scanner) error {
		var s iam.LiveSession
		var created, used int64
		err := row.Scan(&s.ID, &s.User, &s.Org, &s.Address, &created, &used, &s.Actor, &s.ActorOrg)
		s.CreatedAt, s.LastUsedAt = fromMicros(created), fromMicros(used)
		list = append(list, s)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = t.each(ctx, "SELECT id, user_type, member_of FROM users"+
		" WHERE tenant_id = $1 AND id IN (SELECT user_id FROM sessions WHERE "+alive+")", args, func(row scanner) error {
		u := &iam.User{Status: iam.StatusActive}
		var memberOf string
		if err := row.Scan(&u.ID, &u.Type, &memberOf); err != nil {
			return err
		}
		users[u.ID] = u
		u.Memberships, err = decodeMemberOf(memberOf)
		for i := range u.Memberships {
			m := &u.Memberships[i]
			m.Roles = slices.DeleteFunc(m.Roles, func(r iam.RoleID) bool { return !slices.Contains(roles, r) })
		}
		return err
	})
	return list, users, err
}
