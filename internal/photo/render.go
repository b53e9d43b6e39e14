package photo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

const jpegQuality = 85

// Rendition is one size of a photo, ready to be served.
type Rendition struct {
	Side        int    // width, in pixels, and height but of a logo
	ContentType string // "image/jpeg", or "image/png" for a picture with transparency
	Data        []byte
}

// Key names the rendition by its content, so that its address can be cached
// forever: the SHA-256 of Data in hexadecimal, and a file extension.
func (r Rendition) Key() string {
	sum := sha256.Sum256(r.Data)
	return hex.EncodeToString(sum[:]) + extensions[r.ContentType]
}

// extensions lists the content types that are ever made or stored.
var extensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}

// shrink copies the square of src, averaging blocks of pixels so that between
// side and 2*side pixels are left of a larger one. The resampling that follows
// is precise but needs 32 bytes a pixel; this keeps it small.
func shrink(src image.Image, square image.Rectangle, side int) *image.RGBA {
	factor := max(1, square.Dx()/side)
	dst := image.NewRGBA(image.Rect(0, 0, square.Dx()/factor, square.Dy()/factor))
	pixels := withRGBA64(src)
	visible := src.Bounds() // a GIF frame may cover a part of its canvas only
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			block := image.Rect(0, 0, factor, factor).Add(square.Min).Add(image.Pt(x*factor, y*factor))
			dst.SetRGBA(x, y, average(pixels, block.Intersect(visible), factor*factor))
		}
	}
	return dst
}

// average adds up the pixels of a block and divides by n, which counts those
// outside the picture as transparent. Colors are alpha-premultiplied.
func average(src image.RGBA64Image, block image.Rectangle, n int) color.RGBA {
	var r, g, b, a uint64
	for y := block.Min.Y; y < block.Max.Y; y++ {
		for x := block.Min.X; x < block.Max.X; x++ {
			c := src.RGBA64At(x, y)
			r, g, b, a = r+uint64(c.R), g+uint64(c.G), b+uint64(c.B), a+uint64(c.A)
		}
	}
	scale := uint64(n) * 257 // 16 to 8 bits, exact for 0 and 65535
	half := scale / 2
	return color.RGBA{
		R: uint8((r + half) / scale), G: uint8((g + half) / scale),
		B: uint8((b + half) / scale), A: uint8((a + half) / scale),
	}
}

// withRGBA64 returns src itself when it gives pixels without allocating, as
// every type of the decoders in use does, else a copy that does.
func withRGBA64(src image.Image) image.RGBA64Image {
	if pixels, ok := src.(image.RGBA64Image); ok {
		return pixels
	}
	pixels := image.NewRGBA64(src.Bounds())
	draw.Draw(pixels, pixels.Rect, src, pixels.Rect.Min, draw.Src)
	return pixels
}

func render(square *image.RGBA, o orientation) (Photo, error) {
	large, err := encode(scale(square, LargeSide, o))
	if err != nil {
		return Photo{}, err
	}
	small, err := encode(scale(square, SmallSide, o))
	if err != nil {
		return Photo{}, err
	}
	return Photo{Large: large, Small: small}, nil
}

// scale resamples first and turns the small result, which is the cheaper order.
func scale(square *image.RGBA, side int, o orientation) *image.RGBA {
	scaled := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.CatmullRom.Scale(scaled, scaled.Rect, square, square.Rect, draw.Src, nil)
	if o == upright {
		return scaled
	}
	turned := image.NewRGBA(scaled.Rect)
	for y := range side {
		for x := range side {
			from := o.source(image.Pt(x, y), side, side)
			turned.SetRGBA(x, y, scaled.RGBAAt(from.X, from.Y))
		}
	}
	return turned
}

func encode(img *image.RGBA) (Rendition, error) {
	rendition := Rendition{Side: img.Rect.Dx(), ContentType: "image/png"}
	var buffer bytes.Buffer
	var err error
	if img.Opaque() {
		rendition.ContentType = "image/jpeg"
		err = jpeg.Encode(&buffer, img, &jpeg.Options{Quality: jpegQuality})
	} else {
		err = png.Encode(&buffer, img)
	}
	if err != nil {
		return Rendition{}, fmt.Errorf("photo: encoding: %w", err)
	}
	rendition.Data = buffer.Bytes()
	return rendition, nil
}
