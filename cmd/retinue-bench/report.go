package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// column is one size on one engine.
type column struct {
	engine string
	users  int
}

// columns are those that anything was measured for, engine by engine.
func (f *figures) columns() []column {
	var list []column
	for key := range f.Figures {
		parts := strings.Split(key, "/")
		c := column{engine: parts[1]}
		if _, err := fmt.Sscan(parts[2], &c.users); err == nil && c.users > 0 && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b column) int {
		if a.engine != b.engine {
			return -strings.Compare(a.engine, b.engine) // sqlite first
		}
		return a.users - b.users
	})
	return list
}

var engineNames = map[string]string{sqlite: "SQLite", postgres: "PostgreSQL"}

func (c column) title() string {
	n := strconv.Itoa(c.users)
	switch {
	case c.users%1_000_000 == 0:
		n = fmt.Sprintf("%dM", c.users/1_000_000)
	case c.users%1000 == 0:
		n = fmt.Sprintf("%dk", c.users/1000)
	}
	return engineNames[c.engine] + " " + n
}

// write writes the tables in Markdown, rows without a figure left out.
func (f *figures) write(w io.Writer) error {
	var b bytes.Buffer
	for _, t := range tables {
		f.writeTable(&b, t)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (f *figures) writeTable(b *bytes.Buffer, t table) {
	columns := f.columns()
	var lines [][]string
	peers := slices.ContainsFunc(t.rows, func(r row) bool { return r.peers != "" })
	for _, r := range t.rows {
		line, measured := []string{r.label, orDash(r.target)}, false
		for _, c := range columns {
			g, ok := f.Figures[place{r.id, c.engine, c.users}.key()]
			if !ok {
				// Sizes of files are the same in every column.
				g, ok = f.Figures[place{row: r.id}.key()]
			}
			measured = measured || ok
			line = append(line, g.cell())
		}
		if peers {
			line = append(line, orDash(r.peers))
		}
		if measured {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return
	}
	head := []string{"", "target"}
	for _, c := range columns {
		head = append(head, c.title())
	}
	if peers {
		head = append(head, "best peer")
	}
	fmt.Fprintf(b, "## %s\n\n%s\n\n", t.title, t.unit)
	writeMarkdown(b, head, lines)
	b.WriteByte('\n')
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// cell is a figure as the table has it; a missed target is bold.
func (f figure) cell() string {
	switch f.Target {
	case "":
		return orDash(f.Text)
	case "ok":
		return f.Text + " ok"
	}
	return "**" + f.Text + " " + f.Target + "**"
}

// writeMarkdown writes a table with its columns aligned, for readers of the text.
func writeMarkdown(b *bytes.Buffer, head []string, lines [][]string) {
	widths := make([]int, len(head))
	for _, line := range append([][]string{head}, lines...) {
		for i, cell := range line {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	rule := make([]string, len(head))
	for i, n := range widths {
		rule[i] = strings.Repeat("-", max(n, 3))
	}
	for _, line := range append([][]string{head, rule}, lines...) {
		for i, cell := range line {
			b.WriteString("| " + cell + strings.Repeat(" ", max(0, max(widths[i], 3)-len([]rune(cell)))+1))
		}
		b.WriteString("|\n")
	}
}

const introduction = `# Benchmarks

What ` + "`make bench`" + ` measured. It fills databases with made-up people whose names, statuses, types and roles are as unevenly
spread as in real directories (` + "`internal/people`" + `, always the same ones), in one big tenant among ten (the other nine have about a
thousand users each), through the product's own import. Then it runs the real server and asks it over HTTP from a second
process on the same machine, so that the two share its cores. Answers are checked while they are measured: filters hold, the order
holds, previous pages are the same as before, rare terms find exactly the people they should.

`

const peersNote = "“Best peer” is the best of four comparable servers in each row, measured in November 2026 on the same kind of " +
	"machine (2 cores shared with the load generator), release builds on SQLite, single runs, ±20 %. They differ from row to row, and " +
	"none of them does all of this.\n\n"

const repeat = `## How to repeat

    make bench                                   # everything; about an hour on two cores
    bin/retinue-bench -quick                     # 10,000 users and few requests: does it work?
    bin/retinue-bench -engines sqlite -sizes 1000000 -keep /tmp/bench -only list
                                                 # a part, with a database that is kept for the next time

PostgreSQL is a throw-away cluster of ` + "`scripts/with-postgres.sh --durable`" + ` with fsync on and 256 MB of shared buffers, all else as it comes; it is asked once its
autovacuum has cleared up after the import. An import begins when everything that was written before is on the disk.
SQLite is in WAL mode with synchronous=FULL: what is acknowledged survives a power cut on both.

What is not seen over HTTP (effective access, mails, rehearsals) is measured by ` + "`make bench-go`" + `: [BENCHMARKS-go.md](BENCHMARKS-go.md).
`

// document is docs/BENCHMARKS.md.
func (f *figures) document(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(introduction)
	fmt.Fprintf(&b, "Measured on %s, retinue %s", f.Taken.Format("2 January 2006"), f.Version)
	for _, engine := range []string{sqlite, postgres} {
		if v := f.Servers[engine]; v != "" {
			b.WriteString(", " + v)
		}
	}
	fmt.Fprintf(&b, ", on %s.", f.Machine)
	if f.Note != "" {
		b.WriteString(" " + f.Note)
	}
	b.WriteString("\n\n" + peersNote)
	if err := f.write(&b); err != nil {
		return err
	}
	b.WriteString(repeat)
	_, err := w.Write(b.Bytes())
	return err
}

// publish writes the document to its file.
func (f *figures) publish(path string) error {
	var b bytes.Buffer
	if err := f.document(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
