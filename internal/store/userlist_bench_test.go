package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/store/storetest"
)

// BenchmarkListUsers measures lists of 50 in every class of query, as 50th and
// 99th percentile and maximum in milliseconds. By default it fills empty databases with 10,000
// users; RETINUE_BENCH_USERS says how many else, and RETINUE_BENCH_DATABASE
// names a database that is filled once and kept:
//
//	RETINUE_BENCH_USERS=1000000 RETINUE_BENCH_DATABASE=/tmp/bench.db \
//		go test ./internal/store -run '^$' -bench ListUsers -benchtime 300x
func BenchmarkListUsers(b *testing.B) {
	open := storetest.Engines(b)
	if database := os.Getenv("RETINUE_BENCH_DATABASE"); database != "" {
		open = map[string]func(testing.TB) storetest.DB{"kept": keptDatabase(database)}
	}
	for name, open := range open {
		b.Run(name, func(b *testing.B) { benchListUsers(b, newBenchDirectory(b, open(b))) })
	}
}

// keptDatabase opens a database that stays.
func keptDatabase(database string) func(testing.TB) storetest.DB {
	return func(tb testing.TB) storetest.DB {
		db := storetest.DB{Clock: clock.NewFake(storetest.Epoch), IDs: &iam.RandomIDs{}, Database: database}
		s, err := store.Open(context.Background(), store.Options{Database: database, Clock: db.Clock, IDs: db.IDs})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = s.Close() })
		db.Store = s
		return db
	}
}

func benchUsers() int {
	n, err := strconv.Atoi(os.Getenv("RETINUE_BENCH_USERS"))
	if err != nil {
		n = 10_000
	}
	return n
}

// benchDirectory is a tenant with many users in 20 organizations.
type benchDirectory struct {
	db     storetest.DB
	tenant iam.TenantID
	orgs   []iam.OrgID
	roles  map[string]iam.RoleID
	next   int
}

func newBenchDirectory(b *testing.B, db storetest.DB) *benchDirectory {
	ctx := context.Background()
	d := &benchDirectory{db: db, roles: map[string]iam.RoleID{}}
	if _, _, err := db.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	exists := false
	if err := db.Read(ctx, func(tx iam.Tx) error {
		t, err := tx.TenantByShortName(ctx, "bench")
		if iam.CodeOf(err) == iam.CodeNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		exists, d.tenant = true, t.ID
		return d.load(ctx, tx)
	}); err != nil {
		b.Fatal(err)
	}
	if !exists {
		for i := range 9 {
			other := &benchDirectory{db: db, roles: map[string]iam.RoleID{}}
			other.fill(b, "other-"+strconv.Itoa(i), 1000)
		}
		d.fill(b, "bench", benchUsers())
		if err := db.Optimize(ctx); err != nil {
			b.Fatal(err)
		}
	}
	d.next = benchUsers()
	return d
}

func (d *benchDirectory) load(ctx context.Context, tx iam.Tx) error {
	orgs, err := tx.Orgs(ctx, d.tenant)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		d.orgs = append(d.orgs, o.ID)
	}
	roles, err := tx.Roles(ctx, d.tenant)
	for _, r := range roles {
		d.roles[r.Code] = r.ID
	}
	return err
}

func (d *benchDirectory) fill(b *testing.B, name string, users int) {
	ctx := context.Background()
	if err := d.db.Write(ctx, func(tx iam.Tx) error { return d.make(ctx, tx, name) }); err != nil {
		b.Fatal(err)
	}
	gen := people.New(uint64(len(name)))
	watch := clock.Start()
	const batch = 5000
	for first := 0; first < users; first += batch {
		var list []*iam.User
		for i := first; i < min(first+batch, users); i++ {
			list = append(list, d.user(gen.Person(i), i))
		}
		if err := d.db.Write(ctx, func(tx iam.Tx) error { return tx.InsertUsers(ctx, d.tenant, list, d.events(list), alone) }); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%s: %d users, %.0f a second", name, users, float64(users)/watch.Elapsed().Seconds())
}

func (d *benchDirectory) make(ctx context.Context, tx iam.Tx, name string) error {
	d.tenant = iam.TenantID(d.db.NewID(iam.PrefixTenant))
	root := &iam.Organization{ID: iam.OrgID(d.db.NewID(iam.PrefixOrg)), ShortName: "root", Name: "Root", Status: iam.StatusActive}
	t := &iam.Tenant{ID: d.tenant, ShortName: name, Name: name, Color: "#336699", Status: iam.StatusActive}
	var roles []*iam.Role
	for _, r := range people.Roles() {
		id := iam.RoleID(d.db.NewID(iam.PrefixRole))
		d.roles[r.Code] = id
		roles = append(roles, &iam.Role{ID: id, Code: r.Code, Name: r.Name, Scope: iam.ScopeOrganization})
	}
	if err := tx.InsertTenant(ctx, t, root, roles); err != nil {
		return err
	}
	d.orgs = []iam.OrgID{root.ID}
	for i := range 20 {
		o := &iam.Organization{
			ID: iam.OrgID(d.db.NewID(iam.PrefixOrg)), Parent: root.ID, ShortName: fmt.Sprintf("client-%d", i), Name: "Client", Status: iam.StatusActive,
		}
		if err := tx.InsertOrg(ctx, d.tenant, o); err != nil {
			return err
		}
		d.orgs = append(d.orgs, o.ID)
	}
	return nil
}

func (d *benchDirectory) user(p people.Person, i int) *iam.User {
	u := &iam.User{
		ID: iam.UserID(d.db.NewID(iam.PrefixUser)), Type: iam.UserType(p.Type), Status: iam.Status(p.Status),
		FirstName: p.GivenName, LastName: p.FamilyName, Nickname: p.Nickname, Email: p.Email, EmailKey: fold.EmailKey(p.Email),
		Phone: p.Phone, ExternalID: strconv.Itoa(i), Timezone: p.Timezone, Locale: p.Locale, Theme: "system",
		PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Cn4tXHNmU6Bg0SwKzfjuh3sAQgO4iMsoVqWJTxfIyXU",
	}
	if p.LastSignInAgo >= 0 {
		u.LastSignInAt = storetest.Epoch.Add(-p.LastSignInAgo)
	}
	m := iam.Membership{Org: d.orgs[i*i%len(d.orgs)]}
	for _, code := range p.Roles {
		m.Roles = append(m.Roles, d.roles[code])
	}
	u.Memberships = []iam.Membership{m}
	return u
}

func (d *benchDirectory) events(users []*iam.User) []*iam.Event {
	list := make([]*iam.Event, len(users))
	for i, u := range users {
		list[i] = &iam.Event{
			ID: iam.EventID(d.db.NewID(iam.PrefixEvent)), At: d.db.Clock.Now(), Action: "user.created", Outcome: iam.OutcomeSuccess,
			ActorType: iam.ActorOperator, ActorName: "operator", TargetType: "user", TargetID: string(u.ID), TargetName: u.FullName(),
		}
	}
	return list
}

// benchQuery makes a random query of a class.
type benchQuery struct {
	name string
	make func(*benchDirectory, *rand.Rand) iam.UserFilter
}

func benchQueries() []benchQuery {
	plain := func(*benchDirectory, *rand.Rand) iam.UserFilter { return iam.UserFilter{} }
	queries := []benchQuery{{"all", plain}}
	for _, class := range []string{"rare", "mid", "common", "absent"} {
		terms := slices.DeleteFunc(people.SearchTerms(), func(t people.SearchTerm) bool { return t.Class != class })
		search := func(_ *benchDirectory, r *rand.Rand) iam.UserFilter {
			return iam.UserFilter{Search: terms[r.IntN(len(terms))].Text}
		}
		queries = append(queries, benchQuery{"search " + class, search},
			benchQuery{"search " + class + ", facets", func(d *benchDirectory, r *rand.Rand) iam.UserFilter {
				f := search(d, r)
				d.addFacets(&f, r)
				return f
			}})
	}
	return append(queries,
		benchQuery{"facets", func(d *benchDirectory, r *rand.Rand) iam.UserFilter {
			var f iam.UserFilter
			d.addFacets(&f, r)
			return f
		}},
		benchQuery{"organizations", func(d *benchDirectory, r *rand.Rand) iam.UserFilter {
			return iam.UserFilter{Orgs: d.orgs[:1+r.IntN(len(d.orgs))]}
		}},
		benchQuery{"suspended", func(*benchDirectory, *rand.Rand) iam.UserFilter { return iam.UserFilter{Status: iam.StatusSuspended} }},
	)
}

// addFacets adds a random mix of facets, at least one.
func (d *benchDirectory) addFacets(f *iam.UserFilter, r *rand.Rand) {
	mix := 1 + r.IntN(15)
	if mix&1 != 0 {
		f.Status = []iam.Status{iam.StatusActive, iam.StatusSuspended}[r.IntN(2)]
	}
	if mix&2 != 0 {
		f.Type = iam.UserTypes[r.IntN(len(iam.UserTypes))]
	}
	if mix&4 != 0 {
		roles := people.Roles()
		f.Role = d.roles[roles[r.IntN(len(roles))].Code]
	}
	if mix&8 != 0 {
		f.Orgs = []iam.OrgID{d.orgs[r.IntN(len(d.orgs))]}
	}
}

var benchSorts = []iam.UserSort{
	iam.SortName, iam.SortNameDesc, iam.SortLastSignIn, iam.SortLastSignInDesc, iam.SortCreated, iam.SortCreatedDesc,
}

// startWatch begins to measure a query.
var startWatch = func() (elapsed func() time.Duration) { return clock.Start().Elapsed }

func benchListUsers(b *testing.B, d *benchDirectory) {
	d.list(b, iam.UserFilter{Status: iam.StatusActive, Sort: iam.SortName}) // opens a connection
	for _, q := range benchQueries() {
		for _, depth := range []string{"first page", "deep page"} {
			b.Run(q.name+", "+depth, func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				var took []time.Duration
				var slowest iam.UserFilter
				for b.Loop() {
					f := q.make(d, r)
					f.Sort = benchSorts[r.IntN(len(benchSorts))]
					if depth == "deep page" {
						f.Page.Cursor = d.deepCursor(f, r)
					}
					elapsed := startWatch()
					d.list(b, f)
					took = append(took, elapsed())
					if took[len(took)-1] >= slices.Max(took) {
						slowest = f
					}
				}
				slices.Sort(took)
				ms := func(q int) float64 { return float64(took[(len(took)-1)*q/100].Microseconds()) / 1000 }
				b.ReportMetric(ms(50), "p50-ms")
				b.ReportMetric(ms(99), "p99-ms")
				b.ReportMetric(ms(100), "max-ms")
				b.ReportMetric(0, "ns/op")
				b.Logf("slowest: search %q, %s %s %s, %d organizations, by %s", slowest.Search, slowest.Status, slowest.Type, slowest.Role, len(slowest.Orgs), slowest.Sort)
			})
		}
	}
}

func (d *benchDirectory) list(b *testing.B, f iam.UserFilter) iam.List[*iam.User] {
	var page iam.List[*iam.User]
	err := d.db.Read(context.Background(), func(tx iam.Tx) (err error) {
		page, err = tx.ListUsers(context.Background(), d.tenant, f)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return page
}

// deepCursor is a cursor somewhere in the list: at a random person's place.
func (d *benchDirectory) deepCursor(f iam.UserFilter, r *rand.Rand) string {
	i := r.IntN(d.next)
	u := d.user(people.New(uint64(len("bench"))).Person(i), i)
	u.Seq = int64(9000 + i)
	return store.UserCursor(d.tenant, f, u, r.IntN(4) == 0)
}
