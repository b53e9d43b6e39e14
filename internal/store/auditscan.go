package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// eventPortions are how many entries of the driving index are looked at in one
// query, until a page is full: little at first, for most pages are dense.
var eventPortions = []int{500, 4500, 15000}

const (
	// eventProbe is how many entries are counted to compare two indexes.
	eventProbe = 2000
	// eventIDSkew is how much later than its event an id may have been made:
	// ids of a process never decrease, not even when its clock is set back.
	eventIDSkew = time.Minute
)

// eventScan walks one index of the audit log, newest first or, when back,
// oldest first, between the ids from (included) and to (excluded).
type eventScan struct {
	t        *tx
	tenant   iam.TenantID
	f        iam.EventFilter
	words    []string
	from, to string
	back     bool
	column   string // that leads the driving index; "" is the primary key
	value    string
}

// Pseudo columns of a driving index.
const (
	involving = "involving" // both of the indexes that Involves needs
	ofOrgs    = "ofOrgs"    // that of organizations, for each of Orgs
)

// Columns whose indexes are of those events alone that have something there.
const (
	columnIP      = "ip"
	columnRequest = "request_id"
)

// maxMerged is the most organizations whose events are merged at once; those of
// more are looked for in the log as it comes, or merged part by part: see narrowed.
const maxMerged = 64

func (t *tx) newEventScan(tenant iam.TenantID, f iam.EventFilter, words []string, pos string, back bool) *eventScan {
	s := &eventScan{t: t, tenant: tenant, f: f, words: words, back: back, to: "~"} // ~ sorts after every id
	if !f.From.IsZero() {
		s.from = eventIDAt(f.From)
	}
	if !f.To.IsZero() {
		s.to = eventIDAt(f.To.Add(eventIDSkew))
	}
	if pos != "" {
		s.goOn(pos)
	}
	return s
}

// goOn moves the scan behind pos.
func (s *eventScan) goOn(pos string) {
	if s.back {
		s.from = max(s.from, pos+" ") // the least text after pos
	} else {
		s.to = min(s.to, pos)
	}
}

// collect returns the ids of up to limit matching events, and the id where the
// budget ran out before there were as many; "" when the scan came to its end.
func (s *eventScan) collect(ctx context.Context, limit int) (ids []string, end string, err error) {
	if err := s.choose(ctx); err != nil {
		return nil, "", err
	}
	portions := eventPortions
	if s.conditions(&arguments{}) == "" && len(s.words) == 0 {
		portions = []int{limit} // whatever the index has is on the page
	}
	for _, portion := range portions {
		found, err := s.match(ctx, portion, limit-len(ids))
		if err != nil {
			return nil, "", err
		}
		if ids = append(ids, found...); len(ids) >= limit {
			return ids[:limit], "", nil
		}
		if end, err = s.last(ctx, portion); err != nil || end == "" {
			return ids, "", err
		}
		s.goOn(end)
	}
	return ids, end, nil
}

// narrowed tells whether the caller may know of no event but those of Orgs. They
// are then walked alone, or what few entries there are of one person, thing or
// request, to its end: a walk that stops amid events of others would tell of them,
// by where it stopped and by the pages that are empty.
func (s *eventScan) narrowed() bool { return s.f.KnownIn != nil && s.f.Orgs != nil }

// choose picks the index that the fewest events in range match.
func (s *eventScan) choose(ctx context.Context) error {
	given := [][2]string{{"target_id", s.f.Target}, {"actor_id", s.f.Actor}, {involving, s.f.Involves}, {columnRequest, s.f.RequestID}}
	if s.f.KnownIn == nil {
		// Else how far one comes in them would tell of those who are not known.
		given = append(given, [2]string{"action", s.f.Action}, [2]string{columnIP, s.f.IP})
	}
	var columns [][2]string
	for _, c := range given {
		if c[1] != "" {
			columns = append(columns, c)
		}
	}
	if s.narrowed() || s.f.Orgs != nil && len(s.f.Orgs) <= maxMerged {
		columns = append(columns, [2]string{ofOrgs, ""})
	}
	if len(columns) == 0 {
		return nil
	}
	best, fewest := columns[0], int64(eventProbe+1)
	for _, c := range columns {
		if len(columns) == 1 || fewest == 0 {
			break
		}
		s.column, s.value = c[0], c[1]
		a := s.arguments()
		var n int64
		query := "SELECT COUNT(*) FROM (" + s.span(a, eventProbe) + ") AS c"
		if err := s.t.row(ctx, "count", query, a.values, &n); err != nil {
			return err
		}
		if n < fewest {
			best, fewest = c, n
		}
	}
	if s.narrowed() && fewest >= eventProbe {
		best = [2]string{ofOrgs, ""}
	}
	s.column, s.value = best[0], best[1]
	return nil
}

// arguments collects the values of a query's parameters.
type arguments struct {
	values []any
	orgs   map[iam.OrgID]string // those that are there already
}

// organizations are the parameters of organizations: one for each, however often
// a query names it, for there may be thousands.
func (a *arguments) organizations(ids []iam.OrgID) string {
	if a.orgs == nil {
		a.orgs = map[iam.OrgID]string{}
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		if a.orgs[id] == "" {
			a.orgs[id] = a.add(string(id))
		}
		out[i] = a.orgs[id]
	}
	return strings.Join(out, ", ")
}

func (a *arguments) add(v any) string {
	a.values = append(a.values, v)
	return "$" + strconv.Itoa(len(a.values))
}

// arguments returns those that every query of a scan begins with: tenant as $1,
// from as $2 and to as $3.
func (s *eventScan) arguments() *arguments {
	return &arguments{values: []any{string(s.tenant), s.from, s.to}}
}

// span is the query for the next ids of the driving index, at most limit.
func (s *eventScan) span(a *arguments, limit int) string {
	switch s.column {
	case ofOrgs:
		return s.organizations(a, limit)
	case involving:
	default:
		return s.index(s.column, s.value, a, limit)
	}
	return "SELECT id FROM (SELECT id FROM (" + s.index("actor_id", s.value, a, limit) + ") AS c1 UNION SELECT id FROM (" +
		s.index("target_id", s.value, a, limit) + ") AS c2 UNION SELECT id FROM (" +
		s.behalf(a.add(s.value), strconv.Itoa(limit)) + ") AS c4) AS c3 ORDER BY id" + s.desc() + " LIMIT " + strconv.Itoa(limit)
}

// organizations is span for the events of several organizations: an event is one's.
func (s *eventScan) organizations(a *arguments, limit int) string {
	var merged []string
	for orgs := range slices.Chunk(s.f.Orgs, maxMerged) {
		parts := make([]string, len(orgs))
		for i, org := range orgs {
			parts[i] = "SELECT id FROM (" + s.index("org_id", string(org), a, limit) + ") AS o" + strconv.Itoa(i)
		}
		merged = append(merged, s.merge(parts, limit))
	}
	if len(merged) == 1 {
		return merged[0]
	}
	for i := range merged {
		merged[i] = "SELECT id FROM (" + merged[i] + ") AS p" + strconv.Itoa(i)
	}
	return s.merge(merged, limit)
}

// merge is the query for the next ids that any of several queries finds.
func (s *eventScan) merge(queries []string, limit int) string {
	return "SELECT id FROM (" + strings.Join(queries, " UNION ALL ") + ") AS o ORDER BY id" + s.desc() + " LIMIT " + strconv.Itoa(limit)
}

// index is span for one index. That the column equals the value is said by the
// order of pairs: PostgreSQL would else be free to walk the primary key in the
// hope of finding the value soon.
func (s *eventScan) index(column, value string, a *arguments, limit int) string {
	tail := " LIMIT " + strconv.Itoa(limit)
	if column == "" {
		return "SELECT id FROM audit_events WHERE tenant_id = $1 AND id >= $2 AND id < $3 ORDER BY id" + s.desc() + tail
	}
	partial := ""
	if column == "org_id" || column == columnIP || column == columnRequest {
		partial = " AND " + column + " <> ''" // as its index is
	}
	var v string
	if column == "org_id" {
		v = a.organizations([]iam.OrgID{iam.OrgID(value)})
	} else {
		v = a.add(value)
	}
	return "SELECT id FROM audit_events WHERE tenant_id = $1 AND (" + column + ", id) >= (" + v + ", $2) AND (" + column + ", id) < (" +
		v + ", $3)" + partial + " ORDER BY " + column + s.desc() + ", id" + s.desc() + tail
}

func (s *eventScan) desc() string {
	if s.back {
		return ""
	}
	return " DESC"
}

// conditions are those of the filter that the driving index does not cover.
func (s *eventScan) conditions(a *arguments) string {
	var b strings.Builder
	equal := func(column, value string) {
		if value != "" && column != s.column {
			b.WriteString(" AND e." + column + " = " + a.add(value))
		}
	}
	equal("target_id", s.f.Target)
	equal("actor_id", s.f.Actor)
	equal("action", s.f.Action)
	equal("outcome", string(s.f.Outcome))
	equal(columnIP, s.f.IP)
	equal(columnRequest, s.f.RequestID)
	if s.f.KnownIn != nil {
		b.WriteString(s.amongKnown(a))
	} else if s.f.Involves != "" && s.column != involving {
		v := a.add(s.f.Involves)
		b.WriteString(" AND (e.actor_id = " + v + " OR e.target_id = " + v + " OR " + onBehalf(v) + ")")
	}
	if s.f.Orgs != nil && s.column != ofOrgs {
		b.WriteString(" AND e.org_id IN (" + a.organizations(s.f.Orgs) + ")")
	}
	if !s.f.From.IsZero() {
		b.WriteString(" AND e.at >= " + a.add(micros(s.f.From)))
	}
	if !s.f.To.IsZero() {
		b.WriteString(" AND e.at < " + a.add(micros(s.f.To)))
	}
	return b.String()
}

// amongKnown are the conditions that whom an event is found by is known to the caller.
func (s *eventScan) amongKnown(a *arguments) string {
	var b strings.Builder
	if s.f.IP != "" || s.f.Actor != "" {
		b.WriteString(" AND " + s.known(a, "e.actor_id"))
	}
	if len(s.words) > 0 || s.f.Target != "" {
		b.WriteString(" AND " + s.knownTarget(a))
	}
	if s.f.Involves != "" {
		v := a.add(s.f.Involves)
		b.WriteString(" AND (e.actor_id = " + v + " AND " + s.known(a, "e.actor_id") + " OR e.target_id = " + v + " AND " + s.knownTarget(a) +
			" OR " + onBehalf(v) + " AND " + s.known(a, v) + ")")
	}
	return b.String()
}

// known is the condition that the caller may know of whose id the expression is.
func (s *eventScan) known(a *arguments, id string) string {
	in := " m WHERE m.tenant_id = $1 AND m.user_id = " + id + " AND m.org_id IN (" + a.organizations(s.f.KnownIn) + ")"
	return "(" + id + " IN ('', " + a.add(string(s.f.Self)) + ") OR EXISTS (SELECT 1 FROM memberships" + in +
		") OR EXISTS (SELECT 1 FROM user_tombstone_orgs" + in + ") OR EXISTS (SELECT 1 FROM past_memberships" + in + " AND m.left_at >= e.at))"
}

// knownTarget is the condition that the caller may know of whom the target of an
// event is or whose: a session is of who acted, a key of its owner.
func (s *eventScan) knownTarget(a *arguments) string {
	return "(e.target_type NOT IN ('user', 'session', 'api_key') OR e.target_type = 'user' AND " + s.known(a, "e.target_id") +
		" OR e.target_type <> 'user' AND " + s.known(a, "e.actor_id") +
		" OR e.target_type = 'api_key' AND EXISTS (SELECT 1 FROM api_keys k WHERE k.tenant_id = $1 AND k.id = e.target_id AND " + s.known(a, "k.user_id") + "))"
}

// match returns the ids of up to limit events among the next portion that pass
// the whole filter. CROSS JOIN keeps SQLite from walking the log and looking for
// each event in the portion.
func (s *eventScan) match(ctx context.Context, portion, limit int) ([]string, error) {
	a := s.arguments()
	query := "SELECT e.id, e.actor_name, e.target_name FROM (" + s.span(a, portion) +
		") AS c CROSS JOIN audit_events e WHERE e.tenant_id = $1 AND e.id = c.id" + s.conditions(a) + " ORDER BY e.id" + s.desc()
	if len(s.words) == 0 {
		query += " LIMIT " + a.add(limit)
	}
	var ids []string
	err := s.t.each(ctx, query, a.values, func(row scanner) error {
		var id, actor, target string
		if err := row.Scan(&id, &actor, &target); err != nil {
			return err
		}
		if s.f.TargetsOnly {
			actor = ""
		}
		if len(ids) < limit && allBegin(s.words, actor, target) {
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

// last returns the last id of a full portion, or "" when the index ends before.
func (s *eventScan) last(ctx context.Context, portion int) (string, error) {
	a := s.arguments()
	var id string
	err := s.t.row(ctx, "event", "SELECT id FROM ("+s.span(a, portion)+") AS c ORDER BY id"+s.desc()+
		" LIMIT 1 OFFSET "+strconv.Itoa(portion-1), a.values, &id)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return "", nil
	}
	return id, err
}

// allBegin tells whether every one of the folded words begins a word of one of
// the texts.
func allBegin(words []string, texts ...string) bool {
	if len(words) == 0 {
		return true
	}
	var there []string
	for _, text := range texts {
		there = append(there, searchWords(text)...)
	}
	for _, word := range words {
		found := false
		for _, w := range there {
			found = found || strings.HasPrefix(w, word)
		}
		if !found {
			return false
		}
	}
	return true
}
