package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// events are those of an import, one per user.
func (w *world) events(users []*iam.User) []*iam.Event {
	list := make([]*iam.Event, len(users))
	for i, u := range users {
		list[i] = &iam.Event{
			ID: iam.EventID(w.db.NewID(iam.PrefixEvent)), At: w.db.Clock.Now(), Action: "user.created", Outcome: iam.OutcomeSuccess,
			ActorType: iam.ActorOperator, ActorName: "operator", TargetType: "user", TargetID: string(u.ID), TargetName: u.FullName(),
		}
	}
	return list
}

func (w *world) importUsers(t *testing.T, p place, users []*iam.User) error {
	t.Helper()
	return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertUsers(ctx, p.tenant, users, w.events(users), alone)
	})
}

func testInsertUsers(t *testing.T, w *world) {
	first := w.add(t, w.a, w.person("Ann First"))
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteUser(ctx, w.a.tenant, first, "test") })
	var all []*iam.User
	for _, n := range []int{0, 1, 333} { // of all sizes of statement
		users := make([]*iam.User, n)
		for i := range users {
			users[i] = w.full(fmt.Sprintf("Person %d-%d", n, i))
			users[i].Memberships = users[i].Memberships[:i%3]
		}
		if err := w.importUsers(t, w.a, users); err != nil {
			t.Fatal(err)
		}
		all = append(all, users...)
	}
	last := first.Seq
	for _, u := range all {
		if u.Seq <= last {
			t.Fatalf("seq %d after %d", u.Seq, last)
		}
		last = u.Seq
		if diff := cmp.Diff(stored(u), w.user(t, w.a, u.ID), empty); diff != "" {
			t.Fatal(diff)
		}
	}
	if after := w.add(t, w.a, w.person("Zoe Last")); after.Seq <= last {
		t.Errorf("seq %d after the import's %d", after.Seq, last)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		stats, err := tx.UserStats(ctx, w.a.tenant)
		if stats.Active != 335 || stats.Total != 335 {
			t.Errorf("stats %+v, want 335 active", stats)
		}
		if err != nil {
			return err
		}
		sealed, breach, err := tx.VerifyEvents(ctx, w.a.tenant)
		if sealed != 334 || breach != nil {
			t.Errorf("%d events sealed, breach %v; want 334", sealed, breach)
		}
		return err
	})
}

func testInsertUsersConflicts(t *testing.T, w *world) {
	ann := w.add(t, w.a, w.full("Ann Other"))
	for pointer, change := range map[string]func(*iam.User){
		"/email":       func(u *iam.User) { u.EmailKey = ann.EmailKey },
		"/external_id": func(u *iam.User) { u.ExternalID = ann.ExternalID },
		"/roles":       func(u *iam.User) { u.Memberships = []iam.Membership{{Org: w.a.root, Roles: []iam.RoleID{"role_none"}}} },
	} {
		users := []*iam.User{w.person("Bob Minor"), w.person("Cyd New"), w.person("Dee Last")}
		change(users[1])
		code := iam.CodeConflict
		if pointer == "/roles" {
			code = iam.CodeInvalid
		}
		wantCode(t, "import with a wrong "+pointer, w.importUsers(t, w.a, users), code, pointer)
	}
	twice := []*iam.User{w.person("Bob Minor"), w.person("Bob Minor")}
	wantCode(t, "import with an e-mail twice", w.importUsers(t, w.a, twice), iam.CodeConflict, "/email")
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		stats, err := tx.UserStats(ctx, w.a.tenant)
		if stats.Total != 1 {
			t.Errorf("total %d; refused imports must leave nothing", stats.Total)
		}
		return err
	})
}

// alone is the turn of a transaction that no other one comes before.
func alone() error { return nil }
