package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/iam"
)

const eventColumns = "id, at, action, outcome, reason, actor_type, actor_id, actor_name," +
	" target_type, target_id, target_name, changes, ip, user_agent, request_id, personal, org_id, seq, hash, salts"

// eventSelect are the columns of scanEventRow.
const eventSelect = eventColumns + ", erased, digests"

var eventTable = newBulkTable("INSERT INTO audit_events (tenant_id, "+eventColumns+")", iam.NotFound("tenant"))

// The texts of an event, in the order of their columns from action on.
const (
	textAction = iota
	textOutcome
	textReason
	textActorType
	textActorID
	textActorName
	textTargetType
	textTargetID
	textTargetName
	textChanges
	textIP
	textUserAgent
	textRequestID
	textPersonal
	textOrg
	eventTexts
)

// eventRow is an audit event as the database keeps it. Hashes are taken over
// this form, so that reading and encoding changes again can't break them.
type eventRow struct {
	id    string
	at    int64
	texts [eventTexts]string
	seq   int64 // 0 while not sealed
	hash  []byte
	salts []byte // of its parts; nil in events of the first encoding
	// erased has a bit for each part that is gone, digests what is left of them.
	erased  int64
	digests []byte
}

// maxEventText bounds what strangers can put into the log, in bytes: a user
// agent, the e-mail of a failed sign-in. Changes are bounded by what can be changed.
const maxEventText = 1000

func newEventRow(e *iam.Event, salts []byte) (eventRow, error) {
	r := eventRow{id: string(e.ID), at: micros(e.At), salts: salts, texts: [eventTexts]string{
		e.Action, string(e.Outcome), e.Reason, string(e.ActorType), e.ActorID, e.ActorName,
		e.TargetType, e.TargetID, e.TargetName, "", e.IP, e.UserAgent, e.RequestID, "", string(e.Org),
	}}
	for i, s := range r.texts {
		r.texts[i] = keepable(s)
	}
	var personal, rest []iam.Change
	for _, c := range e.Changes {
		if !openFields[c.Field] {
			personal = append(personal, c)
		} else {
			rest = append(rest, c)
		}
	}
	for _, part := range [...]struct {
		text    int
		changes []iam.Change
	}{{textPersonal, personal}, {textChanges, rest}} {
		if len(part.changes) == 0 {
			continue
		}
		encoded, err := json.Marshal(part.changes)
		if err != nil {
			return r, fmt.Errorf("encode the changes of an event %s: %w", e.Action, err)
		}
		r.texts[part.text] = string(encoded)
	}
	return r, nil
}

// keepable makes a text one that both engines keep as it is: valid UTF-8
// without NUL, of bounded length. Logging must not fail over it.
func keepable(s string) string {
	if len(s) > maxEventText {
		cut := maxEventText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// values fills in the values of a sealed row, in the order of eventTable.
func (r *eventRow) values(tenant iam.TenantID, values []any) {
	values = append(values[:0], string(tenant), r.id, r.at)
	for _, s := range r.texts {
		values = append(values, s)
	}
	_ = append(values, r.seq, r.hash, r.salts)
}

func scanEventRow(row scanner) (*eventRow, error) {
	r := &eventRow{}
	var seq *int64
	dest := make([]any, 0, 7+eventTexts)
	dest = append(dest, &r.id, &r.at)
	for i := range r.texts {
		dest = append(dest, &r.texts[i])
	}
	err := row.Scan(append(dest, &seq, &r.hash, &r.salts, &r.erased, &r.digests)...)
	if seq != nil {
		r.seq = *seq
	}
	return r, err
}

func (r *eventRow) event() (*iam.Event, error) {
	s := &r.texts
	e := &iam.Event{
		ID: iam.EventID(r.id), At: fromMicros(r.at), Action: s[textAction], Outcome: iam.Outcome(s[textOutcome]), Reason: s[textReason],
		ActorType: iam.ActorType(s[textActorType]), ActorID: s[textActorID], ActorName: s[textActorName],
		TargetType: s[textTargetType], TargetID: s[textTargetID], TargetName: s[textTargetName],
		IP: s[textIP], UserAgent: s[textUserAgent], RequestID: s[textRequestID], Org: iam.OrgID(s[textOrg]), Seq: r.seq, Hash: r.hash,
	}
	for _, text := range []string{s[textPersonal], s[textChanges]} {
		if text == "" {
			continue
		}
		var changes []iam.Change
		if err := json.Unmarshal([]byte(text), &changes); err != nil {
			return nil, fmt.Errorf("read the changes of event %s: %w", r.id, err)
		}
		e.Changes = append(e.Changes, changes...)
	}
	return e, nil
}
