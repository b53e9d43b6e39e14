package sessions

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// What people use is written once a day, under their own name only, and not
// lost when the database was away.
func TestFlushUses(t *testing.T) {
	k := tenanttest.New(t)
	s := &Service{Deps: Deps{Store: k.DB.Store, IDs: k.IDs, Clock: k.Clock}}
	c := k.Caller(k.Admin)
	uses := s.usesOf(c)
	if uses != s.usesOf(c) {
		t.Fatal("counted in two places")
	}
	as := *c
	as.Impersonator = &access.Impersonator{ID: "user_other"}
	if s.usesOf(&as) != nil {
		t.Fatal("what others do under a name counts as that person's")
	}
	uses.Mark(access.SetOf(iam.PermUsersRead))
	broken, cancel := context.WithCancel(t.Context())
	cancel()
	if s.FlushUses(broken) == nil {
		t.Fatal("written without a database")
	}
	if err := s.FlushUses(t.Context()); err != nil {
		t.Fatal(err)
	}
	day := k.Clock.Now().Unix() / 86400
	used := func() map[iam.Permission]int64 {
		out := map[iam.Permission]int64{}
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			list, err := tx.PermissionUses(ctx, k.Tenant.ID, []iam.UserID{k.Admin.ID}, 0)
			for _, u := range list {
				out[u.Permission] = u.Day
			}
			return err
		})
		return out
	}
	if diff := cmp.Diff(map[iam.Permission]int64{iam.PermUsersRead: day}, used()); diff != "" {
		t.Error(diff)
	}
	k.Clock.Advance(dayLength)
	uses.Mark(access.SetOf(iam.PermRolesRead))
	if err := s.FlushUses(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[iam.Permission]int64{iam.PermUsersRead: day, iam.PermRolesRead: day + 1}, used()); diff != "" {
		t.Error(diff)
	}
	for range idleFlushes + 2 {
		if err := s.FlushUses(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.permissionUses.places); n != 0 {
		t.Errorf("%d places are never forgotten", n)
	}
}
