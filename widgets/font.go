package widgets

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"marquee/safe"
)

const (
	above   = 2   // rows over a letter of seven, for the accents of capitals; as many are below it
	spacing = 1   // between two letters
	longest = 200 // characters of a text that are looked at: more never fit
)

//go:embed font.txt
var fontText string

// glyph is a drawn letter: rows of # and ., of which the first stands top rows above those of a letter without an accent. A
// space has no rows.
type glyph struct {
	rows       []string
	top, width int
}

// box stands for a letter that has not been drawn, so that it is never taken for another one.
var box = glyph{[]string{"#####", "#...#", "#...#", "#...#", "#...#", "#...#", "#####"}, 0, 5}

var font = sync.OnceValue(func() map[string]glyph {
	set := map[string]glyph{" ": {width: 2}}
	for _, block := range strings.Split(strings.TrimSpace(fontText), "\n\n")[1:] {
		lines := strings.Split(block, "\n")
		names := strings.Fields(lines[0])
		if names[0] == "over" || names[0] == "like" {
			for _, line := range lines {
				derive(set, strings.Fields(line))
			}
			continue
		}
		glyphs := make([]glyph, len(names))
		for _, line := range lines[1:] {
			rows := strings.Fields(line)
			if len(rows) != len(names) {
				panic(fmt.Sprintf("font.txt: %d pieces for %d letters: %s", len(rows), len(names), line))
			}
			for i, row := range rows {
				glyphs[i].rows, glyphs[i].width = append(glyphs[i].rows, row), len(row)
			}
		}
		for i, name := range names {
			set[name] = glyphs[i]
		}
	}
	return set
})

// derive adds the letters that a line of font.txt makes of others.
func derive(set map[string]glyph, line []string) {
	if line[0] == "like" {
		for _, r := range line[2] {
			set[string(r)] = set[line[1]]
		}
		return
	}
	bases, made := []rune(line[2]), []rune(line[3])
	for i, r := range made {
		set[string(r)] = accented(set[string(bases[i])], set[line[1]], unicode.IsUpper(r))
	}
}

// accented sets a mark on a letter: with its upper edge two rows above a capital, else just above the body of the letter.
func accented(letter, mark glyph, capital bool) glyph {
	rows := slices.DeleteFunc(slices.Clone(mark.rows), func(row string) bool { return !strings.Contains(row, "#") })
	height := len(rows)
	made := glyph{top: above, width: max(letter.width, mark.width)}
	first := above + 1 - height
	if capital {
		first = 0
	}
	for y := range above + len(letter.rows) {
		row := []byte(strings.Repeat(".", made.width))
		if y >= above {
			stamp(row, letter.rows[y-above], made.width)
		}
		if y >= first && y < first+height {
			stamp(row, rows[y-first], made.width)
		}
		made.rows = append(made.rows, string(row))
	}
	return made
}

// stamp puts the pixels of part into the middle of a row.
func stamp(row []byte, part string, width int) {
	start := (width - len(part)) / 2
	for i := range part {
		if part[i] == '#' {
			row[start+i] = '#'
		}
	}
}

// spell finds the letters of a line. Emoji, which a face has already said, and what cannot be seen are left out.
func spell(s string) []glyph {
	var line []glyph
	for _, c := range clusters(safe.Line(s)) {
		first := []rune(c)[0]
		g, ok := font()[strings.TrimRightFunc(c, unseen)]
		switch {
		case c == " " && (len(line) == 0 || line[len(line)-1].rows == nil):
			continue
		case ok:
		case unicode.In(first, unicode.So, unicode.Sk, unicode.M, unicode.C) || strings.HasSuffix(c, "\u20E3"):
			continue
		default:
			g = box
		}
		line = append(line, g)
	}
	for len(line) > 0 && line[len(line)-1].rows == nil {
		line = line[:len(line)-1]
	}
	return line
}

// unseen finds what changes nothing about the letter before it: joiners, soft hyphens, variation selectors.
func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Variation_Selector) }

// clusters splits a line into its first characters, each with the marks and joined parts that belong to it.
func clusters(s string) []string {
	var list []string
	start, joined := 0, true
	for i, r := range s {
		tone := r >= 0x1F3FB && r <= 0x1F3FF
		if !joined && !tone && !unicode.In(r, unicode.M, unicode.Cf) {
			list = append(list, s[start:i])
			start = i
		}
		if len(list) == longest {
			return list
		}
		joined = r == '\u200D'
	}
	if start < len(s) {
		list = append(list, s[start:])
	}
	return list
}

// measure is how many pixels a line of letters is wide.
func measure(line []glyph) int {
	width := -spacing
	for _, g := range line {
		width += g.width + spacing
	}
	return max(width, 0)
}

// fit cuts a line, with an ellipsis at its end, until it is no wider than room.
func fit(line []glyph, room int) []glyph {
	if measure(line) <= room {
		return line
	}
	end := font()["…"]
	for len(line) > 0 && (line[len(line)-1].rows == nil || measure(line)+spacing+end.width > room) {
		line = line[:len(line)-1]
	}
	return append(line[:len(line):len(line)], end)
}

// write paints a line of letters whose left upper corner is at x and y.
func (c *canvas) write(x, y int, line []glyph, hex string) {
	for _, g := range line {
		for dy, row := range g.rows {
			for dx := range row {
				if row[dx] == '#' {
					c.fill(x+dx, y-g.top+dy, 1, 1, hex)
				}
			}
		}
		x += g.width + spacing
	}
}

// center paints a line of letters in the middle of the room that starts at x, cut to fit.
func (c *canvas) center(x, y, room int, line []glyph, hex string) {
	line = fit(line, room)
	c.write(x+(room-measure(line))/2, y, line, hex)
}
