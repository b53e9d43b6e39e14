package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
)

// erasable is a deleted person with events of every kind, and a bystander.
func (f *sides) erasable(t *testing.T, old bool) (iam.UserID, []*iam.Event) {
	t.Helper()
	u := &iam.User{
		ID: iam.UserID(f.id(iam.PrefixUser)), Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Greta", LastName: "Garbo",
		Email: "greta@example.com", EmailKey: "greta@example.com", Memberships: []iam.Membership{{Org: f.a.org}},
	}
	about := f.event("user.updated")
	about.TargetType, about.TargetID, about.TargetName = "user", string(u.ID), "Greta Garbo"
	about.Changes = []iam.Change{{Field: "email", Before: "old.greta@example.com", After: "greta@example.com"}, {Field: "roles", After: []string{"Agent"}}}
	by := f.event("session.created")
	by.ActorID, by.ActorName, by.IP, by.UserAgent, by.TargetID, by.TargetName = string(u.ID), "Greta Garbo", "192.0.2.9", "Garbofox", "sess_1", "Greta Garbo"
	invited := f.event("invitation.created")
	invited.TargetID, invited.TargetName = "inv_1", "old.greta@example.com"
	other := f.event("user.updated")
	other.TargetName, other.Changes = "Ingrid", []iam.Change{{Field: "first_name", After: "Ingrid"}}
	key := f.event("api_key.created") // of somebody else, for the person
	key.TargetType, key.TargetID, key.TargetName = "api_key", "key_1", "Script"
	key.Changes = []iam.Change{{Field: "user", After: map[string]string{"id": string(u.ID), "name": "Greta Garbo"}}, {Field: "prefix", After: "rtn_abc"}}
	if old { // that version had the name alone
		key.Changes = []iam.Change{{Field: "user", After: "Greta Garbo"}}
	}
	exported := f.event("audit.exported")
	exported.Changes = []iam.Change{{Field: "search", Before: "", After: "Greta Garbo"}}
	list := f.event("export.created")
	list.TargetType, list.TargetID, list.TargetName = "export", "exp_1", "users"
	list.Changes = []iam.Change{{Field: "format", After: "csv"}, {Field: "filter", After: iam.ExportFilter{Search: "Greta Garbo", Status: iam.StatusActive}}}
	events := []*iam.Event{about, by, invited, other, key, exported, list}
	if err := f.try(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertUser(ctx, f.a.tenant, u); err != nil {
			return err
		}
		if err := tx.AppendEvents(ctx, f.a.tenant, events...); err != nil {
			return err
		}
		if err := tx.EnqueueMail(ctx, &iam.Mail{ID: iam.MailID(f.id(iam.PrefixMail)), Tenant: f.a.tenant, To: "greta@example.com", Subject: "Dear Greta", Text: "Greta", State: iam.MailQueued}); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, f.a.tenant, u, "somebody")
	}); err != nil {
		t.Fatal(err)
	}
	if old { // as a version before this one wrote them
		f.raw(t, "UPDATE audit_events SET salts = NULL, changes = CASE WHEN personal = '' THEN changes ELSE personal END, personal = '' WHERE tenant_id = $1", string(f.a.tenant))
	}
	f.seal(t, f.a.tenant, 100)
	return u.ID, events
}

// testPhotoInUse: whoever has it, and no other tenant.
func testPhotoInUse(t *testing.T, f *sides) {
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, f.a.tenant, f.a.user)
		if err != nil {
			return err
		}
		after := *before
		after.PhotoKey = "large.jpg small.jpg"
		return tx.UpdateUser(ctx, f.a.tenant, before, &after)
	})
	for s, want := range map[side]bool{f.a: true, f.b: false} {
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.PhotoInUse(ctx, s.tenant, "large.jpg small.jpg")
			same(t, "in use", got, want)
			return err
		})
	}
}

// testErasure: the name is gone from the log and from mails, everything else is
// there, and the chain still verifies, for events of both encodings.
func testErasure(t *testing.T, f *sides) {
	for _, old := range []bool{false, true} {
		t.Run(fmt.Sprintf("old %t", old), func(t *testing.T) { erase(t, f, old) })
	}
}

func erase(t *testing.T, f *sides, old bool) {
	f.a = f.newSide(t)
	id, events := f.erasable(t, old)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, f.b.tenant, id, "greta@example.com")
		return err
	}), iam.CodeNotFound)
	for range 2 { // again changes nothing
		answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error {
			_, err := tx.ErasePerson(ctx, f.a.tenant, id, "greta@example.com")
			return err
		}), "")
	}
	sealed, breach := f.verify(t, f.a.tenant)
	if sealed != int64(len(events)) || breach != nil {
		t.Fatalf("verified %d events with breach %+v", sealed, breach)
	}
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Page: iam.Page{Limit: 200}})
	answers(t, err, "")
	var lines strings.Builder
	for _, e := range list.Items {
		fmt.Fprintf(&lines, "%+v\n", *e)
	}
	told := lines.String()
	for _, gone := range []string{"Greta", "greta", "192.0.2.9", "Garbofox"} {
		if strings.Contains(told, gone) {
			t.Errorf("%s is still there:\n%s", gone, told)
		}
	}
	for _, there := range []string{iam.Pseudonym(string(id)), "Ingrid", "Field:email"} {
		if !strings.Contains(told, there) {
			t.Errorf("%s is missing:\n%s", there, told)
		}
	}
	if !old && !strings.Contains(told, "Agent") {
		t.Error("what was not about the person is gone, too")
	}
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		g, err := tx.Tombstone(ctx, f.a.tenant, id)
		if err == nil && (g.FullName != iam.Pseudonym(string(id)) || g.ErasedAt.IsZero()) {
			t.Errorf("tombstone %+v", g)
		}
		if mails, err := tx.MailsTo(ctx, f.a.tenant, "greta@example.com"); err != nil || len(mails) != 0 {
			t.Errorf("mails %v, %v", mails, err)
		}
		return err
	})
	// Whoever passes a change off as an erasure is found out.
	f.raw(t, "UPDATE audit_events SET target_name = 'Ingmar' WHERE tenant_id = $1 AND target_id = $2", string(f.a.tenant), string(id))
	if _, breach := f.verify(t, f.a.tenant); breach == nil || breach.Kind != "changed" {
		t.Errorf("breach %+v", breach)
	}
}

// testErasureUnderTheHash: a name that an earlier version put under the hash of
// an event goes, too. The chain verifies, but only there does it excuse a change.
func testErasureUnderTheHash(t *testing.T, f *sides) {
	id, events := f.erasable(t, false)
	early, late := f.event("invitation.created"), f.event("api_key.created")
	early.TargetID, early.TargetName = "inv_2", "Ines"
	early.Changes = []iam.Change{{Field: "user", After: "Greta Garbo"}}
	late.Changes = early.Changes
	under := append(f.exportsNaming("Greta Garbo", "old.greta@example.com"), early, late)
	f.append(t, f.a.tenant, under...)
	f.raw(t, "UPDATE audit_events SET changes = personal, personal = '' WHERE tenant_id = $1 AND seq IS NULL", string(f.a.tenant))
	f.seal(t, f.a.tenant, 100)
	f.raw(t, "UPDATE audit_heads SET open_until = $2 WHERE tenant_id = $1", string(f.a.tenant), len(events)+len(under))
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, f.a.tenant, id, "greta@example.com")
		return err
	}), "")
	if sealed, breach := f.verify(t, f.a.tenant); sealed != int64(len(events)+len(under)) || breach != nil {
		t.Fatalf("verified %d events with breach %+v", sealed, breach)
	}
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Page: iam.Page{Limit: 200}})
	answers(t, err, "")
	for _, e := range list.Items {
		if text := fmt.Sprintf("%+v", *e); strings.Contains(strings.ToLower(text), "greta") {
			t.Errorf("still there: %s", text)
		}
	}
	f.raw(t, "UPDATE audit_heads SET open_until = $2 WHERE tenant_id = $1", string(f.a.tenant), len(events)+len(under)-1)
	if _, breach := f.verify(t, f.a.tenant); breach == nil || breach.Kind != "changed" || breach.Seq != int64(len(events)+len(under)) {
		t.Errorf("breach %+v", breach)
	}
}

// testErasureLeavesOthers: what is kept of somebody else stays, whoever it names;
// anything else with the person's address does not.
func testErasureLeavesOthers(t *testing.T, f *sides) {
	id, _ := f.erasable(t, false)
	kept, told := f.event("user.updated"), f.event("user.updated")
	kept.TargetName, kept.Changes = "Ingrid", []iam.Change{
		{Field: "first_name", After: "Ingrid"}, {Field: iam.CustomChange + "manager", Before: "greta@example.com", After: "old.greta@example.com"},
	}
	told.TargetName, told.Changes = "Ingmar", []iam.Change{
		{Field: "reply_to", After: "Greta@example.com"}, {Field: iam.CustomChange + "manager", After: "Greta@example.com"},
	}
	f.append(t, f.a.tenant, kept, told)
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error {
		_, err := tx.ErasePerson(ctx, f.a.tenant, id, "Greta@example.com")
		return err
	}), "")
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Page: iam.Page{Limit: 200}})
	answers(t, err, "")
	for _, e := range list.Items {
		switch e.ID {
		case kept.ID:
			same(t, "changes", e.Changes, kept.Changes)
			same(t, "name", e.TargetName, "Ingrid")
		case told.ID:
			if strings.Contains(fmt.Sprintf("%+v", *e), "reta@") {
				t.Errorf("still there: %+v", *e)
			}
		}
	}
	if _, breach := f.verify(t, f.a.tenant); breach != nil {
		t.Errorf("breach %+v", breach)
	}
}

// exportsNaming are exports of what somebody searched for.
func (f *sides) exportsNaming(texts ...string) (out []*iam.Event) {
	for _, text := range texts {
		list, log := f.event("export.created"), f.event("audit.exported")
		list.Changes = []iam.Change{{Field: "format", After: "csv"}, {Field: "filter", After: iam.ExportFilter{Search: text}}}
		log.Changes = []iam.Change{{Field: "search", Before: "", After: text}}
		out = append(out, list, log)
	}
	return out
}

// testFalseErasure: marking an event as erased does not make it so.
func testFalseErasure(t *testing.T, f *sides) {
	for name, sql := range map[string]string{
		"marked": "UPDATE audit_events SET erased = 3 WHERE tenant_id = $1",
		"blank":  "UPDATE audit_events SET erased = 2, target_name = 'Erased person', personal = '' WHERE tenant_id = $1",
		"salts":  "UPDATE audit_events SET salts = NULL WHERE tenant_id = $1",
	} {
		n := f.newSide(t)
		e := f.event("user.updated")
		e.TargetID, e.TargetName, e.Changes = "", "Ann", []iam.Change{{Field: "first_name", After: "Ann"}}
		f.append(t, n.tenant, e)
		f.seal(t, n.tenant, 1)
		f.raw(t, sql, string(n.tenant))
		if _, breach := f.verify(t, n.tenant); breach == nil || breach.Kind != "changed" {
			t.Errorf("%s: breach %+v", name, breach)
		}
	}
}
