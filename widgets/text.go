package widgets

import "marquee/safe"

// statusText draws the last status as one line for a terminal: face, who, mood, text and time, as far as they exist. What
// would move a terminal's cursor or colour it is left out.
func statusText(d Data, _ Options) Drawn {
	line := d.Face + " " + d.Name
	if mood := d.mood(); mood != "" {
		line += " (" + mood + ")"
	}
	if d.ID == 0 {
		line += ": " + d.None
	}
	if d.Text != "" {
		line += ": " + d.Text
	}
	if d.Ago != "" {
		line += " — " + d.Ago
	}
	return Drawn{Body: []byte(safe.Line(line) + "\n")}
}
