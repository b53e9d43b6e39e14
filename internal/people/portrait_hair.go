package people

import (
	"image/color"
	"math"
)

const hairStyles = 12

const (
	crop = iota
	sidePart
	quiff
	shaved
	curlyShort
	bob
	long
	bun
	afro
	ponytail
	wavy
	headscarf
)

// shortHair tells which styles may come with a beard.
func shortHair(style int) bool { return style <= curlyShort }

// browColor keeps brows readable when the hair is fair or covered.
func (l look) browColor() color.RGBA {
	if l.style == headscarf {
		return rgb(0x33261f)
	}
	return darker(l.hair, 0.78)
}

// drawHairBehind paints what falls behind head and shoulders.
func (l look) drawHairBehind(c *canvas) {
	w := l.headW
	switch l.style {
	case bob:
		c.move(headX-w-5, 66)
		c.curve(headX-w-7, 8, headX+w+7, 8, headX+w+5, 66)
		c.curve(headX+8, 70, headX-8, 70, headX-w-5, 66)
		c.fill(l.hairDark)
	case long:
		c.move(headX-w-7, 90)
		c.curve(headX-w-9, -2, headX+w+9, -2, headX+w+7, 90)
		c.fill(l.hairDark)
	case wavy:
		for _, side := range []float64{-1, 1} {
			for i, y := range []float64{39, 48, 57, 67, 77} {
				c.ellipse(headX+side*(w+1.5+float64(i%2)*2.4), y, 8, 8.4, l.hairDark)
			}
		}
		c.ellipse(headX, headY-5, w+6.5, l.headH+1, l.hairDark)
		c.rect(headX-w, 34, 2*w, 44, l.hairDark)
	case bun:
		c.ellipse(headX, headY-l.headH-3.5, 9, 8.4, l.hairDark)
	case afro:
		c.ellipse(headX, headY-8, w+12, l.headH+6, l.hair)
		for i := range 14 {
			a := math.Pi * (0.86 + 1.28*float64(i)/13)
			c.ellipse(headX+(w+9)*math.Cos(a), headY-8+(l.headH+3)*math.Sin(a), 5.4, 5.4, l.hair)
		}
	case ponytail:
		x := headX + l.parting*(w+3)
		c.move(x-l.parting*6, 24)
		c.curve(x+l.parting*13, 24, x+l.parting*13, 62, x+l.parting*3, 76)
		c.curve(x+l.parting*2, 60, x-l.parting*2, 50, x-l.parting*6, 40)
		c.fill(l.hairDark)
	case headscarf:
		c.move(headX-w-5, 84)
		c.curve(headX-w-9, 2, headX+w+9, 2, headX+w+5, 84)
		c.fill(l.clothDark)
	}
}

// cap paints hair over the skull: from temple to temple, with the hairline at
// front below the crown and rise above the skull.
func (l look) cap(c *canvas, temple, front, rise float64) {
	w, h := l.headW+1, l.headH
	c.move(headX-w, headY+temple)
	c.curve(headX-w-1, headY-h*1.04-rise, headX+w+1, headY-h*1.04-rise, headX+w, headY+temple)
	c.curve(headX+w-2, headY-h*0.42+front, headX+w*0.55, headY-h*0.5+front, headX+l.parting*2, headY-h*0.5+front)
	c.curve(headX-w*0.55, headY-h*0.5+front, headX-w+2, headY-h*0.42+front, headX-w, headY+temple)
	c.fill(l.hair)
}

func (l look) drawHair(c *canvas) {
	w, h := l.headW, l.headH
	switch l.style {
	case crop:
		l.cap(c, -1, 0, 2.5)
	case sidePart, ponytail, bun:
		l.cap(c, 0, -2.5, 3)
		l.sweep(c)
	case quiff:
		l.cap(c, -2, -2, 2)
		p := l.parting
		c.move(headX-p*w*0.95, headY-h*0.45)
		c.curve(headX-p*w*0.9, headY-h*1.35, headX+p*w*0.9, headY-h*1.45, headX+p*w*1.0, headY-h*0.62)
		c.curve(headX+p*w*0.4, headY-h*0.75, headX-p*w*0.3, headY-h*0.7, headX-p*w*0.95, headY-h*0.45)
		c.fill(l.hair)
	case shaved:
		c.move(headX-w, headY-3)
		c.curve(headX-w, headY-h*1.03, headX+w, headY-h*1.03, headX+w, headY-3)
		c.curve(headX+w-1, headY-h*0.55, headX-w+1, headY-h*0.55, headX-w, headY-3)
		c.fill(veil(l.hairDark, 0.3))
	case curlyShort:
		l.cap(c, -2, -2, 2)
		for i := range 11 {
			a := math.Pi * (1.04 + 0.92*float64(i)/10)
			c.ellipse(headX+(w-0.5)*math.Cos(a), headY-4+(h-5)*math.Sin(a), 4.9, 4.9, l.hair)
		}
	case bob, long, wavy:
		l.cap(c, 1, -1.5, 3)
		l.sweep(c)
	case afro:
		l.cap(c, -2, -1, 4)
	case headscarf:
		l.drawScarf(c)
	}
}

// sweep paints a fringe that falls from the parting to one side.
func (l look) sweep(c *canvas) {
	w, h, p := l.headW, l.headH, l.parting
	c.move(headX+p*w*0.5, headY-h*0.82)
	c.curve(headX+p*w*0.2, headY-h*0.45, headX-p*w*0.5, headY-h*0.3, headX-p*(w+0.8), headY-1)
	c.curve(headX-p*(w+3.2), headY-h*0.78, headX-p*w*0.6, headY-h*1.02, headX+p*w*0.5, headY-h*0.82)
	c.fill(l.hairDark)
}

func (l look) drawScarf(c *canvas) {
	w, h := l.headW, l.headH
	// Cloth over the throat, from the chin down to the clothes.
	chin := headY + h*1.04
	c.move(headX-w, chin)
	c.line(headX+w, chin)
	c.curve(headX+w+3, 84, headX+8, 93, headX, 93)
	c.curve(headX-8, 93, headX-w-3, 84, headX-w, chin)
	c.fill(l.clothDark)
	c.move(headX-w-4, headY+18)
	c.curve(headX-w-6, headY-h*1.5, headX+w+6, headY-h*1.5, headX+w+4, headY+18)
	c.curve(headX+w+1, headY+30, headX-w-1, headY+30, headX-w-4, headY+18)
	// The opening for the face winds the other way, so it stays unpainted.
	c.move(headX, headY-h*0.66)
	c.curve(headX-w*1.05, headY-h*0.66, headX-w*1.1, headY+h*0.95, headX, headY+h*0.95)
	c.curve(headX+w*1.1, headY+h*0.95, headX+w*1.05, headY-h*0.66, headX, headY-h*0.66)
	c.fill(l.cloth)
	c.stroke(headX, headY+h*0.9, w*0.95, 6, 0.2, math.Pi-0.2, 1.6, l.clothDark)
}
