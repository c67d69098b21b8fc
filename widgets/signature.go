package widgets

import "strings"

// SignatureScale is how many pixels a dot of a signature has on each side.
const SignatureScale = 2

// Signature draws a signature, as safe.Signature returns it, as a GIF: ink on a transparent ground, each dot 2x2 pixels.
func Signature(drawn string) []byte {
	rows := strings.Split(drawn, "\n")
	c := newCanvas(max(1, len(rows[0]))*SignatureScale, len(rows)*SignatureScale, "")
	for y, row := range rows {
		for x, dot := range row {
			if dot == '#' {
				c.fill(x*SignatureScale, y*SignatureScale, SignatureScale, SignatureScale, ink)
			}
		}
	}
	c.index(ink) // a palette has two colours, even of nothing
	return encodeGIF(0, c)
}
