package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime/debug"

	"golang.org/x/image/draw"
)

// maxRatio is how long and thin a logo may be.
const maxRatio = 20

// The box that a logo is made to fit, in pixels.
const (
	LogoWidth  = 640
	LogoHeight = 200
)

// ProcessLogo reads a JPEG, PNG, GIF (its first frame) or WebP picture and
// makes a PNG of it that fits LogoWidth times LogoHeight, its proportions and
// transparency kept. A smaller picture keeps its size. It fails as Process does.
func (p *Processor) ProcessLogo(ctx context.Context, r io.Reader) (Rendition, error) {
	data, f, done, err := p.receive(r)
	defer done()
	if err != nil {
		return Rendition{}, err
	}
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return Rendition{}, err
	}
	defer p.slots.Release(1)
	config, err := f.measure(data)
	if err != nil {
		return Rendition{}, err
	}
	if config.Width > maxRatio*config.Height || config.Height > maxRatio*config.Width {
		return Rendition{}, &Error{Code: CodeDimensions, Message: "The picture is far too long and thin for a logo. Choose one that is at most 20 times as long as it is high."}
	}
	if int64(config.Width)*int64(config.Height) > releasePixels {
		defer debug.FreeOSMemory()
	}
	decoded, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return Rendition{}, broken(err)
	}
	return fit(decoded)
}

// fit scales a picture down to the box of a logo.
func fit(src image.Image) (Rendition, error) {
	size := src.Bounds().Size()
	if side := 2 * LogoWidth; size.X > side || size.Y > side {
		// As for photos: the precise resampling needs 32 bytes a pixel.
		src = shrink(src, src.Bounds(), side)
		size = src.Bounds().Size()
	}
	scale := min(1, float64(LogoWidth)/float64(size.X), float64(LogoHeight)/float64(size.Y))
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(size.X)*scale)), max(1, int(float64(size.Y)*scale))))
	draw.CatmullRom.Scale(dst, dst.Rect, src, src.Bounds(), draw.Src, nil)
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, dst); err != nil {
		return Rendition{}, fmt.Errorf("photo: encoding: %w", err)
	}
	return Rendition{Side: dst.Rect.Dx(), ContentType: "image/png", Data: buffer.Bytes()}, nil
}
