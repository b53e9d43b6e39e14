package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// teamKey is what teams are ordered by: the folded name, cut so that a cursor can
// hold it.
const teamKey = "substr(t.name_key, 1, 50)"

// teamPortion is how many teams are looked at in one query of a search.
const teamPortion = 500

// listedTeam is a team with its place in the list.
type listedTeam struct {
	*iam.Team
	key string
}

func scanListedTeam(row scanner) (*listedTeam, error) {
	l := &listedTeam{Team: &iam.Team{}}
	var created, updated int64
	err := row.Scan(&l.ID, &l.Org, &l.Name, &l.Description, &l.PhotoKey, &created, &updated, &l.Version, &l.key)
	l.CreatedAt, l.UpdatedAt = fromMicros(created), fromMicros(updated)
	return l, err
}

const listedTeamSelect = "SELECT t.id, t.org_id, t.name, t.description, t.photo_key, t.created_at, t.updated_at, t.version, " + teamKey +
	" FROM teams t WHERE t.tenant_id = $1"

// Teams implements iam.TeamStore.
func (t *tx) Teams(ctx context.Context, tenant iam.TenantID, f iam.TeamFilter) (iam.List[*iam.Team], error) {
	words := fold.Words(f.Search)
	list := keysetList[*listedTeam]{
		id:    teamListID(tenant, f, words),
		kinds: "ss",
		fetch: func(pos []any, back bool, limit int) ([]*listedTeam, error) {
			return t.matchingTeams(ctx, tenant, f, words, pos, back, limit)
		},
		position: func(l *listedTeam) []any { return []any{l.key, string(l.ID)} },
	}
	page, err := list.page(f.Page)
	out := iam.List[*iam.Team]{Items: make([]*iam.Team, len(page.Items)), Next: page.Next, Prev: page.Prev}
	for i, l := range page.Items {
		out.Items[i] = l.Team
	}
	if err == nil {
		err = t.fillTeams(ctx, tenant, out.Items)
	}
	return out, err
}

func teamListID(tenant iam.TenantID, f iam.TeamFilter, words []string) listID {
	return newListID(tenant, "teams", strings.Join(words, " "), scopeID(f.Orgs), strconv.FormatBool(f.Own))
}

// scopeID names the organizations of a filter; nil are all.
func scopeID(orgs []iam.OrgID) string {
	if orgs == nil {
		return "all"
	}
	return "of " + strings.Join(slices.Sorted(slices.Values(texts(orgs))), " ")
}

// matchingTeams returns the next teams in a direction: what is searched for is
// looked for here, portion by portion, for no engine folds texts as package fold does.
func (t *tx) matchingTeams(ctx context.Context, tenant iam.TenantID, f iam.TeamFilter, words []string, pos []any, back bool, limit int) ([]*listedTeam, error) {
	var found []*listedTeam
	portion := limit
	if len(words) > 0 {
		portion = teamPortion
	}
	for {
		a := &arguments{values: []any{string(tenant)}}
		query := listedTeamSelect + t.teamScope(a, f)
		compare, direction := " > ", ""
		if back {
			compare, direction = " < ", " DESC"
		}
		if pos != nil {
			query += " AND (" + teamKey + ", t.id)" + compare + "(" + a.add(pos[0]) + ", " + a.add(pos[1]) + ")"
		}
		query += " ORDER BY " + teamKey + direction + ", t.id" + direction + " LIMIT " + a.add(int64(portion))
		rows, err := many(ctx, t, scanListedTeam, query, a.values...)
		if err != nil {
			return nil, err
		}
		for _, l := range rows {
			if fold.HasWords(l.Name+" "+l.Description, words) {
				found = append(found, l)
			}
		}
		if len(found) >= limit || len(rows) < portion {
			return found[:min(len(found), limit)], nil
		}
		last := rows[len(rows)-1]
		pos = []any{last.key, string(last.ID)}
	}
}

// teamScope is the condition that a team is of one of the filter's organizations,
// or works for one.
func (t *tx) teamScope(a *arguments, f iam.TeamFilter) string {
	if f.Orgs == nil {
		return ""
	}
	in := t.oneOf(a, texts(f.Orgs))
	if f.Own {
		return " AND t.org_id" + in
	}
	return " AND (t.org_id" + in + " OR EXISTS (SELECT 1 FROM team_orgs o WHERE o.tenant_id = t.tenant_id AND o.team_id = t.id AND o.org_id" + in + "))"
}

// oneOf is the condition that a column has one of the values, in a form of which
// there are few texts: see lists.go.
func (t *tx) oneOf(a *arguments, values []string) string {
	if t.d.arrays {
		return " = ANY(" + a.add(values) + ")"
	}
	if len(values) == 0 {
		return " IN (NULL)" // nothing is
	}
	size := 1
	for size < len(values) {
		size *= 2
	}
	list := make([]string, size)
	for i := range size {
		list[i] = a.add(values[min(i, len(values)-1)])
	}
	return " IN (" + strings.Join(list, ", ") + ")"
}

// fillTeams counts the members of teams and adds the organizations that they serve.
func (t *tx) fillTeams(ctx context.Context, tenant iam.TenantID, list []*iam.Team) error {
	byID, ids := make(map[string]*iam.Team, len(list)), make([]string, len(list))
	for i, m := range list {
		ids[i] = string(m.ID)
		byID[ids[i]] = m
	}
	err := eachIn(ctx, t, tenant, "SELECT team_id, COUNT(*) FROM team_members WHERE tenant_id = $1 AND team_id IN ", " GROUP BY team_id", ids,
		func(row scanner) error {
			var id string
			var n int64
			err := row.Scan(&id, &n)
			if m := byID[id]; m != nil {
				m.Members = n
			}
			return err
		})
	if err != nil {
		return err
	}
	return eachIn(ctx, t, tenant, "SELECT team_id, org_id FROM team_orgs WHERE tenant_id = $1 AND team_id IN ", " ORDER BY team_id, org_id", ids,
		func(row scanner) error {
			var id, org string
			err := row.Scan(&id, &org)
			if m := byID[id]; m != nil {
				m.Serves = append(m.Serves, iam.OrgID(org))
			}
			return err
		})
}

// TeamsByIDs implements iam.TeamStore.
func (t *tx) TeamsByIDs(ctx context.Context, tenant iam.TenantID, ids []iam.TeamID) ([]*iam.Team, error) {
	var found []*listedTeam
	err := eachIn(ctx, t, tenant, listedTeamSelect+" AND t.id IN ", "", texts(ids), func(row scanner) error {
		l, err := scanListedTeam(row)
		found = append(found, l)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b *listedTeam) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) })
	list := make([]*iam.Team, len(found))
	for i, l := range found {
		list[i] = l.Team
	}
	return list, t.fillTeams(ctx, tenant, list)
}

// CountTeams implements iam.TeamStore.
func (t *tx) CountTeams(ctx context.Context, tenant iam.TenantID, org iam.OrgID) (n int64, err error) {
	err = t.row(ctx, "count", "SELECT COUNT(*) FROM teams WHERE tenant_id = $1 AND org_id = $2", []any{string(tenant), string(org)}, &n)
	return n, err
}
