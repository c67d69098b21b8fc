package widgets

import "fmt"

// bulbs paints the signature of the house round a rectangle: a band four pixels wide with round lights, every other one
// lit. In the next phase the others are.
func (c *canvas) bulbs(x, y, width, height int, band string, phase int) {
	c.index(lit)
	c.index(unlit)
	for i := range 4 {
		c.box(x+i, y+i, width-2*i, height-2*i, band, band)
	}
	across, down := (width-4)/6, (height-4)/5
	light := func(n, left, top int) {
		hex := unlit
		if (n+phase)%2 == 0 {
			hex = lit
		}
		c.fill(left, top, 2, 2, hex)
	}
	for i := range across + 1 {
		left := x + 1 + i*(width-4)/across
		light(i, left, y+1)
		light(i+down, left, y+height-3)
	}
	for i := range down + 1 {
		top := y + 1 + i*(height-4)/down
		light(i, x+1, top)
		light(i+across, x+width-3, top)
	}
}

func bulbStyle(c *canvas, d Design) { c.bulbs(0, 0, buttonWidth, buttonHeight, d.Edge, 0) }

// bevelStyle is a button that stands out: its edge is lit from above.
func bevelStyle(c *canvas, d Design) {
	light, dark := blend(d.Edge, "ffffff"), blend(d.Edge, "000000")
	c.box(0, 0, buttonWidth, buttonHeight, ink, ink)
	for i := 1; i < 3; i++ {
		c.box(i, i, buttonWidth-2*i, buttonHeight-2*i, light, dark)
	}
	c.box(3, 3, buttonWidth-6, buttonHeight-6, d.Edge, d.Edge)
}

// plainStyle is a line, and a thin one in it.
func plainStyle(c *canvas, d Design) {
	c.box(0, 0, buttonWidth, buttonHeight, d.Edge, d.Edge)
	c.box(1, 1, buttonWidth-2, buttonHeight-2, d.Edge, d.Edge)
	c.box(3, 3, buttonWidth-6, buttonHeight-6, d.Edge, d.Edge)
}

// dashStyle is a patch that has been sewn on.
func dashStyle(c *canvas, d Design) {
	c.box(0, 0, buttonWidth, buttonHeight, d.Edge, d.Edge)
	for x := 3; x < buttonWidth-4; x += 5 {
		c.fill(x, 2, 3, 1, d.Edge)
		c.fill(x, buttonHeight-3, 3, 1, d.Edge)
	}
	for y := 4; y < buttonHeight-5; y += 5 {
		c.fill(2, y, 1, 3, d.Edge)
		c.fill(buttonWidth-3, y, 1, 3, d.Edge)
	}
}

// curtainStyle is a stage: folds on both sides and a scalloped valance.
func curtainStyle(c *canvas, d Design) {
	light, dark := blend(d.Edge, "ffffff"), blend(d.Edge, "000000")
	for i, hex := range []string{dark, d.Edge, light, d.Edge, dark} {
		c.fill(i, 0, 1, buttonHeight, hex)
		c.fill(buttonWidth-1-i, 0, 1, buttonHeight, hex)
	}
	for x := 0; x < buttonWidth; x += 8 {
		c.fill(x, 0, 8, 3, d.Edge)
		c.fill(x+1, 3, 6, 1, d.Edge)
		c.fill(x+2, 4, 4, 1, dark)
		c.fill(x, 0, 1, 3, dark)
	}
	c.fill(0, buttonHeight-2, buttonWidth, 2, dark)
}

// filmStyle is a strip of film with its holes.
func filmStyle(c *canvas, d Design) {
	c.fill(0, 0, buttonWidth, 4, d.Edge)
	c.fill(0, buttonHeight-4, buttonWidth, 4, d.Edge)
	for x := 1; x < buttonWidth; x += 4 {
		c.fill(x, 1, 2, 2, d.BG)
		c.fill(x, buttonHeight-3, 2, 2, d.BG)
	}
}

// blend is the colour half-way between two.
func blend(a, b string) string {
	p, q := rgb(a), rgb(b)
	half := func(m, n uint8) int { return (int(m) + int(n)) / 2 }
	return fmt.Sprintf("%02x%02x%02x", half(p.R, q.R), half(p.G, q.G), half(p.B, q.B))
}
