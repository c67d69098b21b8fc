package widgets

import "time"

// A cell of the calendar of a year holds a small face and a pixel beside it: 53 of them fit the column of a page.
const (
	cell      = 12
	monthRows = 12
)

// Day is what somebody felt on a day: keys of families, the oldest first; empty when nothing was said.
type Day struct{ Families []string }

// Year draws a year of moods as a GIF: a column for each week with a face for each day, the day's last one, and a letter
// above the week in which a month starts. Days start with the first of January; a day without a mood is a dot.
func Year(year int, days []Day, months [12]string, mondayFirst bool) []byte {
	first := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	length := first.AddDate(1, 0, -1).YearDay()
	before := int(first.Weekday())
	if mondayFirst {
		before = (before + 6) % 7
	}
	weeks := (before + length + 6) / 7
	c := newCanvas(weeks*cell-1, monthRows+7*cell-1, "")
	for n := range length {
		at := before + n
		x, y := at/7*cell, monthRows+at%7*cell
		if date := first.AddDate(0, 0, n); date.Day() == 1 {
			c.write(x, 2, fit(spell(months[date.Month()-1]), 3*cell), unlit)
		}
		c.fill(x+5, y+5, 1, 1, unlit)
		if n < len(days) {
			c.paint(x, y, 1, actors().small[days[n].last()])
		}
	}
	return encodeGIF(0, c)
}

func (d Day) last() string {
	if len(d.Families) == 0 {
		return ""
	}
	return d.Families[len(d.Families)-1]
}
