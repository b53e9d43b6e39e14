package main

import (
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	var l latencies
	for i := 100; i >= 1; i-- {
		l = append(l, time.Duration(i)*time.Millisecond)
	}
	for _, tc := range []struct {
		p    float64
		want int
	}{{0, 1}, {1, 1}, {50, 50}, {98.5, 99}, {99, 99}, {99.1, 100}, {100, 100}} {
		if got := l.percentile(tc.p); got != time.Duration(tc.want)*time.Millisecond {
			t.Errorf("percentile %v of 1 to 100 ms is %v, want %d ms", tc.p, got, tc.want)
		}
	}
	if l[0] != 100*time.Millisecond {
		t.Error("percentile has reordered the latencies")
	}
	if got := (latencies{}).p99(); got != 0 {
		t.Errorf("p99 of nothing is %v", got)
	}
	if got := (latencies{7}).median(); got != 7 {
		t.Errorf("the median of 7 is %v", got)
	}
}

func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{millis(420 * time.Microsecond), "0.42"},
		{millis(1500 * time.Microsecond), "1.5"},
		{millis(334 * time.Millisecond), "334"},
		{count(35.52), "35.5"},
		{count(999), "999"},
		{count(24166), "24,166"},
		{count(1234567), "1,234,567"},
		{perSecond(5, 2*time.Second), "2.5"},
		{perSecond(5, 0), "0.0"},
		{megabytes(60_400_000), "60 MB"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %s, want %s", tc.got, tc.want)
		}
	}
}

func TestLatencyFigure(t *testing.T) {
	l := latencies{time.Millisecond, 2 * time.Millisecond, 30 * time.Millisecond}
	if got := latencyFigure(l, 5*time.Millisecond, 0); got != (figure{"2.0 / 30.0 / 30.0", "ok"}) {
		t.Errorf("got %+v", got)
	}
	if got := latencyFigure(l, 5*time.Millisecond, 25*time.Millisecond); got.Target != "missed" {
		t.Errorf("got %+v", got)
	}
	if got := latencyFigure(l, 0, 0); got.Target != "" {
		t.Errorf("got %+v", got)
	}
}
