package widgets

import (
	"cmp"
	"slices"
	"strings"
)

// A button has the size that buttons have had since 1996.
const (
	buttonWidth, buttonHeight = 88, 31
	buttonFrame               = 5 // what the edge and the air beside it take on each side
)

// Design is a button that somebody made: a face and two short lines in a frame. What is "" is the default, or left out.
type Design struct {
	Top, Bottom  string // one line each
	FG, BG, Edge string // colours as six small hexadecimal digits
	Face         string // one of Faces, "" for none
	Style        string // one of DesignStyles
}

// style is a way to frame a button.
type style struct {
	name  string
	frame func(c *canvas, d Design)
}

var styles = []style{
	{"bulbs", bulbStyle},
	{"bevel", bevelStyle},
	{"plain", plainStyle},
	{"dashes", dashStyle},
	{"curtain", curtainStyle},
	{"film", filmStyle},
}

// DesignStyles returns the names of the frames, the default first.
func DesignStyles() []string {
	var names []string
	for _, s := range styles {
		names = append(names, s.name)
	}
	return names
}

// Draw returns the button as a GIF, 88 pixels wide and 31 high. What does not fit is cut with an ellipsis.
func (d Design) Draw() []byte {
	d.FG, d.BG, d.Edge = cmp.Or(d.FG, ink), cmp.Or(d.BG, paper), cmp.Or(d.Edge, curtain)
	c := newCanvas(buttonWidth, buttonHeight, d.BG)
	i := max(0, slices.IndexFunc(styles, func(s style) bool { return s.name == d.Style }))
	styles[i].frame(c, d)
	x, room := d.room()
	c.face(buttonFrame, (buttonHeight-side)/2, 1, d.Face)
	top, bottom := spell(d.Top), spell(d.Bottom)
	if len(top) == 0 || len(bottom) == 0 {
		c.center(x, 12, room, append(top, bottom...), d.FG)
		return encodeGIF(0, c)
	}
	c.center(x, 7, room, top, d.FG)
	c.center(x, 17, room, bottom, d.FG)
	return encodeGIF(0, c)
}

// Fits tells whether both lines are drawn whole: about 13 letters each, 10 beside a face.
func (d Design) Fits() bool {
	_, room := d.room()
	return measure(spell(d.Top)) <= room && measure(spell(d.Bottom)) <= room
}

// room is where the words start and how many pixels they have.
func (d Design) room() (x, width int) {
	x = buttonFrame
	if slices.Contains(actors().order, d.Face) {
		x += side + 1
	}
	return x, buttonWidth - buttonFrame - x
}

// button draws the account's own button, or face, name and mood when it has made none.
func button(d Data, o Options) Drawn {
	b := d.Button
	if b == (Design{}) {
		b = Design{Top: d.Name, Bottom: cmp.Or(d.MoodWord, d.MoodText), Face: d.Family}
		if d.ID == 0 {
			b.Bottom = d.None
		}
		if d.ID == 0 && !b.Fits() {
			b.Top, b.Bottom = halves(d.None)
		}
		b.FG, b.BG = o.colors()
	}
	b.FG, b.BG = cmp.Or(o.FG, b.FG), cmp.Or(o.BG, b.BG)
	return Drawn{Body: b.Draw()}
}

// halves breaks a sentence at the space after its middle.
func halves(s string) (first, second string) {
	words := strings.Fields(s)
	middle := (len(words) + 1) / 2
	return strings.Join(words[:middle], " "), strings.Join(words[middle:], " ")
}

// colors are the ones that somebody chose, or those of the theme. A picture has no page behind it to be bare on.
func (o Options) colors() (fg, bg string) {
	if o.Theme == "late" {
		return cmp.Or(o.FG, cream), cmp.Or(o.BG, dusk)
	}
	return cmp.Or(o.FG, ink), cmp.Or(o.BG, paper)
}

// company are the moods on the button of the site.
var company = []string{"happy", "loved", "proud", "hopeful", "sad", "embarrassed"}

// SiteButton returns the button with which others link to a site of this name: a GIF, 88 pixels wide and 31 high.
func SiteButton(name string) []byte {
	c := newCanvas(buttonWidth, buttonHeight, dusk)
	c.bulbs(0, 0, buttonWidth, buttonHeight, curtain, 0)
	line := spell(name)
	c.center(buttonFrame+1, 7, buttonWidth-2*buttonFrame, line, curtain)
	c.center(buttonFrame, 6, buttonWidth-2*buttonFrame, line, lit)
	for i, family := range company {
		c.paint((buttonWidth-len(company)*cell+1)/2+i*cell, 16, 1, actors().small[family])
	}
	return encodeGIF(0, c)
}
