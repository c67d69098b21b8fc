package widgets

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"strconv"
)

// most is how many colours a picture has at most: a GIF spends four bits on each of its pixels then.
const most = 16

// The colours of the house, as six hexadecimal digits. A colour that is "" is no colour at all.
const (
	ink, paper  = "1b1b2f", "fffdf3"
	dusk, cream = "12122a", "f3ecd8"
	curtain     = "8c1027"
	lit, unlit  = "ffd447", "a8731f"
)

// canvas is a picture that is being painted. Its colours are listed as they are first used.
type canvas struct {
	*image.Paletted
	colors []string
}

// newCanvas is a canvas of one colour.
func newCanvas(width, height int, ground string) *canvas {
	return &canvas{image.NewPaletted(image.Rect(0, 0, width, height), nil), []string{ground}}
}

// index is where a colour stands in the list. The 17th colour and those after it become the first one.
func (c *canvas) index(hex string) uint8 {
	i := slices.Index(c.colors, hex)
	if i < 0 && len(c.colors) < most {
		i = len(c.colors)
		c.colors = append(c.colors, hex)
	}
	return uint8(max(i, 0))
}

// fill paints a rectangle, as far as it lies on the canvas.
func (c *canvas) fill(x, y, width, height int, hex string) {
	i := c.index(hex)
	area := image.Rect(x, y, x+width, y+height).Intersect(c.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := c.Pix[c.PixOffset(area.Min.X, y):][:area.Dx()]
		for x := range row {
			row[x] = i
		}
	}
}

// box paints the edges of a rectangle: left and top in one colour, right and bottom in another.
func (c *canvas) box(x, y, width, height int, light, dark string) {
	c.fill(x, y, width, 1, light)
	c.fill(x, y, 1, height, light)
	c.fill(x, y+height-1, width, 1, dark)
	c.fill(x+width-1, y, 1, height, dark)
}

// palette is the list of colours as a GIF needs it.
func (c *canvas) palette() color.Palette {
	var list color.Palette
	for _, hex := range c.colors {
		list = append(list, rgb(hex))
	}
	return list
}

// rgb reads a colour; what is none is transparent.
func rgb(hex string) color.NRGBA {
	n, err := strconv.ParseUint(hex, 16, 24)
	if err != nil || len(hex) != 6 {
		return color.NRGBA{}
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
}

// encodeGIF makes a GIF of frames that have the same size and were painted with the same colours. Several of them follow each
// other for ever, pause hundredths of a second apart.
func encodeGIF(pause int, frames ...*canvas) []byte {
	last := frames[len(frames)-1]
	g := &gif.GIF{Config: image.Config{ColorModel: last.palette(), Width: last.Rect.Dx(), Height: last.Rect.Dy()}}
	for _, frame := range frames {
		frame.Palette = last.palette()
		g.Image = append(g.Image, frame.Paletted)
		g.Delay = append(g.Delay, pause)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		panic(err) // a buffer takes everything, and a canvas is a picture
	}
	return b.Bytes()
}
