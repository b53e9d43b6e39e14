package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func someFigures() *figures {
	f := &figures{Figures: map[string]figure{}, Servers: map[string]string{postgres: "PostgreSQL 15.18"}, Taken: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Machine: "2 × a processor", Version: "v1"}
	put := func(row, engine string, users int, text, target string) {
		f.Figures[place{row, engine, users}.key()] = figure{text, target}
	}
	put("list.all", postgres, 10_000, "1.0 / 2.0 / 3.0", "ok")
	put("list.all", sqlite, 1_000_000, "9.0 / 30.0 / 31.0", "missed")
	put("list.all", sqlite, 10_000, "0.5 / 0.6 / 0.7", "ok")
	put("list.name", sqlite, 10_000, "0.4 / 0.5 / 0.6", "ok")
	put("size.binary", "", 0, "21.0 MB", "ok")
	return f
}

func TestTables(t *testing.T) {
	var b strings.Builder
	if err := someFigures().write(&b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	want := []string{
		"|                                                                               | target   | SQLite 10k         | SQLite 1M                    | PostgreSQL 10k     | best peer",
		"| everything: random search × status × type × role × sort, first and deep pages | ≤ 5 / 25 | 0.5 / 0.6 / 0.7 ok | **9.0 / 30.0 / 31.0 missed** | 1.0 / 2.0 / 3.0 ok | –",
		"| by name, no filter                                                            | ≤ 5 / 25 | 0.4 / 0.5 / 0.6 ok | –                            | –                  | 32 / 45 at 100k, 334 / 386 at 1M |",
		"| binary | ≤ 45 MB | 21.0 MB ok | 21.0 MB ok | 21.0 MB ok     | 24 MB     |",
	}
	for _, line := range want {
		if !strings.Contains(got, line) {
			t.Errorf("there is no line\n%s\nin\n%s", line, got)
		}
	}
	if strings.Contains(got, "stat cards |") || strings.Contains(got, "Signing in") {
		t.Error("a row or table without figures is shown")
	}
}

func TestDocument(t *testing.T) {
	var b strings.Builder
	if err := someFigures().document(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"# Benchmarks", "2 March 2026", "retinue v1", "PostgreSQL 15.18", "2 × a processor", "## How to repeat"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the document has no %q", part)
		}
	}
}

// What an earlier run has left is there again, and a row that is measured again
// replaces its figure.
func TestFiguresAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	empty, err := loadFigures(path)
	if err != nil || len(empty.Figures) != 0 {
		t.Fatalf("got %+v, %v", empty, err)
	}
	want := someFigures()
	if err := want.save(path); err != nil {
		t.Fatal(err)
	}
	got, err := loadFigures(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every row that is recorded has a place in a table.
func TestRowsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range tables {
		for _, r := range table.rows {
			if seen[r.id] {
				t.Errorf("the row %s is there twice", r.id)
			}
			seen[r.id] = true
		}
	}
	for _, c := range classes {
		if !seen[c.row] {
			t.Errorf("there is no row for %s", c.row)
		}
	}
}
