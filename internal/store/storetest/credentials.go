package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) key(s side, name string) *iam.APIKey {
	now := f.db.Clock.Now()
	return &iam.APIKey{
		ID: iam.APIKeyID(f.id(iam.PrefixAPIKey)), Tenant: s.tenant, User: s.user, Name: name, Prefix: "rtn_abc",
		SecretHash: []byte(name + string(s.tenant)), Permissions: []iam.Permission{iam.PermUsersRead, iam.PermRolesRead},
		CreatedBy: s.other, CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func testAPIKeys(t *testing.T, f *sides) {
	first, second, theirs := f.key(f.a, "first"), f.key(f.a, "second"), f.key(f.b, "theirs")
	second.User, second.ExpiresAt, second.Permissions = f.a.other, time.Time{}, nil
	for _, k := range []*iam.APIKey{first, second, theirs} {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, k) })
	}
	first.UserName, second.UserName, theirs.UserName = "Ada Number 0", "Ada Number 1", "Ada Number 0"
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		for _, c := range []struct {
			tenant iam.TenantID
			user   iam.UserID
			want   []*iam.APIKey
		}{
			{f.a.tenant, "", []*iam.APIKey{second, first}},
			{f.a.tenant, f.a.user, []*iam.APIKey{first}},
			{f.b.tenant, "", []*iam.APIKey{theirs}},
			{f.b.tenant, f.a.user, nil},
		} {
			got, err := tx.APIKeys(ctx, c.tenant, iam.APIKeyFilter{User: c.user})
			if err != nil {
				return err
			}
			same(t, "keys", got.Items, c.want)
		}
		got, err := tx.APIKeyBySecret(ctx, first.SecretHash)
		if err != nil {
			return err
		}
		same(t, "key by its secret", got, first)
		_, err = tx.APIKeyBySecret(ctx, []byte("nobody's"))
		answers(t, err, iam.CodeNotFound)
		_, err = tx.APIKey(ctx, f.b.tenant, first.ID)
		answers(t, err, iam.CodeNotFound)
		got, err = tx.APIKey(ctx, f.a.tenant, first.ID)
		same(t, "key by its id", got, first)
		return err
	})
	stranger := f.key(f.a, "stranger")
	stranger.User = f.b.user
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, stranger) }), iam.CodeNotFound)
}

func (f *sides) serviceUser(t *testing.T, s side, org iam.OrgID) iam.UserID {
	t.Helper()
	u := &iam.User{
		ID: iam.UserID(f.id(iam.PrefixUser)), Type: iam.TypeService, Status: iam.StatusActive, FirstName: "Bot",
		Memberships: []iam.Membership{{Org: org}},
	}
	u.EmailKey = string(u.ID)
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, s.tenant, u) })
	return u.ID
}

// keyNames are the names on all pages of a list of keys, newest first.
func (f *sides) keyNames(t *testing.T, tenant iam.TenantID, filter iam.APIKeyFilter) string {
	t.Helper()
	var names []string
	filter.Page.Limit = 2
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		for {
			page, err := tx.APIKeys(ctx, tenant, filter)
			if err != nil {
				return err
			}
			for _, k := range page.Items {
				names = append(names, k.Name)
			}
			if filter.Page.Cursor = page.Next; page.Next == "" {
				return nil
			}
		}
	})
	return strings.Join(names, " ")
}

func testAPIKeyPages(t *testing.T, f *sides) {
	client := f.childOf(t, f.a)
	here, below, person := f.serviceUser(t, f.a, f.a.org), f.serviceUser(t, f.a, client), f.a.user
	for _, k := range []struct {
		name    string
		of      iam.UserID
		expires time.Duration
	}{{"a", person, 0}, {"b", here, time.Hour}, {"c", below, time.Minute}, {"d", f.a.other, 0}, {"e", person, time.Minute}, {"gone", person, 0}} {
		key := f.key(f.a, k.name)
		key.User, key.ExpiresAt = k.of, time.Time{}
		if k.expires > 0 {
			key.ExpiresAt = f.db.Clock.Now().Add(k.expires)
		}
		f.write(t, func(ctx context.Context, tx iam.Tx) error {
			if err := tx.InsertAPIKey(ctx, key); err != nil || k.name != "gone" {
				return err
			}
			return tx.RevokeAPIKey(ctx, f.a.tenant, key.ID)
		})
	}
	theirs := f.key(f.b, "theirs")
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, theirs) })
	f.db.Clock.Advance(time.Minute) // at which c and e expire
	managed := func(own iam.UserID, org iam.OrgID) *iam.ManagedKeys { return &iam.ManagedKeys{Own: own, Below: org} }
	for _, c := range []struct {
		filter iam.APIKeyFilter
		want   string
	}{
		{iam.APIKeyFilter{}, "gone e d c b a"},
		{iam.APIKeyFilter{State: iam.APIKeyActive}, "d b a"},
		{iam.APIKeyFilter{State: iam.APIKeyExpired}, "e c"},
		{iam.APIKeyFilter{State: iam.APIKeyRevoked}, "gone"},
		{iam.APIKeyFilter{User: person, State: iam.APIKeyActive}, "a"},
		{iam.APIKeyFilter{Managed: managed(f.a.other, "")}, "d c b"},
		{iam.APIKeyFilter{Managed: managed(f.a.other, client)}, "d c"},
		{iam.APIKeyFilter{Managed: managed(f.a.other, client), State: iam.APIKeyActive}, "d"},
		{iam.APIKeyFilter{Managed: managed("", f.a.org), State: iam.APIKeyActive}, "b"},
		{iam.APIKeyFilter{Managed: managed("", f.b.org)}, ""},
	} {
		same(t, fmt.Sprintf("keys by %+v", c.filter), f.keyNames(t, f.a.tenant, c.filter), c.want)
	}
	same(t, "keys of the other tenant", f.keyNames(t, f.b.tenant, iam.APIKeyFilter{}), "theirs")
	same(t, "theirs by our organization", f.keyNames(t, f.b.tenant, iam.APIKeyFilter{Managed: managed(person, client)}), "")
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.APIKeys(ctx, f.a.tenant, iam.APIKeyFilter{Page: iam.Page{Limit: 1}})
		if err != nil {
			return err
		}
		_, err = tx.APIKeys(ctx, f.b.tenant, iam.APIKeyFilter{Page: iam.Page{Limit: 1, Cursor: page.Next}})
		answers(t, err, iam.CodeInvalidCursor)
		return nil
	})
}

func testAPIKeyRevoked(t *testing.T, f *sides) {
	k := f.key(f.a, "revoked")
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, k) })
	revoke := func(tenant iam.TenantID) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.RevokeAPIKey(ctx, tenant, k.ID) })
	}
	look := func() (found *iam.APIKey) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			found, err = tx.APIKeyBySecret(ctx, k.SecretHash)
			return err
		})
		return found
	}
	answers(t, revoke(f.b.tenant), iam.CodeNotFound)
	same(t, "revoked by the other tenant", look().RevokedAt, time.Time{})
	answers(t, revoke(f.a.tenant), "")
	at := f.db.Clock.Now()
	used := f.db.Clock.Advance(time.Minute)
	answers(t, revoke(f.a.tenant), "")
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.TouchAPIKeys(ctx, map[iam.APIKeyID]time.Time{k.ID: used, "key_nobody": used})
	})
	same(t, "revoked", look().RevokedAt, at)
	same(t, "last used", look().LastUsedAt, used)
}

func (f *sides) reset(s side, token string) *iam.PasswordReset {
	now := f.db.Clock.Now()
	return &iam.PasswordReset{TokenHash: []byte(token + string(s.tenant)), Tenant: s.tenant, User: s.user, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
}

func (f *sides) useReset(t *testing.T, r *iam.PasswordReset) (used *iam.PasswordReset, err error) {
	t.Helper()
	err = f.try(t, func(ctx context.Context, tx iam.Tx) (err error) {
		used, err = tx.UsePasswordReset(ctx, r.TokenHash)
		return err
	})
	return used, err
}

func (f *sides) lookReset(t *testing.T, r *iam.PasswordReset) (found *iam.PasswordReset, err error) {
	t.Helper()
	err = f.db.Read(t.Context(), func(tx iam.Tx) (err error) {
		found, err = tx.PasswordReset(t.Context(), r.TokenHash)
		return err
	})
	return found, err
}

func testPasswordReset(t *testing.T, f *sides) {
	insert := func(r *iam.PasswordReset) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertPasswordReset(ctx, r) })
	}
	old, r, theirs := f.reset(f.a, "old"), f.reset(f.a, "new"), f.reset(f.b, "theirs")
	for _, r := range []*iam.PasswordReset{old, theirs, r} {
		answers(t, insert(r), "")
	}
	_, err := f.useReset(t, old)
	answers(t, err, iam.CodeNotFound) // replaced
	found, err := f.lookReset(t, r)
	answers(t, err, "")
	same(t, "reset", found, r)
	f.db.Clock.Advance(time.Minute)
	used, err := f.useReset(t, r)
	answers(t, err, "")
	r.UsedAt = f.db.Clock.Now()
	same(t, "used reset", used, r)
	_, err = f.useReset(t, r)
	answers(t, err, iam.CodeNotFound)
	_, err = f.lookReset(t, r)
	answers(t, err, iam.CodeNotFound)

	f.db.Clock.Set(theirs.ExpiresAt)
	_, err = f.lookReset(t, theirs)
	answers(t, err, iam.CodeNotFound)
	_, err = f.useReset(t, theirs)
	answers(t, err, iam.CodeNotFound)

	stranger := f.reset(f.a, "stranger")
	stranger.User = f.b.user
	answers(t, insert(stranger), iam.CodeNotFound)
}

// testPasswordResetsEnd: another password or e-mail makes links useless that were
// sent before; other changes, and those in another tenant, do not.
func testPasswordResetsEnd(t *testing.T, f *sides) {
	n := 0
	after := func(fn func(*iam.User)) (own, theirs error) {
		t.Helper()
		n++
		a, b := f.reset(f.a, fmt.Sprint("a", n)), f.reset(f.b, fmt.Sprint("b", n))
		f.write(t, func(ctx context.Context, tx iam.Tx) error {
			if err := tx.InsertPasswordReset(ctx, b); err != nil {
				return err
			}
			return tx.InsertPasswordReset(ctx, a)
		})
		f.write(t, func(ctx context.Context, tx iam.Tx) error {
			if fn == nil {
				return tx.DeletePasswordResets(ctx, f.a.tenant, f.a.user)
			}
			before, err := tx.UserForUpdate(ctx, f.a.tenant, f.a.user)
			if err != nil {
				return err
			}
			after := *before
			fn(&after)
			return tx.UpdateUser(ctx, f.a.tenant, before, &after)
		})
		_, own = f.lookReset(t, a)
		_, theirs = f.lookReset(t, b)
		return own, theirs
	}
	for name, tt := range map[string]struct {
		fn   func(*iam.User)
		code iam.Code
	}{
		"name":     {func(u *iam.User) { u.FirstName = "Grace" }, ""},
		"password": {func(u *iam.User) { u.PasswordHash = "another" }, iam.CodeNotFound},
		"e-mail":   {func(u *iam.User) { u.Email, u.EmailKey = "new@x.example", "new@x.example" }, iam.CodeNotFound},
		"deletion": {nil, iam.CodeNotFound},
	} {
		own, theirs := after(tt.fn)
		if iam.CodeOf(own) != tt.code || theirs != nil {
			t.Errorf("%s: own %v, theirs %v", name, own, theirs)
		}
	}
}

// testPasswordResetRace: of many at once, one uses the link; of many links made
// at once, one is left.
func testPasswordResetRace(t *testing.T, f *sides) {
	const n = 8
	resets := make([]*iam.PasswordReset, n)
	for i := range resets {
		resets[i] = f.reset(f.a, string(rune('a'+i)))
	}
	for _, err := range together(n, func(i int) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertPasswordReset(ctx, resets[i]) })
	}) {
		answers(t, err, "")
	}
	var left *iam.PasswordReset
	for _, r := range resets {
		if _, err := f.lookReset(t, r); err == nil {
			if left != nil {
				t.Error("two links of one person are open")
			}
			left = r
		}
	}
	if left == nil {
		t.Fatal("no link is left")
	}
	errs := together(n, func(int) error {
		_, err := f.useReset(t, left)
		return err
	})
	same(t, "uses that succeeded", countOf(errs, ""), 1)
	same(t, "uses that failed", countOf(errs, iam.CodeNotFound), n-1)
}

func testThrottles(t *testing.T, f *sides) {
	one := iam.Throttle{Failures: 3, First: f.db.Clock.Now(), Until: f.db.Clock.Now().Add(time.Minute)}
	two := iam.Throttle{Failures: 1, First: f.db.Clock.Now()}
	set := func(s side, key string, th iam.Throttle) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetThrottle(ctx, s.tenant, key, th) })
	}
	get := func(s side, keys ...string) (found map[string]iam.Throttle) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			found, err = tx.Throttles(ctx, s.tenant, keys)
			return err
		})
		return found
	}
	set(f.a, "account", two)
	set(f.a, "account", one)
	set(f.a, "address", two)
	same(t, "throttles", get(f.a, "account", "address", "nobody"), map[string]iam.Throttle{"account": one, "address": two})
	same(t, "throttles of no keys", get(f.a), map[string]iam.Throttle{})
	same(t, "throttles of the other tenant", get(f.b, "account", "address"), map[string]iam.Throttle{})
	forget := func(s side) {
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.ClearThrottle(ctx, s.tenant, "account") })
	}
	forget(f.b)
	same(t, "after the other tenant cleared its own", get(f.a, "account"), map[string]iam.Throttle{"account": one})
	forget(f.a)
	same(t, "cleared", get(f.a, "account", "address"), map[string]iam.Throttle{"address": two})
	group := []string{"pair:ab:192.0.2.1", "pair:ab:2001:db8::/64", "pair:abc:192.0.2.1", "pair:ab"}
	for _, key := range group {
		set(f.a, key, two)
		set(f.b, key, two)
	}
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.ClearThrottles(ctx, f.a.tenant, "pair:ab") })
	same(t, "a cleared group", get(f.a, group...), map[string]iam.Throttle{"pair:abc:192.0.2.1": two, "pair:ab": two})
	same(t, "the other tenant's group", len(get(f.b, group...)), len(group))
}

// Of failures at one instant each counts, the first ones too.
func testThrottlesAtOnce(t *testing.T, f *sides) {
	const n = 12
	errs := together(n, func(int) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			found, err := tx.ThrottlesForUpdate(ctx, f.a.tenant, []string{"pair", "account"})
			if err != nil {
				return err
			}
			for key, th := range found {
				th.Failures++
				if err := tx.SetThrottle(ctx, f.a.tenant, key, th); err != nil {
					return err
				}
			}
			return nil
		})
	})
	same(t, "succeeded", countOf(errs, ""), n)
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		found, err := tx.Throttles(ctx, f.a.tenant, []string{"pair", "account"})
		same(t, "failures of the pair", found["pair"].Failures, n)
		same(t, "failures of the account", found["account"].Failures, n)
		other, err2 := tx.Throttles(ctx, f.b.tenant, []string{"pair", "account"})
		same(t, "those of the other tenant", len(other), 0)
		return errors.Join(err, err2)
	})
}
