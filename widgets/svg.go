package widgets

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"marquee/safe"
)

const (
	svgWidth, svgHeight = 300, 110
	svgRoom             = svgWidth - 32 // pixels that a line of words may take
	svgBytes            = 160           // of one line of words: who stacks marks on marks gets fewer letters
)

// picture draws face, name, mood and the beginning of the status as SVG. It names no font that a reader might not have and
// loads nothing.
func picture(d Data, o Options) Drawn {
	fg, bg := o.colors()
	mood, text := d.words(), safe.Line(d.Text)
	if d.ID == 0 {
		text = d.None
	}
	left := 16
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`, svgWidth, svgHeight)
	b.WriteString(`<title>` + esc(brief(d.Name+" · "+cmp.Or(mood, text), svgRoom)) + `</title>`)
	fmt.Fprintf(&b, `<path fill="#%s" d="M0 0h300v110H0z"/><path fill="#%s" d="M2 16h296v78H2z"/>`, curtain, bg)
	b.WriteString(`<g stroke-width="6" stroke-linecap="round" stroke-dasharray="0 24">`)
	fmt.Fprintf(&b, `<path stroke="#%s" d="M6 8h289M18 102h277"/><path stroke="#%s" d="M18 8h277M6 102h289"/></g>`, lit, unlit)
	if f, ok := actors().faces[d.Family]; ok {
		b.WriteString(`<g transform="translate(16 22)scale(2)">` + f.paths() + `</g>`)
		left = 56
	}
	fmt.Fprintf(&b, `<g fill="#%s" font-family="Verdana,Geneva,'DejaVu Sans',sans-serif" font-size="12">`, fg)
	fmt.Fprintf(&b, `<text x="%d" y="35" font-size="14" font-weight="bold">%s</text>`, left, esc(brief(d.Name, svgRoom*2/3-left)))
	fmt.Fprintf(&b, `<text x="%d" y="51">%s</text>`, left, esc(brief(mood, svgWidth-16-left)))
	for i, line := range wrapped(text, svgRoom, 2) {
		fmt.Fprintf(&b, `<text x="16" y="%d">%s</text>`, 72+16*i, esc(line))
	}
	b.WriteString("</g></svg>\n")
	return Drawn{Body: []byte(b.String())}
}

func esc(s string) string { return html.EscapeString(s) }

// paths is a face as strokes one pixel high, a path for each colour.
func (f face) paths() string {
	var order []string
	paths := map[string]string{}
	for _, s := range f {
		if paths[s.hex] == "" {
			order = append(order, s.hex)
		}
		paths[s.hex] += fmt.Sprintf("M%d %dh%d", s.x, s.y, s.length)
	}
	var b strings.Builder
	b.WriteString(`<g transform="translate(0 .5)" shape-rendering="crispEdges">`)
	for _, hex := range order {
		fmt.Fprintf(&b, `<path stroke="#%s" d="%s"/>`, hex, paths[hex])
	}
	return b.String() + `</g>`
}

// brief cuts a line with an ellipsis when it is likely to be wider than room pixels.
func brief(s string, room int) string {
	return wrapped(s, room, 1)[0]
}

// wrapped breaks a text into lines that are hardly wider than room pixels, at spaces where there are some. What goes on
// after the last line has an ellipsis there.
func wrapped(s string, room, limit int) []string {
	var lines []string
	line, width, size := "", 0, 0
	all := clusters(safe.Line(s))
	for len(all) > 0 {
		c := all[0]
		wide, bytes := likelyWidth(c), len(esc(c))
		if c == " " && line == "" {
			all = all[1:]
			continue
		}
		if width+wide <= room && size+bytes <= svgBytes {
			line, width, size, all = line+c, width+wide, size+bytes, all[1:]
			continue
		}
		if len(lines) == limit-1 {
			return append(lines, strings.TrimRight(line, " ")+"…")
		}
		if i := strings.LastIndexByte(line, ' '); i > len(line)/2 && c != " " {
			all = append(clusters(line[i+1:]), all...)
			line = line[:i]
		}
		lines = append(lines, strings.TrimSpace(line))
		line, width, size = "", 0, 0
	}
	return append(lines, line)
}

// likelyWidth guesses how many pixels a character takes in 12 pixels of a wide font.
func likelyWidth(c string) int {
	r, _ := utf8.DecodeRuneInString(c)
	switch {
	case r >= 0x1100:
		return 14
	case strings.ContainsRune("il.,:;!|'j ", r):
		return 4
	case strings.ContainsRune("mwMW@%", r), r >= 0x400:
		return 12
	case r < 'a':
		return 9
	}
	return 8
}
