package store

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// MailsTo implements iam.PrivacyStore.
func (t *tx) MailsTo(ctx context.Context, tenant iam.TenantID, address string) ([]*iam.Mail, error) {
	list, err := many(ctx, t, scanMail, "SELECT "+mailColumns+" FROM mails WHERE tenant_id = $1 AND recipient = $2 ORDER BY id DESC LIMIT 10000",
		string(tenant), address)
	for _, m := range list {
		m.Text, m.HTML = "", ""
	}
	return list, err
}

// addressed are what was sent to a person's address ($2): it is emptied.
var addressed = []string{
	"UPDATE mails SET recipient = $3, subject = '', body_text = '', body_html = '', last_error = ''," +
		" state = CASE WHEN state IN ('queued', 'kept', 'failed') THEN 'cancelled' ELSE state END WHERE tenant_id = $1 AND recipient = $2",
	"UPDATE invitations SET email = $3, email_key = id, state = 'deleted', token_hash = NULL WHERE tenant_id = $1 AND email = $2",
}

// ErasePerson implements iam.PrivacyStore.
func (t *tx) ErasePerson(ctx context.Context, tenant iam.TenantID, id iam.UserID, address string) (int, error) {
	g, err := t.Tombstone(ctx, tenant, id)
	if err != nil {
		return 0, err
	}
	for n := 1; n > 0; {
		if n, err = t.SealEvents(ctx, tenant, 1000); err != nil {
			return 0, err
		}
	}
	events, addresses, err := t.eventsOf(ctx, tenant, g, address)
	if err != nil {
		return 0, err
	}
	for _, r := range events {
		if err := t.updateErased(ctx, tenant, r); err != nil {
			return 0, err
		}
	}
	return len(events), t.eraseRows(ctx, tenant, g, addresses)
}

// eraseRows takes a person out of the tables other than the audit log's.
func (t *tx) eraseRows(ctx context.Context, tenant iam.TenantID, g *iam.Tombstone, addresses []string) error {
	name := iam.Pseudonym(string(g.ID))
	for _, table := range personalTables {
		for _, q := range table.erase {
			args := []any{string(tenant), string(g.ID), name}
			if strings.Contains(q, "$4") {
				args = append(args, micros(t.now))
			}
			if _, err := t.exec(ctx, q, args...); err != nil {
				return err
			}
		}
	}
	for _, a := range addresses {
		for _, q := range addressed {
			if _, err := t.exec(ctx, q, string(tenant), a, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// eventsOf returns the events that name a person, without the name, and the
// addresses that the person has had.
func (t *tx) eventsOf(ctx context.Context, tenant iam.TenantID, g *iam.Tombstone, address string) ([]*eventRow, []string, error) {
	own, err := many(ctx, t, scanEventRow, "SELECT "+eventSelect+" FROM audit_events WHERE tenant_id = $1 AND (actor_id = $2 OR target_id = $2)",
		string(tenant), string(g.ID))
	if err != nil {
		return nil, nil, err
	}
	addresses := addressesIn(own, string(g.ID), address)
	w := &eraser{tx: t, tenant: tenant, read: map[string]*eventRow{}, changed: map[string]*eventRow{}}
	names := namesIn(own, g) // before they are erased
	for _, r := range own {
		var parts int64
		if r.texts[textActorID] == string(g.ID) {
			parts |= 1 << partActor
		}
		if r.texts[textTargetID] == string(g.ID) || r.texts[textTargetName] == g.FullName {
			parts |= 1 << partTarget
		}
		w.take(r, func(r *eventRow) bool { return r.erase(parts) })
	}
	for _, a := range append([]string{string(g.ID)}, addresses...) {
		about := func(r *eventRow) bool { return !r.keptOfOther(g.ID, a) && r.erase(1<<partTarget) }
		if err := w.each(ctx, "(target_name = $2 OR personal LIKE $3 ESCAPE '\\')", about, a, "%"+insideJSON(a)+"%"); err != nil {
			return nil, nil, err
		}
	}
	for _, text := range append(names, addresses...) {
		if err := w.named(ctx, text); err != nil {
			return nil, nil, err
		}
	}
	list := make([]*eventRow, 0, len(w.changed))
	for _, r := range w.changed {
		list = append(list, r)
	}
	return list, addresses, nil
}

// eraser collects the events that erasing somebody changes.
type eraser struct {
	tx      *tx
	tenant  iam.TenantID
	read    map[string]*eventRow // one row an event, whatever found it
	changed map[string]*eventRow
}

func (w *eraser) take(r *eventRow, erase func(*eventRow) bool) {
	if earlier := w.read[r.id]; earlier != nil {
		r = earlier
	}
	w.read[r.id] = r
	if erase(r) {
		w.changed[r.id] = r
	}
}

// each erases something of the events that a condition finds; $1 is the tenant.
func (w *eraser) each(ctx context.Context, condition string, erase func(*eventRow) bool, args ...any) error {
	rows, err := many(ctx, w.tx, scanEventRow, "SELECT "+eventSelect+" FROM audit_events WHERE tenant_id = $1 AND "+condition,
		append([]any{string(w.tenant)}, args...)...)
	for _, r := range rows {
		w.take(r, erase)
	}
	return err
}

// named erases what is found by nothing but a text, a name or an address: what
// was searched for before an export, and the person of a key or an invitation in
// events from before they had the id.
func (w *eraser) named(ctx context.Context, text string) error {
	inside := insideJSON(text)
	sought := func(column string, erase func(*eventRow) bool) error {
		return w.each(ctx, "action IN ('audit.exported', 'export.created') AND ("+column+" LIKE $2 ESCAPE '\\' OR "+column+" LIKE $3 ESCAPE '\\')",
			erase, `%"field":"search",%`+inside+"%", `%"field":"filter",%`+inside+"%")
	}
	about := func(r *eventRow) bool { return r.erase(1 << partTarget) }
	if err := sought("personal", about); err != nil {
		return err
	}
	open := func(r *eventRow) bool {
		if len(r.salts) == 0 { // all changes are in one text
			return about(r)
		}
		return r.eraseOpen()
	}
	if err := sought("changes", open); err != nil {
		return err
	}
	return w.each(ctx, "changes LIKE $2 ESCAPE '\\'", open, `%"field":"user","after":"`+inside+`"%`)
}

// keptOfOther tells whether an event is about another user, and has a text in
// nothing but what the tenant keeps of that user: the address of a manager, say.
func (r *eventRow) keptOfOther(id iam.UserID, text string) bool {
	if r.texts[textTargetType] != "user" || r.texts[textTargetID] == "" || r.texts[textTargetID] == string(id) || r.texts[textTargetName] == text {
		return false
	}
	var list []iam.Change
	if json.Unmarshal([]byte(r.texts[textPersonal]), &list) != nil {
		return false
	}
	for _, c := range list {
		// LIKE does not mind the case on one of the engines.
		if encoded, err := json.Marshal(c); err != nil || !strings.HasPrefix(c.Field, iam.CustomChange) &&
			strings.Contains(strings.ToLower(string(encoded)), strings.ToLower(text)) {
			return false
		}
	}
	return true
}

// insideJSON is a text as LIKE finds it within a text of JSON.
func insideJSON(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil { // a string always can be
		return escapedLike.Replace(text)
	}
	return escapedLike.Replace(string(encoded[1 : len(encoded)-1]))
}

// namesIn are the names that a person has had, as events tell them.
func namesIn(events []*eventRow, g *iam.Tombstone) []string {
	seen := map[string]bool{"": true, iam.Pseudonym(string(g.ID)): true}
	var out []string
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	add(g.FullName)
	for _, r := range events {
		if r.texts[textActorID] == string(g.ID) {
			add(r.texts[textActorName])
		}
		if r.texts[textTargetID] == string(g.ID) {
			add(r.texts[textTargetName])
		}
	}
	return out
}

// escapedLike makes a text one that LIKE takes as it is.
var escapedLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// addressesIn are the present address of a person and those that events tell of.
func addressesIn(events []*eventRow, id, present string) []string {
	seen := map[string]bool{"": true}
	var out []string
	add := func(v any) {
		if a, ok := v.(string); ok && !seen[a] && strings.Contains(a, "@") {
			seen[a] = true
			out = append(out, a)
		}
	}
	add(present)
	for _, r := range events {
		if r.texts[textTargetID] != id {
			continue
		}
		e, err := r.event()
		if err != nil {
			continue
		}
		for _, c := range e.Changes {
			if c.Field == "email" {
				add(c.Before)
				add(c.After)
			}
		}
	}
	return out
}

// updateErased writes what is left of an event.
func (t *tx) updateErased(ctx context.Context, tenant iam.TenantID, r *eventRow) error {
	_, err := t.exec(ctx, "UPDATE audit_events SET actor_name = $3, ip = $4, user_agent = $5, target_name = $6, personal = $7, changes = $8,"+
		" salts = $9, erased = $10, digests = $11 WHERE tenant_id = $1 AND id = $2", string(tenant), r.id,
		r.texts[textActorName], r.texts[textIP], r.texts[textUserAgent], r.texts[textTargetName], r.texts[textPersonal], r.texts[textChanges],
		r.salts, r.erased, r.digests)
	return err
}
