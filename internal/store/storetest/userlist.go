package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// testListUsers covers the promise that a list of users is at every moment what
// filtering and sorting all of them would give: each page, in both directions,
// before and after what was written has been folded into the index.
//
// covers D-02, D-03
func testListUsers(t *testing.T, w *world) {
	r := rand.New(rand.NewPCG(7, 11))
	var kept []*iam.User
	for round := range 6 {
		if round == 2 || round == 3 { // with changes pending, and without
			w.skipChunk(t)
		}
		kept = w.churn(t, r, kept)
		if round%2 == 1 {
			w.foldAll(t, 7+round)
		}
		if round == 4 { // with changes pending
			w.rebuild(t, w.a, len(kept))
			w.rebuild(t, w.b, 0)
		}
		for range 12 {
			w.compareList(t, r, kept)
		}
	}
}

// skipChunk has the next people in a further chunk of the index, of 65,536 seqs.
func (w *world) skipChunk(t *testing.T) {
	t.Helper()
	query := "UPDATE sqlite_sequence SET seq = seq + 65536 WHERE name = 'users'"
	if store.IsPostgres(w.db.Database) {
		query = "SELECT setval(pg_get_serial_sequence('users', 'seq'), (SELECT MAX(seq) FROM users) + 65536)"
	}
	if _, err := Raw(t, w.db).ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// rebuild makes the index of a place anew, from at least so many users.
func (w *world) rebuild(t *testing.T, p place, least int) {
	t.Helper()
	if n, err := w.db.RebuildUserIndex(t.Context(), p.tenant); err != nil || n < least {
		t.Fatalf("rebuilt the index of %d users: %v, want at least %d", n, err, least)
	}
}

// churn imports, adds, changes, deletes and signs in some users at random.
func (w *world) churn(t *testing.T, r *rand.Rand, users []*iam.User) []*iam.User {
	t.Helper()
	var imported []*iam.User
	for range 40 {
		imported = append(imported, w.random(r, len(users)+len(imported)))
	}
	if err := w.importUsers(t, w.a, imported); err != nil {
		t.Fatal(err)
	}
	users = append(users, imported...)
	for range 10 {
		u := w.random(r, len(users))
		users = append(users, w.add(t, w.a, u))
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		for range 15 {
			i := r.IntN(len(users))
			before, err := tx.UserForUpdate(ctx, w.a.tenant, users[i].ID)
			if err != nil {
				return err
			}
			after := clone(before)
			other := w.random(r, i)
			after.FirstName, after.LastName, after.Nickname = other.FirstName, other.LastName, other.Nickname
			after.Status, after.Memberships, after.CustomValues = other.Status, other.Memberships, other.CustomValues
			if err := tx.UpdateUser(ctx, w.a.tenant, before, after); err != nil {
				return err
			}
			users[i] = after
		}
		for range 5 {
			i := r.IntN(len(users))
			u, err := tx.User(ctx, w.a.tenant, users[i].ID)
			if err != nil {
				return err
			}
			if err := tx.DeleteUser(ctx, w.a.tenant, u, "test"); err != nil {
				return err
			}
			users = slices.Delete(users, i, i+1)
		}
		return nil
	})
	for range 10 {
		w.db.Clock.Advance(time.Second)
		u := users[r.IntN(len(users))]
		w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.RecordSignIn(ctx, w.a.tenant, u.ID) })
		u.LastSignInAt = w.db.Clock.Now()
	}
	return users
}

// random is a user with a name that shares words with others'.
func (w *world) random(r *rand.Rand, i int) *iam.User {
	names := []string{"Ana", "Anamaria", "María", "Łukasz", "王", "O'Neil", "Zoë", "Jean-Marie", "anna"}
	pick := func() string { return names[r.IntN(len(names))] }
	u := w.person(pick() + " " + pick())
	u.Email = fmt.Sprintf("%s.%d-%s@example.com", strings.ToLower(fold.Text(pick())), i, string(u.ID)[len(u.ID)-6:])
	u.EmailKey = fold.EmailKey(u.Email)
	if r.IntN(3) == 0 {
		u.Nickname = pick()
	}
	if r.IntN(3) == 0 {
		u.ExternalID = []string{"HR ", "hr-"}[r.IntN(2)] + string(u.ID)[len(u.ID)-6:]
	}
	if r.IntN(3) == 0 {
		u.Status = iam.StatusSuspended
	}
	if r.IntN(2) == 0 {
		u.LastSignInAt = Epoch.Add(-time.Duration(r.IntN(5)) * time.Hour)
	}
	if r.IntN(4) == 0 {
		u.Type = iam.TypeViewer
	}
	if r.IntN(2) == 0 {
		u.CustomValues = map[iam.FieldID]string{"field_a": pick(), "field_b": []string{"true", "false"}[r.IntN(2)]}
	}
	if r.IntN(2) == 0 {
		u.Memberships = append(u.Memberships, iam.Membership{Org: w.a.root, Roles: []iam.RoleID{roleAgent}})
	}
	if r.IntN(2) == 0 {
		u.Memberships = append(u.Memberships, iam.Membership{Org: w.a.child, Roles: []iam.RoleID{w.a.custom}, Alias: []string{"", "", pick()}[r.IntN(3)]})
	}
	return u
}

// foldAll brings all changes into the index in small portions.
func (w *world) foldAll(t *testing.T, portion int) {
	t.Helper()
	for {
		n, err := w.db.FoldUserIndex(t.Context(), portion)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// compareList walks a random list in both directions and compares it with what
// the model of it holds.
func (w *world) compareList(t *testing.T, r *rand.Rand, users []*iam.User) {
	t.Helper()
	f := w.randomFilter(r)
	randomlyNamed(r, users, &f)
	want := expectedList(f, users)
	all := f
	all.Keep = nil
	counted := len(expectedList(all, users))
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		if n, err := tx.CountUsers(ctx, w.a.tenant, f); err != nil || n != int64(counted) {
			t.Errorf("CountUsers %+v = %d, %v; want %d", f, n, err, counted)
		}
		var got []string
		var last iam.List[*iam.User]
		for {
			page, err := tx.ListUsers(ctx, w.a.tenant, f)
			if err != nil {
				return err
			}
			got = append(got, listedIDs(page.Items)...)
			last = page
			if f.Page.Cursor = page.Next; f.Page.Cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got, sameList); diff != "" {
			t.Fatalf("forward, %+v: %s", f, diff)
		}
		back := listedIDs(last.Items)
		for f.Page.Cursor = last.Prev; f.Page.Cursor != ""; {
			page, err := tx.ListUsers(ctx, w.a.tenant, f)
			if err != nil {
				return err
			}
			// Going back ends with a full first page: it may repeat some of the second.
			fresh := slices.DeleteFunc(listedIDs(page.Items), func(id string) bool { return slices.Contains(back, id) })
			back = append(fresh, back...)
			f.Page.Cursor = page.Prev
		}
		if diff := cmp.Diff(want, back, sameList); diff != "" {
			t.Fatalf("backward, %+v: %s", f, diff)
		}
		return nil
	})
}

// sameList compares lists of ids; none is as good as empty.
var sameList = cmp.Transformer("list", func(ids []string) string { return strings.Join(ids, " ") })

func listedIDs(users []*iam.User) []string {
	ids := make([]string, len(users))
	for i, u := range users {
		ids[i] = string(u.ID)
	}
	return ids
}

func (w *world) randomFilter(r *rand.Rand) iam.UserFilter {
	searches := []string{"", "", "ana", "a", "maria", "ma", "anama", "łuk", "王", "o'n", "o'neil example", "jean-m", "nobody", "example.com"}
	sorts := []iam.UserSort{
		"", iam.SortName, iam.SortNameDesc, iam.SortLastSignIn, iam.SortLastSignInDesc, iam.SortCreated, iam.SortCreatedDesc,
	}
	f := iam.UserFilter{Search: searches[r.IntN(len(searches))], Sort: sorts[r.IntN(len(sorts))], Page: iam.Page{Limit: 1 + r.IntN(60)}}
	if r.IntN(3) == 0 {
		f.Status = []iam.Status{iam.StatusActive, iam.StatusSuspended}[r.IntN(2)]
	}
	if r.IntN(4) == 0 {
		f.Type = []iam.UserType{iam.TypeAgent, iam.TypeViewer, iam.TypeService}[r.IntN(3)]
	}
	if r.IntN(4) == 0 {
		f.Role = []iam.RoleID{roleAgent, w.a.custom, roleAdmin}[r.IntN(3)]
	}
	if r.IntN(4) == 0 {
		f.Fields = append(f.Fields, iam.FieldMatch{Field: "field_a", Value: []string{"", "ANA", "maria", "nothing"}[r.IntN(4)]})
	}
	if r.IntN(4) == 0 {
		f.Fields = append(f.Fields, iam.FieldMatch{Field: "field_b", Value: "true"})
	}
	if r.IntN(3) == 0 {
		f.Orgs = [][]iam.OrgID{{}, {w.a.root}, {w.a.child}, {w.a.root, w.a.child}, {w.b.root}}[r.IntN(5)]
	}
	if r.IntN(3) == 0 {
		every := int64(2 + r.IntN(9))
		f.Keep = func(u *iam.User) bool { return u.Seq%every == 0 }
	}
	return f
}

// randomlyNamed makes a filter one for a single person's address or external id,
// or the search one for an external id.
func randomlyNamed(r *rand.Rand, users []*iam.User, f *iam.UserFilter) {
	u, other := users[r.IntN(len(users))], users[r.IntN(len(users))]
	switch r.IntN(8) {
	case 0:
		f.Email = strings.ToUpper(u.Email)
	case 1:
		f.ExternalID = []string{u.ExternalID, strings.ToLower(u.ExternalID), "nobody's"}[r.IntN(3)]
	case 2:
		f.Email, f.ExternalID = u.Email, []string{u.ExternalID, other.ExternalID}[r.IntN(2)]
	case 3, 4:
		f.Search, f.AlsoID = u.ExternalID, u.ExternalID
	case 5:
		f.Email = " "
	}
}

// expectedList filters and sorts as package iam describes it.
func expectedList(f iam.UserFilter, users []*iam.User) []string {
	list := slices.DeleteFunc(slices.Clone(users), func(u *iam.User) bool { return !expected(f, u) })
	slices.SortFunc(list, func(a, b *iam.User) int {
		c := 0
		switch f.Sort {
		case "", iam.SortName, iam.SortNameDesc:
			c = strings.Compare(fold.SortKey(a.FullName()), fold.SortKey(b.FullName()))
		case iam.SortLastSignIn, iam.SortLastSignInDesc:
			c = signInSecond(a).Compare(signInSecond(b))
		}
		if c == 0 {
			c = int(a.Seq - b.Seq)
		}
		if strings.HasPrefix(string(f.Sort), "-") {
			return -c
		}
		return c
	})
	return listedIDs(list)
}

// signInSecond is what orders by last sign-in: never, as 0, is before all others.
func signInSecond(u *iam.User) time.Time { return u.LastSignInAt.Truncate(time.Second) }

func expected(f iam.UserFilter, u *iam.User) bool {
	if f.Keep != nil && !f.Keep(u) || f.Status != "" && u.Status != f.Status || f.Type != "" && u.Type != f.Type {
		return false
	}
	if f.Role != "" && !slices.Contains(u.RoleIDs(), f.Role) {
		return false
	}
	if f.Email != "" && !strings.EqualFold(f.Email, u.Email) || f.ExternalID != "" && f.ExternalID != u.ExternalID {
		return false
	}
	for _, m := range f.Fields {
		value, has := u.CustomValues[m.Field]
		if !has || m.Value != "" && fold.Text(value) != fold.Text(m.Value) {
			return false
		}
	}
	if f.Orgs != nil && !slices.ContainsFunc(f.Orgs, func(org iam.OrgID) bool { return u.Membership(org) != nil }) {
		return false
	}
	if f.AlsoID != "" && f.AlsoID == u.ExternalID {
		return true
	}
	texts := []string{u.FullName(), u.Nickname, u.Email}
	for i := range u.Memberships {
		texts = append(texts, u.Memberships[i].Alias)
	}
	text := fold.Text(strings.Join(texts, " "))
	for word := range strings.FieldsSeq(fold.Text(f.Search)) {
		// The words of these tests begin after a space, a dot or a hyphen.
		begins := strings.Contains(" "+strings.NewReplacer(".", " ", "-", " ", "@", " ").Replace(text), " "+word)
		if len([]rune(word)) >= 3 && !strings.Contains(text, word) || len([]rune(word)) < 3 && !begins {
			return false
		}
	}
	return true
}

// testListUsersOtherTenant covers the promise that neither a list nor a cursor
// shows anything of another tenant.
//
// covers D-02
func testListUsersOtherTenant(t *testing.T, w *world) {
	mine, theirs := w.person("Ann Mine"), w.person("Ann Theirs")
	theirs.ExternalID = "HR-7"
	w.add(t, w.a, mine)
	w.add(t, w.b, theirs)
	more := w.add(t, w.b, w.person("Ann Third"))
	for round := range 4 {
		if round == 2 { // the last chunk is another for them, and the same for us
			w.skipChunk(t)
			more = w.add(t, w.b, w.person("Ann Fourth"))
		}
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			for _, f := range []iam.UserFilter{{}, {Search: "ann"}, {Search: "theirs"}, {Status: iam.StatusActive}, {Email: theirs.Email}, {ExternalID: "HR-7"}, {Search: "HR-7", AlsoID: "HR-7"}} {
				page, err := tx.ListUsers(ctx, w.a.tenant, f)
				if err != nil {
					return err
				}
				if slices.ContainsFunc(page.Items, func(u *iam.User) bool { return u.ID == theirs.ID || u.ID == more.ID }) {
					t.Errorf("%+v shows another tenant's user", f)
				}
			}
			for _, p := range []struct {
				tenant iam.TenantID
				want   int64
			}{{w.a.tenant, 1}, {w.b.tenant, int64(2 + round/2)}} {
				if n, err := tx.CountUsers(ctx, p.tenant, iam.UserFilter{Search: "ann"}); err != nil || n != p.want {
					t.Errorf("%d are found, %v; want %d", n, err, p.want)
				}
			}
			page, err := tx.ListUsers(ctx, w.b.tenant, iam.UserFilter{Page: iam.Page{Limit: 1}})
			if err != nil || page.Next == "" {
				t.Fatalf("their list: %v, %v", page, err)
			}
			_, err = tx.ListUsers(ctx, w.a.tenant, iam.UserFilter{Page: iam.Page{Limit: 1, Cursor: page.Next}})
			wantCode(t, "a cursor of another tenant", err, iam.CodeInvalidCursor)
			return nil
		})
		w.foldAll(t, 100)
	}
}

// testFoldingBesideWriters covers the promise that several nodes may fold while
// others write, and that nothing gets lost.
func testFoldingBesideWriters(t *testing.T, w *world) {
	const writers, each = 3, 12
	done := make(chan error, writers+2)
	for i := range writers {
		go func() {
			done <- func() error {
				for k := range each {
					u := w.person(fmt.Sprintf("Writer %d-%d", i, k))
					if err := w.db.Write(t.Context(), func(tx iam.Tx) error { return tx.InsertUser(t.Context(), w.a.tenant, u) }); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	for range 2 {
		go func() {
			var err error
			for k := 0; k < 20 && err == nil; k++ {
				_, err = w.db.FoldUserIndex(t.Context(), 5)
			}
			done <- err
		}()
	}
	for range writers + 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		w.read(t, func(ctx context.Context, tx iam.Tx) error {
			n, err := tx.CountUsers(ctx, w.a.tenant, iam.UserFilter{Search: "writer"})
			if err != nil || n != writers*each {
				t.Errorf("%d users, %v; want %d", n, err, writers*each)
			}
			return nil
		})
		w.foldAll(t, 50)
	}
}
