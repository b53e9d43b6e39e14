package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// AppendEvents implements iam.AuditStore. The order of the log is that of the
// ids, so an id should have been made at the event's time.
func (t *tx) AppendEvents(ctx context.Context, tenant iam.TenantID, events ...*iam.Event) error {
	rows, err := newEventRows(events)
	if err != nil {
		return err
	}
	args := make([]any, 0, len(events)*(4+eventTexts))
	for _, r := range rows {
		args = append(args, string(tenant), r.id, r.at)
		for _, s := range r.texts {
			args = append(args, s)
		}
		args = append(args, r.salts)
	}
	if err := t.noteBehalf(ctx, tenant, rows); err != nil {
		return err
	}
	return t.insertRowsLater(ctx, t.refusing(iam.NotFound("tenant")), "INSERT INTO audit_events (tenant_id, id, at, action, outcome, reason, actor_type, actor_id, actor_name,"+
		" target_type, target_id, target_name, changes, ip, user_agent, request_id, personal, org_id, salts)", 4+eventTexts, args)
}

// Events implements iam.AuditStore: the newest first. Actor, target, action,
// address and request have an index each; of those that the filter names, the one
// with the fewest matches is walked. To find a page, at most 20,000 entries of it
// are looked at: what no index knows (a search in names, an outcome, two common
// values that rarely meet) then answers with a short page, even an empty one, whose
// Next goes on from there.
func (t *tx) Events(ctx context.Context, tenant iam.TenantID, f iam.EventFilter) (iam.List[*iam.Event], error) {
	words := searchWords(f.Search)
	list := eventList(tenant, f, words)
	pos, back := "", false
	if f.Page.Cursor != "" {
		values, b, err := decodeCursor(list, f.Page.Cursor, "s")
		if err != nil {
			return iam.List[*iam.Event]{}, err
		}
		pos, back = values[0].(string), b //nolint:forcetypeassert // "s" is a string
	}
	s := t.newEventScan(tenant, f, words, pos, back)
	ids, end, err := s.collect(ctx, f.Page.Size()+1)
	if err != nil {
		return iam.List[*iam.Event]{}, err
	}
	if back && end == "" && len(ids) <= f.Page.Size() {
		// As in keysetList: the first page shall be as full as it ever is.
		f.Page.Cursor = ""
		return t.Events(ctx, tenant, f)
	}
	if len(ids) > f.Page.Size() {
		ids = ids[:f.Page.Size()]
		end = ids[len(ids)-1]
	}
	start := justBefore(pos)
	switch {
	case len(ids) > 0:
		start = ids[0]
	case end != "":
		start = end
	}
	out := iam.List[*iam.Event]{}
	switch {
	case back:
		slices.Reverse(ids)
		out.Next, out.Prev = encodeCursor(list, false, start), encodeCursor(list, true, end)
	default:
		if end != "" {
			out.Next = encodeCursor(list, false, end)
		}
		if pos != "" {
			out.Prev = encodeCursor(list, true, start)
		}
	}
	out.Items, err = t.eventsByID(ctx, tenant, ids)
	return out, err
}

func eventList(tenant iam.TenantID, f iam.EventFilter, words []string) listID {
	// The first stands for those below it: which they are may change from one page
	// to the next.
	top := func(orgs []iam.OrgID) string {
		if len(orgs) == 0 {
			return ""
		}
		return string(orgs[0])
	}
	parts := []string{
		f.Action, f.Actor, f.Target, f.Involves, string(f.Outcome), strings.Join(words, " "),
		strconv.FormatBool(f.TargetsOnly), top(f.Orgs), strconv.FormatInt(micros(f.From), 10), strconv.FormatInt(micros(f.To), 10),
	}
	// Only where they are given: cursors from before there were these filters hold.
	if f.IP != "" {
		parts = append(parts, columnIP, f.IP, string(f.Self), top(f.KnownIn))
	}
	if f.RequestID != "" {
		parts = append(parts, columnRequest, f.RequestID)
	}
	return newListID(tenant, "events", parts...)
}

// searchWords are the folded words of a text.
func searchWords(text string) []string {
	return strings.FieldsFunc(fold.Text(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// justBefore is a position that only id and what comes after it are beyond.
func justBefore(id string) string { return id[:max(0, len(id)-1)] }

func (t *tx) eventsByID(ctx context.Context, tenant iam.TenantID, ids []string) ([]*iam.Event, error) {
	found := make(map[string]*iam.Event, len(ids))
	err := eachIn(ctx, t, tenant, "SELECT "+eventSelect+" FROM audit_events WHERE tenant_id = $1 AND id IN ", "", ids,
		func(row scanner) error {
			r, err := scanEventRow(row)
			if err != nil {
				return err
			}
			found[r.id], err = r.event()
			return err
		})
	events := make([]*iam.Event, 0, len(ids))
	for _, id := range ids {
		events = append(events, found[id])
	}
	return events, err
}

// eventIDAt is the least id that can be made at t: a UUIDv7 begins with its
// milliseconds, which fill exactly the first ten digits of base32.
func eventIDAt(t time.Time) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	ms := max(0, t.UnixMilli())
	var b [10]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = digits[ms&31]
		ms >>= 5
	}
	return iam.PrefixEvent + "_" + string(b[:])
}
