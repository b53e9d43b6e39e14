package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// allFeatures is how the database keeps that nothing is taken away.
const allFeatures = "*"

func joinFeatures(codes []string) string {
	if codes == nil {
		return allFeatures
	}
	return strings.Join(codes, " ")
}

func splitFeatures(s string) []string {
	if s == allFeatures {
		return nil
	}
	return append([]string{}, strings.Fields(s)...)
}

// subtree are the ids of organization $2 of tenant $1 and of all below it.
const subtree = `WITH RECURSIVE sub(id) AS (
		SELECT o.id FROM organizations o WHERE o.tenant_id = $1 AND o.id = $2
		UNION ALL SELECT o.id FROM organizations o JOIN sub ON o.parent_id = sub.id WHERE o.tenant_id = $1
	) `

// OrgMembers implements iam.OrgTreeStore: what is counted, and the deltas that
// are not folded in yet.
func (t *tx) OrgMembers(ctx context.Context, tenant iam.TenantID) (map[iam.OrgID]int64, error) {
	out := map[iam.OrgID]int64{}
	err := t.each(ctx, `
		SELECT name, value FROM counters WHERE tenant_id = $1 AND name >= $2 AND name < $3
		UNION ALL SELECT name, delta FROM counter_deltas WHERE tenant_id = $1 AND name >= $2 AND name < $3`,
		[]any{string(tenant), counterOrg, counterOrg + "~"}, func(row scanner) error {
			var name string
			var n int64
			if err := row.Scan(&name, &n); err != nil {
				return err
			}
			out[iam.OrgID(name[len(counterOrg):])] += n
			return nil
		})
	return out, err
}

// OrgDeletion implements iam.OrgTreeStore.
func (t *tx) OrgDeletion(ctx context.Context, tenant iam.TenantID, id iam.OrgID) (iam.OrgDeletion, error) {
	var d iam.OrgDeletion
	err := t.row(ctx, "organization", subtree+`, people(id) AS (
			SELECT DISTINCT m.user_id FROM memberships m JOIN sub ON sub.id = m.org_id WHERE m.tenant_id = $1
		), homeless(id) AS (
			SELECT p.id FROM people p WHERE NOT EXISTS (
				SELECT 1 FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = p.id AND m.org_id NOT IN (SELECT id FROM sub))
		)
		SELECT (SELECT COUNT(*) FROM sub), (SELECT COUNT(*) FROM people), (SELECT COUNT(*) FROM homeless),
		       (SELECT COUNT(*) FROM sessions s WHERE s.tenant_id = $1 AND s.ended_at = 0 AND s.expires_at > $3
		           AND s.user_id IN (SELECT id FROM homeless)),
		       (SELECT COUNT(*) FROM api_keys k WHERE k.tenant_id = $1 AND k.revoked_at = 0 AND k.user_id IN (SELECT id FROM homeless)),
		       (SELECT COUNT(*) FROM domains x WHERE x.tenant_id = $1 AND x.verified_at > 0 AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM domains x WHERE x.tenant_id = $1 AND x.verified_at = 0 AND x.expires_at > $3 AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM teams x WHERE x.tenant_id = $1 AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM dashboard_tabs x WHERE x.tenant_id = $1 AND `+tabGoes+`),
		       (SELECT COUNT(*) FROM announcements x WHERE x.tenant_id = $1 AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM invitations x WHERE x.tenant_id = $1 AND x.state = 'pending' AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(DISTINCT x.agent_id) FROM agent_orgs x WHERE x.tenant_id = $1 AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM access_reviews x WHERE x.tenant_id = $1 AND x.state IN ('finished', 'cancelled') AND x.org_id IN (SELECT id FROM sub)),
		       (SELECT COUNT(*) FROM access_reviews x WHERE x.tenant_id = $1 AND x.state NOT IN ('finished', 'cancelled') AND x.org_id IN (SELECT id FROM sub))`,
		[]any{string(tenant), string(id), micros(t.now)}, &d.Organizations, &d.Members, &d.Homeless, &d.Sessions, &d.APIKeys,
		&d.Domains, &d.Claims, &d.Teams, &d.Tabs, &d.Announcements, &d.Invitations, &d.Agents, &d.ReviewsKept, &d.ReviewsEnded)
	if err == nil && d.Organizations == 0 {
		err = iam.NotFound("organization")
	}
	d.Organizations--
	return d, err
}

// MembersBelow implements iam.OrgTreeStore.
func (t *tx) MembersBelow(ctx context.Context, tenant iam.TenantID, id iam.OrgID, after iam.UserID, limit int) ([]iam.UserID, error) {
	var out []iam.UserID
	err := t.each(ctx, subtree+`
		SELECT DISTINCT m.user_id FROM memberships m JOIN sub ON sub.id = m.org_id
		WHERE m.tenant_id = $1 AND m.user_id > $3 ORDER BY m.user_id LIMIT $4`,
		[]any{string(tenant), string(id), string(after), limit}, func(row scanner) error {
			var u string
			err := row.Scan(&u)
			out = append(out, iam.UserID(u))
			return err
		})
	return out, err
}

// LockTree implements iam.OrgTreeStore.
func (t *tx) LockTree(ctx context.Context, tenant iam.TenantID) error {
	return t.lock(ctx, "tree "+string(tenant))
}

// OtherOrgAdmins implements iam.OrgTreeStore.
func (t *tx) OtherOrgAdmins(ctx context.Context, tenant iam.TenantID, org iam.OrgID, except iam.UserID) (bool, error) {
	return t.has(ctx, `
		SELECT 1 FROM memberships m
		JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
		WHERE m.tenant_id = $1 AND m.org_id = $2 AND m.runs = 1 AND u.status = 'active' AND m.user_id <> $3 LIMIT 1`,
		string(tenant), string(org), string(except))
}
