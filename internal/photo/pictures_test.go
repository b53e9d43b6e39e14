package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// Colors of the quadrants of the test picture.
var (
	red   = color.NRGBA{200, 30, 30, 255}
	green = color.NRGBA{30, 160, 60, 255}
	blue  = color.NRGBA{30, 60, 200, 255}
	white = color.NRGBA{250, 250, 250, 255}
)

// quadrants paints a picture of four colors in reading order.
func quadrants(w, h int, colors ...color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, colors[2*(2*y/h)+2*x/w])
		}
	}
	return img
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodeGIF(t testing.TB, frames ...*image.Paletted) []byte {
	t.Helper()
	g := gif.GIF{Image: frames, Delay: make([]int, len(frames)), Config: image.Config{Width: 60, Height: 40}}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encodeWebP writes a lossless WebP file whose left half is red and whose right
// half is blue, and adds the given chunk after the pixels.
func encodeWebP(w, h int, chunkID string, chunk []byte) []byte {
	var bits bitWriter
	bits.write(0x2f, 8) // signature of VP8L
	bits.write(uint(w-1), 14)
	bits.write(uint(h-1), 14)
	bits.write(0, 1+3)   // no alpha, version 0
	bits.write(0, 1+1+1) // no transform, color cache or meta prefix codes
	symbols := func(values ...uint) {
		bits.write(1, 1) // simple code
		bits.write(uint(len(values)-1), 1)
		bits.write(1, 1) // eight bits a symbol
		for _, v := range values {
			bits.write(v, 8)
		}
	}
	symbols(40)      // green
	symbols(20, 220) // red
	symbols(20, 220) // blue
	symbols(255)     // alpha
	symbols(0)       // distance
	for range h {
		for x := range w {
			right := uint(2 * x / w)
			bits.write(1-right, 1) // red
			bits.write(right, 1)   // blue
		}
	}
	body := append([]byte("WEBP"), riffChunk("VP8L", bits.data)...)
	if chunkID != "" {
		body = append(body, riffChunk(chunkID, chunk)...)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(id string, data []byte) []byte {
	chunk := append(binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data))), data...)
	if len(data)%2 == 1 {
		chunk = append(chunk, 0)
	}
	return chunk
}

type bitWriter struct {
	data []byte
	used int
}

func (b *bitWriter) write(value uint, n int) {
	for i := range n {
		if b.used%8 == 0 {
			b.data = append(b.data, 0)
		}
		b.data[len(b.data)-1] |= byte(value>>i&1) << (b.used % 8)
		b.used++
	}
}

// exif returns a TIFF structure with an orientation and a GPS position.
func exif(order binary.AppendByteOrder, o uint16) []byte {
	short, long := order.AppendUint16, order.AppendUint32
	b := []byte("II")
	if short(nil, 1)[1] == 1 {
		b = []byte("MM")
	}
	b = long(short(b, 42), 8)
	b = short(b, 3)                                               // entries
	b = append(long(short(short(b, 0x010f), 2), 4), "Cam\x00"...) // maker
	b = short(short(long(short(short(b, 0x0112), 3), 1), o), 0)
	const gps = 8 + 2 + 3*12 + 4
	b = long(long(short(short(b, 0x8825), 4), 1), gps)
	b = long(b, 0)  // no further directory
	b = short(b, 1) // GPS directory: latitude reference
	b = append(long(short(short(b, 1), 2), 2), "N\x00\x00\x00"...)
	return append(long(b, 0), "GPS-51.5074N-0.1278W"...)
}

// withEXIF inserts an APP1 segment after the start of a JPEG file.
func withEXIF(file, tiff []byte) []byte {
	segment := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(head, segment...), file[2:]...)
}

// pngChunk returns a chunk with its length and checksum.
func pngChunk(id string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, id...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngHeader returns the signature and header of an RGBA picture of any size.
func pngHeader(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(ihdr, 8, 6, 0, 0, 0))...)
}
