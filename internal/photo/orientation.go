package photo

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is the value of the EXIF tag 0x0112: how stored rows and columns
// are to be shown. Values from 5 on exchange width and height.
type orientation uint16

const (
	upright         orientation = 1
	lastOrientation orientation = 8
)

// source maps a pixel of the picture as it is seen to the stored picture, which
// is w pixels wide and h high.
func (o orientation) source(p image.Point, w, h int) image.Point {
	switch o {
	case 2: // mirrored left to right
		return image.Pt(w-1-p.X, p.Y)
	case 3: // upside down
		return image.Pt(w-1-p.X, h-1-p.Y)
	case 4: // mirrored top to bottom
		return image.Pt(p.X, h-1-p.Y)
	case 5: // rows are columns
		return image.Pt(p.Y, p.X)
	case 6: // to be turned clockwise
		return image.Pt(p.Y, h-1-p.X)
	case 7: // rows are columns, upside down
		return image.Pt(w-1-p.Y, h-1-p.X)
	case 8: // to be turned counter-clockwise
		return image.Pt(w-1-p.Y, p.X)
	}
	return p
}

// cropSquare returns the square of the stored picture that holds the wanted
// square of the picture as it is seen; without a wish, the one in the centre.
func cropSquare(o orientation, w, h int, crop *Crop) (image.Rectangle, error) {
	seenW, seenH := w, h
	if o >= 5 {
		seenW, seenH = h, w
	}
	if crop == nil {
		side := min(w, h)
		crop = &Crop{X: (seenW - side) / 2, Y: (seenH - side) / 2, Size: side}
	}
	if crop.X < 0 || crop.Y < 0 || crop.Size < 1 || crop.Size > min(seenW, seenH) ||
		crop.X > seenW-crop.Size || crop.Y > seenH-crop.Size {
		return image.Rectangle{}, &Error{Code: CodeCrop, Message: "The chosen square is not inside the picture."}
	}
	a := o.source(image.Pt(crop.X, crop.Y), w, h)
	b := o.source(image.Pt(crop.X+crop.Size-1, crop.Y+crop.Size-1), w, h)
	return image.Rect(min(a.X, b.X), min(a.Y, b.Y), max(a.X, b.X)+1, max(a.Y, b.Y)+1), nil
}

func noOrientation([]byte) orientation { return upright }

// jpegOrientation looks through the segments before the first scan for an APP1
// segment with EXIF data.
func jpegOrientation(data []byte) orientation {
	const app1, startOfScan, fill = 0xe1, 0xda, 0xff
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker := data[i+1]
		if marker == fill {
			i++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[i+2:]))
		end := i + 2 + length
		if marker == startOfScan || length < 2 || end > len(data) {
			break
		}
		if exif, found := bytes.CutPrefix(data[i+4:end], exifPrefix); marker == app1 && found {
			return exifOrientation(exif)
		}
		i = end
	}
	return upright
}

var exifPrefix = []byte("Exif\x00\x00")

// pngOrientation looks for an eXIf chunk before the pixels, where writers put it.
func pngOrientation(data []byte) orientation {
	const signature, frame = 8, 12 // length, type and checksum around each chunk
	for i := signature; i+frame <= len(data); {
		length := int(binary.BigEndian.Uint32(data[i:]))
		if length > len(data)-i-frame {
			break
		}
		switch string(data[i+4 : i+8]) {
		case "eXIf":
			return exifOrientation(data[i+8 : i+8+length])
		case "IDAT":
			return upright
		}
		i += frame + length
	}
	return upright
}

// webpOrientation looks for the EXIF chunk, which follows the pixels.
func webpOrientation(data []byte) orientation {
	const header, frame = 12, 8
	for i := header; i+frame <= len(data); {
		length := int(binary.LittleEndian.Uint32(data[i+4:]))
		if length > len(data)-i-frame {
			break
		}
		if string(data[i:i+4]) == "EXIF" {
			return exifOrientation(bytes.TrimPrefix(data[i+frame:i+frame+length], exifPrefix))
		}
		i += frame + length + length%2
	}
	return upright
}

// exifOrientation reads the tag from a TIFF structure. Whatever is malformed
// counts as upright: a picture is not refused for its metadata.
func exifOrientation(tiff []byte) orientation {
	const tagOrientation, typeShort, entryBytes = 0x0112, 3, 12
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	directory := uint64(order.Uint32(tiff[4:]))
	if order.Uint16(tiff[2:]) != 42 || directory+2 > uint64(len(tiff)) {
		return upright
	}
	entries := tiff[directory+2:]
	for range order.Uint16(tiff[directory:]) {
		if len(entries) < entryBytes {
			break
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if o := orientation(order.Uint16(entries[8:])); o >= upright && o <= lastOrientation {
				return o
			}
			break
		}
		entries = entries[entryBytes:]
	}
	return upright
}
