package storetest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// NaughtyStrings is the Big List of Naughty Strings (github.com/minimaxir/
// big-list-of-naughty-strings, MIT licence) as a JSON array.
//
//go:embed testdata/blns.json
var NaughtyStrings []byte

// naughtyStrings are those of the list that validation lets through to a store,
// and further ones of that kind.
func naughtyStrings(t *testing.T) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal(NaughtyStrings, &list); err != nil {
		t.Fatal(err)
	}
	list = append(list, strings.Repeat("名", 5000), "ء\u200f\u202eabc\u2066", "e\u0301", "👩‍👩‍👧", "\u200b", "$1 %s ? :x @y", `\x00 \u0000`)
	var kept []string
	for _, s := range list {
		if s != "" && !strings.ContainsRune(s, 0) {
			kept = append(kept, s)
		}
	}
	return kept
}

// testNaughtyStrings keeps each string in every text of a user and reads it back
// as it was.
func testNaughtyStrings(t *testing.T, w *world) {
	var singles, imported []*iam.User
	for i, s := range naughtyStrings(t) {
		for _, list := range []*[]*iam.User{&singles, &imported} {
			u := w.person(fmt.Sprintf("Person %d", i))
			u.FirstName, u.LastName, u.Nickname, u.Email, u.Phone, u.Timezone, u.Locale, u.Theme, u.PhotoKey = s, s, s, s, s, s, s, s, s
			u.ExternalID = fmt.Sprintf("%s %d %d", s, i, len(*list)+len(singles))
			u.EmailKey = u.ExternalID
			*list = append(*list, u)
		}
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		for _, u := range singles {
			if err := tx.InsertUser(ctx, w.a.tenant, u); err != nil {
				return fmt.Errorf("%q: %w", u.FirstName, err)
			}
		}
		return nil
	})
	if err := w.importUsers(t, w.a, imported); err != nil {
		t.Fatal(err)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		for _, u := range append(singles, imported...) {
			got, err := tx.UserByEmail(ctx, w.a.tenant, u.EmailKey)
			if diff := cmp.Diff(stored(u), got, empty); diff != "" || err != nil {
				t.Errorf("%q: %v %s", u.FirstName, err, diff)
			}
		}
		return nil
	})
}

// testNaughtyNames does the same with what people name beside themselves.
func testNaughtyNames(t *testing.T, w *world) {
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		role, err := tx.Role(ctx, w.a.tenant, w.a.custom)
		if err != nil {
			return err
		}
		org, err := tx.Org(ctx, w.a.tenant, w.a.child)
		if err != nil {
			return err
		}
		for _, s := range naughtyStrings(t) {
			role.Name, role.Description, org.ShortName, org.Name, org.Description = s, s, s, s, s
			if err := tx.UpdateRole(ctx, w.a.tenant, role); err != nil {
				return err
			}
			if err := tx.UpdateOrg(ctx, w.a.tenant, org); err != nil {
				return err
			}
			gotRole, err := tx.Role(ctx, w.a.tenant, w.a.custom)
			if err != nil || gotRole.Name != s || gotRole.Description != s {
				t.Errorf("role %q: %v", s, err)
			}
			gotOrg, err := tx.Org(ctx, w.a.tenant, w.a.child)
			if err != nil || gotOrg.Name != s || gotOrg.Description != s || gotOrg.ShortName != s {
				t.Errorf("organization %q: %v", s, err)
			}
		}
		return nil
	})
}

// testBrokenStrings tries NUL and broken UTF-8. Validation keeps them away from
// stores, which need not take them; but they must not fall over them either, nor
// keep half of a user.
func testBrokenStrings(t *testing.T, w *world) {
	for _, s := range []string{"a\x00b", "\x00", "a\xff", "\xed\xa0\x80"} {
		u := w.person("Nul Byte")
		u.FirstName = s
		err := w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, w.b.tenant, u) })
		if err == nil {
			if got := w.user(t, w.b, u.ID); got.FirstName != s {
				t.Errorf("%q came back as %q", s, got.FirstName)
			}
			w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteUser(ctx, w.b.tenant, u, "test") })
		}
	}
	if got := w.counters(t, w.b).Stats; got != (iam.UserStats{}) {
		t.Errorf("tenant b counts %+v", got)
	}
}
