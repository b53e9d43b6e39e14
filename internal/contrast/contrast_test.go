package contrast

import (
	"fmt"
	"math"
	"testing"
)

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{Black, White, 21},
		{White, Black, 21},
		{"#0f766e", "#0f766e", 1},
		{"#767676", White, 4.54},
		{"#ff0000", White, 4.00}, // as WCAG's checkers say
	} {
		if got := Ratio(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s on %s: %.3f, not %.2f", c.a, c.b, got, c.want)
		}
	}
}

// Text on any ground is as readable as success criterion 1.4.3 asks.
func TestText(t *testing.T) {
	for r := 0; r < 256; r += 5 {
		for g := 0; g < 256; g += 5 {
			for b := 0; b < 256; b += 5 {
				ground := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				if got := Ratio(ground, Text(ground)); got < 4.5 {
					t.Fatalf("%s on %s: %.2f", Text(ground), ground, got)
				}
			}
		}
	}
}
