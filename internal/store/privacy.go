package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// Tombstone implements iam.PrivacyStore.
func (t *tx) Tombstone(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.Tombstone, error) {
	g := &iam.Tombstone{}
	var deleted, erased int64
	err := t.row(ctx, "user", "SELECT id, full_name, user_type, deleted_at, erased_at FROM user_tombstones WHERE tenant_id = $1 AND id = $2",
		[]any{string(tenant), string(id)}, &g.ID, &g.FullName, &g.Type, &deleted, &erased)
	if err != nil {
		return nil, err
	}
	g.DeletedAt, g.ErasedAt = fromMicros(deleted), fromMicros(erased)
	return g, nil
}

// MailsTo implements iam.PrivacyStore.
func (t *tx) MailsTo(ctx context.Context, tenant iam.TenantID, address string) ([]*iam.Mail, error) {
	list, err := many(ctx, t, scanMail, "SELECT "+mailColumns+" FROM mails WHERE tenant_id = $1 AND recipient = $2 ORDER BY id DESC LIMIT 10000",
		string(tenant), address)
	for _, m := range list {
		m.Text, m.HTML = "", ""
	}
	return list, err
}

// traces are where a person is named beside the audit log: $1 the tenant, $2
// the person's id, $3 the pseudonym, $4 the time.
var traces = []string{
	"UPDATE user_tombstones SET full_name = $3, erased_at = $4 WHERE tenant_id = $1 AND id = $2",
	"UPDATE user_imports SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4",
	"UPDATE invitations SET invited_name = $3 WHERE tenant_id = $1 AND invited_by = $2 AND created_at <= $4",
	"UPDATE access_reviews SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4",
	"UPDATE access_reviews SET finished_name = $3 WHERE tenant_id = $1 AND finished_by = $2 AND created_at <= $4",
	"UPDATE access_review_rows SET full_name = $3, email = '' WHERE tenant_id = $1 AND user_id = $2 AND member_since <= $4",
	"UPDATE access_review_rows SET decided_name = $3 WHERE tenant_id = $1 AND decided_by = $2 AND decided_at <= $4",
	"UPDATE ip_exceptions SET created_name = $3 WHERE tenant_id = $1 AND created_by = $2 AND created_at <= $4",
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
	name := iam.Pseudonym(string(id))
	events, addresses, err := t.eventsOf(ctx, tenant, g, address)
	if err != nil {
		return 0, err
	}
	for _, r := range events {
		if err := t.updateErased(ctx, tenant, r); err != nil {
			return 0, err
		}
	}
	for _, q := range traces {
		if _, err := t.exec(ctx, q, string(tenant), string(id), name, micros(t.now)); err != nil {
			return 0, err
		}
	}
	for _, a := range addresses {
		for _, q := range addressed {
			if _, err := t.exec(ctx, q, string(tenant), a, name); err != nil {
				return 0, err
			}
		}
	}
	return len(events), nil
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
	found := map[string]*eventRow{}
	for _, r := range own {
		var parts int64
		if r.texts[textActorID] == string(g.ID) {
			parts |= 1 << partActor
		}
		if r.texts[textTargetID] == string(g.ID) || r.texts[textTargetName] == g.FullName {
			parts |= 1 << partTarget
		}
		if r.erase(parts) {
			found[r.id] = r
		}
	}
	for _, a := range append([]string{string(g.ID)}, addresses...) {
		rows, err := many(ctx, t, scanEventRow, "SELECT "+eventSelect+" FROM audit_events WHERE tenant_id = $1"+
			" AND (target_name = $2 OR personal LIKE $3 ESCAPE '\\')", string(tenant), a, "%"+escapedLike.Replace(a)+"%")
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			if found[r.id] == nil && r.erase(1<<partTarget) {
				found[r.id] = r
			}
		}
	}
	list := make([]*eventRow, 0, len(found))
	for _, r := range found {
		list = append(list, r)
	}
	return list, addresses, nil
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

// PhotoInUse implements iam.PrivacyStore. The index on photos has only those who
// have one, and is taken for no other condition.
func (t *tx) PhotoInUse(ctx context.Context, tenant iam.TenantID, photoKey string) (bool, error) {
	return t.has(ctx, "SELECT 1 FROM users WHERE tenant_id = $1 AND photo_key = $2 AND photo_key <> ''"+
		" UNION ALL SELECT 1 FROM teams WHERE tenant_id = $1 AND photo_key = $2"+
		" UNION ALL SELECT 1 FROM organizations WHERE tenant_id = $1 AND logo_key = $2 LIMIT 1", string(tenant), photoKey)
}
