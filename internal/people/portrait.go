package people

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// Portrait draws a flat, abstract head and shoulders, size × size pixels
// (clamped to 16 to 1024), as a pure function of the seed. It shows nobody and
// holds no text; it reads well from about 24 pixels up.
func Portrait(seed uint64, size int) image.Image {
	size = min(max(size, 16), 1024)
	r := newRNG(seed, 0x9047)
	look := newLook(&r)
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, size, size)), ras: vector.NewRasterizer(size, size), scale: float64(size) / 100}
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(look.ground), image.Point{}, draw.Src)
	c.ellipse(look.discX, look.discY, look.discR, look.discR, look.groundSoft)
	look.drawHairBehind(c)
	look.drawBody(c)
	look.drawHead(c)
	look.drawFace(c)
	look.drawHair(c)
	look.drawGlasses(c)
	return c.img
}

// look is everything a portrait varies in. Coordinates are in hundredths of
// the picture's side.
type look struct {
	ground, groundSoft  color.RGBA
	discX, discY, discR float64

	skin, shade, cheek color.RGBA
	hair, hairDark     color.RGBA
	cloth, clothDark   color.RGBA

	headW, headH float64 // half axes of the head
	jaw          float64 // how far the chin is drawn down
	style        int     // of hair
	top          int     // of clothes
	beard        int
	glasses      int
	smile        float64
	shoulder     float64
	earrings     bool
	parting      float64 // -1 left, 1 right
}

func newLook(r *rng) look {
	skin := skins[r.below(len(skins))]
	ground := grounds[r.below(len(grounds))]
	hairs := hairsDark
	if skin.light && r.chance(0.6) {
		hairs = hairsAny
	}
	hair := rgb(hairs[r.below(len(hairs))])
	switch {
	case r.chance(0.07):
		hair = rgb(0xb9bcc2) // grey comes with age, whatever the skin
	case r.chance(0.03):
		hair = rgb(hairsDyed[r.below(len(hairsDyed))])
	}
	cloth := rgb(cloths[r.below(len(cloths))])
	for near(cloth, ground.base) {
		cloth = rgb(cloths[r.below(len(cloths))])
	}
	l := look{
		ground: rgb(ground.base), groundSoft: rgb(ground.soft),
		discX: r.between(25, 75), discY: r.between(20, 55), discR: r.between(26, 44),
		skin: rgb(skin.base), shade: rgb(skin.shade), cheek: rgb(skin.cheek),
		hair: hair, hairDark: darker(hair, 0.8), cloth: cloth, clothDark: darker(cloth, 0.82),
		headW: r.between(17.2, 19.6), headH: r.between(21.5, 23.5), jaw: r.between(0.5, 3),
		style: r.below(hairStyles), top: r.below(clothStyles), smile: r.between(1.6, 3.4),
		shoulder: r.between(32, 38), parting: 1, earrings: r.chance(0.35),
	}
	if r.chance(0.5) {
		l.parting = -1
	}
	if shortHair(l.style) && r.chance(0.42) {
		l.beard = 1 + r.below(3)
	}
	if r.chance(0.3) {
		l.glasses = 1 + r.below(2)
	}
	return l
}

// canvas fills anti-aliased paths in a 100 × 100 coordinate system. A path is
// kept until it is filled, so that only the pixels it can touch are painted.
type canvas struct {
	img   *image.RGBA
	ras   *vector.Rasterizer
	scale float64
	path  []segment
}

// segment is a step of a path in pixels: n is 1 for a move, 2 for a line and 3
// for a cubic curve, of which p holds the points.
type segment struct {
	n int
	p [3][2]float32
}

// zoom brings the drawing closer, so that the face still reads at 40 pixels.
const zoom, zoomX, zoomY, zoomTo = 1.19, 50, 43, 47.5

func (c *canvas) at(x, y float64) [2]float32 {
	return [2]float32{float32((zoomX + (x-zoomX)*zoom) * c.scale), float32((zoomTo + (y-zoomY)*zoom) * c.scale)}
}

func (c *canvas) move(x, y float64) {
	p := c.at(x, y)
	c.path = append(c.path, segment{1, [3][2]float32{p, p, p}})
}

func (c *canvas) line(x, y float64) {
	p := c.at(x, y)
	c.path = append(c.path, segment{2, [3][2]float32{p, p, p}})
}

func (c *canvas) curve(x1, y1, x2, y2, x, y float64) {
	c.path = append(c.path, segment{3, [3][2]float32{c.at(x1, y1), c.at(x2, y2), c.at(x, y)}})
}

// bounds returns the part of the picture that the path may touch.
func (c *canvas) bounds() image.Rectangle {
	lo, hi := c.path[0].p[0], c.path[0].p[0]
	for _, s := range c.path {
		for _, p := range s.p {
			lo = [2]float32{min(lo[0], p[0]), min(lo[1], p[1])}
			hi = [2]float32{max(hi[0], p[0]), max(hi[1], p[1])}
		}
	}
	box := image.Rect(int(math.Floor(float64(lo[0]))), int(math.Floor(float64(lo[1]))), int(hi[0])+1, int(hi[1])+1)
	return box.Intersect(c.img.Bounds())
}

// fill paints the path built since the last fill.
func (c *canvas) fill(paint color.RGBA) {
	box := c.bounds()
	c.ras.Reset(box.Dx(), box.Dy())
	x, y := float32(box.Min.X), float32(box.Min.Y)
	for i, s := range c.path {
		a, b, e := s.p[0], s.p[1], s.p[2]
		switch s.n {
		case 1:
			if i > 0 {
				c.ras.ClosePath()
			}
			c.ras.MoveTo(a[0]-x, a[1]-y)
		case 2:
			c.ras.LineTo(a[0]-x, a[1]-y)
		default:
			c.ras.CubeTo(a[0]-x, a[1]-y, b[0]-x, b[1]-y, e[0]-x, e[1]-y)
		}
	}
	c.ras.ClosePath()
	c.ras.Draw(c.img, box, image.NewUniform(paint), image.Point{})
	c.path = c.path[:0]
}

// arc continues the path along an ellipse from angle a to b (radians, 0 to the
// right, growing downwards), in steps small enough to look round.
func (c *canvas) arc(x, y, rx, ry, a, b float64, start bool) {
	const steps = 48
	for i := range steps + 1 {
		t := a + (b-a)*float64(i)/steps
		px, py := x+rx*math.Cos(t), y+ry*math.Sin(t)
		if i == 0 && start {
			c.move(px, py)
		} else {
			c.line(px, py)
		}
	}
}

func (c *canvas) ellipse(x, y, rx, ry float64, paint color.RGBA) {
	c.arc(x, y, rx, ry, 0, 2*math.Pi, true)
	c.fill(paint)
}

// stroke paints an elliptical arc of the given thickness.
func (c *canvas) stroke(x, y, rx, ry, a, b, width float64, paint color.RGBA) {
	c.arc(x, y, rx+width/2, ry+width/2, a, b, true)
	c.arc(x, y, rx-width/2, ry-width/2, b, a, false)
	c.fill(paint)
}

func (c *canvas) rect(x, y, w, h float64, paint color.RGBA) {
	c.move(x, y)
	c.line(x+w, y)
	c.line(x+w, y+h)
	c.line(x, y+h)
	c.fill(paint)
}
