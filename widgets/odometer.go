package widgets

import (
	"fmt"
	"strconv"
)

// A wheel of the odometer shows one digit, twice as large as our letters, through a window in its frame.
const (
	wheels                   = 6 // at least
	wheelWidth, windowHeight = 14, 20
	wheelTurn                = 18 // pixels from one digit of a wheel to the next
	digitScale               = 2
	rolled                   = 3 // how far a wheel that is about to turn has done so
)

// The light falls on the middle of a wheel.
var (
	wheelLight = []string{"000000", "101014", "1c1c22", "26262e"}
	digitLight = []string{"6e6e78", "a8a8b2", "e4e4ea", "ffffff"}
)

// Odometer draws a number as a hit counter of black wheels: six of them, more when it needs more. The last wheel is already on
// its way to the next digit, and so are those that will turn with it. A GIF, at most 1,460 bytes.
func Odometer(hits int64) []byte {
	digits := fmt.Sprintf("%0*d", wheels, max(hits, 0))
	c := newCanvas(len(digits)*(wheelWidth+1)+3, windowHeight+4, unlit)
	c.box(0, 0, c.Rect.Dx(), c.Rect.Dy(), lit, "5c3a0a")
	c.fill(1, 1, c.Rect.Dx()-2, c.Rect.Dy()-2, wheelLight[0])
	turning := true
	for i := len(digits) - 1; i >= 0; i-- {
		digit, x := int(digits[i]-'0'), 2+i*(wheelWidth+1)
		for y := range windowHeight {
			c.fill(x, 2+y, wheelWidth, 1, wheelLight[lightAt(y)])
		}
		y := (windowHeight - 7*digitScale) / 2
		if turning {
			y -= rolled
			c.digit(x, y+wheelTurn, (digit+1)%10)
		}
		c.digit(x, y, digit)
		turning = turning && digit == 9
	}
	return encodeGIF(0, c)
}

// lightAt is how bright a row of a window is.
func lightAt(y int) int { return min(y, windowHeight-1-y, 2*(len(wheelLight)-1)) / 2 }

// digit paints a digit into the window of the wheel at x, as far as it shows, its upper edge y pixels below that of the window.
func (c *canvas) digit(x, y, digit int) {
	g := font()[strconv.Itoa(digit)]
	x += (wheelWidth - g.width*digitScale) / 2
	for row := range len(g.rows) * digitScale {
		for dx, dot := range g.rows[row/digitScale] {
			if at := y + row; dot == '#' && at >= 0 && at < windowHeight {
				c.fill(x+dx*digitScale, 2+at, digitScale, 1, digitLight[lightAt(at)])
			}
		}
	}
}
