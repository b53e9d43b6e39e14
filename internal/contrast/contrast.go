// Package contrast tells whether text can be read on a colored ground, by the
// relative luminance and the contrast ratio of WCAG 2.2.
package contrast

import (
	"math"
	"strconv"
	"strings"
)

// Colors of text.
const (
	Black = "#000000"
	White = "#ffffff"
)

// Ratio is the contrast ratio of two colors such as "#0f766e", from 1 to 21. What
// is no color counts as black.
func Ratio(a, b string) float64 {
	hi, lo := luminance(a), luminance(b)
	if hi < lo {
		hi, lo = lo, hi
	}
	return (hi + 0.05) / (lo + 0.05)
}

// Text is the color of text, Black or White, that contrasts more with a ground.
func Text(ground string) string {
	if Ratio(ground, Black) > Ratio(ground, White) {
		return Black
	}
	return White
}

func luminance(hex string) float64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		return 0
	}
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
