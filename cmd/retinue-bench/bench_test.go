package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The whole benchmark runs on the real program: people are imported, answers
// are checked, and every row that is not about speed alone has its figure.
func TestQuickRun(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "retinue")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", bin, "../retinue")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out := filepath.Join(dir, "BENCHMARKS.md")
	o, err := parseFlags([]string{
		"-quick", "-sizes", "1000", "-engines", "sqlite", "-only", "import,list,stats,writes,session,start",
		"-bin", bin, "-out", out, "-results", filepath.Join(dir, "results.json"), "-keep", dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), o, io.Discard); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "sqlite-1000", "server.log"))
		t.Fatalf("%v\n%s", err, log)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	f, err := loadFigures(o.results)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"import.rate", "import.memory", "list.all", "list.deep", "stats", "write.create", "session.1", "start.ready"} {
		g, ok := f.Figures[place{row, sqlite, 1000}.key()]
		if !ok || g.Text == "" || !strings.Contains(string(text), g.cell()) {
			t.Errorf("no figure for %s", row)
		}
	}
}

func TestFlags(t *testing.T) {
	o, err := parseFlags([]string{"-sizes", "10000,2000", "-engines", "postgres", "-only", "list,stats"})
	if err != nil || len(o.sizes) != 2 || o.sizes[1] != 2000 || o.engines[0] != postgres || len(o.only) != 2 {
		t.Fatalf("got %+v, %v", o, err)
	}
	if o, err := parseFlags([]string{"-quick"}); err != nil || len(o.sizes) != 1 || o.sizes[0] != 10_000 {
		t.Errorf("quick: got %+v, %v", o, err)
	}
	for _, bad := range [][]string{{"-sizes", "ten"}, {"-sizes", "10"}, {"-engines", "mysql"}, {"-only", "everything"}} {
		if _, err := parseFlags(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}
