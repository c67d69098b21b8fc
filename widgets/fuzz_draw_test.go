package widgets_test

import (
	"testing"

	"marquee/widgets"
)

// FuzzDesign draws what strangers write on buttons and mood indicators.
func FuzzDesign(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, s, s, s, s, s, s)
	}
	f.Add("Élodie ♥", "feeling cosy", "ffcc00", "000000", "8c1027", "cosy", "bevel")
	f.Fuzz(func(t *testing.T, top, bottom, fg, bg, edge, face, style string) {
		d := widgets.Design{Top: top, Bottom: bottom, FG: fg, BG: bg, Edge: edge, Face: face, Style: style}
		decoded(t, d.Draw(), 88, 31, 1, oneSegment)
		decoded(t, widgets.SiteButton(top), 88, 31, 1, oneSegment)
		for _, transparent := range []bool{false, true} {
			mood := widgets.Mood(face, bottom, widgets.MoodColors{FG: fg, BG: bg, Transparent: transparent})
			decoded(t, mood, width(t, mood), 18, 1, oneSegment)
		}
		checkSVG(t, widget("widget.svg").Draw(widgets.Data{Name: top, ID: 1, Text: bottom, MoodWord: edge, Family: face}, widgets.Options{}).Body)
	})
}
