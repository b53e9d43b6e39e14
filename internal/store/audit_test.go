package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// TestEventIDAt: an id made at a time is beyond the bound of that time and
// before the bound of the next millisecond.
func TestEventIDAt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 1<<47).Draw(r, "ms")).UTC()
		id := (&iam.RandomIDs{}).NewID(iam.PrefixEvent, at)
		if low, high := eventIDAt(at), eventIDAt(at.Add(time.Millisecond)); id < low || id >= high {
			r.Fatalf("id %s at %v is not between %s and %s", id, at, low, high)
		}
	})
	if got := eventIDAt(time.Unix(-1, 0)); got != "evt_0000000000" {
		t.Errorf("before 1970: %s", got)
	}
}

// TestEventSumIsUnambiguous: moving text between neighbouring fields, the
// tenant, the place or the hash before changes the hash.
func TestEventSumIsUnambiguous(t *testing.T) {
	sums := map[string]string{}
	add := func(what string, tenant iam.TenantID, seq int64, prev []byte, r eventRow) {
		r.salts = make([]byte, eventParts*saltSize)
		hash, _ := r.sum(tenant, seq, prev, nil)
		if other, ok := sums[string(hash)]; ok {
			t.Errorf("%s and %s have one hash", what, other)
		}
		sums[string(hash)] = what
	}
	add("nothing", "t", 1, nil, eventRow{})
	add("tenant", "u", 1, nil, eventRow{})
	add("longer tenant", "te", 1, nil, eventRow{id: "vt"})
	add("longer id", "t", 1, nil, eventRow{id: "evt"})
	add("place", "t", 2, nil, eventRow{})
	add("hash before", "t", 1, []byte{0}, eventRow{})
	add("time", "t", 1, nil, eventRow{at: 1})
	for i := range eventTexts {
		var r eventRow
		r.texts[i] = "x"
		add(fmt.Sprint("text ", i), "t", 1, nil, r)
		r.texts[i] = ""
		r.texts[(i+1)%eventTexts] = "xx"
		add(fmt.Sprint("longer text ", (i+1)%eventTexts), "t", 1, nil, r)
	}
}

func TestKeepable(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(r, "s"))
		got := keepable(s)
		if got != strings.ToValidUTF8(got, "") || strings.Contains(got, "\x00") || keepable(got) != got {
			r.Fatalf("%q became %q", s, got)
		}
	})
}

func TestBulks(t *testing.T) {
	for n := range 600 {
		items := make([]int, n)
		for i := range items {
			items[i] = i
		}
		var got []int
		err := bulks(items, func(part []int) error {
			if k := len(part); k > maxBulk || k&(k-1) != 0 {
				t.Errorf("a bulk of %d", k)
			}
			got = append(got, part...)
			return nil
		})
		if err != nil || len(got) != n || !cmp.Equal(append([]int{}, got...), items) {
			t.Fatalf("%d items came as %v, %v", n, got, err)
		}
	}
}

func benchStore(b *testing.B) (*Store, iam.TenantID) {
	b.Helper()
	path := os.Getenv("RETINUE_BENCH_DATABASE")
	if path == "" {
		path = filepath.Join(b.TempDir(), "retinue.db")
	}
	s, err := Open(b.Context(), Options{Database: path, Clock: clock.System{}, IDs: &iam.RandomIDs{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if _, _, err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	tenant := iam.TenantID(s.ids.NewID(iam.PrefixTenant, s.clock.Now()))
	org := iam.OrgID(s.ids.NewID(iam.PrefixOrg, s.clock.Now()))
	err = s.write(b.Context(), func(t *tx) error {
		return t.InsertTenant(b.Context(), &iam.Tenant{ID: tenant, ShortName: string(tenant), RootOrg: org, Status: iam.StatusActive},
			&iam.Organization{ID: org, ShortName: "root", Status: iam.StatusActive}, nil)
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, tenant
}

// benchEvents are n events as an import makes them: about new people, by one.
func benchEvents(s *Store, n int, change func(i int, e *iam.Event)) []*iam.Event {
	now := s.clock.Now()
	events := make([]*iam.Event, n)
	for i := range events {
		e := &iam.Event{
			ID: iam.EventID(s.ids.NewID(iam.PrefixEvent, now)), At: now, Action: "user.created", Outcome: iam.OutcomeSuccess,
			ActorType: iam.ActorUser, ActorID: "user_01kk4r0000e0080000000000aa", ActorName: "Ada Lovelace",
			TargetType: "user", TargetID: s.ids.NewID(iam.PrefixUser, now), TargetName: fmt.Sprintf("Person Number%d", i),
			IP: "192.0.2.7", RequestID: "01kk4r0000e0080000000000ab",
		}
		if change != nil {
			change(i, e)
		}
		events[i] = e
	}
	return events
}

// BenchmarkInsertSealed is the audit log's part of an import, per event.
func BenchmarkInsertSealed(b *testing.B) {
	s, tenant := benchStore(b)
	const batch = 5000
	for done := 0; done < b.N; done += batch {
		b.StopTimer()
		events := benchEvents(s, min(batch, b.N-done), nil)
		b.StartTimer()
		if err := s.write(b.Context(), func(t *tx) error { return insertEvents(b.Context(), t, tenant, events) }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSealEvents is the background's part of a change, per event.
func BenchmarkSealEvents(b *testing.B) {
	s, tenant := benchStore(b)
	for done := 0; done < b.N; done += 1000 {
		b.StopTimer()
		events := benchEvents(s, 1000, nil)
		if err := s.write(b.Context(), func(t *tx) error { return t.AppendEvents(b.Context(), tenant, events...) }); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		err := s.write(b.Context(), func(t *tx) error {
			_, err := t.SealEvents(b.Context(), tenant, 1000)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEvents reads pages of a log of 200,000 events; with
// RETINUE_BENCH_EVENTS, of as many.
func BenchmarkEvents(b *testing.B) {
	s, tenant := benchStore(b)
	n := 200_000
	if text := os.Getenv("RETINUE_BENCH_EVENTS"); text != "" {
		_, _ = fmt.Sscan(text, &n)
	}
	actions := []string{"session.created", "session.created", "session.created", "user.updated", "user.created", "session.ended"}
	middle := ""
	for done := 0; done < n; done += 5000 {
		events := benchEvents(s, 5000, func(i int, e *iam.Event) {
			e.Action = actions[i%len(actions)]
			e.ActorID = fmt.Sprintf("user_%d", i%7*i%400)
			if i%500 == 3 {
				e.Outcome = iam.OutcomeFailure
			}
			if (done+i)%50_000 == 7 {
				e.Action = "role.deleted"
			}
			e.TargetID = "user_0"
			if i%3 > 0 {
				e.TargetID = fmt.Sprintf("user_%d", (done+i)%9973)
			}
		})
		if done <= n/2 {
			middle = string(events[0].ID)
		}
		if err := s.write(b.Context(), func(t *tx) error { return insertEvents(b.Context(), t, tenant, events) }); err != nil {
			b.Fatal(err)
		}
	}
	for name, f := range map[string]iam.EventFilter{
		"all":                       {},
		"common action":             {Action: "session.created"},
		"rare action":               {Action: "role.deleted"},
		"absent actor":              {Actor: "user_nobody"},
		"common actor":              {Actor: "user_0"},
		"common actor, rare action": {Actor: "user_0", Action: "role.deleted"},
		"common both":               {Actor: "user_0", Action: "user.updated"},
		"actor and outcome":         {Actor: "user_0", Outcome: iam.OutcomeFailure},
		"outcome":                   {Outcome: iam.OutcomeFailure},
		"involves common":           {Involves: "user_0"},
		"involves rare":             {Involves: "user_77"},
		"involves and action":       {Involves: "user_0", Action: "role.deleted"},
		"search common":             {Search: "person"},
		"search absent":             {Search: "zzzz"},
		"search within target":      {Target: "user_77", Search: "number1"},
	} {
		for _, from := range []string{"", middle} {
			f.Page.Cursor = ""
			where := "first"
			if from != "" {
				where, f.Page.Cursor = "deep", encodeCursor(eventList(tenant, f, searchWords(f.Search)), false, from)
			}
			b.Run(name+"/"+where, func(b *testing.B) {
				for b.Loop() {
					if err := s.read(context.Background(), func(t *tx) error { _, err := t.Events(b.Context(), tenant, f); return err }); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func insertEvents(ctx context.Context, t *tx, tenant iam.TenantID, events []*iam.Event) error {
	rows, err := newEventRows(events)
	if err != nil {
		return err
	}
	return t.insertSealed(ctx, tenant, events, rows)
}
