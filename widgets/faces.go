package widgets

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// side is how many pixels a face is wide and high.
const side = 16

//go:embed faces.txt
var facesText string

// face is a drawn face: runs of pixels of a row that have the same colour.
type face []stroke

type stroke struct {
	x, y, length int
	hex          string
}

// grid is a colour for each pixel, "" for none.
type grid [side][side]string

// cast is what faces.txt says.
type cast struct {
	colors map[byte]string    // of a character
	tints  map[string][2]byte // skin and shade
	parts  map[string]part
	order  []string // keys of the moods
	faces  map[string]face
	small  map[string]face // 11 by 11 pixels of their left upper corners
}

type part struct {
	x, y int
	rows []string
}

var actors = sync.OnceValue(func() cast {
	c := cast{map[byte]string{}, map[string][2]byte{}, map[string]part{}, nil, map[string]face{}, map[string]face{}}
	for _, block := range strings.Split(strings.TrimSpace(facesText), "\n\n")[1:] {
		lines := strings.Split(block, "\n")
		if strings.HasPrefix(lines[0], "part ") {
			c.addPart(strings.Fields(lines[0]), lines[1:])
			continue
		}
		for _, line := range lines {
			c.add(strings.Fields(line))
		}
	}
	return c
})

// add reads a line that is a colour, a tint, a mood or its small face.
func (c *cast) add(words []string) {
	switch words[0] {
	case "colour":
		c.colors[words[1][0]] = words[2]
	case "tint":
		c.tints[words[1]] = [2]byte{words[2][0], words[3][0]}
	case "mood":
		c.order = append(c.order, words[1])
		c.faces[words[1]] = c.compose(words[2], words[3:])
	case "small":
		c.small[words[1]] = c.compose(words[2], words[3:])
	default:
		panic("faces.txt: " + words[0])
	}
}

func (c *cast) addPart(words, rows []string) {
	x, errX := strconv.Atoi(words[2])
	y, errY := strconv.Atoi(words[3])
	if errX != nil || errY != nil {
		panic(fmt.Sprint("faces.txt: ", words))
	}
	c.parts[words[1]] = part{x, y, rows}
}

// compose lays parts over each other.
func (c *cast) compose(tint string, parts []string) face {
	var g grid
	skin, ok := c.tints[tint]
	for _, word := range parts {
		name, lower, _ := strings.Cut(word, "+")
		down, _ := strconv.Atoi(lower)
		p, known := c.parts[name]
		if !ok || !known {
			panic("faces.txt: " + tint + " " + name)
		}
		for y, row := range p.rows {
			for x := range len(row) {
				key := row[x]
				switch key {
				case '.':
					continue
				case 'Y':
					key = skin[0]
				case 'S':
					key = skin[1]
				}
				hex, known := c.colors[key]
				if !known {
					panic("faces.txt: no colour " + string(key) + " for " + name)
				}
				g[down+p.y+y][p.x+x] = hex
			}
		}
	}
	return g.face()
}

func (g *grid) face() (f face) {
	for y, row := range g {
		for x, end := 0, 0; x < side; x = end {
			for end = x + 1; end < side && row[end] == row[x]; {
				end++
			}
			if row[x] != "" {
				f = append(f, stroke{x, y, end - x, row[x]})
			}
		}
	}
	return f
}

// Faces returns the keys that have a drawn face, in the order of the mood tree.
func Faces() []string { return slices.Clone(actors().order) }

// FaceSizes are the widths and heights in which faces are drawn.
var FaceSizes = []int{16, 32, 48}

// Face draws the face of a family of moods as a GIF on nothing; ok is false when there is no such face or size.
func Face(family string, size int) (picture []byte, ok bool) {
	if _, ok := actors().faces[family]; !ok || !slices.Contains(FaceSizes, size) {
		return nil, false
	}
	c := newCanvas(size, size, "")
	c.face(0, 0, size/side, family)
	return encodeGIF(0, c), true
}

// face paints the face of a family, if there is one, with its left upper corner at x and y, each of its pixels scale wide
// and high.
func (c *canvas) face(x, y, scale int, family string) { c.paint(x, y, scale, actors().faces[family]) }

func (c *canvas) paint(x, y, scale int, f face) {
	for _, s := range f {
		c.fill(x+s.x*scale, y+s.y*scale, s.length*scale, scale, s.hex)
	}
}
