package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// Limits of an upload and the sides of what is made from it, in pixels.
const (
	MaxBytes  = 10 << 20   // 10 MiB
	MaxPixels = 40_000_000 // 40 megapixels, width times height
	LargeSide = 512
	SmallSide = 96

	// releasePixels is the size above which the memory of a decoded picture is
	// given back at once, because the next collection may be long in coming.
	releasePixels = 8_000_000
)

// Crop is the square of the picture, as a person sees it, that is to be kept.
type Crop struct {
	X, Y int // the upper left corner, in pixels after orientation
	Size int // the side, in pixels, at least 1
}

// Photo is a processed picture.
type Photo struct {
	Large Rendition // LargeSide pixels a side
	Small Rendition // SmallSide pixels a side
}

// maxHeld is how many bytes of uploads are held at once, by those that still come
// in and those that wait for their turn.
const maxHeld = 8 * MaxBytes

// step is how much room an upload takes at a time, as it comes in.
const step = 256 << 10

// ErrBusy is for an upload for which there is no room beside the others.
var ErrBusy = errors.New("photo: too many pictures are being uploaded")

// Processor processes pictures, a bounded number at once. It is safe for
// concurrent use.
type Processor struct {
	slots *semaphore.Weighted
	room  *semaphore.Weighted // in bytes, of uploads
}

// NewProcessor returns a Processor that decodes up to concurrent pictures at
// once; anything below 1 means 1. See the package comment for what each may need.
func NewProcessor(concurrent int) *Processor {
	return &Processor{slots: semaphore.NewWeighted(int64(max(1, concurrent))), room: semaphore.NewWeighted(maxHeld)}
}

// receive reads an upload and recognizes it. The upload is read before a slot is
// taken: a slow sender holds up nobody. It fails with *Error, with ErrBusy when the
// others take all the room, or with what r fails with. The caller must call done
// when the data is of no use any more, also after an error.
func (p *Processor) receive(r io.Reader) (data []byte, f *format, done func(), err error) {
	held := int64(0)
	done = func() { p.room.Release(held) }
	r = io.LimitReader(r, MaxBytes+1)
	var b bytes.Buffer
	for {
		if !p.room.TryAcquire(step) {
			return nil, nil, done, ErrBusy
		}
		held += step
		n, err := io.CopyN(&b, r, step)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, done, fmt.Errorf("photo: reading: %w", err)
		}
		if n < step {
			break
		}
	}
	if b.Len() > MaxBytes {
		return nil, nil, done, &Error{Code: CodeTooLarge, Message: "The picture is larger than 10 MB. Choose a smaller one."}
	}
	if f = formatOf(b.Bytes()); f == nil {
		return nil, nil, done, &Error{Code: CodeType, Message: "This is not a picture that can be used. Choose a JPEG, PNG, GIF or WebP file."}
	}
	return b.Bytes(), f, done, nil
}

// Process reads a JPEG, PNG, GIF (its first frame) or WebP picture and makes its
// renditions. Without a crop the centre square is kept. A smaller picture is
// enlarged, so that every photo has the same sides. It fails with *Error when
// the picture is refused, with ErrBusy when too many are uploaded at once, with the
// context's error while waiting for a slot, or with what r fails with.
func (p *Processor) Process(ctx context.Context, r io.Reader, crop *Crop) (Photo, error) {
	data, f, done, err := p.receive(r)
	defer done()
	if err != nil {
		return Photo{}, err
	}
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return Photo{}, err
	}
	defer p.slots.Release(1)
	return f.process(data, crop)
}

// format is one accepted kind of file.
type format struct {
	magic       string // the first bytes; "?" stands for any byte
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
	orientation func([]byte) orientation
}

// formats replaces the registry of package image, to which any other import
// could add decoders.
var formats = []*format{
	{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode, jpegOrientation},
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngOrientation},
	{"GIF87a", gif.DecodeConfig, gif.Decode, noOrientation},
	{"GIF89a", gif.DecodeConfig, gif.Decode, noOrientation},
	{"RIFF????WEBP", webp.DecodeConfig, webp.Decode, webpOrientation},
}

func formatOf(data []byte) *format {
	for _, f := range formats {
		if f.matches(data) {
			return f
		}
	}
	return nil
}

func (f *format) matches(data []byte) bool {
	if len(data) < len(f.magic) {
		return false
	}
	for i := range len(f.magic) {
		if f.magic[i] != '?' && f.magic[i] != data[i] {
			return false
		}
	}
	return true
}

// measure reads how large a picture is, before anything is made of its pixels.
func (f *format) measure(data []byte) (image.Config, error) {
	config, err := f.config(bytes.NewReader(data))
	switch {
	case err != nil:
		return image.Config{}, broken(err)
	case config.Width < 1 || config.Height < 1:
		return image.Config{}, broken(errors.New("there are no pixels"))
	case int64(config.Width)*int64(config.Height) > MaxPixels:
		return image.Config{}, &Error{Code: CodeDimensions, Message: fmt.Sprintf(
			"The picture has %d × %d pixels; at most 40 megapixels can be used. Choose a smaller one.", config.Width, config.Height)}
	}
	return config, nil
}

func (f *format) process(data []byte, crop *Crop) (Photo, error) {
	config, err := f.measure(data)
	if err != nil {
		return Photo{}, err
	}
	o := f.orientation(data)
	square, err := cropSquare(o, config.Width, config.Height, crop)
	if err != nil {
		return Photo{}, err
	}
	if int64(config.Width)*int64(config.Height) > releasePixels {
		defer debug.FreeOSMemory()
	}
	decoded, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return Photo{}, broken(err)
	}
	return render(shrink(decoded, square, 2*LargeSide), o)
}
