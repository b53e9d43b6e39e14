package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) session(s side, token string) *iam.Session {
	now := f.db.Clock.Now()
	return &iam.Session{
		ID: iam.SessionID(f.id(iam.PrefixSession)), Tenant: s.tenant, User: s.user, Org: s.org, TokenHash: []byte(token + string(s.tenant)),
		IP: "192.0.2.7", UserAgent: "Firefox", CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func (f *sides) insertSession(t *testing.T, s *iam.Session) *iam.Session {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, s) })
	return s
}

func (f *sides) sessionsOf(t *testing.T, s side) (found []*iam.Session) {
	t.Helper()
	f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		found, err = tx.SessionsOf(ctx, s.tenant, s.user)
		return err
	})
	return found
}

func (f *sides) byToken(t *testing.T, hash []byte) (found *iam.Session, err error) {
	t.Helper()
	err = f.db.Read(t.Context(), func(tx iam.Tx) (err error) {
		found, err = tx.SessionByToken(t.Context(), hash)
		return err
	})
	return found, err
}

// testSessionLife covers D-10, D-11: a session is found while it is alive, by
// its token, and by its own tenant only.
func testSessionLife(t *testing.T, f *sides) {
	s := f.insertSession(t, f.session(f.a, "life"))
	found, err := f.byToken(t, s.TokenHash)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "session by its token", found, s)
	same(t, "sessions of the user", f.sessionsOf(t, f.a), []*iam.Session{s})
	same(t, "sessions seen by the other tenant", f.sessionsOf(t, side{tenant: f.b.tenant, user: f.a.user}), []*iam.Session{})

	end := func(tenant iam.TenantID, user iam.UserID) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.EndSession(ctx, tenant, user, s.ID) })
	}
	answers(t, end(f.b.tenant, f.a.user), iam.CodeNotFound)
	answers(t, end(f.a.tenant, f.a.other), iam.CodeNotFound)
	if _, err := f.byToken(t, s.TokenHash); err != nil {
		t.Errorf("strangers ended a session: %v", err)
	}
	answers(t, end(f.a.tenant, f.a.user), "")
	answers(t, end(f.a.tenant, f.a.user), iam.CodeNotFound)
	_, err = f.byToken(t, s.TokenHash)
	answers(t, err, iam.CodeNotFound)
	same(t, "sessions after the end", f.sessionsOf(t, f.a), []*iam.Session{})
}

func testSessionExpires(t *testing.T, f *sides) {
	s := f.insertSession(t, f.session(f.a, "expires"))
	f.db.Clock.Set(s.ExpiresAt.Add(-time.Microsecond))
	if _, err := f.byToken(t, s.TokenHash); err != nil {
		t.Errorf("a session ended before its time: %v", err)
	}
	f.db.Clock.Set(s.ExpiresAt)
	_, err := f.byToken(t, s.TokenHash)
	answers(t, err, iam.CodeNotFound)
	same(t, "sessions after expiry", f.sessionsOf(t, f.a), []*iam.Session{})
}

func testSessionOfStranger(t *testing.T, f *sides) {
	for name, change := range map[string]func(*iam.Session){
		"user of another tenant":         func(s *iam.Session) { s.User = f.b.user },
		"organization of another tenant": func(s *iam.Session) { s.Org = f.b.org },
	} {
		s := f.session(f.a, name)
		change(s)
		err := f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, s) })
		answers(t, err, iam.CodeNotFound)
	}
}

// A refusal holds, however much comes after it in the transaction, and whether or not
// somebody takes the answers for something else.
func testRefusedForGood(t *testing.T, f *sides) {
	s := f.session(f.a, "refused")
	s.User = f.b.user
	err := f.try(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertSession(ctx, s); err != nil {
			return err
		}
		for range 2 {
			if _, err := tx.SessionByToken(ctx, []byte("none")); iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
		}
		return tx.SetThrottle(ctx, f.a.tenant, "refused", iam.Throttle{Failures: 1, First: tx.Now()})
	})
	answers(t, err, iam.CodeNotFound)
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		left, err := tx.Throttles(ctx, f.a.tenant, []string{"refused"})
		if len(left) > 0 {
			t.Errorf("something is left of it: %v", left)
		}
		return err
	})
}

func testSessionsEnd(t *testing.T, f *sides) {
	keep := f.insertSession(t, f.session(f.a, "keep"))
	f.insertSession(t, f.session(f.a, "one"))
	f.insertSession(t, f.session(f.a, "two"))
	theirs := f.insertSession(t, f.session(f.b, "theirs"))
	ended := func(tenant iam.TenantID, except iam.SessionID) (n int) {
		f.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
			n, err = tx.EndSessions(ctx, tenant, f.a.user, except)
			return err
		})
		return n
	}
	same(t, "ended by the other tenant", ended(f.b.tenant, ""), 0)
	same(t, "ended but one", ended(f.a.tenant, keep.ID), 2)
	same(t, "left", f.sessionsOf(t, f.a), []*iam.Session{keep})
	same(t, "ended all", ended(f.a.tenant, ""), 1)
	same(t, "of the other tenant", f.sessionsOf(t, f.b), []*iam.Session{theirs})
}

func testSessionsTouch(t *testing.T, f *sides) {
	used := map[iam.SessionID]time.Time{}
	var want []iam.SessionID
	for i := range 150 { // more than one bulk
		s := f.insertSession(t, f.session(f.a, "touch"+string(rune('0'+i))))
		used[s.ID] = s.CreatedAt.Add(time.Duration(i) * time.Second)
		want = append([]iam.SessionID{s.ID}, want...)
	}
	touch := func(used map[iam.SessionID]time.Time) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.TouchSessions(ctx, used) })
	}
	touch(used)
	touch(nil)
	touch(map[iam.SessionID]time.Time{want[0]: f.db.Clock.Now().Add(-time.Hour)}) // an older use changes nothing
	var got []iam.SessionID
	for _, s := range f.sessionsOf(t, f.a) {
		got = append(got, s.ID)
		if !s.LastUsedAt.Equal(used[s.ID]) {
			t.Errorf("session %s was last used %v, want %v", s.ID, s.LastUsedAt, used[s.ID])
		}
	}
	same(t, "sessions, latest use first", got, want)
}

func testSessionsPurge(t *testing.T, f *sides) {
	ended, expired, alive := f.session(f.a, "ended"), f.session(f.a, "expired"), f.session(f.a, "alive")
	ended.EndedAt, ended.ExpiresAt = f.db.Clock.Now().Add(-2*time.Hour), f.db.Clock.Now().Add(48*time.Hour)
	expired.ExpiresAt = f.db.Clock.Now().Add(-2 * time.Hour)
	for _, s := range []*iam.Session{ended, expired, alive} {
		f.insertSession(t, s)
	}
	again := func(s *iam.Session) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertSession(ctx, s) })
	}
	purge := func(before time.Time) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.PurgeSessions(ctx, before) })
	}
	purge(f.db.Clock.Now().Add(-3 * time.Hour))
	for _, s := range []*iam.Session{ended, expired, alive} {
		if again(s) == nil {
			t.Errorf("session %s was purged too early", s.TokenHash)
		}
	}
	purge(f.db.Clock.Now().Add(-time.Hour))
	answers(t, again(ended), "")
	answers(t, again(expired), "")
	if again(alive) == nil {
		t.Error("an alive session was purged")
	}
}
