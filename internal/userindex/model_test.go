package userindex_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/userindex"
)

// want is a filter as the naive model reads it.
type want struct {
	Search                           string
	Statuses, UserTypes, Roles, Orgs []string
	Tags                             []string
	Only                             []int64
	Named                            int64
}

func (w want) filter(t interface{ Fatal(...any) }) userindex.Filter {
	s, err := userindex.ParseSearch(w.Search)
	if err != nil {
		t.Fatal(err)
	}
	return userindex.Filter{Search: s, Statuses: w.Statuses, UserTypes: w.UserTypes, Roles: w.Roles, Organizations: w.Orgs, Tags: w.Tags, Only: w.Only, Named: w.Named}
}

func (w want) all() bool {
	return w.Search == "" && w.Statuses == nil && w.UserTypes == nil && w.Roles == nil && w.Orgs == nil && len(w.Tags) == 0 && w.Only == nil
}

// selects is the specification of a filter, written for clarity.
func (w want) selects(seq int64, d userindex.Doc) bool {
	if w.Only != nil && !slices.Contains(w.Only, seq) {
		return false
	}
	oneOf := func(wanted []string, has ...string) bool {
		return wanted == nil || slices.ContainsFunc(has, func(h string) bool { return slices.Contains(wanted, h) })
	}
	if !oneOf(w.Statuses, d.Status) || !oneOf(w.UserTypes, d.UserType) ||
		!oneOf(w.Roles, d.Roles...) || !oneOf(w.Orgs, d.Organizations...) {
		return false
	}
	for _, tag := range w.Tags {
		if !slices.Contains(d.Tags, tag) {
			return false
		}
	}
	if seq == w.Named {
		return true
	}
	for word := range strings.FieldsSeq(fold.Text(w.Search)) {
		if !wordIn(word, fold.Text(d.FullName)) && !wordIn(word, fold.Text(d.Nickname)) && !wordIn(word, fold.Text(d.Email)) && !wordIn(word, fold.Text(d.Aliases)) {
			return false
		}
	}
	return true
}

func wordIn(word, text string) bool {
	if len([]rune(word)) >= 3 {
		return strings.Contains(text, word)
	}
	runes, prefix := []rune(text), []rune(word)
	alnum := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	for i := range runes {
		begins := i == 0 || runes[i-1] == ' ' || alnum(runes[i]) && !alnum(runes[i-1])
		if begins && len(runes)-i >= len(prefix) && slices.Equal(runes[i:i+len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// naive lists everybody whom the model selects, in order.
func naive(m *memory, w want, sort userindex.Sort) []userindex.Position {
	all := []userindex.Position{}
	for seq, d := range m.users {
		if w.selects(seq, d) {
			all = append(all, positionOf(&d, sort.By, seq))
		}
	}
	slices.SortFunc(all, ascending)
	if sort.Desc {
		slices.Reverse(all)
	}
	return all
}

var (
	someStatuses = []string{"active", "suspended"}
	someTypes    = []string{"agent", "viewer", "tenant_admin"}
	someRoles    = []string{"role_a", "role_b", "role_c"}
	someOrgs     = []string{"org_a", "org_b", "org_c", "org_d"}
	someTags     = []string{"t:team_a", "t:team_b", "f:shift=night"}
	someNames    = []string{
		"Ana", "Anamar", "María", "Mariana", "O'Neil", "José", "王小明", "Łukasz", "Straße", "a", "🎉", "de la Cruz",
		"marmar", "Zoë", "x\x00y", "김민준", "Ἀλέξανδρος", "Aleksandra Konstantinopolska", "Aleksandra Konstantinopolski",
	}
	someSearches = []string{
		"", "", "", "a", "an", "ana", "mari", "maria an", "mar mar", "anamar", "o'", "o'n", "小明", "王", "e", "@ex",
		"ex", "example.com", "konstantinopolsk", "rma", "zzzz", "nobody", "ss", "🎉", ".", "민준", "x y", "7",
	}
)

func drawDoc(t *rapid.T) userindex.Doc {
	name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(someNames), 0, 3).Draw(t, "names"), " ")
	d := userindex.Doc{
		FullName:      name,
		Nickname:      rapid.SampledFrom(append([]string{"", ""}, someNames...)).Draw(t, "nickname"),
		Email:         rapid.StringMatching(`[a-c]{1,3}\.?(maria|ana|mar)?[0-9]?@ex(ample)?\.com`).Draw(t, "email"),
		Aliases:       rapid.SampledFrom(append([]string{"", "", ""}, someNames...)).Draw(t, "aliases"),
		Status:        rapid.SampledFrom(someStatuses).Draw(t, "status"),
		UserType:      rapid.SampledFrom(someTypes).Draw(t, "type"),
		Roles:         rapid.SliceOfNDistinct(rapid.SampledFrom(someRoles), 0, 2, rapid.ID).Draw(t, "roles"),
		Organizations: rapid.SliceOfNDistinct(rapid.SampledFrom(someOrgs), 0, 2, rapid.ID).Draw(t, "orgs"),
		Tags:          rapid.SliceOfNDistinct(rapid.SampledFrom(someTags), 0, 3, rapid.ID).Draw(t, "tags"),
		NameKey:       fold.SortKey(name),
	}
	if rapid.Bool().Draw(t, "signed in") {
		d.LastSignIn = rapid.Int64Range(1e6, 9e6).Draw(t, "last sign-in")
	}
	return d
}

func drawFacet(t *rapid.T, label string, values []string) []string {
	if rapid.IntRange(0, 3).Draw(t, label+" wanted") > 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(append([]string{"nothing"}, values...)), 0, 3, rapid.ID).Draw(t, label)
}

func drawWant(t *rapid.T) want {
	return want{
		Search:    rapid.SampledFrom(someSearches).Draw(t, "search"),
		Statuses:  drawFacet(t, "statuses", someStatuses),
		UserTypes: drawFacet(t, "types", someTypes),
		Roles:     drawFacet(t, "roles", someRoles),
		Orgs:      drawFacet(t, "orgs", someOrgs),
		Tags:      drawFacet(t, "tags", someTags),
	}
}

// drawKnown makes a filter one of few users, or its search one that names somebody.
func drawKnown(t *rapid.T, m *memory, w *want) {
	seqs := []int64{m.lastSeq + 1} // nobody
	for _, p := range m.inOrder(userindex.ByCreation) {
		seqs = append(seqs, p.Seq)
	}
	switch rapid.IntRange(0, 5).Draw(t, "known") {
	case 0:
		w.Only = rapid.SliceOfNDistinct(rapid.SampledFrom(seqs), 0, 3, rapid.ID).Draw(t, "only")
		if w.Only == nil {
			w.Only = []int64{}
		}
	case 1, 2:
		w.Named = rapid.SampledFrom(seqs).Draw(t, "named")
	}
}

func drawSort(t *rapid.T) userindex.Sort {
	return userindex.Sort{
		By:   rapid.SampledFrom([]userindex.SortBy{userindex.ByName, userindex.ByLastSignIn, userindex.ByCreation}).Draw(t, "by"),
		Desc: rapid.Bool().Draw(t, "desc"),
	}
}

// history applies random writes, folds and imports to a memory.
type history struct{ m *memory }

// nextSeq leaves gaps as other tenants do, some beyond a block or a chunk.
func (h history) nextSeq(t *rapid.T) int64 {
	h.m.lastSeq += rapid.SampledFrom([]int64{1, 1, 1, 2, 700, 5000, 70000}).Draw(t, "gap")
	return h.m.lastSeq
}

func (h history) step(t *rapid.T) {
	ctx := context.Background()
	var seqs []int64
	for _, p := range h.m.inOrder(userindex.ByCreation) {
		seqs = append(seqs, p.Seq)
	}
	action := rapid.SampledFrom([]string{"create", "create", "update", "delete", "sign in", "fold", "import"}).Draw(t, "action")
	if len(seqs) == 0 && action != "import" {
		action = "create"
	}
	switch action {
	case "create":
		d := drawDoc(t)
		h.m.write(h.nextSeq(t), userindex.ChangeCreated, &d)
	case "update":
		d := drawDoc(t)
		h.m.write(rapid.SampledFrom(seqs).Draw(t, "seq"), userindex.ChangeUpdated, &d)
	case "delete":
		h.m.write(rapid.SampledFrom(seqs).Draw(t, "seq"), userindex.ChangeDeleted, nil)
	case "sign in":
		seq := rapid.SampledFrom(seqs).Draw(t, "seq")
		d := h.m.users[seq]
		d.LastSignIn = rapid.Int64Range(1e6, 9e6).Draw(t, "now")
		h.m.write(seq, userindex.ChangeSignIn, &d)
	case "fold":
		if _, err := userindex.Fold(ctx, h.m, tenant, rapid.IntRange(1, 20).Draw(t, "limit")); err != nil {
			t.Fatal(err)
		}
	case "import":
		var batch []userindex.UserDoc
		for range rapid.IntRange(1, 60).Draw(t, "rows") {
			u := userindex.UserDoc{Seq: h.nextSeq(t), Doc: drawDoc(t)}
			h.m.users[u.Seq] = u.Doc
			batch = append(batch, u)
		}
		if err := userindex.NewBatch(batch).Write(ctx, h.m, tenant); err != nil {
			t.Fatal(err)
		}
	}
}

// walk reads a whole list page by page.
func walk(t *rapid.T, x *userindex.Index, m *memory, q userindex.Query) []userindex.Position {
	var all []userindex.Position
	for {
		page, err := x.Page(context.Background(), m, tenant, q)
		if err != nil {
			t.Fatal(err)
		}
		if q.Backward {
			all = slices.Concat(page.Users, all)
		} else {
			all = append(all, page.Users...)
		}
		if !page.More {
			return append([]userindex.Position{}, all...)
		}
		q.After = &page.Users[len(page.Users)-1]
		if q.Backward {
			q.After = &page.Users[0]
		}
	}
}

// drawLimits makes a few dozen users enough to take every way there is.
func drawLimits(t *rapid.T, x *userindex.Index) {
	small := func(label string) int { return rapid.SampledFrom([]int{0, 1, 5, 50, 500}).Draw(t, label) }
	x.SetLimits(small("few"), small("scan"), 1+small("verify"), small("ties"), small("tie scan"), small("slack"))
}

// TestPageEqualsFilterAndSort covers the promise that the index answers exactly
// what filtering and sorting all users would, at every moment.
//
// covers D-02 D-03
func TestPageEqualsFilterAndSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, x := newMemory(), userindex.New()
		drawLimits(t, x)
		for range rapid.IntRange(1, 12).Draw(t, "rounds") {
			for range rapid.IntRange(1, 6).Draw(t, "steps") {
				history{m}.step(t)
			}
			w, sort := drawWant(t), drawSort(t)
			drawKnown(t, m, &w)
			expected := naive(m, w, sort)
			q := userindex.Query{Filter: w.filter(t), Sort: sort, Limit: rapid.IntRange(1, 70).Draw(t, "limit")}
			if diff := cmp.Diff(expected, walk(t, x, m, q)); diff != "" {
				t.Fatalf("forward, %+v, %+v: %s", w, sort, diff)
			}
			q.Backward = true
			if diff := cmp.Diff(expected, walk(t, x, m, q)); diff != "" {
				t.Fatalf("backward, %+v, %+v: %s", w, sort, diff)
			}
			if w.all() {
				continue
			}
			n, err := x.Count(context.Background(), m, tenant, &q.Filter)
			if err != nil || n != int64(len(expected)) {
				t.Fatalf("Count = %d, %v; want %d", n, err, len(expected))
			}
		}
	})
}

// TestFoldLeavesWhatARebuildWouldMake covers the promise that folding writes in
// any portions ends in the same rows as indexing the present users from nothing.
func TestFoldLeavesWhatARebuildWouldMake(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			history{m}.step(t)
		}
		for len(m.changes) > 0 {
			if n, err := userindex.Fold(ctx, m, tenant, 7); err != nil || n == 0 {
				t.Fatalf("Fold = %d, %v", n, err)
			}
		}
		fresh := newMemory()
		var users []userindex.UserDoc
		for seq, d := range m.users {
			users = append(users, userindex.UserDoc{Seq: seq, Doc: d})
		}
		if err := userindex.NewBatch(users).Write(ctx, fresh, tenant); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(members(t, fresh), members(t, m)); diff != "" {
			t.Fatalf("postings (-rebuilt +folded): %s", diff)
		}
	})
}

// members reads all postings, and that each row's count is right.
func members(t *rapid.T, m *memory) map[string]map[int64][]uint16 {
	all := map[string]map[int64][]uint16{}
	for key, chunks := range m.postings {
		all[key] = map[int64][]uint16{}
		for chunk, p := range chunks {
			list, err := p.MemberList()
			if err != nil || int64(len(list)) != p.Members {
				t.Fatalf("%s: %d members counted as %d, %v", key, len(list), p.Members, err)
			}
			all[key][chunk] = list
		}
	}
	return all
}
