package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

func process(t *testing.T, file []byte, crop *Crop) Photo {
	t.Helper()
	p, err := NewProcessor(1).Process(context.Background(), bytes.NewReader(file), crop)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decodeRendition decodes a rendition and checks what it says of itself.
func decodeRendition(t *testing.T, r Rendition) image.Image {
	t.Helper()
	img, kind, err := image.Decode(bytes.NewReader(r.Data))
	if err != nil {
		t.Fatal(err)
	}
	if r.ContentType != "image/"+kind || img.Bounds() != image.Rect(0, 0, r.Side, r.Side) {
		t.Errorf("rendition says %s of %d pixels and is %s of %v", r.ContentType, r.Side, kind, img.Bounds())
	}
	return img
}

// wantQuadrants checks the color in the middle of each quadrant, in reading order.
func wantQuadrants(t *testing.T, img image.Image, want ...color.NRGBA) {
	t.Helper()
	n := img.Bounds().Dx()
	for i, w := range want {
		x, y := n/4+i%2*n/2, n/4+i/2*n/2
		got := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
		if far(got.R, w.R) || far(got.G, w.G) || far(got.B, w.B) || far(got.A, w.A) {
			t.Errorf("quadrant %d is %v, want %v", i, got, w)
		}
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 14 } // JPEG blurs color

func TestEveryFormatGivesTwoSquares(t *testing.T) {
	picture := quadrants(60, 40, red, green, blue, white)
	paletted := image.NewPaletted(picture.Rect, color.Palette{red, green, blue, white})
	for i := range 60 * 40 {
		paletted.Set(i%60, i/60, picture.At(i%60, i/60))
	}
	black := image.NewPaletted(picture.Rect, color.Palette{color.Black})
	for name, file := range map[string][]byte{
		"jpeg":                     encodeJPEG(t, picture),
		"png":                      encodePNG(t, picture),
		"gif":                      encodeGIF(t, paletted, black), // the first frame counts
		"large jpeg, shrunk first": encodeJPEG(t, quadrants(2400, 2200, red, green, blue, white)),
		"one that was too small":   encodePNG(t, quadrants(2, 2, red, green, blue, white)),
	} {
		t.Run(name, func(t *testing.T) {
			p := process(t, file, nil)
			if p.Large.Side != LargeSide || p.Small.Side != SmallSide || p.Large.ContentType != "image/jpeg" {
				t.Errorf("sides %d and %d, %s", p.Large.Side, p.Small.Side, p.Large.ContentType)
			}
			if name != "one that was too small" { // whose pixels blend into one another
				wantQuadrants(t, decodeRendition(t, p.Large), red, green, blue, white)
				wantQuadrants(t, decodeRendition(t, p.Small), red, green, blue, white)
			}
		})
	}
	t.Run("webp", func(t *testing.T) {
		left, right := color.NRGBA{220, 40, 20, 255}, color.NRGBA{20, 40, 220, 255}
		wantQuadrants(t, decodeRendition(t, process(t, encodeWebP(60, 40, "", nil), nil).Large), left, right, left, right)
	})
}

func TestTransparencyIsKept(t *testing.T) {
	none, half := color.NRGBA{}, color.NRGBA{200, 100, 50, 128}
	p := process(t, encodePNG(t, quadrants(100, 100, red, none, half, none)), nil)
	if p.Large.ContentType != "image/png" {
		t.Errorf("content type %s", p.Large.ContentType)
	}
	wantQuadrants(t, decodeRendition(t, p.Large), red, none, half, none)

	// A frame in the upper left quarter of the canvas: the rest is transparent.
	frame := image.NewPaletted(image.Rect(10, 0, 30, 20), color.Palette{red})
	wantQuadrants(t, decodeRendition(t, process(t, encodeGIF(t, frame), nil).Large), red, none, none, none)
}

// The layouts are those of the EXIF standard (CIPA DC-008, tag 0x0112), written
// down by hand: what a viewer shows of a file stored as red green / blue white.
func TestOrientations(t *testing.T) {
	shown := [][]color.NRGBA{
		1: {red, green, blue, white}, 2: {green, red, white, blue},
		3: {white, blue, green, red}, 4: {blue, white, red, green},
		5: {red, blue, green, white}, 6: {blue, red, white, green},
		7: {white, green, blue, red}, 8: {green, white, red, blue},
	}
	stored := quadrants(60, 40, red, green, blue, white)
	jpegFile, pngFile := encodeJPEG(t, stored), encodePNG(t, stored)
	for o := 1; o <= 8; o++ {
		little, big := exif(binary.LittleEndian, uint16(o)), exif(binary.BigEndian, uint16(o))
		const header = 8 + 25 // signature and IHDR chunk
		pngWithEXIF := append(append(bytes.Clone(pngFile[:header]), pngChunk("eXIf", little)...), pngFile[header:]...)
		for name, file := range map[string][]byte{
			"jpeg, little endian": withEXIF(jpegFile, little), "jpeg, big endian": withEXIF(jpegFile, big), "png": pngWithEXIF,
		} {
			t.Run(name, func(t *testing.T) {
				p := process(t, file, nil)
				wantQuadrants(t, decodeRendition(t, p.Large), shown[o]...)
				wantQuadrants(t, decodeRendition(t, p.Small), shown[o]...)
			})
		}
		if got := webpOrientation(encodeWebP(5, 5, "EXIF", big)); got != orientation(o) {
			t.Errorf("webp: %d, want %d", got, o)
		}
	}
}

func TestBrokenEXIFCountsAsUpright(t *testing.T) {
	good := exif(binary.LittleEndian, 6)
	for n := range good {
		if o := exifOrientation(good[:n]); o != upright && o != 6 {
			t.Errorf("%d bytes: %d", n, o)
		}
	}
	for _, o := range []uint16{0, 9, 65535} {
		if got := exifOrientation(exif(binary.BigEndian, o)); got != upright {
			t.Errorf("orientation %d: %d", o, got)
		}
	}
	far := binary.LittleEndian.AppendUint32([]byte("II\x2a\x00"), 0xfffffffe)
	if got := exifOrientation(far); got != upright {
		t.Errorf("directory out of range: %d", got)
	}
}

func TestMetadataIsDropped(t *testing.T) {
	secret := []byte("GPS-51.5074N")
	file := withEXIF(encodeJPEG(t, quadrants(60, 40, red, green, blue, white)), exif(binary.LittleEndian, 6))
	file = append(file, "<script>alert(1)</script>"...) // a polyglot's tail
	if !bytes.Contains(file, secret) {
		t.Fatal("the upload has no GPS position to lose")
	}
	p := process(t, file, nil)
	for _, r := range []Rendition{p.Large, p.Small} {
		for _, trace := range [][]byte{secret, []byte("Exif"), []byte("Cam"), []byte("script")} {
			if bytes.Contains(r.Data, trace) {
				t.Errorf("the rendition of %d pixels contains %q", r.Side, trace)
			}
		}
	}
}

func TestCrop(t *testing.T) {
	stored := encodeJPEG(t, quadrants(400, 200, red, green, blue, white))
	p := process(t, stored, &Crop{X: 200, Y: 0, Size: 100})
	wantQuadrants(t, decodeRendition(t, p.Large), green, green, green, green)

	// Turned clockwise the picture is 200 × 400: blue red above white green.
	turned := withEXIF(stored, exif(binary.BigEndian, 6))
	p = process(t, turned, &Crop{X: 50, Y: 150, Size: 100})
	wantQuadrants(t, decodeRendition(t, p.Large), blue, red, white, green)
	p = process(t, turned, &Crop{X: 100, Y: 200, Size: 100})
	wantQuadrants(t, decodeRendition(t, p.Large), green, green, green, green)

	const most = int(^uint(0) >> 1)
	for _, c := range []Crop{{}, {Size: -1}, {X: -1, Size: 10}, {Y: -1, Size: 10}, {Size: 201}, {X: 391, Size: 10}, {Y: 101, Size: 100}, {X: most, Y: most, Size: most}, {X: most, Size: 2}} {
		_, err := NewProcessor(1).Process(context.Background(), bytes.NewReader(stored), &c)
		wantCode(t, err, CodeCrop)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != code || refused.Message == "" {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestRefusedFiles(t *testing.T) {
	picture := quadrants(300, 200, red, green, blue, white)
	jpegFile, pngFile := encodeJPEG(t, picture), encodePNG(t, picture)
	bigGIF := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00;")
	bigJPEG := bytes.Clone(jpegFile)
	sof := bytes.Index(bigJPEG, []byte{0xff, 0xc0})
	copy(bigJPEG[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	hugeWebP := encodeWebP(16384, 1, "", nil)
	// The height is in the bits after the 14 of the width.
	hugeWebP[22], hugeWebP[23], hugeWebP[24] = hugeWebP[22]|0xc0, 0xff, hugeWebP[24]|0x0f
	tests := map[string]struct {
		file []byte
		code string
	}{
		"empty":                 {nil, CodeType},
		"text":                  {[]byte("hello"), CodeType},
		"svg":                   {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), CodeType},
		"html":                  {[]byte("<!doctype html><img src=x>"), CodeType},
		"pdf":                   {[]byte("%PDF-1.7"), CodeType},
		"bmp":                   {[]byte("BM\x00\x00\x00\x00"), CodeType},
		"tiff":                  {exif(binary.LittleEndian, 1), CodeType},
		"wave":                  {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), CodeType},
		"picture after html":    {append([]byte("<html>"), jpegFile...), CodeType},
		"gif of zeros":          {append([]byte("GIF89a"), make([]byte, 100)...), CodeBroken},
		"gif without a height":  {[]byte("GIF89a\xff\x00\x00\x00\x00\x00\x00;"), CodeBroken},
		"gif that is a script":  {[]byte("GIF89a/*\x00\x01\x00\x00\x00*/=1;alert(1)"), CodeBroken},
		"jpeg that is text":     {[]byte("\xff\xd8\xffhello"), CodeBroken},
		"webp without pixels":   {[]byte("RIFF\x04\x00\x00\x00WEBP"), CodeBroken},
		"half a jpeg":           {jpegFile[:len(jpegFile)/2], CodeBroken},
		"half a png":            {pngFile[:len(pngFile)/2], CodeBroken},
		"half a webp":           {encodeWebP(60, 40, "", nil)[:300], CodeBroken},
		"damaged png":           {bytes.Replace(pngFile, []byte("IDAT"), []byte("IDAX"), 1), CodeBroken},
		"png of 65535 squared":  {pngHeader(65535, 65535), CodeDimensions},
		"png of 2^31-1 squared": {pngHeader(1<<31-1, 1<<31-1), CodeBroken}, // the decoder's own limit
		"png of 40,000,001":     {pngHeader(40_000_001, 1), CodeDimensions},
		"gif of 65535 squared":  {bigGIF, CodeDimensions},
		"jpeg of 65535 squared": {bigJPEG, CodeDimensions},
		"webp of 16384 squared": {hugeWebP, CodeDimensions},
		"too many bytes":        {append(bytes.Clone(jpegFile), make([]byte, MaxBytes)...), CodeTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := NewProcessor(1).Process(context.Background(), bytes.NewReader(tt.file), nil)
			runtime.ReadMemStats(&after)
			wantCode(t, err, tt.code)
			if _, err := NewProcessor(1).ProcessLogo(context.Background(), bytes.NewReader(tt.file)); name != "gif that is a script" { // long and thin
				wantCode(t, err, tt.code)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("refusing it took %d MiB", used>>20)
			}
		})
	}
}

// TestFortyMegapixels accepts the largest picture and no larger one.
func TestFortyMegapixels(t *testing.T) {
	img := image.NewYCbCr(image.Rect(0, 0, 8000, 5000), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = 90
	}
	file := encodeJPEG(t, img)
	watch := clock.Start()
	p := process(t, file, nil)
	t.Logf("8000 × 5000 took %v", watch.Elapsed())
	if p.Large.Side != LargeSide {
		t.Errorf("side %d", p.Large.Side)
	}
	sof := bytes.Index(file, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(file[sof+5:], 5001)
	_, err := NewProcessor(1).Process(context.Background(), bytes.NewReader(file), nil)
	wantCode(t, err, CodeDimensions)
}

func TestMostBytesAreAccepted(t *testing.T) {
	file := encodeJPEG(t, quadrants(60, 40, red, green, blue, white))
	process(t, append(file, make([]byte, MaxBytes-len(file))...), nil)
}

func TestReadErrorsAreNotThePicturesFault(t *testing.T) {
	_, err := NewProcessor(1).Process(context.Background(), iotest.ErrReader(io.ErrUnexpectedEOF), nil)
	var refused *Error
	if !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	p := NewProcessor(0)
	if !p.slots.TryAcquire(1) || p.slots.TryAcquire(1) {
		t.Fatal("a processor for 0 pictures at once must process one")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := p.Process(ctx, bytes.NewReader(encodePNG(t, quadrants(2, 2, red, green, blue, white))), nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	// A file that is refused by its first bytes need not wait.
	_, err = p.Process(ctx, strings.NewReader("<svg/>"), nil)
	wantCode(t, err, CodeType)
}

// Uploads that come in or wait hold no more than so many bytes together, and give
// back what they held, however they end.
func TestUploadsHaveBoundedRoom(t *testing.T) {
	p := NewProcessor(1)
	if !p.slots.TryAcquire(1) {
		t.Fatal("the slot is taken")
	}
	file := encodeJPEG(t, quadrants(60, 40, red, green, blue, white))
	large := slices.Concat(file, make([]byte, MaxBytes-len(file)-1))
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	for range maxHeld / MaxBytes {
		go func() {
			_, err := p.Process(ctx, bytes.NewReader(large), nil)
			waiting <- err
		}()
	}
	for p.room.TryAcquire(step) { // until they hold all of it
		p.room.Release(step)
		time.Sleep(time.Millisecond)
	}
	if _, err := p.Process(ctx, bytes.NewReader(file), nil); !errors.Is(err, ErrBusy) {
		t.Errorf("one more: %v", err)
	}
	if _, err := p.ProcessLogo(ctx, bytes.NewReader(file)); !errors.Is(err, ErrBusy) {
		t.Errorf("a logo: %v", err)
	}
	cancel()
	for range maxHeld / MaxBytes {
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	p.slots.Release(1)
	_, _ = p.Process(t.Context(), iotest.ErrReader(io.ErrUnexpectedEOF), nil)
	_, _ = p.Process(t.Context(), strings.NewReader("<svg/>"), nil)
	if !p.room.TryAcquire(maxHeld) {
		t.Error("room was not given back")
	}
}

func FuzzProcess(f *testing.F) {
	f.Add(encodeWebP(6, 4, "EXIF", exif(binary.BigEndian, 5)))
	f.Add(withEXIF(encodeJPEG(f, quadrants(8, 8, red, green, blue, white)), exif(binary.LittleEndian, 6)))
	f.Add(encodePNG(f, quadrants(8, 8, red, green, blue, white)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if format := formatOf(file); format != nil {
			if config, err := format.config(bytes.NewReader(file)); err == nil && config.Width*config.Height > 1<<16 {
				return // valid but slow
			}
		}
		var refused *Error
		if _, err := NewProcessor(1).Process(context.Background(), bytes.NewReader(file), nil); err != nil && !errors.As(err, &refused) {
			t.Errorf("untyped error %v", err)
		}
	})
}
