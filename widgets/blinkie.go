package widgets

import (
	"cmp"
	"slices"

	"marquee/safe"
)

// A blinkie has the size that blinkies have, and changes its lights every blinkiePause hundredths of a second.
const (
	blinkieWidth, blinkieHeight = 150, 20
	blinkiePause                = 70
)

// blinkie draws the name and the mood, or else the status, in a sign whose lights change places.
func blinkie(d Data, o Options) Drawn {
	say := d.None
	if d.ID != 0 {
		say = cmp.Or(d.MoodWord, d.MoodText, safe.Line(d.Text))
	}
	fg, bg := o.colors()
	frames := make([]*canvas, 2)
	for phase := range frames {
		c := newCanvas(blinkieWidth, blinkieHeight, bg)
		left := 0
		if _, ok := actors().faces[d.Family]; ok {
			left = blinkieHeight
			c.fill(0, 0, left, blinkieHeight, curtain)
			c.face(2, 2, 1, d.Family)
		}
		c.bulbs(left, 0, blinkieWidth-left, blinkieHeight, curtain, phase)
		room := blinkieWidth - left - 12
		c.center(left+6, 7, room, beside(spell(d.Name), spell(say), room), fg)
		frames[phase] = c
	}
	return Drawn{Body: encodeGIF(blinkiePause, frames...)}
}

// beside is two lines of letters in one, with a dot between them. When that is too long for room, the first one takes at
// most half of it.
func beside(first, second []glyph, room int) []glyph {
	if len(second) == 0 {
		return first
	}
	dot := []glyph{font()[" "], font()["·"], font()[" "]}
	line := slices.Concat(first, dot, second)
	if measure(line) <= room {
		return line
	}
	return slices.Concat(fit(first, room/2), dot, second)
}
