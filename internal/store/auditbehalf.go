package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// behalfBegins is how the changes of an event begin whose actor was logged in as
// somebody else; the id of that person follows.
const behalfBegins = `[{"field":"on_behalf_of","after":{"id":"`

// behalf is as whom the actor was logged in, "" when as themselves.
func (r *eventRow) behalf() string {
	rest, ok := strings.CutPrefix(r.texts[textPersonal], behalfBegins)
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// noteBehalf lets events be found by as whom their actors were logged in. They are
// few, so that they have a table of their own and not a column with an index.
func (t *tx) noteBehalf(ctx context.Context, tenant iam.TenantID, rows []*eventRow) error {
	var args []any
	for _, r := range rows {
		if id := r.behalf(); id != "" {
			args = append(args, string(tenant), id, r.id)
		}
	}
	if len(args) == 0 {
		return nil
	}
	return t.insertRowsLater(ctx, t.refusing(iam.NotFound("tenant")), "INSERT INTO audit_behalf (tenant_id, user_id, event_id)", 3, args)
}

// behalf is span for the events of those who were logged in as the person whose id
// is the parameter v.
func (s *eventScan) behalf(v, limit string) string {
	return "SELECT event_id AS id FROM audit_behalf WHERE tenant_id = $1 AND user_id = " + v +
		" AND event_id >= $2 AND event_id < $3 ORDER BY event_id" + s.desc() + " LIMIT " + limit
}

// onBehalf is the condition that the actor of an event was logged in as them.
func onBehalf(v string) string {
	return "EXISTS (SELECT 1 FROM audit_behalf h WHERE h.tenant_id = $1 AND h.user_id = " + v + " AND h.event_id = e.id)"
}
