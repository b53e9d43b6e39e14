package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"github.com/retinue/retinue/internal/iam"
)

// The parts of an event that are about people: the hash that seals it is over
// salted digests of them, so that they can be erased (docs/adr/0009).
const (
	partActor  = iota // actor_name, ip, user_agent
	partTarget        // target_name, personal
	eventParts
)

const saltSize = 16

// partTexts are the texts of each part.
var partTexts = [eventParts][]int{
	partActor:  {textActorName, textIP, textUserAgent},
	partTarget: {textTargetName, textPersonal},
}

// openTexts are the texts that belong to no part.
var openTexts = []int{textAction, textOutcome, textReason, textActorType, textActorID, textTargetType, textTargetID, textChanges, textRequestID}

// personalFields are the fields of changes that tell who somebody is. So are
// taken those that are in neither list; a test wants each of them in one.
var personalFields = map[string]bool{
	"first_name": true, "last_name": true, "nickname": true, "email": true, "phone": true, "external_id": true,
	"timezone": true, "aliases": true, "locale": true, "invitations": true, "to": true, "recipient": true, "address": true, "on_behalf_of": true,
	"user": true, "search": true, "reply_to": true, "support_email": true, "sender_name": true, "filter": true, "ip": true,
}

// openFields are those that tell what was done, under the hash of the event
// itself. Of people they have the ids at most.
var openFields = map[string]bool{
	"action": true, "active": true, "actor": true, "all_organizations": true, "allowlist": true, "api_keys": true, "audience": true, "body": true,
	"button": true, "by": true, "choices": true, "code": true, "color": true, "columns": true, "created": true, "decisions": true, "description": true, "events": true,
	"expires_at": true, "features": true, "format": true, "from": true, "handed_over_to": true, "hosts": true, "icon": true, "identify": true,
	"idle_minutes": true, "import": true, "imports": true, "in_table": true, "involves": true, "includes_below": true, "includes_descendants": true, "inherited": true, "key": true,
	"kind": true, "label": true, "layout": true, "lifetime_minutes": true, "log_in_as_allowed": true, "logo": true, "members": true, "memberships": true,
	"mode": true, "name": true, "note": true, "notices": true, "order": true, "organization": true, "organizations": true, "outcome": true, "parent": true,
	"password": true, "password_length": true, "people": true, "permissions": true, "photo": true, "powered_by": true, "prefix": true, "problem": true,
	"reason": true, "report_sha256": true, "request_id": true, "required": true, "roles": true, "scope": true, "serves": true, "service_keys": true, "session": true,
	"sessions": true, "short_name": true, "state": true, "status": true, "subject": true, "support_url": true, "tab": true, "target": true, "team": true, "team_lead": true,
	"team_role": true, "teams": true, "teams_led": true, "temporary_password_hours": true, "theme": true, "times_sent": true, "title": true,
	"until": true, "url": true, "user_type": true,
}

// newSalts makes the salts of n events.
func newSalts(n int) []byte {
	salts := make([]byte, n*eventParts*saltSize)
	_, _ = rand.Read(salts) // never fails since Go 1.24
	return salts
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// digest is the salted digest of a part; of an erased one it is what was kept,
// or nothing when the texts are not what erasure leaves.
func (r *eventRow) digest(part int, scratch []byte) (sum [sha256.Size]byte, ok bool, buffer []byte) {
	if r.erased&(1<<part) != 0 {
		if len(r.digests) != eventParts*sha256.Size || !r.blank(part) {
			return sum, false, scratch
		}
		return [sha256.Size]byte(r.digests[part*sha256.Size:]), true, scratch
	}
	b := scratch[:0]
	b = append(b, r.salts[part*saltSize:(part+1)*saltSize]...)
	for _, i := range partTexts[part] {
		b = appendText(b, r.texts[i])
	}
	return sha256.Sum256(b), true, b
}

// blank tells whether a part is what erasure leaves of it.
func (r *eventRow) blank(part int) bool {
	if part == partActor {
		return r.texts[textActorName] == iam.Pseudonym(r.texts[textActorID]) && r.texts[textIP] == "" && r.texts[textUserAgent] == ""
	}
	changes := textPersonal
	if len(r.salts) == 0 { // an old event has all changes in one text
		changes = textChanges
	}
	return r.texts[textTargetName] == iam.Pseudonym(r.texts[textTargetID]) && r.texts[changes] == fieldsOnly(r.texts[changes])
}

// fieldsOnly leaves of changes only which fields they were.
func fieldsOnly(changes string) string {
	if changes == "" {
		return ""
	}
	var list []iam.Change
	if json.Unmarshal([]byte(changes), &list) != nil {
		return ""
	}
	for i := range list {
		list[i].Before, list[i].After = nil, nil
	}
	out, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return string(out)
}

// erase takes the parts out of the event and keeps their digests; salts go, so
// that nobody can find by trial what the digests are of. It tells whether there
// was anything to do.
func (r *eventRow) erase(parts int64) bool {
	if parts &^= r.erased; parts == 0 {
		return false
	}
	if len(r.salts) == eventParts*saltSize && len(r.digests) == 0 {
		r.digests = make([]byte, eventParts*sha256.Size)
	}
	for part := range eventParts {
		if parts&(1<<part) == 0 {
			continue
		}
		if len(r.salts) > 0 {
			sum, _, _ := r.digest(part, nil)
			copy(r.digests[part*sha256.Size:], sum[:])
			clear(r.salts[part*saltSize : (part+1)*saltSize])
		}
		if part == partActor {
			r.texts[textActorName], r.texts[textIP], r.texts[textUserAgent] = iam.Pseudonym(r.texts[textActorID]), "", ""
		} else {
			r.texts[textTargetName], r.texts[textPersonal] = iam.Pseudonym(r.texts[textTargetID]), fieldsOnly(r.texts[textPersonal])
			if len(r.salts) == 0 { // an old event has all changes in one text
				r.texts[textChanges] = fieldsOnly(r.texts[textChanges])
			}
		}
	}
	r.erased |= parts
	return true
}

// openErased marks an event whose hash can't be made again, because somebody's
// name was taken out of the changes that it is over (docs/adr/0009).
const openErased = 1 << eventParts

// namesInOpen are the changes in which a name is under the hash of earlier events.
var namesInOpen = map[string]bool{"user": true, "search": true, "filter": true}

// eraseOpen takes the name out of the changes under the hash itself. It tells
// whether there was anything to do.
func (r *eventRow) eraseOpen() bool {
	if r.erased&openErased != 0 {
		return false
	}
	var list []iam.Change
	if json.Unmarshal([]byte(r.texts[textChanges]), &list) != nil {
		return false
	}
	found := false
	for i := range list {
		if namesInOpen[list[i].Field] {
			list[i].Before, list[i].After, found = nil, nil, true
		}
	}
	out, err := json.Marshal(list)
	if !found || err != nil {
		return false
	}
	r.texts[textChanges] = string(out)
	r.erased |= openErased
	return true
}

// excused tells whether the hash of an event counts as it is: a name was taken
// out of what it is over, which can be so only up to a place in the chain.
func (r *eventRow) excused(until int64) bool {
	if r.erased&openErased == 0 || r.seq > until || len(r.salts) != eventParts*saltSize {
		return false
	}
	for part := range eventParts {
		if _, ok, _ := r.digest(part, nil); !ok {
			return false
		}
	}
	var list []iam.Change
	if json.Unmarshal([]byte(r.texts[textChanges]), &list) != nil {
		return false
	}
	blank := false
	for _, c := range list {
		if namesInOpen[c.Field] {
			if c.Before != nil || c.After != nil {
				return false
			}
			blank = true
		}
	}
	return blank
}
