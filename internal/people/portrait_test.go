package people

import (
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pixels(seed uint64, size int) []byte { return Portrait(seed, size).(*image.RGBA).Pix }

func TestPortraitIsDeterministicAndVaried(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(60) {
		a := pixels(seed, 40)
		if !cmp.Equal(a, pixels(seed, 40)) {
			t.Fatalf("portrait %d differs when drawn again", seed)
		}
		seen[string(a)] = true
	}
	if len(seen) != 60 {
		t.Fatalf("60 seeds gave %d portraits", len(seen))
	}
}

func TestPortraitFillsItsSquare(t *testing.T) {
	for _, c := range []struct{ ask, want int }{{256, 256}, {40, 40}, {1, 16}, {-5, 16}, {100_000, 1024}} {
		img := Portrait(9, c.ask).(*image.RGBA)
		if got := img.Bounds(); got != image.Rect(0, 0, c.want, c.want) {
			t.Errorf("size %d gives %v", c.ask, got)
		}
		colors := make(map[[4]byte]bool)
		for i := 0; i < len(img.Pix); i += 4 {
			if img.Pix[i+3] != 255 {
				t.Fatalf("size %d: a pixel is not opaque", c.ask)
			}
			colors[[4]byte(img.Pix[i:i+4])] = true
		}
		if len(colors) < 20 {
			t.Errorf("size %d: only %d colours, no anti-aliased drawing", c.ask, len(colors))
		}
	}
}

func BenchmarkPortrait256(b *testing.B) {
	for b.Loop() {
		Portrait(9, 256)
	}
}
