package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) event(action string) *iam.Event {
	return &iam.Event{
		ID: iam.EventID(f.id(iam.PrefixEvent)), At: f.db.Clock.Now(), Action: action, Outcome: iam.OutcomeSuccess,
		ActorType: iam.ActorUser, ActorID: string(f.a.user), ActorName: "Zoë Ångström",
		TargetType: "user", TargetID: string(f.a.other), TargetName: "José de la Cruz",
	}
}

func (f *sides) append(t *testing.T, tenant iam.TenantID, events ...*iam.Event) {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.AppendEvents(ctx, tenant, events...) })
}

func (f *sides) events(t *testing.T, tenant iam.TenantID, filter iam.EventFilter) (list iam.List[*iam.Event], err error) {
	t.Helper()
	err = f.db.Read(t.Context(), func(tx iam.Tx) (err error) {
		list, err = tx.Events(t.Context(), tenant, filter)
		return err
	})
	return list, err
}

func (f *sides) seal(t *testing.T, tenant iam.TenantID, limit int) (n int) {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		n, err = tx.SealEvents(ctx, tenant, limit)
		return err
	})
	return n
}

func (f *sides) verify(t *testing.T, tenant iam.TenantID) (sealed int64, breach *iam.ChainBreach) {
	t.Helper()
	f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		sealed, breach, err = tx.VerifyEvents(ctx, tenant)
		return err
	})
	return sealed, breach
}

// testEventsKept: an event reads as it was written, whatever its texts hold.
func testEventsKept(t *testing.T, f *sides) {
	e := f.event("user.updated")
	e.Outcome, e.Reason, e.IP, e.UserAgent, e.RequestID = iam.OutcomeFailure, "escalation", "2001:db8::7", "Firefox", "req-1"
	e.Org = f.a.org
	e.Changes = []iam.Change{
		{Field: "name", Before: "a\x00\xff<b>", After: "ʘ‿ʘ \u202e"},
		{Field: "active", Before: true, After: false},
		{Field: "roles", Before: []any{"role_agent"}, After: nil},
	}
	f.append(t, f.a.tenant, e)
	list, err := f.events(t, f.a.tenant, iam.EventFilter{})
	answers(t, err, "")
	e.Changes[0].Before = "a\x00\ufffd<b>" // JSON has no invalid UTF-8
	same(t, "events", list.Items, []*iam.Event{e})

	nasty := f.event("session.refused")
	nasty.TargetName, nasty.UserAgent = "a\x00b\xff", strings.Repeat("é", 5000)
	f.append(t, f.a.tenant, nasty)
	same(t, "sealed", f.seal(t, f.a.tenant, 10), 2)
	list, err = f.events(t, f.a.tenant, iam.EventFilter{Action: "session.refused"})
	answers(t, err, "")
	same(t, "name", list.Items[0].TargetName, "a\ufffdb\ufffd")
	same(t, "user agent", list.Items[0].UserAgent, strings.Repeat("é", 500))
	if sealed, breach := f.verify(t, f.a.tenant); sealed != 2 || breach != nil {
		t.Errorf("verified %d events with breach %+v, want 2 and none", sealed, breach)
	}
	f.append(t, f.a.tenant) // nothing is nothing
}

// allEvents follows Next from the first page to the last, and Prev back again,
// and returns the ids in their order.
func (f *sides) allEvents(t *testing.T, tenant iam.TenantID, filter iam.EventFilter, size int) []iam.EventID {
	t.Helper()
	var forward, backward []iam.EventID
	filter.Page = iam.Page{Limit: size}
	prev := ""
	for range 1000 {
		list, err := f.events(t, tenant, filter)
		answers(t, err, "")
		for _, e := range list.Items {
			forward = append(forward, e.ID)
		}
		prev, backward = list.Prev, idsOf(list.Items)
		if filter.Page.Cursor = list.Next; list.Next == "" {
			break
		}
	}
	for i := 0; prev != "" && i < 1000; i++ {
		filter.Page.Cursor = prev
		list, err := f.events(t, tenant, filter)
		answers(t, err, "")
		prev = list.Prev
		if prev == "" { // the first page is always as full as it can be
			seen := map[iam.EventID]bool{}
			for _, id := range backward {
				seen[id] = true
			}
			var fresh []iam.EventID
			for _, id := range idsOf(list.Items) {
				if !seen[id] {
					fresh = append(fresh, id)
				}
			}
			backward = append(fresh, backward...)
			break
		}
		backward = append(idsOf(list.Items), backward...)
	}
	same(t, "the pages back", backward, forward)
	return forward
}

func idsOf(events []*iam.Event) (ids []iam.EventID) {
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	return ids
}

// testEventPages: pages forth and back miss nothing, repeat nothing and are
// bound to tenant and filter.
func testEventPages(t *testing.T, f *sides) {
	var want []iam.EventID
	for i := range 23 {
		f.db.Clock.Advance(time.Second)
		e := f.event("user.updated")
		f.append(t, f.a.tenant, e)
		want = append([]iam.EventID{e.ID}, want...)
		if i == 11 {
			f.seal(t, f.a.tenant, 100) // sealed or not makes no difference
		}
	}
	f.append(t, f.b.tenant, f.event("user.updated"))
	for _, size := range []int{1, 5, 22, 23, 24, 200} {
		same(t, fmt.Sprintf("pages of %d", size), f.allEvents(t, f.a.tenant, iam.EventFilter{}, size), want)
	}
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Page: iam.Page{Limit: 5}})
	answers(t, err, "")
	if list.Prev != "" || list.Next == "" {
		t.Errorf("the first page has prev %q and next %q", list.Prev, list.Next)
	}
	for name, other := range map[string]struct {
		tenant iam.TenantID
		filter iam.EventFilter
	}{
		"another tenant": {tenant: f.b.tenant},
		"another filter": {tenant: f.a.tenant, filter: iam.EventFilter{Outcome: iam.OutcomeFailure}},
	} {
		other.filter.Page.Cursor = list.Next
		_, err := f.events(t, other.tenant, other.filter)
		if iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Errorf("a cursor of %s: %v", name, err)
		}
	}
}

// testEventFilters compares every mix of filters with a plain loop.
func testEventFilters(t *testing.T, f *sides) {
	people := []string{string(f.a.user), string(f.a.other), "user_x", ""}
	names := []string{"Zoë Ångström", "José de la Cruz", "Ann O'Neil", ""}
	actions := []string{"user.updated", "session.created", "role.created"}
	outcomes := []iam.Outcome{iam.OutcomeSuccess, iam.OutcomeFailure}
	orgs := []iam.OrgID{"", f.a.org, "org_one", "org_two", "org_one"}
	addresses := []string{"192.0.2.7", "", "2001:db8::7"}
	var all []*iam.Event
	start := f.db.Clock.Now()
	for i := range 120 {
		f.db.Clock.Advance(time.Duration(1+i%7) * time.Second)
		e := f.event(actions[i%2*(i%5)%3])
		e.ActorID, e.ActorName = people[i%4], names[i%4]
		e.TargetID, e.TargetName = people[i/4%4], names[i/4%4]
		e.Outcome, e.Org = outcomes[i/9%2], orgs[i/3%5]
		e.IP, e.RequestID = addresses[i/2%3], fmt.Sprint("request ", i/4%9)
		e.Changes = asOther(i%7 == 0, behalf{people[i%3], names[i%3]})
		all = append([]*iam.Event{e}, all...)
		f.append(t, f.a.tenant, e)
	}
	end := f.db.Clock.Now()
	// Of the other tenant, alike in all.
	twin := *all[0]
	f.append(t, f.b.tenant, &twin)

	rapid.Check(t, func(r *rapid.T) {
		filter := iam.EventFilter{
			Action: rapid.SampledFrom(append(actions, "", "", "none")).Draw(r, "action"),
			Actor:  rapid.SampledFrom(append(people, "", "none")).Draw(r, "actor"),
			Target: rapid.SampledFrom(append(people, "", "none")).Draw(r, "target"),

			Involves: rapid.SampledFrom(append(people, "", "")).Draw(r, "involves"),
			Outcome:  rapid.SampledFrom(append(outcomes, "", "")).Draw(r, "outcome"),
			Search:   rapid.SampledFrom([]string{"", "", "", "zoe", "JOSE cru", "oneil", "neil o", "cruz zo", "ngstrom"}).Draw(r, "search"),
		}
		filter.Orgs = someOrgs(rapid.IntRange(0, 3).Draw(r, "organizations"), f.a.org)
		filter.TargetsOnly = rapid.Bool().Draw(r, "targets only")
		filter.IP = rapid.SampledFrom(append(addresses, "", "192.0.2.70")).Draw(r, "address")
		filter.RequestID = rapid.SampledFrom([]string{"", "", "", "request 3", "request", "none"}).Draw(r, "request")
		filter.KnownIn = [][]iam.OrgID{nil, {f.a.org, "org_one"}, {"org_one"}, {f.b.org}}[rapid.IntRange(0, 3).Draw(r, "known in")]
		filter.Self = rapid.SampledFrom([]iam.UserID{"", "user_x"}).Draw(r, "self")
		if rapid.Bool().Draw(r, "from") {
			filter.From = start.Add(time.Second * time.Duration(rapid.Int64Range(0, int64(end.Sub(start)/time.Second)).Draw(r, "from at")))
		}
		if rapid.Bool().Draw(r, "to") {
			filter.To = start.Add(time.Second * time.Duration(rapid.Int64Range(0, int64(end.Sub(start)/time.Second)).Draw(r, "to at")))
		}
		var want []iam.EventID
		for _, e := range all {
			if passes(filter, e) && f.knows(filter, e) {
				want = append(want, e.ID)
			}
		}
		got := f.allEvents(t, f.a.tenant, filter, rapid.SampledFrom([]int{3, 40, 200}).Draw(r, "size"))
		if fmt.Sprint(got) != fmt.Sprint(want) {
			r.Fatalf("filter %+v: got %d events, want %d", filter, len(got), len(want))
		}
	})
}

// someOrgs are none, one, a few, and more organizations than are merged.
func someOrgs(n int, own iam.OrgID) []iam.OrgID {
	switch n {
	case 1:
		return []iam.OrgID{"org_two"}
	case 2:
		return []iam.OrgID{"org_one", "none", own}
	case 3:
		many := []iam.OrgID{"org_two", "org_one"}
		for i := range 100 {
			many = append(many, iam.OrgID(fmt.Sprint("none ", i)))
		}
		return many
	}
	return nil
}

// passes is the filter told a second time, without folding: the names that are
// looked for are spelled out.
func passes(f iam.EventFilter, e *iam.Event) bool {
	text := " " + e.ActorName + " " + e.TargetName
	if f.TargetsOnly {
		text = " " + e.TargetName
	}
	finds := map[string]bool{
		"": true, "zoe": strings.Contains(text, "Zoë"), "JOSE cru": strings.Contains(text, "José"), "oneil": false,
		"neil o": strings.Contains(text, "O'Neil"), "cruz zo": strings.Contains(text, "José") && strings.Contains(text, "Zoë"),
		"ngstrom": false,
	}
	return (f.Orgs == nil || slices.Contains(f.Orgs, e.Org)) && (f.Action == "" || f.Action == e.Action) && (f.Actor == "" || f.Actor == e.ActorID) &&
		(f.Target == "" || f.Target == e.TargetID) && (f.Outcome == "" || f.Outcome == e.Outcome) &&
		(f.IP == "" || f.IP == e.IP) && (f.RequestID == "" || f.RequestID == e.RequestID) &&
		(f.Involves == "" || f.Involves == e.ActorID || f.Involves == e.TargetID || f.Involves == behalfOf(e)) && finds[f.Search] &&
		(f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || e.At.Before(f.To))
}

// knows tells whether those by whom the filter finds an event may be known.
func (f *sides) knows(filter iam.EventFilter, e *iam.Event) bool {
	if filter.KnownIn == nil {
		return true
	}
	known := func(id string) bool {
		member := id == string(f.a.user) || id == string(f.a.other)
		return id == "" || id == string(filter.Self) || member && slices.Contains(filter.KnownIn, f.a.org)
	}
	who := filter.Involves
	return (filter.IP == "" && filter.Actor == "" || known(e.ActorID)) && (filter.Search == "" && filter.Target == "" || known(e.TargetID)) &&
		(who == "" || who == e.ActorID && known(e.ActorID) || who == e.TargetID && known(e.TargetID) || who == behalfOf(e) && known(who))
}

// behalf is as whom the actor of an event was logged in, as changes have it.
type behalf struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// asOther are the changes of an event whose actor was perhaps logged in as somebody.
func asOther(was bool, b behalf) []iam.Change {
	if !was {
		return nil
	}
	return []iam.Change{{Field: "on_behalf_of", After: b}}
}

func behalfOf(e *iam.Event) string {
	if len(e.Changes) == 0 {
		return ""
	}
	b, _ := e.Changes[0].After.(behalf)
	return b.ID
}

// testEventsLongScan: what is rare among many common events is found, in more
// than one step when it lies beyond what one call looks at.
func testEventsLongScan(t *testing.T, f *sides) {
	var old []iam.EventID
	for range 3 {
		e := f.event("user.updated")
		e.Outcome, e.TargetName = iam.OutcomeFailure, "Needle"
		f.append(t, f.a.tenant, e)
		old = append([]iam.EventID{e.ID}, old...)
	}
	for range 41 {
		batch := make([]*iam.Event, 500)
		for i := range batch {
			batch[i] = f.event([]string{"user.updated", "user.created"}[i%2])
		}
		f.append(t, f.a.tenant, batch...)
	}
	for name, filter := range map[string]iam.EventFilter{
		"outcome":  {Outcome: iam.OutcomeFailure},
		"involves": {Involves: string(f.a.user), Search: "needle"},
	} {
		same(t, name, f.allEvents(t, f.a.tenant, filter, 2), old)
	}
	list, err := f.events(t, f.a.tenant, iam.EventFilter{Search: "needle"})
	answers(t, err, "")
	if len(list.Items) != 0 || list.Next == "" {
		t.Errorf("one call found %d events behind 20,500 others, next %q", len(list.Items), list.Next)
	}
}
