// Command retinue-bench measures the product as its users meet it: it fills
// databases of several sizes with made-up people through the product's own
// import, runs the real server on each, asks it over HTTP and compares what it
// finds with the targets. It prints a table and writes it to
// docs/BENCHMARKS.md; "make bench" is how to run it.
//
// It reads /proc and drives its load with epoll, so it runs on Linux only.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// options are the flags.
type options struct {
	sizes   []int
	engines []string
	only    []string
	keep    string
	bin     string
	out     string
	results string
	note    string
	quick   bool
}

func main() {
	o, err := parseFlags(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "retinue-bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "retinue-bench:", err)
		os.Exit(1)
	}
}

// sections are what -only can name; the last one needs no database.
var sections = []string{"import", "list", "organizations", "stats", "writes", "sign-ins", "session", "start", "sizes"}

func parseFlags(args []string) (*options, error) {
	o := &options{}
	var sizes, engines, only string
	fs := flag.NewFlagSet("retinue-bench", flag.ContinueOnError)
	fs.StringVar(&sizes, "sizes", "10000,100000,1000000", "numbers of users, separated by commas")
	fs.StringVar(&engines, "engines", "sqlite,postgres", "databases; postgres needs the server that RETINUE_TEST_POSTGRES names")
	fs.StringVar(&only, "only", strings.Join(sections, ","), "what to measure")
	fs.StringVar(&o.keep, "keep", "", "directory to prepare databases in and find them again; default: a temporary one that is removed")
	fs.StringVar(&o.bin, "bin", "bin/retinue", "the program to measure")
	fs.StringVar(&o.out, "out", "docs/BENCHMARKS.md", "where to write the table")
	fs.StringVar(&o.results, "results", "", "file of figures to add to, so that a part can be measured again; default: start afresh")
	fs.StringVar(&o.note, "note", "", "a sentence about this run to put above the table")
	fs.BoolVar(&o.quick, "quick", false, "10,000 users and few requests: shows that everything works, not how fast")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if o.quick && sizes == fs.Lookup("sizes").DefValue {
		sizes = "10000"
	}
	for part := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1000 {
			return nil, fmt.Errorf("-sizes: %q is not a number of at least 1000", part)
		}
		o.sizes = append(o.sizes, n)
	}
	var err error
	if o.engines, err = words("engines", engines, []string{sqlite, postgres}); err != nil {
		return nil, err
	}
	o.only, err = words("only", only, sections)
	return o, err
}

func words(flagName, list string, allowed []string) ([]string, error) {
	all := strings.Split(list, ",")
	for _, w := range all {
		if !slices.Contains(allowed, w) {
			return nil, fmt.Errorf("-%s: %q is not one of %s", flagName, w, strings.Join(allowed, ", "))
		}
	}
	return all, nil
}
