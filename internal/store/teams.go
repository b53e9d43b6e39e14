package store

import (
	"context"
	"maps"
	"slices"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

const teamSelect = `
	SELECT t.id, t.org_id, t.name, t.description, t.photo_key, t.created_at, t.updated_at, t.version,
	       (SELECT COUNT(*) FROM team_members m WHERE m.tenant_id = t.tenant_id AND m.team_id = t.id)
	FROM teams t WHERE t.tenant_id = $1`

var errServesUnknown = iam.InvalidField("/serves", "unknown", "Choose organizations that exist.")

func scanTeam(row scanner) (*iam.Team, error) {
	t := &iam.Team{}
	var created, updated int64
	err := row.Scan(&t.ID, &t.Org, &t.Name, &t.Description, &t.PhotoKey, &created, &updated, &t.Version, &t.Members)
	t.CreatedAt, t.UpdatedAt = fromMicros(created), fromMicros(updated)
	return t, err
}

// InsertTeam implements iam.TeamStore.
func (t *tx) InsertTeam(ctx context.Context, tenant iam.TenantID, m *iam.Team) error {
	m.CreatedAt, m.UpdatedAt, m.Version = t.now, t.now, 1
	_, err := t.exec(ctx, "INSERT INTO teams (tenant_id, id, org_id, name, name_key, description, photo_key, created_at, updated_at, version)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		string(tenant), string(m.ID), string(m.Org), m.Name, fold.Text(m.Name), m.Description, m.PhotoKey, micros(t.now), micros(t.now), m.Version)
	if err != nil {
		return t.refused(err, iam.InvalidField("/organization_id", "unknown", "Choose an organization that exists."))
	}
	return t.insertTeamOrgs(ctx, tenant, m)
}

func (t *tx) insertTeamOrgs(ctx context.Context, tenant iam.TenantID, m *iam.Team) error {
	slices.Sort(m.Serves)
	args := make([]any, 0, 3*len(m.Serves))
	for _, o := range m.Serves {
		args = append(args, string(tenant), string(m.ID), string(o))
	}
	return t.refused(t.insertRows(ctx, "INSERT INTO team_orgs (tenant_id, team_id, org_id)", 3, args), errServesUnknown)
}

// UpdateTeam implements iam.TeamStore.
func (t *tx) UpdateTeam(ctx context.Context, tenant iam.TenantID, m *iam.Team) error {
	n, err := t.exec(ctx, `
		UPDATE teams SET name = $1, name_key = $2, description = $3, photo_key = $4, updated_at = $5, version = version + 1
		WHERE tenant_id = $6 AND id = $7 AND version = $8`,
		m.Name, fold.Text(m.Name), m.Description, m.PhotoKey, micros(t.now), string(tenant), string(m.ID), m.Version)
	if err != nil {
		return t.refused(err, nil)
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM teams WHERE tenant_id = $1 AND id = $2", string(tenant), string(m.ID))
		if err != nil {
			return err
		}
		return stale(exists, "team")
	}
	m.UpdatedAt, m.Version = t.now, m.Version+1
	if _, err := t.exec(ctx, "DELETE FROM team_orgs WHERE tenant_id = $1 AND team_id = $2", string(tenant), string(m.ID)); err != nil {
		return err
	}
	return t.insertTeamOrgs(ctx, tenant, m)
}

// DeleteTeam implements iam.TeamStore.
func (t *tx) DeleteTeam(ctx context.Context, tenant iam.TenantID, id iam.TeamID) error {
	var key string
	if err := t.row(ctx, "team", "SELECT id FROM teams WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate,
		[]any{string(tenant), string(id)}, &key); err != nil {
		return err
	}
	members, err := t.TeamMembers(ctx, tenant, id)
	if err != nil {
		return err
	}
	for _, u := range members {
		if err := t.RemoveTeamMember(ctx, tenant, u, id); err != nil {
			return err
		}
	}
	_, err = t.exec(ctx, "DELETE FROM teams WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	return err
}

// Team implements iam.TeamStore.
func (t *tx) Team(ctx context.Context, tenant iam.TenantID, id iam.TeamID) (*iam.Team, error) {
	m, err := one(ctx, t, "team", scanTeam, teamSelect+" AND t.id = $2", string(tenant), string(id))
	if err != nil {
		return nil, err
	}
	err = t.each(ctx, "SELECT org_id FROM team_orgs WHERE tenant_id = $1 AND team_id = $2 ORDER BY org_id",
		[]any{string(tenant), string(id)}, func(row scanner) error {
			var org iam.OrgID
			err := row.Scan(&org)
			m.Serves = append(m.Serves, org)
			return err
		})
	return m, err
}

// TeamMembers implements iam.TeamStore.
func (t *tx) TeamMembers(ctx context.Context, tenant iam.TenantID, id iam.TeamID) ([]*iam.User, error) {
	var l userLoad
	if err := t.each(ctx, userSelect+"id IN (SELECT user_id FROM team_members WHERE tenant_id = $1 AND team_id = $2)",
		[]any{string(tenant), string(id)}, l.scan); err != nil {
		return nil, err
	}
	return l.list, t.loadTeams(ctx, tenant, &l)
}

// PutTeamMember implements iam.TeamStore.
func (t *tx) PutTeamMember(ctx context.Context, tenant iam.TenantID, before *iam.User, h iam.TeamHold) error {
	after := *before
	after.Teams = slices.Clone(before.Teams)
	if old := after.TeamHold(h.Team); old != nil {
		h.JoinedAt = old.JoinedAt
		*old = h
	} else {
		h.JoinedAt = t.now
		after.Teams = append(after.Teams, h)
	}
	_, err := t.exec(ctx, `
		INSERT INTO team_members (tenant_id, user_id, team_id, role_id, is_lead, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, user_id, team_id) DO UPDATE SET role_id = excluded.role_id, is_lead = excluded.is_lead`,
		string(tenant), string(before.ID), string(h.Team), nullable(string(h.Role)), number(h.Lead), micros(h.JoinedAt))
	if err != nil {
		return t.refused(err, iam.NotFound("team"))
	}
	return t.teamsChanged(ctx, tenant, before, &after)
}

// RemoveTeamMember implements iam.TeamStore.
func (t *tx) RemoveTeamMember(ctx context.Context, tenant iam.TenantID, before *iam.User, team iam.TeamID) error {
	n, err := t.exec(ctx, "DELETE FROM team_members WHERE tenant_id = $1 AND user_id = $2 AND team_id = $3",
		string(tenant), string(before.ID), string(team))
	if err != nil {
		return err
	}
	if n == 0 {
		return iam.NotFound("team member")
	}
	after := *before
	after.Teams = slices.DeleteFunc(slices.Clone(before.Teams), func(h iam.TeamHold) bool { return h.Team == team })
	return t.teamsChanged(ctx, tenant, before, &after)
}

// teamsChanged tells index and counters that a user's teams are others now, and
// makes before what the user has become.
func (t *tx) teamsChanged(ctx context.Context, tenant iam.TenantID, before, after *iam.User) error {
	if err := t.noteChange(ctx, tenant, before.Seq, userindex.ChangeUpdated, before); err != nil {
		return err
	}
	d := deltas{}
	d.user(before, -1)
	d.user(after, 1)
	before.Teams = after.Teams
	return t.addDeltas(ctx, tenant, d)
}

// leaveTeams takes a user out of the teams of organizations that they no longer
// belong to, and returns the teams that remain.
func (t *tx) leaveTeams(ctx context.Context, tenant iam.TenantID, before, after *iam.User) ([]iam.TeamHold, error) {
	var stay []iam.TeamHold
	for _, h := range before.Teams {
		if before.Membership(h.Org) == nil || after.Membership(h.Org) != nil {
			stay = append(stay, h)
			continue
		}
		if _, err := t.exec(ctx, "DELETE FROM team_members WHERE tenant_id = $1 AND user_id = $2 AND team_id = $3",
			string(tenant), string(before.ID), string(h.Team)); err != nil {
			return nil, err
		}
	}
	return stay, nil
}

// teamHoldSelect are teams of users, by a condition on the user's id that follows;
// teamHoldOrder is after that.
const (
	teamHoldSelect = `
	SELECT m.user_id, m.team_id, t.name, t.org_id, COALESCE(m.role_id, ''), m.is_lead, m.created_at
	FROM team_members m JOIN teams t ON t.tenant_id = m.tenant_id AND t.id = m.team_id
	WHERE m.tenant_id = $1 AND m.user_id `
	teamHoldOrder = " ORDER BY m.user_id, m.created_at, m.team_id"
)

// scanTeam adds a row of teamHoldSelect to its user; somebody else's is left out.
func (l *userLoad) scanTeam(row scanner) error {
	var user string
	var h iam.TeamHold
	var lead, joined int64
	if err := row.Scan(&user, &h.Team, &h.TeamName, &h.Org, &h.Role, &lead, &joined); err != nil {
		return err
	}
	h.Lead, h.JoinedAt = lead != 0, fromMicros(joined)
	if u := l.byID[user]; u != nil {
		u.Teams = append(u.Teams, h)
	}
	return nil
}

// loadTeams fills in the teams of users who were read without.
func (t *tx) loadTeams(ctx context.Context, tenant iam.TenantID, l *userLoad) error {
	ids := slices.Collect(maps.Keys(l.byID))
	return eachIn(ctx, t, tenant, teamHoldSelect+"IN ", teamHoldOrder, ids, l.scanTeam)
}
