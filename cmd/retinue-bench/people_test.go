package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/usercsv"
)

// The file is one that the import reads, of people with hashes that the product
// accepts, unique addresses and external ids, and sign-ins in the past.
func TestPeopleFile(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	var b bytes.Buffer
	f := &peopleFile{generator: people.New(seed), count: 3000, now: now, signers: 5, known: "known", roles: true}
	signers, err := f.write(&b)
	if err != nil {
		t.Fatal(err)
	}
	r, err := usercsv.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	var row usercsv.Row
	seen := map[string]bool{}
	rows, signedIn, known := 0, 0, []string(nil)
	for ; ; rows++ {
		if err := r.Read(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil || row.Malformed != "" {
			t.Fatalf("line %d: %v %s", row.Line, err, row.Malformed)
		}
		v := row.Values
		for _, key := range []string{v["email"], "id " + v["external_id"]} {
			if seen[key] && key != "id " {
				t.Fatalf("%s is there twice", key)
			}
			seen[key] = true
		}
		switch hash := v["password_hash"]; {
		case hash == "known":
			known = append(known, v["email"])
		case hash != "":
			if err := password.ValidateEncoded(hash); err != nil {
				t.Fatalf("%s: %v", hash, err)
			}
		}
		if cell := v["last_sign_in_at"]; cell != "" {
			signedIn++
			if at, err := time.Parse(time.RFC3339, cell); err != nil || at.After(now) {
				t.Fatalf("last sign-in %q: %v", cell, err)
			}
		}
	}
	if rows != 3000 || signedIn < 2000 || signedIn == 3000 {
		t.Errorf("%d rows, %d with a sign-in", rows, signedIn)
	}
	if !slices.Equal(known, signers) || len(signers) != 5 {
		t.Errorf("%v can sign in, the file says %v", signers, known)
	}
}

func TestTooFewSigners(t *testing.T) {
	f := &peopleFile{generator: people.New(seed), count: 10, signers: 50}
	if _, err := f.write(io.Discard); err == nil {
		t.Error("50 of 10 people can sign in")
	}
}

// What the list shows of a person is recognised by the questions that select
// them, and by no others.
func TestTruth(t *testing.T) {
	queries := append(truthQueries(),
		query{search: "nightingale"}, query{role: "chat_agent", status: "suspended"}, query{search: "son", userType: "viewer"})
	const users = 10_000
	got := expected(users, queries)
	want := map[query][]string{}
	g := people.New(seed)
	for i := range users {
		p := g.Person(i)
		u := itemOf(&p)
		for _, q := range queries {
			if q.selects(u) {
				want[q] = append(want[q], u.Email)
			}
		}
	}
	if len(want) < 10 {
		t.Errorf("only %d questions have answers", len(want))
	}
	for _, q := range queries {
		slices.Sort(want[q])
		if !slices.Equal(got[q], want[q]) {
			t.Errorf("%+v: %v, want %v", q, got[q], want[q])
		}
	}
}

func TestSelects(t *testing.T) {
	p := people.Person{GivenName: "Zoë", FamilyName: "Nowak", Email: "zoe.k.nowak@desk.example", Type: "agent", Status: "active", Roles: []string{"chat_agent"}}
	u := itemOf(&p)
	for _, tc := range []struct {
		q    query
		want bool
	}{
		{query{}, true},
		{query{search: "zoe now"}, true},
		{query{search: ".K.NOWAK"}, true},
		{query{search: "zoe kowal"}, false},
		{query{status: "active", userType: "agent", role: "chat_agent"}, true},
		{query{status: "suspended"}, false},
		{query{userType: "viewer"}, false},
		{query{role: "shift_lead"}, false},
	} {
		if got := tc.q.selects(u); got != tc.want {
			t.Errorf("%+v selects %t, want %t", tc.q, got, tc.want)
		}
	}
}

func TestCheck(t *testing.T) {
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	a, b := item{ID: "a", FullName: "Anna", LastSignIn: &late, CreatedAt: early}, item{ID: "b", FullName: "Bob", LastSignIn: nil, CreatedAt: late}
	next := "next"
	for _, tc := range []struct {
		name  string
		q     query
		p     page
		limit int
		fault string
	}{
		{"in order", query{sort: "name"}, page{Items: []item{a, b}}, 2, ""},
		{"in reverse", query{sort: "-created"}, page{Items: []item{b, a}}, 2, ""},
		{"never signed in comes first", query{sort: "last_sign_in"}, page{Items: []item{b, a}}, 2, ""},
		{"out of order", query{sort: "name"}, page{Items: []item{b, a}}, 2, "before"},
		{"twice", query{sort: "name"}, page{Items: []item{a, a}}, 2, "twice"},
		{"too many", query{sort: "name"}, page{Items: []item{a, b}}, 1, "a page of"},
		{"short, but more follows", query{sort: "name"}, page{Items: []item{a}, Next: &next}, 2, "a page of"},
		{"not selected", query{search: "anna"}, page{Items: []item{a, b}}, 2, "lists"},
	} {
		err := tc.q.check(&tc.p, tc.limit)
		if (err == nil) != (tc.fault == "") || err != nil && !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.fault)
		}
	}
}

// Questions are the same in every run, differ from each other, and search for
// what somebody has.
func TestAskerIsRepeatable(t *testing.T) {
	a, b := newAsker(10_000), newAsker(10_000)
	different := map[query]bool{}
	for range 500 {
		q := a.any()
		if q != b.any() {
			t.Fatal("two runs ask differently")
		}
		if len(q.search) > 200 || strings.TrimSpace(q.search) != q.search {
			t.Errorf("search %q", q.search)
		}
		different[q] = true
	}
	if len(different) < 400 {
		t.Errorf("only %d of 500 questions differ", len(different))
	}
}
