package models

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Choices is how a page looks to somebody who writes no CSS: colours as #RRGGBB, the rest by key.
type Choices struct {
	Ground, Paper, Ink, Link, Head, HeadInk string
	Tile                                    string // a tile that comes with the site; empty: none
	Font, Size, Width, Corners, Border      string
}

// UsualChoices is where somebody begins who chose nothing yet: the site's own look.
func UsualChoices() Choices {
	return Choices{
		Ground: "#f4eedb", Paper: "#fffdf3", Ink: "#1b1b2f", Link: "#0000cc", Head: "#8c1027", HeadInk: "#fffdf3",
		Font: "verdana", Size: "usual", Width: "usual", Corners: "square", Border: "thin",
	}
}

// choice is one value that may be chosen, and what it is in CSS.
type choice struct{ key, css string }

// choiceLists are the values that each key may have, in the order of the form.
var choiceLists = map[string][]choice{
	"font": {
		{"verdana", `Verdana, Geneva, "DejaVu Sans", sans-serif`},
		{"trebuchet", `"Trebuchet MS", "Fira Sans", sans-serif`},
		{"georgia", `Georgia, "DejaVu Serif", serif`},
		{"times", `"Times New Roman", "Liberation Serif", serif`},
		{"courier", `"Courier New", "DejaVu Sans Mono", monospace`},
		{"comic", `"Comic Sans MS", "Comic Neue", cursive`},
		{"impact", `Impact, "Arial Narrow", sans-serif`},
	},
	"size":    {{"small", "13px"}, {"usual", "14px"}, {"large", "17px"}},
	"width":   {{"narrow", "640px"}, {"usual", "900px"}, {"wide", "1200px"}, {"full", "none"}},
	"corners": {{"square", "0"}, {"round", "12px"}},
	"border":  {{"none", "0 none"}, {"thin", "1px solid"}, {"thick", "4px solid"}, {"dotted", "3px dotted"}, {"double", "4px double"}, {"bevel", "3px outset"}},
}

// ChoiceKeys is what may be chosen for "font", "size", "width", "corners" and "border".
func ChoiceKeys(list string) (keys []string) {
	for _, c := range choiceLists[list] {
		keys = append(keys, c.key)
	}
	return keys
}

var (
	paint    = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	tileName = regexp.MustCompile(`^[a-z0-9-]{0,30}$`)
)

// Check says what of the choices cannot be.
func (c *Choices) Check() error {
	for field, value := range map[string]*string{
		"ground": &c.Ground, "paper": &c.Paper, "ink": &c.Ink, "link": &c.Link, "head": &c.Head, "head_ink": &c.HeadInk,
	} {
		if *value = strings.ToLower(strings.TrimSpace(*value)); !paint.MatchString(*value) {
			return invalid(field, "error.design_color")
		}
	}
	for field, value := range map[string]string{"font": c.Font, "size": c.Size, "width": c.Width, "corners": c.Corners, "border": c.Border} {
		if !slices.Contains(ChoiceKeys(field), value) {
			return invalid(field, "error.choice")
		}
	}
	if !tileName.MatchString(c.Tile) {
		return invalid("tile", "error.choice")
	}
	return nil
}

// JSON is the choices as they are kept beside the stylesheet that was drawn from them.
func (c Choices) JSON() string {
	body, err := json.Marshal(c)
	if err != nil {
		return "" // a struct of strings always is
	}
	return string(body)
}

// ChoicesOf is the choices that a stylesheet was drawn from; the usual ones when it was written by hand.
func ChoicesOf(kept string) Choices {
	c := UsualChoices()
	if kept == "" || json.Unmarshal([]byte(kept), &c) != nil || c.Check() != nil {
		return UsualChoices()
	}
	return c
}

func (c Choices) css(list, key string) string {
	for _, choice := range choiceLists[list] {
		if choice.key == key {
			return choice.css
		}
	}
	return ""
}

// CSS draws the choices as a stylesheet that a person can read and learn from; say is the sentence of a key, for its comments.
func (c Choices) CSS(say func(key string) string) string {
	ground := c.Ground
	if c.Tile != "" {
		ground += " url(/static/retro/" + c.Tile + ".gif)"
	}
	var b strings.Builder
	rule := func(comment, selector string, declarations ...string) {
		words := say("css.comment_" + comment)
		fmt.Fprintf(&b, "/* %s */\n%s {\n", words, selector)
		for _, d := range declarations {
			fmt.Fprintf(&b, "  %s;\n", d)
		}
		b.WriteString("}\n\n")
	}
	top := say("css.comment_top")
	fmt.Fprintf(&b, "/* %s */\n\n", top)
	rule("body", "body", "--ink: "+c.Ink, "--paper: "+c.Paper, "--link: "+c.Link, "--seen: "+c.Link, "--curtain: "+c.Ink, "--quiet: "+c.Ink,
		"--soft: "+c.Paper, "--line: "+c.Head, "background: "+ground, "color: "+c.Ink, "font: "+c.css("size", c.Size)+"/1.5 "+c.css("font", c.Font))
	rule("width", ".container", "max-width: "+c.css("width", c.Width))
	rule("main", "main", "background: "+c.Paper, "border: "+c.css("border", c.Border)+" "+c.Head, "border-radius: "+c.css("corners", c.Corners))
	rule("headings", "h1, h2, h3, h4", "font-family: "+c.css("font", c.Font))
	rule("links", "a, a:visited", "color: "+c.Link)
	rule("boxes", ".inner, .url-info", "background: "+c.Paper, "border: "+c.css("border", c.Border)+" "+c.Head,
		"border-radius: 0 0 "+c.css("corners", c.Corners)+" "+c.css("corners", c.Corners))
	rule("heading", ".heading", "background: "+c.Head, "color: "+c.HeadInk,
		"border-radius: "+c.css("corners", c.Corners)+" "+c.css("corners", c.Corners)+" 0 0")
	return strings.TrimSpace(b.String()) + "\n"
}
