package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

// bench is one run.
type bench struct {
	options *options
	figures *figures
	dir     string // of the databases
	log     io.Writer
	watch   clock.Stopwatch

	in    *installation
	state *prepared
	truth map[int]map[query][]string
}

func run(ctx context.Context, o *options, out io.Writer) (err error) {
	f, err := loadFigures(o.results)
	if err != nil {
		return err
	}
	b := &bench{options: o, figures: f, dir: o.keep, log: os.Stderr, watch: clock.Start()}
	if b.dir == "" {
		if b.dir, err = os.MkdirTemp("", "retinue-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	}
	if err := b.describe(ctx); err != nil {
		return err
	}
	if b.wants("sizes") {
		if err := b.fileSizes(); err != nil {
			return err
		}
	}
	// By engine: PostgreSQL was slower right after SQLite had taken a million people.
	for _, engine := range o.engines {
		for _, users := range o.sizes {
			if !b.wants(sections[:len(sections)-1]...) {
				continue // files need no database
			}
			if err := b.measure(ctx, engine, users); err != nil {
				return errors.Join(fmt.Errorf("%s with %d users: %w", engine, users, err), f.save(o.results))
			}
			if err := f.save(o.results); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(f.save(o.results), f.write(out)); err != nil {
		return err
	}
	return f.publish(o.out)
}

// measure measures everything at one size on one engine.
func (b *bench) measure(ctx context.Context, engine string, users int) (err error) {
	if b.in, err = b.install(engine, users); err != nil {
		return err
	}
	b.sayf("preparing")
	if err := b.prepare(ctx); err != nil {
		return err
	}
	if !b.wants("start", "list", "organizations", "stats", "writes", "sign-ins", "session") {
		return nil
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	if b.wants("start") {
		if err := b.starts(ctx); err != nil {
			return err
		}
	}
	if !b.wants("list", "organizations", "stats", "writes", "sign-ins", "session") {
		return nil
	}
	s, err := b.in.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	c, err := dial(ctx, s.address)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.signIn(b.state.admin()); err != nil {
		return err
	}
	return b.ask(ctx, c, s)
}

// ask measures what the running server does.
func (b *bench) ask(ctx context.Context, c *client, s *server) error {
	for _, section := range []struct {
		name string
		run  func() error
	}{
		{"stats", func() error { return b.stats(c) }},
		{"list", func() error { return errors.Join(b.lists(c), b.memoryAfter(s)) }},
		{"organizations", func() error { return b.organizations(c) }},
		{"writes", func() error { return b.writes(c) }},
		{"session", func() error { return b.session(c, s) }},
		{"sign-ins", func() error { return b.signIns(ctx, s) }},
	} {
		if !b.wants(section.name) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := section.run(); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	return nil
}

func (b *bench) wants(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(b.options.only, n) })
}

// requests, rounds and span shorten what is measured for a quick run.
func (b *bench) requests(n int) int {
	if b.options.quick {
		return max(n/20, 10)
	}
	return n
}

func (b *bench) rounds(n int) int {
	if b.options.quick {
		return 1
	}
	return n
}

func (b *bench) span(d time.Duration) time.Duration {
	if b.options.quick {
		return d / 10
	}
	return d
}

// record keeps a figure and tells it.
func (b *bench) record(row string, f figure) {
	b.figures.Figures[place{row, b.in.engine, b.in.users}.key()] = f
	b.sayf("%-20s %s %s", row, f.Text, f.Target)
}

// everywhere keeps a figure that is the same in all columns.
func (b *bench) everywhere(row string, f figure) { b.figures.Figures[place{row: row}.key()] = f }

// sayf tells how far the run is.
func (b *bench) sayf(format string, args ...any) {
	at := ""
	if b.in != nil {
		at = fmt.Sprintf("%s %d", b.in.engine, b.in.users)
	}
	fmt.Fprintf(b.log, "%6.1f s  %-18s %s\n", b.watch.Elapsed().Seconds(), at, fmt.Sprintf(format, args...))
}

// describe says what is measured, and on what.
func (b *bench) describe(ctx context.Context) error {
	b.figures.Taken = clock.System{}.Now()
	b.figures.Note = b.options.note
	out, err := (&installation{bin: b.options.bin}).output(ctx, "version")
	if err != nil {
		return err
	}
	b.figures.Version = strings.TrimPrefix(strings.TrimSpace(out), "retinue ")
	b.figures.Machine = machine()
	if b.figures.Servers == nil {
		b.figures.Servers = map[string]string{}
	}
	if slices.Contains(b.options.engines, postgres) && os.Getenv(postgresVariable) != "" {
		if b.figures.Servers[postgres], err = postgresVersion(ctx); err != nil {
			return err
		}
	}
	return nil
}

// machine is the processor, as /proc calls it, and how many there are.
func machine() string {
	name := runtime.GOARCH
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d × %s (%s, %s)", runtime.NumCPU(), name, runtime.GOOS, runtime.Version())
}
