package people

import "math"

const (
	headX, headY = 50.0, 43.0
	clothStyles  = 5
)

func (l look) drawBody(c *canvas) {
	w := l.shoulder
	c.move(50-w, 104)
	c.curve(50-w, 84, 50-w+6, 79, 50-10, 75)
	c.line(60, 75)
	c.curve(50+w-6, 79, 50+w, 84, 50+w, 104)
	c.fill(l.cloth)
	neck := l.headW * 0.42
	c.rect(50-neck, 55, 2*neck, 20, l.skin)
	c.ellipse(50, 75, neck, 6, l.skin)
	// The shadow of the chin gives the flat shapes their depth.
	c.move(50-neck, 58)
	c.line(50+neck, 58)
	c.line(50+neck, 67)
	c.curve(50+neck/2, 72, 50-neck/2, 72, 50-neck, 67)
	c.fill(l.shade)
	l.drawTop(c, neck)
}

func (l look) drawTop(c *canvas, neck float64) {
	switch l.top {
	case 0: // crew neck
		c.stroke(50, 74.5, neck+1.2, 7.2, 0, math.Pi, 2.6, l.clothDark)
	case 1: // V neck
		c.move(50-neck, 74)
		c.line(50+neck, 74)
		c.line(50, 88)
		c.fill(l.skin)
		c.move(50-neck-3, 74)
		c.line(50-neck, 73.5)
		c.line(50, 87.5)
		c.line(50+neck, 73.5)
		c.line(50+neck+3, 74)
		c.line(50, 92)
		c.fill(l.clothDark)
	case 2: // shirt and jacket
		white := rgb(0xf7f5f0)
		c.move(50-neck-2, 74)
		c.line(50+neck+2, 74)
		c.line(55, 104)
		c.line(45, 104)
		c.fill(white)
		c.move(50-neck, 73)
		c.line(50, 83)
		c.line(50+neck, 73)
		c.line(50+neck, 70)
		c.line(50-neck, 70)
		c.fill(l.skin)
		for _, side := range []float64{-1, 1} {
			c.move(50+side*(neck+1), 72)
			c.line(50+side*(neck+8), 77)
			c.line(50+side*5, 104)
			c.line(50+side*1.5, 104)
			c.fill(l.clothDark)
		}
	case 3: // hood
		c.stroke(50, 73.5, neck+4.5, 8.5, 0, math.Pi, 5.5, l.clothDark)
		c.ellipse(50-neck-4.5, 73.5, 2.75, 2.4, l.clothDark)
		c.ellipse(50+neck+4.5, 73.5, 2.75, 2.4, l.clothDark)
		c.rect(44.5, 81, 1.3, 11, rgb(0xf2efe8))
		c.rect(54.2, 81, 1.3, 11, rgb(0xf2efe8))
	default: // roll neck
		c.move(50-neck-1.5, 68)
		c.curve(50-3, 71, 50+3, 71, 50+neck+1.5, 68)
		c.line(50+neck+3, 79)
		c.curve(50+4, 83, 50-4, 83, 50-neck-3, 79)
		c.fill(l.clothDark)
	}
}

func (l look) drawHead(c *canvas) {
	for _, side := range []float64{-1, 1} {
		if l.style == headscarf {
			break // ears are covered
		}
		x := headX + side*(l.headW-0.2)
		c.ellipse(x, headY+2.5, 3.6, 4.8, l.skin)
		c.ellipse(x+side*0.2, headY+2.8, 1.9, 2.9, l.shade)
		if l.earrings && !shortHair(l.style) {
			c.ellipse(x+side*0.6, headY+8.4, 1.3, 1.3, rgb(0xe8c468))
		}
	}
	w, h := l.headW, l.headH
	chin := headY + h + l.jaw
	c.move(headX-w, headY-2)
	c.curve(headX-w, headY-h*1.02, headX+w, headY-h*1.02, headX+w, headY-2)
	c.curve(headX+w, headY+h*0.62, headX+w*0.5, chin, headX, chin)
	c.curve(headX-w*0.5, chin, headX-w, headY+h*0.62, headX-w, headY-2)
	c.fill(l.skin)
}

func (l look) drawFace(c *canvas) {
	for _, side := range []float64{-1, 1} {
		c.ellipse(headX+side*10.6, headY+9, 3.6, 2.7, veil(l.cheek, 0.45))
	}
	l.drawBeard(c)
	for _, side := range []float64{-1, 1} {
		c.ellipse(headX+side*7.4, headY+2.2, 1.75, 2.15, rgb(0x26211f))
		c.ellipse(headX+side*7.4+0.55, headY+1.4, 0.55, 0.55, rgb(0xffffff))
		c.stroke(headX+side*7.4, headY+0.6, 4, 4.6, math.Pi*1.22, math.Pi*1.78, 1.35, l.browColor())
	}
	c.stroke(headX-0.3, headY+6.2, 1.9, 2.2, 0.1, math.Pi*0.72, 1.25, l.shade)
	mouth := headY + 11.6
	if l.smile > 2.7 {
		c.arc(headX, mouth, 5.2, l.smile+1.6, 0, math.Pi, true)
		c.fill(rgb(0x8c3b3b))
		c.arc(headX, mouth, 4.6, 1.5, 0, math.Pi, true)
		c.fill(rgb(0xffffff))
		return
	}
	c.stroke(headX, mouth, 4.9, l.smile+0.8, 0.12, math.Pi-0.12, 1.5, rgb(0x9a4a44))
}

func (l look) drawBeard(c *canvas) {
	w, h := l.headW, l.headH
	chin := headY + h + l.jaw
	switch l.beard {
	case 1: // full
		c.move(headX-w, headY+1)
		c.curve(headX-w, headY+h*0.72, headX-w*0.52, chin+3, headX, chin+3)
		c.curve(headX+w*0.52, chin+3, headX+w, headY+h*0.72, headX+w, headY+1)
		c.curve(headX+w-3, headY+8.6, headX+w*0.5, headY+8.6, headX, headY+8.4)
		c.curve(headX-w*0.5, headY+8.6, headX-w+3, headY+8.6, headX-w, headY+1)
		c.fill(l.hairDark)
		c.ellipse(headX, headY+13.2, 6.6, 3.6, l.skin)
	case 2: // stubble
		c.move(headX-w, headY+2)
		c.curve(headX-w, headY+h*0.68, headX-w*0.5, chin, headX, chin)
		c.curve(headX+w*0.5, chin, headX+w, headY+h*0.68, headX+w, headY+2)
		c.curve(headX+w-3, headY+8.6, headX+w*0.5, headY+9.4, headX, headY+9.2)
		c.curve(headX-w*0.5, headY+9.4, headX-w+3, headY+8.6, headX-w, headY+2)
		c.fill(veil(l.hairDark, 0.22))
	case 3: // moustache
		c.move(headX, headY+9)
		c.curve(headX+4, headY+7.8, headX+6.5, headY+9.6, headX+7, headY+12.2)
		c.curve(headX+4, headY+11.6, headX+2, headY+11.6, headX, headY+11.2)
		c.curve(headX-2, headY+11.6, headX-4, headY+11.6, headX-7, headY+12.2)
		c.curve(headX-6.5, headY+9.6, headX-4, headY+7.8, headX, headY+9)
		c.fill(l.hairDark)
	}
}

func (l look) drawGlasses(c *canvas) {
	if l.glasses == 0 {
		return
	}
	frame, rx, ry := rgb(0x2b2a2e), 5.5, 5.1
	if l.glasses == 2 {
		frame, rx, ry = rgb(0x7a4b2c), 5.9, 4.3
	}
	for _, side := range []float64{-1, 1} {
		x := headX + side*7.4
		c.ellipse(x, headY+2.2, rx, ry, veil(rgb(0xffffff), 0.14))
		c.stroke(x, headY+2.2, rx, ry, 0, 2*math.Pi, 1.15, frame)
		if l.style == headscarf {
			continue // so are the arms of the glasses
		}
		c.rect(min(x+side*rx, headX+side*(l.headW+0.4)), headY+0.7, math.Abs(l.headW+0.4-7.4-rx), 1.1, frame)
	}
	c.rect(headX-7.4+rx, headY+1.2, 14.8-2*rx, 1.1, frame)
}
