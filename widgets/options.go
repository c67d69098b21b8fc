package widgets

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"marquee/safe"
)

// DefaultTemplate is what a widget shows when nobody says otherwise.
const DefaultTemplate = "{face} {name} {mood} {ago} {text}"

// maxTemplate is how many graphemes of a template are kept.
const maxTemplate = 200

// Themes are the looks of the frame, the default first.
var Themes = []string{"matinee", "late", "bare"}

// Options is how somebody wants their widget to look, already checked by ParseOptions. The zero value is the default.
type Options struct {
	Theme    string // one of Themes
	FG, BG   string // colours as six small hexadecimal digits, "" for the theme's
	Template string // one line with {face}, {name}, {mood}, {ago} and {text} in it, "" for DefaultTemplate
	Trans    bool   // a mood indicator without a ground
}

// ParseOptions reads the options theme, fg, bg, template and trans (1) from get, which returns "" for what is missing. What it does
// not understand counts as missing, so it never fails.
func ParseOptions(get func(name string) string) Options {
	o := Options{
		Theme: get("theme"), FG: hexColor(get("fg")), BG: hexColor(get("bg")),
		Template: cut(safe.Line(get("template"))), Trans: get("trans") == "1",
	}
	if !slices.Contains(Themes, o.Theme) {
		o.Theme = Themes[0]
	}
	if o.Template == DefaultTemplate {
		o.Template = ""
	}
	return o
}

var hexadecimal = regexp.MustCompile(`^#?([0-9a-f]{3}|[0-9a-f]{6})$`)

// hexColor returns a colour such as #FC0 or ffcc00 as ffcc00, and "" for anything else.
func hexColor(s string) string {
	found := hexadecimal.FindStringSubmatch(strings.ToLower(s))
	if found == nil {
		return ""
	}
	digits := found[1]
	if len(digits) == 6 {
		return digits
	}
	return strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
}

// cut keeps the first maxTemplate graphemes. The longest beginning that has no more of them ends between two.
func cut(template string) string {
	runes := []rune(template)
	end := sort.Search(len(runes), func(i int) bool { return safe.Graphemes(string(runes[:i+1])) > maxTemplate })
	return strings.TrimSpace(string(runes[:end]))
}

// piece is what stands for the placeholder {key} or, without key, literal text of a template.
type piece struct{ key, text string }

var placeholder = regexp.MustCompile(`\{(?:face|name|mood|ago|text)\}`)

// pieces fills a template; what is empty leaves no piece. Without a status every template says who has none.
func (d Data) pieces(template string) []piece {
	values := map[string]string{"face": d.Face, "name": d.Name, "mood": d.mood(), "ago": d.Ago, "text": d.Text}
	if d.ID == 0 {
		template, values = "{name} {text}", map[string]string{"name": d.Name, "text": d.None}
	}
	var filled []piece
	add := func(p piece) {
		if p.text != "" {
			filled = append(filled, p)
		}
	}
	end := 0
	for _, at := range placeholder.FindAllStringIndex(template, -1) {
		key := template[at[0]+1 : at[1]-1]
		add(piece{text: template[end:at[0]]})
		add(piece{key, values[key]})
		end = at[1]
	}
	add(piece{text: template[end:]})
	return filled
}
