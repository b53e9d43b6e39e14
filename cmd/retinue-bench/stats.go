package main

import (
	"fmt"
	"slices"
	"time"
)

// latencies are how long requests took.
type latencies []time.Duration

// percentile returns the value that p percent of the latencies don't exceed
// (nearest rank); 0 when there are none.
func (l latencies) percentile(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l))
	rank := int(p/100*float64(len(sorted)) + 0.999999)
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func (l latencies) median() time.Duration { return l.percentile(50) }
func (l latencies) p99() time.Duration    { return l.percentile(99) }
func (l latencies) max() time.Duration    { return l.percentile(100) }

// millis writes a duration in milliseconds with as many digits as matter.
func millis(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 1:
		return fmt.Sprintf("%.2f", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

// perSecond writes a rate.
func perSecond(n int, d time.Duration) string { return count(rate(n, d)) }

func rate(n int, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// count writes a number with thousands separated.
func count(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	digits := fmt.Sprintf("%.0f", v)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
