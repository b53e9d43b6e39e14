package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// The targets of start and size.
const (
	startTarget   = 150 * time.Millisecond
	idleTarget    = 60e6
	binaryTarget  = 45e6
	consoleTarget = 260e3
)

// startPause is between a start and the stop after it.
const startPause = 100 * time.Millisecond

// idlePause is how long a server may tidy up before its memory counts as idle.
const idlePause = 5 * time.Second

// restPause is long enough for the server to give memory back after work.
const restPause = 40 * time.Second

// starts measures starts on the existing database.
func (b *bench) starts(ctx context.Context) error {
	var all latencies
	var idle memory
	for i := range b.rounds(7) {
		s, err := b.in.start(ctx)
		if err != nil {
			return err
		}
		all = append(all, s.started)
		if i > 0 {
			time.Sleep(startPause)
		} else {
			time.Sleep(b.span(idlePause))
			if idle, err = memoryOf(s.pid()); err != nil {
				return err
			}
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	b.record("start.ready", figure{Text: fmt.Sprintf("%.0f", float64(all.median().Milliseconds())), Target: verdict(all.median() <= startTarget)})
	b.record("start.memory", figure{Text: megabytes(idle.now), Target: verdict(idle.now <= idleTarget)})
	return nil
}

// memoryAfter is what the server keeps of the lists it has answered.
func (b *bench) memoryAfter(s *server) error {
	time.Sleep(b.span(restPause))
	m, err := memoryOf(s.pid())
	if err != nil {
		return err
	}
	b.record("start.after", figure{Text: megabytes(m.now) + ", at most " + megabytes(m.peak), Target: verdict(m.now <= idleTarget)})
	return nil
}

// fileSizes measures what is the same whatever the database.
func (b *bench) fileSizes() error {
	binary, err := os.Stat(b.options.bin)
	if err != nil {
		return err
	}
	b.everywhere("size.binary", figure{Text: fmt.Sprintf("%.1f MB", float64(binary.Size())/1e6), Target: verdict(float64(binary.Size()) <= binaryTarget)})
	size, err := firstScripts("console/dist")
	if err != nil {
		return err
	}
	b.everywhere("size.console", figure{Text: fmt.Sprintf("%.0f kB", float64(size)/1e3), Target: verdict(float64(size) <= consoleTarget)})
	return nil
}

// scriptTag matches what a browser loads before the first paint: scripts and
// what they are known to import.
var scriptTag = regexp.MustCompile(`<script[^>]* src="/([^"]+\.js)"|<link[^>]* rel="modulepreload"[^>]* href="/([^"]+\.js)"`)

// firstScripts adds up the gzipped sizes of the scripts that the console's page names.
func firstScripts(dist string) (int, error) {
	page, err := os.ReadFile(filepath.Join(dist, "index.html"))
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, m := range scriptTag.FindAllSubmatch(page, -1) {
		text, err := os.ReadFile(filepath.Join(dist, string(append(m[1], m[2]...))))
		if err != nil {
			return 0, err
		}
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return 0, err
		}
		if _, err := w.Write(text); err != nil {
			return 0, err
		}
		if err := w.Close(); err != nil {
			return 0, err
		}
		sum += packed.Len()
	}
	if sum == 0 {
		return 0, fmt.Errorf("%s/index.html names no scripts", dist)
	}
	return sum, nil
}
