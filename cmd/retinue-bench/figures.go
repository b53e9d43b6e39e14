package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// figure is what was measured for one row at one size on one engine.
type figure struct {
	Text   string `json:"text"`
	Target string `json:"target,omitempty"` // "ok", "missed", or "" where there is no target
}

// verdict says whether a figure meets its target.
func verdict(ok bool) string {
	if ok {
		return "ok"
	}
	return "missed"
}

// place is where a figure stands in the table.
type place struct {
	row    string
	engine string
	users  int
}

func (p place) key() string { return fmt.Sprintf("%s/%s/%d", p.row, p.engine, p.users) }

// figures are all that were measured, in this run or in earlier ones.
type figures struct {
	Figures map[string]figure `json:"figures"`
	Taken   time.Time         `json:"taken"`
	Machine string            `json:"machine"`
	Version string            `json:"version"` // of the product
	Servers map[string]string `json:"servers"`
	Note    string            `json:"note"`
}

// loadFigures reads what an earlier run has left; a file that is not there is empty.
func loadFigures(path string) (*figures, error) {
	f := &figures{Figures: map[string]figure{}, Servers: map[string]string{}}
	if path == "" {
		return f, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	return f, json.Unmarshal(text, f)
}

func (f *figures) save(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// The targets of lists.
const (
	listMedian = 5 * time.Millisecond
	listP99    = 25 * time.Millisecond
)

// latencyFigure writes median, 99th percentile and maximum; a target of 0 does
// not count.
func latencyFigure(l latencies, median, p99 time.Duration) figure {
	f := figure{Text: millis(l.median()) + " / " + millis(l.p99()) + " / " + millis(l.max())}
	if median > 0 || p99 > 0 {
		f.Target = verdict((median == 0 || l.median() <= median) && (p99 == 0 || l.p99() <= p99))
	}
	return f
}
