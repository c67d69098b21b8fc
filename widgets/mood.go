package widgets

import (
	"cmp"

	"marquee/safe"
)

// A mood indicator is as wide as it must be, up to moodMost.
const (
	moodHeight = 18
	moodMost   = 200
)

// MoodColors are the colours of a mood indicator as six small hexadecimal digits, "" for ink and paper. A transparent one
// has no ground.
type MoodColors struct {
	FG, BG      string
	Transparent bool
}

// Mood draws a mood indicator as a GIF: the face of a family of moods, if it has one, and a word, in one line.
func Mood(family, word string, colors MoodColors) []byte {
	ground := cmp.Or(colors.BG, paper)
	if colors.Transparent {
		ground = ""
	}
	x := 3
	if _, ok := actors().faces[family]; ok {
		x = 1 + side + 4
	}
	line := fit(spell(word), moodMost-x-3)
	c := newCanvas(x+measure(line)+3, moodHeight, ground)
	c.face(1, 1, 1, family)
	c.write(x, 5, line, cmp.Or(colors.FG, ink))
	return encodeGIF(0, c)
}

// moodGIF draws the mood of the latest status, in the tree's word and the account's own; of a status without a mood its
// text.
func moodGIF(d Data, o Options) Drawn {
	word := d.None
	if d.ID != 0 {
		word = cmp.Or(d.words(), safe.Line(d.Text), d.Name)
	}
	fg, bg := o.colors()
	return Drawn{Body: Mood(d.Family, word, MoodColors{fg, bg, o.Trans})}
}

// words are the tree's word for the mood and the account's own, as far as they exist.
func (d Data) words() string {
	if d.MoodWord == "" || d.MoodText == "" {
		return d.MoodWord + d.MoodText
	}
	return d.MoodWord + " · " + d.MoodText
}
